"""The catalogue run: every server of it on loopback, one fetcher, each look with what it left behind."""

import asyncio
import contextlib
import gc
import os
import re
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import trustme

from provenance.fetch.classify import observe
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.seen import Known
from provenance.fetch.walk import Validators
from provenance.formats.page import PageFacts
from provenance.model import Verdict, Visit
from provenance.settings import FetchSettings, Settings, VantageSettings
from support.hostile_web import (
    AT_ONCE,
    CONNECT_S,
    FIRST_BYTE_S,
    LOOKUP_S,
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    TOTAL_S,
    Behaviour,
    Reply,
)
from support.hostile_web_names import NAMES, ZONE, OddNameService
from support.hostile_web_pages import STATUSES, WALLS
from support.hostile_web_sockets import SERVERS, SOCKETS, TLS, Ports
from support.hostile_web_ways import HEAD, REDIRECTS, ROBOTS
from support.hostile_web_wire import ENCODINGS, FRAMING, HEADS, SLOW
from support.web import Web, page

SECTIONS: dict[str, tuple[Behaviour, ...]] = {
    "Framing of a body": FRAMING,
    "Heads and status lines": HEADS,
    "Slow and endless": SLOW,
    "Content codings and charsets": ENCODINGS,
    "Statuses": STATUSES,
    "Walls, notices and missing pages": WALLS,
    "HEAD": HEAD,
    "Redirects": REDIRECTS,
    "robots.txt": ROBOTS,
    "Names": NAMES,
    "Sockets": SOCKETS,
    "TLS": TLS,
}
CATALOGUE = {behaviour.name: behaviour for part in SECTIONS.values() for behaviour in part}
ROUND = re.compile(r"^r\d+\.")


def count_distinct() -> int:
    """Return how many behaviours there are, those that differ only in a number counted once."""
    told = (f"{each.rule} {each.says}" for each in CATALOGUE.values())
    return len({re.sub(r"\d", "", text) for text in told})


class Looked(NamedTuple):
    """What a look at a behaviour amounted to."""

    visit: Visit
    verdict: Verdict
    page: PageFacts | None
    took_s: float


class Routes(dict[tuple[str, str], Reply]):
    """Routes by host and path; `r7.a.test` is a.test in the seventh round."""

    def get(self, key: tuple[str, str], default: object = None) -> object:  # type: ignore[override]
        host, path = key
        return super().get((ROUND.sub("", host.rstrip(".")), path), default)


class HostileWeb(Web):
    """Every server of the catalogue."""

    def __init__(self, ca: trustme.CA) -> None:
        super().__init__(ca)
        self.routes = Routes()  # type: ignore[assignment]
        self.ports: Ports = {}
        self.service = OddNameService(dict(ZONE))
        self._kept: list[object] = []
        self.say("shared.test", "*", page("", "404 Not Found"))
        for behaviour in CATALOGUE.values():
            for path, reply in behaviour.routes.items():
                host, slash, rest = path.partition("/")
                self.say(host or behaviour.own_host, (slash + rest) or host, reply)  # type: ignore[arg-type]
                if path == "*":
                    self.say(behaviour.own_host, "*", reply)  # type: ignore[arg-type]

    async def __aenter__(self) -> "HostileWeb":
        await super().__aenter__()
        await self.service.__aenter__()
        for name, start in SERVERS.items():
            assert self._ca is not None
            self.ports[name] = await start(self._ca, self._kept)
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in list(self._kept):
            each.close()  # type: ignore[attr-defined]
        await self.service.__aexit__()
        await super().__aexit__()

    def count_open(self) -> int:
        """Return how many connections are open on the servers' side."""
        return self.open + sum(isinstance(each, asyncio.BaseTransport) for each in self._kept)

    def settings(self, ca_file: str, rounds: int = 1, **more: object) -> Settings:
        """Return the settings under which the catalogue is looked at, so many times."""
        stand_ins: dict[str, str] = {"shared.test:80": f"127.0.0.1:{self.port}"}
        for behaviour in CATALOGUE.values():
            if "{port}" in behaviour.cited or (
                behaviour.outcome == "gone" and behaviour.rule == "nxdomain"
            ):
                continue
            scheme = "443" if behaviour.cited.startswith("https") else "80"
            port = self.ports[behaviour.server] if behaviour.server else self.port
            for number in range(rounds):
                for prefix in {"", f"r{number}."}:
                    stand_ins[f"{prefix}{behaviour.own_host}:{scheme}"] = f"127.0.0.1:{port}"
        for path in (p for b in CATALOGUE.values() for p in b.routes if p[0] not in "/*"):
            stand_ins[f"{path.partition('/')[0]}:80"] = f"127.0.0.1:{self.port}"
        values: dict[str, object] = {
            "per_host_interval_s": 0.0, "max_crawl_delay_s": 0.1, "attempts": 1, "concurrency": 64,
            "lookup_timeout_s": LOOKUP_S, "connect_timeout_s": CONNECT_S, "first_byte_timeout_s": FIRST_BYTE_S, "total_timeout_s": TOTAL_S,
            "max_header_bytes": MAX_HEAD_BYTES, "max_body_bytes": MAX_BODY_BYTES,
            "connect_to": stand_ins, "allow_ports": (self.port,), "ca_file": ca_file,
            "allow_networks": ("127.0.0.1/32", "127.0.0.3/32", "127.0.0.96/27"),
            "nameservers": (self.service.address,),
        }  # fmt: skip
        fetch = FetchSettings(**(values | more))  # type: ignore[arg-type]
        return Settings(fetch=fetch, vantage=VantageSettings(("canary.test",)))

    def url_of(self, behaviour: Behaviour, number: int | None = None) -> str:
        """Return what is cited, in a round of its own if there are several."""
        url = behaviour.cited.replace("{port}", str(self.port))
        if number is None or "{port}" in behaviour.cited or behaviour.name.startswith("name_"):
            return url
        return url.replace("://", f"://r{number}.", 1)


@contextlib.asynccontextmanager
async def open_fetcher(settings: Settings) -> AsyncIterator[Fetcher]:
    """Open a fetcher on the real clock."""
    async with Fetcher(settings, clock=lambda: datetime.now(UTC)) as fetcher:
        yield fetcher


async def look_at_all(fetcher: Fetcher, web: HostileWeb, number: int | None = None) -> list[Looked]:
    """Look at the whole catalogue, so many at once that no look waits long for this process."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def look(behaviour: Behaviour) -> Looked:
        async with slots:
            return await look_at(fetcher, behaviour, web.url_of(behaviour, number))

    return await asyncio.gather(*map(look, CATALOGUE.values()))


async def look_at(fetcher: Fetcher, behaviour: Behaviour, url: str) -> Looked:
    """Look once, and judge by what is known beforehand."""
    loop = asyncio.get_running_loop()
    started_s = loop.time()
    holds = Validators(url, behaviour.holds) if behaviour.holds else None
    visit = await (fetcher.check(url) if behaviour.by_head else fetcher.fetch(url, holds))
    took_s = loop.time() - started_s
    return Looked(visit, *observe(visit, Known(shows=behaviour.shows)), took_s)


def open_files() -> list[str]:
    """Return what this process has open: sockets and files, each as the system calls it."""
    gc.collect()
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(os.readlink(entry))
    return found


def can_use_ipv6() -> bool:
    """Tell whether this machine has an IPv6 loopback."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
