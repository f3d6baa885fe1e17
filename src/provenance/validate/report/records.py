"""What every report is made of: a document that was looked at, and where its findings stand. PURE."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.model import Document, Place
from provenance.text import Span
from provenance.validate.draft import Draft
from provenance.validate.fix.changes import Refused
from provenance.validate.fix.textual import TextSheet
from provenance.validate.records import DraftFinding, Fix, is_at_least

__all__ = [
    "ReportedDocument",
    "SourceEdit",
    "SourceLines",
    "Unread",
    "count_failures",
    "path_for_tools",
]

# What a format could read as its own signs. A replacement without these reads as it is written.
_SIGNS = {
    "text": None,
    "html": None,  # spelled with references
    "markdown": lazy_pattern(r"[\\`*<>\[\]&|~]"),
    "rst": lazy_pattern(r"[\\*`_|<>]"),
    "wikitext": lazy_pattern(r"[\[\]{}|=<>'~&]"),
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

    def edits_of(self, fix: Fix) -> list[SourceEdit] | None:
        """Return a fix as edits of the file itself, in order; None where that cannot be said for sure.

        Places are found as `--fix` finds them; it also proves what comes out by reading it again,
        which is too slow here, so that a replacement may hold none of the format's own signs.
        """
        form = self._document.format
        if not self.has_lines or form not in _SIGNS:
            return None
        signs = _SIGNS[form]
        sheet = TextSheet(b"", self._document, self.source, "utf-8", [])
        found: list[SourceEdit] = []
        for edit in fix.edits:
            changes = sheet.locate(edit, 0)
            if isinstance(changes, Refused) or (
                signs is not None and not edit.in_target and signs.search(edit.replacement)
            ):
                return None
            found += (SourceEdit(Span(one.start, one.end), one.words) for one in changes)
        return sorted(found)


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
