"""When a look asks more than once: conditions, HEAD and GET, the browser's headers, tired hosts."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from provenance.fetch.again import BROWSER_HEADERS
from provenance.fetch.classify import observe
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.walk import Validators
from provenance.model import Visit
from support.web import Asked, Clock, Close, Reply, Web, page, redirect, run, settings_for, until

Routes = dict[tuple[str, str], Reply]
ETAG = '"v1"'
MODIFIED = "Sun, 01 Nov 2026 10:00:00 GMT"
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'


def on_hosts(
    routes: Routes, test: Callable[[Web, Fetcher, Clock], Awaitable[None]], **fetch: object
) -> None:
    async def main() -> None:
        async with Web() as web:
            web.routes.update(routes)
            settings = settings_for(web, *{host for host, _ in routes}, **fetch)
            clock = Clock()
            async with Fetcher(settings, clock=clock, sleep=clock.sleep) as fetcher:
                await test(web, fetcher, clock)
            await until(lambda: web.open == 0)

    run(main())


def methods(web: Web, host: str = "a.test") -> list[str]:
    return [
        asked.head.split(b" ")[0].decode()
        for asked in web.asked
        if asked.target != "/robots.txt" and asked.host == host
    ]


# -- conditional requests -----------------------------------------------------


def conditional(asked: Asked) -> bytes:
    head = asked.head.decode()
    if f"\r\nIf-None-Match: {ETAG}\r\n" in head:
        return NOT_MODIFIED
    return page("a page of words", ETag=ETAG, Last_Modified=MODIFIED)


def test_validators_are_those_of_the_answer_and_make_the_next_look_a_304() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        first = await fetcher.fetch("http://a.test/x#part")
        assert first.last is not None
        known = Validators.read(first.final_url, first.last.headers)
        assert known == Validators("http://a.test/x", ETAG, MODIFIED)
        second = await fetcher.fetch("http://a.test/x#part", known)
        assert [(hop.status, hop.body) for hop in second.hops] == [(304, b"")]
        assert f"If-Modified-Since: {MODIFIED}".encode() in web.asked[-1].head
        assert observe(second)[0].rule == "not_modified"

    on_hosts({("a.test", "/x"): conditional}, test)


def test_conditions_are_shown_only_to_the_url_that_gave_them() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit = await fetcher.fetch("http://a.test/1", Validators("http://b.test/2", ETAG))
        assert [hop.status for hop in visit.hops] == [302, 304]
        told = {asked.target: b"If-None-Match" in asked.head for asked in web.asked}
        assert told == {"/robots.txt": False, "/1": False, "/2": True}

    on_hosts({("a.test", "/1"): redirect("http://b.test/2"), ("b.test", "/2"): conditional}, test)


def test_a_304_that_nobody_asked_for_is_temporary() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        assert observe(await fetcher.fetch("http://a.test/"))[0].outcome == "temporary"

    on_hosts({("a.test", "/"): NOT_MODIFIED}, test)


@pytest.mark.parametrize(
    "headers",
    [
        (), (("Server", "x"),), (("ETag", ""),), (("ETag", '"\xe9"'),), (("ETag", "x" * 2000),),
        (("Last-Modified", "a\r\nb"),),
    ],
    ids=["none", "others", "empty", "not-ascii", "endless", "two-lines"],
)  # fmt: skip
def test_what_cannot_go_back_in_a_header_is_no_validator(
    headers: tuple[tuple[str, str], ...],
) -> None:
    assert Validators.read("http://a.test/", headers) is None


def test_a_round_hands_each_url_its_own_validators() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        urls = ["http://a.test/1", "http://a.test/2"]
        known = {urls[0]: Validators(urls[0], ETAG)}
        found = {visit.url: visit async for visit in fetcher.visits(urls, known)}
        statuses = [visit.last.status for url in urls if (visit := found[url]).last]
        assert statuses == [304, 200]

    on_hosts({("a.test", "*"): conditional}, test)


# -- HEAD, then GET -----------------------------------------------------------


def by_method(head: Reply, get: Reply) -> Callable[[Asked], Reply]:
    return lambda asked: head if asked.head.startswith(b"HEAD") else get


def without_body(status: str, **headers: str) -> bytes:
    return page("x" * 10, status, **headers).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


def test_a_head_that_is_answered_settles_a_check() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit = await fetcher.check("http://a.test/1")
        assert [(hop.method, hop.status) for hop in visit.hops] == [("HEAD", 301), ("HEAD", 200)]
        assert observe(visit)[0].outcome == "ok"
        assert methods(web) == ["HEAD", "HEAD"]

    on_hosts(
        {
            ("a.test", "/1"): without_body("301 Moved", Location="/2"),
            ("a.test", "/2"): without_body("200 OK"),
        },
        test,
    )


def test_a_head_is_no_answer_where_a_persons_own_table_says_that_bodies_tell(
    tmp_path: Path,
) -> None:
    own = tmp_path / "sites.toml"
    own.write_text('login = ["a.test"]\n')

    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        await fetcher.check("http://a.test/")
        assert methods(web) == ["HEAD", "GET"]

    def reply(asked: Asked) -> bytes:
        return without_body("200 OK") if asked.head.startswith(b"HEAD") else page("x" * 10)

    on_hosts({("a.test", "/"): reply}, test, sites=str(own))


@pytest.mark.parametrize(
    "head",
    [
        without_body("400 Bad"), without_body("403 No"), without_body("404 Not Found"),
        without_body("405 Method"), without_body("429 Much"), without_body("500 Oops"),
        without_body("501 What"), without_body("599 Odd"), without_body("302 Found"),
        [Close()], b"garbage\r\n\r\n", without_body("302 Found", Location="/"),
        without_body("302 Found", Location="/login?next=/x/y"), without_body("304 Same"),
    ],
    ids=["400", "403", "404", "405", "429", "500", "501", "599", "no-location", "closed",
         "no-http", "to-the-root", "to-a-login", "304"],
)  # fmt: skip
def test_whatever_a_head_cannot_settle_is_asked_again_with_get(head: Reply) -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit = await fetcher.check("http://a.test/x/y")
        assert [(hop.method, hop.status) for hop in visit.hops] == [("GET", 200)]
        assert methods(web)[-1] == "GET"

    routes: Routes = {
        ("a.test", "/x/y"): by_method(head, page("words")),  # type: ignore[dict-item]
        ("a.test", "*"): without_body("200 OK"),
    }
    on_hosts(routes, test)


def test_a_refusal_that_get_would_meet_too_is_not_asked_again() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit = await fetcher.check("http://a.test/private")
        assert visit.failure is not None
        assert (visit.failure.kind, methods(web)) == ("robots", [])

    rules = page("User-agent: *\nDisallow: /private")
    on_hosts({("a.test", "/robots.txt"): rules, ("a.test", "*"): page()}, test)


def test_a_host_whose_status_proves_nothing_is_asked_for_its_page() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        await fetcher.check("http://x.com/a/status/1")
        assert methods(web, "x.com") == ["HEAD", "GET"]

    on_hosts({("x.com", "*"): by_method(without_body("200 OK"), page("few"))}, test)  # type: ignore[dict-item]


def test_checks_give_one_visit_for_each_url() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        urls = [f"http://h{number % 5}.test/{number}" for number in range(20)]
        found = sorted([visit.url async for visit in fetcher.checks(urls)])
        assert found == sorted(urls)
        assert {asked.head[:4] for asked in web.asked if asked.target != "/robots.txt"} == {b"HEAD"}

    on_hosts({(f"h{n}.test", "*"): without_body("200 OK") for n in range(5)}, test)


# -- a plain 403 --------------------------------------------------------------


def for_browsers(asked: Asked) -> bytes:
    is_browser_like = b"\r\nSec-Fetch-Mode: navigate\r\n" in asked.head
    return page("the page") if is_browser_like else page("no", "403 Forbidden")


def test_a_plain_403_is_asked_again_once_as_browsers_ask_and_both_are_kept() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit = await fetcher.fetch("http://a.test/x")
        assert [hop.status for hop in visit.hops] == [403, 200]
        assert observe(visit)[0].outcome == "ok"
        again = web.asked[-1].head.decode()
        for name, value in BROWSER_HEADERS.items():
            assert f"\r\n{name}: {value}\r\n" in again
        assert again.count("\r\nAccept: ") == 1
        assert "\r\nUser-Agent: provenance/" in again

    on_hosts({("a.test", "/x"): for_browsers}, test)


def test_a_403_for_browsers_too_ends_the_look() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit: Visit = await fetcher.fetch("http://a.test/x")
        assert [hop.status for hop in visit.hops] == [403, 403]
        assert len(web.paths_asked()) == 2

    on_hosts({("a.test", "/x"): page("no", "403 Forbidden")}, test)


@pytest.mark.parametrize(
    "headers",
    [{"cf_mitigated": "challenge"}, {"Server": "AkamaiGHost"}, {"x_datadome": "protected"},
     {"x_amzn_waf_action": "captcha"}],
    ids=["cloudflare", "akamai", "datadome", "aws"],
)  # fmt: skip
def test_a_bot_wall_is_not_asked_again(headers: dict[str, str]) -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit = await fetcher.fetch("http://a.test/x")
        assert [hop.status for hop in visit.hops] == [403]

    on_hosts({("a.test", "/x"): page("no", "403 Forbidden", **headers)}, test)


def test_the_browsers_headers_go_on_over_a_redirect_and_robots_are_not_asked_so() -> None:
    def door(asked: Asked) -> bytes:
        return redirect("/in") if b"Sec-Fetch" in asked.head else page("", "403 Forbidden")

    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit = await fetcher.fetch("http://a.test/x")
        assert [hop.status for hop in visit.hops] == [403, 302, 200]
        assert [b"Sec-Fetch" in asked.head for asked in web.asked] == [False, False, True, True]

    routes: Routes = {
        ("a.test", "/robots.txt"): page("", "403 Forbidden"),
        ("a.test", "/x"): door,
        ("a.test", "/in"): for_browsers,
    }
    on_hosts(routes, test)


# -- hosts that have had enough -----------------------------------------------


def test_a_storm_of_429_is_met_with_growing_pauses_and_ends_for_the_run() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        began = clock.now
        visits = [await fetcher.fetch(f"http://a.test/{number}") for number in range(20)]
        assert len(web.paths_asked()) == 7
        assert 31.5 <= (clock.now - began).total_seconds() <= 45
        ends = [visit.failure.kind if visit.failure else None for visit in visits]
        assert ends == [None, None, *["later"] * 18]

    on_hosts({("a.test", "*"): page("", "429 Too Many Requests")}, test, robots="ignore")


def test_a_host_that_answers_again_is_forgiven() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        for number in range(30):
            visit = await fetcher.fetch(f"http://a.test/{number}")
            assert visit.last is not None
            assert visit.last.status == 200

    def every_other(asked: Asked) -> bytes:
        every_other.count += 1  # type: ignore[attr-defined]
        is_refusal = every_other.count % 2  # type: ignore[attr-defined]
        return page("", "429 Too Many Requests") if is_refusal else page()

    every_other.count = 0  # type: ignore[attr-defined]
    on_hosts({("a.test", "*"): every_other}, test, robots="ignore")


def test_whoever_waits_for_a_host_that_asks_for_an_hour_waits_no_hour() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visits = await asyncio.gather(*(fetcher.fetch(f"http://a.test/{n}") for n in range(5)))
        kinds = [visit.failure.kind for visit in visits if visit.failure]
        assert kinds == ["later"] * 5
        assert len(web.paths_asked()) == 1
        assert sum(clock.slept) < 10

    busy = page("", "503 Busy", Retry_After="3600")
    on_hosts({("a.test", "*"): busy}, test, per_host_interval_s=1.0, robots="ignore")
