"""RIS: what Zotero, EndNote and Mendeley read; the tags by the type of the reference. PURE.

Lines end with CR LF, a tag is two letters, two blanks, a hyphen and a blank (RIS format
specifications, Thomson ResearchSoft 2011).
"""

from collections.abc import Iterable, Iterator

from provenance.trace.export.records import CslType, Name, PartialDate, Places, Reference
from provenance.trace.export.texts import as_uri

__all__ = ["write_ris"]

_TYPE: dict[CslType, str] = {
    "article": "GEN",
    "book": "BOOK",
    "dataset": "DATA",
    "document": "GEN",
    "interview": "PCOMM",
    "personal_communication": "PCOMM",
    "post": "ELEC",
    "webpage": "ELEC",
}


def write_ris(references: Iterable[Reference], places: Places) -> Iterator[str]:
    """Yield one record a reference. `AV` says where the copy is, `N1` names the source's id."""
    for reference in references:
        tags = [("TY", _TYPE[reference.type]), ("ID", reference.key), *_tags(reference, places)]
        lines = [f"{tag}  - {value}\r\n" for tag, value in tags if value]
        yield "".join(lines) + "ER  - \r\n\r\n"


def _tags(reference: Reference, places: Places) -> Iterator[tuple[str, str]]:
    yield "TI", reference.title
    for name in reference.authors:
        yield "AU", _name(name)
    yield "T2", reference.container
    yield "PB", reference.publisher
    if reference.issued:
        yield "PY", f"{reference.issued.year:04}"
        yield "DA", _date(reference.issued)
    yield "UR", as_uri(reference.url or "")
    if reference.accessed and reference.url:
        yield "Y2", _date(reference.accessed)
    yield "SN", reference.isbn
    yield "LA", reference.language
    if reference.elsewhere is not None:
        yield "AV", as_uri(reference.elsewhere.uri_m)
    elif reference.kept is not None:
        yield "AV", places.of("captures", reference.kept.id)
    if reference.cut:
        yield "N1", f"address cut in the note: {reference.cut}"
    if reference.pages:  # not SP: that would be where it stands
        yield "N1", f"cited: pp. {reference.pages}"
    yield "N1", f"provenance:{reference.source_id}"


def _name(name: Name) -> str:
    return f"{name.family}, {name.given}" if name.family else name.literal


def _date(date: PartialDate) -> str:
    """`YYYY/MM/DD/other`; what is not known stays empty between its slashes."""
    month = f"{date.month:02}" if date.month else ""
    day = f"{date.day:02}" if date.day else ""
    return f"{date.year:04}/{month}/{day}/"
