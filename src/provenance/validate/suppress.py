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

from msgspec import Struct

from provenance.cite.patterns import lazy_pattern
from provenance.model import Note, Parsed, Place
from provenance.text import Span

__all__ = ["Suppression", "read_suppressions"]

_COMMENT = lazy_pattern(r"<!--\s*provenance:\s*(?P<body>(?:(?!-->).)*?)\s*-->", re.DOTALL)
_RST_COMMENT = lazy_pattern(r"^[ \t]*\.\.[ \t]+provenance:[ \t]*(?P<body>[^\n]*)", re.MULTILINE)
_COMMENTS = {
    "markdown": _COMMENT,
    "html": _COMMENT,
    "wikitext": _COMMENT,
    "rst": _RST_COMMENT,
}
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
    pattern = _COMMENTS.get(document.format)
    if pattern is None or document.source is None or document.offsets is None:
        return ()
    if "provenance:" not in document.source:
        return ()
    said = [each for each in pattern.finditer(document.source) if each[0] not in document.text]
    if not said:
        return ()
    reading = _Reading(parsed, document.source, pattern)
    return tuple(reading.read(each) for each in said)


class _Reading:
    """The file by its lines, and the text by where each of its lines came from."""

    def __init__(self, parsed: Parsed, source: str, pattern: re.Pattern[str]) -> None:
        self._source = source
        self._pattern = pattern
        self._is_html = parsed.document.format == "html"
        # in wikitext notes stand inside the sentences, many to a line
        self._has_note_lines = parsed.document.format in {"markdown", "rst"}
        self._lines = source.split("\n")
        self._starts = [0]
        for line in self._lines[:-1]:
            self._starts.append(self._starts[-1] + len(line) + 1)
        offsets = parsed.document.offsets
        assert offsets is not None
        self._blocks = [(offsets.to_source(span), span) for span in _lines_of(parsed.document.text)]
        self._notes: Sequence[tuple[int, Note]] = [
            (self._line_of(offsets.to_source(Span(note.start, note.start + 1)).start), note)
            for note in parsed.notes
        ]

    def read(self, said: re.Match[str]) -> Suppression:
        line = self._line_of(said.start())
        place = Place(line=line, column=said.start() - self._starts[line - 1] + 1)
        behind = [span for source, span in self._blocks if source.start >= said.end()]
        at = behind[0].start if behind else self._blocks[-1][1].end if self._blocks else 0
        words = _BODY.fullmatch(said["body"])
        if words is None:
            start_of = said["body"].split(maxsplit=1)
            problem = f"“{start_of[0] if start_of else ''}” is not understood: say `ignore` or `ignore-file`"
            return Suppression(place, at, (), problem=problem)
        until, problem = _day(words["until"])
        rules = tuple(filter(None, _BETWEEN_RULES.split(words["rules"])))
        is_for_file = words["verb"].lower() == "ignore-file"
        reason = " ".join((words["reason"] or "").split())
        lines, spans = (None, ()) if is_for_file else self._scope_of(Span(said.start(), said.end()))
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
        first = last + 1
        while first <= len(self._lines) and not self._says_something(first):
            first += 1
        starts = {line for line, _ in self._notes} if self._has_note_lines else set()
        others = starts if first in starts else set()
        end = first
        while end < len(self._lines) and self._lines[end].strip() and end + 1 not in others:
            end += 1
        return first, end

    def _says_something(self, line: int) -> bool:
        """Tell whether a line holds more than blanks and comments of this kind."""
        return bool(self._pattern.sub("", self._lines[line - 1]).strip())

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
