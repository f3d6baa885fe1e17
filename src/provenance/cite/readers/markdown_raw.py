"""What is no Markdown inside of Markdown: fenced code, comments, scripts, preformatted text."""

import re
from bisect import bisect_right

from provenance.cite.readers.markdown_lines import RAW_START
from provenance.text import Span

__all__ = ["CodeRuns", "RawText", "start_fence", "start_markup"]


class RawText:
    """A text that goes on until its end is seen; `lines` are what is kept of it."""

    def __init__(self, ends: re.Pattern[str], *, is_kept: bool, is_fence: bool) -> None:
        self.lines: list[Span] = []
        self._ends = ends
        self._is_kept = is_kept
        self._is_fence = is_fence

    def add_line(self, source: str, start: int, end: int) -> int | None:
        """Read a line; the offset behind the text's end, None as long as it goes on."""
        find = self._ends.match if self._is_fence else self._ends.search
        ended = find(source, start, end)
        words = Span(start, ended.start() if ended else end)
        if self._is_kept and (ended is None or words.start < words.end):
            self.lines.append(words)
        return ended.end() if ended else None


def start_fence(source: str, first: int, end: int) -> RawText:
    """Return the code whose opening fence begins at `first`; a longer fence ends it, too."""
    run = source[first:end]
    length = len(run) - len(run.lstrip(run[0]))
    ends = re.compile(rf" {{0,3}}{re.escape(run[0])}{{{length},}}[ \t]*$")
    return RawText(ends, is_kept=True, is_fence=True)


def start_markup(source: str, first: int, end: int) -> tuple[RawText, int]:
    """Return the comment, script or preformatted text that begins at `first`, and where its words do.

    Only of the last is anything seen.
    """
    found = RAW_START.match(source, first, end)
    name = found["tag"] if found else None
    if name is None:
        return RawText(re.compile("-->"), is_kept=False, is_fence=False), first + len("<!--")
    ends = re.compile(rf"</{name}\s*>", re.IGNORECASE)
    opened = source.find(">", first, end) + 1
    return RawText(ends, is_kept=name.lower() == "pre", is_fence=False), opened or end


class CodeRuns:
    """The runs of backticks of a text, by their length: code stands between two that are as long."""

    def __init__(self, text: str) -> None:
        self._runs: dict[int, list[int]] = {}
        for run in re.finditer("`+", text):
            self._runs.setdefault(len(run[0]), []).append(run.start())

    def find_end(self, start: int, end: int) -> int | None:
        """Return where the run begins that closes the one at `start`, None where none does."""
        runs = self._runs.get(end - start, [])
        index = bisect_right(runs, start)
        return runs[index] if index < len(runs) else None
