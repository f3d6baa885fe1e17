"""Word files that cannot be read, or must not be: each is refused with what, where, and what to do."""

import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.errors import UnreadableDocument
from provenance.formats.docx import WordPackage
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true, patient
from support.docx_builder import W, a_docx, field, link, note, pack, paragraph, reference, run

ENTITY = '<!DOCTYPE w:x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LAUGHS = (
    '<!DOCTYPE w:x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
DOCUMENT = f'<w:document xmlns:w="{W}"><w:body>{{}}</w:body></w:document>'


def refusal_of(data: bytes, name: str = "draft.docx") -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read_document(data, name)
    assert caught.value.hint
    return caught.value.message


def parts_of(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.mark.parametrize("doctype", [ENTITY, LAUGHS, "<!DOCTYPE w:x>"])
@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/footnotes.xml", "word/_rels/document.xml.rels", "word/styles.xml",
             "docProps/core.xml", "word/header1.xml"],
)  # fmt: skip
def test_a_doctype_in_any_part_is_refused(doctype: str, part: str) -> None:
    parts = parts_of(a_docx(paragraph("Said.", reference(1)), footnotes={1: "Words."}))
    parts[part] = (
        doctype + str(parts.get(part, "<x/>"), "utf-8") if part in parts else doctype + "<x/>"
    )
    assert (
        refusal_of(pack(parts))
        == f"{part} inside the Word file declares a DOCTYPE, which no Word file has"
    )


def test_a_doctype_behind_a_long_comment_or_in_utf_16_is_refused_too() -> None:
    late = f"<!--{'x' * 9000}-->{ENTITY}" + DOCUMENT.format(paragraph("&e;"))
    assert "DOCTYPE" in refusal_of(a_docx(parts={"word/document.xml": late}))
    wide = (ENTITY + DOCUMENT.format(paragraph("x"))).encode("utf-16")
    assert "DOCTYPE" in refusal_of(a_docx(parts={"word/document.xml": wide}))


def test_an_encoding_that_hides_a_doctype_is_not_believed() -> None:
    said = (ENTITY + DOCUMENT.format("")).encode().replace(b"<!", b"+ADwAIQ-")
    hidden = b'<?xml version="1.0" encoding="utf-7"?>' + said
    assert "damaged" in refusal_of(a_docx(parts={"word/document.xml": hidden}))


