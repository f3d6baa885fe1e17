"""Chains: which labels of a text begin the entries of one note list.

What is seen in real documents (162 updates and 180 of other writers): most lists
have a heading, Drupal pages have none; most notes begin a line, flat copies have
no lines at all; every list counts up but for a slip of the pen, and one document
may hold several lists, each with its own [1]. So the labels that begin a line are
cut into blocks where a list may begin or end, and a block that reads like notes
and not like prose is a list. Only where no line begins with a note is the last
chain of numbers inside the lines taken for one.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import takewhile
from operator import attrgetter

from provenance.cite.labels import LabelAt
from provenance.cite.patterns import lazy_pattern

__all__ = [
    "HEADING_WORDS",
    "find_chains",
    "find_dotted_chains",
    "find_flat_chain",
    "is_entry_in_line",
    "reads_like_note",
    "start_of_heading",
    "start_of_heading_above",
]

HEADING_WORDS = (
    r"(?:references|endnotes|footnotes|notes|sources|works cited|bibliography|citations"
    r"|einzelnachweise|anmerkungen|fußnoten|quellen|notes et références|références|sources et notes"
    r"|примечания|источники|сноски|примітки|джерела|المراجع|الهوامش|المصادر|پانویس|منابع"
    r"|הערות(?: שוליים)?|מקורות|ביבליוגרפיה)"
)
_HEADING = lazy_pattern(rf"(?:^|(?<=\W)){HEADING_WORDS}\s*:?\s*$", re.IGNORECASE)
_ADDRESS = r"h*[tx]{1,3}ps?\b|www\b|https?|[\w-]+(?:\.|\s+dot\s+)[a-z]{2,}/|ibid\b"
_EDGE = r"[\s\u00a0(<“\"|]*"
_READS_LIKE_NOTE = lazy_pattern(
    rf"{_EDGE}(?:{_ADDRESS}|see\b|author|data\b|graphic\b|[^.\n]{{0,160}}[“\"«].{{3,300}}?[”\"»])",
    re.IGNORECASE,
)
_BEGINS_LIKE_NOTE = lazy_pattern(rf"{_EDGE}(?:{_ADDRESS})", re.IGNORECASE)
_BEGINS_LIKE_ENTRY = lazy_pattern(
    rf"{_BEGINS_LIKE_NOTE.pattern}|[\s\u00a0]*[“\"«]\w", re.IGNORECASE
)
# `… as [7] above`, `[2019] alone`: words go on behind the number, no entry begins.
_GOES_ON_IN_WORDS = lazy_pattern(r"[^\S\n]*[a-zа-я.,;:)\]–-]")
_REFERS = lazy_pattern(
    r"(?:see|also|in|cf\.|and|or|notes?|at|of|by|from)[\s\u00a0]+$", re.IGNORECASE
)
_BLANK_LINE = lazy_pattern(r"\n[^\S\n]*\r?\n")
_CLOSES_SENTENCE = frozenset('.!?…”"’»)]،۔؟')
_CLOSES_ENTRY = frozenset('.;)/”"»]')
_MAX_BLANKS = 80
_DOTTED = lazy_pattern(r"^[^\S\n]{0,4}(?P<label>\d{1,4})[.)](?=[ \t\u00a0]*\S)", re.MULTILINE)
_MIN_CHAIN_WITHOUT_MARKER = 2
_MAX_GAP = 5
_FIRST_YEAR = 1000
_LINE_BELOW = lazy_pattern(r"(?<=\n)[^\S\n]{0,8}[^\W\d_][^\n.;?!]{1,48}\n\s{0,4}\Z")
_HEADING_REACH = 60
_NOTE_REACH = 400
# How many possible beginnings are tried in a flat text, from the end.
_MAX_TRIES = 40


def find_chains(text: str, labels: Sequence[LabelAt]) -> list[list[LabelAt]]:
    """Return the labels of each note list, in order; only those that begin a line."""
    at_line_start = [label for label in labels if label.begins_line]
    chains = [_entries_of(text, block) for block in _cut_into_blocks(text, labels, at_line_start)]
    lists: list[list[LabelAt]] = []
    for chain in reversed(chains):
        # in the body before a list, only addresses tell notes from claims whose markers begin lines
        if _is_note_list(text, labels, chain, _begins_like_note if lists else reads_like_note):
            lists.insert(0, chain)
    return lists


def find_dotted_chains(text: str) -> list[list[LabelAt]]:
    """Return the chains of `1.` or `1)` at the beginning of lines, where a heading says that they are notes.

    Without a heading such a line is any numbered line of any text.
    """
    chains: list[list[LabelAt]] = []
    for match in _DOTTED.finditer(text):
        printed = match["label"]
        label = LabelAt(printed, match.start("label"), match.end(), True, int(printed))
        if label.number <= 1 + _MAX_GAP and start_of_heading(text, label.start) is not None:
            chains.append([label])
        elif chains and 0 <= label.number - chains[-1][-1].number <= _MAX_GAP:
            chains[-1].append(label)
    return chains


def _cut_into_blocks(
    text: str, labels: Sequence[LabelAt], at_line_start: Sequence[LabelAt]
) -> list[list[LabelAt]]:
    blocks: list[list[LabelAt]] = []
    for index, label in enumerate(at_line_start):
        if not index or _begins_block(text, labels, at_line_start, index):
            blocks.append([])
        blocks[-1].append(label)
    return blocks


def _begins_block(
    text: str, labels: Sequence[LabelAt], at_line_start: Sequence[LabelAt], index: int
) -> bool:
    """Tell whether a list may begin with a label: a heading, a restart, or body stands before it."""
    before, label = at_line_start[index - 1], at_line_start[index]
    if start_of_heading(text, label.start) is not None:
        return True
    if label.number == 1 and _restarts(text, at_line_start, index):
        return True
    return _has_body_between(text, labels, before, label)


def _restarts(text: str, at_line_start: Sequence[LabelAt], index: int) -> bool:
    """Tell a list's first entry from a `[1]` in the words of another list's note, and from a double."""
    before, label = at_line_start[index - 1], at_line_start[index]
    if before.number == 1:
        return reads_like_note(text, label) and not reads_like_note(text, before)
    if index + 1 < len(at_line_start):
        step = at_line_start[index + 1].number - before.number
        return not 0 < step <= _MAX_GAP or at_line_start[index + 1].number == label.number + 1
    return not _GOES_ON_IN_WORDS.match(text, label.end) or reads_like_note(text, label)


def _has_body_between(text: str, labels: Sequence[LabelAt], left: LabelAt, right: LabelAt) -> bool:
    """Tell whether a paragraph with a marker behind a sentence stands between two labels."""
    blank = _BLANK_LINE.search(text, left.end, right.start)
    if blank is None:
        return False
    first = bisect_left(labels, blank.end(), key=attrgetter("start"))
    last = bisect_left(labels, right.start, key=attrgetter("start"))
    return any(text[label.start - 1] in _CLOSES_SENTENCE for label in labels[first:last])


def _entries_of(text: str, block: Sequence[LabelAt]) -> list[LabelAt]:
    """The labels of a block that begin an entry, from the list's first on."""
    first = 0
    if start_of_heading(text, block[0].start) is None:
        first = next(
            (
                index
                for index, label in enumerate(block)
                if label.number == 1 or reads_like_note(text, label)
            ),
            0,
        )
    chain = [block[first]]
    for label in block[first + 1 :]:
        if _begins_entry(text, chain[-1].number, label):
            chain.append(label)
    return chain


