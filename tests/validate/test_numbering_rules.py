"""Rules about numbers: what fires once, what stays silent, and what a renumbered draft looks like."""

import importlib
import os
import pkgutil
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.validate import rules
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.fix.mend import mend
from provenance.validate.house import House, Style
from provenance.validate.records import DraftFinding
from provenance.validate.rule import Rule
from support.cite_builders import patient, update_with_notes
from support.draft_blocks import data_of
from support.growth import assert_grows_in_step
from support.mending import editing, looker
from support.mending import mended as mend_file

NUMBERING: tuple[Rule, ...] = tuple(
    importlib.import_module(f"{rules.__name__}.{each.name}").RULE
    for each in pkgutil.iter_modules(rules.__path__)
    if each.name.startswith("fn0")
)
SITE = "https://www.tolls.example/2024/"


def a_draft(text: str | bytes, name: str = "draft.txt", **style: str) -> Draft:
    data = text if isinstance(text, bytes) else text.encode()
    parsed = parse_document(read_document(data, name))
    house = House(style=Style(**style))  # type: ignore[arg-type]
    return Draft(parsed, house=house, today=date(2024, 3, 8))


def found_in(text: str, name: str = "draft.txt", **style: str) -> list[tuple[str, str | None]]:
    return [(each.rule, each.label) for each in findings_of(text, name, **style)]


def findings_of(text: str, name: str = "draft.txt", **style: str) -> tuple[DraftFinding, ...]:
    return find_findings(a_draft(text, name, **style), NUMBERING)


