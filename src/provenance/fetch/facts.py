"""A look -> the facts that are kept of it with its check, and back again. PURE.

They are enough to judge the look again by later rules without the archive, and they name
the record of each hop, so that with the archive the whole look can be read back byte for
byte. Cookies are kept by name only.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from provenance.fetch.classify import RULE_SET_VERSION
from provenance.fetch.seen import FEW_WORDS, BodyFacts, Known, Sibling
from provenance.fetch.signs import COMPARED_TEXT
from provenance.formats.page import PageFacts
from provenance.formats.sites import Asked, SiteTable
from provenance.model import Exchange, Failure, Vantage, Visit, WarcPlace

__all__ = ["FACTS_VERSION", "Remembered", "facts_of", "known_of_facts", "remember"]

# 1 held no page facts and no places; 2 does.
FACTS_VERSION = 2
_HEADERS = frozenset(
    """content-type content-length content-encoding last-modified etag date server location
    retry-after cf-mitigated x-robots-tag link content-language x-datadome x-amzn-waf-action
    x-adblock-key www-authenticate set-cookie transfer-encoding""".split()
)
_CONDITIONS = ("if-none-match", "if-modified-since")
_MAX_VALUE = 1_000


class Remembered(NamedTuple):
    """A look as far as its facts tell: bodies are empty, `body` says what they were.

    `has_page` tells whether all that the rules read of a page was kept.
    """

    visit: Visit
    page: PageFacts | None
    body: BodyFacts | None
    has_page: bool


def facts_of(
    visit: Visit,
    page: PageFacts | None,
    known: Known,
    places: Sequence[WarcPlace] = (),
    *,
    asked: Asked | None = None,
    probe: WarcPlace | None = None,
    drift: str | None = None,
) -> dict[str, object]:
    """Return what a later version of the rules needs to judge this look again.

    `places` are those of the hops' response records, `probe` that of the sibling's.
    """
    facts: dict[str, object] = {"v": FACTS_VERSION, "rules": RULE_SET_VERSION}
    if visit.failure is not None:
        facts["failure"] = {"kind": visit.failure.kind, "detail": visit.failure.detail}
    if visit.last is not None:
        facts["hops"] = [_hop(hop, index, places) for index, hop in enumerate(visit.hops)]
        facts["headers"] = _headers(visit.last)
        facts["body_bytes"] = len(visit.last.body)
        facts["is_blank"] = not visit.last.body.strip()
        facts["truncated"] = visit.last.truncated
    if page is not None:
        facts["page"] = _page(page)
    if known.title is not None:
        facts["title_before"] = known.title
    if known.sibling is not None:
        facts["probe"] = _probe(known.sibling, probe)
    if asked is not None and asked.site is not None:
        facts["asked_instead"] = {"site": asked.site, "shows": asked.shows}
    if drift is not None:
        facts["drift"] = drift
    return facts


def _hop(hop: Exchange, index: int, places: Sequence[WarcPlace]) -> dict[str, object]:
    told: dict[str, object] = {
        "url": hop.url,
        "status": hop.status,
        "ip": hop.ip,
        "at": hop.at.isoformat(),
        "elapsed_ms": hop.elapsed_ms,
    }
    if hop.method != "GET":
        told["method"] = hop.method
    if hop.truncated is not None:
        told["truncated"] = hop.truncated
    if asked := _asked(hop.request_head):
        told["asked"] = asked
    location = hop.header("location")
    if location is not None:
        told["location"] = location[:_MAX_VALUE]
    if names := [name for name, _ in hop.headers if name.lower() == "transfer-encoding"]:
        told["transfer_encoding"] = names
    if index < len(places):
        told["warc"] = list(msgspec.structs.astuple(places[index]))
    return told


def _headers(last: Exchange) -> list[list[str]]:
    return [[name, _kept(name, value)] for name, value in last.headers if name.lower() in _HEADERS]


def _kept(name: str, value: str) -> str:
    return (
        value.partition("=")[0][:100] + "=" if name.lower() == "set-cookie" else value[:_MAX_VALUE]
    )


def _asked(request_head: bytes) -> list[str]:
    """Return the header lines by which a request said what we hold."""
    lines = request_head.decode("latin-1").split("\r\n")[1:]
    return [line for line in lines if line.partition(":")[0].lower() in _CONDITIONS]


def _page(page: PageFacts) -> dict[str, object]:
    kept = page.text_start if page.word_count < FEW_WORDS else page.text_start[:COMPARED_TEXT]
    told: dict[str, object] = msgspec.to_builtins(msgspec.structs.replace(page, text_start=kept))
    plain = msgspec.to_builtins(PageFacts())
    return {name: value for name, value in told.items() if value != plain[name]}


def _probe(sibling: Sibling, place: WarcPlace | None) -> dict[str, object]:
    told: dict[str, object] = {"url": sibling.url, "status": sibling.status}
    if sibling.page is not None:
        told["page"] = _page(sibling.page)
    if place is not None:
        told["warc"] = list(msgspec.structs.astuple(place))
    return told


# -- and back -------------------------------------------------------------------


def remember(url: str, at: datetime, facts: Mapping[str, Any]) -> Remembered:
    """Return a look as its facts tell it. Facts of any version are read; what lacks is empty."""
    failed = facts.get("failure")
    failure = Failure(failed["kind"], failed.get("detail", "")) if failed else None
    told = facts.get("hops") or []
    hops = [_remember_hop(hop, at) for hop in told]
    if hops:
        headers = tuple((name, value) for name, value in facts.get("headers") or ())
        hops[-1] = msgspec.structs.replace(
            hops[-1], headers=headers, truncated=facts.get("truncated")
        )
    vantage: Vantage = "offline" if failure is not None and failure.kind == "offline" else "online"
    visit = Visit(url, at, tuple(hops), failure, vantage=vantage)
    body = None
    if "body_bytes" in facts:
        size = int(facts["body_bytes"])
        body = BodyFacts(size, bool(facts.get("is_blank", size == 0)))
    page = _page_of(facts.get("page"))
    return Remembered(visit, page, body, int(facts.get("v", 1)) >= 2)


def _remember_hop(told: Mapping[str, Any], at: datetime) -> Exchange:
    lines = "".join(f"{line}\r\n" for line in told.get("asked", ()))
    location = told.get("location")
    return Exchange(
        url=told["url"],
        method=told.get("method", "GET"),
        at=datetime.fromisoformat(told["at"]) if "at" in told else at,
        ip=told.get("ip", ""),
        request_head=f"GET / HTTP/1.1\r\n{lines}\r\n".encode("latin-1"),
        status=told["status"],
        response_head=b"",
        headers=(("Location", location),) if location is not None else (),
        body=b"",
        elapsed_ms=told.get("elapsed_ms", 0),
        truncated=told.get("truncated"),
    )


def _page_of(told: object) -> PageFacts | None:
    return None if told is None else msgspec.convert(told, PageFacts)


def known_of_facts(facts: Mapping[str, Any], sites: SiteTable) -> Known:
    """Return what was known beside a look, with today's site table."""
    probe = facts.get("probe")
    sibling = Sibling(probe["url"], probe["status"], _page_of(probe.get("page"))) if probe else None
    shows = (facts.get("asked_instead") or {}).get("shows", "")
    return Known(sites, facts.get("title_before"), shows=shows, sibling=sibling)
