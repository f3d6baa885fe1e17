"""The whole way of a look: redirects, robots, guard, TLS, retries, the host's turn."""

import asyncio
import collections
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
import trustme

from provenance.errors import SettingsError
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.walk import Validators
from provenance.model import Failure, Visit
from provenance.settings import FetchSettings, Settings, VantageSettings
from support.web import (
    Asked,
    Clock,
    Close,
    NameService,
    Part,
    Reply,
    Reset,
    Web,
    page,
    redirect,
    run,
    settings_for,
    until,
    with_fetch,
)

Test = Callable[[Web, Fetcher, Clock], Awaitable[None]]


def on_hosts(routes: dict[tuple[str, str], Reply], test: Test, **fetch: object) -> None:
    """Run a test with a fetcher on a web with these routes; every host in them is reachable."""

    async def main() -> None:
        async with Web() as web:
            web.routes.update(routes)
            settings = settings_for(web, *{host for host, _ in routes}, **fetch)
            clock = Clock()
            async with Fetcher(settings, clock=clock, sleep=clock.sleep) as fetcher:
                await test(web, fetcher, clock)
            await until(lambda: web.open == 0)

    run(main())


def visit_of(routes: dict[tuple[str, str], Reply], url: str, **fetch: object) -> Visit:
    found: list[Visit] = []

    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        found.append(await fetcher.fetch(url))

    on_hosts(routes, test, **fetch)
    return found[0]


def kind(visit: Visit) -> str | None:
    return visit.failure.kind if visit.failure else None


# -- redirects ----------------------------------------------------------------


def test_every_hop_is_kept_in_order() -> None:
    routes: dict[tuple[str, str], Reply] = {
        ("a.test", "/1"): redirect("http://b.test/2", "301 Moved Permanently"),
        ("b.test", "/2"): redirect("/3?x=1", "308 Permanent Redirect"),
        ("b.test", "/3"): redirect("4", "303 See Other"),
        ("b.test", "/4"): page("end"),
    }
    visit = visit_of(routes, "http://a.test/1#frag")
    assert [(hop.url, hop.status) for hop in visit.hops] == [
        ("http://a.test/1", 301),
        ("http://b.test/2", 308),
        ("http://b.test/3?x=1", 303),
        ("http://b.test/4", 200),
    ]
    assert visit.failure is None
    assert (visit.url, visit.final_url) == ("http://a.test/1#frag", "http://b.test/4")


def test_more_redirects_than_allowed_are_a_failure_with_the_hops_so_far() -> None:
    def onward(asked: Asked) -> bytes:
        return redirect(f"/{int(asked.target[1:]) + 1}")

    visit = visit_of({("a.test", "*"): onward}, "http://a.test/0", max_redirects=10)
    assert (kind(visit), len(visit.hops)) == ("redirects", 11)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("http://a.test/1", "redirects"), ("/1#again", "redirects"),
        ("ftp://a.test/x", "redirects"), ("javascript:alert(1)", "redirects"),
        ("http://127.0.0.1:22/", "guard"), ("http://169.254.169.254/latest/", "guard"),
        ("http://[::1]/", "guard"), ("http://2130706433/", "guard"), ("http://u:p@a.test/", "guard"),
        ("http://10.0.0.1/", "guard"), ("//134744072/x", "guard"),
    ],
)  # fmt: skip
def test_a_redirect_is_guarded_like_any_url(location: str, expected: str) -> None:
    visit = visit_of(
        {("a.test", "/1"): redirect(location)}, "http://a.test/1", allow_networks=("127.0.0.1/32",)
    )
    assert (kind(visit), len(visit.hops)) == (expected, 1)


def test_a_cookie_opens_the_page_that_redirects_to_itself() -> None:
    def door(asked: Asked) -> bytes:
        if b"\r\ncookie: seen=1" in asked.head.lower():
            return page("inside")
        return page("", "302 Found", Location="/x", Set_Cookie="seen=1; Path=/")

    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit = await fetcher.fetch("http://a.test/x")
        assert [hop.status for hop in visit.hops] == [302, 200]
        again = await fetcher.fetch("http://a.test/x")
        assert [hop.status for hop in again.hops] == [302, 200]  # nothing outlives a look

    on_hosts({("a.test", "/x"): door}, test)