def _begins_entry(text: str, number_before: int, label: LabelAt) -> bool:
    """Tell a note's label from a number in a note's words that a line happens to begin with.

    Small gaps and doubled numbers are the list's own. What skips far ahead or falls
    back is a slip in the numbering, unless it is a year or words go on behind it.
    """
    step = label.number - number_before
    if 0 <= step <= _MAX_GAP or _begins_like_note(text, label):
        return True
    return label.number < _FIRST_YEAR and not _GOES_ON_IN_WORDS.match(text, label.end)


def _begins_like_note(text: str, label: LabelAt) -> bool:
    return _BEGINS_LIKE_NOTE.match(text, label.end, label.end + _NOTE_REACH) is not None


def reads_like_note(text: str, label: LabelAt) -> bool:
    """Tell whether what stands behind a label is an address, a quoted title or a word that notes begin with."""
    return _READS_LIKE_NOTE.match(text, label.end, label.end + _NOTE_REACH) is not None


def is_entry_in_line(text: str, label: LabelAt) -> bool:
    """Tell whether a label inside a line begins an entry, rather than refers to one."""
    if _REFERS.search(text, max(0, label.start - 12), label.start):
        return False
    before = text[max(0, label.start - _MAX_BLANKS) : label.start].rstrip()[-1:]
    if before in _CLOSES_ENTRY and reads_like_note(text, label):
        return True
    return _BEGINS_LIKE_ENTRY.match(text, label.end, label.end + _NOTE_REACH) is not None


def find_flat_chain(text: str, labels: Sequence[LabelAt]) -> list[LabelAt]:
    """Return the last chain of numbers inside the lines that reads like notes, for a text without lines."""
    firsts = [
        index
        for index, label in enumerate(labels)
        if label.number == 1 or index == 0 or label.number <= labels[index - 1].number - 1
    ]
    for first in firsts[: -_MAX_TRIES - 1 : -1]:
        chain = [labels[first]]
        for label in labels[first + 1 :]:
            step = label.number - chain[-1].number
            if 0 <= step <= _MAX_GAP and (label.begins_line or step == 1):
                chain.append(label)
        if _is_note_list(text, labels, chain, reads_like_note):
            return chain
    return []


def _is_note_list(
    text: str,
    labels: Sequence[LabelAt],
    chain: Sequence[LabelAt],
    is_like_note: Callable[[str, LabelAt], bool],
) -> bool:
    first = chain[0]
    if first.begins_line and start_of_heading(text, first.start) is not None:
        return True
    like_notes = sum(1 for label in chain if is_like_note(text, label))
    if like_notes * 2 < len(chain):
        return False
    before = takewhile(lambda label: label.end < first.start, labels)
    if any(label.number == first.number for label in before):
        return True
    return first.begins_line and len(chain) >= _MIN_CHAIN_WITHOUT_MARKER


def start_of_heading(text: str, offset: int) -> int | None:
    """Where the heading of a note list begins that stands directly before `offset`, or None."""
    reach = max(0, offset - _HEADING_REACH)
    match = _HEADING.search(text[reach:offset].rstrip())
    return reach + match.start() if match else None


def start_of_heading_above(text: str, offset: int) -> int | None:
    """As `start_of_heading`, but a line such as "Chapter 1" may stand between heading and list."""
    heading = start_of_heading(text, offset)
    below = _LINE_BELOW.search(text, max(0, offset - _HEADING_REACH), offset)
    if heading is not None or below is None:
        return heading
    return start_of_heading(text, below.start())
