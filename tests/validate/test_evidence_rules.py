"""What a claim says against its sources: told where no source has it, silent where nobody can be sure."""

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.validate.amounts import Amounts, asked_amounts
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House, Style
from provenance.validate.records import DraftFinding
from provenance.validate.rules import all_rules
from provenance.validate.support import has_name, has_words, names_in, quotations_in
from support.growth import assert_grows_in_step
from support.told_knowledge import ask_told

URL = "https://www.tolls.example/barges"
OTHER = "https://www.fords.example/news"
FILLER = (
    "The board meets every week in the old hall beside the river, and what it says is written down by the clerk."
    " Whoever wants to know more may ask there in the morning, when the doors are open to all who pass. "
) * 3
RULES = [rule for rule in all_rules() if rule.code[:3] == "FN4"]


def findings(
    body: str, texts: dict[str, list[str]], house: House | None = None, **known: str
) -> tuple[DraftFinding, ...]:
    """Validate one paragraph whose marker [1] leads to a note that cites every source of `texts`."""
    note = "; ".join(texts)
    document = f"A Short Update\n\nBy Ada Writer\n\n{body}\n\nReferences\n\n[1] {note}\n"
    draft = Draft(
        parse_document(read_document(document.encode(), "draft.txt")),
        house=house or House(),
        today=date(2024, 3, 8),
    )
    told = "".join(
        f"[[source]]\nurl = {json.dumps(url)}\nstate = {json.dumps(known.get('state', 'alive'))}\n"
        f"confirmed = {json.dumps([known['confirmed']] if 'confirmed' in known else [])}\n"
        f"texts = {json.dumps(each, ensure_ascii=False)}\n"
        for url, each in texts.items()
    )
    draft.knowledge = ask_told(told)(draft.source_map.sources)
    return find_findings(draft, RULES)


def codes(*arguments: object, **more: object) -> list[str]:
    return [each.rule for each in findings(*arguments, **more)]  # type: ignore[arg-type]


# -- when anything is said at all ---------------------------------------------------

WRONG = "The guard stopped 61 barges below the ford.[1]"
TEXT = "The guard stopped 16 barges below the ford. " + FILLER


def test_a_wrong_number_is_told_at_its_place() -> None:
    (found,) = findings(WRONG, {URL: [TEXT]})
    assert (found.rule, found.severity, found.label) == ("FN404", "warning", "1")
    assert found.end - found.start == 2
    assert found.message.startswith("61 stands in no archived text")


SILENT: dict[str, dict[str, list[str]]] = {
    "no text at all": {URL: []},
    "one of two sources has no text": {URL: [TEXT], OTHER: []},
    "the text is a teaser": {URL: ["Sixty barges. Subscribe to read on."]},
    "the other source has it": {URL: [TEXT], OTHER: ["There were 61 barges. " + FILLER]},
    "an older capture has it": {URL: [TEXT, "There were 61 barges. " + FILLER]},
}


@pytest.mark.parametrize("texts", SILENT.values(), ids=SILENT.keys())
def test_nothing_is_said_where_not_every_source_was_read(texts: dict[str, list[str]]) -> None:
    assert codes(WRONG, texts) == []


def test_a_page_behind_a_wall_may_say_more_than_was_archived() -> None:
    assert codes(WRONG, {URL: [TEXT]}, state="walled") == []


def test_what_a_person_confirmed_is_not_asked_again_until_the_claim_says_something_else() -> None:
    claim = WRONG.removesuffix("[1]")
    assert codes(WRONG, {URL: [TEXT]}, confirmed=claim) == []
    assert codes(WRONG, {URL: [TEXT]}, confirmed=claim.replace("61", "16")) == ["FN404"]


def test_a_source_that_cannot_be_fetched_keeps_the_rules_silent() -> None:
    note = {f"{URL}; author’s toll database, data available upon request": [TEXT]}
    assert codes(WRONG, {**note, URL: [TEXT]}) == []


