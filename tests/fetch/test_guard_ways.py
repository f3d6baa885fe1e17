"""SSRF: no way that a citation, a redirect or a robots.txt can be written leads into the house."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import dns.message
import dns.rdatatype
import dns.rrset
import pytest

from provenance.fetch.classify import observe
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.guard import Guard
from provenance.model import Failure, Visit
from provenance.settings import FetchSettings, Settings, VantageSettings
from support.hostile_web_run import can_use_ipv6
from support.ways_inside import INSIDE, WAYS
from support.web import NameService, Web, page, redirect, run

# It stands for the public web: the one address that the guard is told to allow.
PUBLIC = "127.0.0.77"


class House(NamedTuple):
    """A listener that must never be reached, a public web, and every address that was tried."""

    port: int
    reached: list[str]
    tried: list[tuple[str, int]]
    web: Web
    settings: Settings


def robots_host(way: str) -> str:
    """Return the host whose robots.txt leads this way: it is asked for once."""
    return f"{way.replace('_', '-')}.robots.test"


class Names(NameService):
    """Says of `alias.test` that it is another name, and of `rebinds.test` something else each time."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text().rstrip(".").lower()
        if name not in {"alias.test", "rebinds.test"}:
            return super().datagram_received(data, addr)
        reply = dns.message.make_response(query)
        self.asked.append((name, ""))
        owner = name
        if name == "alias.test":
            owner = "inside.test"
            reply.answer.append(
                dns.rrset.from_text("alias.test.", 60, "IN", "CNAME", "inside.test.")
            )
        address = "127.0.0.1"
        if name == "rebinds.test" and self.asked.count((name, "")) > 2:
            address = PUBLIC
        if query.question[0].rdtype == dns.rdatatype.A:
            reply.answer.append(dns.rrset.from_text(f"{owner}.", 0, "IN", "A", address))
        self._transport.sendto(reply.to_wire(), addr)
        return None


@contextlib.asynccontextmanager
async def a_house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """Open the listener (on every address of this machine but the public one's port) and the web."""
    reached: list[str] = []
    tried: list[tuple[str, int]] = []

    async def inside(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(str(writer.get_extra_info("sockname")[0]))
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(page("secret"))
        writer.close()

    loop_class = asyncio.base_events.BaseEventLoop
    connect = loop_class.create_connection

    async def watched(
        loop: Any, factory: Any, host: Any = None, port: Any = None, **more: Any
    ) -> Any:
        tried.append((host, port))
        return await connect(loop, factory, host, port, **more)

    monkeypatch.setattr(loop_class, "create_connection", watched)
    async with NameService({}) as _, Names(dict(INSIDE)) as service:
        # 0.0.0.0 takes what is sent to any loopback address; the web's own port is another
        server = await asyncio.start_server(inside, "0.0.0.0", 0)
        port = server.sockets[0].getsockname()[1]
        with contextlib.suppress(OSError):
            server6 = await asyncio.start_server(inside, "::", port)
        web = Web()
        front = await asyncio.start_server(web._serve, PUBLIC, 0)
        web.port = front.sockets[0].getsockname()[1]
        fetch = FetchSettings(
            allow_networks=(f"{PUBLIC}/32",), allow_ports=(port, web.port), attempts=1,
            connect_to={f"{name}:80": f"{PUBLIC}:{web.port}" for name in ("public.test", "robots.test", *map(robots_host, WAYS))},
            per_host_interval_s=0.0, nameservers=(service.address,), connect_timeout_s=1.0,
            first_byte_timeout_s=1.0, total_timeout_s=1.0, lookup_timeout_s=1.0,
        )  # fmt: skip
        settings = Settings(fetch=fetch, vantage=VantageSettings(("canary.test",)))
        try:
            yield House(port, reached, tried, web, settings)
        finally:
            for each in (server, front, server6) if can_use_ipv6() else (server, front):
                each.close()
            for writer in list(web._writers):
                writer.transport.abort()
            await asyncio.sleep(0.05)


def a_fetcher(settings: Settings) -> Fetcher:
    return Fetcher(settings, clock=lambda: datetime.now(UTC))


Ways = dict[str, Visit]


@pytest.fixture(scope="module")
def led() -> dict[str, tuple[Ways, list[str], list[tuple[str, int]]]]:
    """Try every way from a citation, from a redirect, and from the redirect of a robots.txt."""
    found: dict[str, tuple[Ways, list[str], list[tuple[str, int]]]] = {}

    async def main(kind: str) -> None:
        with pytest.MonkeyPatch.context() as patch:
            async with a_house(patch) as house:
                urls = {
                    name: way.written.replace("{port}", str(house.port))
                    for name, way in WAYS.items()
                }
                async with a_fetcher(house.settings) as fetcher:
                    visits = {
                        name: await _lead(kind, house.web, fetcher, url, robots_host(name))
                        for name, url in urls.items()
                    }
                allowed = (PUBLIC, house.web.port)
                found[kind] = (
                    visits,
                    house.reached,
                    [each for each in house.tried if each != allowed],
                )

    for kind in ("citation", "redirect", "robots"):
        run(main(kind))
    return found


async def _lead(kind: str, web: Web, fetcher: Fetcher, url: str, host: str) -> Visit:
    if kind == "citation":
        return await fetcher.fetch(url)
    location = url.encode("utf-8").decode("latin-1")
    head, _, rest = redirect("LOCATION").partition(b"LOCATION")
    reply = head + location.encode("latin-1") + rest
    if kind == "redirect":
        web.say("public.test", "/x", reply)
        return await fetcher.fetch("http://public.test/x")
    web.say(host, "/robots.txt", reply)
    web.say(host, "/x", page("public"))
    return await fetcher.fetch(f"http://{host}/x")


@pytest.mark.parametrize("kind", ["citation", "redirect", "robots"])
def test_no_way_reaches_the_listener_or_any_address_but_the_publics(
    led: dict[str, tuple[Ways, list[str], list[tuple[str, int]]]], kind: str
) -> None:
    _, reached, tried = led[kind]
    assert (reached, tried) == ([], [])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["citation", "redirect", "robots"])
