"""From claim and page to passage: the right one, with what it lacks, or a reason for none."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.link.evidence import FOUND_AT, SUPPORTED_AT, Asked, find_evidence, read_page
from provenance.link.missing import find_missing
from provenance.link.passages import CONTEXT_CHARS, MAX_PASSAGE_CHARS, cut_passages
from provenance.link.score import Confidence, Judged, LexicalScorer, Page, Ranking

PAGE = """Lock keepers close the gates of Tinzaret

By Ada Marrow, 4 March 2024

The river authority of Upper Orrin closed the lock at Tinzaret on Sunday after its pumps failed.
Boatmen had complained of the pumps since the autumn.

Fighters of the Orrin River Front stopped 14 barges between Ouldane and Belqasra in the two weeks after
February 18, the guild of boatmen said. Most of them carried grain. Two had an escort.

The price of millet rose by 38 percent in the markets of Ouldane, and bakers there have begun to mix it with bran.
A spokesman for the transport ministry said that two gunboats were on their way to the lock.

The guild was founded in 1911. Its members own about 200 boats.
Readers can write to the editor at any time.
"""
RUSSIAN = """Новости реки Оррин

Власти закрыли шлюз в Тинзарете в воскресенье из-за поломки насосов.

Бойцы Речного фронта Оррина остановили 14 барж между Улданом и Белькасрой после 18 февраля, сообщила гильдия.

Цена на просо на рынках Улдана выросла на 38 процентов. Два катера идут к шлюзу, заявил представитель министерства.

