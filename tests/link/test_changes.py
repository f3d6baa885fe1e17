"""Which facts differ between a passage as it was and as it is."""

import pytest

from provenance.link.changes import compare_passages


def kinds(before: str, after: str) -> list[str]:
    return [fact.kind for fact in compare_passages(before, after).facts]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The toll is due at the gate.", "This toll is due at the gate."),
        ("3. The toll is due.", "4. The toll is due."),
        ("3\\. The toll is due.", "4\\. The toll is due."),
        ("5.1 Tolls are due.", "5.2 Tolls are due."),
        ("(a) The toll is due.", "(b) The toll is due."),
        ("The toll is 1,000 crowns.", "The toll is 1000 crowns."),
        ("The toll is 1.5 million.", "The toll is 1,500,000."),
        ("Tolls rose by 5 %.", "Tolls rose by 5 percent."),
        ("He left on 3 May 2023.", "He left on 2023-05-03."),
        ("Ann paid sixteen crowns.", "Ann paid 16 crowns."),
        ("Ann's boat sank.", "The boat of Ann sank."),
        ("Barges that cannot pay wait.", "Barges which can not pay wait."),
        ("Ann paid[1] at the gate.", "Ann paid[2] at the gate."),
        ("Our Tolls are due.", "Our tolls are due."),
    ],
)
def test_other_words_for_the_same_facts_are_no_changed_facts(before: str, after: str) -> None:
    assert kinds(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("The toll is 16.", "The toll is 17.", "number"),
        ("The toll is 16 million.", "The toll is 16 billion.", "number"),
        ("The toll is $16.", "The toll is €16.", "number"),
        ("Tolls rose by -0.4 %.", "Tolls rose by 0.4 %.", "number"),
        ("From 5 to 10 barges.", "From 10 to 5 barges.", "number"),
        ("٣ barges", "4 barges", "number"),
        ("He left on 3 May 2023.", "He left on 4 May 2023.", "date"),
        ("He left in March.", "He left in April.", "date"),
        ("They met Ann Ferry there.", "They met Bo Ferry there.", "name"),
        ("Said by the NATO office.", "Said by the UN office.", "name"),
        ("The barge sank.", "The barge has not sunk.", "negation"),
        ("Баржа не пришла.", "Баржа пришла.", "negation"),
        ("La barge n'est pas là.", "La barge est là.", "negation"),
        ("More than half paid.", "Less than half paid.", "opposite"),
        ("The toll rose there.", "The toll fell there.", "opposite"),
    ],
)
def test_a_changed_fact_is_named(before: str, after: str, kind: str) -> None:
    assert kind in kinds(before, after)


def test_words_that_the_page_writes_small_are_no_names() -> None:
    before, after = "We give the Services to you.", "We give the Products to you."
    assert kinds(before, after) == ["name"]
    assert not compare_passages(before, after, frozenset({"services", "products"})).facts


def test_a_line_between_two_sentences_is_no_furniture() -> None:
    before = "The toll is due. It is paid."
    after = "The toll is due.\nThis was wrong.\nIt is paid."
    assert not compare_passages(before, after).only_set_apart


def test_other_blanks_and_signs_alone_are_nothing_set_between() -> None:
    assert not compare_passages("Tolls, gates", "Tolls , gates").only_set_apart
    assert compare_passages("Tolls, gates", "Tolls,[3] gates").only_set_apart
    assert not compare_passages("Call [886] 2-21", "Call [895] 2-21").only_set_apart
