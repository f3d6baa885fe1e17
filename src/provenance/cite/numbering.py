"""Findings about numbers: markers without a note, notes without a marker, slips in a list's numbering."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from provenance.cite.rules import find_fault
from provenance.model import Claim, Finding, Note

__all__ = ["find_numbering"]

_OF_COUNTING = frozenset({"FN004", "FN005"})


def find_numbering(
    claims: Sequence[Claim], notes: Sequence[Note], *, is_counted: bool = True
) -> list[Finding]:
    """Return what is wrong between markers and notes, markers first, then list by list.

    Where the numbers are names and count nothing (`is_counted` False, as in Markdown),
    gaps and order are no faults.
    """
    lists: dict[str, list[Note]] = {}
    for note in notes:
        lists.setdefault(note.list, []).append(note)
    findings = list(_unanswered_markers(claims, lists))
    marked = {marker.note_id for claim in claims for marker in claim.markers}
    labels_unanswered = {finding.label for finding in findings}
    for listed in lists.values():
        answered = {note.label for note in listed if note.id in marked} | labels_unanswered
        faults = _faults_of_notes(listed, answered)
        findings += [fault for fault in faults if is_counted or fault.rule not in _OF_COUNTING]
    return findings


def _unanswered_markers(
    claims: Sequence[Claim], lists: Mapping[str, Sequence[Note]]
) -> Iterator[Finding]:
    last_places: dict[str, dict[str, int]] = {}
    for name, listed in lists.items():
        for note in listed:
            last_places.setdefault(note.label, {})[name] = note.start
    for marker in (marker for claim in claims for marker in claim.markers):
        if marker.note_id is not None:
            continue
        place = (marker.label, marker.start, marker.end)
        places = last_places.get(marker.label, {})
        fitting = [name for name, start in places.items() if start > marker.start]
        if len(fitting) > 1:
            message = f"marker [{marker.label}] fits a note in each of: {', '.join(fitting)}"
            yield find_fault("FN006", message, *place)
        else:
            yield find_fault("FN001", f"marker [{marker.label}] has no note", *place)


def _faults_of_notes(notes: Sequence[Note], answered: set[str | None]) -> Iterator[Finding]:
    """Notes of one list: without a marker, doubled, behind a gap, out of order, empty."""
    times = Counter(note.label for note in notes)
    gaps = _gaps_of(times)
    highest = 0
    for note in notes:
        place = (note.label, note.start, note.end)
        if note.label not in answered:
            yield find_fault("FN002", f"note [{note.label}] has no marker", *place)
        if times[note.label] > 1:
            message = f"{times[note.label]} notes are numbered [{note.label}]"
            yield find_fault("FN003", message, *place)
        if gap := gaps.pop(note.label, None):
            yield find_fault("FN004", gap, *place)
        if note.label.isdigit() and int(note.label) < highest:
            message = f"note [{note.label}] stands behind note [{highest}]"
            yield find_fault("FN005", message, *place)
        highest = max(highest, int(note.label)) if note.label.isdigit() else highest
        if not note.citations:
            yield find_fault("FN008", f"note [{note.label}] is empty", *place)


def _gaps_of(times: Mapping[str, int]) -> dict[str, str]:
    """For the first label behind each gap, what is missing before it."""
    numbers = sorted({int(label) for label in times if label.isdigit()})
    gaps = {}
    for before, number in pairwise(numbers):
        if number == before + 2:
            gaps[str(number)] = f"there is no note [{before + 1}]"
        elif number > before + 2:
            gaps[str(number)] = f"there are no notes [{before + 1}] to [{number - 1}]"
    return gaps
