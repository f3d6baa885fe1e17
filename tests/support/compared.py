"""Drafts made of sentences and notes, and readings of them, for tests of what changed between two."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from provenance.validate.compare import compare
from provenance.validate.compare_reading import reading_of
from provenance.validate.compare_records import CitationSide, Comparison, Reading
from support.cite_builders import parse_text


class Said(NamedTuple):
    """A sentence, and the texts of the notes that its markers lead to."""

    sentence: str
    notes: tuple[str, ...]


def a_draft(
    said: Sequence[Said], *, numbers: Mapping[int, int] | None = None, first: int = 1
) -> str:
    """Return a draft, a paragraph a sentence; notes are numbered as they come, equal ones too.

    `numbers` gives notes other numbers than their turn, `first` is the number of the first.
    """
    turn = first - 1
    body: list[str] = []
    entries: dict[int, str] = {}
    for each in said:
        marks = ""
        for note in each.notes:
            turn += 1
            number = (numbers or {}).get(turn, turn)
            entries[number] = note
            marks += f"[{number}]"
        body.append(f"{each.sentence}{marks}")
    listed = "\n\n".join(f"[{number}] {entries[number]}" for number in sorted(entries))
    return (
        "A Short Update\n\nBy Ada Writer\n\n" + "\n\n".join(body) + f"\n\nReferences\n\n{listed}\n"
    )


def read(text: str, name: str = "draft.txt") -> Reading:
    """Return a draft's text as one side of a comparison."""
    return reading_of(parse_text(text, name), name)


def changed(old: str, new: str) -> Comparison:
    """Compare two drafts given as text."""
    return compare(read(old, "old.txt"), read(new, "new.txt"))


def counts(found: Comparison) -> dict[str, int]:
    """Return the counts that are not zero."""
    names = found.summary.__struct_fields__
    return {name: number for name in names if (number := getattr(found.summary, name))}


def urls(citations: Iterable[CitationSide]) -> list[str | None]:
    """Return what is cited, by its address or else its words."""
    return [each.url or each.raw for each in citations]


def without_note(reading: Reading, place: int) -> Reading:
    """Return a reading without one of its notes; its markers lead nowhere, all others stay."""
    gone = reading.notes[place].id
    claims = tuple(
        replace(claim, markers=tuple(mark for mark in claim.markers if mark.note_id != gone))
        for claim in reading.claims
    )
    kept = {key: found for key, found in reading.source_map.source_ids.items() if key[0] != gone}
    return replace(
        reading,
        sha256=f"{reading.sha256[:-1]}x",
        claims=claims,
        notes=tuple(note for note in reading.notes if note.id != gone),
        source_map=replace(reading.source_map, source_ids=kept),
    )
