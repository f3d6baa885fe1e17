"""How far a page drifted, in words that a person reads."""

from collections.abc import Callable

import pytest

from provenance.watch.drift import PageText, compare_pages
from support.growth import assert_grows_in_step

BODY = "\n".join(f"At gate {n} the keeper takes {n} crowns of every barge." for n in range(1, 21))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (BODY, BODY, ()),
        (BODY, BODY.upper().replace(" ", "\u00a0"), ()),
        (BODY, BODY + "\nMenu\nMenu", ()),
        (
            BODY,
            BODY.replace("takes 7 crowns", "takes 9 crowns"),
            ("little of the text changed: 1 words gone, 1 new (under 1 %)",),
        ),
        (BODY, "", ("all of the text is gone",)),
        ("", BODY, ("there is a text now, where there was none",)),
        (
            "The toll is due at the gate.",
            "Buy casino chips online today!",
            ("this is another text: 7 words gone, 5 new (100 %)",),
        ),
        (
            BODY,
            "\n".join(BODY.splitlines()[:4]),
            ("most of the text changed: 176 words gone, 0 new (67 %)",),
        ),
        ("الرسم مستحق", "الرَّسْمُ مُسْتَحَقٌّ", ()),
    ],
    ids=["same", "case", "menu", "number", "gone", "new", "another", "most", "arabic"],
)
def test_a_person_reads_how_much_of_a_text_changed(
    before: str, after: str, said: tuple[str, ...]
) -> None:
    assert compare_pages(PageText(before), PageText(after)).said == said


def test_lines_that_other_pages_have_too_are_no_drift() -> None:
    menu = "Home of the tolls, all news and all of the weather"
    drift = compare_pages(PageText(BODY), PageText(f"{menu}\n{BODY}"), {menu.upper()})
    assert (drift.share, drift.said) == (0.0, ())


def test_title_link_and_language_are_named() -> None:
    before = PageText(BODY, "Tolls", "https://ford.example/tolls", "en")
    after = PageText(BODY, "Casino", None, "de")
    assert compare_pages(before, after).said == (
        "the title was 'Tolls' and is 'Casino'",
        "the canonical link is gone: it was 'https://ford.example/tolls'",
        "the language was 'en' and is 'de'",
    )


def test_what_was_never_known_is_no_drift() -> None:
    assert (
        compare_pages(PageText(BODY), PageText(BODY, "Tolls", "https://a.example", "en")).said == ()
    )


def test_the_share_is_the_same_both_ways() -> None:
    one, other = PageText(BODY), PageText(BODY.replace("barge", "boat"))
    assert compare_pages(one, other).share == compare_pages(other, one).share > 0


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda n: ("a " * n + "b", "b " + "a " * n), 250_000),
        (lambda n: ("a b\n" * n, "b a\n" * n), 32_000),
    ],
    ids=["one-line", "many-lines"],
)
def test_huge_texts_are_compared_in_time_that_grows_with_their_length(
    make: Callable[[int], tuple[str, str]], size: int
) -> None:
    def compare(texts: tuple[str, str]) -> None:
        old, new = texts
        compare_pages(PageText(old), PageText(new))

    assert_grows_in_step(compare, make, size // 8, size)