def test_the_clause_before_an_earlier_marker_is_the_earlier_notes() -> None:
    body = "The guard stopped 16 barges[1] and the clerk counted 61 carts.[2]"
    document = f"An Update\n\n{body}\n\nReferences\n\n[1] {OTHER}\n\n[2] {URL}\n"
    parsed = parse_document(read_document(document.encode(), "draft.txt"))
    draft = Draft(parsed, house=House(), today=date(2024, 3, 8))
    carts = "The clerk counted 61 carts. " + FILLER
    told = f"[[source]]\nurl = '{URL}'\ntexts = [{json.dumps(carts)}]\n"
    draft.knowledge = ask_told(told)(draft.source_map.sources)
    assert find_findings(draft, RULES) == ()


# -- numbers --------------------------------------------------------------------------

SAME_NUMBER = {
    "as it is": ("37 barges", "some 37 barges"),
    "comma and point": ("1,250 barges", "1.250 Kähne"),
    "thin blank": ("1,250 barges", "1\u202f250 péniches"),
    "no separator": ("12,500 barges", "12500 barges"),
    "spelled out": ("37 barges", "thirty-seven barges"),
    "spelled with hundreds": ("120 barges", "one hundred and twenty barges"),
    "millions": ("1.2 million people", "1,200,000 people"),
    "millions in Russian": ("1.2 million people", "1,2 млн человек"),
    "thousands in Russian": ("25,000 people", "25-тысячная толпа"),
    "rounded": ("1.2 million people", "1,215,300 people"),
    "rounded to hundreds": ("1,200 people", "1,213 people"),
    "Arabic digits": ("37 barges", "٣٧ قاربا"),
    "Persian digits": ("37 barges", "۳۷ قایق"),
    "full-width digits": ("37 barges", "３７隻"),
    "an ordinal": ("the 76th Division", "76-я дивизия"),
    "a percentage with decimals": ("38 percent", "38.2 %"),
}


@pytest.mark.parametrize(("said", "text"), SAME_NUMBER.values(), ids=SAME_NUMBER.keys())
def test_a_number_is_found_in_any_way_of_writing(said: str, text: str) -> None:
    asked = list(asked_amounts(f"The clerk counted {said} that day."))
    assert len(asked) == 1
    assert Amounts(f"Words before, {text}, words after.").has(asked[0])


OTHER_NUMBER = {
    "turned round": ("61 barges", "16 barges"),
    "a digit more": ("160 barges", "16 barges"),
    "inside a longer one": ("37 barges", "1937 and 3712"),
    "another million": ("1.2 million people", "1.4 million people"),
    "a neighbour": ("38 barges", "37 barges and 39 carts"),
}


@pytest.mark.parametrize(("said", "text"), OTHER_NUMBER.values(), ids=OTHER_NUMBER.keys())
def test_another_number_is_not_taken_for_it(said: str, text: str) -> None:
    (asked,) = asked_amounts(f"The clerk counted {said} that day.")
    assert not Amounts(f"Words before, {text}, words after.").has(asked)


@pytest.mark.parametrize(
    "words",
    [
        "on March 13", "on 28 April 2015", "in 2019", "by 13:30", "nearly 200 men", "at least 60 carts",
        "more than 1,400 men", "34 kilometers away", "for 69 years", "a 45-year-old clerk", "$5,000",
        "a Su-34 jet", "the T-72B3 tank", "in the 1990s", "five carts", "12 carts", "(see 44)", "No. 35",
        "the 21st century", "247sports", "aged 34", "2018–19", "May 19 and 21",
    ],
)  # fmt: skip
def test_numbers_that_may_be_meant_otherwise_are_not_asked_for(words: str) -> None:
    assert list(asked_amounts(f"The clerk said so {words} again.")) == []


@pytest.mark.parametrize(
    "part",
    ["9", "1 000", "1.000.000.", "one hundred ", "1,2,3,"],
    ids=["one long number", "groups", "points", "words", "short groups"],
)
def test_numbers_without_end_are_read_in_time_that_grows_with_their_length(part: str) -> None:
    def ask(text: str) -> None:
        asked = list(asked_amounts(f"The clerk counted {text} carts and 37 barges."))
        amounts = Amounts(text)
        assert [amount.value for amount in asked][-1:] == [37.0]
        assert not amounts.has(asked[-1])

    assert_grows_in_step(ask, lambda count: part * count, 1_000, 10_000)


