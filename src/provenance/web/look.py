"""A validated draft as a page shows it: which text, what is underlined, a card for each finding. PURE.

Browsers count UTF-16 units where we count code points; all offsets that leave here are theirs.
"""

import codecs
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from provenance.cite.places import describe_place
from provenance.formats.strangers import storable
from provenance.model import Document, Place, Severity
from provenance.pipeline.validation import Validated
from provenance.text import Span
from provenance.validate.ages import describe_age
from provenance.validate.records import SEVERITIES, DraftFinding, Edit

__all__ = ["Card", "Difference", "FileForm", "Look", "Mark", "look_at", "written_as"]

# Read by us, but not typed by anybody as it stands in the file: their text can be shown, not edited.
_READ_ONLY = frozenset({"pdf", "docx", "eml", "mhtml"})
# How a text that was pasted is called when it is downloaded, by what it was read as.
_NAMES = {
    "markdown": "draft.md",
    "html": "draft.html",
    "wikitext": "draft.wiki",
    "rst": "draft.rst",
}
_MAX_CARDS = 500  # more of them say no more, and make the page slow; the counts count all
_MAX_CHANGES = 3
_CONTEXT = 24
_MAX_SHOWN = 160
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_CRLF = re.compile("\r\n")


class Mark(NamedTuple):
    """A stretch of the text shown that is underlined; `cards` are the numbers of its findings."""

    start: int
    end: int
    severity: Severity
    cards: tuple[int, ...]


class Difference(NamedTuple):
    """What a fix does at one place, with a little of the text around it."""

    before: str
    removed: str
    added: str
    after: str


class Card(NamedTuple):
    """One finding as a person reads it; `start` and `end` are UTF-16 offsets into the text shown."""

    number: int
    finding: DraftFinding
    place: str
    words: str
    start: int
    end: int
    changes: tuple[Difference, ...]
    more_changes: int


class FileForm(NamedTuple):
    """How a file writes its text, where a browser can write it again to the byte."""

    has_bom: bool
    newline: str


class Look(NamedTuple):
    """A draft as a page shows it.

    `written` is None where it can be read, but not edited in the page; `name` is what a text
    without a name may be called.
    """

    text: str
    written: FileForm | None
    marks: tuple[Mark, ...]
    cards: tuple[Card, ...]
    hidden_cards: int
    counts: dict[str, int]
    set_aside: int
    fixable: int
    age: str
    name: str


def look_at(validated: Validated) -> Look:
    """Return what a page shows of a draft that was validated."""
    document = validated.draft.parsed.document
    text, to_shown = _text_shown(document)
    to_browser = _browser_offsets(text)
    spans = [_span_shown(each, to_shown, len(text)) for each in validated.findings]
    openly = [each for each in validated.findings if each.standing == "open"]
    cards = tuple(
        _card(number, finding, document.text, to_browser(span.start), to_browser(span.end))
        for number, (finding, span) in enumerate(
            zip(validated.findings[:_MAX_CARDS], spans, strict=False)
        )
    )
    return Look(
        _as_in_a_field(text),
        written_as(validated.data, text) if document.format not in _READ_ONLY else None,
        _flatten([card for card in cards if card.finding.standing == "open"]),
        cards,
        len(validated.findings) - len(cards),
        {each: sum(one.severity == each for one in openly) for each in reversed(SEVERITIES)},
        len(validated.findings) - len(openly),
        sum(each.fix is not None and each.fix.safe for each in openly),
        describe_age(validated.draft),
        _NAMES.get(document.format, "draft.txt"),
    )


def written_as(data: bytes, text: str) -> FileForm | None:
    """Return how a file writes `text`; None where a browser that edits it would change other bytes too.

    A text field of a browser knows LF only: what mixes line ends, and what is no UTF-8, would
    come out of it changed in places that nobody touched.
    """
    has_bom = data.startswith(codecs.BOM_UTF8)
    newline = "\r\n" if "\r\n" in text else "\n"
    if "\x00" in text or storable(text) != text:
        return None
    plain = text.replace("\r\n", "\n")
    if "\r" in plain or plain.replace("\n", newline) != text:
        return None
    body = data[len(codecs.BOM_UTF8) :] if has_bom else data
    return FileForm(has_bom, newline) if text.encode() == body else None


