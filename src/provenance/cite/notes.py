"""Finding the note list: where it begins, where each note begins and ends.

What is seen in real documents (162 updates and 180 of other writers): most lists
have a heading, Drupal pages have none; most notes begin a line, flat copies have
no lines at all; every list counts up, and body markers count up too. So a list
is looked for as a *chain*: labels that count up from the first one, each at the
start of a line (or, where the text is flat, anywhere), and of all chains the last
one that reads like notes and not like prose is taken.
"""

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from provenance.errors import UnreadableDocument
from provenance.text import Span

__all__ = ["LabelAt", "NoteSpan", "find_note_spans", "read_labels"]


class LabelAt(NamedTuple):
    """A bracketed number: `start` and `end` include the brackets."""

    label: str
    start: int
    end: int
    begins_line: bool

    @property
    def number(self) -> int:
        """The label as a number."""
        return int(self.label)


class NoteSpan(NamedTuple):
    """One entry of the list: its label, the whole entry, and where the words begin."""

    label: str
    start: int
    end: int
    body: int


_LABEL = re.compile(r"\[(\d{1,4})\]")
_HEADING = re.compile(
    r"(?:references|endnotes|footnotes|notes|sources|works cited|bibliography|citations"
    r"|einzelnachweise|anmerkungen|fußnoten|quellen|notes et références|références|sources et notes"
    r"|примечания|источники|сноски|примітки|джерела|المراجع|الهوامش|المصادر|پانویس|منابع)"
    r"\s*:?\s*$",
    re.IGNORECASE,
)
_READS_LIKE_NOTE = re.compile(
    r"[\s\u00a0(<“\"|]*(?:h*[tx]{1,3}ps?\b|www\b|https?|[\w-]+(?:\.|\s+dot\s+)[a-z]{2,}/|ibid\b|see\b|author|data\b"
    r"|graphic\b|[^.\n]{0,160}[“\"«].{3,300}?[”\"»])",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\r?\n")
_FURNITURE = re.compile(
    r"\n[^\S\n]*(?:no comments:|post a comment|previous|next|share(?: this)?|tags?\b|labels:|related\b|subscribe\b"
    r"|leave a (?:comment|reply)|email this|attachments?\b|newer post|older post|home\b|©|copyright\b)[^\n]{0,80}"
    r"(?=\n|$)",
    re.IGNORECASE,
)
_MIN_CHAIN_WITHOUT_MARKER = 2
_MAX_GAP = 5
_MAX_INDENT = 80
# How many possible beginnings are tried, from the end: real documents have one list or a few.
_MAX_TRIES = 40
# More bracketed numbers than any document has: the longest real one counted has 1,100.
_MAX_LABELS = 200_000


def read_labels(text: str) -> list[LabelAt]:
    """Return every bracketed number in the text, in order.

    Raises:
        UnreadableDocument: more of them than any document has.
    """
    labels = [
        LabelAt(match[1], match.start(), match.end(), _begins_line(text, match.start()))
        for match in islice(_LABEL.finditer(text), _MAX_LABELS + 1)
    ]
    if len(labels) > _MAX_LABELS:
        raise UnreadableDocument(
            f"more than {_MAX_LABELS:,} bracketed numbers: this is no document with notes",
            hint="is it the right file?",
        )
    return labels


def _begins_line(text: str, offset: int) -> bool:
    # an indent deeper than this is no indent; without a bound a line of blanks costs its square
    for _ in range(_MAX_INDENT):
        if not offset or text[offset - 1] not in " \t\u00a0\ufeff|":
            break
        offset -= 1
    return not offset or text[offset - 1] == "\n"


def find_note_spans(text: str, labels: Sequence[LabelAt]) -> list[NoteSpan]:
    """Return the entries of the note list in order, or nothing where there is no list."""
    chain = _find_chain(text, labels)
    if not chain:
        return []
    notes = []
    for label, following in zip(chain, [*chain[1:], None], strict=True):
        limit = following.start if following else _end_of_list(text, label.end)
        end = limit
        while end > label.end and text[end - 1].isspace():
            end -= 1
        notes.append(NoteSpan(label.label, label.start, end, label.end))
    return notes


def _find_chain(text: str, labels: Sequence[LabelAt]) -> list[LabelAt]:
    at_line_start = [label for label in labels if label.begins_line]
    for candidates in (at_line_start, labels):
        for first in _possible_firsts(candidates)[: -_MAX_TRIES - 1 : -1]:
            chain = _follow(candidates, first)
            if _is_note_list(text, labels, chain):
                return chain
    return []


def _possible_firsts(labels: Sequence[LabelAt]) -> list[int]:
    """Indexes where a list may begin: a 1, or a number not above the one before it."""
    return [
        index
        for index, label in enumerate(labels)
        if label.number == 1 or index == 0 or label.number <= labels[index - 1].number - 1
    ]


def _follow(labels: Sequence[LabelAt], first: int) -> list[LabelAt]:
    """Labels from `first` on that count up.

    A label that skips far ahead, or falls back, is a number in a note's words: it
    is passed over. Small gaps and doubled numbers are the list's own, and kept.
    """
    chain = [labels[first]]
    for label in labels[first + 1 :]:
        step = label.number - chain[-1].number
        if 0 <= step <= _MAX_GAP and (label.begins_line or step == 1):
            chain.append(label)
    return chain


def _is_note_list(text: str, labels: Sequence[LabelAt], chain: list[LabelAt]) -> bool:
    first = chain[0]
    if first.begins_line and _has_heading_before(text, first.start):
        return True
    like_notes = sum(
        1 for label in chain if _READS_LIKE_NOTE.match(text, label.end, label.end + 400)
    )
    if like_notes * 2 < len(chain):
        return False
    is_marked_before = any(
        label.label == first.label for label in labels if label.end < first.start
    )
    return is_marked_before or (first.begins_line and len(chain) >= _MIN_CHAIN_WITHOUT_MARKER)


def _has_heading_before(text: str, offset: int) -> bool:
    return _HEADING.search(text[max(0, offset - 60) : offset].rstrip()) is not None


def _end_of_list(text: str, start: int) -> int:
    """Where the last note ends: at a blank line or at page furniture, whichever comes first."""
    ends = [
        match.start()
        for match in (_BLANK_LINE.search(text, start), _FURNITURE.search(text, start))
        if match
    ]
    return min(ends, default=len(text))


def body_span(text: str, notes: Sequence[NoteSpan]) -> Span:
    """Return the part of the text before the note list."""
    return Span(0, notes[0].start if notes else len(text))
