"""What changed between two drafts: small stories, each with all that is to be said of it."""

import pytest

from provenance.validate.compare import compare
from provenance.validate.compare_words import differing_words, fold
from support.compared import Said, a_draft, changed, counts, read, urls

TOLL = Said("The toll at the ford was doubled on Monday.", ("https://tolls.example/doubled",))
BARGES = Said("Two barges were stopped below the ford.", ("https://barges.example/stopped",))
GUARD = Said(
    "The guard let grain pass at night.", ("Interview with a guard, Ouldane, March 1, 2024.",)
)
REPORT = Said(
    "Three owners paid before they were let through.",
    (
        "Meridian Group, “Who Pays at the Ford,” February 23, 2024, available by subscription at www.meridian.example",
    ),
)
FERRY = Said(
    "The ferry has not run since the flood of last year.", ("https://ferry.example/timetable",)
)
ALL = (TOLL, BARGES, GUARD, REPORT)


def test_a_draft_against_itself_is_no_change() -> None:
    text = a_draft(ALL)
    found = changed(text, text)
    assert found.is_empty
    assert counts(found) == {}
    assert (found.old.notes, found.old.claims, found.old.sources) == (4, 4, 4)


def test_a_note_put_in_is_one_note_added_and_the_later_ones_renumbered() -> None:
    found = changed(a_draft(ALL), a_draft((TOLL, FERRY, BARGES, GUARD, REPORT)))
    assert counts(found) == {
        "notes_added": 1,
        "notes_renumbered": 3,
        "claims_added": 1,
        "sources_gained": 1,
    }
    added = [note.new for note in found.notes if note.old is None]
    assert [note.label for note in added if note] == ["2"]
    pairs = [(note.old.label, note.new.label) for note in found.notes if note.old and note.new]
    assert pairs == [("2", "3"), ("3", "4"), ("4", "5")]
    (claim,) = found.claims
    assert urls(claim.gained) == ["https://ferry.example/timetable"]
    assert not claim.stays


def test_a_note_taken_out_with_its_sentence_is_dropped_with_its_source() -> None:
    found = changed(a_draft(ALL), a_draft((TOLL, BARGES, REPORT)))
    assert counts(found) == {
        "notes_dropped": 1,
        "notes_renumbered": 1,
        "claims_dropped": 1,
        "sources_lost": 1,
    }
    (lost,) = found.sources_lost
    assert (lost.kind, lost.labels) == ("communication", ("3",))


def test_a_marker_that_goes_while_its_sentence_stays_is_told() -> None:
    bare = Said(BARGES.sentence, ())
    found = changed(a_draft(ALL), a_draft((TOLL, bare, GUARD, REPORT)))
    (dropped,) = [claim for claim in found.claims if claim.new is None]
    assert dropped.stays
    back = changed(a_draft((TOLL, bare, GUARD, REPORT)), a_draft(ALL))
    (added,) = [claim for claim in back.claims if claim.old is None]
    assert added.stays


def test_words_that_changed_under_the_same_note_are_shown_one_by_one() -> None:
    said = BARGES._replace(sentence="Three barges were stopped just below the ford.")
    found = changed(a_draft(ALL), a_draft((TOLL, said, GUARD, REPORT)))
    assert counts(found) == {"claims_reworded": 1}
    (claim,) = found.claims
    assert [(run.op, run.text) for run in claim.words] == [
        ("gone", "Two"),
        ("new", "Three"),
        ("same", " barges were stopped"),
        ("new", " just"),
        ("same", " below the ford."),
    ]


def test_a_sentence_that_says_something_else_under_the_same_note_is_reworded_not_replaced() -> None:
    said = BARGES._replace(sentence="Nobody knows whose cargo lies at Orrin quay.")
    found = changed(a_draft(ALL), a_draft((TOLL, said, GUARD, REPORT)))
    assert counts(found) == {"claims_reworded": 1}


