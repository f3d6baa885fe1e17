"""Asking another archive for its copies of a page, and looking at one.

What is asked are services that a person named in the settings: their documented API, and
the copies that it names. `ask` is the guarded fetcher's way of asking them; whatever the
world does wrong on the way is in the answer. PURE but for what `ask` does.
"""

import re
import urllib.parse
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from provenance.fetch.classify import is_page, observe
from provenance.fetch.policy import is_transient
from provenance.formats.body import decode_body
from provenance.formats.url import host_of
from provenance.keep.memento_index import (
    NamedCopy,
    cdx_question,
    memento_stamp,
    read_availability,
    read_cdx_copies,
)
from provenance.keep.memento_links import Page, read_memento_datetime, read_timemap
from provenance.model import Exchange, Failure, Visit
from provenance.settings import MementoSettings

__all__ = ["Answer", "Ask", "OtherArchive", "SeenCopy", "list_archives", "look_at_copy",
           "look_up", "raw_address"]  # fmt: skip

Ask = Callable[[str], Awaitable[Visit]]
ArchiveKind = Literal["cdx", "availability", "timemap"]
# The form of a copy's address from which the Wayback Machine and pywb also serve it unaltered.
_DATED = re.compile(r"(/[0-9]{14})(/https?:)")
_RAW = re.compile(r"(/[0-9]{14})id_(/https?:)")
_ORIGINAL_HEADER = "x-archive-orig-"
# Decoded bytes per stored byte: link-format and JSON of equal rows pack well.
_MAX_RATIO = 1_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _NOT_FOUND = 200, 404
_GONE = frozenset({404, 410})
# Failures that speak of where a copy is said to be, and not of whether the archive answers.
_OF_THE_COPY = frozenset({"guard", "unsupported", "redirects", "nxdomain"})


class OtherArchive(Struct, frozen=True):
    """A service that can be asked: its `name` is the host of its address."""

    name: str
    kind: ArchiveKind
    url: str
    replay_url: str = ""


class Answer(Struct, frozen=True):
    """What a service said about one URL.

    `copies` are those that it names. Without any, `kind` says whether it holds none
    ("none"), whether the answer says nothing ("unknown"), or whether it did not answer
    ("silent": asking about the next URL would end alike).
    """

    kind: Literal["copies", "none", "unknown", "silent"]
    reason: str
    copies: tuple[NamedCopy, ...] = ()


class SeenCopy(Struct, frozen=True):
    """A copy that was looked at.

    `uri_m` is the address at which it was shown, `at` its Memento-Datetime; `refusal` says why it is no copy of the page, `is_silent`
    that the archive did not show it, `is_gone` that it shows what a page that is gone shows.
    """

    visit: Visit
    uri_m: str
    at: datetime | None = None
    refusal: str = ""
    is_silent: bool = False
    is_gone: bool = False


def _said_of(failure: Failure) -> str:
    return f"{failure.kind}: {failure.detail}" if failure.detail else failure.kind


def list_archives(settings: MementoSettings) -> tuple[OtherArchive, ...]:
    """Return the services that the settings name, each name once."""
    named = []
    if settings.cdx_url:
        named.append(
            OtherArchive(
                host_of(settings.cdx_url) or "", "cdx", settings.cdx_url, settings.replay_url
            )
        )
    if settings.availability_url:
        url = settings.availability_url
        named.append(OtherArchive(host_of(url) or "", "availability", url))
    named += [OtherArchive(host_of(url) or "", "timemap", url) for url in settings.timemap_urls]
    return tuple({archive.name: archive for archive in reversed(named)}.values())[::-1]


async def look_up(
    archive: OtherArchive, url: str, near: datetime | None, ask: Ask, settings: MementoSettings
) -> Answer:
    """Ask one archive for its copies of `url`, those around `near` above all."""
    match archive.kind:
        case "cdx":
            question = cdx_question(archive.url, url, near, settings.limit)
            return _read_cdx(await ask(question), archive, settings)
        case "availability":
            return _read_available(await ask(_available_question(archive, url, near)), settings)
        case "timemap":
            return await _walk_timemap(archive, url, near, ask, settings)


def _read_cdx(visit: Visit, archive: OtherArchive, settings: MementoSettings) -> Answer:
    body = _body_of(visit, settings)
    if isinstance(body, Answer):
        return body
    copies = read_cdx_copies(body, archive.replay_url)
    last = visit.last
    if last is not None and last.status == _NOT_FOUND:
        # pywb says so of a URL that it holds no copy of, in words instead of rows
        return Answer("none", "HTTP 404") if b"No Captures" in body else _unknown("HTTP 404")
    return _answer_of(copies, "the answer is no CDX")


def _available_question(archive: OtherArchive, url: str, near: datetime | None) -> str:
    stamp = {"timestamp": memento_stamp(near)} if near else {}
    return f"{archive.url}?{urllib.parse.urlencode({'url': url} | stamp)}"


def _read_available(visit: Visit, settings: MementoSettings) -> Answer:
    body = _body_of(visit, settings)
    if isinstance(body, Answer):
        return body
    copies = read_availability(body)
    if copies == ():
        return _unknown("it names no copy, which does not say that there is none")
    return _answer_of(copies, "the answer is no Availability JSON")


