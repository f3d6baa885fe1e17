"""Who may be asked to run something: schedulers on this machine, or behind certificates."""

from pathlib import Path

import pytest

from provenance.cluster.pool import check_address
from provenance.errors import SettingsError, UsageError
from provenance.settings import ClusterSettings
from support.runs import run_here

CERTIFICATES = ClusterSettings(ca_file="ca.pem", cert_file="cert.pem", key_file="key.pem")


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:8786", "tcp://[::1]:8786", "tcp://localhost:1", "tcp://127.8.8.8:1"],
)
def test_plain_connections_stay_on_this_machine(address: str) -> None:
    check_address(address, ClusterSettings())


@pytest.mark.parametrize("address", ["tcp://10.0.0.7:8786", "tcp://hall.example:8786"])
def test_plain_connections_elsewhere_need_a_persons_word(address: str) -> None:
    with pytest.raises(UsageError, match="plain TCP beyond this machine") as caught:
        check_address(address, ClusterSettings())
    assert "tls://" in caught.value.hint
    check_address(address, ClusterSettings(allow_plain_tcp=True))


def test_tls_needs_all_three_files() -> None:
    check_address("tls://hall.example:8786", CERTIFICATES)
    with pytest.raises(SettingsError, match=r"cluster\.cert_file, cluster\.key_file"):
        check_address("tls://hall.example:8786", ClusterSettings(ca_file="ca.pem"))


@pytest.mark.parametrize(
    "address",
    ["", "hall.example:8786", "ucx://127.0.0.1:1", "tcp://127.0.0.1", "tcp://:1", "tcp://x:y"],
)
def test_what_is_no_address_is_told_so(address: str) -> None:
    with pytest.raises(UsageError, match="no address of a scheduler"):
        check_address(address, CERTIFICATES)


def test_the_commands_refuse_what_they_must_not_reach(tmp_path: Path) -> None:
    for command in (("ingest", "draft.txt"), ("nightly",)):
        ran = run_here(tmp_path, *command, "--cluster", "tcp://hall.example:8786")
        assert ran.code == 2
        assert "plain TCP beyond this machine" in ran.err


def test_a_bound_of_requests_is_refused_rather_than_broken(tmp_path: Path) -> None:
    ran = run_here(tmp_path, "nightly", "--cluster", "tcp://127.0.0.1:1", "--max-requests", "5")
    assert ran.code == 2
    assert "--max-minutes" in ran.err
