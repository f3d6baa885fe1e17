"""Settings of services: other people's archives, and the pages that we serve ourselves.

They are part of `provenance.settings.Settings`; the units of all settings are here too.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

__all__ = [
    "Count",
    "MementoSettings",
    "Pause",
    "Seconds",
    "ServeSettings",
    "SignSettings",
    "SubmitSettings",
    "TimestampSettings",
    "TokenSettings",
    "ValidateSettings",
]

Count = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0)]
Pause = Annotated[float, Meta(ge=0)]


class MementoSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which other archives are asked for copies of what is gone, walled or blocked; none by default.

    A person who names a service here has read its terms: its API and the copies that it names
    are asked without its robots.txt, at the pace of `[fetch]`. For the Wayback Machine:
    `cdx_url = "https://web.archive.org/cdx/search/cdx"` (its `replay_url` is the default) or
    `availability_url = "https://archive.org/wayback/available"`; TimeMaps (RFC 7089):
    `timemap_urls = ["https://archive.ph/timemap/"]`, to which the page's URL is appended
    (percent-encoded behind a `=`). `copy` keeps the copy itself in our archive, as what it is.
    """

    cdx_url: Annotated[str, Meta(pattern=r"^(https?://[^\s?#]+)?$")] = ""
    replay_url: Annotated[str, Meta(pattern=r"^https?://[^\s#]+/$")] = (
        "https://web.archive.org/web/"
    )
    availability_url: Annotated[str, Meta(pattern=r"^(https?://[^\s?#]+)?$")] = ""
    timemap_urls: tuple[Annotated[str, Meta(pattern=r"^https?://[^\s#]+[/=]$")], ...] = ()
    copy: bool = False
    again_after_days: Count = 30
    limit: Count = 200
    max_pages: Count = 5
    max_bytes: Count = 5_000_000
    max_looks: Count = 3
    timeout_s: Seconds = 60.0


class SubmitSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Pages that another archive is asked to keep (the API of Save Page Now 2); off without `save_url`.

    `save_url = "https://web.archive.org/save"`. The key (`access:secret`) stands in the
    environment (`PROVENANCE_SAVE_KEY`) or is the one line of `key_file`; it is sent over https
    only. The limits are below those that others quote from the service's documentation: with a
    key 7 a minute and 30,000 a day, without one 3 a minute and 200 a day.
    """

    save_url: Annotated[str, Meta(pattern=r"^(https?://[^\s?#]+)?$")] = ""
    key_file: str = ""
    per_minute: Annotated[float, Meta(gt=0)] = 3.0
    per_day: Count = 200
    concurrent: Count = 2
    again_after_days: Count = 365
    poll_interval_s: Seconds = 10.0
    wait_for_jobs_s: Pause = 180.0
    timeout_s: Seconds = 60.0
    max_bytes: Count = 1_000_000


class SignSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The ed25519 key that packages are signed with: a PEM file, none where it is empty."""

    key_file: str = ""


class TimestampSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The RFC 3161 authority that packages are time-stamped by; none is asked where `url` is empty.

    `ca_file` holds, in PEM, the authority's root and what stands between it and the signer.
    """

    url: Annotated[str, Meta(pattern=r"^(https?://[^\s]+)?$")] = ""
    ca_file: str = ""
    max_reply_bytes: Count = 100_000


TokenHash = Annotated[str, Meta(pattern=r"^scrypt\$\d+\$\d+\$\d+\$[\w-]+\$[\w-]+$")]
_TokenHashOrNone = Annotated[str, Meta(pattern=r"^(scrypt\$\d+\$\d+\$\d+\$[\w-]+\$[\w-]+)?$")]


class TokenSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One person's token: `provenance serve --new-token --name NAME --role ROLE` makes it.

    `name` is who it is in the audit log and beside reviews; the token begins with it and a full stop.
    """

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
    role: Literal["reader", "editor"]
    scrypt: TokenHash


class ServeSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The pages of `provenance serve`. `hosts` are the names that they may be asked for by, beside the address itself.

    Another address than loopback demands a token, which `provenance serve --new-token` makes:
    `token_scrypt` is that of all editors, `reader_token_scrypt` that of all readers, `tokens` are those of
    single persons. Readers read and validate, editors also review evidence. A session ends after
    `session_hours`, and `session_idle_minutes` after the last page. `logins_per_minute` bounds wrong
    tokens from one address (of IPv6: one /64), `logins_per_minute_in_all` those from everywhere.
    `audit_log` says who came in and what was written; empty: `audit.jsonl` beside the database.
    `behind_proxy` is for a proxy on this machine that names the asker's address in `X-Forwarded-For`.
    `archive_origin` is the origin at which a proxy shows archived pages (`https://pages.desk.example`); it
    leads to `--archive-port` and must be another than ours. Empty: that port of our own host.
    `max_at_once` documents are looked at at a time; `max_waiting` more may wait, the next is sent away (503).
    """

    hosts: tuple[str, ...] = ()
    token_scrypt: _TokenHashOrNone = ""
    reader_token_scrypt: _TokenHashOrNone = ""
    tokens: tuple[TokenSettings, ...] = ()
    session_hours: Annotated[float, Meta(gt=0)] = 12.0
    session_idle_minutes: Annotated[float, Meta(gt=0)] = 120.0
    logins_per_minute: Count = 5
    logins_per_minute_in_all: Count = 60
    audit_log: str = ""
    behind_proxy: bool = False
    archive_origin: Annotated[str, Meta(pattern=r"^(https?://[^\s/?#@;,']+)?$")] = ""
    max_at_once: Count = 2
    max_waiting: Annotated[int, Meta(ge=0)] = 32


class ValidateSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`house` names the house style of `validate`; empty: `footnotes/house.toml` where there is one."""

    house: str = ""
