"""The catalogue's third part: ways. Redirects, refreshes, and the robots.txt before a page."""

import gzip
import itertools
from collections.abc import Iterable

from support.hostile_web import BODY, REPORT, TITLE, Behaviour, Reply, expect
from support.web import Asked, Close, Part, Reset, page, redirect

__all__ = ["HEAD", "REDIRECTS", "ROBOTS"]

X = "/reports/x"


def goes(
    name: str, sentence: str, ends: str, reply: Reply, hops: int = 1, /, **routes: Reply
) -> Behaviour:
    """Return a behaviour whose cited page answers so; more routes as `_path`."""
    outcome, rule = expect(ends)
    more = {path.replace("_", "/", 1): said for path, said in routes.items()}
    return Behaviour(name, sentence, outcome, rule, {X: reply, **more}, hops=hops)


def onward(asked: Asked) -> bytes:
    """Lead to the next number, for ever."""
    number = int(asked.target.rpartition("-")[2]) if "-" in asked.target else 0
    return redirect(f"/reports/x-{number + 1}")


def deeper(asked: Asked) -> bytes:
    """Lead to a longer path, for ever."""
    return redirect("x/x")


def door(asked: Asked) -> bytes:
    """Let in whoever carries the cookie that is given at the door."""
    if b"\r\ncookie: seen=1" in asked.head.lower():
        return REPORT
    return page("", "302 Found", Location=X, Set_Cookie="seen=1; Path=/")


def new_cookie(asked: Asked) -> bytes:
    """Lead to itself with another cookie each time."""
    number = asked.head.partition(b"n=")[2].partition(b"\r")[0]
    count = int(number) + 1 if number.isdigit() else 1
    return page("", "302 Found", Location=X, Set_Cookie=f"n={count}; Path=/")


def sees_no_cookie(asked: Asked) -> bytes:
    """Say 500 to whoever shows a cookie of another host."""
    return page("leaked", "500 Leak") if b"\r\ncookie:" in asked.head.lower() else REPORT


def to(location: str) -> bytes:
    """Lead there by 302."""
    return redirect(location)


def flooded(asked: Asked) -> bytes:
    """Lead on by fifty Locations."""
    lines = b"".join(b"Location: /reports/y%d\r\n" % number for number in range(50))
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n" + lines + b"\r\n"


GUARD = "not_checkable/guard"
LOST = "temporary/redirects"

