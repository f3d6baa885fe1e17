"""Quoted passages are found again, and nothing that is lost is called intact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.link.anchor import SearchText, find_passage
from provenance.link.passages import select_passage
from provenance.model import Passage
from provenance.text import Span
from support.growth import assert_grows_in_step

BEFORE = "Barges queue at the Lower Ford until noon on market days. "
QUOTED = "Ann Ferry says that 16 barges paid the toll of 1,500 crowns at Lower Ford on 3 May 2023."
AFTER = " The keeper of the gate writes each of them down in his book."
REST = " Upstream the river is shallow, and no boat goes there before the rains come."
TEXT = BEFORE + QUOTED + AFTER + REST
PASSAGE = select_passage(TEXT, Span(len(BEFORE), len(BEFORE) + len(QUOTED)))


def state_of(new: str, *, around: str = "{}") -> str:
    return find_passage(PASSAGE, SearchText(around.format(BEFORE + new + AFTER + REST))).state


@pytest.mark.parametrize(
    ("new", "state"),
    [
        (QUOTED, "intact"),
        (QUOTED.upper(), "intact"),
        (QUOTED.replace(" ", "\u00a0"), "intact"),
        (QUOTED.replace(" ", "\n"), "intact"),
        (QUOTED.replace("barges", "bar\u00adges"), "intact"),
        (QUOTED.replace("barges", "barges[12]"), "intact"),
        (QUOTED.replace("barges", "barges¹²"), "intact"),
        (QUOTED.replace("paid", "\n\nADVERTISEMENT\n\npaid"), "intact"),
        (QUOTED.replace("paid", "\nAnzeige\nBuy 2 oars, pay 1\nFord & Sons\npaid"), "intact"),
        (QUOTED.replace("paid", "\nBuy 2 oars, pay 1\npaid"), "altered"),
        (QUOTED.replace("says that", "says"), "reworded"),
        (QUOTED.replace("paid the toll", "have paid their toll"), "reworded"),
        (QUOTED.replace("3 May 2023", "May 3, 2023"), "reworded"),
        (QUOTED.replace("1,500", "1500"), "reworded"),
        (QUOTED.replace("16", "sixteen"), "reworded"),
        (QUOTED.replace("16", "17"), "altered"),
        (QUOTED.replace("1,500", "15,00"), "altered"),
        (QUOTED.replace("3 May", "4 May"), "altered"),
        (QUOTED.replace("Ann", "Bo"), "altered"),
        (QUOTED.replace("Lower Ford", "Upper Ford"), "altered"),
        (QUOTED.replace("paid", "did not pay"), "altered"),
        (QUOTED.replace("toll of", "toll of almost 20 % of"), "altered"),
        ("", "missing"),
        ("Nothing was said of the matter that day by anybody who was there.", "missing"),
    ],
    ids=lambda text: ascii(text)[:60],
)
def test_a_passage_has_the_state_that_a_reader_would_give_it(new: str, state: str) -> None:
    assert state_of(new) == state


def test_what_is_found_is_told_by_its_code_points() -> None:
    text = "👩‍🚀 é " + BEFORE + QUOTED.replace("16", "17") + AFTER
    found = find_passage(PASSAGE, SearchText(text))
    assert found.span is not None
    assert found.span.of(text) == QUOTED.replace("16", "17")
    assert found.reason == "number: 16 is now 17"


def test_a_passage_that_stands_elsewhere_has_moved() -> None:
    text = BEFORE + AFTER.strip() + REST + "\n\n" + QUOTED
    found = find_passage(PASSAGE, SearchText(text))
    assert (found.state, found.span and found.span.of(text)) == ("moved", QUOTED)


def test_a_passage_whose_neighbours_were_rewritten_has_not_moved() -> None:
    text = "It has rained for days. " + QUOTED + " Nobody knows why." + REST
    assert find_passage(PASSAGE, SearchText(text)).state == "intact"


def test_of_several_copies_the_one_with_its_neighbours_counts() -> None:
    text = QUOTED + " First copy. " + TEXT + " Third: " + QUOTED
    found = find_passage(PASSAGE, SearchText(text))
    assert found.span == Span(len(QUOTED) + 13 + len(BEFORE), len(QUOTED) * 2 + 13 + len(BEFORE))


@pytest.mark.parametrize("new", ["160", "16.5", "116", "16,000", "2-16", "16 %"])
def test_a_number_is_no_part_of_a_longer_number(new: str) -> None:
    passage = Passage(exact="the toll is 16", prefix="", suffix="", start=0, end=14)
    found = find_passage(passage, SearchText(f"They say the toll is {new} there."))
    assert found.state == "altered"


@pytest.mark.parametrize("exact", ["", "   ", "\u200b", "👩‍🚀", "…"], ids=ascii)
def test_a_passage_without_words_is_missing_where_it_does_not_stand(exact: str) -> None:
    passage = Passage(exact=exact, prefix="", suffix="", start=0, end=len(exact))
    assert find_passage(passage, SearchText(BEFORE)).state == "missing"


def test_a_short_passage_is_not_believed_among_strangers() -> None:
    passage = select_passage("Paid by Ann. Yes. So said Bo.", Span(13, 17))
    stranger = "Is the gate open on days of market? Yes. But ring the bell before you enter."
    assert find_passage(passage, SearchText(stranger)).state == "missing"


@given(st.text(max_size=60), st.text(max_size=60))
def test_an_exact_copy_is_found_anywhere(before: str, after: str) -> None:
    text = f"{before}\n{QUOTED}\n{after}"
    start = len(before) + 1
    passage = select_passage(text, Span(start, start + len(QUOTED)))
    found = find_passage(passage, SearchText(text))
    assert found.state == "intact"
    assert found.span is not None
    assert QUOTED.strip(".") in found.span.of(text)


@given(st.text(max_size=200), st.text(min_size=1, max_size=50))
def test_whatever_is_quoted_the_span_lies_in_the_text(text: str, exact: str) -> None:
    passage = Passage(exact=exact, prefix="", suffix="", start=0, end=len(exact))
    found = find_passage(passage, SearchText(text))
    assert (found.span is None) == (found.state == "missing")
    assert found.span is None or 0 <= found.span.start < found.span.end <= len(text)


@pytest.mark.parametrize(
    ("exact", "token", "count"),
    [
        ("a" * 150 + "b", "a", 500_000),
        ("ab" * 1000 + "c", "ba", 250_000),
        ("a " * 1000 + "b", "a ", 125_000),
        ("a b " * 800 + "c", "b a ", 100_000),
        ("1" * 2000 + "2", "1", 500_000),
        ("[" * 2000, "[1", 200_000),
        ("\n1." * 500 + "x", "\n1.", 50_000),
    ],
    ids=["one-letter", "two-letters", "one-word", "two-words", "digits", "brackets", "lists"],
)
def test_hostile_texts_are_looked_through_in_time_that_grows_with_their_length(
    exact: str, token: str, count: int
) -> None:
    passage = Passage(exact=exact, prefix="", suffix="", start=0, end=len(exact))

    def look(text: str) -> None:
        assert find_passage(passage, SearchText(text)).state != "intact"

    assert_grows_in_step(look, lambda times: token * times, count // 8, count)


def test_a_passage_longer_than_the_text_costs_no_more_than_its_length() -> None:
    def passage(words: int) -> Passage:
        exact = "toll " * words
        return Passage(exact=exact, prefix="", suffix="", start=0, end=len(exact))

    def look(passage: Passage) -> None:
        assert find_passage(passage, SearchText("The toll is 16.")).state != "intact"

    assert_grows_in_step(look, passage, 5_000, 40_000)


def test_a_number_in_brackets_that_is_another_is_not_called_intact() -> None:
    """Written like a note's mark, `[51]` may be a country's code."""
    old = "Telephone of the ford keeper, from abroad: [51] 618 2724 in the mornings."
    text = f"Who to ask\n{old.replace('[51]', '[54]')}\nClosed in the dry month."
    quoted = Passage(old, "Who to ask\n", "\nClosed in the dry month.", 11, 11 + len(old))
    assert find_passage(quoted, SearchText(text)).state != "intact"
