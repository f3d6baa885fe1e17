"""Keep what a person says of evidence: this passage, not this one, another one, or nothing any more.

The journal line is the moment at which a judgement counts; the same said again is written once.
What a person says is about one claim, one source and one copy of it. It wins over what a method
found, until a later word overrules it or takes it back.
"""

from typing import Any

import msgspec
from msgspec import Struct

from provenance.errors import UsageError
from provenance.formats.ids import make_id
from provenance.formats.strangers import storable
from provenance.keep.archive import Archive
from provenance.link.near import SearchText
from provenance.model import Passage, Review, ReviewDecision, ReviewLine
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.quoted import find_places, nearest_to, only_place
from provenance.pipeline.reviewed import Subject, find_copy, find_subject
from provenance.pipeline.workplace import Workplace
from provenance.pipeline.writing import open_for_writing
from provenance.store.database import Database, Row
from provenance.store.lookup import FoundClaim, read_evidence
from provenance.store.reviews import (
    HeldText,
    content_of,
    last_review,
    read_review,
    read_text_of,
    standing_reviews,
)
from provenance.store.write import Store

__all__ = ["ReviewOrder", "ReviewReport", "review"]

_MOST_CHARS = 4_000
_COLUMNS = {"capture": "capture_id", "attachment": "attachment_id", "memento": "uri_m"}


class ReviewOrder(Struct, frozen=True):
    """What a person says: `claim` names one claim, `source` one that it cites, `copy` one of that.

    `passage` are the words of a copy's text that are chosen; `start` tells which of several
    places. What need not be named where there is one thing to choose may be None; without `copy`
    the passage that is shown first is meant, and words are looked for in copy after copy.
    """

    claim: str
    decision: ReviewDecision
    by: str
    why: str = ""
    source: str | None = None
    copy: str | None = None
    passage: str | None = None
    start: int | None = None


class ReviewReport(Struct, frozen=True):
    """What is said now; `is_new` is False where the same was said before.

    `reviews` are the lines that were written, or that stood already. `found` is what the method
    found in this copy, None where it was not held against it.
    """

    claim: FoundClaim
    source_id: str
    source_shown: str
    reviews: tuple[Review, ...]
    is_new: bool
    found: Row | None

    def to_json(self) -> dict[str, Any]:
        """Return it as `provenance review --json` and the API say it."""
        claim = self.claim
        return {
            "schema": "provenance.review/1",
            "new": self.is_new,
            "claim": {"id": claim.id, "text": claim.text, "document": claim.document_id},
            "source": {"id": self.source_id, "shown": self.source_shown},
            "reviews": [msgspec.to_builtins(each) for each in self.reviews],
            "found": self.found,
        }


def review(
    workplace: Workplace, order: ReviewOrder, progress: Progress = silent_progress
) -> ReviewReport:
    """Write down what a person says, unless the same stands already.

    Raises:
        UsageError: claim, source, copy or passage cannot be told, or there is nothing to judge.
        ArchiveError, StoreError: a fault of the house; nothing was said then, or all of it.
    """
    _check(order)
    with open_for_writing(workplace, progress) as (store, archive):
        subject = find_subject(store.db, order.claim, order.source)
        job = _Job(store, archive, workplace, order, subject)
        return job.take_back() if order.decision == "undone" else job.judge()


def _check(order: ReviewOrder) -> None:
    if not order.by.strip():
        raise UsageError("a judgement needs a name", hint="say who judges with --by")
    for name, said in (("a name", order.by), ("a reason", order.why)):
        if len(said) > _MOST_CHARS:
            raise UsageError(
                f"{name} may have {_MOST_CHARS:,} characters, and this has {len(said):,}"
            )
    has_words = bool(order.passage and order.passage.strip())
    if (order.decision == "chosen") != has_words:
        raise UsageError(
            "a passage is chosen by its words, and by nothing else",
            hint="say them with --passage, without --confirm, --reject and --undo",
        )


