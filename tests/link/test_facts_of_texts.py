"""Numbers, dates and countries read the same in every language."""

import pytest

from provenance.link.facts import find_facts, read_number
from provenance.link.terms import read_terms


def facts(text: str, language: str) -> set[str]:
    return {found.fact.value for found in find_facts(text, language)}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("On Monday, 3 March, sixteen barges left France.", "en"),
        ("Lundi 3 mars, seize barges ont quitté la France.", "fr"),
        ("Am Montag, dem 3. März, verließen sechzehn Kähne Frankreich.", "de"),
        ("El lunes 3 de marzo salieron 16 barcazas de Francia.", "es"),
        ("В понедельник, 3 марта, шестнадцать барж покинули Францию.", "ru"),
        ("У понеділок, 3 березня, 16 барж залишили Францію.", "uk"),
        ("غادرت 16 بارجة فرنسا يوم الاثنين 3 مارس.", "ar"),
    ],
    ids=["en", "fr", "de", "es", "ru", "uk", "ar"],
)
def test_one_sentence_has_the_same_facts_in_seven_languages(text: str, language: str) -> None:
    assert facts(text, language) >= {"3", "16", "m3", "d0", "FR"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Boats of the United States’s navy left.", "en"), ("THE UNITED STATES LEFT.", "en"), ("les États-Unis, aux États-Unis", "fr"),
        ("غادرت سفن الولايات المتحدة.", "ar"), ("غادر والولايات المتحدة لم تعلق.", "ar"), ("Суда Соединенные Штаты отозвали.", "ru"),
    ],
    ids=["possessive", "capitals", "fr", "ar", "ar with and", "ru"],
)  # fmt: skip
def test_countries_of_several_words_are_found_in_their_places(text: str, language: str) -> None:
    assert "US" in facts(text, language)


@pytest.mark.parametrize(
    ("written", "language", "read"),
    [
        ("1,200", "en", "1200"), ("1.200", "de", "1200"), ("1.200", "en", "1.2"), ("3,5", "fr", "3.5"),
        ("1\u202f200", "fr", "1200"), ("12 500", "ru", "12500"), ("007", "en", "7"), ("0", "en", "0"),
        ("2.50", "en", "2.5"), ("1.2.3", "en", "1.2.3"), ("٣٨", "ar", "38"), ("1,234,567", "es", "1234567"),
    ],
)  # fmt: skip
def test_a_number_reads_as_its_language_writes_it(written: str, language: str, read: str) -> None:
    assert read_number(written, language) == read


def test_two_numbers_beside_each_other_stay_two_in_english() -> None:
    assert {"2016", "123"} <= facts("In 2016 123 barges sank.", "en")


@pytest.mark.parametrize(
    ("text", "has_month"),
    [
        ("They may leave.", False), ("May 3 was dry.", True), ("in May", True), ("They march on.", False),
        ("The March toll", False), ("On 4 March", True),
    ],
    ids=["may", "May 3", "in May", "march", "March toll", "4 March"],
)  # fmt: skip
def test_a_word_that_is_also_a_month_needs_a_day_or_year(text: str, has_month: bool) -> None:
    assert any(value.startswith("m") for value in facts(text, "en")) is has_month


def test_countries_of_several_words_are_found() -> None:
    assert "ZA" in facts("A ferry from South Africa", "en")


def test_words_meet_across_case_accents_and_endings() -> None:
    assert set(read_terms("BARGES stopped", "en").content) == set(
        read_terms("barge Stops", "en").content
    )
    assert read_terms("Москва", "ru").words == ("moskva",)
