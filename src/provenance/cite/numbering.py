"""Findings about numbers: markers without a note, notes without a marker, slips in a list's numbering."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import pairwise

from provenance.cite.printed import count_labels, write_number
from provenance.cite.rules import find_fault
from provenance.model import Claim, Finding, Note

__all__ = ["find_numbering"]

_OF_COUNTING = frozenset({"FN004", "FN005"})


def find_numbering(
    claims: Sequence[Claim],
    notes: Sequence[Note],
    *,
    is_counted: bool = True,
    marked_in_notes: Container[int] = (),
) -> list[Finding]:
    """Return what is wrong between markers and notes, markers first, then list by list.

    Where the numbers are names and count nothing (`is_counted` False, as in Markdown),
    gaps and order are no faults. `marked_in_notes` are the starts of notes that another
    note refers to: those have a marker, though no claim's.
    """
    lists: dict[str, list[Note]] = {}
    for note in notes:
        lists.setdefault(note.list, []).append(note)
    findings = list(_unanswered_markers(claims, lists))
    marked = {marker.note_id for claim in claims for marker in claim.markers}
    labels_unanswered = {finding.label for finding in findings}
    for listed in lists.values():
        answered = labels_unanswered | {
            note.label for note in listed if note.id in marked or note.start in marked_in_notes
        }
        faults = list(_faults_of_notes(listed, answered))
        if sum(fault.rule == "FN002" for fault in faults) == len(listed) > 1:
            findings.append(_without_any_marker(listed, is_only=len(lists) == 1))
            faults = [fault for fault in faults if fault.rule != "FN002"]
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


def _without_any_marker(listed: Sequence[Note], *, is_only: bool) -> Finding:
    """One finding for all of them: a copy that lost its markers is one fault, and not hundreds."""
    first = listed[0]
    where = "" if is_only else f" of the list “{first.list}”"
    message = (
        f"none of the {len(listed)} notes{where} has a marker:"
        " did a copy lose them, or is it the list of another text?"
    )
    return find_fault("FN002", message, None, first.start, first.end)


def _faults_of_notes(notes: Sequence[Note], answered: set[str | None]) -> Iterator[Finding]:
    """Notes of one list: without a marker, doubled, behind a gap, out of order, empty."""
    times = Counter(note.label for note in notes)
    counted = count_labels([note.label for note in notes])
    gaps = _gaps_of(notes, counted)
    highest, highest_label = 0, ""
    for note, number in zip(notes, counted, strict=True):
        place = (note.label, note.start, note.end)
        if note.label not in answered:
            yield find_fault("FN002", f"note [{note.label}] has no marker", *place)
        if times[note.label] > 1:
            message = f"{times[note.label]} notes are numbered [{note.label}]"
            yield find_fault("FN003", message, *place)
        if gap := gaps.pop(note.label, None):
            yield find_fault("FN004", gap, *place)
        if number is not None and number < highest:
            message = f"note [{note.label}] stands behind note [{highest_label}]"
            yield find_fault("FN005", message, *place)
        if number is not None and number > highest:
            highest, highest_label = number, note.label
        if not note.citations:
            yield find_fault("FN008", f"note [{note.label}] is empty", *place)


def _gaps_of(notes: Sequence[Note], counted: Sequence[int | None]) -> dict[str, str]:
    """For the first label behind each gap, what is missing before it."""
    labels = {
        number: note.label
        for note, number in reversed(list(zip(notes, counted, strict=True)))
        if number is not None
    }
    gaps = {}
    for before, number in pairwise(sorted(labels)):
        label = labels[number]
        if number == before + 2:
            gaps[label] = f"there is no note [{_spell(before + 1, label)}]"
        elif number > before + 2:
            first, last = _spell(before + 1, label), _spell(number - 1, label)
            gaps[label] = f"there are no notes [{first}] to [{last}]"
    return gaps


def _spell(number: int, like: str) -> str:
    """A missing label in the digits of the one behind the gap; of other labels their place in the list."""
    return write_number(number, like) if like.isdecimal() else f"no. {number}"
