"""All bodies together stay within a budget, and nobody waits for ever or is cut for it."""

import asyncio
import os
from collections.abc import Callable

import pytest

from provenance.fetch import budget
from provenance.fetch.fetcher import Fetcher
from support.web import Asked, Clock, Part, Web, page, run, settings_for, until

KB = 1000
MB = 1000 * KB


def big(size_bytes: int) -> Callable[[Asked], list[Part]]:
    """A page of so many bytes, sent in pieces."""
    head = page(b"", Content_Length=str(size_bytes))
    piece = b"x" * (64 * 1024)

    def reply(_asked: Asked) -> list[Part]:
        whole, rest = divmod(size_bytes, len(piece))
        return [head, *[piece] * whole, piece[:rest]]

    return reply


def peak_of_round(
    hosts: int, size_bytes: int, limit_bytes: int, consume_s: float = 0.0, **fetch: object
) -> int:
    """Return the most bytes that were held while every host's page was fetched whole."""
    found: list[int] = []

    async def main() -> None:
        async with Web() as web:
            names = [f"h{number}.test" for number in range(hosts)]
            for name in names:
                web.say(name, "*", big(size_bytes))
            settings = settings_for(
                web, *names, robots="ignore", max_bytes_in_flight=limit_bytes, **fetch
            )
            async with Fetcher(settings, clock=Clock()) as fetcher:
                count = 0
                async for visit in fetcher.visits([f"http://{name}/" for name in names]):
                    assert visit.last is not None
                    assert (visit.last.truncated, len(visit.last.body)) == (None, size_bytes)
                    await asyncio.sleep(consume_s)
                    count += 1
                assert count == hosts
                assert fetcher._asker.budget.total_bytes == 0
                found.append(fetcher._asker.budget.most_bytes)
            await until(lambda: web.open == 0)

    run(main())
    return found[0]


def test_many_large_bodies_are_read_whole_within_the_budget() -> None:
    # a body, and for each connection what its socket's buffer gives in one read (256 KiB)
    peak = peak_of_round(24, 2 * MB, 4 * MB)
    assert 4 * MB <= peak <= 4 * MB + 2 * MB + 24 * 256 * 1024


def test_without_a_tight_budget_the_same_round_holds_more() -> None:
    assert peak_of_round(24, 2 * MB, 1000 * MB) > 16 * MB


def test_a_slow_consumer_is_not_overrun() -> None:
    peak = peak_of_round(24, 1 * MB, 3 * MB, consume_s=0.01)
    assert peak <= 3 * MB + 1 * MB + 24 * 256 * 1024


def test_the_time_of_an_exchange_stands_still_while_it_is_paused() -> None:
    # each consumer's pause is longer than the time that an exchange has in all
    assert peak_of_round(6, 2 * MB, 1 * MB, consume_s=0.2, total_timeout_s=0.6) > 0


def test_a_consumer_that_looks_for_itself_is_not_kept_waiting() -> None:
    async def main() -> None:
        async with Web() as web:
            names = [f"h{number}.test" for number in range(8)]
            for name in names:
                web.say(name, "*", big(1 * MB))
            settings = settings_for(web, *names, robots="ignore", max_bytes_in_flight=2 * MB)
            async with Fetcher(settings, clock=Clock()) as fetcher, asyncio.timeout(20):
                async for visit in fetcher.visits([f"http://{name}/" for name in names]):
                    for name in names:
                        probe = await fetcher.fetch(f"http://{name}/probe")
                        assert probe.last is not None
                        assert len(probe.last.body) == 1 * MB
                    assert visit.failure is None

    run(main())


def test_a_round_that_is_left_early_gives_its_bytes_back() -> None:
    async def main() -> None:
        async with Web() as web:
            names = [f"h{number}.test" for number in range(8)]
            for name in names:
                web.say(name, "*", big(1 * MB))
            settings = settings_for(web, *names, robots="ignore", max_bytes_in_flight=2 * MB)
            async with Fetcher(settings, clock=Clock()) as fetcher:
                stream = fetcher.visits([f"http://{name}/" for name in names])
                await anext(stream)
                await stream.aclose()
                assert fetcher._asker.budget.total_bytes == 0
                again = await fetcher.fetch("http://h1.test/")
                assert again.failure is None

    run(main())


def test_a_consumer_that_takes_nothing_for_long_stops_nobody_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may wait for a host that one of the paused looks at, in another process."""
    monkeypatch.setattr(budget, "PATIENCE_S", 0.2)

    async def main() -> None:
        async with Web() as web:
            web.say("a.test", "*", big(1 * MB))
            settings = settings_for(web, "a.test", robots="ignore", max_bytes_in_flight=2 * MB)
            async with Fetcher(settings, clock=Clock()) as fetcher, asyncio.timeout(20):
                fetcher._asker.budget.hold(2 * MB)  # and nobody comes for it
                loop = asyncio.get_running_loop()
                began_s = loop.time()
                found = [visit async for visit in fetcher.visits(["http://a.test/"])]
                assert len(found[0].hops[0].body) == 1 * MB
                assert loop.time() - began_s > 0.15
                fetcher._asker.budget.release(2 * MB)
                assert fetcher._asker.budget.total_bytes == 0

    run(main())


@pytest.mark.skipif(
    not os.environ.get("PROVENANCE_LONG_TESTS"), reason="$PROVENANCE_LONG_TESTS is not set"
)
def test_128_hosts_with_50_mb_each() -> None:
    peak = peak_of_round(128, 50 * MB - 1, 256 * MB)
    print(f"most bytes held: {peak / MB:.0f} MB")
    assert peak <= 256 * MB + 50 * MB + 128 * 256 * 1024