REDIRECTS: tuple[Behaviour, ...] = (
    goes("redirect", "301 to another path.", "ok", redirect("/reports/y", "301 Moved"), 2, **{"_reports/y": REPORT}),
    goes("redirect_308", "308 to another path.", "ok", redirect("/reports/y", "308 Permanent"), 2, **{"_reports/y": REPORT}),
    goes("redirect_with_body", "A redirect whose body is a page: not read as one.", "ok",
         page(BODY, "302 Found", Location="/reports/y"), 2, **{"_reports/y": REPORT}),
    goes("redirect_to_itself", "302 to the same address.", LOST, to(X)),
    goes("redirect_to_itself_with_fragment", "302 to the same address and a fragment.", LOST, to(X + "#again")),
    goes("redirect_between_two", "Two addresses lead to each other.", LOST, to("/reports/y"), 2, **{"_reports/y": to(X)}),
    goes("redirect_without_end", "Each address leads to a new one.", LOST, onward, 11, **{"*": onward}),
    goes("redirect_ever_deeper", "Each address leads to a longer one.", LOST, deeper, 11, **{"*": deeper}),
    goes("redirect_with_cookie", "302 to itself until the cookie is shown.", "ok", door, 2),
    goes("redirect_with_new_cookies", "302 to itself with a new cookie each time.", LOST, new_cookie, 11),
    goes("redirect_304", "304 with a Location: no redirect.", "temporary/status_other",
         b"HTTP/1.1 304 Not Modified\r\nLocation: /reports/x\r\n\r\n"),
    goes("redirect_without_location", "302 and no Location.", LOST, page("", "302 Found")),
    goes("redirect_empty_location", "302 and an empty Location: itself.", LOST, to("")),
    goes("redirect_nowhere", "302 to what is no address.", LOST, to("http://[")),
    goes("redirect_flood", "Fifty Locations: the first is taken.", "ok", flooded, 2, **{"_reports/y0": REPORT}),
    goes("redirect_long_location", "A Location of 12 kB.", "ok", to("/reports/" + "y" * 12_000), 2,
         **{"_reports/" + "y" * 12_000: REPORT}),
    goes("redirect_raw_utf_8", "A Location in raw UTF-8.", "ok",
         "HTTP/1.1 302 Found\r\nLocation: /reports/café\r\nContent-Length: 0\r\n\r\n".encode(), 2,
         **{"_reports/caf%C3%A9": REPORT}),
    goes("redirect_with_spaces", "A Location with spaces in it.", "ok", to("/reports/a b"), 2, **{"_reports/a%20b": REPORT}),
    goes("redirect_to_ftp", "302 to another scheme.", "temporary/redirects", to("ftp://a.test/x")),
    goes("redirect_to_script", "302 to `javascript:`.", "temporary/redirects", to("javascript:alert(1)")),
    goes("redirect_to_data", "302 to `data:`.", "temporary/redirects", to("data:text/html,x")),
    goes("redirect_to_file", "302 to `file:`.", "temporary/redirects", to("file:///etc/passwd")),
    goes("redirect_to_loopback", "302 to this machine.", GUARD, to("http://127.0.0.2/")),
    goes("redirect_to_private", "302 to a private network.", GUARD, to("http://10.0.0.1/")),
    goes("redirect_to_metadata", "302 to a cloud's metadata.", GUARD, to("http://169.254.169.254/latest/meta-data/")),
    goes("redirect_to_port", "302 to a port that is not of the web.", GUARD, to("http://a.test:6379/")),
    goes("redirect_with_password", "302 to an address with a user's name.", GUARD, to("http://u:p@a.test/")),
    goes("redirect_to_odd_spelling", "302 to 8.8.8.8 as one number.", GUARD, to("//134744072/?8.8.8.8")),
    goes("redirect_to_another_host", "302 to another host, which must see no cookie of the first.", "ok",
         page("", "302 Found", Location="http://shared.test/no-cookie", Set_Cookie="a=b"), 2,
         **{"shared.test/no-cookie": sees_no_cookie}),
    goes("refresh_in_a_page", "A meta refresh on a long page: the page is what is cited.", "ok",
         page(b'<meta http-equiv=refresh content="0;url=/elsewhere">' + BODY)),
    goes("refresh_header", "A Refresh header on a long page.", "ok", page(BODY, Refresh="0;url=/elsewhere")),
)  # fmt: skip


def by_head(
    name: str, sentence: str, ends: str, to_head: Reply, to_get: Reply = REPORT
) -> Behaviour:
    """Return a behaviour that answers HEAD so and GET otherwise."""
    outcome, rule = expect(ends)

    def reply(asked: Asked) -> bytes | Iterable[Part]:
        said = to_head if asked.head.startswith(b"HEAD") else to_get
        if callable(said):
            return said(asked)
        return [said] if isinstance(said, bytes) else said

    return Behaviour(name, sentence, outcome, rule, {X: reply}, by_head=True)


NO_BODY = REPORT.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
MISSING = page("", "404 Not Found").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"

