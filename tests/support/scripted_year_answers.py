"""What the web of the scripted year answers: its hosts, their names, and a web archive beside them."""

import json
import urllib.parse
import zlib
from datetime import UTC, datetime, timedelta

from support import scripted_year_pages as pages
from support.scripted_year import Host, Source, Year

__all__ = ["ARCHIVE", "CANARY", "DAY_0", "PORT", "SERVFAIL", "TLS_PORT", "Answers"]

DAY_0 = datetime(2026, 1, 5, 2, tzinfo=UTC)
ARCHIVE, CANARY = "archive.example", "canary.example"
PORT, TLS_PORT = 8080, 8443
NXDOMAIN, SERVFAIL = 3, 2
# Nobody listens at that address of loopback.
_NOBODY = "127.83.20.1"
_HTML = "text/html; charset=utf-8"


class Answers:
    """What is said on the night that `night` says. `asked` counts requests by host name."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.night = 0
        self.asked: dict[str, int] = {}
        self.hosts = {host.name: host for host in year.hosts}
        self.sources = {(source.host.name, source.path): source for source in year.sources}
        self.by_url = {source.url(PORT, TLS_PORT): source for source in year.sources}

    def lookup(self, name: str, address: str) -> str | int | None:
        """Return a name's address, an RCODE, or None for silence."""
        host = self.hosts.get(name)
        ours = next((spell for spell in self.year.ours if spell.holds(self.night)), None)
        if ours is not None:
            return SERVFAIL
        if name in {ARCHIVE, CANARY}:
            return address
        if host is None:
            return NXDOMAIN
        trouble = self.year.trouble(host, self.night)
        if trouble == "servfail":
            return SERVFAIL
        if any(spell.what == "nxdomain" and spell.holds(self.night) for spell in host.conditions):
            return NXDOMAIN
        return _NOBODY if trouble == "refused" else address

    def answer(self, name: str, target: str, head: bytes) -> bytes | None:
        """Return a response; None resets the connection, an empty one says nothing for ever."""
        self.asked[name] = self.asked.get(name, 0) + 1
        if name == ARCHIVE:
            return self._answer_as_archive(target)
        host = self.hosts.get(name)
        if host is None:
            return respond(404, "no such host")
        match self.year.trouble(host, self.night):
            case "503":
                return respond(503, "Be back soon", "Retry-After: 0")
            case "503_later":
                return respond(503, "Be back soon", "Retry-After: 7200")
            case "429":
                return respond(429, "Too many requests", "Retry-After: 7200")
            case "reset":
                return None
            case "silent":
                return b""
            case "robots_500" if target == "/robots.txt":
                return respond(500, "Oh dear")
        if target == "/robots.txt":
            return respond(200, "User-agent: *\nDisallow: /private\n", kind="text/plain")
        return self._answer_as_host(host, target, head)

    def _answer_as_host(self, host: Host, target: str, head: bytes) -> bytes:
        spell = next((each for each in host.conditions if each.holds(self.night)), None)
        if spell is not None and (answer := _answer_for_all(host, spell.what)) is not None:
            return answer
        if spell is not None and target.startswith("/login"):
            return respond(200, pages.login_page(host))
        source = self.sources.get((host.name, target))
        if target == "/" and (spell is None or spell.what != "hijacked"):
            return respond(200, pages.front_page(host, self.night))
        if source is None:
            return (
                self._answer_missing(host)
                if spell is None or spell.what != "hijacked"
                else respond(404, "no")
            )
        condition = source.condition(self.night)
        if condition in {"404", "410", "soft_404", "to_home"}:
            return self._answer_missing(host)
        if condition == "login":
            return respond(302, "", f"Location: /login?next={urllib.parse.quote(target)}")
        if condition == "paywall":
            return respond(200, pages.teaser_of(source))
        return _page(pages.page_of(source, condition, self.night), head)

    def _answer_missing(self, host: Host) -> bytes:
        match host.missing:
            case "soft_404":
                return respond(200, pages.missing_page(host))
            case "to_home":
                return respond(302, "", "Location: /")
            case status:
                return respond(int(status), pages.missing_page(host))

    # -- the archive ----------------------------------------------------------

    def copies_of(self, source: Source) -> list[tuple[int, int]]:
        """Return the nights on which the archive looked so far, and the status that it kept."""
        if not source.archived_every:
            return []
        first = -200 + source.number % source.archived_every
        nights = [
            first,
            *range(
                source.number % source.archived_every + 1, self.night + 1, source.archived_every
            ),
        ]
        seen = ((night, self._status_for_archive(source, night)) for night in nights)
        return [(night, status) for night, status in seen if status]

    def _status_for_archive(self, source: Source, night: int) -> int:
        trouble = self.year.trouble(source.host, night)
        condition = source.condition(night, of_archive=True)
        if condition == "nxdomain" or trouble not in {
            None,
            "429",
            "robots_500",
            "ours",
            "tls_expired",
        }:
            return 0
        return {"404": 404, "410": 410, "to_home": 302, "login": 302}.get(condition, 200)

    def _answer_as_archive(self, target: str) -> bytes:
        path, _, query = target.partition("?")
        if path == "/cdx":
            asked = dict(urllib.parse.parse_qsl(query))
            source = self.by_url.get(asked.get("url", ""))
            return (
                self._answer_index(source, asked)
                if source
                else respond(200, "[]", kind="application/json")
            )
        stamp, _, url = path.removeprefix("/web/").partition("/")
        source = self.by_url.get(url)
        if source is None:
            return respond(404, "not in archive")
        night = (
            datetime.strptime(stamp[:8], "%Y%m%d").replace(tzinfo=UTC) - DAY_0.replace(hour=0)
        ).days
        text = pages.copy_text(source, source.condition(night, of_archive=True), night)
        at = _moment(night).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return respond(200, text, f"Memento-Datetime: {at}")

    def _answer_index(self, source: Source, asked: dict[str, str]) -> bytes:
        url = source.url(PORT, TLS_PORT)
        rows = [
            (f"{_moment(night):%Y%m%d%H%M%S}", str(status))
            for night, status in self.copies_of(source)
        ]
        if wanted := asked.get("filter", "").removeprefix("statuscode:").strip("^$"):
            rows = [row for row in rows if row[1] == wanted or wanted not in {"200", "404"}]
        rows = [row for row in rows if asked.get("from", "0") <= row[0] <= asked.get("to", "9")]
        if near := asked.get("closest"):
            rows.sort(key=lambda row: abs(int(row[0]) - int(near)))
        limit = int(asked.get("limit", "1000"))
        rows = rows[limit:] if limit < 0 else rows[:limit]
        table = [["original", "timestamp", "statuscode"], *([url, *row] for row in rows)]
        return respond(200, json.dumps(table if rows else []), kind="application/json")


