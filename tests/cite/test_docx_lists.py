"""Word files: the numbers of numbered paragraphs, which stand in no text of the file."""

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from support.docx_builder import W, a_docx, paragraph, reference

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES_IN_LISTS = (
    '<w:style w:type="paragraph" w:styleId="Source"><w:name w:val="Source"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Later"><w:name w:val="Later"/><w:basedOn w:val="Source"/></w:style>'
    '<w:style w:type="numbering" w:styleId="House"><w:name w:val="House"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
)


def level(number: int, shown: str, number_format: str = "decimal", more: str = "") -> str:
    """One level of a list; `more` stands behind what every level has."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>'
        f'{more}<w:lvlText w:val="{shown}"/></w:lvl>'
    )


def a_family(family_id: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{family_id}">{"".join(levels)}</w:abstractNum>'


def a_list(list_id: int, family_id: int, more: str = "") -> str:
    return f'<w:num w:numId="{list_id}"><w:abstractNumId w:val="{family_id}"/>{more}</w:num>'


def item(text: str, list_id: int = 1, at: int | None = 0, style: str = "") -> str:
    placed = "" if at is None else f'<w:ilvl w:val="{at}"/>'
    numbered = f'<w:numPr>{placed}<w:numId w:val="{list_id}"/></w:numPr>'
    return paragraph(text, style=style, properties=numbered)


def a_numbered_docx(*body: str, numbering: str, styles: str = "", **more: object) -> bytes:
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{_RELATIONS}/{kind}" Target="{kind}.xml"/>'
        for kind in ("numbering", "styles")
    )
    parts = {
        "word/numbering.xml": f'<w:numbering xmlns:w="{W}">{numbering}</w:numbering>',
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{relations}</Relationships>',
    }
    return a_docx(*body, styles=styles, parts=parts, **more)  # type: ignore[arg-type]


def lines_of(*body: str, numbering: str, styles: str = "") -> list[str]:
    made = a_numbered_docx(*body, numbering=numbering, styles=styles)
    return read_document(made, "draft.docx").text.split("\n\n")


@pytest.mark.parametrize("shown", ["[%1]", "%1.", "%1)", "(%1)"])
def test_references_numbered_by_word_are_notes(shown: str) -> None:
    sources = [f"https://desk{n}.example.org/report" for n in range(1, 5)]
    made = a_numbered_docx(
        *(f"The guild counted {n} barges at the lock.[{n}]" for n in range(1, 5)),
        "References",
        *map(item, sources),
        numbering=a_family(0, level(0, shown)) + a_list(1, 0),
    )
    parsed = parse_document(read_document(made, "draft.docx"))
    assert [note.label for note in parsed.notes] == ["1", "2", "3", "4"]
    assert [[one.url for one in note.citations] for note in parsed.notes] == [
        [url] for url in sources
    ]
    assert [claim.markers[0].note_id for claim in parsed.claims] == [
        note.id for note in parsed.notes
    ]
    assert parsed.findings == ()


def test_recommendations_numbered_by_word_are_no_notes_beside_footnotes() -> None:
    numbered = paragraph(
        "Open the second lock by night.", reference(1),
        properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>',
    )  # fmt: skip
    made = a_numbered_docx(
        numbered,
        item("Pay the wardens."),
        numbering=a_family(0, level(0, "%1.")) + a_list(1, 0),
        footnotes={1: "https://desk1.example.org/report"},
    )
    # the relations made above name no footnotes: the part is found by its usual name
    parsed = parse_document(read_document(made, "draft.docx"))
    assert [note.list for note in parsed.notes] == ["footnotes"]
    assert [claim.text for claim in parsed.claims] == ["Open the second lock by night."]


def test_an_empty_entry_keeps_its_number_and_is_reported() -> None:
    made = a_numbered_docx(
        "Barges came.[1] They went.[2] They came again.[3]",
        "References",
        item("https://desk1.example.org/"), item(""), item("https://desk3.example.org/"),
        numbering=a_family(0, level(0, "[%1]")) + a_list(1, 0),
    )  # fmt: skip
    parsed = parse_document(read_document(made, "draft.docx"))
    assert [(note.label, len(note.citations)) for note in parsed.notes] == [
        ("1", 1),
        ("2", 0),
        ("3", 1),
    ]
    assert [finding.rule for finding in parsed.findings] == ["FN008"]


def test_levels_count_and_begin_anew_as_word_prints_them() -> None:
    levels = (
        level(0, "%1."), level(1, "%1.%2"), level(2, "(%3)", "lowerLetter"),
        level(3, "%1-%4", more='<w:lvlRestart w:val="0"/>'),
    )  # fmt: skip
    depths = [0, 1, 1, 2, 2, 3, 0, 1, 2, 3]
    said = lines_of(
        *(item("x", at=at) for at in depths), numbering=a_family(0, *levels) + a_list(1, 0)
    )
    printed = ["1.", "1.1", "1.2", "(a)", "(b)", "1-1", "2.", "2.1", "(a)", "2-2"]
    assert said == [f"{number}\tx" for number in printed]


def test_a_level_that_says_after_which_it_begins_anew_does_so() -> None:
    levels = (level(0, "%1"), level(1, "%2"), level(2, "%3", more='<w:lvlRestart w:val="1"/>'))
    said = lines_of(
        *(item("x", at=at) for at in (0, 1, 2, 1, 2, 0, 2)),
        numbering=a_family(0, *levels) + a_list(1, 0),
    )
    assert said == [f"{number}\tx" for number in (1, 1, 1, 2, 2, 2, 1)]


def test_lists_of_one_family_count_on_unless_they_say_where_they_start() -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    numbering = a_family(0, level(0, "[%1]")) + a_list(1, 0) + a_list(2, 0) + a_list(3, 0, start)
    said = lines_of(*(item("x", one) for one in (1, 2, 3, 3, 1)), numbering=numbering)
    assert said == [f"[{number}]\tx" for number in (1, 2, 7, 8, 9)]


def test_a_list_may_change_how_a_level_looks() -> None:
    change = f'<w:lvlOverride w:ilvl="0">{level(0, "%1)", "upperRoman")}</w:lvlOverride>'
    numbering = a_family(0, level(0, "%1.")) + a_list(1, 0, change)
    assert lines_of(item("x"), item("y"), numbering=numbering) == ["I)\tx", "II)\ty"]


def test_a_style_may_name_the_list_and_numid_0_takes_out_of_it() -> None:
    family = a_family(0, level(0, "%1."), level(1, "%1.%2", more='<w:pStyle w:val="Source"/>'))
    said = lines_of(
        item("x"), paragraph("y", style="Source"), paragraph("z", style="Later"), item("out", 0, style="Source"),
        numbering=family + a_list(1, 0), styles=_STYLES_IN_LISTS,
    )  # fmt: skip
    assert said == ["1.\tx", "1.1\ty", "1.2\tz", "out"]


def test_a_list_may_look_as_a_style_says() -> None:
    linked = '<w:abstractNum w:abstractNumId="9"><w:numStyleLink w:val="House"/></w:abstractNum>'
    numbering = a_family(0, level(0, "§%1")) + linked + a_list(1, 0) + a_list(2, 9)
    assert lines_of(item("x", 2), numbering=numbering, styles=_STYLES_IN_LISTS) == ["§1\tx"]


@pytest.mark.parametrize(
    ("made", "printed"),
    [
        (level(0, "", "bullet"), "x"),
        (level(0, "\uf0b7", "bullet"), "x"),
        (level(0, "", "none"), "x"),
        (level(0, "Source %1:", more='<w:suff w:val="space"/>'), "Source 1: x"),
        (level(0, "%1/", more='<w:suff w:val="nothing"/>'), "1/x"),
        (level(0, "%1.", "chosenByNobody"), "1.\tx"),
        (level(0, "%1.%7."), "1..\tx"),
        ('<w:lvl w:ilvl="0"><w:start w:val="5"/><w:lvlText w:val="%1."/></w:lvl>', "5.\tx"),
        ('<w:lvl w:ilvl="0"><w:start w:val="soon"/><w:lvlText w:val="%1."/></w:lvl>', "0.\tx"),
        ('<w:lvl w:ilvl="77"/>', "x"),
    ],
)
def test_a_level_is_printed_as_it_looks(made: str, printed: str) -> None:
    assert lines_of(item("x"), numbering=a_family(0, made) + a_list(1, 0)) == [printed]


def test_legal_numbers_are_all_decimal() -> None:
    levels = (level(0, "%1", "upperRoman"), level(1, "%1.%2", more="<w:isLgl/>"))
    said = lines_of(item("x"), item("y", at=1), numbering=a_family(0, *levels) + a_list(1, 0))
    assert said == ["I\tx", "1.1\ty"]


@pytest.mark.parametrize(
    "numbering",
    ["", a_list(1, 4), a_family(0), '<w:num w:numId="1"/>', a_family(0, "<w:lvl/>") + a_list(1, 0)],
)
def test_a_list_that_is_not_there_prints_nothing(numbering: str) -> None:
    assert lines_of(item("x"), item("y", 99), numbering=numbering) == ["x", "y"]


def test_lists_that_look_like_each_other_end() -> None:
    linked = '<w:abstractNum w:abstractNumId="9"><w:numStyleLink w:val="House"/></w:abstractNum>'
    assert lines_of(item("x"), numbering=linked + a_list(1, 9), styles=_STYLES_IN_LISTS) == ["x"]


def test_no_number_is_longer_than_any_that_is_printed() -> None:
    huge = level(0, "%1" * 5_000, "lowerLetter").replace(
        'w:start w:val="1"', 'w:start w:val="999999999"'
    )
    (line,) = lines_of(item("x"), numbering=a_family(0, huge) + a_list(1, 0))
    assert len(line) < 100
