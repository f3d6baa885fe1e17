"""Mending a draft: fixes in rounds, each proved before it counts, until nothing is left to fix. PURE.

A round makes all fixes that do not meet, reads the result again and proves it (`proof`). Where
the proof fails the fixes are halved until those are found that do harm: they are left out, with the
reason. A round changes the draft, so what was left out is tried again in the next one: the last
round changes nothing, and mending the mended draft would go the same way.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise

from provenance.validate.fix.changes import Change, Refused
from provenance.validate.fix.outcome import Left, Looked, Mended, Validate
from provenance.validate.fix.placed import PlacedEdits
from provenance.validate.fix.plan import Wish, plan_round, why_not
from provenance.validate.fix.proof import find_harm
from provenance.validate.fix.sheet import SPELLINGS, Sheet, open_sheet
from provenance.validate.records import DraftFinding

__all__ = ["MAX_ROUNDS", "mend"]

# A chain of fixes that wait for each other is two or three long; what takes more goes in circles.
MAX_ROUNDS = 12
# How often a draft may be read again while one round looks for the fixes that do harm.
_MAX_PROOFS = 120
_IN_CIRCLES = "its fix and others undo each other"
_MEETS = "its fix meets another one"
_TOO_MANY = "too many fixes of this draft do harm: fix them one by one"
_STILL_THERE = "it would be found again after its fix"


def mend(
    looked: Looked,
    validate: Validate,
    *,
    unsafe: bool = False,
    only: Collection[str] | None = None,
) -> Mended:
    """Return the draft with all the fixes that can be proved.

    `validate` reads and validates bytes as the same document by the same rules. Unsafe fixes are
    made where `unsafe` says so, and only those of the findings with the fingerprints in `only`
    where it is not None. Nothing is written anywhere.
    """
    wish = Wish(unsafe, None if only is None else set(only))
    fixed: list[DraftFinding] = []
    seen = {looked.data: 0}
    states: list[tuple[Looked, int]] = [(looked, 0)]
    for rounds in range(1, MAX_ROUNDS + 1):
        current = states[-1][0]
        one = _Round(current, validate)
        one.settle(plan_round(current.findings, wish))
        if one.after is current:
            return _mended(current, fixed, one.reasons, wish, rounds)
        fixed += one.accepted
        wish = _without_fixed(wish, one.accepted)
        if one.after.data in seen:
            return _stop_circling(states, seen[one.after.data], fixed, wish, rounds)
        seen[one.after.data] = len(states)
        states.append((one.after, len(fixed)))
    return _mended(states[-1][0], fixed, {}, wish, MAX_ROUNDS)


def _without_fixed(wish: Wish, fixed: Sequence[DraftFinding]) -> Wish:
    """A fingerprint counts equal words: the next of them takes over that of what was fixed."""
    if wish.only is None:
        return wish
    return wish._replace(only=set(wish.only) - {finding.fingerprint for finding in fixed})


def _stop_circling(
    states: list[tuple[Looked, int]], index: int, fixed: list[DraftFinding], wish: Wish, rounds: int
) -> Mended:
    """Go back to where the circle began: what was fixed in it is not fixed."""
    looked, count = states[index]
    circling = {(finding.rule, finding.message) for finding in fixed[count:]}
    reasons = {
        finding.fingerprint: _IN_CIRCLES
        for finding in looked.findings
        if (finding.rule, finding.message) in circling
    }
    return _mended(looked, fixed[:count], reasons, wish, rounds)


def _mended(
    looked: Looked,
    fixed: Sequence[DraftFinding],
    reasons: dict[str, str],
    wish: Wish,
    rounds: int,
) -> Mended:
    left = tuple(
        Left(finding, reasons.get(finding.fingerprint) or why_not(finding, wish) or _MEETS)
        for finding in looked.findings
        if finding.standing == "open"
    )
    return Mended(looked.data, tuple(fixed), left, rounds, looked)


class _Round:
    """One round over a draft: `accepted` are the fixes that were proved, together, in `after`."""

    def __init__(self, looked: Looked, validate: Validate) -> None:
        self.accepted: list[DraftFinding] = []
        self.after: Looked = looked
        self.reasons: dict[str, str] = {}
        self._before = looked
        self._validate = validate
        self._changes: list[Change] = []
        self._proofs = 0

    def settle(self, findings: Sequence[DraftFinding]) -> None:
        """Make as many of these fixes as can be proved."""
        if not findings:
            return
        sheet = open_sheet(self._before.data, self._before.draft.parsed.document)
        if isinstance(sheet, Refused):
            self.reasons = dict.fromkeys((each.fingerprint for each in findings), sheet.reason)
            return
        able = [finding for finding in findings if not self._is_refused(sheet, finding)]
        waiting: list[tuple[int, list[DraftFinding]]] = [(0, able)]
        while waiting:
            spelling, group = waiting.pop()
            if not group:
                continue
            harm = self._try(sheet, group, spelling)
            if harm is None:
                continue
            if len(group) > 1:
                half = len(group) // 2
                waiting += [(spelling, group[half:]), (spelling, group[:half])]
            elif spelling + 1 < SPELLINGS:
                waiting.append((spelling + 1, group))
            else:
                self.reasons.setdefault(group[0].fingerprint, harm)

    def _is_refused(self, sheet: Sheet, finding: DraftFinding) -> bool:
        found = _locate(sheet, finding, 0)
        if isinstance(found, Refused):
            self.reasons[finding.fingerprint] = found.reason
        return isinstance(found, Refused)

    def _try(self, sheet: Sheet, group: list[DraftFinding], spelling: int) -> str | None:
        """Make the fixes of a group beside those that are proved; return what is wrong with that."""
        changes: list[Change] = []
        for finding in group:
            found = _locate(sheet, finding, spelling)
            if isinstance(found, Refused):
                return found.reason
            changes += found
        if not changes:
            return _STILL_THERE
        if _overlap(both := [*self._changes, *changes]):
            return _MEETS
        if self._proofs >= _MAX_PROOFS:
            return _TOO_MANY
        self._proofs += 1
        after = self._validate(sheet.write(both))
        if after is None:
            return "the mended file could not be read any more"
        fixed = sorted([*self.accepted, *group], key=lambda one: one.start)
        harm = find_harm(self._before, after, fixed) or _still_there(
            self._before, after, group, fixed
        )
        if harm is None:
            self.accepted, self._changes, self.after = fixed, both, after
        return harm


def _locate(sheet: Sheet, finding: DraftFinding, spelling: int) -> list[Change] | Refused:
    changes: list[Change] = []
    for edit in finding.fix.edits if finding.fix else ():
        found = sheet.locate(edit, spelling)
        if isinstance(found, Refused):
            return found
        changes += found
    return changes


def _overlap(changes: Sequence[Change]) -> bool:
    """Tell whether two changes meet; several insertions at one place have no order either."""
    ordered = sorted(changes, key=lambda one: (one.part, one.start, one.end))
    return any(
        one.part == other.part and (other.start < one.end or one[:3] == other[:3])
        for one, other in pairwise(ordered)
    )


def _still_there(
    before: Looked, after: Looked, group: Sequence[DraftFinding], fixed: Sequence[DraftFinding]
) -> str | None:
    """A finding that its own fix does not cure would be fixed again and again."""
    edits = PlacedEdits(
        edit for each in fixed if each.fix for edit in each.fix.edits if not edit.in_target
    )
    found: dict[tuple[str, str, str], list[int]] = {}
    for one in after.findings:
        if one.standing == "open":
            words = after.draft.text[one.start : one.end]
            found.setdefault((one.rule, one.message, words), []).append(one.start)
    for finding in group:
        words = before.draft.text[finding.start : finding.end]
        starts = found.get((finding.rule, finding.message, words), ())
        first = finding.start + edits.push(finding.start)
        last = finding.start + edits.push(finding.end, is_behind=True)
        if any(first <= start <= last for start in starts):
            return _STILL_THERE
    return None