def mended(text: str, rule: str, *, safe: bool = True, **style: str) -> str:
    """The text after the first fix of a rule; there must be one, as safe as said."""
    fix = next(each.fix for each in findings_of(text, **style) if each.rule == rule)
    assert fix is not None
    assert fix.safe is safe
    for edit in sorted(fix.edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.replacement + text[edit.end :]
    return text


def cited_by_claims(draft: Draft) -> list[list[str | None]]:
    """The addresses behind each claim, in the order of the text."""
    return [
        [cited.citation.url for cited in draft.cited_for(claim)] for claim in draft.parsed.claims
    ]


def a_text(body: str, *notes: str, heading: str = "References") -> str:
    entries = "\n\n".join(notes)
    return f"A Short Update\n\nBy Ada Writer\n\n{body}\n\n{heading}\n\n{entries}\n"


def notes_of(*numbers: int) -> tuple[str, ...]:
    """Notes whose words say which one was written first: `[3] https://…/1` is the first."""
    return tuple(f"[{number}] {SITE}{place}" for place, number in enumerate(numbers, 1))


def body_of(*markers: str) -> str:
    return " ".join(
        f"Barge {place} was stopped.{marker}" for place, marker in enumerate(markers, 1)
    )


def numbered(*markers: int) -> str:
    return body_of(*(f"[{marker}]" for marker in markers))


class TestRenumbering:
    def test_a_gap_closes_in_markers_groups_and_ranges(self) -> None:
        body = body_of("[1]", "[3, 4]", "[6-8]", "[1][8]")
        closed = body_of("[1]", "[2, 3]", "[4-6]", "[1][6]")
        assert mended(a_text(body, *notes_of(1, 3, 4, 6, 7, 8)), "FN004") == a_text(
            closed, *notes_of(1, 2, 3, 4, 5, 6)
        )

    def test_a_range_whose_notes_part_becomes_a_list(self) -> None:
        text = a_text(
            body_of("[2]", "[3]", "[1]", "[1-2]", *(f"[{n}]" for n in range(4, 9))),
            *notes_of(*range(1, 9)),
        )
        assert "Barge 3 was stopped.[3] Barge 4 was stopped.[1, 3]" in mended(text, "FN015")

    def test_a_range_over_two_brackets_is_left_to_a_person(self) -> None:
        text = a_text(body_of("[1]", "[3]–[5]"), *notes_of(1, 3, 4, 5))
        assert [(each.rule, each.fix) for each in findings_of(text)] == [("FN004", None)]

    def test_notes_of_a_page_stay_where_they_are(self) -> None:
        page = (
            "<p>" + numbered(1, 2, 4, 3, 5, 6) + "</p><h2>References</h2>"
            + "".join(f"<p>[{n}] {SITE}{n}</p>" for n in range(1, 7))
        )  # fmt: skip
        ((rule, fix),) = [(each.rule, each.fix) for each in findings_of(page, "page.html")]
        assert (rule, fix) == ("FN015", None)

    def test_a_range_moves_as_a_whole(self) -> None:
        text = a_text(body_of("[1]", "[4]", "[2-3]", "[5]", "[6]", "[7]"), *notes_of(*range(1, 8)))
        renumbered = mended(text, "FN015")
        assert "Barge 2 was stopped.[2] Barge 3 was stopped.[3-4]" in renumbered
        assert f"[2] {SITE}4\n\n[3] {SITE}2\n\n[4] {SITE}3" in renumbered
        assert found_in(renumbered) == []

    def test_every_claim_keeps_its_source_when_notes_change_places(self) -> None:
        text = a_text(numbered(1, 2, 5, 3, 4, 6, 7, 8), *notes_of(*range(1, 9)))
        renumbered = mended(text, "FN015")

        assert cited_by_claims(a_draft(renumbered)) == cited_by_claims(a_draft(text))
        assert found_in(renumbered) == []

    def test_notes_move_where_the_markers_count_up(self) -> None:
        text = a_text(numbered(1, 2, 3), f"[2] {SITE}b", f"[1] {SITE}a", f"[3] {SITE}c")
        assert mended(text, "FN005") == a_text(
            numbered(1, 2, 3), f"[1] {SITE}a", f"[2] {SITE}b", f"[3] {SITE}c"
        )

    def test_numbers_move_where_the_notes_stand_in_the_order_of_the_text(self) -> None:
        text = a_text(numbered(1, 3, 2), f"[1] {SITE}a", f"[3] {SITE}b", f"[2] {SITE}c")
        assert mended(text, "FN005") == a_text(
            numbered(1, 2, 3), f"[1] {SITE}a", f"[2] {SITE}b", f"[3] {SITE}c"
        )

    def test_a_list_that_counts_on_from_an_earlier_part_keeps_its_first_number(self) -> None:
        text = a_text(numbered(41, 43), *notes_of(41, 43))
        assert mended(text, "FN004") == a_text(numbered(41, 42), *notes_of(41, 42))

    @pytest.mark.parametrize(
        ("body", "last"),
        [
            pytest.param(numbered(1, 3), f"See note 3; {SITE}c", id="words name a note"),
            pytest.param(numbered(1, 3), f"{SITE}c, quoted in [1]", id="a number in a note"),
            pytest.param(numbered(1, 3) + " Ferries wait.[4]", f"{SITE}c", id="a marker leads nowhere"),
            pytest.param(numbered(1, 3) + " As footnote 3 says.", f"{SITE}c", id="body names a note"),
        ],
    )  # fmt: skip
    def test_nothing_is_renumbered_where_a_number_may_be_meant(self, body: str, last: str) -> None:
        gap = next(
            each
            for each in findings_of(a_text(body, f"[1] {SITE}a", f"[3] {last}"))
            if each.rule == "FN004"
        )
        assert gap.fix is None

    def test_notes_that_the_page_counts_are_named_but_not_moved(self) -> None:
        notes = "".join(f"<li>{SITE}{n}</li>" for n in range(1, 6))
        page = f"<p>{numbered(1, 3, 2, 4, 5)}</p><h2>References</h2><ol>{notes}</ol>"
        assert [(each.rule, each.fix) for each in findings_of(page, "page.html")] == [
            ("FN015", None)
        ]

    def test_footnotes_that_word_counts_are_never_out_of_order(self) -> None:
        words = "One.{2} Two.{1} Three.{3}\n" + "\n".join(f"{{{n}}}: {SITE}{n}" for n in (1, 2, 3))
        draft = a_draft(data_of("word", words), "draft.docx")
        assert find_findings(draft, NUMBERING) == ()

    def test_typed_numbers_of_a_page_are_renumbered_where_no_note_has_to_move(self) -> None:
        page = (
            "<p>One was stopped.[1] So was two.[3]</p><h2>References</h2>"
            f"<p>[1] {SITE}a</p><p>[3] {SITE}b</p>"
        )
        (gap,) = findings_of(page, "page.html")
        assert gap.fix is not None
        assert {edit.replacement for edit in gap.fix.edits} == {"[2]", "2"}

    @pytest.mark.parametrize(
        ("words", "after"),
        [
            (f"One was stopped.[1] So was two.[3]\nReferences\n[1] {SITE}a\n[3] {SITE}b", f"So was two.[2]\n\nReferences\n\n[1] {SITE}a\n\n[2] {SITE}b"),
            ("One was stopped.{1} So was two{2}. And three.{3} And four.{4}\n" + "\n".join(f"{{{n}}}: {SITE}{n}" for n in range(1, 5)), "So was two.[2] And three.[3]"),
            (f"One was stopped.[1] So was two.[2 And three.[3]\nReferences\n[1] {SITE}a\n[2] {SITE}b\n[3] {SITE}c", "So was two.[2] And"),
        ],
        ids=["a gap of typed numbers", "a footnote before the full stop", "a bracket lost"],
    )  # fmt: skip
    def test_word_files_are_mended_in_place(self, words: str, after: str) -> None:
        done = mend_file(data_of("word", words), "draft.docx", *NUMBERING)
        assert after in done.looked.draft.text
        assert done.left == ()

    def test_arabic_digits_stay_arabic(self) -> None:
        text = a_text("توقف القارب.[١] ثم الثاني.[٣]", f"[١] {SITE}a", f"[٣] {SITE}b")
        assert mended(text, "FN004") == a_text(
            "توقف القارب.[١] ثم الثاني.[٢]", f"[١] {SITE}a", f"[٢] {SITE}b"
        )


class TestManyFaultsOfOneKind:
    """A list that is wrong throughout is one fault: the finding at its first place counts the rest."""

    @pytest.mark.parametrize(
        ("markers", "notes", "rule", "said"),
        [
            pytest.param(range(1, 41, 2), range(1, 41, 2), "FN004", "and 18 more gaps follow", id="gaps"),
            pytest.param(range(1, 13), [1, *range(12, 1, -1)], "FN005", "10 of its 12 notes are out of place", id="order"),
            pytest.param(range(1, 20), range(1, 32), "FN002", "and 11 more of the 31 notes have none", id="markers"),
            pytest.param([*range(1, 25), *range(32, 24, -1)], range(1, 33), "FN015", "; 6 more of the 32", id="mentions"),
        ],
    )  # fmt: skip
    def test_is_one_finding(
        self, markers: Iterable[int], notes: Iterable[int], rule: str, said: str
    ) -> None:
        found = findings_of(a_text(numbered(*markers), *notes_of(*notes)))
        assert [each.rule for each in found if each.rule == rule] == [rule]
        assert said in next(each.message for each in found if each.rule == rule)

    def test_a_house_s_own_brackets_are_no_slips(self) -> None:
        text = a_text("One.[1] Two.[2] Three.[1 Four.[1 Five.[2", *notes_of(1, 2))
        assert "FN007" not in {rule for rule, _ in found_in(text)}


HOSTILE: dict[str, Callable[[int], str]] = {
    "unopened": lambda n: a_text("One.[1] Two.[2] " + "a.7] " * (10 * n), *notes_of(*range(1, 400))),
    "unclosed": lambda n: a_text("One.[1] Two.[2] " + "a.[7 " * (10 * n), *notes_of(*range(1, 400))),
    "doubled": lambda n: a_text(numbered(1), *notes_of(*[7] * n)),
    "gaps": lambda n: a_text(numbered(*range(1, n, 2)), *notes_of(*range(1, n, 2))),
    "backwards": lambda n: a_text(numbered(*range(1, n)), *notes_of(*range(n, 0, -1))),
    "groups": lambda n: a_text("Word.[1-50] " * n, *notes_of(*range(1, 400))),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_numbers_take_time_that_grows_with_them(what: str) -> None:
    make = HOSTILE[what]
    assert_grows_in_step(
        lambda draft: find_findings(draft, NUMBERING), lambda n: a_draft(make(n)), 200, 1_600
    )


class TestDoubledNumbers:
    def test_only_the_second_note_is_named(self) -> None:
        text = a_text(numbered(1, 2), *notes_of(1, 2, 2))
        assert found_in(text) == [("FN003", "2")]

    @pytest.mark.parametrize("typed", [(1, 2, 2, 4), (1, 2, 4, 4)], ids=["before", "behind"])
    def test_the_one_in_the_wrong_place_takes_the_number_that_a_marker_asks_for(
        self, typed: tuple[int, ...]
    ) -> None:
        text = a_text(numbered(1, 2, 3, 4), *notes_of(*typed))
        (slip,) = findings_of(text)
        assert slip.message.endswith("; here [3] is missing, which a marker asks for")
        assert slip.start == text.index(f"{SITE}3") - len("[2] ")
        assert mended(text, "FN003", safe=False) == a_text(
            numbered(1, 2, 3, 4), *notes_of(1, 2, 3, 4)
        )

    def test_they_are_not_out_of_order_for_that(self) -> None:
        text = a_text(numbered(1, 2, 3, 4), *notes_of(1, 2, 2, 4, 3))
        assert [rule for rule, _ in found_in(text) if rule == "FN005"] == ["FN005"]

    def test_a_number_that_is_used_again_is_nobody_s_second_note(self) -> None:
        text = a_text(numbered(1, 2, 2, 1), *notes_of(1, 2, 2))
        assert [each.fix for each in findings_of(text) if each.rule == "FN003"] == [None]


class TestCutLists:
    @pytest.mark.parametrize(
        ("markers", "notes", "said"),
        [
            pytest.param((1, 2), (1,), [("FN001", "2")], id="one marker too many is a slip"),
            pytest.param((1, 2, 3), (1,), [("FN009", "1")], id="two are a list that was cut"),
            pytest.param((1, 2, 3, 4, 5), (1, 3), [("FN001", "2"), ("FN009", "3")], id="a hole before the cut"),
            pytest.param((1, 2, 9), (1, 2), [], id="a number far off is no marker"),
            pytest.param((1, 2, 3), (), [("FN009", "1")], id="no list at all"),
        ],
    )  # fmt: skip
    def test_a_cut_list_is_one_finding(
        self, markers: tuple[int, ...], notes: tuple[int, ...], said: list[tuple[str, str]]
    ) -> None:
        text = a_text(numbered(*markers), *notes_of(*notes)) if notes else numbered(*markers)
        assert found_in(text) == said

    def test_it_says_how_many_notes_are_missing(self) -> None:
        (cut,) = findings_of(a_text(numbered(*range(1, 43)), *notes_of(1, 2)))
        assert cut.message == (
            "the list ends with [2], the markers go on to [42]: 40 notes are missing, "
            "and the end of [2] may be"
        )

    def test_a_heading_without_notes_below_is_one_finding_too(self) -> None:
        assert found_in(f"{numbered(1, 2, 3)}\n\nEndnotes\n\nShare this page\n") == [("FN009", "1")]

    @pytest.mark.parametrize(
        ("text", "severity"),
        [
            ("Barges wait [1]. Tolls rise [2]. Fords dry [3].", "error"),
            ("barges wait. [1] tolls rise. [2] fords dry. [3]", "error"),
            ("Copy rows[1] to rows[2] and rows[3] to rows[4] then.", "info"),
        ],
        ids=["before the full stop", "a flat copy", "code"],
    )
    def test_numbers_that_close_nothing_may_be_no_markers(self, text: str, severity: str) -> None:
        assert [(each.rule, each.severity) for each in findings_of(text)] == [("FN009", severity)]

    def test_named_notes_of_markdown_that_are_gone_are_one_finding(self) -> None:
        text = "# A Short Update\n\nOne was stopped.[^1] So was two.[^2] And three.[^3]\n"
        assert found_in(text, "draft.md") == [("FN009", "1")]


class TestNotesWithoutMarkers:
    def test_a_list_under_a_heading_of_notes_warns_once(self) -> None:
        (whole,) = findings_of(a_text("Barges were stopped.", *notes_of(1, 2, 3)))
        assert (whole.rule, whole.severity, whole.label) == ("FN002", "warning", None)

    def test_a_numbered_annex_is_only_worth_knowing(self) -> None:
        text = a_text("Barges were stopped.", *notes_of(1, 2, 3), heading="Annex: What We Read")
        assert [each.severity for each in findings_of(text)] == ["info"]

    @pytest.mark.parametrize("typed", [4, 1], ids=["one that comes later", "one that was named"])
    def test_a_marker_with_a_wrong_number_is_asked_about_once(self, typed: int) -> None:
        text = a_text(numbered(1, 2, typed, 4, 5), *notes_of(*range(1, 6)))
        (slip,) = findings_of(text)
        assert (slip.rule, slip.label) == ("FN002", "3")
        assert slip.message.endswith(f"was it meant by [{typed}] behind “…Barge 3 was stopped.”?")
        assert mended(text, "FN002", safe=False) == a_text(
            numbered(*range(1, 6)), *notes_of(*range(1, 6))
        )

    def test_a_marker_between_notes_that_do_not_go_on_is_not_asked_about(self) -> None:
        text = a_text(numbered(1, 2, 1, 2, 4, 5), *notes_of(*range(1, 6)))
        assert [(each.rule, each.fix) for each in findings_of(text)] == [("FN002", None)]

    def test_a_marker_whose_note_nothing_else_names_is_not_asked_about(self) -> None:
        text = a_text(numbered(1, 2, 5, 4), *notes_of(*range(1, 6)))
        assert {(each.rule, each.fix) for each in findings_of(text) if each.rule == "FN002"} == {
            ("FN002", None)
        }

    def test_a_note_that_another_note_names_has_a_reader(self) -> None:
        text = a_text(numbered(1, 3), f"[1] As in [2], {SITE}a", f"[2] {SITE}b", f"[3] {SITE}c")
        assert "FN002" not in {rule for rule, _ in found_in(text)}


class TestNearMarkers:
    @pytest.mark.parametrize(
        "slip", ["[2 ", "2] ", "[2} ", "[2) ", "{2] ", "(2] "], ids=lambda slip: slip.strip()
    )
    def test_a_number_with_a_bracket_lost_gets_it_back(self, slip: str) -> None:
        text = a_text(f"One was stopped.[1] So was two.{slip}And three.[3]", *notes_of(1, 2, 3))
        assert found_in(text) == [("FN007", "2")]
        whole = a_text("One was stopped.[1] So was two.[2] And three.[3]", *notes_of(1, 2, 3))
        assert mended(text, "FN007") == whole

    def test_a_number_whose_note_has_a_marker_is_only_an_offer(self) -> None:
        text = a_text("One was stopped.[1] So was two.[2 And three.[2]", *notes_of(1, 2))
        assert found_in(text) == [("FN007", "2")]
        assert "two.[2] And" in mended(text, "FN007", safe=False)

    def test_of_two_lost_markers_none_is_sure(self) -> None:
        text = a_text("One.[1] Two.[2 Three.[3 Four.[4] Five.[5]", *notes_of(*range(1, 6)))
        assert [each.fix and each.fix.safe for each in findings_of(text) if each.rule == "FN007"] == [False, False]  # fmt: skip

    def test_a_bracket_that_closes_a_remark_is_one(self) -> None:
        text = a_text("It wrote [of “the ford.”2] then.[1] It is dry.[2]", *notes_of(1, 2))
        assert found_in(text) == []

    def test_a_number_out_of_place_is_only_an_offer(self) -> None:
        text = a_text("One was stopped.[1] So was two.[3] And three.[2 Four.", *notes_of(1, 2, 3))
        assert "three.[2] Four." in mended(text, "FN007", safe=False)

    def test_a_bracket_around_nothing_is_taken_out_and_one_blank_stays(self) -> None:
        text = a_text("It sent boats[\u00a0\u00a0against posts.[1] So did two.[2]", *notes_of(1, 2))
        assert found_in(text) == [("FN007", None)]
        assert "It sent boats\u00a0against posts.[1]" in mended(text, "FN007", safe=False)

    @pytest.mark.parametrize(
        "words",
        [
            "He said “[the] ford”.[1] It was “[sic] dry”.[2]",
            "He [of March 4, 2024] left.[1] She [4 men said] stayed.[2]",
            "The range [0, 1) is open.[1] So is (1, 2].[2]",
            "Array x[ i ] is short.[1] So is y[2 ].[2]",
            "See [Source: the desk\nand others] here.[1] It is dry.[2]",
            "It wrote “b[py the river”.[1] It is dry.[2]",
        ],
        ids=["changed words", "remarks", "ranges", "code", "over a line", "a changed letter"],
    )  # fmt: skip
    def test_brackets_of_other_uses_are_left_alone(self, words: str) -> None:
        assert "FN007" not in {rule for rule, _ in found_in(a_text(words, *notes_of(1, 2)))}

    def test_what_stands_in_a_note_or_below_the_list_is_no_marker(self) -> None:
        text = a_text(numbered(1, 2), f"[1] {SITE}a.[2 again", f"[2] {SITE}b") + "\nTags.[1 x\n"
        assert "FN007" not in {rule for rule, _ in found_in(text)}


class TestPunctuation:
    def test_a_slip_in_a_draft_that_does_it_behind(self) -> None:
        text = a_text(body_of("[1]", "[2]", "[3]") + " So was four[4].", *notes_of(1, 2, 3, 4))
        assert found_in(text) == [("FN014", "4")]
        assert "So was four.[4]" in mended(text, "FN014")

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("four[4], and", "four,[4] and"),
            ("“four[4].” And", "“four.”[4] And"),
            ("four[4][5]; and", "four;[4][5] and"),
        ],
    )
    def test_signs_and_closing_quotation_marks_change_places(self, before: str, after: str) -> None:
        text = a_text(body_of("[1]", "[2]", "[3]", "[5]") + f" So was {before} more.", *notes_of(1, 2, 3, 4, 5))  # fmt: skip
        assert f"So was {after} more." in mended(text, "FN014")

    @pytest.mark.parametrize(
        "words",
        ["four[4] – and", "(four[4]) and", "four[4]... and", "four[4].5 and", "four[4] and"],
    )
    def test_what_english_prints_that_way_is_left_alone(self, words: str) -> None:
        text = a_text(body_of("[1]", "[2]", "[3]") + f" So was {words} more.", *notes_of(1, 2, 3, 4))  # fmt: skip
        assert found_in(text) == []

    def test_a_draft_that_does_it_before_is_consistent(self) -> None:
        text = a_text("One was stopped[1]. So was two[2]. And three[3].", *notes_of(1, 2, 3))
        assert found_in(text) == []

    def test_a_house_that_wants_them_before_gets_every_marker(self) -> None:
        text = a_text("One was stopped.[1] So was two[2].", *notes_of(1, 2))
        assert found_in(text, marker="before") == [("FN014", "1")]
        assert "One was stopped[1]. So" in mended(text, "FN014", marker="before")
        assert found_in(text, marker="any") == []

    def test_french_puts_them_before(self) -> None:
        body = (
            "Les barges ont été arrêtées par les combattants sur la rivière près de la ville.[1] "
            "Le péage a été doublé lundi dans tous les ports de la région du fleuve.[2] "
            "Les bateliers attendent depuis une semaine devant l’écluse fermée.[3] "
            "Le gouvernement n’a pas répondu aux questions des journalistes[4]."
        )
        assert found_in(a_text(body, *notes_of(1, 2, 3, 4), heading="Références")) == []


