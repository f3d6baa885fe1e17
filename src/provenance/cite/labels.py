"""Labels: every `[12]` in a text, whether it marks a claim or begins a note.

Digits of any script and wide brackets count too: `[١٢]`, `［12］`, `【12】`.
"""

from itertools import islice
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.errors import UnreadableDocument

__all__ = ["LabelAt", "read_labels"]

_LABEL = lazy_pattern(r"[\[［【](\d{1,4})[\]］】]")
_MAX_INDENT = 80
# More bracketed numbers than any document has: the longest real one counted has 1,100.
_MAX_LABELS = 200_000


class LabelAt(NamedTuple):
    """A label: `start` and `end` include the brackets, `number` is what the label counts."""

    label: str
    start: int
    end: int
    begins_line: bool
    number: int


def read_labels(text: str) -> list[LabelAt]:
    """Return every bracketed number in the text, in order.

    Raises:
        UnreadableDocument: more of them than any document has.
    """
    labels = [
        LabelAt(
            match[1], match.start(), match.end(), _begins_line(text, match.start()), int(match[1])
        )
        for match in islice(_LABEL.finditer(text), _MAX_LABELS + 1)
    ]
    if len(labels) > _MAX_LABELS:
        raise UnreadableDocument(
            f"more than {_MAX_LABELS:,} bracketed numbers: this is no document with notes",
            hint="is it the right file?",
        )
    return labels


def _begins_line(text: str, offset: int) -> bool:
    # an indent deeper than this is no indent; without a bound a line of blanks costs its square
    for _ in range(_MAX_INDENT):
        if not offset or text[offset - 1] not in " \t\u00a0\ufeff|":
            break
        offset -= 1
    return not offset or text[offset - 1] == "\n"
