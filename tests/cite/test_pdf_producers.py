"""What programs do when they make a PDF, each shape as one of them was seen to make it.

Found by typesetting known content with LaTeX, Typst, LibreOffice, Chromium and WeasyPrint and
comparing what came back; here the shapes are drawn anew, as small as they can be.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from provenance.cite.metadata import read_metadata
from provenance.cite.parse import parse_document
from provenance.cite.readers.pdf import read_pdf_document
from provenance.cite.readers.pdf_joins import join_of, read_vocabulary
from provenance.cite.readers.pdf_lines import Line
from provenance.model import Parsed
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true
from support.pdf_builder import COURIER_WIDTH, LinkAt, RuleAt, Shown, a_set_pdf, set_lines

FILES = Path(__file__).parents[1] / "files"
BODY, NOTE = 11.0, 9.0
FILLER = ["The committee met on four days in spring and heard those",
          "who had been in the field, line by line, until the night."]  # fmt: skip


def parse(*pages: Sequence[Shown]) -> Parsed:
    return parse_data(a_set_pdf(*pages))


def parse_data(data: bytes) -> Parsed:
    parsed = parse_document(read_pdf_document(data, "0" * 64))
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    return parsed


def claims_of(parsed: Parsed) -> list[tuple[str, list[str]]]:
    return [(claim.text, [one.label for one in claim.markers]) for claim in parsed.claims]


def urls_of(parsed: Parsed) -> list[list[str | None]]:
    return [[one.url for one in note.citations if one.url] for note in parsed.notes]


def width(text: str, size: float) -> float:
    return len(text) * COURIER_WIDTH * size


def test_digits_that_the_font_itself_raises_are_markers() -> None:
    parsed = parse_data((FILES / "digits_raised_by_the_font.pdf").read_bytes())
    assert [note.label for note in parsed.notes] == ["1", "2"]
    assert claims_of(parsed) == [("The strait is open.", ["1"]), ("Tolls are charged,", ["2"])]


def test_codes_of_ligatures_that_a_font_does_not_name_are_letters() -> None:
    parsed = parse(set_lines(["The o\x1ece found a \x1cle on \x1dags and co\x1bee."], size=BODY))
    assert parsed.document.text == "The office found a file on flags and coffee."


def test_a_link_that_is_underlined_is_no_rule_above_notes() -> None:
    notes = ["^1^ https://a.example/tolls", "^2^ https://b.example/straits"]
    page = set_lines([*FILLER, "Tolls are charged.^1^ The strait is open.^2^"], size=BODY)
    page += [RuleAt(72, 200, 214), *set_lines(notes, top=200, size=NOTE)]
    page += [RuleAt(82, 230, 198), RuleAt(82, 240, 198 - 1.2 * NOTE)]
    assert urls_of(parse(page)) == [["https://a.example/tolls"], ["https://b.example/straits"]]


def test_a_footer_below_underlined_words_is_left_out() -> None:
    pages = []
    for number in range(1, 4):
        page = set_lines([f"Statement number {number} stands."] * 4, top=100, size=BODY)
        page += [RuleAt(72, 200, 62), *set_lines([f"file:///a.html {number}/3"], top=30, size=8)]
        pages.append(page)
    assert "file" not in parse(*pages).document.text


def test_a_footer_close_to_the_notes_is_left_out() -> None:
    pages = []
    for number in range(1, 5):
        page = set_lines([*FILLER, f"Statement number {number} stands.^{number}^"], size=BODY)
        page += set_lines([f"^{number}^ https://a.example/{number}."], top=80, size=NOTE)
        page += set_lines([f"Page {number} of 4"], top=68, size=BODY)
        pages.append(page)
    assert urls_of(parse(*pages)) == [[f"https://a.example/{n}"] for n in range(1, 5)]
    assert "Page" not in parse(*pages).document.text


def a_list(*entries: str) -> list[Shown]:
    body = ["A sentence stands here.[1] Another one stands here.[4]"]
    return [*set_lines(body, size=BODY), *set_lines(["References"], top=620, size=14, bold=True),
            *set_lines(entries, top=590, size=BODY)]  # fmt: skip


def test_entries_that_begin_pages_alike_are_kept() -> None:
    pages = [a_list("[1] Ibid.", "[2] https://a.example/2", "[3] https://a.example/3")]
    for n in (4, 6, 8):
        entries = [f"[{n}] Ibid.", "", f"[{n + 1}] https://a.example/{n + 1}"]
        pages.append(set_lines(entries, top=700, size=BODY))
    assert [note.label for note in parse(*pages).notes] == [str(n) for n in range(1, 10)]


def test_a_list_goes_on_behind_an_entry_that_is_lost() -> None:
    parsed = parse(a_list("[1] https://a.example/1", "[2] Ibid.", "[4] https://a.example/4"))
    assert [note.label for note in parsed.notes] == ["1", "2", "4"]


def test_raised_numbers_lead_to_a_list_in_brackets() -> None:
    body = ["A sentence stands here.^1^ Another one stands here.^2,3^ " + "And more. " * 14]
    entries = [f"[{n}] https://a.example/{n}" for n in range(1, 5)]
    parsed = parse(
        [*set_lines(body, size=5), *set_lines(["References"], top=620, size=9, bold=True),
         *set_lines(entries, top=590, size=5)]
    )  # fmt: skip
    assert [labels for _, labels in claims_of(parsed)] == [["1"], ["2", "3"]]


def test_endnotes_without_a_heading_have_their_markers_on_the_pages_before() -> None:
    pages = []
    for first, who in ((1, "The navy"), (3, "A pilot"), (5, "Nobody")):
        lines = [f"{who} stayed.^{first}^ {who} left again.^{first + 1}^"]
        pages.append(set_lines([*FILLER * 5, *lines], size=BODY))
    notes = [f"{number} https://a.example/{number}" for number in range(1, 7)]
    parsed = parse(*pages, set_lines(notes, size=NOTE))
    assert [note.label for note in parsed.notes] == ["1", "2", "3", "4", "5", "6"]
    assert [labels for _, labels in claims_of(parsed)] == [["1"], ["2"], ["3"], ["4"], ["5"], ["6"]]


def test_lines_with_the_space_of_a_manuscript_are_one_paragraph() -> None:
    lines = ["The finance ministry argued, among other things, that the",
             "reconstruction of the network was well under way, though",
             "nobody had seen any of it.^1^ The committee was silent on"]  # fmt: skip
    page: list[Shown] = []
    for number, line in enumerate(lines):
        page += set_lines([line], top=700 - 24 * number, size=BODY)
    page += [RuleAt(72, 200, 214), *set_lines(["^1^ https://a.example/1"], top=200, size=NOTE)]
    said = " ".join(lines).partition("^")[0]
    assert claims_of(parse(page)) == [(said, ["1"])]


def two_columns(left: Sequence[str], right: Sequence[str]) -> list[Shown]:
    size = 8.0
    return [*set_lines(left, x=50, size=size), *set_lines(right, x=310, size=size)]


def test_an_address_that_runs_into_the_next_column_parts_no_page() -> None:
    left = [f"left line {n:02} of running text that fills its column" for n in range(16)]
    left[8] = "https://www.a.example/port-authority-denies-the-closure/"
    right = [f"right line {n:02} of running text that fills its own" for n in range(16)]
    right[8] = ""
    text = parse(two_columns(left, right)).document.text
    assert text.index("left line 15") < text.index("right line 00")


def test_the_link_of_an_overfull_line_takes_no_words_of_the_next_column() -> None:
    left = [f"left line {n:02} of running text that fills its column" for n in range(12)]
    right = [f"right line {n:02} of running text that fills its own" for n in range(12)]
    base = 700 - 5 * 1.2 * 8
    over = LinkAt(60, base - 2, 345, base + 7, "https://a.example/over")
    own = LinkAt(310, base - 2, 310 + width(right[5], 8), base + 7, "https://b.example/own")
    document = parse([*two_columns(left, right), over, own]).document
    linked = {link.href: document.text[link.start : link.end] for link in document.links}
    assert linked["https://b.example/own"] == right[5]
    assert "right" not in linked["https://a.example/over"]


@pytest.mark.parametrize("last", ["to those of the ministry. Dr.", "and those of the U.S."])
def test_a_full_line_that_ends_in_an_abbreviation_goes_on_overleaf(last: str) -> None:
    first = set_lines([*FILLER, last.rjust(len(FILLER[0]), "x")], size=BODY)
    parsed = parse(first, [*set_lines(["Whitfield was heard.^1^"], size=BODY), RuleAt(72, 200, 214),
                           *set_lines(["^1^ https://a.example/1"], top=200, size=NOTE)])  # fmt: skip
    assert f"{last} Whitfield was heard." in parsed.document.text


def test_a_line_that_ends_in_a_comma_behind_a_full_stop_goes_on() -> None:
    page = set_lines([*FILLER, "It met four times with those services (i.e.,"], size=BODY)
    page += set_lines(["Army, Navy, and so on)."], x=90, top=700 - 3 * 1.2 * BODY, size=BODY)
    assert "(i.e., Army" in parse(page).document.text


def test_a_paragraph_may_begin_with_its_marker() -> None:
    entries = [f"[{n}] https://a.example/{n}" for n in range(1, 5)]
    page = set_lines(["Earlier work"], size=14, bold=True)
    page += set_lines(["[2] presents a model of straits [1,3,4]."], top=650, size=BODY)
    page += set_lines(["References"], top=600, size=14, bold=True)
    parsed = parse([*page, *set_lines(entries, top=570, size=BODY)])
    assert claims_of(parsed) == [("", ["2"]), ("[2] presents a model of straits", ["1", "3", "4"])]


def test_a_marker_that_found_no_room_on_its_page_belongs_to_the_sentence_before() -> None:
    entries = [f"[{n}] https://a.example/{n}" for n in range(1, 5)]
    first = set_lines([*FILLER, *FILLER], size=BODY)
    second = set_lines(["[1] Another sentence stands here [2-4]."], size=BODY)
    second += set_lines(["References"], top=600, size=14, bold=True)
    parsed = parse(first, [*second, *set_lines(entries, top=570, size=BODY)])
    assert parsed.claims[0].text.endswith("until the night.")


def a_line(text: str) -> Line:
    edges = tuple(float(index) for index in range(len(text)))
    return Line(1, 1, text, 0.0, float(len(text)), 0.0, 1.0, False, edges, (), (), len(text) + 0.0)


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("see https://a.example/at\u2010", "tack-6f1a", "see https://a.example/attack-6f1a"),
        ("the govern\u2010", "ment said", "the government said"),
        ("the state\u2010", "owned firm", "the state-owned firm"),
    ],
)
def test_a_hyphen_that_a_browser_printed_is_no_part_of_what_it_breaks(
    before: str, after: str, joined: str
) -> None:
    known = read_vocabulary([a_line("what is state-owned is known")])
    joint = join_of(before, a_line(before), a_line(after), known)
    assert before[: len(before) - joint.dropped] + joint.between + after == joined


def test_a_number_inside_a_hanging_note_begins_none() -> None:
    page = set_lines([*FILLER, "Tolls are due.^1^ A strait is open.^2^ It closed.^3^"], size=BODY)
    page += [RuleAt(72, 200, 214), *set_lines(["1 Writer, Tolls,"], top=200, size=NOTE)]
    page += set_lines(["3 Harv. L. Rev. 10."], x=92, top=188, size=NOTE)
    page += set_lines(["2 https://a.example/2", "3 https://a.example/3"], top=176, size=NOTE)
    assert [note.label for note in parse(page).notes] == ["1", "2", "3"]


def test_a_raised_number_that_a_line_has_for_itself_is_a_marker() -> None:
    page = set_lines([*reversed(FILLER)], size=BODY)
    page += set_lines(["1"], top=700 - 2 * 1.2 * BODY + 3, size=BODY * 0.9)
    page += [RuleAt(72, 200, 214), *set_lines(["1. https://a.example/1"], top=200, size=NOTE)]
    assert [labels for _, labels in claims_of(parse(page))] == [["1"]]


def test_one_compound_broken_again_and_again_does_not_prove_hyphenation() -> None:
    again = [a_line("narcotics unit and the counter-")] * 9
    known = [a_line(f"the {word} is known; {word}-") for word in ("well", "long", "self")]
    assert not read_vocabulary([*again, *known]).is_hyphenated


def test_authors_given_name_last_are_turned() -> None:
    text = "A Title\n\nAuthors: Writer, Ada B.; Scribe, Bo\n\nWords.\n"
    assert read_metadata(text, len(text)).authors == ("Ada B. Writer", "Bo Scribe")
    assert read_metadata("A Title\nBy: Writer, Ada\n", 24).authors == ("Ada Writer",)
