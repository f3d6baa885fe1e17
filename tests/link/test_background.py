"""What a word tells whatever the page says: the rarer, the more."""

import json
import pkgutil

import pytest

from provenance.link.background import LEAST_PAGES, our_background
from provenance.link.confidence import tell_page
from provenance.link.score import LexicalScorer, Page, our_weights


def test_rare_words_tell_more_than_common_ones() -> None:
    english = our_background(is_english=True)
    weights = [english.weight(stem) for stem in ("the", "year", "river", "quayside")]
    assert weights == sorted(weights)
    assert weights[0] < 0.1
    assert weights[-1] == english.weight("a stem on too few pages")


def test_words_of_other_languages_weigh_the_same() -> None:
    other = our_background(is_english=False)
    assert other.weight("the") == other.weight("péniche")
    english = our_background(is_english=True)
    assert english.weight("the") < other.weight("the") < english.weight("quayside")


def test_the_list_says_where_it_comes_from_as_the_weights_do() -> None:
    data = json.loads(pkgutil.get_data("provenance.link", "background.json") or b"")
    assert (data["data"], data["sha256"]) == (
        our_weights()["data"][0]["name"],
        our_weights()["data"][0]["sha256"],
    )
    assert min(map(int, data["stems"])) == LEAST_PAGES
    assert max(map(int, data["stems"])) <= data["pages"]


@pytest.mark.parametrize("side", ["same_language", "cross_language"])
def test_every_feature_that_is_told_has_a_weight_and_the_other_way_about(side: str) -> None:
    language = "en" if side == "same_language" else "fr"
    page = Page(["Deux barges sont passées à Ouldane.", "Two barges passed Ouldane."], language)
    ranking = LexicalScorer().rank("Two barges passed Ouldane.", "en", page)
    told = tell_page("Two barges passed Ouldane.", "en", page, ranking)
    for model in our_weights()[side]["confidence"].values():
        assert set(model["weights"]) == set(told)
