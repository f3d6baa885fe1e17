"""What a look amounts to: one story a line, and the stories that must not be told."""

from datetime import UTC, datetime
from typing import get_args

import pytest
from msgspec.structs import replace

from provenance.fetch.classify import RULES, is_page, judge, observe
from provenance.model import Exchange, Failure, FailureKind, Verdict, Visit
from support.looks import a_look, judged

AT = datetime(2026, 11, 22, tzinfo=UTC)
LONG = "<p>" + "word " * 400


def an_exchange(url: str, status: int, body: str = "", **headers: str) -> Exchange:
    fields = {"Content-Type": "text/html; charset=utf-8"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(
        url, "GET", AT, "192.0.2.1", b"", status, b"", tuple(fields.items()), body.encode(), 5
    )


def seen(
    body: str = "<title>Report</title>" + LONG,
    status: int = 200,
    url: str = "https://a.test/2023/12/report",
    to: str | None = None,
    **headers: str,
) -> Visit:
    """Look at a page at `url`, or at `to` after a redirect (judged in the tests, never at import)."""
    hops = () if to is None else (an_exchange(url, 302, Location=to),)
    last = an_exchange(to or url, status, body, **headers)
    return Visit(url, AT, (*hops, last))


def verdict_of(visit: Visit) -> Verdict:
    return observe(visit)[0]


def failed(kind: FailureKind, detail: str = "") -> Verdict:
    return judge(Visit("https://a.test/", AT, (), Failure(kind, detail)), None)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("offline", "temporary"), ("nxdomain", "gone"), ("dns", "temporary"),
        ("guard", "not_checkable"), ("refused", "temporary"), ("unreachable", "temporary"),
        ("timeout", "temporary"), ("tls", "temporary"), ("reset", "temporary"),
        ("protocol", "temporary"), ("redirects", "temporary"), ("robots", "blocked"),
        ("robots_unavailable", "temporary"), ("later", "temporary"),
        ("unsupported", "not_checkable"),
    ],
)  # fmt: skip
def test_every_failure_has_its_outcome(kind: FailureKind, outcome: str) -> None:
    verdict = failed(kind, "why")
    assert (verdict.outcome, verdict.rule) == (outcome, kind)


def test_no_kind_of_failure_is_forgotten() -> None:
    assert [failed(kind).rule for kind in get_args(FailureKind)] == list(get_args(FailureKind))


def test_offline_has_one_reason_whatever_its_words() -> None:
    assert failed("offline", "no route") == Verdict("temporary", "offline", "offline")


STATUSES = {
    200: ("ok", "ok"), 203: ("ok", "ok"), 404: ("gone", "status_gone"),
    410: ("gone", "status_gone"), 401: ("wall", "login_required"),
    402: ("wall", "payment_required"), 451: ("wall", "legal"), 403: ("blocked", "forbidden"),
    999: ("blocked", "status_999"), 405: ("blocked", "machine_refused"),
    408: ("temporary", "status_transient"), 425: ("temporary", "status_transient"),
    429: ("temporary", "status_transient"), 500: ("temporary", "status_transient"),
    502: ("temporary", "status_transient"), 503: ("temporary", "status_transient"),
    504: ("temporary", "status_transient"), 507: ("temporary", "status_transient"),
    508: ("temporary", "status_transient"), 520: ("temporary", "status_transient"),
    529: ("temporary", "status_transient"), 400: ("temporary", "status_other"),
    501: ("temporary", "status_other"), 300: ("temporary", "status_other"),
}  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
def test_statuses_say_what_they_say(status: int) -> None:
    verdict = verdict_of(seen(status=status))
    assert (verdict.outcome, verdict.rule) == STATUSES[status]


def answered_304(condition: bytes) -> Verdict:
    request = b"GET / HTTP/1.1\r\nHost: a.test\r\n" + condition + b"\r\n\r\n"
    last = replace(an_exchange("https://a.test/", 304), request_head=request)
    return observe(Visit("https://a.test/", AT, (last,)))[0]


def test_a_304_stands_for_the_page_only_where_it_was_asked_for() -> None:
    for condition in (b'If-None-Match: "x"', b"if-modified-since: Sun, 22 Nov 2026 12:00:00 GMT"):
        verdict = answered_304(condition)
        assert (verdict.outcome, verdict.rule) == ("ok", "not_modified")
    unasked = answered_304(b"X-If-None-Match: no")
    assert (unasked.outcome, unasked.rule) == ("temporary", "status_other")


def test_an_answer_to_head_has_no_body_to_judge() -> None:
    head = replace(an_exchange("https://a.test/", 200), method="HEAD")
    assert observe(Visit("https://a.test/", AT, (head,)))[0].rule == "ok"


def test_a_page_asked_twice_under_one_url_was_not_redirected() -> None:
    url = "https://a.test/"
    hops = (an_exchange(url, 403), an_exchange(url, 200, "<title>Report</title>" + LONG))
    assert observe(Visit(f"{url}#x", AT, hops))[0].outcome == "ok"


