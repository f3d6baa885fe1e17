"""What of a page is read: not its navigation, forms, comments and other furniture, but every note."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from provenance.cite.readers.html_index import PageIndex, hints_of
from provenance.cite.readers.html_notes import PageNotes
from provenance.formats.html import HtmlTag

__all__ = ["find_furniture"]

_SKIPPED = frozenset("nav footer form button select textarea option map math aside".split())
_SKIPPED_ROLES = frozenset({"navigation", "banner", "complementary", "contentinfo", "search"})
_NOTES_HINT = re.compile(r"footnote|endnote|references|fn", re.IGNORECASE)
_MAY_HOLD_NOTES = frozenset({"aside", "footer", "nav", "form"})


def find_furniture(index: PageIndex, notes: PageNotes) -> frozenset[int]:
    """Return the numbers of the tags that are left out with all that is in them.

    No tag that holds a note or a marker is: what looks like furniture and holds notes is read.
    """
    protected = sorted(
        [
            *(note.start for note in (*notes.notes, *notes.moved)),
            *(one.order for one in notes.markers),
        ]
    )
    return frozenset(
        order
        for order in index.tags()
        if _is_furniture(index.tag(order)) and not _any_in(protected, order, index.ends[order])
    )


def _is_furniture(tag: HtmlTag) -> bool:
    if tag.name not in _SKIPPED and str(tag.get("role") or "") not in _SKIPPED_ROLES:
        return False
    return not (tag.name in _MAY_HOLD_NOTES and _NOTES_HINT.search(hints_of(tag)))


def _any_in(orders: Sequence[int], start: int, end: int) -> bool:
    position = bisect_left(orders, start)
    return position < len(orders) and orders[position] < end
