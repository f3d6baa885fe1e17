"""Which fixes are made together: those that are wished for, and of two that meet the first. PURE."""

import sys
from bisect import bisect_right, insort
from collections.abc import Collection, Sequence
from typing import NamedTuple

from provenance.validate.records import DraftFinding, Edit

__all__ = ["NO_FIX", "UNSAFE", "Wish", "plan_round", "why_not"]

NO_FIX = "only a person can mend it"
UNSAFE = "its fix needs a person's eye: --unsafe-fixes makes it"
_NOT_ASKED = "it was not asked for"


class Wish(NamedTuple):
    """What is to be fixed: unsafe fixes too, and only the findings with these fingerprints (None: all)."""

    unsafe: bool = False
    only: Collection[str] | None = None


def why_not(finding: DraftFinding, wish: Wish) -> str | None:
    """Return why a finding is not to be fixed; None where it is."""
    if finding.standing != "open":
        return finding.reason or finding.standing
    if finding.fix is None:
        return NO_FIX
    if wish.only is not None and finding.fingerprint not in wish.only:
        return _NOT_ASKED
    return None if finding.fix.safe or wish.unsafe else UNSAFE


def plan_round(findings: Sequence[DraftFinding], wish: Wish) -> list[DraftFinding]:
    """Return the findings that are fixed in one round, in the order of the text.

    Of two whose edits meet the first in the text comes first; the other waits for the next round,
    when it is found anew (or not any more).
    """
    wished = [finding for finding in findings if why_not(finding, wish) is None]
    chosen: list[DraftFinding] = []
    # of words and of targets apart: a target and its words are two things
    taken: dict[bool, list[tuple[int, int]]] = {False: [], True: []}
    for finding in sorted(wished, key=_place_of):
        edits = finding.fix.edits if finding.fix else ()
        if edits and not any(_meets(edit, taken[edit.in_target]) for edit in edits):
            chosen.append(finding)
            for edit in edits:
                insort(taken[edit.in_target], (edit.start, edit.end))
    return chosen


def _place_of(finding: DraftFinding) -> tuple[int, int, str]:
    edits = finding.fix.edits if finding.fix else ()
    return min((edit.start for edit in edits), default=finding.start), finding.end, finding.rule


def _meets(edit: Edit, taken: Sequence[tuple[int, int]]) -> bool:
    """Tell whether an edit overlaps or touches one of those taken, which do not overlap and are in order."""
    before = bisect_right(taken, (edit.end, sys.maxsize))
    return before > 0 and taken[before - 1][1] >= edit.start
