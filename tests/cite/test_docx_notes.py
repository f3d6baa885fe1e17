"""Notes of Word files: which number is printed, what is a marker, where a note's words begin."""

import pytest

from provenance.cite.contract import parse_to_json
from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.places import PlaceFinder, describe_place
from provenance.cite.readers.docx_numbers import format_number
from provenance.model import Parsed
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true
from support.docx_builder import a_docx, field, note, paragraph, reference, run


def parse(*body: str, **more: object) -> Parsed:
    parsed = parse_document(read_document(a_docx(*body, **more), "draft.docx"))  # type: ignore[arg-type]
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    return parsed


def said(*references: str) -> list[str]:
    """A body with one sentence for each reference."""
    return [paragraph(f"Sentence {number}.", one) for number, one in enumerate(references, 1)]


def labels_of(parsed: Parsed) -> list[str]:
    return [marker.label for claim in parsed.claims for marker in claim.markers]


def listed(parsed: Parsed) -> list[tuple[str, str]]:
    return [(note.list, note.label) for note in parsed.notes]


def rules_of(parsed: Parsed) -> list[str]:
    return [finding.rule for finding in parsed.findings]


def counting(kind: str = "footnote", **values: str) -> str:
    inside = "".join(f'<w:{name} w:val="{value}"/>' for name, value in values.items())
    return f"<w:{kind}Pr>{inside}</w:{kind}Pr>"


TWO = {7: "https://a.test/", 3: "https://b.test/"}


def test_notes_are_numbered_by_their_references_and_not_by_their_ids() -> None:
    parsed = parse(*said(reference(7), reference(3)), footnotes=TWO)
    assert [(one.label, one.citations[0].url) for one in parsed.notes] == [
        ("1", "https://a.test/"),
        ("2", "https://b.test/"),
    ]
    assert [(one.text, one.markers[0].label) for one in parsed.claims] == [("Sentence 1.", "1"), ("Sentence 2.", "2")]  # fmt: skip
    assert parsed.findings == ()


def test_footnotes_and_endnotes_are_lists_of_their_own() -> None:
    body = said(reference(1), reference(1, "endnote"), reference(2), reference(2, "endnote"))
    parsed = parse(
        *body, footnotes={1: "Foot a.", 2: "Foot b."}, endnotes={1: "End a.", 2: "End b."}
    )
    assert listed(parsed) == [("footnotes", "1"), ("footnotes", "2"), ("endnotes", "i"), ("endnotes", "ii")]  # fmt: skip
    assert labels_of(parsed) == ["1", "i", "2", "ii"]
    assert parsed.document.text.endswith("[1] Foot a.\n\n[2] Foot b.\n\n[i] End a.\n\n[ii] End b.")


def test_two_lists_with_the_same_numbers_stay_apart() -> None:
    body = said(reference(1), reference(1, "endnote"))
    notes = {"footnotes": {1: "Foot."}, "endnotes": {1: "End."}}
    parsed = parse(*body, **notes, settings=counting("endnote", numFmt="decimal"))
    assert listed(parsed) == [("footnotes", "1"), ("endnotes", "1")]
    tied = {one.id: one.text for one in parsed.notes}
    assert [tied[claim.markers[0].note_id or ""] for claim in parsed.claims] == ["[1] Foot.", "[1] End."]  # fmt: skip
    assert parsed.findings == ()


@pytest.mark.parametrize(
    ("number_format", "labels"),
    [
        ("lowerRoman", ["i", "ii"]),
        ("upperRoman", ["I", "II"]),
        ("lowerLetter", ["a", "b"]),
        ("upperLetter", ["A", "B"]),
        ("chicago", ["*", "†"]),
        ("decimalZero", ["01", "02"]),
        ("decimal", ["1", "2"]),
    ],
)
def test_numbers_are_printed_in_their_format(number_format: str, labels: list[str]) -> None:
    body = said(reference(7), reference(3))
    for where in ("settings", "section"):
        parsed = parse(*body, footnotes=TWO, **{where: counting(numFmt=number_format)})
        assert [one.label for one in parsed.notes] == labels_of(parsed) == labels


