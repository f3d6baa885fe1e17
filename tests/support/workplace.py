"""Workplaces for tests of the whole job: folders, small documents, a web, a machine without one."""

import contextlib
import json
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
from msgspec.structs import replace

from provenance import IngestOptions, IngestReport, Workplace, ingest
from provenance.demo.web import SampleWeb
from provenance.settings import Settings

# Real-looking hosts of our own for documents that the sample web knows nothing about.
STAND_INS = tuple(f"desk{number}.example.org" for number in range(8))

Rows = dict[str, list[tuple[Any, ...]]]


class Later:
    """The clock of a run that takes place so much later; it goes on as time does."""

    def __init__(self, **after: float) -> None:
        self._after = timedelta(**after)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._after


def a_workplace(
    folder: Path, settings: Settings | None = None, clock: Callable[[], datetime] | None = None
) -> Workplace:
    """A database and an archive in `folder`; by default on a machine that asks nobody."""
    made = Workplace(folder / "provenance.db", folder / "archive", settings or Settings())
    return replace(made, clock=clock) if clock else made


def web_settings(web: SampleWeb) -> Settings:
    """Settings that lead to the sample web and hardly wait for its hosts."""
    settings = web.settings(Settings())
    return replace(settings, fetch=replace(settings.fetch, per_host_interval_s=0.01))


def settings_file(folder: Path, settings: Settings, **sections: dict[str, object]) -> Path:
    """Write `[fetch]` of these settings, and other sections, as a settings file."""
    fetch = settings.fetch
    keys = ("ca_file", "allow_networks", "per_host_interval_s", "nameservers", "connect_to")
    parts = {"fetch": {key: getattr(fetch, key) for key in keys}}
    for name, values in sections.items():
        parts[name] = {**parts.get(name, {}), **values}
    lines = []
    for name, values in parts.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {_toml(value)}" for key, value in values.items()]
    path = folder / "settings.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    return json.dumps(value)


def a_draft(
    urls: Iterable[str], *, title: str = "A Small Update", origin: str = "", word: str = "barges"
) -> str:
    """A small document: one sentence and one note for each URL."""
    urls = list(urls)
    lines = [title, ""]
    if origin:
        lines = [title, "", " SOURCE :", "", f" ( ) {title}:  {origin}", ""]
    lines += [
        " ".join(
            f"The guild counted {number + 3} {word} on the river.[{number}]"
            for number in range(1, len(urls) + 1)
        ),
        "",
        "References",
        "",
    ]
    for number, url in enumerate(urls, start=1):
        lines += [f"[{number}] {url}", ""]
    return "\n".join(lines)


def ingest_text(
    workplace: Workplace, path: Path, text: str, options: IngestOptions | None = None
) -> IngestReport:
    """Write a document and take it in, leaving sources alone unless `options` say else."""
    path.write_text(text, encoding="utf-8")
    return ingest([str(path)], workplace, options or IngestOptions(fetch=False))


def query(workplace: Workplace, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Ask the database as a stranger would."""
    with contextlib.closing(sqlite3.connect(workplace.db_path)) as connection:
        return connection.execute(sql, parameters).fetchall()


_COLUMNS = {"names": "kind, name, uses"}


def all_rows(db_path: Path) -> Rows:
    """Every row of every table, keys and full-text indices included.

    Left out is only what is of the file, not of its content: when a migration was applied, and the
    keys of names, which tell in which order they were met.
    """
    with contextlib.closing(sqlite3.connect(db_path)) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "_")) and "_fts_" not in name
        ]
        rows = {
            name: sorted(
                connection.execute(f'SELECT {_COLUMNS.get(name, "*")} FROM "{name}"').fetchall(),
                key=repr,
            )
            for name in names
        }
        for name in names:
            if name.endswith("_fts"):
                check = f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)"
                connection.execute(check)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return rows


def archive_files(workplace: Workplace) -> dict[str, bytes]:
    """Every file of the archive but the lock, with its bytes."""
    root = workplace.archive_root
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


@contextlib.contextmanager
def a_machine_without_internet() -> Iterator[Settings]:
    """Settings of a machine whose name service says of every name that it does not exist."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as names:
        names.bind(("127.0.0.1", 0))
        address = "{}:{}".format(*names.getsockname())
        thread = threading.Thread(target=_deny_all, args=(names,), daemon=True)
        thread.start()
        try:
            base = Settings()
            yield replace(
                base,
                fetch=replace(base.fetch, nameservers=(address,), per_host_interval_s=0.0),
            )
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as goodbye:
                goodbye.sendto(b"", names.getsockname())
            thread.join()


def _deny_all(names: socket.socket) -> None:
    while True:
        data, sender = names.recvfrom(4096)
        if not data:
            return
        reply = dns.message.make_response(dns.message.from_wire(data))
        reply.set_rcode(dns.rcode.NXDOMAIN)
        names.sendto(reply.to_wire(), sender)
