"""What one copy of a source says: records that encode to `/api/captures/{id}`."""

from typing import Literal

from msgspec import Struct

from provenance.trace.records import TracedDocument, TracedSource, TracedWithdrawal

__all__ = [
    "SCHEMA",
    "Copy",
    "CopyHop",
    "CopyKind",
    "CopyLook",
    "CopyPassage",
    "CopyPlace",
    "CopyText",
    "CopyView",
    "Fixity",
    "Neighbour",
]

SCHEMA = "provenance.capture/1"

CopyKind = Literal["capture", "attachment", "memento"]


class CopyPlace(Struct, frozen=True):
    """Where a record stands: a file below `warc/`, offset and length in stored bytes."""

    file: str
    offset: int
    length: int


class Fixity(Struct, frozen=True):
    """What reading the record again, now, says: whether its payload is the one with the digest."""

    state: Literal["matches", "differs", "withdrawn", "unreadable"]
    reason: str = ""


class CopyText(Struct, frozen=True):
    """The text that was extracted; `characters` counts code points, 0 where there is none and why."""

    sha256: str
    extractor: str
    characters: int
    title: str | None
    authors: tuple[str, ...]
    date: str | None
    language: str | None
    reason: str | None


class CopyHop(Struct, frozen=True):
    """One request on the way to the page; `location` is where its answer led to."""

    url: str
    status: int
    at: str | None = None
    ip: str | None = None
    method: str = "GET"
    location: str | None = None
    elapsed_ms: int | None = None


class CopyLook(Struct, frozen=True):
    """The check that a capture comes from: who asked ("online": from here), when, by which way."""

    check_id: str
    at: str
    vantage: str
    outcome: str
    rule: str
    reason: str
    elapsed_ms: int
    hops: tuple[CopyHop, ...]


class CopyView(Struct, frozen=True):
    """What a browser made of the page besides: its picture ("screenshot") or its print ("pdf")."""

    shows: Literal["screenshot", "pdf"]
    warc: CopyPlace


class Neighbour(Struct, frozen=True):
    """The capture of the same source before or after this one."""

    id: str
    at: str


class CopyPassage(Struct, frozen=True):
    """What was found in this copy for one claim, or why nothing was; offsets are into its text."""

    claim_id: str
    claim_text: str
    document: TracedDocument
    labels: tuple[str, ...]
    verdict: str
    score: float | None
    exact: str | None
    prefix: str | None
    suffix: str | None
    start: int | None
    end: int | None
    method: str
    reason: str


class Copy(Struct, frozen=True, kw_only=True):
    """One copy of a source: ours (capture), a person's (attachment), another archive's (memento).

    `id` of a memento's copy is `source_id/archive`. `at` is when it came into the archive, `made_at`
    when it was made, where that is known and another time. `claims` counts what it was held against;
    `passages` are the first of them. `headers` are those of the stored answer, as received.
    """

    schema: str = SCHEMA
    kind: CopyKind
    id: str
    source: TracedSource
    source_url: str | None
    source_title: str | None
    at: str
    made_at: str | None
    url: str | None
    final_url: str | None
    status: int | None
    media_type: str
    headers: tuple[tuple[str, str], ...]
    payload_sha256: str
    payload_bytes: int
    truncated: str | None
    revisit_of: str | None
    warc: CopyPlace
    fixity: Fixity
    withdrawn: TracedWithdrawal | None
    look: CopyLook | None
    views: tuple[CopyView, ...]
    before: Neighbour | None
    after: Neighbour | None
    text: CopyText | None
    claims: int
    passages: tuple[CopyPassage, ...]
    by: str | None = None
    why: str | None = None
    name: str | None = None
    archive: str | None = None
