"""The words of Memento (RFC 7089) in HTTP: which URL is asked for, of when, and how copies are linked.

A source's own address stands in the path of ours, `/timegate/https://tolls.example/a?b=c`, as it is
or percent-encoded as a whole; its query is the query of the request.
"""

import email.utils
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from msgspec import Struct
from starlette.requests import Request

from provenance.formats.url import canonical_url
from provenance.keep.memento_index import NamedCopy
from provenance.pipeline.export_forms import named_copies
from provenance.store.database import Database
from provenance.store.lookup import sources_by_url
from provenance.store.rows import parse_time
from provenance.trace.capture_records import Copy
from provenance.trace.export.records import Places
from provenance.trace.export.texts import as_uri, in_path
from provenance.web.problems import Problem

__all__ = [
    "Copies",
    "around",
    "asked_url",
    "http_date",
    "links_header",
    "memento_headers",
    "nearest",
    "read_accept_datetime",
    "read_copies",
]

# RFC 7089, section 2.1.1.1: rfc1123-date, always GMT. Years below 100 are read as of our century.
_RFC1123 = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [1-9][0-9]{3} "
    r"[0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
)
_ENCODED_SCHEME = re.compile(r"https?%3a", re.IGNORECASE)
_NONE: Mapping[NamedCopy, Sequence[str]] = {}
_SCHEME = re.compile(r"https?:/+", re.IGNORECASE)


class Copies(Struct, frozen=True):
    """A source's address and what is known of its copies: `ours` below the desk, `all` with others'."""

    source_id: str
    url: str
    ours: tuple[NamedCopy, ...]
    all: tuple[NamedCopy, ...]


def asked_url(request: Request, prefix: str) -> str:
    """Return the address behind `prefix` in the path of a request, its query with it.

    The path is taken as it was sent: decoded, `%2F` and `%3F` would be others. Servers in front of
    ours may make one slash of two.
    """
    raw = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    rest = raw.decode("latin-1").partition("?")[0][len(prefix) :]
    if _ENCODED_SCHEME.match(rest):
        rest = unquote(rest)
    query = request.scope["query_string"].decode("latin-1")
    rest = _SCHEME.sub(lambda found: found[0].rstrip("/") + "//", rest, count=1)
    return f"{rest}?{query}" if query else rest


def read_accept_datetime(value: str | None) -> datetime | None:
    """Return the moment that a client asks for, None where it names none (the latest is meant).

    Raises:
        Problem: it is no date as RFC 7089 wants it (400).
    """
    if value is None:
        return None
    at = email.utils.parsedate_to_datetime(value) if _is_date(value) else None
    if at is None:
        raise Problem(
            400,
            "Accept-Datetime is no date",
            hint="write it like: Thu, 09 Mar 2023 10:11:12 GMT",
            headers={"Vary": "accept-datetime"},
        )
    return at.astimezone(UTC)


def _is_date(value: str) -> bool:
    if _RFC1123.fullmatch(value) is None:
        return False
    try:
        email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # 31 February, 25 o'clock
        return False
    return True


def read_copies(db: Database, url: str, places: Places) -> Copies | None:
    """Return what is known of the copies of an address, however it is spelled; None where nothing cites it.

    Of several sources that are cited under spellings of it (with a slash at the end and without)
    the one whose own address it is counts, else the first with a copy of ours.
    """
    spellings = (url, unquote(url))
    found = [_of_source(db, id_, places) for id_ in sources_by_url(db, url, spellings)]
    known = [each for each in found if each is not None]
    names = {canonical_url(each) for each in spellings}
    known.sort(
        key=lambda each: (canonical_url(each.url) not in names, not each.ours, each.source_id)
    )
    return known[0] if known else None


def _of_source(db: Database, source_id: str, places: Places) -> Copies | None:
    url = db.value("SELECT url FROM sources WHERE source_id = ?", (source_id,))
    if url is None:
        return None
    copies = named_copies(db, source_id, places)
    ours = tuple(copy for copy in copies if copy.uri_m.startswith(f"{places.base}/captures/"))
    return Copies(source_id, url, ours, tuple(copies))


def nearest(copies: Sequence[NamedCopy], at: datetime | None) -> NamedCopy:
    """Return the copy nearest to a moment, the earlier of two that are equally near; the latest for None."""
    if at is None:
        return max(copies, key=lambda copy: (copy.at, copy.uri_m))
    return min(copies, key=lambda copy: (abs(copy.at - at), copy.at, copy.uri_m))


def http_date(at: datetime) -> str:
    """Return a moment as HTTP writes it, to the second."""
    return email.utils.format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def links_header(base: str, url: str, mementos: Mapping[NamedCopy, Sequence[str]] = _NONE) -> str:
    """Return a `Link` header: original, timegate, timemap, and mementos with what else they are ("prev")."""
    asked = in_path(url)
    links = [
        f'<{as_uri(url)}>; rel="original"',
        f'<{base}/timegate/{asked}>; rel="timegate"',
        f'<{base}/timemap/link/{asked}>; rel="timemap"; type="application/link-format"',
    ]
    for copy, rels in sorted(mementos.items(), key=lambda each: (each[0].at, each[0].uri_m)):
        rel = " ".join([*rels, "memento"])
        links.append(f'<{as_uri(copy.uri_m)}>; rel="{rel}"; datetime="{http_date(copy.at)}"')
    return ", ".join(links)


def around(copies: Iterable[NamedCopy], shown: NamedCopy) -> dict[NamedCopy, list[str]]:
    """Return the first copy, the last, `shown` and its neighbours, each with what it is."""
    ordered = sorted(copies, key=lambda copy: (copy.at, copy.uri_m))
    place = ordered.index(shown)
    named = (("first", 0), ("last", len(ordered) - 1), ("prev", place - 1), ("next", place + 1))
    found: dict[NamedCopy, list[str]] = {shown: []}
    for rel, index in named:
        if 0 <= index < len(ordered):
            found.setdefault(ordered[index], []).append(rel)
    return found


def memento_headers(base: str, copy: Copy) -> dict[str, str]:
    """Return the headers of a page that *is* a copy (RFC 7089, section 4.1.1); none for what has no address, or was withdrawn.

    `base` is the desk's own address without a slash at its end.
    """
    url = copy.source_url or copy.url
    if not url or copy.withdrawn is not None:
        return {}
    neighbours = (("prev", copy.before), ("next", copy.after))
    linked = {
        NamedCopy(f"{base}/captures/{each.id}", parse_time(each.at)): [rel]
        for rel, each in neighbours
        if each is not None
    }
    at = parse_time(copy.made_at or copy.at)
    return {"Memento-Datetime": http_date(at), "Link": links_header(base, url, linked)}
