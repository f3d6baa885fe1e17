"""Two captures of a source held against each other: their words, and the passages that claims lean on."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Literal, NamedTuple

from msgspec import Struct

from provenance.model import Passage
from provenance.store.database import Database, Row
from provenance.store.passage_read import passages_in_payload
from provenance.store.read import text_of_payload
from provenance.store.rot_read import read_page
from provenance.store.source_read import captures_with_text, find_capture_side
from provenance.trace.records import TracedDocument, TracedWithdrawal, document_of, with_tombstone
from provenance.validate.compare_lines import LineChange, Stretch, compare_lines, fold_context
from provenance.watch.drift import PageText, compare_pages
from provenance.watch.passages import Followed, follow_passages
from provenance.web.problems import Problem
from provenance.web.wording import clear

__all__ = [
    "CaptureComparison",
    "CaptureSide",
    "LeaningOn",
    "PassageFate",
    "comparable",
    "compare_captures",
]

Fate = Literal["intact", "moved", "reworded", "altered", "missing"]
_FROM_BAD_TO_GOOD: tuple[Fate, ...] = ("missing", "altered", "reworded", "moved", "intact")
# A text is compared as far as this: a million characters are two novels, in prose 15,000 lines. A page
# of half a million lines of one letter took most of a minute and a gigabyte.
_MOST_CHARS = 1_000_000
_MOST_LINES = 20_000
# Each takes seconds of work at worst, and more at once would only wait for each other.
_AT_ONCE = threading.BoundedSemaphore(1)
_MOST_WAIT_S = 5.0  # whoever waits keeps a connection to the store
_MOST_PASSAGES = 200
_MOST_COMPARABLE = 200
# Lines that one page shows.
_PAGE_OF_LINES = 200
_CONTEXT = 2


class CaptureSide(Struct, frozen=True):
    """One of the two captures; `no_text` says why there is none to compare."""

    id: str
    at: str
    payload_sha256: str
    payload_bytes: int
    text_sha256: str | None
    title: str | None
    no_text: str | None
    withdrawn: TracedWithdrawal | None


class LeaningOn(Struct, frozen=True):
    """A claim that leans on a passage."""

    claim_id: str
    text: str
    document: TracedDocument


class PassageFate(Struct, frozen=True):
    """What became of a passage of the earlier text; `start` and `end` are code points of each text."""

    fate: Fate
    reason: str
    score: float
    exact: str
    start: int
    end: int
    now: str
    now_start: int | None
    now_end: int | None
    claims: tuple[LeaningOn, ...]


class CaptureComparison(Struct, frozen=True, kw_only=True):
    """What changed from one capture of a source to another.

    `share` is of words that differ (0.0 to 1.0), `said` are sentences about it, the weightiest
    first. `stretches` are the lines that changed with those around them; `next` asks for the lines
    behind them. `is_cut`: the texts are longer than what was compared of them.
    """

    schema: str = "provenance.capture-comparison/1"
    source_id: str
    old: CaptureSide
    new: CaptureSide
    same_bytes: bool
    same_text: bool
    share: float | None
    words_lost: int
    words_gained: int
    said: tuple[str, ...]
    passages: tuple[PassageFate, ...]
    stretches: tuple[Stretch, ...]
    changes: int
    is_cut: bool
    next: int | None


class Choice(Struct, frozen=True):
    """A capture that can be compared: the first of a row with the same text."""

    id: str
    at: str


def comparable(db: Database, source_id: str) -> tuple[Choice, ...]:
    """Return the captures that two texts can be compared of, in the order of time."""
    return tuple(
        Choice(row["id"], row["at"]) for row in captures_with_text(db, source_id, _MOST_COMPARABLE)
    )


def compare_captures(
    db: Database, source_id: str, old: str | None, new: str | None, first_line: int = 0
) -> CaptureComparison:
    """Return what changed between two captures of a source: from the first to the latest where none is named.

    `first_line` counts the lines of the changes that were shown before.

    Raises:
        Problem: there are no such captures of this source, or only one that could be read (404);
            others compare just now (503).
    """
    known = comparable(db, source_id)
    if not (old and new) and len(known) + bool(old or new) < 2:
        raise Problem(
            404,
            "There are no two captures to compare",
            hint="a source needs two captures whose texts could be read and differ",
        )
    sides = [
        _side(db, source_id, wanted or known[place].id) for wanted, place in ((old, 0), (new, -1))
    ]
    texts = [text_of_payload(db, side.payload_sha256) for side in sides]
    with _in_turn():
        return _compare(db, source_id, sides, texts, first_line)


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_MOST_WAIT_S):
        raise Problem(
            503,
            "Other captures are being compared",
            hint="try again in a moment",
            headers={"Retry-After": "5"},
        )
    try:
        yield
    finally:
        _AT_ONCE.release()


def _side(db: Database, source_id: str, capture_id: str) -> CaptureSide:
    found = find_capture_side(db, source_id, capture_id)
    if found is None:
        raise Problem(
            404,
            f"This source has no capture {clear(capture_id[:60])}",
            hint=f"/sources/{source_id} lists its captures",
        )
    return CaptureSide(**with_tombstone(found))


def _page_of(db: Database, side: CaptureSide, lines: Sequence[str]) -> PageText:
    """What of a capture is compared: these lines, and its head."""
    read = read_page(db, side.payload_sha256)
    return PageText("\n".join(lines), read["title"], read["canonical_url"], read["language"])


def _compare(
    db: Database,
    source_id: str,
    sides: Sequence[CaptureSide],
    texts: Sequence[str | None],
    first_line: int,
) -> CaptureComparison:
    old, new = sides
    texts_read = [text for text in texts if text is not None]
    is_readable = len(texts_read) == len(texts)
    is_same = is_readable and texts_read[0] == texts_read[1]
    lines: tuple[LineChange, ...] = ()
    drift = None
    is_cut = False
    if is_readable and not is_same:
        kept = [_first_lines(text) for text in texts_read]
        is_cut = any(each.is_cut for each in kept)
        before, after = (each.lines for each in kept)
        lines = compare_lines(before, after)
        drift = compare_pages(_page_of(db, old, before), _page_of(db, new, after))
    changed = sum(line.op != "same" for line in lines)
    stretches, behind = _page(fold_context(lines, _CONTEXT), first_line)
    return CaptureComparison(
        source_id=source_id,
        old=old,
        new=new,
        same_bytes=old.payload_sha256 == new.payload_sha256,
        same_text=is_same,
        share=drift.share if drift else (0.0 if is_readable else None),
        words_lost=drift.words_lost if drift else 0,
        words_gained=drift.words_gained if drift else 0,
        said=drift.said if drift else (),
        passages=tuple(_fates(db, source_id, old, texts_read[1])) if is_readable else (),
        stretches=stretches,
        changes=changed,
        is_cut=is_cut,
        next=behind,
    )


class _Lines(NamedTuple):
    lines: list[str]
    is_cut: bool


def _first_lines(text: str) -> _Lines:
    """Return the lines of a text that are compared, without empty ones."""
    lines = [line for raw in text[:_MOST_CHARS].splitlines() if (line := raw.strip())]
    return _Lines(lines[:_MOST_LINES], len(text) > _MOST_CHARS or len(lines) > _MOST_LINES)


def _page(stretches: Sequence[Stretch], first_line: int) -> tuple[tuple[Stretch, ...], int | None]:
    """Return the stretches from a line on, as many as one page shows, and the first line behind them."""
    made: list[Stretch] = []
    at, left = 0, _PAGE_OF_LINES
    for stretch in stretches:
        begin = max(0, first_line - at)
        shown = stretch.lines[begin : begin + left]
        at += len(stretch.lines)
        if begin >= len(stretch.lines) and stretch.lines:
            continue  # it stands on a page before
        if left <= 0 and stretch.lines:
            return tuple(made), first_line + _PAGE_OF_LINES
        made.append(Stretch(0 if begin else stretch.skipped, shown))
        left -= len(shown)
        if begin + len(shown) < len(stretch.lines):
            return tuple(made), first_line + _PAGE_OF_LINES
    return tuple(made), None


def _fates(db: Database, source_id: str, old: CaptureSide, after: str) -> Iterator[PassageFate]:
    rows = passages_in_payload(db, source_id, old.payload_sha256, _MOST_PASSAGES)
    if not rows:
        return
    groups = [(Passage(*key), list(group)) for key, group in groupby(rows, key=_passage_key)]
    followed = follow_passages((passage for passage, _ in groups), after[:_MOST_CHARS])
    fates = [_fate(each, group) for each, (_, group) in zip(followed, groups, strict=True)]
    if len(after) > _MOST_CHARS:  # what was not found may stand in the rest
        fates = [fate for fate in fates if fate.fate != "missing"]
    # what a person has to look at stands first; else as it stood in the text
    yield from sorted(fates, key=lambda fate: _FROM_BAD_TO_GOOD.index(fate.fate))


def _passage_key(row: Row) -> tuple[str, str, str, int, int]:
    return row["exact"], row["prefix"] or "", row["suffix"] or "", row["start"], row["end"]


def _fate(followed: Followed, rows: Sequence[Row]) -> PassageFate:
    found = followed.found
    return PassageFate(
        fate=found.state,
        reason=found.reason,
        score=round(found.score, 4),
        exact=followed.passage.exact,
        start=followed.passage.start,
        end=followed.passage.end,
        now=followed.now,
        now_start=found.span.start if found.span else None,
        now_end=found.span.end if found.span else None,
        claims=tuple(
            LeaningOn(row["claim_id"], row["claim_text"], document_of(row)) for row in rows
        ),
    )
