"""What a trace says: records that encode to the contract's `trace --json`."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from provenance.model import PassageState, Recovery

__all__ = [
    "Trace",
    "TracedAttachment",
    "TracedCapture",
    "TracedCitation",
    "TracedClaim",
    "TracedDocument",
    "TracedEvidence",
    "TracedMemento",
    "TracedPassageNow",
    "TracedReview",
    "TracedSource",
    "TracedWithdrawal",
    "document_of",
    "with_tombstone",
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


class TracedReview(Struct, frozen=True):
    """What a person said of a claim and a copy of a source: `by` whom, when (`at`), why.

    `note` says what whoever reads it later should know: that it was said of an earlier capture,
    of the same words in another version of the document, or of a copy that was withdrawn since.
    """

    id: str
    at: str
    by: str
    decision: str
    why: str
    claim_id: str
    note: str = ""


class TracedEvidence(Struct, frozen=True):
    """What counts for the claim in one copy, or why nothing does; a person's word comes first.

    The copy is a capture, an attachment or another archive's copy (`uri_m`); none of them where
    the source has no copy. `method` names what found it: "person" with the `review`, "state"
    where there is nothing to look in.
    """

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
    attachment_id: str | None = None
    uri_m: str | None = None
    review: TracedReview | None = None


class TracedPassageNow(Struct, frozen=True):
    """What became of the passage on the page, by the latest look that read it (`seen`).

    It is so `since` the first of `looks` looks in a row. `now` are the words that stand there, where
    they are others; `reason` says what differs. One look proves little: a page may be half there.
    """

    state: PassageState
    since: str
    seen: str
    looks: int
    reason: str = ""
    now: str = ""


class TracedSource(Struct, frozen=True):
    """The source in its present state."""

    id: str
    state: str
    reason: str


class TracedCitation(Struct, frozen=True):
    """One thing that the note behind the marker names; `source` is None for commentary.

    `recovery` says what was found out about an address that is cut or wrong in the note,
    `passage_now` what became of the passage on the page; None where nothing was found, or the page
    showed no other text since.
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
    passage_now: TracedPassageNow | None = None


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


def document_of(row: Mapping[str, Any]) -> TracedDocument:
    """Return the document of a row with the columns document_id, title, published and path."""
    return TracedDocument(row["document_id"], row["title"], row["published"], row["path"])


def with_tombstone(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a copy's record is made of, its withdrawal put together where there is one."""
    told = dict(row)
    at, by, reason = (told.pop(f"withdrawn_{name}") for name in ("at", "by", "reason"))
    return {**told, "withdrawn": TracedWithdrawal(at, by, reason) if at else None}