HEAD: tuple[Behaviour, ...] = (
    by_head("head_answered", "HEAD is answered as it should be.", "ok", NO_BODY),
    by_head("head_with_body", "HEAD is answered with a body all the same.", "ok", REPORT),
    by_head("head_missing_get_found", "404 to HEAD, the page to GET.", "ok", MISSING),
    by_head("head_and_get_missing", "404 to both.", "gone/status_gone", MISSING, page("", "404 Not Found")),
    by_head("head_not_allowed", "405 to HEAD, the page to GET.", "ok",
            b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n"),
    by_head("head_chunked_without_chunks", "HEAD promises chunks, of which none may come.", "ok",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"),
    by_head("head_found_get_gone", "200 to HEAD, 410 to GET: a cheap look believes what it sees.", "ok", NO_BODY,
            page("", "410 Gone")),
)  # fmt: skip


def robots(name: str, sentence: str, ends: str, reply: Reply, **more: Reply) -> Behaviour:
    """Return a behaviour of robots.txt before a plain page."""
    outcome, rule = expect(ends)
    return Behaviour(name, sentence, outcome, rule, {"/robots.txt": reply, X: REPORT, **more})


def endless_robots(asked: Asked) -> Iterable[Part]:
    """Send comments without end, the rule first."""
    start = b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /reports/\n"
    return itertools.chain([start], itertools.repeat(b"# nothing\n" * 1000))


def dripping_robots(asked: Asked) -> Iterable[Part]:
    """Send a rule letter by letter."""
    return itertools.chain(
        [b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /reports/\n#"],
        itertools.cycle([b"x", 0.1]),
    )


def ring(asked: Asked) -> bytes:
    """Lead robots.txt around for ever."""
    return redirect(asked.target + "x")


FORBIDS = b"User-agent: *\nDisallow: /reports/\n"
STARS = b"User-agent: *\nDisallow: /" + b"*r" * 200 + b"*z$\n"

ROBOTS: tuple[Behaviour, ...] = (
    robots("robots_forbids", "robots.txt forbids the page.", "blocked/robots", page(FORBIDS)),
    robots("robots_forbids_in_gzip", "The same, packed.", "blocked/robots", page(gzip.compress(FORBIDS, mtime=0), Content_Encoding="gzip")),
    robots("robots_forbids_with_bom", "The same behind a BOM, in CR LF.", "blocked/robots",
           page(b"\xef\xbb\xbf" + FORBIDS.replace(b"\n", b"\r\n"))),
    robots("robots_forbids_others", "Another machine is forbidden.", "ok", page("User-agent: other\nDisallow: /")),
    robots("robots_missing", "404: everything is allowed.", "ok", page("", "404 Not Found")),
    robots("robots_for_members", "401: everything is allowed.", "ok", page("", "401 Unauthorized")),
    robots("robots_fails", "500: nothing is known.", "temporary/robots_unavailable", page("", "500 Oops")),
    robots("robots_is_a_page", "HTML where the rules should be.", "ok", page("<html><title>Home</title>")),
    robots("robots_is_binary", "Binary garbage where the rules should be.", "ok", page(bytes(range(256)) * 40)),
    robots("robots_without_end", "A robots.txt without end, its rule at the start.", "blocked/robots", endless_robots),
    robots("robots_drips", "A robots.txt letter by letter, its rule at the start.", "blocked/robots", dripping_robots),
    robots("robots_bomb", "A robots.txt that inflates to 20 MB.", "blocked/robots",
           page(gzip.compress(FORBIDS + b"#" * 20_000_000, mtime=0), Content_Encoding="gzip")),
    robots("robots_pattern_bomb", "A pattern of two hundred stars.", "ok", page(STARS)),
    robots("robots_many_rules", "Four thousand rules.", "ok",
           page("User-agent: *\n" + "".join(f"Disallow: /a{n}*b\n" for n in range(4000)))),
    robots("robots_silent", "robots.txt is never answered.", "temporary/timeout", [30.0]),
    robots("robots_resets", "robots.txt ends in a reset.", "temporary/reset", [Reset()]),
    robots("robots_closes", "robots.txt ends in silence.", "temporary/reset", [Close()]),
    robots("robots_no_http", "robots.txt is answered with garbage.", "temporary/protocol", b"garbage\r\n\r\n"),
    robots("robots_to_itself", "robots.txt leads to itself: everything is allowed.", "ok", redirect("/robots.txt")),
    robots("robots_led_around", "robots.txt leads on for ever: everything is allowed.", "ok", ring, **{"*": ring}),
    robots("robots_led_to_rules", "robots.txt leads to rules, which count.", "blocked/robots", redirect("/rules"),
           **{"/rules": page(FORBIDS)}),
    robots("robots_to_loopback", "robots.txt leads to this machine.", "temporary/robots_unavailable", redirect("http://127.0.0.2/")),
    robots("robots_busy_for_hours", "robots.txt: 503 with Retry-After: 7200.", "temporary/later",
           page("", "503 Busy", Retry_After="7200")),
    robots("robots_huge_delay", "Crawl-delay of a century: capped.", "ok", page("User-agent: *\nCrawl-delay: 3153600000")),
    robots("robots_nonsense_delay", "Crawl-delay: -1, nan, inf.", "ok",
           page("User-agent: *\nCrawl-delay: -1\nCrawl-delay: nan\nCrawl-delay: inf")),
)  # fmt: skip

assert TITLE
