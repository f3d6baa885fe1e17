"""Where an offset stands in the person's own file."""

from bisect import bisect_right

from provenance.model import Document, Place
from provenance.text import Span

__all__ = ["PlaceFinder", "describe_place"]


class PlaceFinder:
    """Finds the place of an offset into a document's text, in the file that a person handed over.

    Line and column (from 1) of the file as decoded; where the format has no lines, what
    its reader said instead.
    """

    def __init__(self, document: Document) -> None:
        self._places = document.places
        self._offsets = document.offsets
        source = document.text if document.source is None else document.source
        self._line_starts = [0]
        position = source.find("\n")
        while position >= 0:
            self._line_starts.append(position + 1)
            position = source.find("\n", position + 1)

    def find(self, offset: int) -> Place:
        """Return the place of a code point offset into the document's text."""
        if self._places:
            index = bisect_right(self._places, offset, key=lambda at: at.start) - 1
            return self._places[max(0, index)].place
        if self._offsets is not None:
            offset = self._offsets.to_source(Span(offset, offset + 1)).start
        line = bisect_right(self._line_starts, offset)
        return Place(line=line, column=offset - self._line_starts[line - 1] + 1)


def describe_place(place: Place) -> str:
    """Say a place in the words of messages.

    >>> describe_place(Place(line=3, column=14)), describe_place(Place(paragraph=2, note=12))
    ('3:14', 'note 12, paragraph 2')
    """
    if place.line is not None:
        return f"{place.line}:{place.column}"
    named = (("page", place.page), ("note", place.note), ("paragraph", place.paragraph))
    return ", ".join(f"{word} {value}" for word, value in named if value is not None)
