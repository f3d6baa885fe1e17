"""A host whose last label lost a letter is completed with proof from the same document, and only then."""

import pytest

from support.cite_builders import parse_text, update_with_notes


def urls_of(*notes: str) -> list[str | None]:
    parsed = parse_text(update_with_notes(*notes))
    return [citation.url for note in parsed.notes for citation in note.citations]


def test_a_torn_suffix_is_completed_by_the_same_host_elsewhere_in_the_document() -> None:
    torn, whole = "https://gazeta. dot u/a/1", "https://gazeta dot ru/b/2"
    assert urls_of(torn, whole) == ["https://gazeta.ru/a/1", "https://gazeta.ru/b/2"]
    assert urls_of(whole, torn) == ["https://gazeta.ru/b/2", "https://gazeta.ru/a/1"]


def test_the_completion_is_told_as_a_repair_and_is_the_same_source() -> None:
    parsed = parse_text(update_with_notes("https://gazeta. dot u/a", "https://www.gazeta dot ru/b"))
    citation = parsed.notes[0].citations[0]
    assert (citation.repairs[-1].before, citation.repairs[-1].after) == ("gazeta.u", "gazeta.ru")
    assert citation.canonical_url == "https://gazeta.ru/a"
    assert citation.raw == "https://gazeta. dot u/a"


@pytest.mark.parametrize(
    "others",
    [
        (),
        ("https://zeitung dot ru/b",),
        ("https://gazeta dot ru/b", "https://gazeta dot ua/b"),  # two fit
        ("https://gazeta dot com/b",),  # more than a letter
    ],
)
def test_without_one_proof_nothing_is_invented(others: tuple[str, ...]) -> None:
    assert urls_of("https://gazeta. dot u/a/1", *others)[0] == "https://gazeta.u/a/1"


def test_a_suffix_that_exists_is_left_alone() -> None:
    assert (
        urls_of("https://gazeta dot co/a", "https://gazeta dot com/b")[0] == "https://gazeta.co/a"
    )


def test_an_address_in_one_piece_is_taken_at_its_word() -> None:
    assert urls_of("https://gazeta.u/a", "https://gazeta.ru/b")[0] == "https://gazeta.u/a"
