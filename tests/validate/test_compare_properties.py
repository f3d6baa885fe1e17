"""What holds of every comparison, whatever the drafts: against itself, turned around, renumbered, moved."""

import json
import os
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.validate.compare import compare
from provenance.validate.compare_records import Comparison, Reading
from support.cite_builders import patient
from support.compared import Said, a_draft, changed, counts, read, without_note
from support.growth import assert_grows_in_step

NOTES = (
    *(f"https://host{n}.example/page/{n}" for n in range(6)),
    "https://social.example/@orrin/status/1759102265; https://social.example/@orrin/status/1759102266",
    "Author’s database of river stops. Available by request.",
    "Interview with a ferryman, Ouldane, March 1, 2024.",
    "Meridian Group, “Who Pays at the Ford,” February 23, 2024, available by subscription at www.meridian.example",
    "https://host1.example/page/1; https://cut.example/2024/03/a-long-addr...",
)
WORDS = ("barges", "tolls", "fords", "guards", "night", "grain", "quay", "Orrin", "two", "ten")
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=3, max_size=8).map(
    lambda words: f"They saw {' '.join(words)} there."
)
SAID = st.builds(Said, SENTENCES, st.lists(st.sampled_from(NOTES), max_size=3).map(tuple))
DRAFTS = st.lists(SAID, max_size=9)
# One draft and a later one that shares much with it: cut, put in, reordered, rewritten.
PAIRS = DRAFTS.flatmap(
    lambda said: st.tuples(
        st.just(said),
        st.lists(st.one_of(st.sampled_from(said), SAID) if said else SAID, max_size=9),
    )
)


def plain(found: Comparison) -> Any:
    return msgspec.json.decode(msgspec.json.encode(found))


def turned(found: Comparison) -> object:
    """What a comparison says, told from the other side; the order of the texts left out."""
    words = {"added": "dropped", "dropped": "added", "gone": "new", "new": "gone"}
    keys = {"new": "old", "gained": "lost", "lost": "gained", "old": "new",
             "sources_gained": "sources_lost", "sources_lost": "sources_gained",
             "notes_added": "notes_dropped", "notes_dropped": "notes_added",
             "claims_added": "claims_dropped", "claims_dropped": "claims_added"}  # fmt: skip

    def turn(value: object) -> object:
        if isinstance(value, dict):
            made = {keys.get(key, key): turn(inner) for key, inner in value.items()}
            for key in ("changes", "op"):
                if isinstance(made.get(key), list):
                    made[key] = sorted(words.get(each, each) for each in made[key])
                elif key in made:
                    made[key] = words.get(made[key], made[key])
            return made
        return [turn(each) for each in value] if isinstance(value, list) else value

    return unordered(turn(plain(found)))


def unordered(value: object) -> object:
    """Lists as what is in them: which comes first follows the order of the new side."""
    if isinstance(value, dict):
        return {key: unordered(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted(map(unordered, value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


@patient
@given(DRAFTS)
def test_every_draft_is_unchanged_against_itself(said: list[Said]) -> None:
    text = a_draft(said)
    assert changed(text, text).is_empty


@patient
@given(PAIRS)
def test_a_comparison_turned_around_exchanges_gained_and_lost(
    pair: tuple[list[Said], list[Said]],
) -> None:
    old, new = (read(a_draft(said), "draft.txt") for said in pair)
    assert turned(compare(old, new)) == unordered(plain(compare(new, old)))


@patient
@given(PAIRS)
def test_counts_are_those_of_what_is_listed_and_nothing_is_there_twice(
    pair: tuple[list[Said], list[Said]],
) -> None:
    found = changed(*map(a_draft, pair))
    olds = [note.old.id for note in found.notes if note.old]
    news = [note.new.id for note in found.notes if note.new]
    assert len(olds) == len(set(olds))
    assert len(news) == len(set(news))
    summary = found.summary
    assert found.new.notes - found.old.notes == summary.notes_added - summary.notes_dropped
    assert found.new.claims - found.old.claims == summary.claims_added - summary.claims_dropped
    assert found.new.sources - found.old.sources == summary.sources_gained - summary.sources_lost
    assert (not found.is_empty) == bool(counts(found))


@patient
@given(DRAFTS, st.integers(2, 80))
def test_other_numbers_alone_are_reported_as_renumbered_and_nothing_else(
    said: list[Said], first: int
) -> None:
    found = changed(a_draft(said), a_draft(said, first=first))
    notes = sum(len(each.notes) for each in said)
    assert counts(found) == ({"notes_renumbered": notes} if notes else {})


@patient
@given(st.data())
def test_paragraphs_in_another_order_gain_and_lose_nothing(data: st.DataObject) -> None:
    said = data.draw(st.lists(SAID, max_size=9, unique_by=lambda each: each.sentence))
    other = data.draw(st.permutations(said))
    found = changed(a_draft(said), a_draft(other))
    assert set(counts(found)) <= {"notes_renumbered", "claims_moved"}
    cited = [each for each in said if each.notes]
    if [each for each in other if each.notes] == cited:
        assert "claims_moved" not in counts(found)


@patient
@given(DRAFTS.filter(lambda said: any(each.notes for each in said)), st.data())
def test_a_note_that_is_left_out_is_one_note_dropped(said: list[Said], data: st.DataObject) -> None:
    reading = read(a_draft(said))
    place = data.draw(st.integers(0, len(reading.notes) - 1))
    found = compare(reading, without_note(reading, place))
    assert [(note.changes, note.old and note.old.id) for note in found.notes] == [
        (("dropped",), reading.notes[place].id)
    ]
    assert {word for claim in found.claims for word in claim.changes} <= {"recited"}


def alike(count: int, word: str, every: int) -> str:
    """A long draft of sentences that resemble each other; each `every`-th one says something else."""
    return a_draft(
        [
            Said(
                f"On day {n} of the siege {word if n % every == 0 else 'the'} barges lay at quay {n % 97}.",
                (f"https://host{n % 400}.example/{word if n % every == 0 else 'page'}/{n}",),
            )
            for n in range(count)
        ]
    )


@pytest.mark.parametrize("every", [1, 3], ids=["all-rewritten", "a-third-rewritten"])
def test_a_very_long_draft_is_compared_in_time_that_grows_with_its_length(every: int) -> None:
    """A product of the lengths would be a hundredfold; the long one is behind `PROVENANCE_LONG_TESTS`."""
    few, many = (1_000, 9_000) if os.environ.get("PROVENANCE_LONG_TESTS") else (200, 1_600)

    def two_drafts(count: int) -> tuple[Reading, Reading]:
        return read(alike(count, "many", every)), read(alike(count, "few", every))

    def compare_both(drafts: tuple[Reading, Reading]) -> None:
        told = compare(*drafts).summary
        assert told.notes_recited + told.notes_added >= len(drafts[0].notes) // every // 2

    assert_grows_in_step(compare_both, two_drafts, few, many)
