"""Records of reading: bytes -> Document."""

from typing import Literal

from msgspec import Struct

from provenance.model.words import Severity
from provenance.text import OffsetMap


class Metadata(Struct, frozen=True):
    """What a document says about itself.

    Dates are ISO `YYYY-MM-DD`; `origin_url` is the page that the document was
    copied from or published at, `language` a BCP 47 tag.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    data_cutoff: str | None = None
    origin_url: str | None = None
    language: str | None = None


class Link(Struct, frozen=True):
    """An anchor: the span of its text and its target as it stands in the file."""

    start: int
    end: int
    href: str


class Heading(Struct, frozen=True):
    """A heading of the document: where its line starts and ends, and its depth (1 is the top)."""

    start: int
    end: int
    level: int
    title: str


class Mark(Struct, frozen=True):
    """A place that the format itself declares to be a note's marker or a note.

    `role` is "marker" in the body and "note" for the whole of a note; `target`
    ties the two together (an element's id, a footnote's number). Of a note, `body`
    is where its words begin behind the printed label (None: at `start`) and `list`
    names the list it stands in, where the format keeps several apart ("endnotes").
    """

    start: int
    end: int
    label: str
    role: Literal["marker", "note"]
    target: str = ""
    body: int | None = None
    list: str = ""


class CitationMark(Struct, frozen=True):
    """A place that the format itself declares to be one citation, with what it says about it.

    A citation template of a wiki names title, authors, publisher and date by name: nothing
    has to be read out of the words. `url` is where the thing is found, `archive_url` somebody's
    archived copy of it; `date` is ISO `YYYY-MM-DD` or a year, `is_paywalled` what the writer says.
    """

    start: int
    end: int
    url: str | None = None
    archive_url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    date: str | None = None
    pages: str | None = None
    accessed: str | None = None
    isbn: str | None = None
    is_paywalled: bool = False


class Place(Struct, frozen=True, omit_defaults=True):
    """Where a span stands in the person's own file; which fields are set depends on the format.

    `line` and `column` count from 1 (text formats, HTML), `paragraph` and `note`
    are for DOCX (a paragraph counts from 1 over the body or inside its note, `note` is
    the note's printed number, or its label where that is no number), `page` counts from 1 and is for PDF.
    """

    line: int | None = None
    column: int | None = None
    paragraph: int | None = None
    note: int | str | None = None
    page: int | None = None


class PlaceAt(Struct, frozen=True, array_like=True):
    """A place that holds from the offset `start` on, up to the next one."""

    start: int
    place: Place


class Finding(Struct, frozen=True):
    """One thing that was noticed about a document."""

    rule: str
    severity: Severity
    message: str
    label: str | None = None
    start: int = 0
    end: int = 0


class Document(Struct, frozen=True):
    """One update, draft or report as read: its text in reading order, never rewritten.

    `source` is the decoded file and `offsets` leads from `text` back into it;
    both are None where the text *is* the decoded file (plain text). Formats without
    lines say where they stand by `places`, in order, instead.
    """

    text: str
    format: str
    sha256: str
    metadata: Metadata = Metadata()
    links: tuple[Link, ...] = ()
    headings: tuple[Heading, ...] = ()
    marks: tuple[Mark, ...] = ()
    citations: tuple[CitationMark, ...] = ()
    findings: tuple[Finding, ...] = ()
    source: str | None = None
    offsets: OffsetMap | None = None
    places: tuple[PlaceAt, ...] = ()
