"""Drafts that no editor writes: thousands of notes without markers, thousands of claims on one note."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.validate.draft import Draft, Known
from provenance.validate.engine import find_findings
from provenance.validate.house import House
from provenance.validate.rules import all_rules
from support.growth import assert_grows_in_step

TODAY = datetime(2024, 3, 8, tzinfo=UTC)
PAGE = "The warden of the ford spoke of the toll, and the barges wait for the board to meet. " * 6


class Everything:
    """Knows of every source that it is dead, and has its text."""

    def of(self, source_id: str) -> Known:
        return Known(source_id, state="dead", outcome="gone", checked_at=TODAY, captures=1)

    def texts_of(self, source_id: str) -> list[str]:
        return [f"{PAGE} {source_id}"]


def notes(count: int, number: Callable[[int], int]) -> str:
    return "\n".join(
        f'[{number(each)}] Ada Writer, "The toll of ford {each}," Ford Gazette, {1 + each % 28} March 2021,'
        f" https://gazette.example/{each}?utm_source=post"
        for each in range(1, count + 1)
    )


def all_to_the_first(count: int) -> str:
    claims = "\n\n".join(["The warden said the toll “was raised twice in a week”.[1]"] * count)
    return f"{claims}\n\nNotes\n\n{notes(count, lambda each: each)}\n"


def few_notes_of_many(count: int) -> str:
    claims = "\n\n".join(
        f"Of {each + 20} barges, Ilse Marrow said, “none has paid the toll” this year.[{each % 7 + 1}]"
        for each in range(count)
    )
    return f"{claims}\n\nNotes\n\n{notes(count, lambda each: each % 7 + 1)}\n"


def no_markers(count: int) -> str:
    claims = "\n\n".join(
        f"The toll of ford {each} was raised[{each} again." for each in range(count)
    )
    return f"{claims}\n\nNotes\n\n{notes(count, lambda each: each)}\n"


@pytest.mark.parametrize("make", [all_to_the_first, few_notes_of_many, no_markers])
def test_what_all_rules_take_grows_with_the_notes_and_not_with_their_square(
    make: Callable[[int], str],
) -> None:
    def draft_of(count: int) -> Draft:
        parsed = parse_document(read_document(make(count).encode(), "draft.txt"))
        return Draft(parsed, house=House(), today=TODAY.date(), knowledge=Everything())

    assert_grows_in_step(lambda draft: find_findings(draft, all_rules()), draft_of, 200, 1_600)