def test_a_redirect_without_location_is_a_failure() -> None:
    assert kind(visit_of({("a.test", "/"): page("", "302 Found")}, "http://a.test/")) == "redirects"


def test_a_location_in_raw_utf_8_is_followed() -> None:
    head = "HTTP/1.1 302 Found\r\nLocation: /café\r\nContent-Length: 0\r\n\r\n".encode()
    routes: dict[tuple[str, str], Reply] = {
        ("a.test", "/1"): head, ("a.test", "/caf%C3%A9"): page(),
    }  # fmt: skip
    assert visit_of(routes, "http://a.test/1").final_url == "http://a.test/caf%C3%A9"


@pytest.mark.parametrize("url", ["ftp://a.test/", "mailto:a@a.test", "not a url", "", "http://"])
def test_what_is_not_http_is_unsupported(url: str) -> None:
    visit = visit_of({}, url)
    assert (kind(visit), visit.hops) == ("unsupported", ())


# -- where it connects to -----------------------------------------------------


def test_a_stand_in_outside_allowed_networks_says_which_network_to_add() -> None:
    visit = visit_of({("a.test", "/"): page()}, "http://a.test/", allow_networks=())
    assert visit.failure is not None
    assert visit.failure.kind == "guard"
    assert '"127.0.0.1/32"' in visit.failure.detail


