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
from typing import Literal

import msgspec
from msgspec import Struct

from provenance.errors import SettingsError
from provenance.text import Span

__all__ = [
    "ArchiveSettings",
    "ExtractSettings",
    "FetchSettings",
    "IngestSettings",
    "Settings",
    "VantageSettings",
    "find_settings_file",
    "load_settings",
]


class FetchSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How sources are fetched. `connect_to` maps `host:port` to `address:port` (curl's --connect-to)."""

    contact: str = ""
    user_agent: str = ""
    robots: Literal["obey", "ignore"] = "obey"
    per_host_interval_s: float = 1.0
    concurrency: int = 128
    attempts: int = 3
    attempts_budget_s: float = 180.0
    max_retry_after_s: float = 60.0
    max_crawl_delay_s: float = 300.0
    max_redirects: int = 10
    connect_timeout_s: float = 20.0
    first_byte_timeout_s: float = 20.0
    total_timeout_s: float = 120.0
    max_header_bytes: int = 131_072
    max_body_bytes: int = 50_000_000
    max_decoded_bytes: int = 200_000_000
    max_decoded_ratio: int = 100
    connect_to: dict[str, str] = {}
    allow_networks: tuple[str, ...] = ()
    allow_ports: tuple[int, ...] = ()
    ca_file: str = ""
    nameservers: tuple[str, ...] = ()


class VantageSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Names that answer wherever there is an internet: if none does, we are offline, not they are gone."""

    canaries: tuple[str, ...] = ("iana.org", "wikipedia.org", "icann.org")


class ArchiveSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How the archive is written."""

    rotate_bytes: int = 1_000_000_000
    batch: int = 50
    wait_for_lock_s: float = 10.0


class ExtractSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of the child processes that turn payloads into text."""

    workers: int = 0
    timeout_s: float = 30.0
    memory_bytes: int = 1_500_000_000
    max_full_html_bytes: int = 2_000_000


class IngestSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is accepted as a document."""

    max_document_bytes: int = 20_000_000


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set; `origin` is the file that the values came from, if any."""

    fetch: FetchSettings = FetchSettings()
    vantage: VantageSettings = VantageSettings()
    archive: ArchiveSettings = ArchiveSettings()
    extract: ExtractSettings = ExtractSettings()
    ingest: IngestSettings = IngestSettings()


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

    Relative `ca_file` paths are taken from the settings file's folder.

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
        line, span = _place_of_key(text, str(error))
        raise SettingsError(
            f"settings {path}: {error}",
            hint="`provenance config` lists every key",
            source=line,
            span=span,
        ) from error
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


def _place_of_key(text: str, message: str) -> tuple[str, Span | None]:
    """Return the line where the offending key stands, and its place in it."""
    key = _UNKNOWN_KEY.search(message) or _KEY_PATH.search(message)
    if key is not None:
        written = re.compile(rf"""^[ \t\[]*["']?(?P<key>{re.escape(key[1])})\b""")
        for line in text.splitlines():
            if found := written.match(line):
                return line, Span(*found.span("key"))
    return "", None


def _with_absolute_paths(settings: Settings, folder: Path) -> Settings:
    ca_file = settings.fetch.ca_file
    if not ca_file:
        return settings
    absolute = os.path.abspath(folder / ca_file)
    fetch = msgspec.structs.replace(settings.fetch, ca_file=absolute)
    return msgspec.structs.replace(settings, fetch=fetch)
