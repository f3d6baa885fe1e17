"""Citations that are dated later than the document that cites them: shared by FN210 and FN211. PURE."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from provenance.formats.dates import find_dates
from provenance.validate.descriptions import PrintedDate, printed_dates
from provenance.validate.draft import Draft, once_a_draft

__all__ = ["LateDates", "find_late_dates"]

# Time zones: the evening of one day is the next morning elsewhere.
_TOLERANCE = timedelta(days=1)
_MASTHEAD_CHARS = 3000
# A document that cites so many later things was carried on after the day that it says it is of.
_MOST_SLIPS = 3


class LateDates(NamedTuple):
    """The dates of citations after the data cutoff (but not after publication), and after publication."""

    after_cutoff: Sequence[PrintedDate] = ()
    after_publication: Sequence[PrintedDate] = ()


@once_a_draft
def find_late_dates(draft: Draft) -> LateDates:
    """Return the citations that are too late; none where the document's own dates are not sure.

    A day of publication counts only where the reader sees it at the top of the text or in the title: what
    a file says of itself unseen may be the day on which a living page was begun. Where the top names a
    later day too ("Updated March 12"), that one counts.
    """
    metadata = draft.parsed.document.metadata
    cutoff, published = metadata.data_cutoff, metadata.published
    if not (cutoff or published) or not any(one.citation.date for one in draft.cited):
        return LateDates()
    top = f"{metadata.title or ''}\n{draft.text[: _end_of_top(draft)]}"
    printed = {found.iso for found in find_dates(top)}
    dates = [each for each in printed_dates(draft) if each.role == "date"]
    after_publication: list[PrintedDate] = []
    if published in printed:
        last = max(printed)
        after_publication = [each for each in dates if _is_after(each.iso, last)]
    after_cutoff = [
        each
        for each in dates
        if cutoff and _is_after(each.iso, cutoff) and each not in after_publication
    ]
    return LateDates(_few(after_cutoff), _few(after_publication))


def _end_of_top(draft: Draft) -> int:
    """Where the first claim or note begins: days named there are those of events and sources."""
    first = [each[0].start for each in (draft.parsed.claims, draft.parsed.notes) if each]
    return min([_MASTHEAD_CHARS, *first])


def _is_after(iso: str, last: str) -> bool:
    return date.fromisoformat(iso) > date.fromisoformat(last) + _TOLERANCE


def _few(dates: Sequence[PrintedDate]) -> Sequence[PrintedDate]:
    return dates if len(dates) <= _MOST_SLIPS else ()