def test_only_an_ok_page_counts_as_a_capture() -> None:
    assert is_page(verdict_of(seen()))
    assert not any(is_page(verdict_of(seen(status=status))) for status in STATUSES if status >= 300)
    assert not is_page(failed("timeout"))


CHALLENGE = "<title>Just a moment...</title><h1>Checking</h1>"
BLOCKED: dict[str, Visit] = {
    "cloudflare_challenge": seen(CHALLENGE, 403, cf_mitigated="challenge"),
    "aws_waf_challenge": seen("", 202, x_amzn_waf_action="challenge"),
    "akamai_denied": seen("<title>Access Denied</title>", 403, Server="AkamaiGHost"),
    "datadome": seen("<p>x", 403, X_DataDome="protected"),
    "anubis": seen(
        "<title>Oh noes!</title><script id='anubis_challenge' type='application/json'>{}</script>",
        Set_Cookie="techaro.lol-anubis-auth=; Path=/",
    ),
    "imperva": seen("<iframe src='/_Incapsula_Resource?CWUDNSAI=9&incident_id=1-2'></iframe>"),
    "challenge_page": seen(CHALLENGE, 200),
}


@pytest.mark.parametrize("rule", BLOCKED)
def test_bot_walls_are_blocked_and_never_the_content(rule: str) -> None:
    verdict = verdict_of(BLOCKED[rule])
    assert (verdict.outcome, verdict.rule) == ("blocked", rule)


FINE = {
    "a cookie of Cloudflare's": seen(Set_Cookie="__cf_bm=abc; path=/"),
    "a page about challenges": seen("<title>Just a moment... | A novel</title>" + LONG),
    "Imperva's script on a normal page": seen(
        "<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>" + LONG
    ),
    "Anubis' cookie alone": seen(Set_Cookie="techaro.lol-anubis-auth=1"),
    "generated by cloudfront": seen("<p>Generated by cloudfront (CloudFront)" + LONG),
    "has been removed, in a standard": seen(
        "<title>HTML Standard</title><p>The attribute has been removed.</p>" + LONG
    ),
    "an article about 404": seen("<title>404 Not Found - Encyclopedia</title>" + LONG),
    "a year that looks like a status": seen("<title>404 BC</title>" + LONG),
    "a path with error in it": seen(url="https://a.test/docs/error-handling/notfound/x"),
    "a path that says login from the start": seen(url="https://a.test/login/help"),
    "http to https": seen(url="http://a.test/2023/report", to="https://a.test/2023/report"),
    "a front page that moved": seen(url="http://a.test/index.html", to="https://a.test/"),
    "a short link to a front page": seen(url="https://bit.ly/3xYz", to="https://a.test/"),
    "Indonesian is no identity": seen(to="https://id.a.test/2023/laporan"),
    "404 Media is a newspaper": seen("<title>A story | 404 Media</title><p>The story."),
    "a slug with not found in it": seen(to="https://a.test/2023/suspect-not-found-by-police"),
    "netflix is not x.com": seen("<p>few words", url="https://netflix.com/title/1"),
    "free by its own word": seen(
        '<script type="application/ld+json">{"isAccessibleForFree": true}</script><p>few'
    ),
    "a long page with a login box": seen("<input type=password>" + LONG),
    "a PDF": seen("%PDF-1.4 ...", Content_Type="application/pdf"),
}


@pytest.mark.parametrize("story", FINE)
def test_what_only_looks_suspicious_is_ok(story: str) -> None:
    verdict = verdict_of(FINE[story])
    assert verdict.outcome == "ok", verdict


PAYS = '<script type="application/ld+json">{"a":{"isAccessibleForFree":"False"}}</script>'
WALLS = {
    "x.com's shell of a page": seen(
        "<p>Something went wrong", url="https://mobile.twitter.com/a/status/1"
    ),
    "x.com, for posts that do not exist": seen(status=404, url="https://x.com/a/status/1"),
    "led to a login": seen("<p>Sign in", to="https://a.test/login?next=/report"),
    "led to a checkpoint": seen(
        url="https://facebook.com/p/1", to="https://facebook.com/checkpoint/"
    ),
    "led to a consent page": seen(to="https://consent.a.test/m?continue=x"),
    "a login form at the cited address": seen("<h1>Members</h1><input type='Password'>"),
    "LinkedIn's teaser": seen("<p>Join to see", url="https://www.linkedin.com/in/x"),
    "a subscription host's teaser": seen(
        "<p>Subscribe to read", url="https://www.ft.com/content/1"
    ),
    "a subscription host's own word": seen(PAYS + LONG, url="https://www.wsj.com/a/b"),
    "a teaser by its own word": seen(PAYS + "<p>The first sentence."),
    "refused to machines and strangers": seen("no", 403, url="https://www.bloomberg.com/x"),
}


@pytest.mark.parametrize("story", WALLS)
def test_logins_and_paywalls_are_walls(story: str) -> None:
    verdict = verdict_of(WALLS[story])
    assert verdict.outcome == "wall", verdict


