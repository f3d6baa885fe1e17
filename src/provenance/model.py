"""The vocabulary: every record that passes from one stage to the next.

All records are frozen. Spans are half-open ranges of Unicode code points into
the document's own text. Times are aware UTC datetimes. The order here is the
order in which the data flows::

    bytes -> Document -> Parsed(claims, notes -> citations) -> Source
          -> Visit(Exchange, ...) -> Verdict -> Check, Capture -> Extract
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from provenance.text import OffsetMap, Span

# ---------------------------------------------------------------- words

CitationKind = Literal[
    "web", "subscription", "on_request", "communication", "work", "commentary", "unknown"
]
Access = Literal["open", "subscription", "login", "on_request", "none"]
Severity = Literal["error", "warning", "info"]
Outcome = Literal["ok", "gone", "temporary", "blocked", "wall", "not_checkable"]
SourceState = Literal[
    "unchecked",
    "alive",
    "drifted",
    "walled",
    "blocked",
    "failing",
    "dead",
    "revived",
    "not_checkable",
]
EvidenceVerdict = Literal["supported", "partial", "not_found", "source_unavailable", "not_checkable"]
Vantage = Literal["online", "offline"]

# ---------------------------------------------------------------- reading


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
    """A place that the format itself declares to be a note's marker or a note's label.

    `role` is "marker" in the body and "note" at the head of a note; `target` ties
    the two together (an element's id, a footnote's number).
    """

    start: int
    end: int
    label: str
    role: Literal["marker", "note"]
    target: str = ""


class Place(Struct, frozen=True, omit_defaults=True):
    """Where a span stands in the person's own file; which fields are set depends on the format.

    `line` and `column` count from 1 (text formats, HTML), `paragraph` and `note`
    are for DOCX, `page` for PDF.
    """

    line: int | None = None
    column: int | None = None
    paragraph: int | None = None
    note: int | None = None
    page: int | None = None


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
    both are None where the text *is* the decoded file (plain text).
    """

    text: str
    format: str
    sha256: str
    metadata: Metadata = Metadata()
    links: tuple[Link, ...] = ()
    headings: tuple[Heading, ...] = ()
    marks: tuple[Mark, ...] = ()
    findings: tuple[Finding, ...] = ()
    source: str | None = None
    offsets: OffsetMap | None = None


# ---------------------------------------------------------------- citing


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
    """The earlier citation that a short form stands for."""

    label: str
    index: int


class Citation(Struct, frozen=True):
    """One thing that a note names. Fields as in the contract of `provenance parse`."""

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


# ---------------------------------------------------------------- fetching

FailureKind = Literal[
    "offline",  # the vantage: the canaries do not answer either
    "nxdomain",  # RCODE 3 while the canaries answer
    "dns",  # any other failure of the name service
    "guard",  # the address may not be reached (SSRF guard)
    "refused",  # TCP connection refused
    "unreachable",  # no route, network down
    "timeout",
    "tls",
    "reset",  # the connection ended before the response did
    "protocol",  # what came back is no HTTP
    "redirects",  # more hops than allowed, a loop, or a Location that leads nowhere
    "robots",  # a rule of robots.txt matches
    "robots_unavailable",  # robots.txt answers 5xx
    "later",  # the host asked us to wait longer than this run does
    "unsupported",  # not http or https
]


class Failure(Struct, frozen=True):
    """Why there is no (complete) answer: a fact about the world, with the words that explain it."""

    kind: FailureKind
    detail: str = ""


class Exchange(Struct, frozen=True):
    """One request and its response, as they crossed the wire.

    `response_head` is the status line and header block byte for byte (it ends with
    an empty line). `body` has the transfer-encoding removed and the
    content-encoding kept. `headers` repeats the block, decoded as latin-1, in the
    order and case received. `truncated` is a WARC-Truncated reason or None.
    """

    url: str
    method: str
    at: datetime
    ip: str
    request_head: bytes
    status: int
    response_head: bytes
    headers: tuple[tuple[str, str], ...]
    body: bytes
    elapsed_ms: int
    truncated: Literal["length", "time", "disconnect"] | None = None

    def header(self, name: str) -> str | None:
        """Return the first value of a header, the name without regard to case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Visit(Struct, frozen=True):
    """One look at one URL: every hop in order, then either an answer or a failure.

    `at` is when the look began, `elapsed_ms` includes waiting for the wire but not
    for the host's turn.
    """

    url: str
    at: datetime
    hops: tuple[Exchange, ...] = ()
    failure: Failure | None = None
    elapsed_ms: int = 0
    vantage: Vantage = "online"

    @property
    def last(self) -> Exchange | None:
        """The exchange that the look ended with, if there was any."""
        return self.hops[-1] if self.hops else None

    @property
    def final_url(self) -> str:
        """The URL that the look ended at."""
        return self.hops[-1].url if self.hops else self.url


class Verdict(Struct, frozen=True):
    """What a look amounts to, with the name and version of the rule that said so."""

    outcome: Outcome
    rule: str
    reason: str
    rule_version: int = 1


class Check(Struct, frozen=True):
    """One look at a live source at one moment, as it is recorded: append-only.

    `facts` keeps what a later rule needs to judge again (headers of interest,
    redirect chain, sizes, failure kind).
    """

    id: str
    source_id: str
    at: datetime
    url: str
    outcome: Outcome
    rule: str
    rule_version: int
    reason: str
    http_status: int | None
    final_url: str | None
    elapsed_ms: int
    vantage: Vantage
    capture_id: str | None = None
    facts: dict[str, object] = {}


# ---------------------------------------------------------------- keeping


class WarcPlace(Struct, frozen=True):
    """Where one record stands: file below the archive's `warc/`, offset and length in stored bytes."""

    file: str
    offset: int
    length: int


class Capture(Struct, frozen=True):
    """Our archived copy of a source at one moment; the place is that of its response record.

    `payload_sha256` is over the body with content-encoding kept. For a revisit the
    body stands in the capture `revisit_of` names.
    """

    id: str
    source_id: str
    at: datetime
    url: str
    final_url: str
    status: int
    media_type: str
    warc_file: str
    warc_offset: int
    warc_length: int
    payload_sha256: str
    payload_bytes: int
    truncated: str | None = None
    revisit_of: str | None = None


# ---------------------------------------------------------------- linking


class Extract(Struct, frozen=True):
    """The readable text of a payload: what every passage's offsets refer to.

    `extractor` names tool and version. Where there is no text, `reason` says why
    and `text` is empty.
    """

    text: str
    text_sha256: str
    extractor: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None
    reason: str | None = None


class Passage(Struct, frozen=True):
    """A span of a capture's text (W3C TextQuoteSelector and TextPositionSelector)."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


class Evidence(Struct, frozen=True):
    """Claim x capture: the passage with its score, or the reason why there is none."""

    claim_id: str
    source_id: str
    verdict: EvidenceVerdict
    method: str
    reason: str
    capture_id: str | None = None
    score: float | None = None
    passage: Passage | None = None


class State(Struct, frozen=True):
    """What the checks of a source amount to: derived, never stored as fact."""

    state: SourceState
    rule: str
    reason: str
    last_checked: datetime | None = None
    last_ok: datetime | None = None
    next_due: datetime | None = None


def span_of(record: Claim | Note | Citation | Marker | Link | Heading | Finding) -> Span:
    """Return a record's place as a span."""
    return Span(record.start, record.end)