def _text_shown(document: Document) -> tuple[str, Callable[[Span], Span]]:
    """Return the text that a page shows, and where a span of the document's text stands in it."""
    offsets = document.offsets
    if document.format in _READ_ONLY or document.source is None or offsets is None:
        return document.text, lambda span: span
    return document.source, offsets.to_source


def _span_shown(finding: DraftFinding, to_shown: Callable[[Span], Span], length: int) -> Span:
    """Return the span to underline: at least one character, inside the text."""
    start, end = to_shown(Span(finding.start, finding.end))
    start = min(max(0, start), max(0, length - 1))
    return Span(start, min(max(end, start + 1), length))


def _browser_offsets(text: str) -> Callable[[int], int]:
    """Return what turns a code point offset into one of UTF-16 units, line ends counted as one.

    >>> to_browser = _browser_offsets("a" + chr(0x1F600) + "b" + chr(13) + chr(10) + "c")
    >>> to_browser(2), to_browser(5)
    (3, 5)
    """
    beyond = [match.start() for match in _BEYOND_BMP.finditer(text)]
    pairs = [match.start() for match in _CRLF.finditer(text)]
    return lambda offset: offset + bisect_left(beyond, offset) - bisect_left(pairs, offset)


def _as_in_a_field(text: str) -> str:
    """Return a text as a browser's text field holds it: every line ends with LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _card(number: int, finding: DraftFinding, text: str, start: int, end: int) -> Card:
    edits = finding.fix.edits if finding.fix else ()
    return Card(
        number,
        finding,
        _place_in_words(finding.place),
        _shortened(text[finding.start : finding.end]),
        start,
        end,
        tuple(_change(text, edit) for edit in edits[:_MAX_CHANGES]),
        max(0, len(edits) - _MAX_CHANGES),
    )


def _place_in_words(place: Place) -> str:
    """Return the place as an editor looks for it: a line, or what the format has instead.

    >>> _place_in_words(Place(line=3, column=14)), _place_in_words(Place(paragraph=2, note=12))
    ('line 3', 'note 12, paragraph 2')
    """
    return f"line {place.line}" if place.line is not None else describe_place(place)


def _change(text: str, edit: Edit) -> Difference:
    if edit.in_target:
        return Difference("link target: ", "", _shortened(edit.replacement), "")
    return Difference(
        _one_line(text[max(0, edit.start - _CONTEXT) : edit.start]),
        _shortened(text[edit.start : edit.end]),
        _shortened(edit.replacement),
        _one_line(text[edit.end : edit.end + _CONTEXT]),
    )


def _shortened(words: str) -> str:
    words = _one_line(words)
    if len(words) <= _MAX_SHOWN:
        return words
    half = _MAX_SHOWN // 2
    return f"{words[:half]} … {words[-half:]}"


def _one_line(words: str) -> str:
    return words.replace("\r\n", "↵").replace("\n", "↵")


def _flatten(cards: Sequence[Card]) -> tuple[Mark, ...]:
    """Return stretches that do not overlap, in order: where findings do, the worst one colours it."""
    if not cards:
        return ()
    opening = sorted(cards, key=lambda card: card.start)
    ends = sorted({at for card in cards for at in (card.start, card.end)})
    marks: list[Mark] = []
    present: list[Card] = []
    position = 0
    for start, end in pairwise(ends):
        while position < len(opening) and opening[position].start <= start:
            present.append(opening[position])
            position += 1
        present = [card for card in present if card.end > start]
        if present:
            worst = max((card.finding.severity for card in present), key=SEVERITIES.index)
            marks.append(Mark(start, end, worst, tuple(card.number for card in present)))
    return tuple(marks)
