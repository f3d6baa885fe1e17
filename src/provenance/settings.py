"""One frozen `Settings`, read once from TOML.

Every limit has its default and its unit in its name; the numbers are those of
the project's rules for polite fetching and are explained where they are used.
An unknown key is refused with its path, so that a typing error never passes for
a default.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from provenance.errors import SettingsError
from provenance.settings_cluster import ClusterSettings
from provenance.settings_night import NightSettings
from provenance.settings_services import (
    Count,
    MementoSettings,
    Pause,
    Seconds,
    ServeSettings,
    SignSettings,
    SubmitSettings,
    TimestampSettings,
    ValidateSettings,
)
from provenance.text import Span

__all__ = [
    "ArchiveSettings",
    "AttachSettings",
    "CaptureSettings",
    "ClusterSettings",
    "ExtractSettings",
    "FetchSettings",
    "IngestSettings",
    "MementoSettings",
    "NightSettings",
    "RecoverSettings",
    "ServeSettings",
    "Settings",
    "SignSettings",
    "SubmitSettings",
    "TimestampSettings",
    "ValidateSettings",
    "VantageSettings",
    "find_settings_file",
    "load_settings",
    "with_place",
]

# A child process that has imported what it reads pages with holds some 150 MB; below this none starts.
_LEAST_CHILD_BYTES = 300_000_000

Port = Annotated[int, Meta(ge=1, le=65535)]


class FetchSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How sources are fetched. `connect_to` maps `host:port` to `address:port` (curl's --connect-to).

    `sites` names a file in the form of formats/hosts.toml, whose rows win over ours.
    """

    contact: str = ""
    user_agent: str = ""
    robots: Literal["obey", "ignore"] = "obey"
    per_host_interval_s: Pause = 1.0
    concurrency: Count = 128
    processes: Count = 1
    max_bytes_in_flight: Count = 256_000_000
    attempts: Count = 3
    attempts_budget_s: Pause = 180.0
    max_retry_after_s: Pause = 60.0
    max_crawl_delay_s: Pause = 300.0
    max_redirects: Annotated[int, Meta(ge=0)] = 10
    lookup_timeout_s: Seconds = 5.0
    connect_timeout_s: Seconds = 20.0
    first_byte_timeout_s: Seconds = 20.0
    total_timeout_s: Seconds = 120.0
    max_header_bytes: Count = 131_072
    max_body_bytes: Count = 50_000_000
    max_decoded_bytes: Count = 200_000_000
    max_decoded_ratio: Count = 100
    connect_to: dict[str, str] = {}
    allow_networks: tuple[str, ...] = ()
    allow_ports: tuple[Port, ...] = ()
    ca_file: str = ""
    nameservers: tuple[str, ...] = ()
    sites: str = ""


class VantageSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Names that answer wherever there is an internet: if none does, we are offline, not they are gone."""

    canaries: tuple[str, ...] = ("iana.org", "wikipedia.org", "icann.org")


class ArchiveSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How the archive is written."""

    rotate_bytes: Count = 1_000_000_000
    batch: Count = 50
    wait_for_lock_s: Pause = 10.0


class ExtractSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of the child processes that turn payloads into text; `workers` 0 is one a core."""

    workers: Annotated[int, Meta(ge=0)] = 0
    timeout_s: Seconds = 30.0
    memory_bytes: Annotated[int, Meta(ge=_LEAST_CHILD_BYTES)] = 1_500_000_000
    max_full_html_bytes: Count = 2_000_000


class CaptureSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Pages that need a browser; off by default, needs the extra `capture` and a Chromium.

    `browser = "listed"` renders the pages of hosts that the site table marks so. What the
    pages ask for beside themselves takes turns as every request does, so that a page of
    fifty parts takes its minute. `step_timeout_s` is what taking down the document, its picture or
    its print may each take of a page that never rests. `max_height` (CSS pixels) bounds the picture.
    """

    browser: Literal["never", "listed"] = "never"
    executable: str = ""
    max_requests: Count = 200
    max_bytes: Count = 50_000_000
    total_timeout_s: Seconds = 60.0
    settle_s: Seconds = 5.0
    step_timeout_s: Seconds = 5.0
    width: Count = 1280
    height: Count = 1024
    max_height: Count = 16_000
    pdf: bool = True


class AttachSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is accepted as a copy that a person brings; of a WARC or WACZ also what it holds unpacked.

    `max_records` is how many responses of one source are listed.
    """

    max_bytes: Count = 100_000_000
    max_unpacked_bytes: Count = 2_000_000_000
    max_records: Count = 100


class IngestSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is accepted as a document."""

    max_document_bytes: Count = 20_000_000


class RecoverSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How cut addresses are completed: which rules are asked, in this order, and how much.

    `corrections` is taken from the working folder. A web archive is asked only where
    `cdx_url` names its CDX server (`https://web.archive.org/cdx/search/cdx`).
    """

    rules: tuple[Literal["document", "origin_page", "known_source", "web_archive"], ...] = (
        "document",
        "origin_page",
        "known_source",
        "web_archive",
    )
    corrections: str = "footnotes/corrections.toml"
    cdx_url: Annotated[str, Meta(pattern=r"^(https?://[^\s?#]+)?$")] = ""
    cdx_limit: Annotated[int, Meta(ge=2)] = 50
    cdx_max_bytes: Count = 1_000_000
    cdx_again_after_days: Count = 30


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set; `origin` is the file that the values came from, if any."""

    fetch: FetchSettings = FetchSettings()
    vantage: VantageSettings = VantageSettings()
    archive: ArchiveSettings = ArchiveSettings()
    extract: ExtractSettings = ExtractSettings()
    capture: CaptureSettings = CaptureSettings()
    attach: AttachSettings = AttachSettings()
    ingest: IngestSettings = IngestSettings()
    recover: RecoverSettings = RecoverSettings()
    mementos: MementoSettings = MementoSettings()
    submit: SubmitSettings = SubmitSettings()
    night: NightSettings = NightSettings()
    cluster: ClusterSettings = ClusterSettings()
    serve: ServeSettings = ServeSettings()
    sign: SignSettings = SignSettings()
    timestamp: TimestampSettings = TimestampSettings()
    validate: ValidateSettings = ValidateSettings()


def find_settings_file(
    explicit: str | None, environment: Mapping[str, str], folder: Path
) -> Path | None:
    """Return the settings file in force: `--config`, `$PROVENANCE_CONFIG`, `./provenance.toml`."""
    named = explicit or environment.get("PROVENANCE_CONFIG")
    if named:
        return Path(named)
    beside = folder / "provenance.toml"
    return beside if beside.is_file() else None


def load_settings(path: Path | None) -> Settings:
    """Read settings from a TOML file; defaults where there is none.

    Relative paths of certificates, keys, `fetch.sites`, `night.notify_file`, `serve.audit_log` and `validate.house` are taken from its folder
    (`_PATHS`); those of `recover.corrections` and `capture.executable` are not.

    Raises:
        SettingsError: unreadable file, broken TOML, unknown key or wrong type.
    """
    if path is None:
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"cannot read settings {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"settings {path} is not UTF-8") from error
    try:
        settings = msgspec.convert(tomllib.loads(text), Settings)
    except tomllib.TOMLDecodeError as error:
        line, span = _place_of_toml_error(text, str(error))
        raise SettingsError(
            f"settings {path} is not TOML: {error}", source=line, span=span
        ) from error
    except msgspec.ValidationError as error:
        key = _UNKNOWN_KEY.search(str(error)) or _KEY_PATH.search(str(error))
        raise _in_file(path, text, key[1] if key else "", str(error)) from error
    return _with_absolute_paths(settings, path.parent)


_TOML_PLACE = re.compile(r"at line (\d+), column (\d+)")
_UNKNOWN_KEY = re.compile(r"unknown field `([^`]+)`")
_KEY_PATH = re.compile(r"`\$\.(?:\w+\.)*(\w+)")


def _place_of_toml_error(text: str, message: str) -> tuple[str, Span | None]:
    """Return the line that a TOML error speaks of and the place in it."""
    match = _TOML_PLACE.search(message)
    if match is None:
        return "", None
    line, column = int(match[1]) - 1, int(match[2]) - 1
    return text.splitlines()[line], Span(column, column + 1)


def with_place(error: SettingsError, path: Path) -> SettingsError:
    """Return an error about a value (`fetch.allow_networks: …`) with the file and line it stands in."""
    key = re.match(r"[\w.]*?(\w+)(?:\.'[^']*')?:", error.message)
    text = path.read_text(encoding="utf-8")
    return _in_file(path, text, key[1] if key else "", error.message)


def _in_file(path: Path, text: str, key: str, message: str) -> SettingsError:
    line, span = _place_of_key(text, key)
    hint = "`provenance config` lists every key"
    return SettingsError(f"settings {path}: {message}", hint=hint, source=line, span=span)


def _place_of_key(text: str, key: str) -> tuple[str, Span | None]:
    """Return the line where a key or a table is written, and its place in it."""
    written = re.compile(rf"""^[ \t\[]*(?:\w+\.)?["']?(?P<key>{re.escape(key)})\b""")
    for line in text.splitlines() if key else ():
        if found := written.match(line):
            return line, Span(*found.span("key"))
    return "", None


_PATHS = (
    ("cluster", "ca_file"), ("cluster", "cert_file"), ("cluster", "key_file"),
    ("fetch", "ca_file"), ("fetch", "sites"), ("night", "notify_file"), ("serve", "audit_log"),
    ("sign", "key_file"),
    ("submit", "key_file"), ("timestamp", "ca_file"), ("validate", "house"),
)  # fmt: skip


def _with_absolute_paths(settings: Settings, folder: Path) -> Settings:
    for section, key in _PATHS:
        values = getattr(settings, section)
        if written := getattr(values, key):
            absolute = os.path.abspath(folder / written)
            changed = msgspec.structs.replace(values, **{key: absolute})
            settings = msgspec.structs.replace(settings, **{section: changed})
    return settings
