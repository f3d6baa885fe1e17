"""CSL-JSON 1.0.2 (`csl-data.json`): what pandoc, Zotero and citeproc read. PURE."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from provenance.trace.export.records import Name, PartialDate, Places, Reference

__all__ = ["write_csl_json"]


def write_csl_json(references: Iterable[Reference], places: Places) -> Iterator[str]:
    """Yield an array with one item a reference, an item a line.

    `URL` is what the note meant, never an archive's; `archive` and `archive_location` are the copy
    in somebody else's archive, else ours. `custom` holds our ids: styles do not print it.
    """
    opening = "[\n"
    for reference in references:
        yield opening + msgspec.json.encode(csl_item(reference, places)).decode()
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def csl_item(reference: Reference, places: Places) -> dict[str, Any]:
    """Return one item; what is not known has no key."""
    item: dict[str, Any] = {
        "id": reference.key,
        "type": reference.type,
        "title": reference.title,
        "author": [_name(name) for name in reference.authors],
        "container-title": reference.container,
        "publisher": reference.publisher,
        "issued": _date(reference.issued),
        "accessed": _date(reference.accessed),
        "ISBN": reference.isbn,
        "language": reference.language,
        "URL": reference.url,
        "note": f"address cut in the note: {reference.cut}" if reference.cut else "",
        **_archive(reference, places),
        "custom": _ours(reference),
    }
    return {name: value for name, value in item.items() if value}


def _name(name: Name) -> dict[str, str]:
    if name.family:
        return {"family": name.family, "given": name.given}
    return {"literal": name.literal}


def _date(date: PartialDate | None) -> dict[str, Any] | None:
    return {"date-parts": [list(date.parts)]} if date else None


def _archive(reference: Reference, places: Places) -> dict[str, str]:
    if reference.elsewhere is not None:
        return {
            "archive": reference.elsewhere.archive,
            "archive_location": reference.elsewhere.uri_m,
        }
    if reference.kept is not None:
        return {
            "archive": "provenance",
            "archive_location": places.of("captures", reference.kept.id),
        }
    return {}


def _ours(reference: Reference) -> dict[str, str]:
    ours = {"source": reference.source_id, "kind": reference.kind, "state": reference.state}
    if reference.kept is not None:
        ours |= {
            "capture": reference.kept.id,
            "captured": reference.kept.at,
            "sha256": reference.kept.payload_sha256,
        }
    if reference.is_page_title:
        ours["title_from"] = "page"
    if reference.pages:  # where it is cited, not where it stands: no `page` of the item
        ours["cited_pages"] = reference.pages
    return ours
