"""Prose notes in the styles of many writers, with a truth written by hand before they were parsed."""

from collections import Counter

import pytest

from support.prose_truth import PROSE, TrueNote, find_misses, read_truth

DOCUMENTS = [
    pytest.param(notes, id=f"{path.stem}: {heading}")
    for path in sorted(PROSE.glob("*.txt"))
    for heading, notes in read_truth(path).items()
]
LEAST_NOTES = 150


@pytest.mark.parametrize("notes", DOCUMENTS)
def test_every_field_is_as_its_writer_meant_it(notes: list[TrueNote]) -> None:
    assert list(find_misses(notes)) == []


def test_there_are_notes_enough_and_every_field_occurs() -> None:
    seen: Counter[str] = Counter()
    for document in DOCUMENTS:
        list(find_misses(document.values[0], seen))  # type: ignore[arg-type]
    assert seen["citations"] >= LEAST_NOTES
    assert min(seen[field] for field in ("title", "authors", "publisher", "date", "pages")) > 30
    assert min(seen[field] for field in ("accessed", "antecedent")) > 3
