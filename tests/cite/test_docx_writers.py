"""Word files in the shapes that different programs write: each beside what a reader of the page sees."""

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.model import Parsed
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true
from support.docx_builder import a_docx, field, link, note, paragraph, reference, run

RAISED = '<w:vertAlign w:val="superscript"/>'
ZOTERO = ' ADDIN ZOTERO_ITEM CSL_CITATION {"itemData":{"URL":"https://hidden.test/"}} '


def parse(*body: str, **more: object) -> Parsed:
    parsed = parse_document(read_document(a_docx(*body, **more), "draft.docx"))  # type: ignore[arg-type]
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    return parsed


def urls_of(parsed: Parsed) -> list[tuple[str, list[str | None]]]:
    return [(note.label, [one.url for one in note.citations]) for note in parsed.notes]


def claims_of(parsed: Parsed) -> list[tuple[str, str]]:
    return [(" ".join(one.label for one in claim.markers), claim.text) for claim in parsed.claims]


def test_google_docs_raises_the_reference_and_wraps_the_address() -> None:
    raised = (
        f'<w:r><w:rPr>{RAISED}</w:rPr><w:footnoteReference w:customMarkFollows="0" w:id="0"/></w:r>'
    )
    entry = paragraph(
        f"<w:r><w:rPr>{RAISED}</w:rPr><w:footnoteRef/></w:r>",
        " Example Times, ",
        link("r1", "https://times.test/a"),
    )
    target = "https://www.google.com/url?q=https://times.test/a&sa=D&source=docs&ust=17&usg=A"
    parsed = parse(
        paragraph("It rained.", raised, " It snowed."),
        footnotes={0: entry},
        note_links={"r1": target},
    )
    assert claims_of(parsed) == [("1", "It rained.")]
    assert urls_of(parsed) == [("1", ["https://times.test/a"])]


def test_a_reference_manager_s_fields_show_their_result_and_hide_their_data() -> None:
    entry = note("See ").replace(
        "</w:p>", field([ZOTERO], "Doe, “Rivers,” https://a.test/1.") + "</w:p>"
    )
    parsed = parse(paragraph("It rained.", reference(2)), footnotes={2: entry})
    assert urls_of(parsed) == [("1", ["https://a.test/1"])]


def test_numbers_of_a_reference_manager_mark_the_bibliography_below() -> None:
    parsed = parse(
        paragraph("It rained ", field([ZOTERO], "[1]"), "."),
        paragraph("It snowed ", field([ZOTERO], "[1]–[3]"), "."),
        paragraph("References"),
        *(paragraph(f"[{n}]\tDoe, “Rivers,” https://a.test/{n}") for n in (1, 2, 3)),
    )
    assert claims_of(parsed) == [("1", "It rained"), ("1 2 3", "It snowed")]
    assert urls_of(parsed) == [(str(n), [f"https://a.test/{n}"]) for n in (1, 2, 3)]


def test_a_bibliography_in_a_table_keeps_its_last_entry() -> None:
    rows = "".join(
        f"<w:tr><w:tc>{paragraph(f'[{n}] ')}</w:tc><w:tc>{paragraph(f'https://a.test/{n}')}</w:tc></w:tr>"
        for n in (1, 2)
    )
    built = f"<w:sdt><w:sdtPr><w:bibliography/></w:sdtPr><w:sdtContent><w:tbl>{rows}</w:tbl></w:sdtContent></w:sdt>"
    parsed = parse(paragraph("It rained [1]. It snowed [2]."), paragraph("References"), built)
    assert urls_of(parsed) == [("1", ["https://a.test/1"]), ("2", ["https://a.test/2"])]
    assert parsed.findings == ()


def test_links_of_pandoc_with_words_between_them_are_two_citations_and_no_more() -> None:
    entry = paragraph(
        "<w:r><w:footnoteRef/></w:r>", " ", link("r1", "the ministry"), " and ", link("r2", "Daily")
    )
    links = {"r1": "https://ministry.test/x", "r2": "https://daily.test/y"}
    parsed = parse(paragraph("It rained.", reference(9)), footnotes={9: entry}, note_links=links)
    assert urls_of(parsed) == [("1", ["https://ministry.test/x", "https://daily.test/y"])]


def test_a_no_break_hyphen_of_word_is_a_hyphen_of_the_address() -> None:
    hyphen = "<w:r><w:t>https://a.test/dam</w:t><w:noBreakHyphen/><w:t>breaks</w:t></w:r>"
    entry = paragraph("<w:r><w:footnoteRef/></w:r>", run(" "), hyphen)
    parsed = parse(paragraph("It rained.", reference(1)), footnotes={1: entry})
    assert urls_of(parsed) == [("1", ["https://a.test/dam-breaks"])]


def test_pages_pasted_from_the_web_bring_typed_labels_that_lead_to_each_other() -> None:
    def anchored(anchor: str, words: str) -> str:
        return f'<w:hyperlink w:anchor="{anchor}">{run(words, RAISED)}</w:hyperlink>'

    parsed = parse(
        paragraph("It rained.", anchored("_ftn1", "[1]"), " It snowed.", anchored("_ftn2", "[2]")),
        paragraph(anchored("_ftnref1", "[1]"), " https://a.test/1"),
        paragraph(anchored("_ftnref2", "[2]"), " https://a.test/2"),
    )
    assert claims_of(parsed) == [("1", "It rained."), ("2", "It snowed.")]
    assert urls_of(parsed) == [("1", ["https://a.test/1"]), ("2", ["https://a.test/2"])]
