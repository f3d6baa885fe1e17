"""An acronym is there where its name is spelled out, and a name where its acronym is."""

import pytest

from provenance.link.acronyms import Abbreviation, find_declared, names_carried
from provenance.link.evidence import Asked, find_evidence, read_page
from provenance.link.missing import find_missing


def names_missing(claim: str, passage: str, *page: str) -> tuple[str, ...]:
    declared = find_declared([passage, *page])
    return find_missing(claim, "en", passage, (), "en", declared=declared).names


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        (
            "The last LUOM detachment left.",
            "A detachment of the League of Upper Orrin Millers left.",
        ),
        ("The League of Upper Orrin Millers left.", "The LUOM left in the night."),
        ("In May the ORF left.", "Yesterday the Orrin River Front left."),
        ("Fighters of the Orrin River Front left.", "ORF fighters left."),
        ("On Monday the FLO withdrew.", "Le Front de Libération de l’Orrin s’est retiré."),
    ],
    ids=["spelled out", "shortened", "three letters", "the fighters of", "French articles"],
)
def test_initials_stand_for_their_name(claim: str, passage: str) -> None:
    assert names_missing(claim, passage) == ()


def test_what_the_page_declares_elsewhere_counts() -> None:
    claim, passage = (
        "The detachment of UPMISTA left.",
        "The mission of the united people in the stations left.",
    )
    assert names_missing(claim, passage) == ("UPMISTA",)
    told = "The Mission of the United People in the Stations (UPMISTA) was founded in 2019."
    assert find_declared([told]) == frozenset()  # its letters are in another order
    told = "The United People’s Mission in the Stations (UPMISTA) was founded in 2019."
    assert names_missing(claim, "The United People’s Mission in the Stations left.", told) == ()


def test_what_the_claim_declares_counts() -> None:
    claim = "On Monday the Upper Orrin Mission (UOM) left."
    assert names_missing(claim, "The UOM left.") == ()
    assert names_missing(claim, "The Upper Orrin Mission left.") == ()


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The last LUOM detachment left.", "A detachment of the Guild of Lower Orrin Boatmen left."),
        ("The last LUOM detachment left.", "A detachment of the league of upper orrin millers left."),
        ("In May the ORF left.", "Other rivers flood."),
    ],
    ids=["other initials", "no capitals", "small letters"],
)  # fmt: skip
def test_what_only_resembles_initials_is_missing(claim: str, passage: str) -> None:
    assert names_missing(claim, passage)


def test_two_letters_are_too_few_without_brackets() -> None:
    claim, passage = "In spring the UO left.", "Yesterday Ula Orm left."
    assert names_carried(claim, [passage], frozenset()) == frozenset()
    declared = find_declared(["The Upper Orrin (UO) rose."])
    assert names_carried(claim, ["The Upper Orrin rose."], declared) == {"uo"}


@pytest.mark.parametrize(
    ("text", "short", "words"),
    [
        ("the Upper Orrin Mission (UOM) left", "UOM", ("upper", "orrin", "mission")),
        ("the UOM (Upper Orrin Mission) left", "UOM", ("upper", "orrin", "mission")),
        ("the Upper Orrin Mission (“UOM”) left", "UOM", ("upper", "orrin", "mission")),
        ("the Upper Orrin Mission (hereafter UOM) left", "UOM", ("upper", "orrin", "mission")),
        ("Mission des Hautes terres unies (MHTU)", "MHTU", ("mission", "hautes", "terres", "unies")),
        ("Речной фронт Оррина (РФО)", "РФО", ("rechnoy", "front", "orrina")),
    ],
    ids=["after", "before", "quoted", "hereafter", "small letters", "Russian"],
)  # fmt: skip
def test_brackets_declare(text: str, short: str, words: tuple[str, ...]) -> None:
    assert find_declared([text]) == {Abbreviation(short, words)}


@pytest.mark.parametrize(
    "text",
    ["", "(", "()", "(UOM", "((UOM))", "Ada Marrow (UOM)", "(" * 900, "A (" * 300, "x (y)", "The lock (see OTHER) is"],
    ids=["empty", "open", "nothing in it", "not closed", "twice", "another name", "many", "and many", "small", "prose"],
)  # fmt: skip
def test_other_brackets_declare_nothing(text: str) -> None:
    assert find_declared([text]) == frozenset()


def test_a_passage_with_the_name_spelled_out_is_supported() -> None:
    page = read_page(
        "Millers leave the river\n\nThe last detachment of the League of Upper Orrin Millers left Belqasra"
        " on 9 February, three weeks ahead of its schedule.\n\nIt travelled by road. The mayor was not told.",
        "en",
    )
    claim = (
        "The last LUOM detachment left Belqasra on February 9, three weeks ahead of its schedule."
    )
    found = find_evidence(Asked("claim-1", claim, "en", "source-1"), page, None)
    assert (found.verdict, found.passage and found.passage.exact[:20]) == (
        "supported",
        "The last detachment ",
    )
