"""A blank behind the scheme makes no second address, and a page named twice is one antecedent."""

import pytest

from support.cite_builders import parse_text, update_with_notes


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\t"], ids=["space", "no-break", "tab"])
@pytest.mark.parametrize("scheme", ["https://", "http://", "ttps://"])
def test_a_blank_between_scheme_and_www_stands_inside_one_address(scheme: str, blank: str) -> None:
    text = update_with_notes(f"{scheme}{blank}www.fords.example/low-water; https://tolls.example/a")
    first, second = parse_text(text).notes[0].citations
    assert first.url is not None
    assert first.url.endswith("://www.fords.example/low-water")
    assert first.raw == f"{scheme}{blank}www.fords.example/low-water"
    assert second.url == "https://tolls.example/a"


def test_www_behind_a_whole_address_and_a_blank_begins_an_address() -> None:
    text = update_with_notes("https://tolls.example/a www.fords.example/low-water")
    assert [each.url for each in parse_text(text).notes[0].citations] == [
        "https://tolls.example/a",
        "https://www.fords.example/low-water",
    ]


@pytest.mark.parametrize(
    "note",
    [
        "https://tolls.example/a?id=1; https://tolls.example/a?id=1",
        "https://www.tolls.example/a; http://tolls.example/a",
        "“Tolls Doubled,” Ford Post, March 4, 2024, https://tolls.example/a; ibid., p. 3.",
    ],
    ids=["twice", "two spellings", "work and ibid"],
)
def test_ibid_behind_a_note_that_names_one_source_twice_is_that_source(note: str) -> None:
    parsed = parse_text(update_with_notes(note, "Ibid."))
    (short,) = parsed.notes[1].citations
    assert short.antecedent is not None
    assert (short.antecedent.label, short.antecedent.index) == ("1", 0)
    assert not [found for found in parsed.findings if found.rule in {"FN201", "FN202"}]


def test_ibid_behind_a_note_with_two_sources_still_stands_for_neither() -> None:
    parsed = parse_text(
        update_with_notes("https://tolls.example/a; https://tolls.example/b", "Ibid.")
    )
    assert parsed.notes[1].citations[0].antecedent is None
    assert [found.rule for found in parsed.findings] == ["FN202"]