class TestOrderOfMarkers:
    def test_the_marker_that_moved_is_named_and_no_other(self) -> None:
        text = a_text(numbered(1, 2, 7, 3, 4, 5, 6, 8), *notes_of(*range(1, 9)))
        assert found_in(text) == [("FN015", "7")]

    def test_a_list_sorted_by_name_is_left_alone(self) -> None:
        text = a_text(numbered(4, 2, 6, 1, 5, 3), *notes_of(*range(1, 7)))
        assert found_in(text) == []

    def test_a_note_named_again_later_is_no_fault(self) -> None:
        assert found_in(a_text(numbered(1, 2, 1, 3, 2, 4), *notes_of(1, 2, 3, 4))) == []


def test_a_sound_update_is_clean() -> None:
    assert found_in(update_with_notes(*(f"{SITE}{n}" for n in range(1, 31)))) == []


@patient
@given(
    st.permutations(range(1, 13)),
    st.lists(st.integers(0, 11), max_size=8),
    st.sets(st.integers(1, 30), min_size=12, max_size=12),
)
def test_mending_numbers_never_changes_what_a_claim_cites(
    order: list[int], again: list[int], numbers: set[int]
) -> None:
    """Lists in any order, with gaps, named in any order and again: the mender leaves none worse."""
    printed = sorted(numbers)
    names = [printed[place - 1] for place in order] + [printed[place] for place in again]
    notes = [f"[{printed[place - 1]}] {SITE}{place}" for place in reversed(order)]
    text = a_text(numbered(*names), *notes)
    look = looker("draft.txt", *NUMBERING)
    seen = look(text.encode())
    assert seen is not None
    done = mend(seen, look, unsafe=True)
    assert cited_by_claims(a_draft(done.data)) == cited_by_claims(seen.draft)
    assert mend(done.looked, look, unsafe=True).data == done.data