@pytest.mark.parametrize(
    ("number", "number_format", "printed"),
    [
        (1994, "lowerRoman", "mcmxciv"),
        (26, "lowerLetter", "z"),
        (27, "lowerLetter", "aa"),
        (53, "upperLetter", "AAA"),
        (8, "chicago", "§§"),
        (0, "lowerRoman", "0"),
        (40_000, "chicago", "40000"),
        (3, "made-up", "3"),
    ],
)
def test_large_numbers_are_printed_as_word_prints_them(number: int, number_format: str, printed: str) -> None:  # fmt: skip
    assert format_number(number, number_format) == printed


def test_a_format_that_is_not_known_is_told() -> None:
    parsed = parse(*said(reference(7)), footnotes=TWO, settings=counting(numFmt="thaiLetters"))
    assert labels_of(parsed) == ["1"]
    assert "FN011" in rules_of(parsed)


def test_a_section_s_own_counting_goes_before_the_document_s() -> None:
    more = {"settings": counting(numStart="5"), "section": counting(numStart="9")}
    assert labels_of(parse(*said(reference(7), reference(3)), footnotes=TWO, **more)) == ["9", "10"]


@pytest.mark.parametrize("start", ["x", "", "-3", "99999999999", "٣"])
def test_a_start_that_is_no_number_is_one(start: str) -> None:
    assert labels_of(parse(*said(reference(7)), footnotes=TWO, settings=counting(numStart=start))) == ["1"]  # fmt: skip


def test_counting_that_begins_anew_makes_a_new_list() -> None:
    section = f"<w:sectPr>{counting(numRestart='eachSect')}</w:sectPr>"
    body = [
        paragraph("One.", reference(7), properties=section),
        paragraph("Two.", reference(3)),
    ]
    parsed = parse(*body, footnotes=TWO, section=counting(numRestart="eachSect"))
    assert listed(parsed) == [("footnotes", "1"), ("footnotes 2", "1")]
    assert parsed.findings == ()


def test_sections_that_do_not_begin_anew_count_on() -> None:
    body = [paragraph("One.", reference(7), properties="<w:sectPr/>"), paragraph("Two.", reference(3))]  # fmt: skip
    assert labels_of(parse(*body, footnotes=TWO)) == ["1", "2"]


def test_numbers_anew_on_each_page_are_those_of_the_last_layout_and_told() -> None:
    broken = paragraph("Two.", "<w:r><w:lastRenderedPageBreak/></w:r>", reference(3))
    more = {"footnotes": TWO, "settings": counting(numRestart="eachPage")}
    parsed = parse(paragraph("One.", reference(7)), broken, **more)
    assert listed(parsed) == [("footnotes", "1"), ("footnotes 2", "1")]
    assert rules_of(parsed) == ["FN011"]
    assert labels_of(parse(*said(reference(7), reference(3)), **more)) == ["1", "2"]


def test_a_typed_mark_is_kept_and_not_counted() -> None:
    body = said(reference(7, mark="*"), reference(3))
    parsed = parse(*body, footnotes={7: paragraph("*\tA remark."), 3: "https://b.test/"})
    assert [(one.label, one.text) for one in parsed.notes] == [("*", "*\tA remark."), ("1", "[1] https://b.test/")]  # fmt: skip
    assert [one.citations[0].raw for one in parsed.notes] == ["A remark.", "https://b.test/"]
    assert labels_of(parsed) == ["*", "1"]


def test_a_typed_mark_that_the_note_does_not_repeat_is_put_before_it() -> None:
    parsed = parse(*said(reference(7, mark="†")), footnotes={7: paragraph("A remark.")})
    assert [one.text for one in parsed.notes] == ["[†] A remark."]