def _answer_for_all(host: Host, what: str) -> bytes | None:
    """Return what a host in this condition says whatever it is asked for."""
    match what:
        case "parked":
            return respond(200, pages.parked_page(host), "Set-Cookie: parking_session=1")
        case "blocked_403":
            return respond(403, pages.refusal_page(host))
        case "hidden_404":
            return respond(404, pages.missing_page(host))
    return None


def _moment(night: int) -> datetime:
    """Return when the archive looked: at noon before the night's run."""
    return DAY_0.replace(hour=0) + timedelta(days=night)


def respond(status: int, body: str, *headers: str, kind: str = _HTML) -> bytes:
    """Return a whole response."""
    data = body.encode()
    lines = [
        f"HTTP/1.1 {status} Said",
        f"Content-Type: {kind}",
        f"Content-Length: {len(data)}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def _page(text: str, head: bytes) -> bytes:
    """Return a page with its validator, or 304 to whoever holds it already."""
    tag = f'"{hash_of(text)}"'
    if tag.encode() in head:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\nContent-Length: 0\r\n\r\n".encode()
    return respond(200, text, f"ETag: {tag}")


def hash_of(text: str) -> str:
    """Return a short digest that is the same in every process."""
    return f"{zlib.crc32(text.encode()):08x}{len(text):x}"
