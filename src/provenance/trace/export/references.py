"""From rows of the store to references: which type, whose names, which title, which key. PURE."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from provenance.formats.url import host_of, parse_address
from provenance.trace.export.records import (
    CslType,
    Elsewhere,
    Kept,
    Name,
    PartialDate,
    Reference,
    read_partial_date,
)
from provenance.trace.export.texts import one_line, slug

__all__ = ["IsOrganisation", "read_references"]

IsOrganisation = Callable[[str], bool]
Row = dict[str, Any]

_POST = re.compile(r"/@?[\w.-]+/status(?:es)?/[0-9]+(?:[/?#]|$)")
_INTERVIEW = re.compile(r"\W*(?:phone |telephone |author’s |author's )?interview", re.IGNORECASE)
_DATA = re.compile(r"\b(?:data\s?(?:base|set)|data)\b", re.IGNORECASE)
_PARTS_OF_A_DAY = 3  # a date that names its day is a newspaper's, not a book's
# A journal's name stands where a publisher's does ("Optica, 2023"): only such a word tells a publisher.
_HOUSE_OF_BOOKS = re.compile(
    r"\b(?:press|presses|publish\w*|books?|verlag|éditions?|editions?|editorial|editora|edizioni|university"
    r"|universit\w+|hachette|wiley|springer|routledge|brill|penguin)\b|издат|دار ",
    re.IGNORECASE,
)
_AND_OTHERS = re.compile(r",?\s+(?:et\.?\s+al\.?|and others)$", re.IGNORECASE)
_INITIALS = re.compile(r"((?:[^\W\d_]\.[\s-]?){1,4})\s*([^\W\d_][\w’'-]+)")
_FAMILY_FIRST = re.compile(r"([^\W\d_][\w’' -]*),\s+([^\W\d_][\w.’' -]*)")
_TWO_WORDS = re.compile(r"([A-ZÀ-Þ][\w’'-]*[a-zß-ÿ][\w’'-]*)\s+([A-ZÀ-Þ][\w’'-]*[a-zß-ÿ][\w’'-]*)")
_COLLECTIVE = re.compile(
    r"\b(?:international|watch|insight|online|today|post|radio|daily|weekly|example|action|aid|monitor)\b",
    re.IGNORECASE,
)
_KEY_WORDS, _NAME_WORDS = 4, 3
_FEWEST_DIGITS = 6


def read_references(rows: Iterable[Row], is_organisation: IsOrganisation) -> Iterator[Reference]:
    """Yield a reference for each row of `store.export_read.sources_to_export`, in their order.

    Rows come in the order of their ids, so that keys that could be the same are neighbours. The
    last part of a key is the beginning of the source's own id, longer where two would be alike.
    """
    taken: set[str] = set()
    group = ""
    for row in rows:
        found = _reference(row, is_organisation)
        digest = row["source_id"].rpartition("-")[2]
        if digest[:_FEWEST_DIGITS] != group:
            group, taken = digest[:_FEWEST_DIGITS], set()
        digits = _FEWEST_DIGITS
        while (key := f"{found.key}-{digest[:digits]}") in taken and digits < len(digest):
            digits += 1
        taken.add(key)
        yield msgspec.structs.replace(found, key=key)


def _reference(row: Row, is_organisation: IsOrganisation) -> Reference:
    title, is_page_title = _title(row)
    type_ = _type(row)
    authors = _authors(row, is_organisation)
    issued = read_partial_date(row["date"]) or (
        read_partial_date(row["page_date"]) if is_page_title else None
    )
    publisher = one_line(row["publisher"])
    is_cut = bool(row["truncated"])
    return Reference(
        source_id=row["source_id"],
        key=_key(row, authors, title, issued),
        kind=row["kind"],
        type=type_,
        title=title,
        is_page_title=is_page_title,
        authors=authors,
        publisher="" if type_ in {"webpage", "post"} else publisher,
        container=_container(row, publisher) if type_ in {"webpage", "post"} else "",
        issued=issued,
        accessed=read_partial_date(row["captured_at"]) or read_partial_date(row["accessed"]),
        url=None if is_cut else _address(row["url"]),
        cut=one_line(row["url"]) if is_cut else "",
        pages=one_line(row["pages"]),
        isbn=one_line(row["isbn"]),
        language=one_line(row["language"]),
        access=row["access"],
        state=row["state"] or "unchecked",
        kept=_kept(row),
        elsewhere=_elsewhere(row),
    )


def _title(row: Row) -> tuple[str, bool]:
    """The note's title before the page's; an address or what the note says of it where there is none."""
    if title := one_line(row["title"]):
        return title, False
    if title := one_line(row["page_title"]):
        return title, True
    return one_line(row["url"]) or one_line(row["raw"]) or row["source_id"], False


def _type(row: Row) -> CslType:
    raw = row["raw"] or ""
    match row["kind"]:
        case "web":
            return "post" if _POST.search(row["url"] or "") else "webpage"
        case "communication":
            return "interview" if _INTERVIEW.match(raw) else "personal_communication"
        case "on_request":
            return "dataset" if _DATA.search(row["title"] or raw) else "document"
        case "subscription":
            return "article"
        case "work":
            return "book" if _is_book(row) else "document"
        case _:
            return "document"


def _is_book(row: Row) -> bool:
    date = read_partial_date(row["date"])
    is_of_a_day = date is not None and len(date.parts) == _PARTS_OF_A_DAY
    is_published = _HOUSE_OF_BOOKS.search(row["publisher"] or "") is not None
    return bool(row["isbn"]) or bool(row["title"] and is_published and not is_of_a_day)


def _container(row: Row, publisher: str) -> str:
    return publisher or host_of(row["url"] or "") or ""


def _address(url: str | None) -> str | None:
    return url if url and parse_address(url) is not None else None


def _authors(row: Row, is_organisation: IsOrganisation) -> tuple[Name, ...]:
    """Those that the note names; those of the page (its masthead's often, not a person's) as they stand."""
    noted = [one_line(name) for name in msgspec.json.decode(row["authors"] or "[]")]
    if any(noted):
        is_work = row["kind"] == "work"
        return tuple(_name(name, is_organisation, is_work=is_work) for name in noted if name)
    if row["title"]:
        return ()
    paged = [one_line(name) for name in msgspec.json.decode(row["page_authors"] or "[]")]
    host = slug(host_of(row["url"] or "") or "", _KEY_WORDS)
    # of pages that name nobody the extractor makes a name out of their host: "Tolls Example"
    return tuple(
        Name(literal=name) for name in paged if name and (slug(name, _KEY_WORDS) or None) != host
    )


def _name(name: str, is_organisation: IsOrganisation, *, is_work: bool) -> Name:
    if is_organisation(name) or _COLLECTIVE.search(name):
        return Name(literal=name)
    if found := _FAMILY_FIRST.fullmatch(name):
        return Name(family=found[1].strip(), given=found[2].strip())
    if found := _INITIALS.fullmatch(name):
        return Name(family=found[2], given=found[1].strip())
    if is_work and (found := _TWO_WORDS.fullmatch(name)):
        return Name(family=found[2], given=found[1])
    return Name(literal=name)


def _key(row: Row, authors: tuple[Name, ...], title: str, issued: PartialDate | None) -> str:
    host = (host_of(row["url"] or "") or "").removeprefix("www.")
    who = next((slug(_AND_OTHERS.sub("", name.sorted_by), _NAME_WORDS) for name in authors), "")
    who = who or slug(row["publisher"] or "", _NAME_WORDS) or slug(host, _NAME_WORDS) or row["kind"]
    named = slug(title, _KEY_WORDS) if title != one_line(row["url"]) else ""
    return "-".join(filter(None, (who, f"{issued.year:04}" if issued else "nd", named)))


def _kept(row: Row) -> Kept | None:
    if row["capture_id"] is None:
        return None
    return Kept(row["capture_id"], row["captured_at"], row["media_type"], row["payload_sha256"])


def _elsewhere(row: Row) -> Elsewhere | None:
    uri_m = _address(row["uri_m"])  # links are made of it: what is no address of the web is none
    return Elsewhere(row["archive"], uri_m, row["memento_at"]) if uri_m else None