Гильдия была основана в 1911 году. Её членам принадлежит около 200 лодок.
"""


def asked(text: str, language: str = "en") -> Asked:
    return Asked("claim-1", text, language, "source-1")


STORIES = {
    "barges": ("ORF fighters have stopped 14 barges between Ouldane and Belqasra since February 18.", "Fighters of the Orrin"),
    "millet": ("Millet prices in Ouldane’s markets rose 38 percent.", "The price of millet"),
    "lock": ("The authority shut the Tinzaret lock when its pumps failed.", "The river authority"),
    "gunboats": ("The transport ministry says that two gunboats are going to the lock.", "A spokesman for"),
    "guild": ("The boatmen’s guild, founded in 1911, has some 200 boats.", "The guild was founded"),
}  # fmt: skip


@pytest.mark.parametrize("story", sorted(STORIES))
def test_the_passage_that_says_it_comes_first(story: str) -> None:
    claim, begins = STORIES[story]
    found = find_evidence(asked(claim), read_page(PAGE, "en"), "capture-1")
    assert found.passage is not None, found.reason
    assert found.passage.exact.startswith(begins)
    assert found.capture_id == "capture-1"
    assert found.score is not None
    assert 0.5 <= found.score <= 1


@pytest.mark.parametrize("story", sorted(STORIES))
def test_both_selectors_select_the_same_words(story: str) -> None:
    passage = find_evidence(asked(STORIES[story][0]), read_page(PAGE, "en"), None).passage
    assert passage is not None
    assert PAGE[passage.start : passage.end] == passage.exact
    assert PAGE[: passage.start].endswith(passage.prefix)
    assert PAGE[passage.end :].startswith(passage.suffix)
    assert len(passage.prefix) == CONTEXT_CHARS


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It fell in May and rose again on\n16 February.\nIt rained.", "It fell in May and rose again on\n16 February."),
        ("They met at the\nQuay of Ouldane.", "They met at the\nQuay of Ouldane."),
        ("Barges stopped\n16 February", "Barges stopped"),
        ("What it is made of.\nStone", "What it is made of."),
        ("They met at the\n\nQuay of Ouldane.", "They met at the"),
    ],
    ids=["date", "name", "headline and date", "sentence that ends", "paragraph that ends"],
)  # fmt: skip
def test_a_line_that_hangs_goes_on(text: str, first: str) -> None:
    assert cut_passages(text, "en")[0].of(text) == first


def test_names_that_sound_alike_in_another_script_are_there() -> None:
    claim, passage = (
        "The Borealis Corps left Port-Lumen.",
        "Корпус «Бореалис» вывел людей из Порт-Люмена.",
    )
    assert find_missing(claim, "en", passage, (), "ru").names == ()
    other = find_missing("The Borealis Guild left Port-Lumen.", "en", passage, (), "ru")
    assert other.names == ("Guild",)
    assert find_missing("The Corps left.", "en", "The Korpus left.", (), "en").names == ("Corps",)


def test_another_part_of_the_same_whole_is_another_number() -> None:
    claim, passage = (
        "About 80 of the guild’s 214 members stayed.",
        "Some 60 of the guild’s 214 members stayed.",
    )
    assert find_missing(claim, "en", passage, (), "en").contradictions == (("80", "60"),)
    assert find_missing(claim, "en", "Some 60 of the boats stayed.", (), "en").contradictions == ()


def test_another_number_lowers_the_verdict_and_both_are_named() -> None:
    claim = "Fighters of the Orrin River Front stopped 16 barges between Ouldane and Belqasra."
    found = find_evidence(asked(claim), read_page(PAGE, "en"), None)
    assert found.verdict == "partial"
    assert "“14” where the claim has “16”" in found.reason


def test_a_date_and_a_name_that_are_missing_are_named() -> None:
    claim = "The transport ministry said on November 19 that two gunboats under Captain Varro were on their way to the lock."
    found = find_evidence(asked(claim), read_page(PAGE, "en"), None)
    assert found.verdict == "partial"
    assert "“November 19”" in found.reason
    assert "“Varro”" in found.reason


def test_a_date_over_a_post_is_the_date_of_the_claim() -> None:
    page = "Orrin Alerts, 2024-03-03: Fighters overran the customs post at Dar Azmil and told residents to leave."
    claim = "Fighters overran the customs post at Dar Azmil on March 3 and told residents to leave."
    assert find_missing(claim, "en", page, [], "en").facts == ()
    assert find_missing(claim, "en", page.replace("-03-03", "-03-04"), [], "en").facts == ("3",)


def test_a_claim_with_all_it_says_in_one_passage_is_supported() -> None:
    claim = "The river authority of Upper Orrin closed the lock at Tinzaret on Sunday after the pumps failed."
    found = find_evidence(asked(claim), read_page(PAGE, "en"), None)
    assert (found.verdict, found.score is not None and found.score >= SUPPORTED_AT) == (
        "supported",
        True,
    )


@pytest.mark.parametrize(
    "claim",
    [
        "Voters on the islands of Keth chose a new assembly in May, the first since the drought.",
        "A court in Marsivane sentenced nine smugglers to twelve years for shipping timber.",
        "The airline has ordered six jets with quieter engines for its northern routes.",
    ],
    ids=["election", "court", "airline"],
)
def test_a_page_that_has_nothing_to_do_with_it_gives_no_passage(claim: str) -> None:
    found = find_evidence(asked(claim), read_page(PAGE, "en"), "capture-1")
    assert (found.verdict, found.passage) == ("not_found", None)
    assert found.score is None or found.score < FOUND_AT


@pytest.mark.parametrize(
    ("claim", "begins"),
    [
        ("The Orrin River Front stopped 14 barges between Uldan and Belkasra after February 18.", "Бойцы"),
        ("The price of millet rose 38 percent in the markets of Uldan.", "Цена"),
    ],
    ids=["barges", "millet"],
)  # fmt: skip
def test_a_page_in_another_script_is_met_by_numbers_dates_and_names(
    claim: str, begins: str
) -> None:
    found = find_evidence(asked(claim), read_page(RUSSIAN, "ru"), None)
    assert found.passage is not None
    assert found.passage.exact.startswith(begins)


def test_less_than_sure_across_scripts_is_ranked_first_and_not_shown() -> None:
    claim, read = (
        "The guild, which was founded in 1911, owns about 200 boats.",
        read_page(RUSSIAN, "ru"),
    )
    first = LexicalScorer().rank(claim, "en", read.page).judged[0]
    assert read.page.passages[first.number].startswith(("Гильдия", "Её"))
    found = find_evidence(asked(claim), read, None)
    assert (found.verdict, found.passage) == ("not_found", None)


def test_a_claim_without_words_is_not_checkable() -> None:
    assert (
        find_evidence(asked("As he was there."), read_page(PAGE, "en"), None).verdict
        == "not_checkable"
    )


@pytest.mark.parametrize("text", ["", " \n\n ", "…\n—\n"], ids=["empty", "blank", "signs"])
def test_a_page_without_text_is_unavailable_with_the_reason_given(text: str) -> None:
    found = find_evidence(
        asked(STORIES["millet"][0]), read_page(text, "en"), None, missing_text="behind a paywall"
    )
    assert (found.verdict, found.reason, found.passage) == (
        "source_unavailable",
        "behind a paywall",
        None,
    )


def test_a_model_can_take_the_place_of_the_scorer() -> None:
    class LastFirst:
        method = "last/1"

        def rank(self, claim: str, language: str, page: Page) -> Ranking:
            judged = [Judged(at, float(at), {}) for at in range(len(page.passages))]
            return Ranking(tuple(reversed(judged)), across=False)

        def confidence(self, claim: str, language: str, page: Page, ranking: Ranking) -> Confidence:
            return Confidence(passage=0.99, page=0.99)

    claim = asked(STORIES["millet"][0])
    found = find_evidence(claim, read_page(PAGE, "en"), None, scorer=LastFirst())
    assert (found.method, found.score) == ("last/1", 0.99)
    assert found.passage is not None
    assert found.passage.exact.startswith("Readers can write")
    assert found.verdict == "partial"


def test_pages_of_thousands_of_sentences_are_searched_without_scoring_them_all() -> None:
    filler = "\n".join(
        f"Barge number {n} passed the lock with {n % 7} tons of grain." for n in range(4000)
    )
    found = find_evidence(asked(STORIES["millet"][0]), read_page(f"{filler}\n{PAGE}", "en"), None)
    assert found.passage is not None
    assert found.passage.exact.startswith("The price of millet")


@given(st.text(alphabet="ab. \n\u2029\u0301А中ً!\x00", max_size=400))
def test_passages_never_overlap_and_hold_words_of_the_text(text: str) -> None:
    spans = cut_passages(text, "en")
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start for before, after in itertools.pairwise(spans))
    assert all(any(char.isalnum() for char in span.of(text)) for span in spans)
    kept = "".join(span.of(text) for span in spans)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


def test_a_passage_without_an_end_is_cut_where_a_reader_gives_up() -> None:
    spans = cut_passages("toll " * 2000, "en")
    assert len(spans) > 5
    assert all(span.end - span.start <= MAX_PASSAGE_CHARS for span in spans)


def test_a_line_that_goes_on_below_is_one_passage() -> None:
    text = "The lock keeper said that\nno barge had passed since\nMonday.\nAnother line"
    assert next(span.of(text) for span in cut_passages(text, "en")).startswith(
        "The lock keeper said that\nno barge"
    )
