"""When a page is no longer what claims lean on, in words that quote no page."""

import pytest

from provenance.model import Passage
from provenance.watch.drift import PageText, compare_pages, find_furniture, read_lines
from provenance.watch.rot import DRIFTED_AT, find_rot

# Sentences that have nothing in common: one that is gone is not taken for a neighbour.
LINES = [
    " ".join(f"{word}{n}" for word in ("alder", "birch", "cedar", "elm", "fir", "hazel")) + "."
    for n in range(40)
]
LINES[3] = "The keeper of the upper ford let 6 rafts of cedar pass before noon."
LINES[30] = "Salt boats go free, while each cart pays 33 crowns at the gate."
BASE = PageText("\n".join(LINES))


def quoted(line: str) -> Passage:
    text = BASE.text
    start = text.index(line)
    end = start + len(line)
    return Passage(line, text[max(0, start - 32) : start], text[end : end + 32], start, end)


def test_a_page_that_is_as_it_was_has_not_drifted() -> None:
    rot = find_rot(BASE, BASE, [quoted(LINES[3])])
    assert (rot.reason, rot.drift.share) == (None, 0.0)
    assert rot.followed[0].found.state == "intact"


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        ({3: LINES[3].replace("6 rafts", "9 rafts")}, "of the passages that 2 claims lean on, 1 altered"),
        ({3: "", 30: ""}, "of the passages that 2 claims lean on, 2 missing"),
        ({3: "", 30: LINES[30].replace("33 crowns", "9 crowns")},
         "of the passages that 2 claims lean on, 1 altered and 1 missing"),
        ({4: "", 5: "", 6: ""}, None),
    ],
    ids=["altered", "missing", "both", "elsewhere"],
)  # fmt: skip
def test_passages_are_counted_by_claim(edit: dict[int, str], reason: str | None) -> None:
    now = "\n".join(edit.get(number, line) for number, line in enumerate(LINES))
    rot = find_rot(BASE, PageText(now), [quoted(LINES[3]), quoted(LINES[30])])
    assert rot.reason == reason


def test_many_claims_that_lean_on_one_passage_are_each_told() -> None:
    now = PageText("\n".join(line for line in LINES if line != LINES[3]))
    rot = find_rot(BASE, now, [quoted(LINES[3])] * 3)
    assert [each.found.state for each in rot.followed] == ["missing"] * 3
    assert rot.reason == "of the passages that 3 claims lean on, 3 missing"


def test_a_page_is_another_by_its_words_also_where_no_passage_is_followed() -> None:
    new = [
        f"Win {n} crowns at table {n}, where the wheel turns {n} times tonight!" for n in range(40)
    ]
    assert find_rot(BASE, PageText("\n".join(new)), []).reason is not None
    half = find_rot(BASE, PageText("\n".join([*LINES[:30], *new[:10]])), [])
    assert half.drift.share < DRIFTED_AT
    assert half.reason is None


def test_the_reason_holds_no_word_of_either_page() -> None:
    now = PageText("Jackpot " * 30, title="Jackpot", language="xx")
    reason = find_rot(BASE, now, [quoted(LINES[3])]).reason or ""
    assert reason.startswith("the passage that a claim leans on is missing; ")
    assert not {"jackpot", "keeper", "rafts", "cedar"} & set(reason.lower().split())


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ({"title": "Jackpot"}, "another title"),
        ({"canonical_url": "https://wheels.example/"}, "another canonical link"),
        ({"canonical_url": None, "language": None}, "another canonical link and language"),
        ({"title": "  TOLLS at the fords"}, None),
    ],
    ids=["title", "link", "gone", "only set otherwise"],
)
def test_what_else_is_another_is_named_beside_a_lost_passage_and_alone_proves_nothing(
    head: dict[str, str | None], told: str | None
) -> None:
    base = PageText(BASE.text, "Tolls at the fords", "https://fords.example/upper", "en")
    now = base._replace(**head)
    assert find_rot(base, now, [quoted(LINES[3])]).reason is None
    lost = now._replace(text="\n".join(line for line in LINES if line != LINES[3]))
    reason = find_rot(base, lost, [quoted(LINES[3])]).reason
    assert reason == "; ".join(
        ["the passage that a claim leans on is missing", *([told] if told else [])]
    )


def test_of_two_neighbours_both_must_have_a_line_of_one_it_is_enough() -> None:
    menu, own = "News   Tolls", "The toll is 16."
    assert find_furniture([read_lines(menu)]) == {"news tolls"}
    assert find_furniture([read_lines(f"{menu}\n{own}"), read_lines(menu.upper())]) == {
        "news tolls"
    }
    assert find_furniture([]) == frozenset()


def test_where_the_neighbours_are_copies_of_the_page_nothing_is_furniture() -> None:
    """Else a page that is there four times could never drift."""
    furniture = find_furniture([read_lines(BASE.text)] * 4)
    now = PageText("\n".join(LINES[:4]))
    assert compare_pages(BASE, now, furniture).share > DRIFTED_AT


def test_a_host_whose_pages_were_all_parked_has_lost_its_text() -> None:
    parked = PageText("This name is for sale.\nAsk for the price today, or tomorrow, or any day.")
    furniture = find_furniture([read_lines(parked.text)] * 4)
    drift = compare_pages(BASE, parked, furniture)
    assert drift.share == 1.0
    assert drift.said[0] == "all of the text is gone"
