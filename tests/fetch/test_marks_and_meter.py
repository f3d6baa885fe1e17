"""What a bounded round promises: no URL begun twice, no request past the bound, what has most behind it first."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from provenance.fetch.fetcher import Fetcher
from provenance.fetch.marks import Marks
from provenance.fetch.meter import Meter
from provenance.fetch.rounds import visit_all
from provenance.model import Visit
from support.counting_web import HOSTS, CountingWeb

AT = datetime(2026, 3, 1, tzinfo=UTC)


def urls_of(hosts: int, each: int) -> list[str]:
    return [f"http://{HOSTS[host]}/{number}" for number in range(each) for host in range(hosts)]


async def visited(settings: object, urls: list[str], **bounds: object) -> tuple[list[str], int]:
    async with Fetcher(settings, clock=lambda: datetime.now(UTC), **bounds) as fetcher:  # type: ignore[arg-type]
        seen = [visit.url async for visit in fetcher.visits(urls, in_order=True)]
        return seen, fetcher.meter.sent


def test_a_mark_outlives_whoever_made_it_and_holds_for_all_that_share_the_file(
    tmp_path: Path,
) -> None:
    first = Marks(tmp_path / "marks")
    assert first.take("https://a.example/1")
    assert not first.take("https://a.example/1")
    # no close: it was killed
    second = Marks(tmp_path / "marks")
    assert not second.take("https://a.example/1")
    assert second.take("https://a.example/\udce9")
    assert "https://a.example/2" not in second


def test_half_a_mark_is_none_and_spoils_none(tmp_path: Path) -> None:
    path = tmp_path / "marks"
    Marks(path).take("https://a.example/1")
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:10])
    again = Marks(path)
    assert again.take("https://a.example/2")
    third = Marks(path)
    assert not third.take("https://a.example/1")
    assert not third.take("https://a.example/2")


def test_what_was_begun_is_not_asked_again(tmp_path: Path) -> None:
    urls = urls_of(2, 3)
    with CountingWeb() as web:
        settings = web.settings()
        first, _ = asyncio.run(visited(settings, urls[:4], marks=tmp_path / "m"))
        second, _ = asyncio.run(visited(settings, urls, marks=tmp_path / "m"))
    assert sorted(first + second) == sorted(urls)
    assert set(web.asked.values()) == {1}


def test_requests_end_at_the_bound_robots_and_redirects_counted() -> None:
    with CountingWeb() as web:
        seen, sent = asyncio.run(visited(web.settings(), urls_of(4, 10), max_requests=12))
    # four of them were for robots.txt
    assert sent == 12
    assert len(seen) == sum(web.asked.values()) == 8


def test_a_bound_that_suffices_changes_nothing() -> None:
    with CountingWeb() as web:
        seen, sent = asyncio.run(visited(web.settings(), urls_of(2, 3), max_requests=8))
    assert (len(seen), sent) == (6, 8)


def test_a_run_is_not_over_while_the_last_answer_is_still_to_come() -> None:
    async def main() -> list[bool]:
        meter = Meter(2)
        told = []
        async with meter.request():
            async with meter.request():
                told.append(meter.spent.is_set())
            told.append(meter.spent.is_set())
        return [*told, meter.spent.is_set()]

    assert asyncio.run(main()) == [False, False, True]


def test_in_order_hosts_take_turns_and_none_is_asked_twice_at_a_time() -> None:
    urls = ["https://a.example/1", "https://a.example/2", "https://b.example/1", "https://a.example/3",
            "https://c.example/1"]  # fmt: skip
    begun: list[str] = []
    busy: set[str] = set()

    async def fetch(url: str) -> Visit:
        host = url.split("/")[2]
        assert host not in busy
        busy.add(host)
        begun.append(url)
        await asyncio.sleep(0)
        busy.remove(host)
        return Visit(url, AT)

    async def take(workers: int) -> list[str]:
        begun.clear()
        seen = [visit.url async for visit in visit_all(urls, fetch, workers=workers, in_order=True)]
        assert sorted(seen) == sorted(urls)
        return list(begun)

    assert asyncio.run(take(1)) == urls
    two = asyncio.run(take(2))
    assert two[:2] == ["https://a.example/1", "https://b.example/1"]
    asyncio.run(take(9))


def test_several_processes_share_the_bound_and_the_marks(tmp_path: Path) -> None:
    from msgspec.structs import replace

    urls = urls_of(8, 4)
    with CountingWeb() as web:
        settings = web.settings()
        settings = replace(settings, fetch=replace(settings.fetch, processes=2))
        first, sent = asyncio.run(visited(settings, urls, marks=tmp_path / "m", max_requests=20))
        assert sent == 20
        assert len(first) == sum(web.asked.values()) < 20
        rest, _ = asyncio.run(visited(settings, urls, marks=tmp_path / "m"))
    assert sorted(first + rest) == sorted(urls)
    assert set(web.asked.values()) == {1}
