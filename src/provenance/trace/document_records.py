"""What the pages Documents and Document say: records that encode to the JSON of `/api/documents`."""

from typing import Literal

from msgspec import Struct

from provenance.model import CitationKind

__all__ = [
    "DocumentClaim",
    "DocumentEntry",
    "DocumentList",
    "DocumentNote",
    "DocumentText",
    "DocumentVersion",
    "NotedCitation",
    "PlacedMarker",
]

DOCUMENTS_SCHEMA: Literal["provenance.documents/1"] = "provenance.documents/1"
DOCUMENT_SCHEMA: Literal["provenance.document/1"] = "provenance.document/1"


def _name(title: str | None, path: str | None, document_id: str) -> str:
    return title or (path or "").rpartition("/")[2] or document_id


class DocumentEntry(Struct, frozen=True):
    """A document in its current version, counted.

    `states` says how many of its sources are in which state, `verdicts` of how many of its claims
    which is the best that was found ("unseen": there are copies that nobody looked into yet).
    """

    id: str
    title: str | None
    published: str | None
    path: str | None
    origin_url: str | None
    sha256: str
    at: str
    version: int
    versions: int
    claims: int
    notes: int
    sources: int
    states: dict[str, int]
    verdicts: dict[str, int]

    @property
    def name(self) -> str:
        """What people know it by: its title, else the name of its file, else its id."""
        return _name(self.title, self.path, self.id)


class DocumentList(Struct, frozen=True, kw_only=True):
    """One page of documents. `total` counts all that were asked for, on whatever page; with `is_more` it stopped there.

    `next` and `previous` are what to ask for as `after` and `before` to go on; None at the ends.
    """

    schema: str = DOCUMENTS_SCHEMA
    total: int
    is_more: bool
    documents: tuple[DocumentEntry, ...]
    next: str | None
    previous: str | None


class DocumentVersion(Struct, frozen=True):
    """One reading of a document; `version` counts from 1, `at` is when it was read."""

    version: int
    at: str
    sha256: str
    size_bytes: int
    path: str | None
    origin_url: str | None


class PlacedMarker(Struct, frozen=True):
    """A `[12]` in the text; several markers may share one span (`[1-3]`). `note_id` is None where there is no note."""

    label: str
    start: int
    end: int
    note_id: str | None


class DocumentClaim(Struct, frozen=True):
    """A claim and what is known of it at a glance.

    `verdict` is the best that was found in any copy of any of its sources, a person's word before
    a method's (None: nobody looked yet). `worst_state` is that of its sources that gives most
    reason to look, None where it has none.
    """

    id: str
    start: int
    end: int
    section: tuple[str, ...]
    verdict: str | None
    worst_state: str | None
    markers: tuple[PlacedMarker, ...]


class NotedCitation(Struct, frozen=True):
    """One thing that a note names, and the source it points to (None for commentary)."""

    index: int
    kind: CitationKind
    start: int
    end: int
    url: str | None
    canonical_url: str | None
    source_id: str | None
    state: str | None


class DocumentNote(Struct, frozen=True):
    """One entry of the reference list."""

    id: str
    list: str
    label: str
    start: int
    end: int
    citations: tuple[NotedCitation, ...]


class DocumentText(Struct, frozen=True, kw_only=True):
    """One version of a document: its text as read, and what stands where in it.

    All offsets are half-open ranges of code points into `text`. `states` and `verdicts` as in
    `DocumentEntry`.
    """

    schema: str = DOCUMENT_SCHEMA
    id: str
    version: int
    current_version: int
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    data_cutoff: str | None
    origin_url: str | None
    language: str | None
    format: str
    sha256: str
    path: str | None
    at: str
    versions: tuple[DocumentVersion, ...]
    states: dict[str, int]
    verdicts: dict[str, int]
    text: str
    claims: tuple[DocumentClaim, ...]
    notes: tuple[DocumentNote, ...]

    @property
    def name(self) -> str:
        """What people know it by: its title, else the name of its file, else its id."""
        return _name(self.title, self.path, self.id)
