"""What the reStructuredText reader promises: labels as docutils prints them, places in the file, linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.places import PlaceFinder
from provenance.cite.readers.rst import read_rst
from provenance.model import Parsed
from provenance.text import Span
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true, patient
from support.growth import assert_grows_in_step

_SIGNS = [
    "``", "`", "*", "**", "|", "[1]_ ", "[#]_ ", "[#a]_ ", "[*]_ ", "[Moor]_ ", "\n.. [1] ", "\n.. [#] ", "\n.. [#a] ",
    "\n.. [*] ", "\n.. [Moor] ", "\n.. _map: https://map.example\n", "map_ ", "`x <https://x.example>`_ ", "`y`__ ",
    "\n__ https://z.example\n", ":pep:`8` ", "\\", "::\n\n", "\n    ", "\n\n", "\n.. note:: ", "\n.. a comment\n", "====\n",
    "Title\n=====\n", "+---+\n", "=== ===\n", "* ", "1. ", "word ", "Deep. ", "https://a.example ", "\n.. |s| replace:: |s|\n", "|s| ",
]  # fmt: skip


def parse_rst(text: str) -> Parsed:
    return parse_document(read_document(text.encode("utf-8"), "lake.rst"))


def labels_of_markers(parsed: Parsed) -> list[str]:
    return [marker.label for claim in parsed.claims for marker in claim.markers]


def test_line_and_column_lead_into_the_file() -> None:
    parsed = parse_rst(
        "Lakes\n=====\n\nSome are *deep*,\nothers [#]_ not.\n\n.. [#] See\n   https://a.example\n"
    )
    places = PlaceFinder(parsed.document)
    marker, note = parsed.claims[0].markers[0], parsed.notes[0]
    assert (places.find(marker.start).line, places.find(marker.start).column) == (5, 8)
    assert (places.find(note.start).line, places.find(note.start).column) == (7, 1)
    address = places.find(parsed.document.text.index("https"))
    assert (address.line, address.column) == (8, 4)


def test_automatic_numbers_pass_those_that_are_written_out() -> None:
    parsed = parse_rst(
        "A [#]_, b [2]_, c [#x]_, d [#]_.\n\n.. [#] https://a.example\n.. [2] https://b.example\n"
        ".. [#X] https://c.example\n.. [#] https://d.example\n"
    )
    assert labels_of_markers(parsed) == ["1", "2", "3", "4"]
    by_label = {note.label: note.citations[0].url for note in parsed.notes}
    assert by_label == {
        "1": "https://a.example",
        "2": "https://b.example",
        "3": "https://c.example",
        "4": "https://d.example",
    }


def test_symbols_are_taken_in_turn_and_then_doubled() -> None:
    notes = "".join(f".. [*] https://n{number}.example\n" for number in range(11))
    parsed = parse_rst("Deep [*]_.\n\n" + notes)
    assert [note.label for note in parsed.notes] == [*"*†‡§¶#♠♥♦♣", "**"]


def test_an_address_broken_over_lines_is_joined() -> None:
    parsed = parse_rst(
        "A [1]_.\n\n.. [1] `The survey\n   <https://a.example/a_long/\n   path.pdf>`_.\n"
    )
    assert [one.url for one in parsed.notes[0].citations if one.url] == [
        "https://a.example/a_long/path.pdf"
    ]


def test_underscores_and_stars_inside_addresses_are_no_markup() -> None:
    parsed = parse_rst("A [1]_.\n\n.. [1] https://a.example/one_two_/*three*/x_\n")
    assert [one.url for one in parsed.notes[0].citations] == [
        "https://a.example/one_two_/*three*/x_"
    ]


def test_a_note_ends_where_its_indent_does() -> None:
    parsed = parse_rst(
        "A [1]_.\n\n.. [1] One.\n\n   https://a.example\n\nNot of the note, https://b.example\n"
    )
    assert [one.url for one in parsed.notes[0].citations if one.url] == ["https://a.example"]


def test_what_is_commented_out_or_code_marks_nothing() -> None:
    parsed = parse_rst(
        "A ``[2]_`` [1]_::\n\n    [2]_\n\n.. [2]_ in a comment\n   [2]_\n\n.. [1] https://a.example\n"
    )
    assert labels_of_markers(parsed) == ["1"]


def test_sections_nest_in_the_order_in_which_their_styles_appear() -> None:
    parsed = parse_rst(
        "====\nLake\n====\n\nFish\n----\n\nPike\n====\n\nDeep [1]_.\n\nEel\n----\n\nCold [1]_.\n\n.. [1] https://a.example\n"
    )
    assert [claim.section for claim in parsed.claims] == [("Lake", "Fish", "Pike"), ("Lake", "Eel")]


@given(st.lists(st.sampled_from(_SIGNS), max_size=40))
@patient
def test_no_order_of_signs_breaks_a_promise(signs: list[str]) -> None:
    parsed = parse_rst("x" + "".join(signs))
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)


@given(st.lists(st.sampled_from(["lake ", "*deep* ", "``blue`` ", "`a <https://b.example>`_ ", "\n\n", "\n"]), max_size=12))  # fmt: skip
@patient
def test_every_verbatim_word_maps_back_to_itself(parts: list[str]) -> None:
    source = "".join(parts)
    document = read_rst(source, "0")
    assert document.offsets is not None
    for word in ("lake", "deep", "blue"):
        at = document.text.find(word)
        if at >= 0:
            assert document.offsets.to_source(Span(at, at + len(word))).of(source) == word


@pytest.mark.parametrize(
    "sign", [*_SIGNS, "a-", "a_a", "(a) ", "- - ", "| a\n", ":a: ", "`a <", "\t", "<", "a.", ".. _"]
)
def test_hostile_repeats_cost_no_more_than_their_length(sign: str) -> None:
    assert_grows_in_step(
        lambda text: read_rst(text, "0"), lambda times: sign * times, 1_000, 10_000
    )


def test_citations_among_footnotes_keep_the_order_of_the_file() -> None:
    parsed = parse_rst("A [1]_ [Moor]_ [2]_.\n\n.. [1] One.\n.. [Moor] Moor.\n.. [2] Two.\n")
    assert [(note.list, note.label) for note in parsed.notes] == [
        ("references", "1"),
        ("references", "Moor"),
        ("references", "2"),
    ]
