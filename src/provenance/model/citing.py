"""Records of parsing: Document -> claims, notes, citations, sources."""

from datetime import datetime

from msgspec import Struct

from provenance.model.reading import Document, Finding
from provenance.model.words import Access, CitationKind, RecoveryDecision, RecoveryRule


class Marker(Struct, frozen=True):
    """The `[12]` in the body; `note_id` is None where there is no such note."""

    label: str
    start: int
    end: int
    note_id: str | None = None


class Claim(Struct, frozen=True):
    """The sentence (or clause) that one or more markers stand behind; ends before the marker."""

    id: str
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    markers: tuple[Marker, ...]


class Repair(Struct, frozen=True):
    """One thing that was mended to get from `raw` to `url`, for people to check."""

    kind: str
    before: str
    after: str


class Antecedent(Struct, frozen=True):
    """The citation that a short form stands for; labels may restart, `note_id` never does.

    `reason` says by what it was found: "ibid", "note number", "author", "author and
    year", "short title", "name given" (a "hereinafter").
    """

    label: str
    index: int
    note_id: str = ""
    reason: str = ""


class Candidate(Struct, frozen=True):
    """A whole address that a cut one may be the beginning of, and where it was found.

    `found_in` is a note ("note 12"), a document's id, or the URL of a page; `at` is the
    day or moment that goes with it (ISO 8601), where one is known.
    """

    url: str
    canonical_url: str
    found_in: str
    at: str | None = None


class Recovery(Struct, frozen=True):
    """What was found out about a cut (or wrong) address: the proof, or why there is none.

    `cut` is the address as the note has it, `url` the whole one where it was `adopted`.
    `rule` is the one that decided. `count` says how many distinct addresses fit;
    `candidates` shows the first of them. `page` is where the proof stands (a URL, a
    document's id, a file of corrections), `page_sha256` the digest of what was read
    there, `reason` says all of it in words for a person.
    """

    decision: RecoveryDecision
    rule: RecoveryRule
    cut: str
    reason: str
    url: str | None = None
    count: int = 0
    candidates: tuple[Candidate, ...] = ()
    page: str | None = None
    page_sha256: str | None = None
    at: str | None = None


class Citation(Struct, frozen=True):
    """One thing that a note names. Fields as in the contract of `provenance parse`.

    `pages` are printed as in the note, `accessed` is the ISO day on which the author
    read it, `isbn` has no hyphens; `archive_url` is the copy in a web archive that the
    note names beside `url` ("archived at …").
    """

    index: int
    kind: CitationKind
    start: int
    end: int
    raw: str
    url: str | None = None
    canonical_url: str | None = None
    truncated: bool = False
    hidden: bool = False
    href: str | None = None
    repairs: tuple[Repair, ...] = ()
    publisher: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    access: Access = "open"
    access_url: str | None = None
    archive_of: str | None = None
    antecedent: Antecedent | None = None
    pages: str | None = None
    accessed: str | None = None
    isbn: str | None = None
    archive_url: str | None = None
    recovery: Recovery | None = None


class Note(Struct, frozen=True):
    """One numbered entry of the reference list; `list` names the list it stands in."""

    id: str
    list: str
    label: str
    start: int
    end: int
    text: str
    citations: tuple[Citation, ...]


class Parsed(Struct, frozen=True):
    """A document with its claims and notes: everything that reading alone can tell."""

    document: Document
    claims: tuple[Claim, ...]
    notes: tuple[Note, ...]
    findings: tuple[Finding, ...]


class Source(Struct, frozen=True):
    """A distinct thing in the world that citations point to.

    `url` is what is fetched (the first citation's), `canonical_url` is identity
    only; both are None for what has no address. `key` is the text whose digest is
    the id.
    """

    id: str
    key: str
    kind: CitationKind
    url: str | None = None
    canonical_url: str | None = None
    host: str | None = None
    truncated: bool = False
    publisher: str | None = None
    title: str | None = None
    date: str | None = None
    access: Access = "open"


class CitedMemento(Struct, frozen=True):
    """A copy in somebody else's archive that a note links to (URI-M), and when it was taken."""

    source_id: str
    archive: str
    uri_m: str
    at: datetime | None = None


class SourceMap(Struct, frozen=True):
    """The sources of one document and which citation points to which.

    `source_ids` leads from (note id, citation index) to a source id; only
    commentary has none. `mementos` are the links into web archives.
    """

    sources: tuple[Source, ...]
    source_ids: dict[tuple[str, int], str]
    mementos: tuple[CitedMemento, ...]
