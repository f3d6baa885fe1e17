"""What a trace says: records that encode to the contract's `trace --json`."""

from msgspec import Struct

from provenance.model import Recovery

__all__ = [
    "Trace",
    "TracedAttachment",
    "TracedCapture",
    "TracedCitation",
    "TracedClaim",
    "TracedDocument",
    "TracedEvidence",
    "TracedMemento",
    "TracedSource",
    "TracedWithdrawal",
]

SCHEMA = "provenance.trace/1"


class TracedWithdrawal(Struct, frozen=True):
    """A tombstone: when, by whom and for what reason a copy was taken out of the archive."""

    at: str
    by: str
    reason: str


class TracedCapture(Struct, frozen=True):
    """Our copy of a source at one moment (`at`: ISO 8601, UTC), and where it stands."""

    id: str
    at: str
    final_url: str
    status: int
    media_type: str
    warc_file: str
    warc_offset: int
    warc_length: int
    payload_sha256: str
    text_sha256: str | None
    withdrawn: TracedWithdrawal | None = None


class TracedAttachment(Struct, frozen=True):
    """A copy that a person brought: never a capture of ours. `at` is when, `made_at` of when it is."""

    id: str
    at: str
    by: str
    why: str
    name: str
    media_type: str
    url: str | None
    made_at: str | None
    warc_file: str
    warc_offset: int
    warc_length: int
    payload_sha256: str
    text_sha256: str | None
    withdrawn: TracedWithdrawal | None = None


class TracedMemento(Struct, frozen=True):
    """Somebody else's copy of a source."""

    archive: str
    uri_m: str
    at: str | None


class TracedEvidence(Struct, frozen=True):
    """What was found for the claim in one capture, or why nothing was."""

    verdict: str
    score: float | None
    capture_id: str | None
    exact: str | None
    prefix: str | None
    suffix: str | None
    start: int | None
    end: int | None
    method: str
    reason: str


class TracedSource(Struct, frozen=True):
    """The source in its present state."""

    id: str
    state: str
    reason: str


class TracedCitation(Struct, frozen=True):
    """One thing that the note behind the marker names; `source` is None for commentary.

    `recovery` says what was found out about an address that is cut or wrong in the note.
    """

    label: str
    index: int
    kind: str
    raw: str
    url: str | None
    canonical_url: str | None
    access: str
    publisher: str | None
    title: str | None
    date: str | None
    source: TracedSource | None
    recovery: Recovery | None
    captures: tuple[TracedCapture, ...]
    attachments: tuple[TracedAttachment, ...]
    mementos: tuple[TracedMemento, ...]
    evidence: tuple[TracedEvidence, ...]


class TracedDocument(Struct, frozen=True):
    """The document that a claim stands in; `path` is that of the file it was read from, if it was one."""

    id: str
    title: str | None
    published: str | None
    path: str | None

    @property
    def name(self) -> str:
        """What people know it by: its title, else the name of its file, else its id."""
        return self.title or (self.path or "").rpartition("/")[2] or self.id


class TracedClaim(Struct, frozen=True):
    """A claim with all that stands behind it; offsets are code points of the document's text."""

    id: str
    document: TracedDocument
    text: str
    start: int
    end: int
    citations: tuple[TracedCitation, ...]


class Trace(Struct, frozen=True, kw_only=True):
    """The answer to one question; encodes to the JSON of `provenance trace --json`."""

    schema: str = SCHEMA
    query: str
    claims: tuple[TracedClaim, ...]