@pytest.mark.parametrize("target", ["localhost:80", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999"])
def test_a_stand_in_that_is_no_address_with_port_is_named(target: str) -> None:
    settings = Settings(fetch=FetchSettings(connect_to={"a.test:80": target}))
    with pytest.raises(SettingsError, match=r"connect_to\.'a.test:80'"):
        Fetcher(settings, clock=Clock())


def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    """Rebinding: the name service says something else each time, and is asked once."""

    async def main() -> None:
        async with Web() as web, NameService({"canary.test": ["192.0.2.9"]}) as service:
            web.say("rebind.test", "*", page())
            settings = with_fetch(
                settings_for(web), nameservers=(service.address,), allow_networks=("127.0.0.1/32",),
                allow_ports=(web.port,), robots="ignore",
            )  # fmt: skip
            settings = Settings(fetch=settings.fetch, vantage=VantageSettings(("canary.test",)))
            service.zone["rebind.test"] = ["127.0.0.1"]
            async with Fetcher(settings, clock=Clock()) as fetcher:
                url = f"http://rebind.test:{web.port}/"
                visit = await fetcher.fetch(url)
                service.zone["rebind.test"] = ["127.0.0.2"]
                again = await fetcher.fetch(url)
            assert (visit.failure, again.failure) == (None, None)
            assert visit.last is not None
            assert visit.last.ip == "127.0.0.1"
            assert [name for name, _ in service.asked].count("rebind.test") == 2  # A and AAAA
            async with Fetcher(settings, clock=Clock()) as fetcher:
                assert kind(await fetcher.fetch(url)) == "guard"
                service.zone["mixed.test"] = ["127.0.0.1", "10.0.0.1"]
                assert kind(await fetcher.fetch(f"http://mixed.test:{web.port}/")) == "guard"

    run(main())


def test_offline_is_the_vantage_and_never_the_source() -> None:
    async def main() -> None:
        async with Web() as web, NameService({}) as service:
            web.say("standing-in.test", "/", page())
            settings = settings_for(web, "standing-in.test", nameservers=(service.address,))
            settings = Settings(fetch=settings.fetch, vantage=VantageSettings(("canary.test",)))
            async with Fetcher(settings, clock=Clock()) as fetcher:
                gone = await fetcher.fetch("https://a.test/x")
                assert (gone.failure, gone.vantage) == (Failure("offline"), "offline")
                assert await fetcher.vantage() == "offline"
                there = await fetcher.fetch("http://standing-in.test/")
                assert (there.failure, there.vantage) == (None, "online")

    run(main())


def test_a_public_address_is_not_even_asked_from_an_offline_vantage() -> None:
    """A portal or filter that answers for everybody must not be taken for the source."""

    async def main() -> None:
        async with NameService({"a.test": ["1.1.1.1"]}) as service:
            fetch = FetchSettings(nameservers=(service.address,), per_host_interval_s=0.0)
            settings = Settings(fetch=fetch, vantage=VantageSettings(("canary.test",)))
            async with Fetcher(settings, clock=Clock()) as fetcher:
                for url in ("http://a.test/x", "http://8.8.8.8/"):
                    assert (await fetcher.fetch(url)).failure == Failure("offline")

    run(main())


# -- TLS ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


def with_tls(ca: trustme.CA, tmp_path: str, test: Test, *, trusted: bool = True) -> None:
    async def main() -> None:
        ca_file = f"{tmp_path}/ca.pem"
        ca.cert_pem.write_to_path(ca_file)
        async with Web(ca) as web:
            await web.serve_tls("a.test", "*.b.test")
            for host in ("a.test", "www.b.test", "wrong.test"):
                web.say(host, "*", page(f"<title>{host}</title>"))
            settings = settings_for(
                web, "a.test", "www.b.test", "wrong.test", ca_file=ca_file if trusted else "",
                robots="ignore",
            )  # fmt: skip
            clock = Clock()
            async with Fetcher(settings, clock=clock, sleep=clock.sleep) as fetcher:
                await test(web, fetcher, clock)
            await until(lambda: web.open == 0)

    run(main())


def test_a_stand_in_keeps_host_sni_and_certificate_of_the_url(
    ca: trustme.CA, tmp_path: str
) -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        for url in ("https://a.test/x", "https://www.b.test/y", "https://a.test/z"):
            visit = await fetcher.fetch(url)
            assert visit.failure is None
        assert [(a.host, a.sni) for a in web.asked] == [
            ("a.test", "a.test"), ("www.b.test", "www.b.test"), ("a.test", "a.test"),
        ]  # fmt: skip
        assert web.connections == 2

    with_tls(ca, tmp_path, test)


def test_a_body_under_tls_may_end_with_the_connection(ca: trustme.CA, tmp_path: str) -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        web.say("a.test", "/1", [b"HTTP/1.1 200 OK\r\n\r\nsome ", 0.02, b"words", Close()])
        web.say("a.test", "/2", [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome", Reset()])
        whole = (await fetcher.fetch("https://a.test/1")).last
        assert whole is not None
        assert (whole.body, whole.truncated) == (b"some words", None)
        half = (await fetcher.fetch("https://a.test/2")).last
        assert half is not None
        assert (half.body, half.truncated) == (b"some", "disconnect")

    with_tls(ca, tmp_path, test)


def test_a_stand_in_is_found_by_the_name_that_is_asked_for() -> None:
    async def main() -> None:
        async with Web() as web:
            web.say("xn--mller-kva.test", "*", page())
            settings = settings_for(web, "M\u00fcller.test")
            async with Fetcher(settings, clock=Clock()) as fetcher:
                assert (await fetcher.fetch("http://m\u00fcller.test/x")).failure is None

    run(main())


def test_a_certificate_for_another_name_is_refused(ca: trustme.CA, tmp_path: str) -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit = await fetcher.fetch("https://wrong.test/")
        assert visit.failure is not None
        assert visit.failure.kind == "tls"
        assert "wrong.test" in visit.failure.detail
        assert web.asked == []

    with_tls(ca, tmp_path, test)


def test_a_certificate_of_an_unknown_authority_is_refused(ca: trustme.CA, tmp_path: str) -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        assert kind(await fetcher.fetch("https://a.test/")) == "tls"

    with_tls(ca, tmp_path, test, trusted=False)


def test_plain_http_on_the_tls_port_gives_no_page() -> None:
    async def main() -> None:
        async with Web() as web:
            settings = settings_for(web, "a.test", robots="ignore", attempts=1)
            settings = with_fetch(settings, connect_to={"a.test:443": f"127.0.0.1:{web.port}"},
                                  connect_timeout_s=0.3)  # fmt: skip
            async with Fetcher(settings, clock=Clock()) as fetcher:
                visit = await fetcher.fetch("https://a.test/")
                assert kind(visit) in {"tls", "reset", "timeout"}

    run(main())


def test_a_tls_handshake_that_never_ends_is_a_timeout_and_leaves_nothing_open() -> None:
    async def main() -> None:
        gone = asyncio.Event()

        async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            gone.set()
            writer.close()

        server = await asyncio.start_server(mute, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        fetch = FetchSettings(
            connect_to={"a.test:443": f"127.0.0.1:{port}"}, allow_networks=("127.0.0.1/32",),
            connect_timeout_s=0.3, attempts=1, robots="ignore", per_host_interval_s=0.0,
        )  # fmt: skip
        async with Fetcher(Settings(fetch=fetch), clock=Clock()) as fetcher:
            assert kind(await fetcher.fetch("https://a.test/")) == "timeout"
            await asyncio.wait_for(gone.wait(), 2)
        server.close()
        await asyncio.sleep(0.05)

    run(main())


# -- retries ------------------------------------------------------------------


def in_turn(*replies: Reply) -> Callable[[Asked], bytes | list[Part]]:
    """Answer with one reply after the other, the last one for ever."""
    left = collections.deque(replies)

    def reply(asked: Asked) -> bytes | list[Part]:
        chosen = left.popleft() if len(left) > 1 else left[0]
        assert not callable(chosen)
        return chosen

    return reply


def after_retries(*replies: Reply, **fetch: object) -> tuple[Visit, list[float], int]:
    """Return the visit, the sleeps, and how often the page was asked for."""
    found: list[tuple[Visit, list[float], int]] = []

    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visit = await fetcher.fetch("http://a.test/")
        found.append((visit, clock.slept, len(web.paths_asked())))

    on_hosts({("a.test", "/"): in_turn(*replies)}, test, **fetch)
    return found[0]


def test_retry_after_is_waited_for_to_the_second() -> None:
    busy = page("busy", "503 Service Unavailable", Retry_After="7")
    visit, slept, asked = after_retries(busy, page("ok"))
    assert visit.failure is None
    assert [hop.body for hop in visit.hops] == [b"ok"]
    assert (slept, asked) == ([7], 2)


def test_retry_after_as_a_date_is_waited_for() -> None:
    slow_down = page("", "429 Too Many Requests", Retry_After="Sun, 22 Nov 2026 12:00:30 GMT")
    _, slept, asked = after_retries(slow_down, page())
    assert (slept, asked) == ([30], 2)


def test_attempts_end_after_three_with_growing_pauses() -> None:
    visit, slept, asked = after_retries(page("no", "500 Internal Server Error"))
    assert visit.last is not None
    assert (visit.last.status, visit.failure, asked) == (500, None, 3)
    assert len(slept) == 2
    assert 0.25 <= slept[0] <= 0.5 <= slept[1] <= 1.0


def test_a_host_that_asks_for_more_than_the_run_gives_is_later_for_all_its_urls() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        first = await fetcher.fetch("http://a.test/1")
        assert (kind(first), len(first.hops)) == ("later", 1)
        second = await fetcher.fetch("http://a.test/2")
        assert (kind(second), second.hops) == ("later", ())
        assert web.paths_asked() == ["/1"]
        assert clock.slept == []

    busy = page("", "503 Service Unavailable", Retry_After="3600")
    on_hosts({("a.test", "*"): busy}, test, max_retry_after_s=60.0)


def test_the_time_budget_ends_attempts_before_their_number_does() -> None:
    busy = page("", "503 Service Unavailable", Retry_After="50")
    visit, slept, asked = after_retries(busy, attempts=5, attempts_budget_s=30.0)
    assert visit.last is not None
    assert (visit.last.status, slept, asked) == (503, [], 1)


def test_a_reset_is_tried_again_and_a_404_is_not() -> None:
    visit, _, asked = after_retries([Reset()], page("ok"))
    assert (visit.failure, asked) == (None, 2)
    visit, slept, asked = after_retries(page("", "404 Not Found"))
    assert (slept, asked) == ([], 1)


# -- robots.txt ---------------------------------------------------------------

RULES = b"\xef\xbb\xbfUser-agent: provenance\nDisallow: /private\nCrawl-delay: 2\n"


def test_a_rule_that_matches_is_obeyed_and_asked_for_once() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        for path in ("/private/1", "/private/2", "/open"):
            visit = await fetcher.fetch(f"http://a.test{path}")
            assert kind(visit) == (None if path == "/open" else "robots")
        assert [asked.target for asked in web.asked] == ["/robots.txt", "/open"]

    on_hosts({("a.test", "/robots.txt"): page(RULES), ("a.test", "*"): page()}, test)


def test_robots_are_asked_on_every_host_of_a_redirect() -> None:
    routes: dict[tuple[str, str], Reply] = {
        ("a.test", "/"): redirect("http://b.test/private"),
        ("b.test", "/robots.txt"): page(RULES),
        ("b.test", "*"): page(),
    }
    visit = visit_of(routes, "http://a.test/")
    assert (kind(visit), len(visit.hops)) == ("robots", 1)


def test_robots_can_be_ignored() -> None:
    routes: dict[tuple[str, str], Reply] = {
        ("a.test", "/robots.txt"): page(RULES), ("a.test", "*"): page(),
    }  # fmt: skip
    assert kind(visit_of(routes, "http://a.test/private", robots="ignore")) is None


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        (page("", "404 Not Found"), None), (page("", "403 Forbidden"), None),
        (page("", "401 Unauthorized"), None), (page("", "500 Oops"), "robots_unavailable"),
        (page("", "503 Busy"), "robots_unavailable"), (redirect("/robots.txt"), None),
        (page("<html>Not found"), None), ([Reset()], "reset"), (b"garbage\r\n\r\n", "protocol"),
        (redirect("http://127.0.0.1:22/"), "robots_unavailable"),
        (page("User-agent: *\nDisallow: /\n" + "#" * 600_000), "robots"),
        (page("#" * 600_000 + "\nUser-agent: *\nDisallow: /\n"), None),
        (page("User-agent: other\nDisallow: /"), None),
        (page("User-agent: *\nDisallow: /\nUser-agent: Provenance\nAllow: /"), None),
    ],
)  # fmt: skip
def test_what_robots_txt_answers_decides_as_rfc_9309_says(
    robots: Reply, expected: str | None
) -> None:
    routes: dict[tuple[str, str], Reply] = {
        ("a.test", "/robots.txt"): robots, ("a.test", "/x"): page(),
    }  # fmt: skip
    assert kind(visit_of(routes, "http://a.test/x", max_redirects=10)) == expected


def test_crawl_delay_paces_the_host_within_its_cap() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        for number in range(4):
            await fetcher.fetch(f"http://a.test/{number}")
        assert clock.slept == [2, 2, 2, 2]  # the first pause is the one behind robots.txt

    routes: dict[tuple[str, str], Reply] = {
        ("a.test", "/robots.txt"): page(RULES.replace(b"2", b"86400")), ("a.test", "*"): page(),
    }  # fmt: skip
    on_hosts(routes, test, max_crawl_delay_s=2.0)


# -- many ---------------------------------------------------------------------


def test_two_hundred_urls_on_twenty_hosts_give_one_visit_each() -> None:
    hosts = [f"h{number}.test" for number in range(20)]
    urls = [f"http://{host}/{number}" for host in hosts for number in range(10)]

    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        visits = [visit async for visit in fetcher.visits([*urls, *urls[:50], "mailto:x"])]
        assert sorted(visit.url for visit in visits) == sorted([*urls, "mailto:x"])
        failed = {visit.url for visit in visits if visit.failure}
        assert failed == {f"http://h3.test/{n}" for n in range(10)} | {"mailto:x"}
        assert set(web.most_at_once.values()) == {1}

    routes: dict[tuple[str, str], Reply] = {(host, "*"): [0.001, page()] for host in hosts}
    routes["h3.test", "*"] = [Reset()]
    on_hosts(routes, test, attempts=1)


def test_hosts_are_asked_one_request_per_interval_and_not_in_each_others_way() -> None:
    started = collections.defaultdict[str, list[float]](list)

    def stamped(asked: Asked) -> bytes:
        started[asked.host].append(asyncio.get_running_loop().time())
        return page()

    async def main() -> None:
        async with Web() as web:
            hosts = [f"h{number}.test" for number in range(5)]
            for host in hosts:
                web.say(host, "*", stamped)
            settings = settings_for(web, *hosts, per_host_interval_s=0.1, robots="ignore")
            loop = asyncio.get_running_loop()
            began_s = loop.time()
            async with Fetcher(settings, clock=lambda: datetime.now(UTC)) as fetcher:
                urls = [f"http://{host}/{number}" for host in hosts for number in range(4)]
                assert len([visit async for visit in fetcher.visits(urls)]) == 20
            assert loop.time() - began_s < 1.5
            for times in started.values():
                gaps = [b - a for a, b in itertools.pairwise(times)]
                assert min(gaps) > 0.05

    run(main())


def test_whoever_stops_listening_leaves_no_open_socket() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        stream = fetcher.visits([f"http://h{number}.test/" for number in range(30)])
        await anext(stream)
        await stream.aclose()
        await until(lambda: sum(web._now.values()) == 0)

    routes: dict[tuple[str, str], Reply] = {(f"h{n}.test", "*"): [20.0] for n in range(30)}
    routes["h0.test", "*"] = page()
    on_hosts(routes, test, robots="ignore")


def test_leaving_the_fetcher_closes_what_is_still_under_way() -> None:
    async def main() -> None:
        async with Web() as web:
            web.say("a.test", "*", [20.0])
            settings = settings_for(web, "a.test", robots="ignore", attempts=1)
            async with Fetcher(settings, clock=Clock()) as fetcher:
                forgotten = asyncio.create_task(fetcher.fetch("http://a.test/"))
                await until(lambda: len(web.asked) == 1)
            await until(lambda: web.open == 0)
            assert kind(await forgotten) == "reset"
            with pytest.raises(RuntimeError, match="closed"):
                await fetcher.fetch("http://a.test/2")

    run(main())


def test_a_fault_of_the_house_stops_no_other_look_and_is_raised_at_the_end() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        whole = fetcher._fetch

        async def faulty(url: str, validators: Validators | None = None) -> Visit:
            if url.endswith("/2"):
                raise ValueError("a bug")
            return await whole(url, validators)

        fetcher._fetch = faulty  # type: ignore[method-assign]
        seen = []

        async def listen() -> None:
            async for visit in fetcher.visits([f"http://a.test/{n}" for n in range(5)]):
                seen.append(visit.url[-1])  # noqa: PERF401

        with pytest.raises(ExceptionGroup) as caught:
            await listen()
        assert sorted(seen) == ["0", "1", "3", "4"]
        assert "http://a.test/2" in caught.value.exceptions[0].__notes__[0]

    on_hosts({("a.test", "*"): page()}, test)


def test_the_request_says_honestly_who_asks() -> None:
    async def test(web: Web, fetcher: Fetcher, clock: Clock) -> None:
        await fetcher.fetch("http://a.test/")
        for asked in web.asked:
            head = asked.head.lower()
            assert b"\r\nuser-agent: provenance/" in head
            assert b"(+desk@a.test)" in head
            assert b"\r\naccept-encoding: gzip, deflate\r\n" in head
            assert head.count(b"\r\nhost: ") == 1

    on_hosts({("a.test", "/"): page()}, test, contact="desk@a.test")
