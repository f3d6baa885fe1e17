"""Settings of runs that are spread over machines; part of `provenance.settings.Settings`."""

from msgspec import Struct

from provenance.settings_services import Count, Pause, Seconds

__all__ = ["ClusterSettings"]


class ClusterSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How `--cluster ADDRESS` works with a dask scheduler (docs/scale.md).

    Whoever reaches a scheduler can run any program on its workers. So it is reached by `tls://`
    with the three PEM files, by `tcp://` on loopback, or elsewhere only with `allow_plain_tcp` (a
    network that nobody else is on). `shards` is how many tasks the hosts are dealt to: a domain is
    always in one. A worker that is lost has `let_go_s` to end before its URLs are given up for
    this run; a scheduler that is lost is waited for `scheduler_patience_s`, then this machine goes
    on alone.
    """

    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    allow_plain_tcp: bool = False
    shards: Count = 512
    connect_timeout_s: Seconds = 10.0
    let_go_s: Pause = 15.0
    scheduler_patience_s: Pause = 10.0