@pytest.mark.parametrize(
    "part",
    ["A", "Aa ", "“", '"a b c d ', "Al-"],
    ids=["one long name", "names", "opening quotes", "straight quotes", "hyphens"],
)
def test_a_hostile_claim_is_read_in_time_that_grows_with_its_length(part: str) -> None:
    def read(claim: str) -> None:
        list(names_in(claim))
        list(quotations_in(claim))

    assert_grows_in_step(read, lambda count: part * count, 2_000, 20_000)


# -- names ----------------------------------------------------------------------------

SAME_NAME = {
    "surname only": ("Sergei Shoigu", "Shoigu said"),
    "another spelling": ("Muhammad al-Julani", "Mohammed al-Jolani said"),
    "accents": ("Recep Erdogan", "Erdoğan said"),
    "initials": ("United River Company", "the URC said"),
    "possessive": ("Ilse Marrow’s", "Ilse Marrow said"),
}


@pytest.mark.parametrize(("name", "text"), SAME_NAME.values(), ids=SAME_NAME.keys())
def test_a_name_is_found_in_any_spelling_that_keeps_its_consonants(name: str, text: str) -> None:
    assert has_name(text, name)


@pytest.mark.parametrize("text", ["", "…", "\n\n", "a"], ids=["nothing", "a sign", "blank", "one"])
def test_a_text_without_words_has_no_name(text: str) -> None:
    assert not has_name(text, "Sergei Shoigu")


def test_a_name_is_found_in_a_text_without_capitals_and_in_one_of_capitals() -> None:
    assert has_name("then shoigu came to the ford and left again", "Sergej Schojgu Shoygu")
    assert has_name(FILLER.upper() + "SHOIGU CAME", "Sergei Shoygu")
    assert not has_name(FILLER + " Somebody came.", "Sergei Shoygu")


def test_a_name_that_nobody_mentions_is_told_as_information() -> None:
    text = "Ilse Marrow, the warden, stopped two barges. " + FILLER
    (found,) = findings("Two barges were stopped by Aldous Fenwick.[1]", {URL: [text]})
    assert (found.rule, found.severity) == ("FN405", "info")
    assert codes("Two barges were stopped by Ilse Marrow.[1]", {URL: [text]}) == []


@pytest.mark.parametrize("words", ["the Prime Minister", "On Monday March", "The North River"])
def test_titles_and_common_words_are_no_names(words: str) -> None:
    assert list(names_in(words)) == []


RUSSIAN = "Смотритель брода остановила две баржи, сообщил совет по сборам. " * 20


def test_names_and_quotations_are_not_looked_for_in_another_language() -> None:
    body = "Aldous Fenwick said that “no barge will ever pass the ford.”[1]"
    assert codes(body, {URL: [RUSSIAN]}) == []


def test_a_number_is_looked_for_in_another_language() -> None:
    assert codes("They stopped 61 barges.[1]", {URL: [RUSSIAN]}) == ["FN404"]
    assert codes("They stopped 61 barges.[1]", {URL: [RUSSIAN + " 61 баржа."]}) == []
    assert codes("They stopped 16 barges.[1]", {URL: [RUSSIAN]}) == [], "may be spelled out there"


# -- quotations -------------------------------------------------------------------------

SAID = "The warden said: “No barge - none at all - will pass the ford’s chain, unpaid, while I hold the keys.”"
QUOTED = {
    "as it is": "while I hold the keys",
    "case at the start": "no barge - none at all",
    "other quotes and dashes": "none at all—will pass the ford's chain",
    "left out": "No barge … will pass the ford’s chain",
    "left out in brackets": "No barge (...) will pass the ford’s chain",
    "put in": "No barge [on the river] - none at all - will pass",
    "punctuation at the end": "will pass the ford’s chain.",
}


