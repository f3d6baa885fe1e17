"""Word files: what stands in the text, and what does not."""

import pytest

from provenance.cite.document import read_document
from provenance.model import Document
from support.docx_builder import a_docx, field, link, note, paragraph, reference, run

STYLES = """
<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="uk-UA"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Kapitel"><w:name w:val="Kapitel"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Lead"><w:name w:val="Lead"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Plain"><w:name w:val="Plain"/><w:basedOn w:val="berschrift1"/>
  <w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="character" w:styleId="Quiet"><w:name w:val="Quiet"/><w:rPr><w:vanish/></w:rPr></w:style>
"""


def read(*body: str, **more: object) -> Document:
    return read_document(a_docx(*body, **more), "draft.docx")  # type: ignore[arg-type]


def text_of(*body: str, **more: object) -> str:
    return read(*body, **more).text


def test_paragraphs_stand_between_blank_lines() -> None:
    assert text_of("One.", paragraph(), "Two.") == "One.\n\nTwo."


def test_tables_are_read_cell_by_cell_in_their_place() -> None:
    row = (
        "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{paragraph(cell)}</w:tc>" for cell in "ab") + "</w:tr>"
    )
    nested = f"<w:tr><w:tc><w:tbl>{row}</w:tbl>{paragraph('c')}</w:tc></w:tr>"
    table = f"<w:tbl><w:tblPr/>{row}{nested}</w:tbl>"
    assert text_of("Before.", table, "After.").split() == "Before. a b a b c After.".split()


def test_content_controls_smart_tags_and_markup_around_runs_are_seen_through() -> None:
    inside = f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{run('kept')}</w:sdtContent></w:sdt>"
    tagged = f"<w:smartTag w:uri='u' w:element='e'>{run(' here')}</w:smartTag><w:bdo w:val='rtl'>{run('!')}</w:bdo>"
    around = f"<w:sdt><w:sdtContent>{paragraph(inside, tagged)}</w:sdtContent></w:sdt>"
    assert text_of(around) == "kept here!"


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    box = "<w:txbxContent>" + paragraph("In the box.") + "</w:txbxContent>"
    choice = f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
    fallback = f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    anchored = f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"
    document = read(paragraph("Around ", anchored, "it."), "Behind.")
    assert document.text == "Around it.\n\nIn the box.\n\nBehind."
    assert [at.place.paragraph for at in document.places] == [1, 2, 3]


def test_a_box_that_has_only_the_old_form_is_read() -> None:
    box = f"<w:pict><w:txbxContent>{paragraph('Old.')}</w:txbxContent></w:pict>"
    only = f"<w:r><mc:AlternateContent><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    assert text_of(paragraph("New.", only)) == "New.\n\nOld."


def test_a_hidden_run_does_not_hide_what_follows_its_text_box() -> None:
    box = f"<w:r><w:rPr/><w:pict><w:txbxContent>{paragraph(run('x', '<w:vanish/>'))}</w:txbxContent></w:pict><w:t>seen</w:t></w:r>"
    assert text_of(paragraph(box)) == "seen"


def test_special_characters_are_said_in_unicode() -> None:
    marks = "<w:r><w:tab/><w:noBreakHyphen/><w:softHyphen/><w:br/><w:cr/>"
    marks += '<w:sym w:font="Symbol" w:char="F0B7"/><w:sym w:font="Wingdings" w:char="F0FC"/>'
    marks += '<w:sym w:font="X" w:char="zz"/><w:sym w:font="X" w:char="D800"/></w:r>'
    assert text_of(paragraph("a", marks, "b")) == "a\t\u2011\u00ad\n\n•✓b"


def test_blanks_at_the_ends_of_a_run_count_only_where_they_are_preserved() -> None:
    loose = "<w:r><w:t> a\nb </w:t></w:r>"
    assert text_of(paragraph(loose, run(" c "), "d")) == "a b c d"


def test_marks_of_direction_and_no_break_spaces_are_kept() -> None:
    assert text_of("\u200eلجنة حقوق\u200f\u00a0الطفل") == "\u200eلجنة حقوق\u200f\u00a0الطفل"


