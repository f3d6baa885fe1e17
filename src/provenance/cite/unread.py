"""Lists that are seen but not read: so that no document's notes are silently none.

Labels such as `[i]`, `[a]` and `¹` are also roots, list letters and units in any
text, and are not read as notes; where several of them begin lines, or a heading
promises notes and none are found below it, a person is told.
"""

import re
from collections.abc import Iterator, Sequence

from provenance.cite.chains import HEADING_WORDS
from provenance.cite.patterns import lazy_pattern
from provenance.cite.rules import find_fault
from provenance.model import Finding, Note

__all__ = ["find_unread_lists"]

_UNREAD = (
    ("roman numbers", lazy_pattern(r"^[^\S\n]{0,8}\[(?P<label>[ivxlcdm]{1,8})\](?=[^\S\n]*\S)", re.MULTILINE)),
    ("letters", lazy_pattern(r"^[^\S\n]{0,8}\[(?P<label>[a-zA-Z])\](?=[^\S\n]*\S)", re.MULTILINE)),
    ("raised numbers", lazy_pattern(r"^[^\S\n]{0,8}(?P<label>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})(?=[^\S\n]*\S)", re.MULTILINE)),
    ("symbols", lazy_pattern(r"^[^\S\n]{0,8}(?P<label>[†‡]{1,3})(?=[^\S\n]*\S)", re.MULTILINE)),
)  # fmt: skip
_HEADING_LINE = lazy_pattern(
    rf"^(?:#{{1,6}} {{0,4}}|[ \t\u00a0]{{0,8}})(?P<heading>{HEADING_WORDS})(?:[^\S\n]{{0,8}}:)?[^\S\n]*\n\s*(?=\S)",
    re.IGNORECASE | re.MULTILINE,
)
_MIN_LABELS = 2


def find_unread_lists(text: str, notes: Sequence[Note]) -> list[Finding]:
    """Return a finding for each list that looks like notes and is not among those that were read."""
    found = list(_lists_of_other_labels(text, notes))
    if notes or found:
        return found
    return [
        find_fault(
            "FN010",
            f"below “{match['heading']}” stand no notes that can be read",
            None,
            *match.span("heading"),
        )
        for match in _HEADING_LINE.finditer(text)
    ][-1:]


def _lists_of_other_labels(text: str, notes: Sequence[Note]) -> Iterator[Finding]:
    seen: set[int] = {note.start for note in notes}
    for numbered_by, pattern in _UNREAD:
        matches = [
            match
            for match in pattern.finditer(text)
            if seen.isdisjoint((match.start("label"), match.start("label") - 1))
        ]
        labels = {match["label"] for match in matches}
        if len(labels) >= _MIN_LABELS:
            first = matches[0]
            seen.update(match.start("label") - 1 for match in matches)
            message = f"{len(matches)} lines are numbered by {numbered_by}, and not read as notes"
            yield find_fault("FN010", message, first["label"], *first.span("label"))