def test_brackets_around_a_number_are_the_author_s() -> None:
    own = paragraph(run("("), "<w:r><w:footnoteRef/></w:r>", run(")"), "\tWords.")
    parsed = parse(paragraph("Said ", run("("), reference(7), run(")"), "."), footnotes={7: own})
    assert parsed.document.text == "Said (1).\n\n(1)\tWords."
    assert [parsed.document.text[m.start : m.end] for c in parsed.claims for m in c.markers] == ["(1)"]  # fmt: skip
    assert [(one.raw, one.index) for one in parsed.notes[0].citations] == [("Words.", 0)]


def test_lines_that_are_drawn_above_notes_are_none() -> None:
    assert len(parse(*said(reference(7)), footnotes={7: "Words."}).notes) == 1


def test_a_note_with_the_id_nought_is_one() -> None:
    parsed = parse(*said(reference(0)), footnotes={}, parts={"word/footnotes.xml": zero_note()})
    assert listed(parsed) == [("footnotes", "1")]


def zero_note() -> str:
    inside = f'<w:footnote w:id="0">{note("Words.")}</w:footnote>'
    return f'<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{inside}</w:footnotes>'


def test_notes_that_nothing_refers_to_are_kept_and_told() -> None:
    parsed = parse(*said(reference(7)), footnotes={7: "Words.", 8: "Left over.", 9: paragraph()})
    assert listed(parsed) == [("footnotes", "1"), ("footnotes", "id8")]
    assert [(one.rule, one.label) for one in parsed.findings] == [("FN002", "id8")]


@pytest.mark.parametrize("gone", ["<w:del>{}</w:del>", "<w:moveFrom>{}</w:moveFrom>"])
def test_a_deleted_reference_takes_no_number_and_its_note_is_left_out(gone: str) -> None:
    body = [paragraph("One.", gone.format(reference(7))), paragraph("Two.", reference(3))]
    parsed = parse(*body, footnotes=TWO)
    assert [(one.label, one.citations[0].url) for one in parsed.notes] == [("1", "https://b.test/")]
    assert rules_of(parsed) == ["FN012"]


def test_a_reference_that_was_moved_counts_where_it_stands_now() -> None:
    body = [
        paragraph("One.", f"<w:moveFrom>{reference(7)}</w:moveFrom>"),
        paragraph("Two.", reference(3), f"<w:moveTo>{reference(7)}</w:moveTo>"),
    ]
    parsed = parse(*body, footnotes=TWO)
    assert [one.citations[0].url for one in parsed.notes] == ["https://b.test/", "https://a.test/"]
    assert parsed.findings == ()


def test_a_hidden_reference_is_no_marker() -> None:
    hidden = reference(7).replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>")
    parsed = parse(paragraph("One.", hidden), paragraph("Two.", reference(3)), footnotes=TWO)
    assert (labels_of(parsed), len(parsed.notes)) == (["1"], 1)


def test_a_reference_to_a_note_that_is_not_there_is_a_marker_without_note() -> None:
    parsed = parse(*said(reference(7), reference(99)), footnotes=TWO)
    assert labels_of(parsed) == ["1", "2"]
    assert "FN001" in rules_of(parsed)


def test_a_number_shown_again_by_a_field_is_a_second_marker_of_its_note() -> None:
    marked = (
        '<w:bookmarkStart w:id="4" w:name="_Ref1"/>' + reference(7) + '<w:bookmarkEnd w:id="4"/>'
    )
    again = field(["NOTEREF _Ref1 \\f \\h"], "1")
    prose = field(["NOTEREF _Ref1 \\h"], "1")
    lost = field(["NOTEREF _Gone \\f"], "8")
    body = [paragraph("One.", marked), paragraph("Two.", again), paragraph("See note ", prose, " or ", lost, ".")]  # fmt: skip
    parsed = parse(*body, footnotes={7: "Words."})
    assert parsed.document.text == "One.[1]\n\nTwo.[1]\n\nSee note 1 or 8.\n\n[1] Words."
    assert {claim.markers[0].note_id for claim in parsed.claims} == {parsed.notes[0].id}
    assert (labels_of(parsed), parsed.findings) == (["1", "1"], ())


