"""Which fixes are made together: those that are wished for, and of two that meet the first. PURE."""

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
    taken: list[Edit] = []
    for finding in sorted(wished, key=_place_of):
        edits = finding.fix.edits if finding.fix else ()
        if edits and not any(_meet(edit, other) for edit in edits for other in taken):
            chosen.append(finding)
            taken += edits
    return chosen


def _place_of(finding: DraftFinding) -> tuple[int, int, str]:
    edits = finding.fix.edits if finding.fix else ()
    return min((edit.start for edit in edits), default=finding.start), finding.end, finding.rule


def _meet(one: Edit, other: Edit) -> bool:
    """Tell whether two edits overlap or touch; a target and its words are two things."""
    if one.in_target != other.in_target:
        return False
    return one.start <= other.end and other.start <= one.end