class _Job:
    """One order in an open store and archive."""

    def __init__(
        self,
        store: Store,
        archive: Archive,
        workplace: Workplace,
        order: ReviewOrder,
        subject: Subject,
    ) -> None:
        self._store = store
        self._db: Database = store.db
        self._archive = archive
        self._workplace = workplace
        self._order = order
        self._subject = subject
        self._found = read_evidence(self._db, subject.claim, subject.source_id)
        self._standing = standing_reviews(self._db, subject.claim.key, subject.source_id)

    def judge(self) -> ReviewReport:
        """Confirm, reject or choose."""
        named = find_copy(self._db, self._subject, self._order.copy) if self._order.copy else None
        is_quoted = self._order.decision == "chosen"
        copy, passage = self._choose(named) if is_quoted else self._shown(named)
        said = self._say(copy, passage, self._subject.claim.id, self._subject.claim.text)
        before = self._same_as(said)
        if before is not None:
            return self._report((before,), copy, is_new=False)
        self._write((said,))
        return self._report((said,), copy, is_new=True)

    def take_back(self) -> ReviewReport:
        """Let what the method found count again, for one copy; whose it is stands first."""
        standing = self._standing
        if self._order.copy:
            wanted = find_copy(self._db, self._subject, self._order.copy).id
            standing = [row for row in standing if _copy_of(row) == wanted]
        if not standing:
            last = last_review(self._db, self._subject.claim.id, self._subject.source_id)
            if last is None or last["decision"] != "undone":
                raise UsageError(
                    "nobody has judged this evidence, so that there is nothing to take back",
                    hint="`provenance trace` shows what persons said",
                )
            return self._report((read_review(last),), self._copy_with(_copy_of(last)), is_new=False)
        key = _copy_of(standing[0])
        said = tuple(self._undo(row) for row in standing if _copy_of(row) == key)
        self._write(said)
        return self._report(said, self._copy_with(key), is_new=True)

    def _undo(self, row: Row) -> Review:
        before = read_review(row)
        at = self._workplace.clock()
        name = make_id("review", before.id, at.isoformat(), "undone")
        return Review(
            name, before.claim_id, before.source_id, at, storable(self._order.by.strip()),
            "undone", storable(self._order.why.strip()), before.claim_text, before.capture_id,
            before.attachment_id, before.uri_m, before.payload_sha256,
            content_sha256=before.content_sha256,
        )  # fmt: skip

    def _shown(self, named: HeldText | None) -> tuple[HeldText | None, Passage | None]:
        """Return the copy and the passage that is shown first: a person's, else the method's."""
        shown = [row for row in (*self._standing, *self._found) if row["exact"]]
        if named is not None:
            shown = [row for row in shown if _copy_of(row) == named.id]
        copy = named
        for row in shown:
            copy = named or self._copy_with(_copy_of(row))
            if copy is not None:
                return copy, Passage(
                    *(row[k] for k in ("exact", "prefix", "suffix", "start", "end"))
                )
        if copy is None and self._subject.copies:
            first = self._found[0] if self._found else None
            copy = (first and self._copy_with(_copy_of(first))) or self._subject.copies[0]
        has_text = copy is not None and read_text_of(self._db, copy.text_payload) is not None
        if self._order.decision == "confirmed" and has_text:
            raise UsageError(
                "no passage was found here that could be confirmed",
                hint="quote the one that supports the claim with --passage",
            )
        if not has_text and not self._order.why.strip():
            raise UsageError(
                "there is no text of this source in the archive",
                hint="say with --why what you judge it by",
            )
        return copy, None

    def _choose(self, named: HeldText | None) -> tuple[HeldText, Passage]:
        words = self._order.passage or ""
        nearest = ""
        has_text = False
        for copy in (named,) if named else self._subject.copies:
            held = read_text_of(self._db, copy.text_payload)
            if held is None:
                continue
            has_text = True
            text = SearchText(held[0])
            if places := find_places(words, text):
                return copy, only_place(
                    held[0], places, self._order.start, f"{copy.kind} {copy.id}"
                )
            nearest = nearest or nearest_to(words, text)
        if not has_text:
            raise UsageError(
                f"there is no text of {self._subject.shown} in the archive to quote from",
                hint="`provenance attach` keeps a copy that you hold; --confirm --why says what"
                " you saw elsewhere",
            )
        raise UsageError(
            "these words stand in no copy of the source"
            + (f"; what is most like them is “{nearest}”" if nearest else ""),
            hint="quote the words as the archived text has them",
        )

    def _say(
        self, copy: HeldText | None, passage: Passage | None, claim_id: str, claim_text: str
    ) -> Review:
        order, at = self._order, self._workplace.clock()
        held = read_text_of(self._db, copy.text_payload) if copy else None
        place = {_COLUMNS[copy.kind]: copy.id} if copy else {}
        name = (claim_id, self._subject.source_id, copy.id if copy else "", at.isoformat())
        return Review(
            id=make_id("review", *name, order.decision, storable(order.by)),
            claim_id=claim_id,
            source_id=self._subject.source_id,
            at=at,
            by=storable(order.by.strip()),
            decision=order.decision,
            why=storable(order.why.strip()),
            claim_text=storable(claim_text),
            content_sha256=content_of(self._db, self._subject.claim.key),
            payload_sha256=copy.payload_sha256 if copy else None,
            text_sha256=held[1] if held else None,
            passage=passage,
            **place,
        )

    def _same_as(self, said: Review) -> Review | None:
        """Return what stands and says the same, whenever it was said; None where nothing does."""
        for row in self._standing:
            before = read_review(row)
            if _content(before) == _content(said):
                return before
        return None

    def _write(self, said: tuple[Review, ...]) -> None:
        lines = self._archive.commit([ReviewLine(each, {}) for each in said])
        self._store.apply_holdings(
            (line, position) for line, position in lines if isinstance(line, ReviewLine)
        )

    def _copy_with(self, id_: str) -> HeldText | None:
        return next((copy for copy in self._subject.copies if copy.id == id_), None)

    def _report(
        self, reviews: tuple[Review, ...], copy: HeldText | None, *, is_new: bool
    ) -> ReviewReport:
        found = next((row for row in self._found if copy and _copy_of(row) == copy.id), None)
        subject = self._subject
        return ReviewReport(subject.claim, subject.source_id, subject.shown, reviews, is_new, found)


def _copy_of(row: Row) -> str:
    return str(row["capture_id"] or row["attachment_id"] or row["uri_m"] or "")


def _content(said: Review) -> tuple[object, ...]:
    copy = (said.capture_id, said.attachment_id, said.uri_m)
    return said.claim_id, said.decision, said.by, said.why, *copy, said.passage
