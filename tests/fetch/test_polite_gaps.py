"""What a host sees of us, measured on its side; and that thousands of looks leave nothing open."""

import asyncio
import itertools
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from provenance.fetch.fetcher import Fetcher
from provenance.fetch.gate import host_key
from provenance.fetch.walk import Validators
from support.web import (
    Asked,
    Clock,
    Close,
    Part,
    Reply,
    Reset,
    Web,
    page,
    redirect,
    run,
    settings_for,
    until,
)

GAP_S = 0.08
_LOOKS = int(os.environ.get("PROVENANCE_FETCH_LOOKS", "1500"))


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, str]:
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(path)
    return ca, str(path)


class Stamped:
    """Replies that note when each host's requests came in, and how many at once."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def __call__(self, reply: Reply) -> Reply:
        def stamped(asked: Asked) -> bytes | list[Part]:
            times = self.times.setdefault(host_key(asked.host), [])
            times.append(asyncio.get_running_loop().time())
            said = reply(asked) if callable(reply) else reply
            return said if isinstance(said, list) else [0.01, said]

        return stamped

    def gaps(self, host: str) -> list[float]:
        return [b - a for a, b in itertools.pairwise(self.times[host])]


def head_is_refused(asked: Asked) -> bytes:
    return page("", "405 No") if asked.head.startswith(b"HEAD") else page()


def busy_once(asked: Asked, seen: set[str]) -> bytes:
    is_first = asked.target not in seen
    seen.add(asked.target)
    return page("", "503 Busy") if is_first else page()


def test_no_gap_of_a_host_is_cut_whatever_asks(ca_file: tuple[trustme.CA, str]) -> None:
    ca, path = ca_file
    stamped, seen = Stamped(), set[str]()
    hosts = ["a.test", "www.a.test", "b.test"]
    routes: dict[str, Reply] = {
        "/robots.txt": page("User-agent: *\nAllow: /"),
        "/1": page(),
        "/2": redirect("http://www.a.test/3"),
        "/3": redirect("https://a.test/4"),
        "/4": page("", Connection="close"),
        "/5": lambda asked: busy_once(asked, seen),
        "/6": page("no", "403 Forbidden"),
        "/7": head_is_refused,
        "/8": redirect("http://b.test/1"),
        "/9": [page(), Close()],
    }

    async def main() -> None:
        async with Web(ca) as web:
            await web.serve_tls(*hosts)
            for host, (target, reply) in itertools.product(hosts, routes.items()):
                web.say(host, target, stamped(reply))
            settings = settings_for(web, *hosts, ca_file=path, per_host_interval_s=GAP_S)
            async with Fetcher(settings, clock=lambda: datetime.now(UTC)) as fetcher:
                looks = [
                    fetcher.fetch(f"{scheme}://{host}{target}")
                    for host in ("a.test", "www.a.test")
                    for scheme in ("http", "https")
                    for target in ("/1", "/2", "/5", "/6", "/8", "/9")
                ]
                visits = await asyncio.gather(*looks, fetcher.check("http://www.a.test/7"))
            assert all(visit.last is not None for visit in visits)
            assert {asked.target for asked in web.asked} == set(routes)
        for host in ("a.test", "b.test"):
            assert min(stamped.gaps(host)) >= GAP_S, (host, stamped.gaps(host))
        assert len(stamped.times["a.test"]) > 40
        assert max(web.most_at_once.values()) == 1

    run(main())


def test_a_host_that_reads_late_sees_the_whole_pause_too() -> None:
    """Every other request is read 0.06 s after it came; the pause is 0.08 s."""
    read_s: list[float] = []

    def read_late(_asked: Asked) -> list[Part]:
        delay_s = 0.06 if len(read_s) % 2 == 0 else 0.0
        read_s.append(asyncio.get_running_loop().time() + delay_s)
        return [delay_s, page()]

    async def main() -> None:
        async with Web() as web:
            web.say("a.test", "*", read_late)
            settings = settings_for(web, "a.test", per_host_interval_s=GAP_S)
            async with Fetcher(settings, clock=lambda: datetime.now(UTC)) as fetcher:
                urls = [f"http://a.test/{number}" for number in range(8)]
                assert len([visit async for visit in fetcher.checks(urls)]) == len(urls)
        assert len(read_s) == len(urls)
        assert min(b - a for a, b in itertools.pairwise(read_s)) >= GAP_S

    run(main())


def test_a_crawl_delay_begins_behind_robots_txt() -> None:
    stamped = Stamped()

    async def main() -> None:
        async with Web() as web:
            web.say("a.test", "/robots.txt", stamped(page("User-agent: *\nCrawl-delay: 0.2")))
            web.say("a.test", "*", stamped(page()))
            settings = settings_for(web, "a.test", per_host_interval_s=0.01)
            async with Fetcher(settings, clock=lambda: datetime.now(UTC)) as fetcher:
                for number in range(3):
                    await fetcher.fetch(f"http://a.test/{number}")
        assert min(stamped.gaps("a.test")) >= 0.2

    run(main())


@pytest.mark.parametrize(
    ("host", "key"),
    [("a.org", "a.org"), ("www.a.org", "a.org"), ("www2.a.org", "www2.a.org"),
     ("m.a.org", "m.a.org"), ("www.org", "www.org"), ("192.0.2.1", "192.0.2.1")],
)  # fmt: skip
def test_a_host_is_its_name_without_www(host: str, key: str) -> None:
    assert host_key(host) == key


def test_robots_are_asked_again_after_a_day() -> None:
    async def main() -> None:
        async with Web() as web:
            rules = ["User-agent: *\nAllow: /", "User-agent: *\nDisallow: /"]
            web.say("a.test", "/robots.txt", lambda _asked: page(rules[0]))
            web.say("a.test", "*", page())
            clock = Clock()
            async with Fetcher(settings_for(web, "a.test"), clock=clock) as fetcher:
                assert (await fetcher.fetch("http://a.test/1")).failure is None
                rules.pop(0)
                await clock.sleep(23 * 3600)
                assert (await fetcher.fetch("http://a.test/2")).failure is None
                await clock.sleep(2 * 3600)
                refused = await fetcher.fetch("http://a.test/3")
                assert refused.failure is not None
                assert refused.failure.kind == "robots"

    run(main())


# -- nothing is left open -----------------------------------------------------

WAYS: dict[str, Reply] = {
    "/page": page("words " * 2000),
    "/gone": page("", "404 Not Found"),
    "/refused": page("", "403 Forbidden"),
    "/moved": redirect("/page"),
    "/loop": redirect("/loop"),
    "/reset": [Reset()],
    "/closed": [b"HTTP/1.1 200 OK\r\nContent-Le", Close()],
    "/short": [page("x", Content_Length="50"), Close()],
    "/over": page("x" * 5000, Content_Length="10"),
    "/garbage": b"\x16\x03\x01 no HTTP\r\n\r\n",
    "/slow": [0.3, page()],
    "/drip": [page("", Content_Length="9"), *[part for _ in range(9) for part in (0.05, b"x")]],
    "/huge": page("x" * 60_000),
    "/close": page("words", Connection="close"),
    "/same": lambda asked: (
        b"HTTP/1.1 304 Not Modified\r\n\r\n" if b"If-None-Match" in asked.head else page("words")
    ),
    "/no-head": head_is_refused,
}


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_thousands_of_looks_of_every_kind_leave_no_descriptor(
    ca_file: tuple[trustme.CA, str],
) -> None:
    """$PROVENANCE_FETCH_LOOKS says how many; 1,500 by default."""
    ca, path = ca_file
    hosts = [f"h{number}.test" for number in range(12)]
    roll = random.Random(20261122)

    async def main() -> None:
        async with Web(ca) as web:
            await web.serve_tls(*hosts)
            for host, (target, reply) in itertools.product(hosts, WAYS.items()):
                web.say(host, target, reply)
            settings = settings_for(
                web, *hosts, ca_file=path, attempts=1, first_byte_timeout_s=0.1,
                total_timeout_s=0.2, max_body_bytes=50_000, max_bytes_in_flight=200_000,
                concurrency=32,
            )  # fmt: skip
            before = open_descriptors()
            async with Fetcher(settings, clock=Clock()) as fetcher:
                done = 0
                while done < _LOOKS:
                    urls = [
                        f"{roll.choice(['http', 'https'])}://{roll.choice(hosts)}"
                        f"{roll.choice(list(WAYS))}?{done + number}"
                        for number in range(500)
                    ]
                    known = {url: Validators(url, "x") for url in urls if "/same" in url}
                    done += len([visit async for visit in fetcher.visits(urls, known)])
                    await asyncio.gather(*(fetcher.check(url) for url in urls[:40]))
                    # what is kept: an idle connection for each origin, and its other end
                    assert open_descriptors() - before <= 4 * len(hosts)
            await until(lambda: web.open == 0)
            assert open_descriptors() <= before

    run(main())