def test_a_fix_that_moves_notes_and_swaps_their_sources_is_refused() -> None:
    text = a_text(numbered(1, 2), f"[2] {SITE}b", f"[1] {SITE}a")
    moved, whole = f"[1] {SITE}b\n\n[2] {SITE}a", f"[2] {SITE}b\n\n[1] {SITE}a"
    swapped = editing(
        lambda words: [(at, at + len(whole), moved) for at in [words.find(whole)] if at >= 0],
        notes="moved",
    )
    look = looker("draft.txt", swapped)
    seen = look(text.encode())
    assert seen is not None
    done = mend(seen, look)
    assert done.data == text.encode()
    assert "would not name the same sources" in done.left[0].reason


CORPUS = os.environ.get("PROVENANCE_CORPUS", "")


@pytest.mark.skipif(not CORPUS, reason="PROVENANCE_CORPUS is not set")
def test_the_seed_has_one_near_marker_and_twenty_cut_addresses() -> None:
    (path,) = (Path(CORPUS) / "seed").glob("*.txt")
    draft = a_draft(path.read_bytes(), path.name)
    cut = importlib.import_module(f"{rules.__name__}.fn102_cut_address").RULE
    found = [each.rule for each in find_findings(draft, (*NUMBERING, cut))]
    assert found.count("FN102") == 20
    assert [rule for rule in found if rule != "FN102"] == ["FN007"]