def test_a_source_put_into_a_note_is_gained_by_every_claim_that_leans_on_it() -> None:
    old = a_draft(ALL)
    new = old.replace("barges.example/stopped", "barges.example/stopped; https://quay.example/log")
    found = changed(old, new)
    assert counts(found) == {"notes_recited": 1, "claims_recited": 1, "sources_gained": 1}
    (note,), (claim,) = found.notes, found.claims
    assert urls(note.gained) == urls(claim.gained) == ["https://quay.example/log"]
    assert not note.lost
    assert not claim.lost
    assert claim.new is not None
    assert claim.new.labels == ("2",)


def test_a_source_that_is_replaced_is_lost_and_gained_under_the_same_note() -> None:
    old = a_draft(ALL)
    found = changed(old, old.replace("https://barges.example/stopped", "https://quay.example/log"))
    assert counts(found) == {
        "notes_recited": 1,
        "claims_recited": 1,
        "sources_gained": 1,
        "sources_lost": 1,
    }
    (claim,) = found.claims
    assert urls(claim.lost) == ["https://barges.example/stopped"]
    assert urls(claim.gained) == ["https://quay.example/log"]


def test_a_claim_that_is_reworded_and_leans_on_something_else_keeps_its_note() -> None:
    other = Said("Three barges were stopped below the ford.", ("https://quay.example/log",))
    found = changed(a_draft(ALL), a_draft((TOLL, other, GUARD, REPORT)))
    assert counts(found) == {
        "notes_recited": 1,
        "claims_reworded": 1,
        "claims_recited": 1,
        "sources_gained": 1,
        "sources_lost": 1,
    }


def test_a_claim_that_goes_over_to_another_note_of_the_same_source_cites_what_it_did() -> None:
    two = Said("Both were let go on Tuesday, says the quay.", BARGES.notes)
    old = a_draft((BARGES, two))
    assert changed(old, old.replace("quay.[2]", "quay.[1]")).claims == ()


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("February 23, 2024", "February 24, 2024", "date"),
        ("Who Pays at the Ford", "Who Pays at the Fords", "title"),
        (
            "available by subscription at www.meridian.example",
            "https://meridian.example/ford",
            "url",
        ),
        ("Meridian Group, ", "", "publisher"),
    ],
)
def test_what_is_said_otherwise_of_a_source_is_no_other_source(
    before: str, after: str, field: str
) -> None:
    old = a_draft(ALL)
    found = changed(old, old.replace(before, after))
    assert counts(found) == {"notes_redescribed": 1}
    (change,) = found.notes[0].described
    assert field in {each.field for each in change.fields}


def test_a_cut_address_that_is_completed_is_the_same_source() -> None:
    old = a_draft(ALL).replace(
        "https://barges.example/stopped", "https://www.barges.example/stop..."
    )
    new = a_draft(ALL)
    assert counts(changed(old, new)) == {"notes_redescribed": 1}
    assert counts(changed(new, old)) == {"notes_redescribed": 1}


def test_a_cut_address_that_two_whole_ones_complete_is_neither() -> None:
    old = a_draft((Said(BARGES.sentence, ("https://barges.example/st...",)),))
    new = a_draft(
        (Said(BARGES.sentence, ("https://barges.example/stopped; https://barges.example/stuck",)),)
    )
    found = changed(old, new)
    assert counts(found)["sources_gained"] == 2
    assert counts(found)["sources_lost"] == 1


def test_two_posts_that_differ_in_a_digit_are_two_sources() -> None:
    old = a_draft(
        (Said(BARGES.sentence, ("https://social.example/@orrin/status/175910226539405",)),)
    )
    found = changed(old, old.replace("39405", "39406"))
    assert counts(found)["sources_gained"] == counts(found)["sources_lost"] == 1