def test_a_marker_without_any_text_before_it_has_an_empty_claim() -> None:
    parsed = parse(paragraph(reference(7)), footnotes=TWO)
    assert [one.label for one in parsed.notes] == ["1", "id3"]
    assert [(one.text, one.markers[0].label) for one in parsed.claims] == [("", "1")]


def test_references_in_tables_and_boxes_count_where_they_are_read() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph('Box.', reference(2))}</w:txbxContent></w:pict></w:r>"
    table = f"<w:tbl><w:tr><w:tc>{paragraph('Cell.', reference(1))}</w:tc></w:tr></w:tbl>"
    body = [paragraph("Text.", box, reference(3)), table]
    parsed = parse(*body, footnotes={1: "cell", 2: "box", 3: "text"})
    assert [one.text for one in parsed.notes] == ["[1] text", "[2] box", "[3] cell"]


def test_places_say_paragraph_and_note() -> None:
    parsed = parse("Intro.", *said(reference(7)), footnotes={7: note("https://a.test/", "https://b.test/")})  # fmt: skip
    shown = parse_to_json(parsed)
    notes, claims = shown["notes"], shown["claims"]
    assert isinstance(notes, list)
    assert isinstance(claims, list)
    assert claims[0]["place"] == claims[0]["markers"][0]["place"] == {"paragraph": 2}
    assert notes[0]["place"] == {"paragraph": 1, "note": 1}
    assert [one["place"] for one in notes[0]["citations"]] == [
        {"paragraph": 1, "note": 1},
        {"paragraph": 2, "note": 1},
    ]
    places = PlaceFinder(parsed.document)
    assert describe_place(places.find(parsed.notes[0].start)) == "note 1, paragraph 1"


def test_a_place_in_a_note_without_a_number_says_its_mark() -> None:
    parsed = parse(*said(reference(7, mark="*")), footnotes={7: paragraph("* Words.")})
    assert PlaceFinder(parsed.document).find(parsed.notes[0].start).note == "*"


def test_a_list_typed_by_hand_is_not_overlooked_beside_one_footnote() -> None:
    typed = [f"[{number}] https://a.test/{number}" for number in range(1, 6)]
    claims = " ".join(f"Statement number {number} stands here.[{number}]" for number in range(1, 6))
    body = paragraph("A title", reference(7, mark="*"))
    parsed = parse(body, claims, "References", *typed, footnotes={7: paragraph("* A remark.")})
    urls = [one.url for note in parsed.notes for one in note.citations if one.url]
    assert urls == [f"https://a.test/{number}" for number in range(1, 6)]
    assert {marker.label for claim in parsed.claims for marker in claim.markers} >= set("12345")


RAISED = '<w:vertAlign w:val="superscript"/>'


def test_raised_numbers_that_were_typed_are_markers_of_a_list_below() -> None:
    body = [
        paragraph("The dam broke.", run("1", RAISED), " It took 10", run("2", RAISED), " km of road."),
        paragraph("The road closed.", run("2", RAISED), run(", ", RAISED), run("3", RAISED)),
        paragraph("Endnotes"),
    ]  # fmt: skip
    for mark in (lambda number: run(number, RAISED), lambda number: run(f"{number}.")):
        entries = [paragraph(mark(str(n)), f" https://{n}.test/") for n in (1, 2, 3)]
        parsed = parse(*body, *entries)
        assert [(note.label, note.citations[0].url) for note in parsed.notes] == [
            ("1", "https://1.test/"),
            ("2", "https://2.test/"),
            ("3", "https://3.test/"),
        ]
        assert [(claim.text, [one.label for one in claim.markers]) for claim in parsed.claims] == [
            ("The dam broke.", ["1"]),
            ("The road closed.", ["2", "3"]),
        ]
        assert "It took 10² km" in parsed.document.text
        assert parsed.findings == ()


@pytest.mark.parametrize("raised", ["th", "[1]", "a", "1,000.5", "1 2"])
def test_what_is_raised_and_no_number_stays_as_it_is(raised: str) -> None:
    assert parse(paragraph("Seen", run(raised, RAISED))).document.text == f"Seen{raised}"
