"""Lines of the archive's journals: what happened, in the order in which it happened.

The journals are the truth and the database is their projection: every row comes
from applying a line, in a run as in a rebuild. A line is written after the WARC
records that it speaks of are on disk, so a line is the moment at which they
count; what stands in a WARC file past the last `warc_ends` never did.
"""

from datetime import datetime

from msgspec import Struct

from provenance.model.citing import Recovery, Source
from provenance.model.fetching import Check, Judgement
from provenance.model.holding import Attachment, MementoLookup, Submission, Withdrawal
from provenance.model.keeping import Capture, WarcPlace
from provenance.model.reviewing import Review
from provenance.model.watching import NightReport, Opinion, Override
from provenance.model.words import CitationKind


class DocumentLine(Struct, frozen=True, tag="document"):
    """A version of a document became the current one.

    `path` is as it was given (absolute, POSIX) or None for standard input;
    `document_id` is decided before the line is written and never derived again.
    `origin_url` repeats what the document said of itself, or the URL it was read from.
    """

    at: datetime
    document_id: str
    sha256: str
    size_bytes: int
    path: str | None
    origin_url: str | None
    format: str
    warc: WarcPlace
    warc_ends: dict[str, int]


class CheckLine(Struct, frozen=True, tag="check"):
    """A source was looked at; `capture` is set where what came back was the page."""

    check: Check
    capture: Capture | None
    warc_ends: dict[str, int]


class TextLine(Struct, frozen=True, tag="text"):
    """The readable text of a payload was extracted and kept as a `conversion` record.

    One line a payload: captures with the same payload share it. `warc` is None and
    `reason` says why where there is no text.
    """

    at: datetime
    payload_sha256: str
    text_sha256: str
    extractor: str
    title: str | None
    authors: tuple[str, ...]
    date: str | None
    language: str | None
    reason: str | None
    warc: WarcPlace | None
    warc_ends: dict[str, int]


class CitedAs(Struct, frozen=True):
    """What a citation says of its address: as it was parsed, before anybody completed it."""

    kind: CitationKind
    raw: str
    url: str | None
    canonical_url: str | None
    truncated: bool
    source: Source | None


class RecoveryLine(Struct, frozen=True, tag="recovery"):
    """It was decided what a cut address was, or that it stays cut; a later line overrules an earlier.

    `sha256` names the content, `note_id` and `index` the citation in it, `also` the
    short forms (ibid.) that stand for it. `was` is what the parser read there: a line
    about something else than what is read today is passed over. `source` is what the
    citation points to from now on (None: to what it did before). `warc` is where the
    answer of a web archive stands that was asked.
    """

    at: datetime
    sha256: str
    note_id: str
    index: int
    also: tuple[tuple[str, int], ...]
    was: CitedAs
    recovery: Recovery
    source: Source | None
    warc: WarcPlace | None
    warc_ends: dict[str, int]


class AttachmentLine(Struct, frozen=True, tag="attachment"):
    """A person brought a copy of a source."""

    attachment: Attachment
    warc_ends: dict[str, int]


class MementoLine(Struct, frozen=True, tag="memento"):
    """Another archive was asked for copies of a source; a later line replaces an earlier."""

    lookup: MementoLookup
    warc_ends: dict[str, int]


class SubmissionLine(Struct, frozen=True, tag="submission"):
    """Another archive was asked to keep a source; a later line replaces an earlier."""

    submission: Submission
    warc_ends: dict[str, int]


class JudgementLine(Struct, frozen=True, tag="judgement"):
    """A check was judged again by later rules; a later line of the same check overrules an earlier."""

    judgement: Judgement
    warc_ends: dict[str, int]


class ReviewLine(Struct, frozen=True, tag="review"):
    """A person judged evidence; a later line of the same claim, source and copy overrules an earlier."""

    review: Review
    warc_ends: dict[str, int]


class OverrideLine(Struct, frozen=True, tag="override"):
    """A person said what state a source is in; a later line of the same source overrules an earlier."""

    override: Override
    warc_ends: dict[str, int]


class OpinionLine(Struct, frozen=True, tag="opinion"):
    """A second opinion on a source was asked for; each counts."""

    opinion: Opinion
    warc_ends: dict[str, int]


class NightLine(Struct, frozen=True, tag="night"):
    """A nightly run was finished; what it told is kept as it was told."""

    report: NightReport
    warc_ends: dict[str, int]


class WithdrawalLine(Struct, frozen=True, tag="withdrawal"):
    """A payload was taken out. The line is on disk before the first byte is overwritten."""

    withdrawal: Withdrawal
    warc_ends: dict[str, int]


JournalLine = (
    DocumentLine
    | CheckLine
    | TextLine
    | RecoveryLine
    | AttachmentLine
    | MementoLine
    | SubmissionLine
    | JudgementLine
    | ReviewLine
    | OverrideLine
    | OpinionLine
    | NightLine
    | WithdrawalLine
)


class JournalPosition(Struct, frozen=True, order=True):
    """Where the next line of a journal begins: its name, its file and a byte offset into it.

    `journal` is its folder's name ("documents", "checks", …), `file` the month's file in that
    folder (`2026-11.jsonl`). Positions of one journal sort in the order
    of writing.
    """

    journal: str
    file: str
    offset: int