def test_an_interview_and_a_database_are_the_same_in_the_next_draft_under_other_authors() -> None:
    data = Said(
        "Nine towns were cut off.", ("Author’s database of river stops. Available by request.",)
    )
    old = a_draft((GUARD, data))
    assert changed(old, old.replace("By Ada Writer", "By Ada Writer and Bo Second")).is_empty


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("“Tolls”", '"Tolls"'),
        ("the guilds’ men", "the guilds' men"),
        ("50 barges", "50\u00a0barges"),
        ("May–June", "May-June"),
        ("cafe\u0301", "café"),
        ("un\u00adloaded", "unloaded"),
    ],
    ids=["quotes", "apostrophe", "blank", "dash", "accent", "soft-hyphen"],
)
def test_typography_alone_is_no_change(old: str, new: str) -> None:
    said = [Said(f"They said {words} at the ford.", TOLL.notes) for words in (old, new)]
    assert changed(a_draft(said[:1]), a_draft(said[1:])).is_empty
    assert differing_words(old, new) == ()


def test_paragraphs_that_change_places_only_move() -> None:
    found = changed(a_draft(ALL), a_draft((REPORT, TOLL, BARGES, GUARD)))
    assert counts(found) == {"notes_renumbered": 4, "claims_moved": 1}
    (claim,) = found.claims
    assert claim.new is not None
    assert claim.new.text == REPORT.sentence


def test_equal_notes_are_told_by_the_claims_before_them() -> None:
    said = [
        Said(f"Town number {n} was cut off in week {n} of the siege.", ("Author’s database.",))
        for n in range(9)
    ]
    found = changed(a_draft(said), a_draft([*said[:4], *said[5:]]))
    assert counts(found) == {"notes_dropped": 1, "notes_renumbered": 4, "claims_dropped": 1}
    (dropped,) = [note.old for note in found.notes if note.new is None]
    assert dropped is not None
    assert dropped.label == "5"


def test_other_words_in_a_note_are_shown() -> None:
    note = "https://tolls.example/doubled. The figure leaves the upper ford out."
    old = a_draft((Said(TOLL.sentence, (note,)),))
    found = changed(old, old.replace("upper ford", "lower ford"))
    assert counts(found) == {"notes_reworded": 1}
    assert [run.text for run in found.notes[0].words if run.op != "same"] == ["upper", "lower"]


def test_what_is_dropped_stands_where_it_stood() -> None:
    found = changed(a_draft(ALL), a_draft((TOLL, REPORT, FERRY)))
    sides = [(claim.changes, (claim.new or claim.old)) for claim in found.claims]
    assert [(changes[0], side.text[:9]) for changes, side in sides if side] == [
        ("dropped", "Two barge"),
        ("dropped", "The guard"),
        ("added", "The ferry"),
    ]


def test_a_draft_without_notes_or_words_of_its_own_is_compared_too() -> None:
    bare, full = "Nothing is cited here.\n", a_draft(ALL)
    found = changed(bare, full)
    assert counts(found) == {"notes_added": 4, "claims_added": 4, "sources_gained": 4}
    assert changed(bare, bare + "More.\n").is_empty


def test_spans_and_sources_are_those_of_their_own_side() -> None:
    old, new = read(a_draft(ALL)), read(a_draft((FERRY, *ALL)))
    for note in compare(old, new).notes:
        for side, reading in ((note.old, old), (note.new, new)):
            if side is not None:
                assert reading.text[side.start : side.end] == side.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "a"),
        ("two barges", "ten barges"),
        ("the 5 barges", "the 6 ferries"),
        ("a, b, c", "a; b; c"),
        ("x " * 30, "x " * 20 + "y"),
        ("\u202eabc\x00", "abc"),
    ],
    ids=["nothing", "word", "two", "signs", "long", "odd"],
)
def test_runs_give_both_texts_back_and_turn_around(old: str, new: str) -> None:
    runs = differing_words(old, new)
    for side, other in ((old, "new"), (new, "gone")):
        assert fold("".join(run.text for run in runs if run.op != other)) == fold(side)
    turned = {"same": "same", "gone": "new", "new": "gone"}
    back = differing_words(new, old)
    assert sorted((turned[run.op], run.text) for run in runs) == sorted(
        (run.op, run.text) for run in back
    )
