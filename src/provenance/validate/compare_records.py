"""The words of a comparison: two readings in, what changed between them out."""

from typing import Literal

from msgspec import Struct

from provenance.model import Access, CitationKind, Claim, Note, SourceMap

__all__ = [
    "CitationChange",
    "CitationSide",
    "ClaimChange",
    "ClaimSide",
    "Comparison",
    "Counts",
    "DocumentSide",
    "FieldChange",
    "NoteChange",
    "NoteSide",
    "Reading",
    "SourceSide",
    "WordRun",
]

ClaimWord = Literal["added", "dropped", "reworded", "recited", "moved"]
NoteWord = Literal["added", "dropped", "renumbered", "recited", "redescribed", "reworded"]
RunWord = Literal["same", "gone", "new"]


class Reading(Struct, frozen=True):
    """One of the two things that are compared: a parsed draft, or a version out of the store.

    `version` counts a stored document's versions from 1 and is None for a file; `text` is the
    document's own.
    """

    name: str
    sha256: str
    text: str
    claims: tuple[Claim, ...]
    notes: tuple[Note, ...]
    source_map: SourceMap
    title: str | None = None
    document_id: str | None = None
    version: int | None = None


class DocumentSide(Struct, frozen=True):
    """What was compared, counted."""

    name: str
    document_id: str | None
    version: int | None
    title: str | None
    sha256: str
    claims: int
    notes: int
    sources: int


class NoteSide(Struct, frozen=True):
    """A note on one side; `start` and `end` are code points into that side's text."""

    id: str
    list: str
    label: str
    text: str
    start: int
    end: int


class ClaimSide(Struct, frozen=True):
    """A claim on one side, with the labels of its markers as printed."""

    id: str
    text: str
    section: tuple[str, ...]
    labels: tuple[str, ...]
    start: int
    end: int


class CitationSide(Struct, frozen=True):
    """A citation on one side: the note's label, what it says, and the source that it points to.

    Of a `truncated` one the address is cut, and leads nowhere.
    """

    label: str
    index: int
    kind: CitationKind
    raw: str
    url: str | None
    truncated: bool
    publisher: str | None
    title: str | None
    authors: tuple[str, ...]
    date: str | None
    access: Access
    source_id: str | None


class SourceSide(Struct, frozen=True):
    """A source that only one side cites, as it is described there first, and the labels of the notes that name it."""

    id: str
    kind: CitationKind
    raw: str
    url: str | None
    truncated: bool
    publisher: str | None
    title: str | None
    date: str | None
    labels: tuple[str, ...]


class FieldChange(Struct, frozen=True):
    """One thing that a citation says otherwise; None where it says nothing of it."""

    field: str
    old: str | None
    new: str | None


class CitationChange(Struct, frozen=True):
    """A citation of the same thing that is described otherwise."""

    old: CitationSide
    new: CitationSide
    fields: tuple[FieldChange, ...]


class WordRun(Struct, frozen=True):
    """A stretch of words that both sides have, or one of them."""

    op: RunWord
    text: str


class NoteChange(Struct, frozen=True):
    """What became of one note; `old` is None where it was added, `new` where it was dropped.

    "recited": it names other things than before (`gained`, `lost`); "redescribed": it describes
    the same things otherwise (`described`); "reworded": its other words changed (`words`).
    """

    changes: tuple[NoteWord, ...]
    old: NoteSide | None
    new: NoteSide | None
    gained: tuple[CitationSide, ...] = ()
    lost: tuple[CitationSide, ...] = ()
    described: tuple[CitationChange, ...] = ()
    words: tuple[WordRun, ...] = ()


class ClaimChange(Struct, frozen=True):
    """What became of one claim; `old` is None where it was added, `new` where it was dropped.

    "recited": it leans on other sources than before. `stays` is said of a claim that was added or
    dropped: its words stand in the other text too, so that only its marker came or went.
    """

    changes: tuple[ClaimWord, ...]
    old: ClaimSide | None
    new: ClaimSide | None
    gained: tuple[CitationSide, ...] = ()
    lost: tuple[CitationSide, ...] = ()
    words: tuple[WordRun, ...] = ()
    stays: bool = False


class Counts(Struct, frozen=True):
    """How many there are of each kind of change."""

    notes_added: int
    notes_dropped: int
    notes_renumbered: int
    notes_recited: int
    notes_redescribed: int
    notes_reworded: int
    claims_added: int
    claims_dropped: int
    claims_reworded: int
    claims_recited: int
    claims_moved: int
    sources_gained: int
    sources_lost: int


class Comparison(Struct, frozen=True):
    """All that changed between two readings; notes and claims in the order of the texts."""

    old: DocumentSide
    new: DocumentSide
    notes: tuple[NoteChange, ...]
    claims: tuple[ClaimChange, ...]
    sources_gained: tuple[SourceSide, ...]
    sources_lost: tuple[SourceSide, ...]
    summary: Counts

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed that a comparison looks at."""
        return not (self.notes or self.claims or self.sources_gained or self.sources_lost)