def test_every_way_in_is_refused_and_says_why(
    led: dict[str, tuple[Ways, list[str], list[tuple[str, int]]]], kind: str, way: str
) -> None:
    visit = led[kind][0][way]
    if kind == "robots" and visit.failure is None:
        # a robots.txt that leads nowhere forbids nothing: the public page was read
        assert visit.last is not None
        assert (visit.last.ip, visit.last.body) == (PUBLIC, b"public")
        return
    if visit.failure is None:  # in a header such bytes are no longer that address
        assert (kind, way) in {
            ("redirect", "newline_in_host"),
            ("redirect", "leading_control_characters"),
        }
        return
    assert visit.failure.kind in {"guard", "unsupported", "redirects", "robots_unavailable"}
    assert visit.failure.detail
    assert observe(visit)[0].outcome in {"not_checkable", "temporary"}


def test_there_are_enough_ways() -> None:
    assert len(WAYS) >= 40


def test_without_a_guard_they_would_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    """The listener is real: what the guard is for happens where there is none."""
    nobody = dict.fromkeys(("refuse_url", "refuse_addresses", "refuse_address"), lambda *_: None)
    arrived: dict[str, bool] = {}

    async def main() -> None:
        async with a_house(monkeypatch) as house:
            for name, blind in nobody.items():
                monkeypatch.setattr(Guard, name, blind)
            for name, way in WAYS.items():
                if not way.arrives or (_is_ipv6(name) and not can_use_ipv6()):
                    continue
                house.reached.clear()
                async with a_fetcher(house.settings) as fetcher:
                    await fetcher.fetch(way.written.replace("{port}", str(house.port)))
                arrived[name] = bool(house.reached)

    run(main())
    assert [name for name, did in arrived.items() if not did] == []
    assert len(arrived) >= 40


def _is_ipv6(name: str) -> bool:
    written = WAYS[name].written
    return "[" in written or name.endswith("_6") or "mapped" in name


def test_a_robots_txt_that_leads_inside_stops_the_page_too() -> None:
    async def main() -> None:
        with pytest.MonkeyPatch.context() as patch:
            async with a_house(patch) as house:
                house.web.say(
                    "robots.test", "/robots.txt", redirect(f"http://127.0.0.1:{house.port}/")
                )
                house.web.say("robots.test", "/x", page())
                async with a_fetcher(house.settings) as fetcher:
                    visit = await fetcher.fetch("http://robots.test/x")
                assert isinstance(visit.failure, Failure)
                assert visit.failure.kind == "robots_unavailable"
                assert house.reached == []
                assert house.web.paths_asked() == []

    run(main())


def test_a_name_that_is_public_first_and_private_later_is_asked_for_once() -> None:
    """Rebinding: between the check and the connection nobody asks the name service again."""

    class Turns(NameService):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            asked = self.asked.count(("turns.test", "A"))
            self.zone["turns.test"] = [PUBLIC] if asked == 0 else ["127.0.0.1"]
            super().datagram_received(data, addr)

    async def main() -> None:
        with pytest.MonkeyPatch.context() as patch:
            async with a_house(patch) as house, Turns(dict(INSIDE), ttl_s=0) as service:
                house.web.say("turns.test", "*", page("public"))
                fetch = house.settings.fetch
                settings = Settings(
                    fetch=type(fetch)(**{name: getattr(fetch, name) for name in fetch.__struct_fields__}
                                      | {"nameservers": (service.address,)}),
                    vantage=house.settings.vantage,
                )  # fmt: skip
                async with a_fetcher(settings) as fetcher:
                    visit = await fetcher.fetch(f"http://turns.test:{house.web.port}/x")
                assert visit.failure is None
                assert visit.last is not None
                assert visit.last.ip == PUBLIC
                assert house.reached == []

    run(main())


def test_the_machine_that_tests_run_on_has_the_loopback_that_they_need() -> None:
    with socket.socket() as probe:
        probe.bind((PUBLIC, 0))