@pytest.mark.parametrize("size", [30_000_000, 250_000_000])
def test_zip_bombs_are_refused_before_anything_is_unpacked(size: int) -> None:
    out = io.BytesIO(a_docx("Text."))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made, made.open("word/media/x.png", "w", force_zip64=True) as part:  # fmt: skip
        for _ in range(size // 1_000_000):
            part.write(bytes(1_000_000))
    tracemalloc.start()
    message = refusal_of(out.getvalue())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "unpacks to" in message
    assert peak < 5_000_000


def test_a_part_that_declares_less_than_it_holds_is_not_unpacked_further() -> None:
    data = bytearray(a_docx("Text." * 100))
    name = data.rfind(b"word/document.xml")
    data[name - 46 + 24 : name - 46 + 28] = (40).to_bytes(4, "little")
    assert "word/document.xml" in refusal_of(bytes(data))


def test_two_parts_of_one_name_are_refused() -> None:
    out = io.BytesIO(a_docx("Text."))
    with zipfile.ZipFile(out, "a") as made:
        made.writestr("word/Document.xml", "<x/>")
    assert "two parts named word/Document.xml" in refusal_of(out.getvalue())


def test_ten_thousand_parts_are_too_many() -> None:
    parts = parts_of(a_docx("Text.")) | {f"x/{number}": b"" for number in range(10_001)}
    assert "parts" in refusal_of(pack(parts))


def test_an_encrypted_file_is_named_as_such() -> None:
    data = bytearray(a_docx("Text."))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refusal_of(bytes(data)) == "the Word file is encrypted"


def test_a_file_cut_off_is_broken() -> None:
    data = a_docx("Text." * 1000)
    assert "broken" in refusal_of(data[: len(data) // 2])


def test_bytes_that_do_not_unpack_are_told_with_their_part() -> None:
    data = bytearray(a_docx("Text. And more of it."))
    at = data.find(b"word/document.xml") + len(b"word/document.xml")
    data[at : at + 20] = b"\xff" * 20
    assert "word/document.xml" in refusal_of(bytes(data))


def test_a_way_of_packing_that_is_not_known_is_told() -> None:
    data = bytearray(a_docx("Text."))
    name = data.rfind(b"word/document.xml")
    data[name - 46 + 10] = 99
    local = data.find(b"word/document.xml")
    data[local - 30 + 8] = 99
    assert "word/document.xml" in refusal_of(bytes(data))


def test_a_part_that_is_missing_is_named() -> None:
    assert "no word/document.xml" in refusal_of(a_docx("Text.", parts={"word/document.xml": None}))
    without = a_docx(
        paragraph("Said.", reference(1)),
        footnotes={1: "Words."},
        parts={"word/footnotes.xml": None},
    )
    assert "word/footnotes.xml is missing" in refusal_of(without)
    unrelated = a_docx(paragraph("Said.", reference(1)))
    assert "word/footnotes.xml is missing" in refusal_of(unrelated)


def test_a_missing_part_that_nothing_refers_to_is_no_fault() -> None:
    data = a_docx(
        "Text.",
        footnotes={1: "Words."},
        parts={"word/footnotes.xml": None, "word/styles.xml": None, "docProps/core.xml": None},
    )
    assert read_document(data).text == "Text."


def test_a_file_without_package_relationships_is_read_by_its_usual_names() -> None:
    assert read_document(a_docx("Text.", parts={"_rels/.rels": None})).text == "Text."


@pytest.mark.parametrize("target", ["document.xml", "../word/document.xml", "/word/document.xml"])
def test_relationships_that_go_in_circles_are_told(target: str) -> None:
    body = a_docx(paragraph("Said.", reference(1)), footnotes={1: "Words."})
    rels = str(parts_of(body)["word/_rels/document.xml.rels"], "utf-8").replace(
        "footnotes.xml", target
    )
    message = refusal_of(
        a_docx(
            paragraph("Said.", reference(1)),
            footnotes={1: "x"},
            parts={"word/_rels/document.xml.rels": rels},
        )
    )
    assert (
        message
        == "word/document.xml inside the Word file should hold footnotes and holds w:document"
    )


@pytest.mark.parametrize("target", ["../../../../etc/hostname", "file:///etc/hostname", "/etc/hostname", "https://a.test/x"])  # fmt: skip
def test_relationships_lead_nowhere_outside_of_the_package(target: str) -> None:
    body = a_docx(paragraph("Said.", reference(1)), footnotes={1: "Words."})
    rels = str(parts_of(body)["word/_rels/document.xml.rels"], "utf-8").replace(
        "footnotes.xml", target
    )
    assert "missing inside the Word file" in refusal_of(
        pack(parts_of(body) | {"word/_rels/document.xml.rels": rels})
    )


def test_absolute_names_and_those_of_windows_are_found() -> None:
    body = a_docx(paragraph("Said.", reference(1)), footnotes={1: "Words."})
    parts = parts_of(body)
    rels = str(parts["word/_rels/document.xml.rels"], "utf-8").replace(
        "footnotes.xml", "/word/Footnotes.xml"
    )
    parts["word/_rels/document.xml.rels"] = rels
    windows = {name.replace("/", "\\"): content for name, content in parts.items()}
    assert read_document(pack(windows)).text == "Said.[1]\n\n[1] Words."


@pytest.mark.parametrize("xml", ["", "<w:document", "<a/>", "plain", DOCUMENT.format("<w:p>")])
def test_a_damaged_main_part_is_told(xml: str) -> None:
    assert "word/document.xml" in refusal_of(a_docx(parts={"word/document.xml": xml}))


def test_nesting_without_end_is_told() -> None:
    deep = "<w:sdt>" * 5000 + "</w:sdt>" * 5000
    assert "damaged" in refusal_of(a_docx(parts={"word/document.xml": DOCUMENT.format(deep)}))


def test_a_file_without_text_says_so() -> None:
    assert refusal_of(a_docx(paragraph())) == "the Word file holds no text"


def test_a_file_that_only_embeds_another_says_so_and_one_with_text_is_read() -> None:
    assert "embeds another document" in refusal_of(a_docx('<w:altChunk r:id="rId9"/>'))
    document = read_document(a_docx("Text.", '<w:altChunk r:id="rId9"/>'))
    assert [one.rule for one in document.findings] == ["FN013"]


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("xl/workbook.xml", "an Excel workbook"),
        ("ppt/presentation.xml", "a PowerPoint presentation"),
    ],
)
def test_other_office_files_are_named(part: str, what: str) -> None:
    assert (
        refusal_of(pack({"[Content_Types].xml": "<Types/>", part: "<x/>"}))
        == f"this is {what}, no Word document"
    )


def an_ole(stream: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + stream.encode("utf-16-le") + bytes(500)
    )


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (an_ole("WordDocument"), "a Word 97–2003 document (.doc)"),
        (an_ole("EncryptedPackage"), "encrypted with a password"),
        (an_ole("Workbook"), "an Excel workbook (.xls)"),
        (an_ole("?"), "a file of an old Office program"),
        (b"{\\rtf1\\ansi Text.}", "a rich text document (.rtf)"),
        (b"\xffWPC" + bytes(40), "a WordPerfect document"),
        (pack({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, zipfile.ZIP_STORED), "an OpenDocument text (.odt)"),
        (pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, zipfile.ZIP_STORED), "an OpenDocument file, but no text"),
        (pack({"mimetype": "application/epub+zip"}, zipfile.ZIP_STORED), "an EPUB book"),
        (pack({"Index/Document.iwa": "x"}), "a Pages document"),
        (pack({"notes.txt": "x"}), "a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a picture"),
    ],
)  # fmt: skip
def test_files_of_other_programs_are_named_with_what_to_do(data: bytes, what: str) -> None:
    assert refusal_of(data, "draft.bin") == f"draft.bin is {what}"


