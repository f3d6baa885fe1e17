"""Where an offset stands in the person's own file."""

from bisect import bisect_right

from provenance.model import Document, Place
from provenance.text import Span

__all__ = ["PlaceFinder"]


class PlaceFinder:
    """Finds line and column (from 1) of an offset into a document's text, in the file as decoded."""

    def __init__(self, document: Document) -> None:
        self._offsets = document.offsets
        source = document.text if document.source is None else document.source
        self._line_starts = [0]
        position = source.find("\n")
        while position >= 0:
            self._line_starts.append(position + 1)
            position = source.find("\n", position + 1)

    def find(self, offset: int) -> Place:
        """Return the place of a code point offset into the document's text."""
        if self._offsets is not None:
            offset = self._offsets.to_source(Span(offset, offset + 1)).start
        line = bisect_right(self._line_starts, offset)
        return Place(line=line, column=offset - self._line_starts[line - 1] + 1)
