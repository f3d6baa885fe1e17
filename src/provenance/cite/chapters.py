"""Chapters whose notes stand together at the end, each list with its own `1`.

Two lists side by side that both hold a label leave it open which one a marker means.
Unless the body's markers begin anew as often as there are lists: then the first
round belongs to the first list, the second round to the second.
"""

from collections.abc import Sequence

from provenance.cite.notes import NoteList, body_spans
from provenance.cite.pairing import SignReader
from provenance.text import Span

__all__ = ["find_bodies"]

# How much of each list the markers of its round must name, and of a round its list must hold.
_COVERED = 0.5
_HELD = 0.8


def find_bodies(reader: SignReader, lists: Sequence[NoteList]) -> list[Span]:
    """Return the body before each list; one before lists that stand side by side is divided among them."""
    bodies = body_spans(reader.text, lists)
    divided = list(bodies)
    for first, last in _groups_of(reader, bodies, lists):
        rounds = _rounds_of(reader, bodies[first], lists[first])
        group = lists[first:last]
        if len(rounds) == len(group) and all(map(_fits, rounds, group)):
            divided[first:last] = _divide(reader.text, bodies[first], rounds)
    return divided


def _way_of(one: NoteList) -> tuple[str, str, str]:
    return (one.marked_by, one.kind, one.family)


def _groups_of(
    reader: SignReader, bodies: Sequence[Span], lists: Sequence[NoteList]
) -> list[tuple[int, int]]:
    """The stretches `lists[first:last]` of lists alike that no marker stands between."""
    groups, first = [], 0
    for index in range(1, len(lists) + 1):
        goes_on = (
            index < len(lists)
            and _way_of(lists[index]) == _way_of(lists[first])
            and not _marks_in(reader, bodies[index], lists[first])
        )
        if not goes_on:
            if index - first > 1:
                groups.append((first, index))
            first = index
    return groups


def _marks_in(reader: SignReader, span: Span, one: NoteList) -> Sequence[tuple[int, int]]:
    return reader.numbered(one.marked_by, one.kind, one.family, span)


def _rounds_of(reader: SignReader, body: Span, one: NoteList) -> list[list[tuple[int, int]]]:
    """The markers of a body, cut where they begin anew with 1."""
    rounds: list[list[tuple[int, int]]] = []
    for mark in _marks_in(reader, body, one):
        if not rounds or (mark[1] == 1 and rounds[-1][-1][1] > 1):
            rounds.append([])
        rounds[-1].append(mark)
    return rounds


def _fits(marks: Sequence[tuple[int, int]], one: NoteList) -> bool:
    said = {number for _, number in marks}
    held = {note.number for note in one.notes}
    both = len(said & held)
    return both >= len(held) * _COVERED and both >= len(said) * _HELD


def _divide(text: str, body: Span, rounds: Sequence[Sequence[tuple[int, int]]]) -> list[Span]:
    """One span a round, each from the line of its first marker on."""
    cuts = [text.rfind("\n", body.start, marks[0][0]) + 1 for marks in rounds[1:]]
    starts = [body.start, *(max(cut, body.start) for cut in cuts)]
    return [Span(start, end) for start, end in zip(starts, [*starts[1:], body.end], strict=True)]