@pytest.mark.parametrize("quoted", QUOTED.values(), ids=QUOTED.keys())
def test_a_quotation_is_found_however_it_is_set(quoted: str) -> None:
    assert has_words(SAID, quoted)


@pytest.mark.parametrize(
    "quoted",
    ["no boat will pass the ford", "hold the keys … no barge", "while I held the keys"],
    ids=["another word", "another order", "another form"],
)
def test_words_that_were_changed_are_told(quoted: str) -> None:
    (found,) = findings(f"The warden said that “{quoted}.”[1]", {URL: [SAID + FILLER]})
    assert (found.rule, found.severity) == ("FN406", "warning")


@pytest.mark.parametrize(
    "words",
    [
        "the “special operation” at the ford",
        "the song “Highway Across the Northern River”",
        'a "ford" and a "toll", he said',
        'cut to 12" of rope and 14" of chain on the quay',
    ],
    ids=["scare quotes", "title", "single words", "inches"],
)
def test_terms_and_titles_are_no_quotations(words: str) -> None:
    assert list(quotations_in(words)) == []


def test_straight_marks_pair_as_they_open_and_close() -> None:
    words = '"First" he said, "the second one was wrong here" and left'
    assert [words[start:end] for start, end in quotations_in(words)] == [
        "the second one was wrong here"
    ]


# -- what the house asks for ----------------------------------------------------------------


def test_uncited_sentences_and_single_sources_are_told_only_where_the_house_asks() -> None:
    body = "Two barges were stopped.[1] Their masters had paid no toll since winter."
    assert codes(body, {URL: []}) == []
    every = House(style=Style(cited_paragraphs="every_sentence"))
    assert codes(body, {URL: []}, every) == ["FN401"]
    two = House(style=Style(min_sources=2))
    assert codes(body, {URL: []}, two) == ["FN403"]
    assert codes(body, {URL: [], OTHER: []}, two) == []


def test_the_rest_of_a_sentence_behind_its_marker_is_not_uncited() -> None:
    every = House(style=Style(cited_paragraphs="every_sentence"))
    body = "The clerk counted the carts[1] and then he closed the gate for the night."
    assert codes(body, {URL: []}, every) == []


def test_a_paragraph_without_any_source_is_left_alone() -> None:
    every = House(style=Style(cited_paragraphs="every_sentence"))
    body = "Two barges were stopped.[1]\n\nThe board will likely raise the toll again in spring."
    assert codes(body, {URL: []}, every) == []


# -- measured ---------------------------------------------------------------------------------


def test_of_what_people_found_fully_supported_hardly_anything_is_told() -> None:
    """WiCE dev: 115 sentences with the pages that people found to support all of them.

    Measured on 2026-11-23: no number of 7, no name of 120, one quotation of 7 (it is no
    quotation of the page); of the 234 others 10 of 24 numbers and 31 of 311 names.
    """
    corpus = os.environ.get("PROVENANCE_CORPUS")
    if not corpus:
        pytest.skip("$PROVENANCE_CORPUS does not say where the corpus is")
    lines = (Path(corpus) / "evidence/wice/dev.jsonl").read_text(encoding="utf-8").splitlines()
    told: Counter[tuple[str, bool]] = Counter()
    for line in lines:
        row = json.loads(line)
        text, claim = "\n".join(row["evidence"]), row["claim"]
        is_supported = row["label"] == "supported"
        numbers = Amounts(text)
        told["number", is_supported] += sum(not numbers.has(a) for a in asked_amounts(claim))
        told["name", is_supported] += sum(
            not has_name(text, claim[start:end]) for start, end in names_in(claim)
        )
        told["quotation", is_supported] += sum(
            not has_words(text, claim[start:end]) for start, end in quotations_in(claim)
        )
    assert told["number", True] == 0
    assert told["name", True] == 0
    assert told["quotation", True] <= 1
    assert told["number", False] >= 10
    assert told["name", False] >= 30
