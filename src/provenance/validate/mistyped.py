"""Numbers with a typing error that their places give away: of notes, and of markers. PURE."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from provenance.cite.printed import read_number
from provenance.model import Marker, Note
from provenance.validate.draft import Draft, once_a_draft
from provenance.validate.numbering import CountedList, numbered_lists, unanswered

__all__ = ["MistypedMarker", "MistypedNote", "find_mistyped_markers", "find_mistyped_notes"]


class MistypedNote(NamedTuple):
    """A note with another note's number, and the number that its place and a marker ask for."""

    note: Note
    wanted: int


class MistypedMarker(NamedTuple):
    """A marker that leads to a note which others name too, and the note that nothing names and its place asks for."""

    marker: Marker
    wanted: Note


@once_a_draft
def find_mistyped_notes(draft: Draft) -> Sequence[MistypedNote]:
    """Return the notes whose number another one has, where the number of their place is asked for in vain."""
    asked = {read_number(marker.label) for marker in unanswered(draft)}
    if not asked:
        return []
    found = []
    for listed in numbered_lists(draft):
        times = Counter(listed.numbers)
        numbered = zip(listed.numbers, listed.notes, strict=True)
        for (before, _), (number, note) in pairwise(numbered):
            if times[number] > 1 and before + 1 in asked and before + 1 not in times:
                found.append(MistypedNote(note, before + 1))
    return found


@once_a_draft
def find_mistyped_markers(draft: Draft) -> Sequence[MistypedMarker]:
    """Return the markers between [6] and [8] that are not [7], where nothing names note 7 and others name theirs."""
    return [found for listed in numbered_lists(draft) for found in _in_list(listed)]


def _in_list(listed: CountedList) -> list[MistypedMarker]:
    unnamed = {
        number: note
        for number, note in zip(listed.numbers, listed.notes, strict=True)
        if not listed.markers[note.id]
    }
    if not unnamed:
        return []
    markers = [marker for note in listed.notes for marker in listed.markers[note.id]]
    times = Counter(marker.start for marker in markers)
    markers.sort(key=lambda marker: marker.start)
    found = []
    for before, marker, after in zip(markers, markers[1:], [*markers[2:], None], strict=False):
        wanted = int(before.label) + 1
        is_last = after is None and wanted == max(listed.numbers)
        goes_on = after is not None and int(after.label) == wanted + 1
        is_alone = times[marker.start] == 1 and len(listed.markers[marker.note_id or ""]) > 1
        if wanted in unnamed and is_alone and (goes_on or is_last):
            found.append(MistypedMarker(marker, unnamed[wanted]))
    return found
