"""What is known of one source, of the sources of a host: records that encode to the API's JSON.

Times are ISO 8601 in UTC, as the store has them; `next` of a list is what asks for its next page,
None at its end.
"""

from msgspec import Struct

from provenance.model import CitationKind
from provenance.trace.impact import Level
from provenance.trace.records import (
    TracedAttachment,
    TracedDocument,
    TracedEvidence,
    TracedMemento,
    TracedWithdrawal,
)

__all__ = [
    "ArchiveAnswer",
    "Asked",
    "Captures",
    "Hop",
    "HostCount",
    "HostReport",
    "Hosts",
    "KeptCapture",
    "KnownSource",
    "LeaningClaim",
    "LeaningClaims",
    "ListedSource",
    "Look",
    "Looks",
    "SourceReport",
    "Tombstone",
    "Wording",
]


class KnownSource(Struct, frozen=True):
    """A source and its present state; `rule` and `reason` say why it is in it."""

    id: str
    kind: CitationKind
    url: str | None
    canonical_url: str | None
    host: str | None
    truncated: bool
    publisher: str | None
    title: str | None
    date: str | None
    access: str
    state: str | None
    rule: str | None
    reason: str | None
    first_cited: str | None
    last_checked: str | None
    last_ok: str | None
    next_due: str | None
    checks: int
    captures: int

    @property
    def name(self) -> str:
        """What people know it by: its title, else its address, else whose it is."""
        return self.title or self.url or self.publisher or self.id


class Hop(Struct, frozen=True):
    """One step of a look: the address asked, the status, and where it sent us on to."""

    url: str
    status: int
    location: str | None = None


class Look(Struct, frozen=True):
    """A check as it is judged today; `outcome_then` differs where a later rule overruled it at `judged_at`."""

    id: str
    at: str
    outcome: str
    rule: str
    rule_version: int
    reason: str
    outcome_then: str
    judged_at: str | None
    http_status: int | None
    final_url: str | None
    elapsed_ms: int
    vantage: str
    capture_id: str | None
    drift: str | None
    hops: tuple[Hop, ...]


class Looks(Struct, frozen=True):
    """Checks of a source, the latest first."""

    items: tuple[Look, ...]
    next: str | None


class KeptCapture(Struct, frozen=True):
    """Our copy of a source at one moment; `same_as` is the earliest with the same bytes, if that is another.

    `no_text` says why nothing could be read in it, where nothing could.
    """

    id: str
    at: str
    url: str
    final_url: str
    status: int
    media_type: str
    warc_file: str
    warc_offset: int
    warc_length: int
    payload_sha256: str
    payload_bytes: int
    truncated: str | None
    revisit_of: str | None
    text_sha256: str | None
    title: str | None
    no_text: str | None
    text_chars: int | None
    same_as: str | None
    withdrawn: TracedWithdrawal | None = None


class Captures(Struct, frozen=True):
    """Captures of a source, the latest first."""

    items: tuple[KeptCapture, ...]
    next: str | None


class ArchiveAnswer(Struct, frozen=True):
    """What another archive last answered when it was asked for copies."""

    archive: str
    at: str
    outcome: str
    reason: str
    uri_m: str | None
    memento_at: str | None
    count: int


class Asked(Struct, frozen=True):
    """A service that was asked to keep the page, and what came of it last."""

    service: str
    at: str
    outcome: str
    reason: str
    uri_m: str | None


class Tombstone(Struct, frozen=True):
    """Bytes that were taken out of the archive; `forever`: nothing later is archived either."""

    at: str
    by: str
    reason: str
    payload_sha256: str
    forever: bool


class Wording(Struct, frozen=True):
    """How notes name the source: one of so many `notes`, with the place of one of them."""

    raw: str
    publisher: str | None
    title: str | None
    date: str | None
    notes: int
    label: str
    document: TracedDocument


class LeaningClaim(Struct, frozen=True):
    """A claim that leans on the source, with what counts first of what was found for it there.

    `without_it` says what the claim would be left with if the source were gone: see `Level`.
    """

    id: str
    document: TracedDocument
    text: str
    start: int
    end: int
    labels: tuple[str, ...]
    evidence: TracedEvidence | None
    without_it: Level


class LeaningClaims(Struct, frozen=True):
    """Claims of current versions, those of a document together; `total` counts all of them."""

    items: tuple[LeaningClaim, ...]
    total: int
    documents: int
    next: str | None


class SourceReport(Struct, frozen=True, kw_only=True):
    """Everything that is known of one source."""

    schema: str = "provenance.source/1"
    source: KnownSource
    looks: Looks
    captures: Captures
    attachments: tuple[TracedAttachment, ...]
    mementos: tuple[TracedMemento, ...]
    archives: tuple[ArchiveAnswer, ...]
    submissions: tuple[Asked, ...]
    withdrawals: tuple[Tombstone, ...]
    wordings: tuple[Wording, ...]
    claims: LeaningClaims
    comparable: tuple[str, ...]


class ListedSource(Struct, frozen=True):
    """A source in a list; `claims` are those of current versions that lean on it."""

    id: str
    url: str | None
    title: str | None
    publisher: str | None
    host: str | None
    kind: str
    state: str | None
    reason: str | None
    last_checked: str | None
    checks: int
    captures: int
    claims: int


class HostCount(Struct, frozen=True):
    """A host and how many sources are on it."""

    host: str
    sources: int


class HostReport(Struct, frozen=True, kw_only=True):
    """The sources of a host. `states` counts the first `counted` of them where there are very many.

    `related` are the other hosts of its registrable domain.
    """

    schema: str = "provenance.sources/1"
    host: str
    domain: str
    sources: int
    counted: int
    states: dict[str, int]
    related: tuple[HostCount, ...]
    items: tuple[ListedSource, ...]
    next: str | None


class Hosts(Struct, frozen=True, kw_only=True):
    """The hosts that are cited, by name; `unaddressed` are sources without an address."""

    schema: str = "provenance.hosts/1"
    states: dict[str, int]
    unaddressed: int
    items: tuple[HostCount, ...]
    next: str | None
