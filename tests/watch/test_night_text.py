"""The morning report as text: one screen, and each line says what to do."""

import unicodedata
from pathlib import Path

import pytest

from provenance.model import Citing, NightReport, Replacement
from provenance.watch.report.headline import headline
from provenance.watch.report.items import fold
from provenance.watch.report.text import lay_out, render_text
from support.nights import (
    HOSTILE,
    NIGHT,
    a_blind_night,
    a_busy_night,
    a_change,
    a_hostile_night,
    a_quiet_night,
    a_report,
)

NIGHTS = {
    "quiet": a_quiet_night(),
    "blind": a_blind_night(),
    "busy": a_busy_night(),
    "very-busy": a_busy_night(5_000),
    "hostile": a_hostile_night(),
}


@pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS.keys())
@pytest.mark.parametrize(("rows", "width"), [(39, 100), (23, 80)])
def test_a_night_fits_one_screen(night: NightReport, rows: int, width: int) -> None:
    lines = render_text(night, rows=rows, width=width).splitlines()
    assert len(lines) <= rows
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS.keys())
def test_below_every_thing_that_happened_stands_what_to_do(night: NightReport) -> None:
    rows = lay_out(night)
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        if row.kind == "item":
            assert following is not None
            assert following.kind == "advice"
            assert following.text.strip("→ ")


def test_what_finds_no_room_is_counted_by_what_to_do() -> None:
    night = a_busy_night(200)
    text = render_text(night)
    shown = sum(len(item.changes) for item in fold(night)["worse"] if f"{item.what[:25]}" in text)
    (rest,) = [line for line in text.splitlines() if " more with " in line]
    worse = sum(change.group == "worse" for change in night.changes)
    left = int(rest.split()[1].replace(",", ""))
    assert 0 < left < worse
    assert worse - left <= shown
    assert "cite an archived copy (" in rest
    assert "--last --all" in rest


def test_all_of_it_names_every_change_with_its_copy() -> None:
    night = a_busy_night(200)
    text = render_text(night, everything=True)
    for change in night.changes:
        assert change.url is not None
        assert change.url in text
        if change.replacement and change.group == "worse":
            assert change.replacement.url in text


def test_a_wall_around_a_host_is_one_item() -> None:
    (first, *_) = fold(a_busy_night())["worse"]
    assert (first.what, len(first.changes)) == ("13 of 14 guild.example links", 13)
    assert "cite a copy" in first.advice


def test_three_of_a_host_that_became_the_same_are_one_item_and_two_are_two() -> None:
    for count, items in ((2, 2), (3, 1)):
        night = a_report(*(a_change(number) for number in range(count)))
        assert len(fold(night)["worse"]) == items


def test_no_alarm_of_another_host_hides_in_an_item() -> None:
    night = a_busy_night()
    for items in fold(night).values():
        for item in items:
            assert len({change.host for change in item.changes}) <= 1
    told = [
        change.source_id
        for items in fold(night).values()
        for item in items
        for change in item.changes
    ]
    assert sorted(told) == sorted(change.source_id for change in night.changes)


def test_a_night_of_our_own_outage_says_so_once() -> None:
    lines = render_text(a_blind_night()).splitlines()
    assert "we were offline" in lines[0]
    assert "mend our own network" in lines[2]
    assert len(lines) == 3


def test_a_quiet_night_says_that_nothing_needs_anybody() -> None:
    assert headline(a_quiet_night()) == "nothing needs you"


@pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS.keys())
def test_a_headline_has_ten_words_at_most(night: NightReport) -> None:
    assert len(headline(night).split()) <= 10


@pytest.mark.parametrize("everything", [False, True])
def test_strangers_words_steer_no_terminal(everything: bool) -> None:
    text = render_text(a_hostile_night(), everything=everything)
    assert HOSTILE.split("\x1b")[0][:10] in text
    for char in text.replace("\n", ""):
        assert unicodedata.category(char) not in {"Cc", "Cs"}
        assert char not in "\u202e\u202a\u2066"
    assert all(
        row.link is None or row.link.startswith("https://") for row in lay_out(a_hostile_night())
    )


def test_what_is_kept_at_the_desk_has_the_address_of_the_desk() -> None:
    assert "https://desk.example/captures/p5" in render_text(
        a_busy_night(), desk="https://desk.example/"
    )


def test_a_single_claim_is_named_by_its_note_and_document() -> None:
    citing = (Citing("d1", "River update 12", "7", "c1", "A barge pays 16 crowns."),)
    change = a_change(1, citing=citing, claims=("c1",), claims_in_all=1)
    assert "note 7 of River update 12" in render_text(a_report(change))
    everything = render_text(a_report(change), everything=True)
    assert "note 7 of “River update 12”: “A barge pays 16 crowns.”" in everything


@pytest.mark.parametrize("digits", [4, 24])
def test_the_day_of_a_copy_gives_way_to_its_address(digits: int) -> None:
    copy = Replacement("capture", f"/captures/capture-{'7' * digits}", NIGHT)
    advice = "read what the page says now; show our capture of 2026-03-04"
    row = render_text(a_report(a_change(1, replacement=copy, advice=advice))).splitlines()[5]
    assert row.endswith(copy.url)
    assert len(row) <= 100
    assert ("of 2026-03-04" in row) == (digits == 4)


def test_the_documentation_shows_a_night_as_it_is_printed() -> None:
    page = (Path(__file__).parents[2] / "docs/nightly.md").read_text("utf-8")
    assert f"```text\n{render_text(a_busy_night())}```" in page


def test_looks_that_met_trouble_were_looks_and_a_night_without_any_says_so() -> None:
    in_vain = render_text(a_report(due=2, checked=0, failed=2)).splitlines()
    assert in_vain[1].startswith("2 of 2 sources that were due looked at")
    assert in_vain[1].endswith("2 of them met passing trouble")
    nothing = render_text(a_report(due=0, checked=0, failed=0)).splitlines()
    assert nothing[1] == "no source was due"


def test_what_ended_a_night_is_told_to_the_last_word() -> None:
    run = {"due": 40_120, "checked": 38_112, "failed": 1_204, "skipped": 804}
    lines = render_text(a_report(ended_by="minutes", **run), width=100).splitlines()
    assert max(map(len, lines)) <= 100
    assert " ".join(lines[1:]).endswith("804 left for the next night, its minutes were spent")


def test_a_first_night_says_that_what_was_known_is_no_news() -> None:
    said = "what was found by day before it is not told again"
    assert said in " ".join(render_text(a_report(previous=None)).split())
    assert said not in " ".join(render_text(a_report()).split())