def test_ruby_shows_its_base_and_formulas_their_letters() -> None:
    ruby = f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('x')}</w:rt><w:rubyBase>{run('base')}</w:rubyBase></w:ruby></w:r>"
    maths = '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>E=mc</m:t></m:r></m:oMath>'
    assert text_of(paragraph(ruby, maths)) == "baseE=mc"


@pytest.mark.parametrize(
    "hidden", ["<w:vanish/>", '<w:vanish w:val="1"/>', '<w:rStyle w:val="Quiet"/>']
)
def test_hidden_text_is_left_out(hidden: str) -> None:
    assert text_of(paragraph("a", run("secret", hidden), "b"), styles=STYLES) == "ab"


@pytest.mark.parametrize("shown", ['<w:vanish w:val="0"/>', "<w:webHidden/>", '<w:rStyle w:val="Quiet"/><w:vanish w:val="false"/>'])  # fmt: skip
def test_text_that_is_only_hidden_elsewhere_is_kept(shown: str) -> None:
    assert text_of(paragraph("a", run("seen", shown), "b"), styles=STYLES) == "aseenb"


def test_tracked_changes_are_shown_as_accepted() -> None:
    changed = [
        "They ",
        f"<w:del>{run('x').replace('w:t', 'w:delText')}{run('y')}</w:del>",
        f"<w:ins>{run('withdrew')}<w:del>{run('z')}</w:del></w:ins>",
        f"<w:moveFrom>{run('gone')}</w:moveFrom><w:moveTo>{run(' north')}</w:moveTo>",
        "<w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>.</w:t></w:r>",
    ]
    assert text_of(paragraph(*changed)) == "They withdrew north."


@pytest.mark.parametrize("mark", ["del", "moveFrom"])
def test_a_deleted_paragraph_mark_joins_two_paragraphs(mark: str) -> None:
    deleted = f"<w:rPr><w:{mark} w:id='1'/></w:rPr>"
    document = read(paragraph("One ", properties=deleted), paragraph("line."), "Next.")
    assert document.text == "One line.\n\nNext."
    assert [at.place.paragraph for at in document.places] == [1, 2]


def test_a_deleted_mark_at_the_very_end_loses_nothing() -> None:
    assert (
        text_of("One.", paragraph("Two.", properties="<w:rPr><w:del/></w:rPr>")) == "One.\n\nTwo."
    )


def test_deleted_rows_and_cells_are_left_out() -> None:
    cell = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>"
    kept = f"<w:tr>{cell.format('', paragraph('kept'))}{cell.format('<w:cellDel/>', paragraph('cell'))}</w:tr>"
    gone = (
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell.format('', paragraph('row', reference(1)))}</w:tr>"
    )
    assert text_of(f"<w:tbl>{kept}{gone}</w:tbl>", footnotes={1: "Gone."}) == "kept"


def test_comments_are_ignored() -> None:
    commented = (
        '<w:commentRangeStart w:id="0"/>',
        run("said"),
        '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
    )
    assert text_of(paragraph(*commented)) == "said"


def test_links_carry_the_address_of_their_own_part_and_anchors_become_fragments() -> None:
    document = read(
        paragraph("See ", link("rId9", "ACLED", "/dashboard"), link("rIdNone", " and"), "."),
        paragraph("Noted.", reference(1)),
        links={"rId9": "https://acled.test/dashboard/"},
        footnotes={1: paragraph("<w:r><w:footnoteRef/></w:r>", " ", link("rId9", "here"))},
        note_links={"rId9": "https://note.test/?a=1&b=2"},
    )
    assert [(document.text[one.start : one.end], one.href) for one in document.links] == [
        ("ACLED", "https://acled.test/dashboard/#/dashboard"),
        ("here", "https://note.test/?a=1&b=2"),
    ]


def test_a_link_in_several_runs_or_elements_is_one_link() -> None:
    document = read(
        paragraph(link("rId9", "https://a."), link("rId9", "test/b")),
        links={"rId9": "https://a.test/b"},
    )
    assert [(one.start, one.end) for one in document.links] == [(0, 16)]


