"""What “Ibid.” stands for where the note before it was read in pieces, or not as a work at all."""

import pytest

from provenance.cite.short_forms import ends_like_a_work
from support.cite_builders import parse_text, update_with_notes

UNREAD = "Anna Furt, Zoll und Fluss, historische Anstalt 1990 S 57"


def rules_and_antecedent(*notes: str) -> tuple[list[str], int | None]:
    parsed = parse_text(update_with_notes(*notes))
    antecedent = parsed.notes[-1].citations[0].antecedent
    return [one.rule for one in parsed.findings], antecedent.index if antecedent else None


@pytest.mark.parametrize(
    ("before", "index"),
    [
        ("Barbara Strom, Der Fluss und die Zölle der Furt. Ein Beispiel aus dem Leben der Fischer des 4. Jahrhunderts v. Chr.; Dissertation; Orrin; 1991. S 53.", 0),
        ("“Early Tolls: Records and Rolls”; in Ada Writer (ed.), The Rivers: 85-125; Orrin", 0),
    ],
    ids=["a thesis with its city", "a chapter in a volume"],
)  # fmt: skip
def test_one_work_described_in_pieces_is_one_work(before: str, index: int) -> None:
    assert rules_and_antecedent(before, "Ebenda S 147") == ([], index)


def test_nothing_but_pieces_is_no_choice_for_a_person() -> None:
    found = rules_and_antecedent("Barbara Strom, Die Furt; Dissertation; Orrin; 1991.", "Ebenda")
    assert found == ([], None)


def test_two_works_stay_two() -> None:
    found = rules_and_antecedent(
        "Ada Writer, Rivers and Their Tolls (Port-Lumen: Quayside Press, 2019), 12; "
        "Rolf Dorn, The Long Barge (Orrin: Ford Books, 2011), 3.",
        "Ibid.",
    )
    assert found == (["FN202"], None)


def test_a_note_that_ends_like_a_work_is_no_reason_to_call_ibid_lost() -> None:
    parsed = parse_text(update_with_notes(UNREAD, "ebenda S 75"))
    assert parsed.notes[0].citations[0].kind == "commentary"
    assert rules_and_antecedent(UNREAD, "ebenda S 75") == ([], None)


def test_ibid_behind_a_comment_is_still_told() -> None:
    found = rules_and_antecedent("Ada Writer, Rivers, 2015, p. 3.", "The ford was shut.", "Ibid.")
    assert found == (["FN201"], None)


@pytest.mark.parametrize(
    "note",
    ["The toll, doubled in 1990, was lowered again when the barges stayed away.", "Tolls rose.", ""],
    ids=["a year in a sentence", "no year", "nothing"],
)  # fmt: skip
def test_a_comment_does_not_end_like_a_work(note: str) -> None:
    assert not ends_like_a_work(note)
