"""Real documents against themselves, and against themselves without one note or with other numbers.

`PROVENANCE_LONG_TESTS` goes over every document, else every fifth and the Word files are compared.
"""

import os
import random
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.model import Note
from provenance.validate.compare import compare
from provenance.validate.compare_reading import Side, reading_of
from provenance.validate.compare_records import Reading
from support.compared import counts, without_note

CORPUS = os.environ.get("PROVENANCE_CORPUS")
_FORMATS = {".txt", ".md", ".rst", ".wiki", ".mediawiki", ".html", ".docx", ".pdf"}
_EVERY = 1 if os.environ.get("PROVENANCE_LONG_TESTS") else 5
_NOTES_A_DOCUMENT = 3
SEED = 20231215

pytestmark = pytest.mark.skipif(CORPUS is None, reason="$PROVENANCE_CORPUS is not set")


def documents() -> list[Path]:
    if CORPUS is None:
        return []
    folder = Path(CORPUS) / "corpus"
    found = sorted(path for path in folder.rglob("*") if path.suffix in _FORMATS)
    words = (path for path in found if path.suffix == ".docx")
    return list(dict.fromkeys([*found[::_EVERY], *words]))


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


@cache
def read(path: Path) -> Reading:
    return reading_of(parse_document(read_document(path.read_bytes(), path.name)), path.name)


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_a_document_against_itself_is_unchanged(path: Path) -> None:
    assert compare(read(path), read(path)).is_empty


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_a_document_without_one_note_has_lost_exactly_that(path: Path) -> None:
    reading = read(path)
    if not reading.notes:
        pytest.skip("it has no notes")
    rng = random.Random(SEED)
    for _ in range(_NOTES_A_DOCUMENT):
        place = rng.randrange(len(reading.notes))
        gone = reading.notes[place]
        found = compare(reading, without_note(reading, place))
        assert [(note.changes, note.old and note.old.id) for note in found.notes] == [
            (("dropped",), gone.id)
        ]
        leaning = {
            claim.id
            for claim in reading.claims
            if gone.id in {mark.note_id for mark in claim.markers}
        }
        assert {claim.old.id for claim in found.claims if claim.old} <= leaning
        assert {word for claim in found.claims for word in claim.changes} <= {"recited"}
        back = compare(without_note(reading, place), reading)
        assert [(note.changes, note.new and note.new.id) for note in back.notes] == [
            (("added",), gone.id)
        ]
        only_here = {each.thing for each in Side(reading).cited[gone.id] if each.thing} - set(
            Side(without_note(reading, place)).by_thing
        )
        assert len(found.sources_lost) == len(back.sources_gained) == len(only_here)


# Numbers of the same length, so that every place in a note stays where it is.
_OTHER = str.maketrans("0123456789", "9876543210")


def renumbered(note: Note) -> Note:
    other = note.label.translate(_OTHER)
    printed = note.text[: len(note.label) + 3].replace(note.label, other, 1)
    return replace(note, label=other, text=printed + note.text[len(printed) :])


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_a_document_with_other_numbers_is_renumbered_and_nothing_else(path: Path) -> None:
    reading = read(path)
    other = replace(
        reading, sha256=f"{reading.sha256[:-1]}x", notes=tuple(map(renumbered, reading.notes))
    )
    changed = sum(a.label != b.label for a, b in zip(reading.notes, other.notes, strict=True))
    assert counts(compare(reading, other)) == ({"notes_renumbered": changed} if changed else {})
