"""The draft as written, with its findings underlined at their places, as HTML. PURE."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.formats.report_shell import shown
from provenance.model import Document
from provenance.validate.records import SEVERITIES, DraftFinding
from provenance.validate.report.records import SourceLines

__all__ = ["Numbered", "level_of", "render_draft"]


class Numbered(NamedTuple):
    """A finding with its number in the report: `#f3` is its card, `#p3` its place."""

    number: int
    finding: DraftFinding


def level_of(finding: DraftFinding) -> str:
    """Return the class that a finding is drawn in: its severity, or "quiet" where it does not count."""
    return finding.severity if finding.standing == "open" else "quiet"


def render_draft(
    document: Document, findings: Sequence[Numbered], anchors: Mapping[int, str]
) -> str:
    """Return the text, a block a line; `anchors` are ids to be set at offsets into it.

    Where findings overlap, a stretch belongs to the worst of them; every finding has a
    place to jump to all the same.
    """
    marks = _Marks(document.text, findings, anchors)
    lines = SourceLines(document)
    depths = {heading.start: heading.level for heading in document.headings}
    blocks = []
    start = 0
    for line in document.text.split("\n"):
        end = start + len(line)
        content = "".join(marks.render(start, end))
        if line.strip() or content:
            number = (lines.place_of(lines.span_of(start, start).start).line,) * lines.has_lines
            blocks.append(_block(content, _depth(depths, start, end), number))
        start = end + 1
    return "\n".join(blocks)


def _depth(depths: Mapping[int, int], start: int, end: int) -> int:
    return next((depths[at] for at in (start, end) if at in depths), 0) if depths else 0


def _block(content: str, depth: int, number: Sequence[int | None]) -> str:
    beside = f' data-n="{number[0]}"' if number else ""
    look = f' class="h{min(depth, 3)}"' if depth else ""
    return f'<p dir="auto"{look}{beside}>{content}</p>'


class _Marks:
    """Cuts a text where findings begin and end; lines are asked for in order."""

    def __init__(self, text: str, findings: Sequence[Numbered], anchors: Mapping[int, str]) -> None:
        self._text = text
        self._anchors = anchors
        self._findings = sorted(findings, key=lambda each: each.finding.start)
        self._begin: defaultdict[int, list[Numbered]] = defaultdict(list)
        points = set(anchors)
        for each in self._findings:
            self._begin[each.finding.start].append(each)
            points |= {each.finding.start, each.finding.end}
        self._points = sorted(points)
        self._open: list[Numbered] = []

    def render(self, start: int, end: int) -> Iterator[str]:
        """Return the pieces of `text[start:end]`; the last line's end is its own."""
        first = bisect_right(self._points, start)
        last = bisect_right(self._points, end)
        inside = [point for point in self._points[first:last] if point < end]
        for at, until in zip((start, *inside), (*inside, end), strict=True):
            yield from self._piece(at, until)
        if start < end and end in self._begin:
            # only what begins at the line's very end: a missing stop, a note that is cut off
            yield from self._piece(end, end)

    def _piece(self, at: int, until: int) -> Iterator[str]:
        if at in self._anchors:
            yield f'<span id="{self._anchors[at]}"></span>'
        begun = self._begin.pop(at, [])
        self._open = [each for each in self._open if each.finding.end > at]
        for each in begun:
            if each.finding.end <= each.finding.start:
                yield _mark(each, "‸", f' id="p{each.number}"', " at")
            else:
                self._open.append(each)
        words = shown(self._text[at:until])
        placed = [each for each in begun if each.finding.end > each.finding.start]
        if not self._open or not words:
            yield "".join(f'<span id="p{each.number}"></span>' for each in placed) + words
            return
        worst = max(self._open, key=_weight)
        others = "".join(f'<span id="p{each.number}"></span>' for each in placed if each != worst)
        name = f' id="p{worst.number}"' if worst in placed else ""
        yield others + _mark(worst, words, name, "")


def _mark(each: Numbered, words: str, name: str, look: str) -> str:
    return f'<a class="m {level_of(each.finding)}{look}"{name} href="#f{each.number}">{words}</a>'


def _weight(each: Numbered) -> tuple[bool, int, int]:
    finding = each.finding
    return finding.standing == "open", SEVERITIES.index(finding.severity), finding.start
