"""A dead address of a host costs a head start, not the time for the whole connection."""

import asyncio
import socket
import ssl
from collections.abc import Iterator

import pytest

from provenance.fetch.pool import NoConnection, Origin, Pool
from provenance.fetch.race import HEAD_START_S, in_turns, race
from provenance.fetch.route import Route
from support.web import run

PAUSE_S = 0.02


class Made:
    def __init__(self, ip: str) -> None:
        self.ip = ip
        self.is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True


class Net:
    """Addresses that answer after so long, or fail."""

    def __init__(self, **says: float | Exception) -> None:
        self.says = says
        self.asked: list[str] = []
        self.cancelled: list[str] = []
        self.made: list[Made] = []

    async def __call__(self, ip: str) -> Made:
        self.asked.append(ip)
        said = self.says[ip]
        if isinstance(said, Exception):
            raise said
        try:
            await asyncio.sleep(said)
        except asyncio.CancelledError:
            self.cancelled.append(ip)
            raise
        self.made.append(Made(ip))
        return self.made[-1]


def test_the_first_that_answers_wins_and_the_hanging_one_is_given_up() -> None:
    async def main() -> None:
        net = Net(a=60.0, b=0.001, c=0.001)
        made, ip = await race("abc", net, head_start_s=PAUSE_S)
        assert (made.ip, ip, net.asked, net.cancelled) == ("b", "b", ["a", "b"], ["a"])
        assert not made.is_aborted

    run(main())


def test_a_slow_first_address_still_wins_over_a_slower_second() -> None:
    async def main() -> None:
        net = Net(a=3 * PAUSE_S, b=60.0)
        assert (await race("ab", net, head_start_s=PAUSE_S))[1] == "a"
        assert net.cancelled == ["b"]

    run(main())


def test_one_that_fails_outright_gives_up_its_head_start() -> None:
    async def main() -> None:
        net = Net(a=ConnectionRefusedError(), b=0.0)
        async with asyncio.timeout(1):
            assert (await race("ab", net, head_start_s=30.0))[1] == "b"

    run(main())


def test_where_none_answers_the_last_failure_is_told() -> None:
    async def main() -> None:
        with pytest.raises(ConnectionRefusedError, match="second"):
            await race("ab", Net(a=OSError("first"), b=ConnectionRefusedError("second")))
        with pytest.raises(OSError, match="no address"):
            await race("", Net())

    run(main())


def test_a_tls_failure_is_an_answer() -> None:
    async def main() -> None:
        net = Net(a=ssl.SSLError("bad"), b=0.0)
        with pytest.raises(ssl.SSLError):
            await race("ab", net, head_start_s=PAUSE_S)
        assert net.asked == ["a"]

    run(main())


def test_one_that_is_made_too_late_is_aborted() -> None:
    async def main() -> None:
        together = asyncio.Event()
        made = []

        async def attempt(ip: str) -> Made:
            await together.wait()
            made.append(Made(ip))
            return made[-1]

        racing = asyncio.ensure_future(race("ab", attempt, head_start_s=PAUSE_S))
        await asyncio.sleep(3 * PAUSE_S)
        together.set()
        winner, _ = await racing
        assert [each.is_aborted for each in made if each is not winner] == [True]

    run(main())


def test_a_cancelled_race_leaves_no_attempt() -> None:
    async def main() -> None:
        net = Net(a=60.0, b=60.0)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3 * PAUSE_S):
                await race("ab", net, head_start_s=PAUSE_S)
        assert net.cancelled == ["a", "b"]

    run(main())


def test_families_take_turns() -> None:
    assert in_turns(["1.1.1.1", "2.2.2.2", "::1", "::2", "::3"]) == [
        "1.1.1.1", "::1", "2.2.2.2", "::2", "::3",
    ]  # fmt: skip


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port of 127.0.0.2 that takes no connection and refuses none: its backlog is full."""
    with socket.socket() as listener, socket.socket() as filler:
        listener.bind(("127.0.0.2", 0))
        listener.listen(0)
        filler.connect(listener.getsockname())
        with socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(listener.getsockname())
            yield listener.getsockname()[1]


def test_a_host_whose_first_address_is_dead_is_reached_at_its_second(dead_port: int) -> None:
    async def main() -> None:
        server = await asyncio.start_server(
            lambda _reader, writer: writer.close(), "127.0.0.1", dead_port
        )
        pool = Pool(connect_s=5.0, max_idle=1, tls=ssl.create_default_context)
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        route = Route(("127.0.0.2", "127.0.0.1"), dead_port)
        _, ip = await pool.connect(Origin("a.test", dead_port, is_tls=False), route)
        assert ip == "127.0.0.1"
        assert HEAD_START_S <= loop.time() - began_s < 2.0
        await pool.aclose()
        server.close()
        await server.wait_closed()

    run(main())


def test_a_host_whose_every_address_is_dead_is_given_up_in_time(dead_port: int) -> None:
    async def main() -> None:
        pool = Pool(connect_s=0.3, max_idle=1, tls=ssl.create_default_context)
        route = Route(("127.0.0.2", "127.0.0.2", "127.0.0.2"), dead_port)
        with pytest.raises(NoConnection) as caught:
            await pool.connect(Origin("a.test", dead_port, is_tls=False), route)
        assert isinstance(caught.value.__cause__, TimeoutError)
        await pool.aclose()

    run(main())
