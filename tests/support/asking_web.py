"""The application of `provenance serve` without a server: requests are handed to it in this process."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import msgspec

from provenance.pipeline.validation import Desk
from provenance.pipeline.workplace import Workplace, utc_now
from provenance.settings import ServeSettings, Settings
from provenance.validate.house import House
from provenance.web.access import Door
from provenance.web.app import LOOPBACK_NAMES, make_app
from provenance.web.audit import AuditLog
from provenance.web.library import Library
from provenance.web.workbench import Workbench

__all__ = ["Asking", "asking", "clean_draft", "draft_of_notes", "glued_draft"]

TODAY = date(2024, 3, 8)
BASE = "http://127.0.0.1:8321"


def draft_of_notes(count: int) -> str:
    """A draft with this many notes, nothing wrong with it."""
    claims = "\n\n".join(
        f"The ford at mile {number} was closed to barges on March {number % 28 + 1}, 2024.[{number}]"
        for number in range(1, count + 1)
    )
    notes = "\n".join(
        f"[{number}] https://www.tolls.example/2024/03/ford-{number}"
        for number in range(1, count + 1)
    )
    return f"A Short Update\n\nBy Ada Writer\n\n{claims}\n\nReferences\n\n{notes}\n"


def clean_draft() -> str:
    return draft_of_notes(1)


def glued_draft(count: int = 1) -> str:
    """The same with a second address glued to each note's: one safe fix a note."""
    return re.sub(
        r"(?m)^(\[\d+\] .*/ford-)(\d+)$",
        r"\1\2https://www.fords.example/news/\2",
        draft_of_notes(count),
    )


class Asking:
    """Asks the application; every answer is checked for the headers that all of them have."""

    def __init__(self, app: Any, peer: str = "127.0.0.1", audit_path: Path | None = None) -> None:
        self.app = app
        self.peer = peer
        self._audit_path = audit_path
        self.cookies = httpx.Cookies()

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        return asyncio.run(self._ask(method, path, **more))

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(
            self.app, raise_app_exceptions=False, client=(self.peer, 40000)
        )
        async with httpx.AsyncClient(
            transport=transport, base_url=BASE, cookies=self.cookies
        ) as client:
            answer = await client.request(method, path, **more)
        self.cookies.update(answer.cookies)
        assert "default-src 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        return answer

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self("GET", path, **more)

    def seal_of(self, path: str) -> str:
        """What the first form of a page carries."""
        page = self.get(path, headers={"Accept": "text/html"}).text
        return re.findall(r'name="csrf" value="([^"]*)"', page)[0]

    def audited(self) -> list[dict[str, str]]:
        """The lines of the audit log."""
        if self._audit_path is None or not self._audit_path.exists():
            return []
        return [json.loads(line) for line in self._audit_path.read_text().splitlines()]

    def post(self, path: str, content: bytes | str = b"", **more: Any) -> httpx.Response:
        return self("POST", path, content=content, **more)


@contextmanager
def asking(
    *,
    token_scrypt: str = "",
    serve: ServeSettings | None = None,
    max_body_bytes: int = 1_000_000,
    hosts: tuple[str, ...] = LOOPBACK_NAMES,
    now: Any = lambda: 0.0,
    peer: str = "127.0.0.1",
    make_looks: Any = None,
    library: Library | None = None,
    audit_path: Path | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Iterator[Asking]:
    """An application with a desk of its own; without a library there is no store."""
    settings = Settings()
    serve = serve or ServeSettings()
    if token_scrypt:
        serve = msgspec.structs.replace(serve, token_scrypt=token_scrypt)
    door = Door(serve, now=now, host="ada")

    def open_desk(today: date) -> Desk:
        return Desk(settings, House(), today=today)

    with (
        Workbench(open_desk, serve, today=lambda: TODAY, make_looks=make_looks) as workbench,
        TemporaryDirectory() as folder,
    ):
        library = library or Library(Path("no-such.db"), Path("no-such-archive"))
        audit = AuditLog(audit_path or Path(folder) / "audit.jsonl")
        place = Workplace(library.db_path, library.archive_root, settings, clock)
        app = make_app(
            workbench, door, library, audit=audit, workplace=place, hosts=hosts,
            max_body_bytes=max_body_bytes,
        )  # fmt: skip
        yield Asking(app, peer, audit.path)
