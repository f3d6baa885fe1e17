"""What every report is made of: a document that was looked at, and where its findings stand. PURE."""

import html
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from provenance.model import Document, Place
from provenance.text import Span
from provenance.validate.draft import Draft
from provenance.validate.engine import is_at_least
from provenance.validate.records import DraftFinding, Edit

__all__ = [
    "ReportedDocument",
    "SourceEdit",
    "SourceLines",
    "Unread",
    "count_failures",
    "path_for_tools",
]

# What stands for itself in a file of this format: a replacement without these goes in as it is.
_STANDS_FOR_ITSELF = {
    "text": re.compile(r".*\Z", re.DOTALL),
    "html": re.compile(r"[^<>]*\Z"),
    "markdown": re.compile(r"[^\\`*<>\[\]&|~]*\Z"),
}


class ReportedDocument(NamedTuple):
    """A document with what was found: `path` as it was named, "-" for standard input.

    `encoding` is the name of the encoding that the file was decoded from, None where nobody
    knows or the file is no text.
    """

    path: str
    draft: Draft
    findings: Sequence[DraftFinding]
    encoding: str | None = None


class Unread(NamedTuple):
    """A document that could not be read: nothing is known of its notes, and a report says so."""

    path: str
    message: str


class SourceEdit(NamedTuple):
    """An edit in the words of the file itself: replace this span of the decoded file."""

    span: Span
    replacement: str


class SourceLines:
    """Says spans of a document's text as lines and columns of the file as decoded.

    Lines end at LF (a CR before it belongs to its line) and, as columns, count from 1;
    columns count code points. Formats without lines (Word, PDF) have `has_lines` False.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self.has_lines = not document.places and document.format not in {"docx", "pdf"}
        self.source = document.text if document.source is None else document.source
        self._starts = [0, *(found.end() for found in re.finditer("\n", self.source))]

    def span_of(self, start: int, end: int) -> Span:
        """Return the span of the decoded file that a span of the document's text came from."""
        if self._document.offsets is None:
            return Span(start, end)
        return self._document.offsets.to_source(Span(start, end))

    def place_of(self, offset: int) -> Place:
        """Return line and column of an offset into the decoded file."""
        line = bisect_right(self._starts, offset)
        return Place(line=line, column=offset - self._starts[line - 1] + 1)

    def edit_of(self, edit: Edit) -> SourceEdit | None:
        """Return an edit as one of the file itself; None where that cannot be said for sure.

        Sure is only what stands in the file as it is read, and a replacement that no
        character of the format's own syntax is in. The others are made by `--fix`.
        """
        plain = _STANDS_FOR_ITSELF.get(self._document.format)
        if plain is None or edit.in_target or not self.has_lines:
            return None
        span = self.span_of(edit.start, edit.end)
        if self._document.format == "html":
            replacement = html.escape(edit.replacement, quote=False)
        elif plain.match(edit.replacement):
            replacement = edit.replacement
        else:
            return None
        if span.of(self.source) != self._document.text[edit.start : edit.end]:
            return None
        if edit.start == edit.end and not self._joins(edit.start):
            return None
        return SourceEdit(span, replacement)

    def _joins(self, offset: int) -> bool:
        """Tell whether the characters around an offset stand together in the file as well."""
        if self._document.offsets is None:
            return True
        if not 0 < offset < len(self._document.text):
            return False
        around = self._document.text[offset - 1 : offset + 1]
        return self.span_of(offset - 1, offset + 1).of(self.source) == around


def count_failures(findings: Sequence[DraftFinding], fail_on: str) -> int:
    """Return how many open findings are as bad as `fail_on`, or worse."""
    return sum(
        finding.standing == "open" and is_at_least(finding.severity, fail_on)  # type: ignore[arg-type]
        for finding in findings
    )


def path_for_tools(path: str) -> str:
    """Return a path as tools on every system write it: forward slashes, no `./` before it.

    >>> path_for_tools("./drafts/a.md"), path_for_tools("-")
    ('drafts/a.md', 'stdin')
    """
    if path == "-":
        return "stdin"
    return path.replace("\\", "/").removeprefix("./")