async def _walk_timemap(
    archive: OtherArchive, url: str, near: datetime | None, ask: Ask, settings: MementoSettings
) -> Answer:
    """Read a TimeMap, page by page, the page that `near` falls into first."""
    waiting = [Page(_timemap_url(archive.url, url))]
    asked: set[str] = set()
    copies: list[NamedCopy] = []
    while waiting and len(asked) < settings.max_pages:
        page = min(waiting, key=lambda each: _distance(each, near))
        waiting.remove(page)
        asked.add(page.url)
        visit = await ask(page.url)
        body = _body_of(visit, settings)
        if isinstance(body, Answer):
            # what the pages before named still stands
            return _answer_of(tuple(copies), body.reason) if copies else body
        if visit.last is not None and visit.last.status == _NOT_FOUND:
            break
        timemap = read_timemap(body, visit.final_url, url)
        if timemap is None:
            return _answer_of(tuple(copies) or None, "the answer is no TimeMap of this URL")
        copies += timemap.copies
        known = asked | {each.url for each in waiting}
        waiting += [each for each in timemap.pages if each.url not in known]
    if not copies and waiting:
        return _unknown(f"a TimeMap of more than {settings.max_pages} pages")
    return _answer_of(tuple(copies), "")


def _timemap_url(base: str, url: str) -> str:
    return base + (urllib.parse.quote(url, safe="") if base.endswith("=") else url)


def _distance(page: Page, near: datetime | None) -> float:
    """How far a page's mementos are from a moment, in seconds; a page that does not say is far."""
    if near is None or page.begins is None:
        return float("inf")
    ends = page.ends or page.begins
    if page.begins <= near <= ends:
        return 0.0
    return min(abs((page.begins - near).total_seconds()), abs((ends - near).total_seconds()))


def _answer_of(copies: Iterable[NamedCopy] | None, otherwise: str) -> Answer:
    if copies is None:
        return _unknown(otherwise)
    named = tuple(copies)
    if not named:
        return Answer("none", "it holds no copy")
    return Answer("copies", f"it names {len(named):,}", named)


def _unknown(reason: str) -> Answer:
    return Answer("unknown", reason)


def _body_of(visit: Visit, settings: MementoSettings) -> bytes | Answer:
    """Return the decoded body of a 200 or a 404, or what the visit amounts to without one."""
    last = visit.last
    if visit.failure is not None or last is None:
        failure = visit.failure
        return Answer("silent", _said_of(failure) if failure else "no answer")
    if last.truncated == "length":
        return _unknown(f"an answer of more than {settings.max_bytes:,} bytes")
    if is_transient(visit) or last.truncated:
        return Answer("silent", f"HTTP {last.status}, {last.truncated or 'not now'}")
    if last.status not in (_OK, _NOT_FOUND):
        return _unknown(f"HTTP {last.status}")
    decoded = decode_body(last.headers, last.body, settings.max_bytes, _MAX_RATIO)
    if decoded.truncated_reason:
        return _unknown(f"an answer of more than {settings.max_bytes:,} bytes")
    return decoded.data


def raw_address(uri_m: str) -> str:
    """Return where a copy is served as it was archived, without the archive's banner and links.

    >>> raw_address("https://web.archive.org/web/20230309101112/https://a.org/x")
    'https://web.archive.org/web/20230309101112id_/https://a.org/x'
    >>> raw_address("https://archive.ph/4XcKq")
    'https://archive.ph/4XcKq'
    """
    return _DATED.sub(r"\1id_\2", uri_m, count=1)


async def look_at_copy(copy: NamedCopy, url: str, ask: Ask) -> SeenCopy:
    """Look at a copy of `url` and judge it as the page itself would be.

    It has to say that it is a memento (Memento-Datetime), of an answer with status 200 that
    was no redirect, and must not be a login wall, a challenge or a soft 404.
    """
    visit = await ask(raw_address(copy.uri_m))
    last, uri_m = visit.last, copy.uri_m
    if visit.failure is not None and visit.failure.kind in _OF_THE_COPY:
        return SeenCopy(visit, uri_m, refusal=_said_of(visit.failure))
    if visit.failure is not None or last is None or is_transient(visit):
        at = read_memento_datetime(last.header("memento-datetime")) if last else None
        words = visit.failure.kind if visit.failure else f"HTTP {last.status if last else ''}"
        # an archived 429 or 503 is replayed with its status: then the archive did answer
        refusal = f"an archived {words}" if at else words
        return SeenCopy(visit, uri_m, refusal=refusal, is_silent=at is None)
    if any(hop.header("memento-datetime") for hop in visit.hops[:-1]) or last.status in _REDIRECTS:
        return SeenCopy(visit, uri_m, refusal="an archived redirect")
    at = read_memento_datetime(last.header("memento-datetime"))
    if at is None:
        return SeenCopy(visit, uri_m, refusal="it does not say that it is a memento")
    if len(visit.hops) > 1:  # the service led on to the copy that it has
        uri_m = _RAW.sub(r"\1\2", last.url, count=1)
    if last.status != _OK:
        is_gone = last.status in _GONE
        return SeenCopy(visit, uri_m, at, f"an archived HTTP {last.status}", is_gone=is_gone)
    verdict, _ = observe(_as_first_seen(visit, last, url))
    refusal = "" if is_page(verdict) else f"{verdict.rule}: {verdict.reason}"
    return SeenCopy(visit, uri_m, at, refusal, is_gone=verdict.outcome == "gone")


def _as_first_seen(visit: Visit, last: Exchange, url: str) -> Visit:
    """The visit as the archive's own crawler had it: its URL and the headers that it got."""
    headers = []
    for name, value in last.headers:
        if name.lower().startswith(_ORIGINAL_HEADER):
            original = name[len(_ORIGINAL_HEADER) :]
            if original.lower() not in {"content-encoding", "transfer-encoding", "content-length"}:
                headers.append((original, value))
        elif name.lower() in {"content-type", "content-encoding"}:
            headers.append((name, value))
    seen = replace(last, url=url, headers=tuple(headers))
    return replace(visit, url=url, hops=(seen,))
