"""What a document says that it knows already: `<!-- provenance: ignore FN107 -->`. PURE.

::

    ignore FN107                                          on the line, or before a paragraph or note
    ignore FN107, FN104 until 2027-01-31 because it is so
    ignore-file FN107                                     in all of the document

In Markdown, HTML and wikitext it is a comment, in reStructuredText `.. provenance: ignore FN107`.
A comment that shares its line with other words holds for that line; one that stands alone holds for the
paragraph, item or note behind it. In HTML, where lines mean nothing, it holds for the block
that it stands in, and between blocks for the next one. One that readers see (in a code block) is none.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from msgspec import Struct

from provenance.cite.patterns import lazy_pattern
from provenance.model import Note, Parsed, Place
from provenance.text import Span

__all__ = ["Suppression", "read_suppressions"]

_FORMATS_WITH_TAGS = frozenset({"markdown", "html", "wikitext"})
_OPENING = lazy_pattern(r"<!--\s*provenance:")
_RST_COMMENT = lazy_pattern(r"^[ \t]*\.\.[ \t]+provenance:(?P<body>[^\n]*)", re.MULTILINE)
# Longer than any list of rules with a reason; what is read of it must not grow with its square.
_MAX_BODY = 1000
# No person writes more of them; a file that does is no draft.
_MAX_COMMENTS = 1000
_BODY = lazy_pattern(
    r"(?P<verb>ignore(?:-file)?)\b[\s:]*(?P<rules>.*?)"
    r"(?:\s*\buntil\s+(?P<until>\S+?),?)?(?:\s*\bbecause\s+(?P<reason>.*))?",
    re.DOTALL | re.IGNORECASE,
)
_BETWEEN_RULES = re.compile(r"[,;\s]+")
# Tags that end one block and begin another; what stands between them is one line of the text read.
_BLOCK_TAG = lazy_pattern(
    r"</?(?:p|li|ol|ul|dl|dt|dd|div|section|article|aside|header|footer|main|blockquote|pre|table|"
    r"thead|tbody|tr|td|th|h[1-6]|br|hr|body|figure|figcaption)\b",
    re.IGNORECASE,
)


class Suppression(Struct, frozen=True):
    """One such comment: where it stands in the file, what it silences, until when and why.

    `at` is the offset into the document's text that comes next to it. `problem` says what is not
    understood of it; then it silences nothing. `lines` (of the file, from 1, both included)
    and `spans` (of the document's text) say where it holds.
    """

    place: Place
    at: int
    rules: tuple[str, ...]
    until: date | None = None
    reason: str = ""
    problem: str = ""
    is_for_file: bool = False
    lines: tuple[int, int] | None = None
    spans: tuple[Span, ...] = ()

    def covers(self, start: int, place: Place) -> bool:
        """Tell whether it holds for a finding at this offset and place."""
        if self.is_for_file or any(start in span for span in self.spans):
            return True
        if self.lines is None or place.line is None:
            return False
        return self.lines[0] <= place.line <= self.lines[1]


def read_suppressions(parsed: Parsed) -> tuple[Suppression, ...]:
    """Return what a document says to ignore, in the order of the file; none for other formats."""
    document = parsed.document
    if document.source is None or document.offsets is None:
        return ()
    comments = _find_comments(document.source, document.format)
    said = [
        each
        for each in islice(comments, _MAX_COMMENTS)
        if document.source[each.start : each.end] not in document.text
    ]
    if not said:
        return ()
    reading = _Reading(parsed, document.source, said)
    return tuple(reading.read(each) for each in said)


class _Comment(NamedTuple):
    """A comment of this kind: where it stands in the file, and what it says."""

    start: int
    end: int
    body: str


def _find_comments(source: str, form: str) -> Iterator[_Comment]:
    if form == "rst":
        for match in _RST_COMMENT.finditer(source):
            yield _Comment(match.start(), match.end(), match["body"].strip())
    if form not in _FORMATS_WITH_TAGS:
        return
    opening = _OPENING.search(source)
    while opening is not None:
        close = source.find("-->", opening.end())
        if close < 0:
            return
        yield _Comment(opening.start(), close + 3, source[opening.end() : close].strip())
        opening = _OPENING.search(source, close + 3)


class _Reading:
    """The file by its lines, and the text by where each of its lines came from."""

    def __init__(self, parsed: Parsed, source: str, comments: Sequence[_Comment]) -> None:
        self._source = source
        self._is_html = parsed.document.format == "html"
        # in wikitext notes stand inside the sentences, many to a line
        self._has_note_lines = parsed.document.format in {"markdown", "rst"}
        self._lines = source.split("\n")
        self._starts = [0]
        for line in self._lines[:-1]:
            self._starts.append(self._starts[-1] + len(line) + 1)
        offsets = parsed.document.offsets
        assert offsets is not None
        self._next_words = _next_words(source, comments)
        self._ends: dict[int, int] = {}  # of blocks, by their first lines
        self._blocks = [(offsets.to_source(span), span) for span in _lines_of(parsed.document.text)]
        self._notes: Sequence[tuple[int, Note]] = [
            (self._line_of(offsets.to_source(Span(note.start, note.start + 1)).start), note)
            for note in parsed.notes
        ]

    def read(self, said: _Comment) -> Suppression:
        line = self._line_of(said.start)
        place = Place(line=line, column=said.start - self._starts[line - 1] + 1)
        behind = [span for source, span in self._blocks if source.start >= said.end]
        at = behind[0].start if behind else self._blocks[-1][1].end if self._blocks else 0
        words = _BODY.fullmatch(said.body) if len(said.body) <= _MAX_BODY else None
        if words is None:
            first = said.body[:40].split(maxsplit=1)
            problem = (
                f"“{first[0] if first else ''}” is not understood: say `ignore` or `ignore-file`"
            )
            return Suppression(place, at, (), problem=problem)
        until, problem = _day(words["until"])
        rules = tuple(filter(None, _BETWEEN_RULES.split(words["rules"])))
        is_for_file = words["verb"].lower() == "ignore-file"
        reason = " ".join((words["reason"] or "").split())
        lines, spans = (None, ()) if is_for_file else self._scope_of(Span(said.start, said.end))
        problem = problem or ("" if rules else "it names no rule")
        return Suppression(place, at, rules, until, reason, problem, is_for_file, lines, spans)

    def _line_of(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def _scope_of(self, said: Span) -> tuple[tuple[int, int] | None, tuple[Span, ...]]:
        if self._is_html:
            return None, self._block_beside(said)
        first, last = self._line_of(said.start), self._line_of(max(said.start, said.end - 1))
        before = self._source[self._starts[first - 1] : said.start]
        after = self._source[said.end : self._starts[last - 1] + len(self._lines[last - 1])]
        if not (before + after).strip():
            first, last = self._block_behind(last)
        notes = tuple(Span(note.start, note.end) for at, note in self._notes if first <= at <= last)
        return (first, last), notes

    def _block_behind(self, last: int) -> tuple[int, int]:
        """The lines (from 1) of what stands behind a line: one note, or all up to the next blank line."""
        first = self._next_words[last]
        if first not in self._ends:
            self._ends[first] = self._end_of_block(first)
        return first, self._ends[first]

    def _end_of_block(self, first: int) -> int:
        starts = {line for line, _ in self._notes} if self._has_note_lines else set()
        others = starts if first in starts else set()
        end = first
        while end < len(self._lines) and self._lines[end].strip() and end + 1 not in others:
            end += 1
        return end

    def _block_beside(self, said: Span) -> tuple[Span, ...]:
        """The line of the text that a comment in HTML stands in, else the next one."""
        before, behind = None, None
        for source, span in self._blocks:
            if source.start < said.start < source.end:
                return (span,)
            if source.end <= said.start and (before is None or source.end > before[0].end):
                before = (source, span)
            if source.start >= said.end and (behind is None or source.start < behind[0].start):
                behind = (source, span)
        if before and not _BLOCK_TAG.search(self._source, before[0].end, said.start):
            return (before[1],)
        return (behind[1],) if behind else ()


def _next_words(source: str, comments: Sequence[_Comment]) -> list[int]:
    """For each line (from 0) the number (from 1) of the first one from it on that says more than these comments."""
    kept, at = [], 0
    for comment in comments:
        kept += [source[at : comment.start], "\n" * source.count("\n", comment.start, comment.end)]
        at = comment.end
    lines = "".join((*kept, source[at:])).split("\n")
    found = [len(lines) + 1] * (len(lines) + 1)
    for index in range(len(lines) - 1, -1, -1):
        found[index] = index + 1 if lines[index].strip() else found[index + 1]
    return found


def _lines_of(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield Span(start, start + len(line))
        start += len(line) + 1


def _day(written: str | None) -> tuple[date | None, str]:
    """The day that is written, and what is wrong with it."""
    try:
        return (date.fromisoformat(written) if written else None), ""
    except ValueError:
        return None, f"“{written}” is no day: write it as 2027-01-31"
