"""Pages on loopback that are ingested, a desk with both origins that shows them, and a trap that counts."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Self

import uvicorn

from provenance import IngestOptions, Workplace
from provenance.pipeline.validation import Desk
from provenance.settings import FetchSettings, ServeSettings, Settings, VantageSettings
from provenance.validate.house import House
from provenance.web.access import Door
from provenance.web.app import LOOPBACK_NAMES, make_app
from provenance.web.archived.origin import make_archived_app
from provenance.web.archived.place import ArchivedPlace, by_port
from provenance.web.archived.shower import Shower
from provenance.web.audit import AuditLog
from provenance.web.library import Library
from provenance.web.workbench import Workbench
from support.workplace import a_workplace, ingest_text

__all__ = ["BothOrigins", "Told", "Trap", "both_origins", "ingest_pages"]

HOST = "www.fords.example"


class Told(NamedTuple):
    """What a path answers with."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"


class Trap:
    """Listens on loopback and answers everything; `asked` keeps whatever was asked for."""

    def __init__(self, answers: Mapping[str, Told] | None = None) -> None:
        self.asked: list[str] = []
        told = answers or {}
        trap = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                trap.asked.append(f"{self.command} {self.path}")
                found = told.get(self.path)
                body = found.body if found else b"owned()"
                kind = found.content_type if found else "text/javascript"
                self.send_response(200 if found or not told else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_OPTIONS = do_HEAD = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def ingest_pages(
    folder: Path,
    pages: Mapping[str, Told],
    claims: Mapping[str, str],
    clock: Callable[[], datetime] | None = None,
) -> Workplace:
    """Capture pages of one host by ingesting an update with one claim for each of them.

    `claims` says the claim of a path; a path without one has a claim of its own making.
    """
    lines = ["A Small Update", ""]
    for number, path in enumerate(pages, start=1):
        claim = claims.get(path, f"The toll at ford {number} was raised again")
        lines += [f"{claim}.[{number}]", ""]
    lines += ["References", ""]
    for number, path in enumerate(pages, start=1):
        lines += [f"[{number}] http://{HOST}{path}", ""]
    with Trap(pages) as web:
        fetch = FetchSettings(
            per_host_interval_s=0.0,
            connect_to={f"{HOST}:80": web.address.removeprefix("http://")},
            allow_networks=("127.0.0.0/8",),
            nameservers=("127.0.0.1:9",),
        )
        workplace = a_workplace(folder, Settings(fetch=fetch, vantage=VantageSettings(())), clock)
        draft = "\n".join(lines)
        with ThreadPoolExecutor(
            1
        ) as beside:  # a browser that is driven has this thread's event loop
            beside.submit(
                ingest_text, workplace, folder / "update.txt", draft, IngestOptions()
            ).result()
    return workplace


class BothOrigins(NamedTuple):
    """A desk that listens: its own address, that of archived pages, and what shows them."""

    address: str
    archived: str
    shower: Shower


@contextlib.contextmanager
def both_origins(
    library: Library, folder: Path, shower: Shower | None = None
) -> Iterator[BothOrigins]:
    """Serve a library as `provenance serve` does, in a thread of this process."""
    settings, serve = Settings(), ServeSettings()
    workplace = Workplace(library.db_path, library.archive_root, settings)
    door = Door(serve, now=time.monotonic, host="ada")
    config = uvicorn.Config("", log_level="error", lifespan="off", ws="none")
    sockets = [_bind(), _bind()]
    own, beside = (each.getsockname()[1] for each in sockets)
    with (
        Workbench(
            lambda today: Desk(settings, House(), today=today),
            serve,
            today=lambda: date(2024, 3, 8),
        ) as workbench,
        shower or Shower(library, settings.fetch, now=time.time) as showing,
    ):
        desk = make_app(
            workbench, door, library, audit=AuditLog(folder / "audit.jsonl"), workplace=workplace, hosts=LOOPBACK_NAMES,
            max_body_bytes=1_000_000, archived=ArchivedPlace(showing, beside, own),
        )  # fmt: skip
        config.app = by_port(desk, make_archived_app(showing, hosts=LOOPBACK_NAMES), beside)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": sockets})
        thread.start()
        try:
            yield BothOrigins(f"http://127.0.0.1:{own}", f"http://127.0.0.1:{beside}", showing)
        finally:
            server.should_exit = True
            thread.join()


def _bind() -> socket.socket:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(64)
    return bound