@patient
@given(st.data())
def test_no_damaged_word_file_does_worse_than_being_refused(data: st.DataObject) -> None:
    sound = a_docx(
        paragraph("Said ", link("rId9", "here"), field(["HYPERLINK x"], "y"), ".", reference(1)),
        footnotes={1: note("https://a.test/", "more")},
        links={"rId9": "https://a.test/"},
    )
    parts = parts_of(sound)
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    start = data.draw(st.integers(0, len(content)))
    content[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    damaged = pack(parts | {name: bytes(content)})
    try:
        parsed = parse_document(read_document(damaged))
    except UnreadableDocument:
        refusal_of(damaged)
    else:
        assert_offsets_are_true(parsed)
        assert_nothing_lost(parsed)


_LEAF = st.sampled_from(
    [run("Words. "), run("https://a.test/b"), reference(1), reference(2), reference(1, "endnote"), reference(2, mark="*"),
     "<w:r><w:br/></w:r>", '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
     '<w:r><w:fldChar w:fldCharType="end"/></w:r>', '<w:r><w:instrText>HYPERLINK "https://c.test/"</w:instrText></w:r>',
     '<w:bookmarkStart w:id="1" w:name="b"/>', '<w:bookmarkEnd w:id="1"/>', "<w:r><w:footnoteRef/></w:r>", "<w:sectPr/>"]
)  # fmt: skip
_AROUND = st.sampled_from(
    ["<w:ins>{}</w:ins>", "<w:del>{}</w:del>", "<w:p>{}</w:p>", "<w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r>",
     "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", '<w:hyperlink r:id="rId9">{}</w:hyperlink>', "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
     '<w:fldSimple w:instr="NOTEREF b \\f">{}</w:fldSimple>', "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{}</w:p>"]
)  # fmt: skip
_TREES = st.recursive(
    _LEAF,
    lambda inner: st.builds(
        lambda around, parts: around.format("".join(parts)), _AROUND, st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


@patient
@given(st.lists(_TREES, max_size=6), st.lists(_TREES, max_size=3))
def test_any_order_of_elements_is_read_with_true_offsets(
    body: list[str], inside: list[str]
) -> None:
    wrapped = [f"<w:p>{one}</w:p>" for one in body]
    noted = "".join(f"<w:p>{one}</w:p>" for one in inside)
    data = a_docx(
        "Start.",
        *wrapped,
        footnotes={1: noted or "x", 2: "y"},
        endnotes={1: "z"},
        links={"rId9": "https://a.test/"},
    )
    parsed = parse_document(read_document(data))
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    starts = [at.start for at in parsed.document.places]
    assert starts == sorted(starts)


def test_reading_costs_no_more_than_the_length() -> None:
    """Hostile repeats of each thing that nests or waits for its end, all at once, in a second."""
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "</w:instrText></w:r>'
    opened = '<w:bookmarkStart w:id="1" w:name="b"/>'
    body = [
        paragraph(begun * 3000),
        paragraph(opened * 3000),
        paragraph(run("a") * 5000 + "<w:r><w:br/></w:r>" * 3000),
        paragraph(run("https://a.test/_") * 500 + "<w:r><w:br/></w:r>" * 500),
        paragraph(properties="<w:rPr><w:del/></w:rPr>") * 3000,
        paragraph("Said.", reference(1)) * 2000,
    ]
    document = read_document(a_docx(*body, footnotes={1: "x"}))
    assert document.text


def test_a_package_is_not_unpacked_where_nothing_asks_for_it() -> None:
    package = WordPackage(a_docx("Text."))
    assert "word/styles.xml" in package
    assert "WORD/STYLES.XML" in package
    assert "word/other.xml" not in package