@pytest.mark.parametrize(
    ("instruction", "href"),
    [
        (['HYPERLINK "https://a.test/b"'], "https://a.test/b"),
        ([" HYPER", 'LINK "https://a.te', 'st/b" \\l "/dash', 'board" \\o "tip \\"x\\""'], "https://a.test/b#/dashboard"),
        (["hyperlink https://a.test/b \\t _blank \\h"], "https://a.test/b"),
        (["HYPERLINK “https://a.test/b”"], "https://a.test/b"),
        (['HYPERLINK "https://a.test/b#c" \\l "d"'], "https://a.test/b#c"),
        (['HYPERLINK \\l "_Toc1"'], None),
        (["HYPERLINK"], None),
        (['REF "https://a.test/b"'], None),
    ],
)  # fmt: skip
def test_fields_lead_where_their_instruction_says(instruction: list[str], href: str | None) -> None:
    document = read(paragraph("At ", field(instruction, "shown"), "."))
    assert document.text == "At shown."
    assert [one.href for one in document.links] == ([href] if href else [])


def test_simple_fields_are_read_like_complex_ones() -> None:
    simple = (
        f"""<w:fldSimple w:instr=' HYPERLINK "https://a.test/" '>{run("shown")}</w:fldSimple>"""
    )
    document = read(paragraph(simple, run(" on")))
    assert (document.text, [one.href for one in document.links]) == (
        "shown on",
        ["https://a.test/"],
    )


def test_a_field_in_an_instruction_is_part_of_it_and_one_in_a_result_is_shown() -> None:
    inner = field(["REF x"], "https://a.test/b")
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    begun = mark.format("begin") + '<w:r><w:instrText>HYPERLINK "</w:instrText></w:r>' + inner
    told = begun + '<w:r><w:instrText>"</w:instrText></w:r>' + mark.format("separate")
    document = read(
        paragraph(told, run("page "), field(["PAGEREF y"], "7"), mark.format("end"), run(" x"))
    )
    assert document.text == "page 7 x"
    assert [(one.start, one.end, one.href) for one in document.links] == [
        (0, 6, "https://a.test/b")
    ]


def test_a_table_of_contents_shows_its_result_over_paragraphs() -> None:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    begun = paragraph(
        mark.format("begin"),
        "<w:r><w:instrText>TOC \\o</w:instrText></w:r>",
        mark.format("separate"),
        "A\t1",
    )
    assert text_of(begun, "B\t2", paragraph(mark.format("end"), "Text.")) == "A\t1\n\nB\t2\n\nText."


def test_a_field_that_never_shows_anything_swallows_nothing() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>'
    assert (
        text_of(paragraph("Before ", begun, "and"), paragraph("behind", field(["PAGE"], "3")))
        == "Before and\n\nbehind3"
    )


def test_ends_of_fields_that_never_began_are_passed_over() -> None:
    stray = '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    assert text_of(paragraph(stray, "said")) == "said"


def test_an_address_that_the_author_broke_to_fit_the_line_is_whole_again() -> None:
    broken = paragraph("at www.a.test/Handbook_", "<w:r><w:br/></w:r>", "of_the_Child.pdf")
    listed = paragraph(
        "https://a.test/",
        "<w:r><w:br/></w:r>",
        "Accessed",
        "<w:r><w:br/></w:r>",
        "https://b.test/x/",
        "<w:r><w:br/></w:r>",
        "y/z.html",
    )
    assert (
        text_of(broken, listed)
        == "at www.a.test/Handbook_of_the_Child.pdf\n\nhttps://a.test/\nAccessed\nhttps://b.test/x/y/z.html"
    )


@pytest.mark.parametrize(
    ("style", "properties", "level"),
    [
        ("berschrift1", "", 1),
        ("Kapitel", "", 1),
        ("Lead", "", 3),
        ("Plain", "", None),
        ("Normal", '<w:outlineLvl w:val="1"/>', 2),
        ("berschrift1", '<w:outlineLvl w:val="9"/>', None),
        ("Loop", "", None),
        ("Unknown", "", None),
        ("Normal", '<w:pPrChange><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:pPrChange>', None),
    ],
)
def test_headings_are_told_by_outline_and_style(
    style: str, properties: str, level: int | None
) -> None:
    document = read(
        paragraph("The  North", style=style, properties=properties), "Text.", styles=STYLES
    )
    found = [(one.level, one.title, one.start, one.end) for one in document.headings]
    assert found == ([(level, "The North", 0, 10)] if level else [])


