"""A round over several processes: nothing lost, nobody asked too soon, whoever is killed."""

import asyncio
import collections
import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from datetime import UTC, datetime

import msgspec
import pytest

from provenance.errors import ProvenanceError
from provenance.fetch import shards
from provenance.fetch.board import Board
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.shards import LENGTH, Done, Order, deal
from provenance.fetch.walk import Validators
from provenance.model import Visit
from provenance.settings import Settings
from support.web import Asked, Part, Reply, Web, page, redirect, run, settings_for, until

HOSTS = [f"h{number}.test" for number in range(8)]
Test = Callable[[Web, Fetcher], Awaitable[None]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The processes that a test's rounds start; none of them may be left."""
    made: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def keep(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        made.append(start(*arguments, **options))  # type: ignore[call-overload]
        return made[-1]

    monkeypatch.setattr(shards.subprocess, "Popen", keep)
    yield made
    assert [process.poll() is None for process in made] == [False] * len(made)


def on_web(routes: dict[tuple[str, str], Reply], test: Test, **fetch: object) -> None:
    async def main() -> None:
        async with Web() as web:
            web.routes.update(routes)
            options = {"processes": 2, "attempts": 1} | fetch
            settings = settings_for(web, *{host for host, _ in routes}, **options)
            async with Fetcher(settings, clock=lambda: datetime.now(UTC)) as fetcher:
                async with asyncio.timeout(60):
                    await test(web, fetcher)
            await until(lambda: web.open == 0)

    run(main())


async def all_of(fetcher: Fetcher, urls: list[str]) -> list[Visit]:
    return [visit async for visit in fetcher.visits(urls)]


def test_a_domain_goes_to_one_process_always_and_every_url_once() -> None:
    urls = [f"http://{sub}.d{number}.org/{number}" for number in range(50) for sub in ("www", "m")]
    hands = deal([*urls, *urls], 4)
    assert sorted(itertools.chain(*hands)) == sorted(urls)
    homes = {url.split(".")[1]: place for place, hand in enumerate(hands) for url in hand}
    for place, hand in enumerate(hands):
        assert {homes[url.split(".")[1]] for url in hand} <= {place}
    assert min(map(len, hands)) > 5
    assert deal(urls, 4) == hands
    assert sum(len(hand) for hand in deal(["not a url", "mailto:x", ""], 3)) == 3


def test_every_url_comes_back_once_with_its_bytes(started: list[object]) -> None:
    async def test(web: Web, fetcher: Fetcher) -> None:
        urls = [f"http://{host}/{number}" for host in HOSTS for number in range(5)]
        visits = await all_of(fetcher, [*urls, "mailto:x", urls[0]])
        assert sorted(visit.url for visit in visits) == sorted([*urls, "mailto:x"])
        bodies = {visit.url: visit.hops[-1].body for visit in visits if visit.hops}
        assert bodies["http://h3.test/4"] == b"x" * 300_000
        assert sorted(web.paths_asked()) == sorted(f"/{n}" for n in range(5) for _ in HOSTS)
        assert len(started) == 2

    on_web({(host, "*"): page(b"x" * 300_000) for host in HOSTS}, test)


def test_validators_and_cheap_looks_reach_the_processes(started: list[object]) -> None:
    def conditional(asked: Asked) -> bytes:
        is_known = b"\r\nIf-None-Match: x\r\n" in asked.head
        return b"HTTP/1.1 304 Not Modified\r\n\r\n" if is_known else page("words")

    async def test(web: Web, fetcher: Fetcher) -> None:
        urls = [f"http://{host}/" for host in HOSTS]
        known = {url: Validators(url, "x") for url in urls[:4]}
        statuses = {v.url: v.hops[-1].status async for v in fetcher.visits(urls, known)}
        assert [statuses[url] for url in urls] == [304] * 4 + [200] * 4
        checks = [visit async for visit in fetcher.checks(urls)]
        assert {hop.method for visit in checks for hop in visit.hops[:1]} == {"GET"}
        assert b"HEAD" in {asked.head[:4] for asked in web.asked}

    def reply(asked: Asked) -> list[Part] | bytes:
        is_head = asked.head.startswith(b"HEAD")
        return b"HTTP/1.1 405 No\r\n\r\n" if is_head else conditional(asked)

    on_web({(host, "*"): reply for host in HOSTS}, test)


def test_a_host_that_all_processes_are_led_to_is_asked_in_turn() -> None:
    times: list[float] = []

    def stamped(asked: Asked) -> list[Part]:
        times.append(asyncio.get_running_loop().time())
        return [0.05, page()]

    async def test(web: Web, fetcher: Fetcher) -> None:
        assert len({i for i, hand in enumerate(deal(urls, 3)) if hand}) == 3
        visits = await all_of(fetcher, urls)
        assert all(visit.hops[-1].status == 200 for visit in visits)
        assert len(times) == len(urls) == web.paths_asked("one.test").__len__()
        assert web.most_at_once["one.test"] == 1
        assert min(b - a for a, b in itertools.pairwise(times)) > 0.1 - 0.005

    urls = [f"http://{host}/" for host in HOSTS]
    routes: dict[tuple[str, str], Reply] = {
        (host, "*"): redirect("http://one.test/") for host in HOSTS
    }
    routes["one.test", "*"] = stamped
    on_web(routes, test, processes=3, per_host_interval_s=0.1, robots="ignore")


def test_retry_after_holds_in_every_process() -> None:
    async def test(web: Web, fetcher: Fetcher) -> None:
        visits = await all_of(fetcher, [f"http://{host}/" for host in HOSTS])
        kinds = collections.Counter(visit.failure.kind for visit in visits if visit.failure)
        assert kinds == {"later": len(HOSTS)}
        assert len(web.paths_asked("one.test")) == 1

    routes: dict[tuple[str, str], Reply] = {
        (host, "*"): redirect("http://one.test/") for host in HOSTS
    }
    routes["one.test", "*"] = page("", "503 Busy", Retry_After="3600")
    on_web(routes, test, processes=3, per_host_interval_s=0.02, robots="ignore")


def test_a_process_that_is_killed_costs_only_what_it_had_in_flight(
    started: list[subprocess.Popen[bytes]],
) -> None:
    async def test(web: Web, fetcher: Fetcher) -> None:
        urls = [f"http://{host}/{number}" for host in HOSTS for number in range(10)]
        seen: list[str] = []
        async with aclosing(fetcher.visits(urls)) as visits:
            async for visit in visits:
                seen.append(visit.url)
                if len(seen) in {10, 30}:
                    os.kill(started[-1].pid, signal.SIGKILL)
        assert sorted(seen) == sorted(urls)
        assert len(started) == 4
        twice = len(web.paths_asked()) - len(urls)
        # what was asked and not yet handed over: one a host, and what waited in the pipe
        assert 0 <= twice <= 2 * (len(HOSTS) + shards._MAX_WAITING_VISITS)

    on_web({(host, "*"): [0.03, page()] for host in HOSTS}, test, robots="ignore")


def test_a_process_that_keeps_dying_is_given_up_with_the_urls_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test(web: Web, fetcher: Fetcher) -> None:
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(ExceptionGroup) as caught:
            await all_of(fetcher, ["http://h0.test/"])
        (fault,) = caught.value.exceptions
        assert isinstance(fault, ProvenanceError)
        assert "died 3 times over 1 URLs, http://h0.test/" in fault.message

    on_web({("h0.test", "*"): page()}, test)


def test_a_fault_of_the_house_in_a_process_is_raised_after_the_other_visits(
    started: list[object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    missing = str(tmp_path_factory.mktemp("ca") / "none.pem")

    async def test(web: Web, fetcher: Fetcher) -> None:
        seen: list[str] = []
        urls = ["https://h1.test/", *(f"http://{host}/" for host in HOSTS)]

        async def listen() -> None:
            async for visit in fetcher.visits(urls):
                seen.append(visit.url)  # noqa: PERF401

        with pytest.raises(ExceptionGroup) as caught:
            await listen()
        assert sorted(seen) == sorted(urls[1:])
        assert "none.pem" in str(caught.value.exceptions[0])
        assert len(started) == 2

    routes: dict[tuple[str, str], Reply] = {(host, "*"): page() for host in HOSTS}

    async def main() -> None:
        async with Web() as web:
            web.routes.update(routes)
            stand_ins = {f"{host}:80": f"127.0.0.1:{web.port}" for host in HOSTS}
            stand_ins["h1.test:443"] = f"127.0.0.1:{web.port}"
            settings = settings_for(
                web, processes=2, attempts=1, connect_to=stand_ins, ca_file=missing,
                robots="ignore",
            )  # fmt: skip
            async with Fetcher(settings, clock=lambda: datetime.now(UTC)) as fetcher:
                await test(web, fetcher)

    run(main())


def test_whoever_stops_listening_leaves_no_process(started: list[subprocess.Popen[bytes]]) -> None:
    async def test(web: Web, fetcher: Fetcher) -> None:
        async with aclosing(fetcher.visits([f"http://{host}/" for host in HOSTS])) as visits:
            await anext(visits)
        assert [process.poll() is None for process in started] == [False, False]

    routes: dict[tuple[str, str], Reply] = {(host, "*"): [20.0] for host in HOSTS}
    routes["h0.test", "*"] = page()
    on_web(routes, test, robots="ignore")


def test_a_process_ends_with_its_parent() -> None:
    ours, theirs = socket.socketpair()
    board = Board.make()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "provenance.fetch.shard_child",
             str(theirs.fileno()), str(board.fd)],
            pass_fds=(theirs.fileno(), board.fd),
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
    ours.close()
    assert process.wait(timeout=20) != 0
    board.close()


def test_a_parent_that_reads_late_misses_nothing() -> None:
    board = Board.make()
    urls = tuple(f"mailto:{number}@a.test" for number in range(150))
    order = msgspec.msgpack.encode(Order(Settings(), urls, {}))
    ours, theirs = socket.socketpair()
    with theirs, ours:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_608)
        process = subprocess.Popen(
            [sys.executable, "-m", "provenance.fetch.shard_child",
             str(theirs.fileno()), str(board.fd)],
            pass_fds=(theirs.fileno(), board.fd),
        )  # fmt: skip
        theirs.close()
        ours.sendall(LENGTH.pack(len(order)) + order)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1.5)
        with process, ours.makefile("rb") as stream:
            said = stream.read()
    board.close()
    last = msgspec.msgpack.encode(Done())
    assert said.endswith(LENGTH.pack(len(last)) + last)


# -- the board ----------------------------------------------------------------

_HOLD = """
import sys, time
from provenance.fetch.board import Board
board = Board(int(sys.argv[1]))
assert board.try_lock("a.test")
board.write_turn("a.test", 7.5)
board.write_not_before("a.test", 9.0)
print("held", flush=True)
time.sleep(60)
"""


def test_a_killed_holder_gives_its_host_back_and_what_it_noted_stays() -> None:
    board = Board.make()
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(board.fd)], pass_fds=(board.fd,), stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert not board.try_lock("a.test")
        assert board.try_lock("b.test")
        holder.kill()
        holder.wait()
    assert board.try_lock("a.test")
    assert board.read("a.test") == (7.5, 9.0)
    board.write_not_before("a.test", 8.0)
    assert board.read("a.test") == (7.5, 9.0)
    assert board.read("b.test") == (0.0, 0.0)
    board.unlock("a.test")
    board.close()