NO_PAGE = "<title>Page not found | Studio</title>"
GONE = {
    "front page and title": seen(NO_PAGE + LONG, to="https://a.test/"),
    "address and title": seen(NO_PAGE + LONG, to="https://a.test/404.html"),
    "title and short notice": seen(NO_PAGE + "<h1>Page not found</h1><p>Sorry."),
    "title and hardly a word": seen("<title>404 - Error</title><p>Sorry."),
    "French": seen("<title>Page introuvable - RFI</title><h1>Page introuvable</h1>"),
    "Russian": seen("<title>Страница не найдена</title><p>404"),
    "Arabic": seen("<title>الصفحة غير موجودة - موقع</title><p>عذرا"),
    "aspx": seen(NO_PAGE, to="https://a.test/error.aspx?aspxerrorpath=/report"),
    "an empty page under a telling address": seen("", to="https://a.test/notfound"),
    "four segments to one": seen(
        NO_PAGE + LONG, url="https://a.test/a/b/c/d", to="https://a.test/news"
    ),
    "parked": seen("<p>This domain is for sale", to="https://www.hugedomains.com/x.cfm?d=a.test"),
}


@pytest.mark.parametrize("story", GONE)
def test_soft_404s_need_two_signs_and_are_gone(story: str) -> None:
    verdict = verdict_of(GONE[story])
    assert verdict.outcome == "gone", verdict


SUSPECTED = {
    "only the front page": seen(to="https://a.test/"),
    "only a front page in a language": seen(to="https://a.test/fr/"),
    "only an address": seen(to="https://a.test/404/"),
    "only an address that ends so": seen(to="https://a.test/page-not-found.html"),
    "only an empty body": seen(""),
}


@pytest.mark.parametrize("story", SUSPECTED)
def test_one_sign_is_a_suspicion_no_strike_and_no_capture(story: str) -> None:
    verdict = verdict_of(SUSPECTED[story])
    assert (verdict.outcome, verdict.rule) == ("temporary", "soft_404_suspected")
    assert not is_page(verdict)


POST = {"shows": "data-post=1"}
LOOKED = [
    (a_look("", 304, asked=b"GET / HTTP/1.1\r\nIf-None-Match: x\r\n\r\n"), {}),
    (a_look(LONG), POST),
    (a_look(LONG, to="https://a.test/elsewhere"), POST),
    (a_look("<p>This domain is for sale"), {}),
]


def test_every_rule_has_a_name_of_its_own_and_a_version() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.version >= 1 for rule in RULES)


def test_every_rule_is_reached_by_some_story() -> None:
    told: list[Visit | Verdict] = [
        *BLOCKED.values(),
        *WALLS.values(),
        *GONE.values(),
        *SUSPECTED.values(),
    ]
    told += [seen(status=status) for status in STATUSES]
    told += [answered_304(b"If-None-Match: x")]
    told += [judged(look, **known) for look, known in LOOKED]
    told += [
        seen("a part", 206),
        seen("no", 403, url="https://facebook.com/x"),
        seen("<p>few", url="https://facebook.com/x"),
    ]
    rules = {each.rule if isinstance(each, Verdict) else verdict_of(each).rule for each in told}
    assert {rule.name for rule in RULES} - rules == set()


def test_a_gzipped_challenge_is_seen_through() -> None:
    import gzip

    exchange = an_exchange("https://a.test/x", 200, Content_Encoding="gzip")
    from msgspec.structs import replace

    packed = replace(exchange, body=gzip.compress(CHALLENGE.encode()))
    verdict, page = observe(Visit("https://a.test/x", AT, (packed,)))
    assert verdict.rule == "challenge_page"
    assert page is not None
    assert page.title == "Just a moment..."


def test_a_page_with_its_text_is_no_wall_on_any_host() -> None:
    """One sign is none: the host table alone takes no page for a wall."""
    for url in ("https://x.com/a/status/1", "https://www.ft.com/content/1"):
        assert verdict_of(seen(LONG, url=url)).outcome == "ok"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, "part_unasked"), ({"Content_Range": "bytes 0-499/5000"}, "part_unasked"),
        ({"Content_Range": "bytes 1-4999/5000"}, "part_unasked"), ({"Content_Range": "bytes 0-4998/5000"}, "part_unasked"),
        ({"Content_Range": "bytes 0-4999/*"}, "part_unasked"), ({"Content_Range": "bytes */5000"}, "part_unasked"),
        ({"Content_Range": "nonsense"}, "part_unasked"), ({"Content_Range": " Bytes 0-4999/5000 "}, "ok"),
    ],
)  # fmt: skip
def test_a_part_that_nobody_asked_for_is_no_page(told: dict[str, str], expected: str) -> None:
    verdict = verdict_of(seen(status=206, **told))
    assert (verdict.rule, verdict.outcome) == (expected, "ok" if expected == "ok" else "temporary")