def test_what_the_file_says_about_itself() -> None:
    core = {"title": "A  Draft", "creator": "Ada Writer; python-docx;Bo Writer"}
    said = read("Текст і ще текст.", core=core, styles=STYLES).metadata
    assert (said.title, said.authors, said.language) == (
        "A Draft",
        ("Ada Writer", "Bo Writer"),
        "uk-UA",
    )
    assert said.published is None


def test_a_title_on_the_page_goes_before_one_in_the_properties() -> None:
    said = read(
        paragraph("On the Page", style="Titel"), core={"title": "Other"}, styles=STYLES
    ).metadata
    assert said.title == "On the Page"


@pytest.mark.parametrize(
    ("style", "title", "read_as"),
    [
        ("berschrift1", "The Template", "The Pier Burned"),
        ("berschrift1", "the pier  burned", "the pier burned"),
        ("berschrift1", "x", "The Pier Burned"),
        ("Lead", "The Template", "The Template"),
    ],
)
def test_a_heading_on_top_is_believed_before_a_title_that_the_page_does_not_show(
    style: str, title: str, read_as: str
) -> None:
    top = paragraph("The Pier Burned", style=style)
    said = read(paragraph(), top, "It was six.", core={"title": title}, styles=STYLES).metadata
    assert said.title == read_as


@pytest.mark.parametrize(
    "title", ["Microsoft Word - draft7.doc", "Document1", "untitled", "final.docx"]
)
def test_titles_that_nobody_chose_are_none(title: str) -> None:
    assert read("Text.", core={"title": title}).metadata.title is None


def test_a_language_that_the_text_is_clearly_not_in_is_not_believed() -> None:
    arabic = "تشير اللجنة إلى أن الأطفال " * 20
    english = STYLES.replace("uk-UA", "en-US")
    assert read(arabic, styles=english).metadata.language is None
    assert read(run_in(arabic, "ar-SA"), styles=english).metadata.language == "ar-SA"


def run_in(text: str, language: str) -> str:
    return paragraph(run(text, f'<w:rtl/><w:lang w:bidi="{language}"/>'))


def test_strict_files_are_read_like_others() -> None:
    body = (
        paragraph("See ", link("rId9", "it"), reference(1)),
        paragraph("Top", style="berschrift1"),
    )
    more = {"links": {"rId9": "https://a.test/"}, "footnotes": {1: "Note."}, "styles": STYLES}
    strict, usual = read(*body, **more, is_strict=True), read(*body, **more)
    assert (strict.text, strict.links, strict.marks, strict.headings) == (
        usual.text,
        usual.links,
        usual.marks,
        usual.headings,
    )


def test_parts_in_utf_16_are_read() -> None:
    whole = '<?xml version="1.0" encoding="UTF-16"?><w:document xmlns:w="{}"><w:body>{}</w:body></w:document>'
    xml = whole.format(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main", paragraph("Größe")
    )
    assert text_of(parts={"word/document.xml": xml.encode("utf-16")}) == "Größe"


def test_deep_nesting_is_read() -> None:
    body = paragraph("deep")
    for _ in range(60):
        body = f"<w:tbl><w:tr><w:tc>{body}</w:tc></w:tr></w:tbl>"
    assert text_of(body) == "deep"


def test_notes_with_tables_and_several_paragraphs_keep_all_of_it() -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('cell')}</w:tc></w:tr></w:tbl>"
    long = note("First.", "Second.") + table + paragraph()
    document = read(paragraph("Said.", reference(7)), footnotes={7: long})
    assert document.text == "Said.[1]\n\n[1] First.\nSecond.\ncell"
    places = [(at.place.paragraph, at.place.note) for at in document.places]
    assert places == [(1, None), (1, 1), (2, 1), (3, 1)]
