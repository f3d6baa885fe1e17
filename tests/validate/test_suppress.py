"""A comment silences what it stands at, in each format that has comments, and nothing else."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.model import Parsed
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House
from provenance.validate.records import DraftFinding
from provenance.validate.rules import all_rules
from provenance.validate.suppress import read_suppressions
from support.growth import assert_grows_in_step

GLUED = "https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12"
TODAY = datetime(2024, 3, 8, tzinfo=UTC).date()


def looked_at(text: str, name: str, today: date = TODAY) -> tuple[DraftFinding, ...]:
    parsed = parse_document(read_document(text.encode(), name))
    draft = Draft(parsed, house=House(), today=today)
    return find_findings(draft, all_rules())


def standings(findings: tuple[DraftFinding, ...], rule: str = "FN103") -> list[str]:
    return [finding.standing for finding in findings if finding.rule == rule]


def codes(findings: tuple[DraftFinding, ...]) -> list[str]:
    return [finding.rule for finding in findings if finding.standing == "open"]


def markdown(before: str = "", behind: str = "", first: str = "") -> str:
    return (
        f"# A Short Update\n\n{first}By Ada Writer\n\nTwo barges were stopped.[^1] The toll was doubled.[^2]\n\n"
        f"{before}[^1]: {GLUED}{behind}\n\n[^2]: https://www.tolls.example/ahttps://www.fords.example/b\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        markdown(before="<!-- provenance: ignore FN103 -->\n"),
        markdown(before="<!--provenance:ignore FN103-->\n\n\n"),
        markdown(before="<!-- provenance: ignore\n  glued-addresses, FN107 because the agency\n  does -->\n"),
        markdown(behind=" <!-- provenance: ignore FN103 -->"),
        markdown(before="<!-- provenance: ignore FN103 -->\n<!-- provenance: ignore FN104 -->\n"),
        markdown(before="<!-- a word to the desk -->\n<!-- provenance: IGNORE FN103 until 2024-03-08 -->\n"),
    ],
    ids=["before", "apart", "over lines", "in the line", "two comments", "last day"],
)  # fmt: skip
def test_a_comment_in_markdown_holds_for_its_line_or_what_stands_behind_it(text: str) -> None:
    assert standings(looked_at(text, "draft.md")) == ["suppressed", "open"]


def test_a_comment_may_hold_for_the_whole_file_and_say_why() -> None:
    comment = "<!-- provenance: ignore-file FN103 because the agency sends it so -->\n\n"
    found = looked_at(markdown(first=comment), "draft.md")
    assert standings(found) == ["suppressed", "suppressed"]
    assert {each.reason for each in found if each.rule == "FN103"} == {"the agency sends it so"}


def test_a_note_of_several_paragraphs_is_silenced_whole() -> None:
    text = (
        "# A\n\nTwo barges were stopped.[^1] So it was.[^2]\n\n<!-- provenance: ignore FN103 -->\n"
        f"[^1]: A first paragraph.\n\n    {GLUED}\n\n[^2]: {GLUED}\n"
    )
    assert standings(looked_at(text, "draft.md")) == ["suppressed", "open"]


def test_what_readers_see_is_no_comment() -> None:
    shown = "```\n<!-- provenance: ignore-file FN103 -->\n```\n\n"
    assert standings(looked_at(markdown(first=shown), "draft.md")) == ["open", "open"]
    plain = f"<!-- provenance: ignore-file FN103 -->\n\nA.[1]\n\nReferences\n\n[1] {GLUED}\n"
    assert standings(looked_at(plain, "draft.txt")) == ["open"]


def page(first: str, second: str, between: str = "") -> str:
    return (
        "<html><body><h1>A Short Update</h1><p>Two barges were stopped.[1] The toll was doubled.[2]</p>"
        f"<h2>References</h2>{first}{between}{second}</body></html>"
    )


IGNORE = "<!-- provenance: ignore FN103 -->"


@pytest.mark.parametrize(
    "text",
    [
        page(f"{IGNORE}<p>[1] {GLUED}</p>", f"<p>[2] {GLUED}</p>"),
        page(f"<p>[1] {GLUED}{IGNORE}</p>", f"<p>[2] {GLUED}</p>"),
        page(f"<p>{IGNORE}[1] {GLUED}</p>\n", f"<p>[2] {GLUED}</p>"),
        page(f"<p>[1]{IGNORE} {GLUED}</p>", f"<p>[2] {GLUED}</p>"),
        page(f"<p>{IGNORE}[1] {GLUED}<br>", f"[2] {GLUED}</p>"),
    ],
    ids=["before a block", "at its end", "at its beginning", "inside", "between breaks"],
)
def test_in_html_a_comment_holds_for_its_block_though_all_is_one_line(text: str) -> None:
    assert standings(looked_at(text, "page.html")) == ["suppressed", "open"]


def test_between_two_blocks_the_second_is_meant() -> None:
    text = page(f"<p>[1] {GLUED}</p>", f"<p>[2] {GLUED}</p>", between=IGNORE)
    assert standings(looked_at(text, "page.html")) == ["open", "suppressed"]


def test_in_wikitext_a_comment_holds_for_the_notes_of_its_line() -> None:
    text = (
        f"== A Short Update ==\nTwo barges were stopped.<ref>{GLUED}</ref> {IGNORE}\n\n"
        f"The toll was doubled.<ref>{GLUED}</ref>\n\n{{{{reflist}}}}\n"
    )
    assert standings(looked_at(text, "draft.wiki")) == ["suppressed", "open"]


def test_in_restructuredtext_it_is_written_as_comments_are_there() -> None:
    text = (
        "A Short Update\n==============\n\nTwo barges were stopped. [1]_ The toll was doubled. [2]_\n\n"
        f".. provenance: ignore FN103\n.. [1] {GLUED}\n.. [2] {GLUED}\n"
    )
    assert standings(looked_at(text, "draft.rst")) == ["suppressed", "open"]


def test_of_notes_line_by_line_the_next_one_is_meant() -> None:
    text = markdown(before="<!-- provenance: ignore FN103 -->\n").replace("\n\n[^2]:", "\n[^2]:")
    assert standings(looked_at(text, "draft.md")) == ["suppressed", "open"]


def test_past_its_day_it_silences_nothing_and_that_is_said_at_the_place() -> None:
    text = markdown(before="<!-- provenance: ignore FN103 until 2024-03-07 because so -->\n")
    found = looked_at(text, "draft.md")
    assert standings(found) == ["open", "open"]
    late = next(each for each in found if each.rule == "FN901")
    glued = next(each for each in found if each.rule == "FN103")
    assert (late.start, late.place, late.label) == (glued.start, glued.place, "1")
    assert "2024-03-07" in late.message


def test_one_that_silences_nothing_is_told_at_its_own_place() -> None:
    found = looked_at(markdown(before="<!-- provenance: ignore FN120 -->\n"), "draft.md")
    idle = next(each for each in found if each.rule == "FN902")
    assert (idle.place.line, idle.place.column) == (7, 1)
    assert idle.severity == "info"


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("ignore FN1O3", "FN103 may be meant"),
        ("ignore", "names no rule"),
        ("ignore FN103 until spring", "is no day"),
        ("disable FN103", "“disable” is not understood"),
        ("", "not understood"),
    ],
    ids=["misspelled", "no rule", "no day", "another verb", "nothing"],
)
def test_one_that_is_not_understood_is_told(comment: str, words: str) -> None:
    found = looked_at(markdown(before=f"<!-- provenance: {comment} -->\n"), "draft.md")
    unknown = [each for each in found if each.rule == "FN903"]
    assert [words in each.message for each in unknown] == [True]
    assert standings(found) == ["open", "open"]
    assert "FN902" not in codes(found), "it is told once"


def test_comments_of_the_rules_themselves_can_be_silenced() -> None:
    text = markdown(before="<!-- provenance: ignore FN120 -->\n", first="<!-- provenance: ignore-file FN902 -->\n\n")  # fmt: skip
    assert "FN902" not in codes(looked_at(text, "draft.md"))


@pytest.mark.parametrize(
    ("begin", "token", "end"),
    [
        ("", "<!-- provenance: ", ""),
        ("<!-- provenance: ignore ", " " * 10, "x"),
        ("<!-- provenance: ignore ", "until because ", "-->"),
        ("", "<!-- provenance: ignore FN103 -->\n", ""),
    ],
    ids=["unclosed", "blanks", "words", "thousands"],
)
def test_hostile_comments_cost_no_more_than_they_are_long(begin: str, token: str, end: str) -> None:
    text = markdown()
    document = read_document(text.encode(), "draft.md")

    def behind_a_hostile_comment(count: int) -> Parsed:
        # the reader has limits of its own, and takes its time
        return parse_document(replace(document, source=begin + token * count + end + text))

    assert_grows_in_step(read_suppressions, behind_a_hostile_comment, 1_000, 10_000)
