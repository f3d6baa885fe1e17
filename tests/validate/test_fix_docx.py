"""Word files are mended in place: what is not changed stays, whatever stands around the change."""

import io
import re
import zipfile

import pytest

from provenance.cite.document import read_document
from provenance.validate.fix.outcome import Mended
from provenance.validate.rules.fn103_glued_addresses import RULE as GLUED
from support.docx_builder import a_docx, field, link, note, paragraph, reference, run
from support.mending import inserting, mended, replacing, retargeting

BODY = paragraph("Two barges were stopped below the ford.", reference(1))
GLUE = "https://tolls.example/2024/bargeshttps://fords.example/news/12"


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def part_of(done: Mended, name: str = "word/footnotes.xml") -> str:
    return members(done.data)[name].decode()


def changed_parts(before: bytes, after: bytes) -> list[str]:
    old, new = members(before), members(after)
    assert list(old) == list(new)
    return [name for name in old if old[name] != new[name]]


def a_draft(
    *body: str, footnote: str = "https://tolls.example/2024/barges", **more: object
) -> bytes:
    return a_docx(BODY, *body, footnotes={1: footnote}, **more)  # type: ignore[arg-type]


def test_a_separator_is_put_into_the_run_of_a_note() -> None:
    data = a_draft(footnote=GLUE)
    done = mended(data, "draft.docx", GLUED)
    assert changed_parts(data, done.data) == ["word/footnotes.xml"]
    assert part_of(done) == members(data)["word/footnotes.xml"].decode().replace(
        "bargeshttps", "barges; https"
    )
    assert mended(done.data, "draft.docx", GLUED).data == done.data


def test_the_zip_keeps_its_order_its_packing_and_its_times() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_draft(footnote=GLUE))) as old,
        zipfile.ZipFile(out, "w") as made,
    ):
        for number, name in enumerate(old.namelist()):
            info = zipfile.ZipInfo(name, (1999, 1, 2, 3, 4, number * 2))
            info.compress_type = zipfile.ZIP_STORED if number % 2 else zipfile.ZIP_DEFLATED
            info.extra = b"\xfe\xca\x02\x00ab"
            info.comment = b"kept"
            made.writestr(info, old.read(name))
        made.writestr("media/picture.bin", bytes(range(256)) * 40)
        made.comment = b"a comment at the end"
    data = out.getvalue()
    done = mended(data, "draft.docx", GLUED)
    assert changed_parts(data, done.data) == ["word/footnotes.xml"]
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(done.data)) as new:
        assert old.comment == new.comment
        for one, other in zip(old.infolist(), new.infolist(), strict=True):
            assert (one.filename, one.date_time, one.compress_type, one.extra, one.comment, one.external_attr) == (
                other.filename, other.date_time, other.compress_type, other.extra, other.comment, other.external_attr)  # fmt: skip


def test_a_zip_with_sizes_behind_its_members_is_rewritten_too() -> None:
    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError("a stream")

        def tell(self) -> int:
            raise OSError("a stream")

    out = Stream()
    with (
        zipfile.ZipFile(io.BytesIO(a_draft(footnote=GLUE))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):  # type: ignore[call-overload]
        for name in old.namelist():
            made.writestr(name, old.read(name))
    done = mended(out.getvalue(), "draft.docx", GLUED)
    assert changed_parts(out.getvalue(), done.data) == ["word/footnotes.xml"]


def test_words_that_are_split_over_runs_are_replaced_across_them() -> None:
    split = paragraph(run("The to", "<w:b/>"), run("ll was dou", "<w:i/>"), run("bled."))
    done = mended(a_draft(split), "draft.docx", replacing("toll was doubled", "tolls rose"))
    assert done.is_changed, done.left
    document = part_of(done, "word/document.xml")
    assert '<w:i/></w:rPr><w:t xml:space="preserve">lls rose</w:t>' in document
    assert '<w:rPr></w:rPr><w:t xml:space="preserve">.</w:t>' in document
    assert "The tolls rose." in read_document(done.data).text


def test_an_edit_in_a_tracked_insertion_stays_in_it_and_deleted_words_are_not_touched() -> None:
    tracked = (
        "<w:p><w:ins w:id='7' w:author='Ada' w:date='2024-01-01T00:00:00Z'>" + run("The new toll") + "</w:ins>"
        "<w:del w:id='8' w:author='Ada'><w:r><w:delText>The new toll</w:delText></w:r></w:del>"
        "<w:moveFrom w:id='9' w:author='Ada'>" + run("The new toll") + "</w:moveFrom>" + run(" was paid.") + "</w:p>"
    )  # fmt: skip
    data = a_draft(tracked)
    done = mended(data, "draft.docx", replacing("new toll", "old toll"))
    before, after = (members(one)["word/document.xml"].decode() for one in (data, done.data))
    assert after == before.replace("The new toll", "The old toll", 1)


def test_comments_bookmarks_and_content_controls_stay_where_they_are() -> None:
    around = (
        '<w:p><w:commentRangeStart w:id="3"/><w:bookmarkStart w:id="1" w:name="a"/>' + run("The to")
        + '<w:bookmarkEnd w:id="1"/><w:sdt><w:sdtPr><w:tag w:val="x"/></w:sdtPr><w:sdtContent>' + run("ll rose")
        + '</w:sdtContent></w:sdt><w:commentRangeEnd w:id="3"/><w:r><w:commentReference w:id="3"/></w:r></w:p>'
    )  # fmt: skip
    data = a_draft(around, parts={"word/comments.xml": "<w:comments/>"})
    done = mended(data, "draft.docx", replacing("toll rose", "tax fell"))
    before, after = (members(one)["word/document.xml"].decode() for one in (data, done.data))
    assert re.sub("<w:t[ >].*?</w:t>", "", before) == re.sub("<w:t[ >].*?</w:t>", "", after)
    assert "The tax fell" in read_document(done.data).text


def test_a_blank_at_the_end_of_a_run_is_kept() -> None:
    bare = "<w:p><w:r><w:t>The toll </w:t></w:r><w:r><w:t>rose.</w:t></w:r></w:p>"
    done = mended(a_draft(bare), "draft.docx", replacing("tollrose", "toll rose"))
    assert '<w:t xml:space="preserve">The toll </w:t>' in part_of(done, "word/document.xml")
    assert "The toll rose." in read_document(done.data).text


def test_letters_and_signs_are_written_as_xml() -> None:
    odd = "<w:p><w:r><w:t>A &amp; B &#8212; ж 𝔘 q</w:t></w:r></w:p>"
    done = mended(a_draft(odd), "draft.docx", replacing("& B — ж 𝔘 q", "<q> & “ж” 𝔘"))
    assert "<w:t>A &lt;q&gt; &amp; “ж” 𝔘</w:t>" in part_of(done, "word/document.xml")


@pytest.mark.parametrize("is_strict", [False, True], ids=["transitional", "strict"])
def test_a_target_is_rewritten_in_its_relationship(is_strict: bool) -> None:
    data = a_draft(
        footnote=note(link("rId9", "the report")), note_links={"rId9": "https://tolls.example/a?utm_source=x&b=1"}, is_strict=is_strict,
    )  # fmt: skip
    done = mended(data, "draft.docx", retargeting(lambda href: href.replace("utm_source=x&", "")))
    assert changed_parts(data, done.data) == ["word/_rels/footnotes.xml.rels"]
    assert 'Target="https://tolls.example/a?b=1"' in part_of(done, "word/_rels/footnotes.xml.rels")


def test_a_relationship_that_other_links_share_is_left_to_them() -> None:
    two = paragraph(link("rId9", "one"), " and ", link("rId9", "two"))
    data = a_draft(two, links={"rId9": "https://tolls.example/a?utm_source=x"})
    first = retargeting(lambda href: href.replace("?utm_source=x", ""))
    seen = mended(data, "draft.docx", first)
    assert [one.href for one in read_document(seen.data).links] == ["https://tolls.example/a"] * 2
    alone = mended(data, "draft.docx", first, only={seen.fixed[0].fingerprint})
    assert [one.href for one in read_document(alone.data).links] == [
        "https://tolls.example/a",
        "https://tolls.example/a?utm_source=x",
    ]


@pytest.mark.parametrize(
    "words",
    [
        field(["HYPER", 'LINK "https://tolls.example/a', '?utm_source=x"'], "report"),
        '<w:fldSimple w:instr=\' HYPERLINK "https://tolls.example/a?utm_source=x" \'>' + run("report") + "</w:fldSimple>",
    ],
    ids=["in pieces", "simple"],
)  # fmt: skip
def test_a_target_is_rewritten_in_the_instruction_of_a_field(words: str) -> None:
    done = mended(
        a_draft(paragraph("See the ", words, ".")), "draft.docx", retargeting(lambda href: href.replace("?utm_source=x", "?a=1&b=2"))
    )  # fmt: skip
    assert [one.href for one in read_document(done.data).links] == [
        "https://tolls.example/a?a=1&b=2"
    ], done.left


def test_a_target_that_is_said_in_two_attributes_is_left_with_a_reason() -> None:
    data = a_draft(
        paragraph(link("rId9", "map", "/dash")), links={"rId9": "https://tolls.example/a"}
    )
    done = mended(data, "draft.docx", retargeting(lambda _: "https://tolls.example/b"))
    assert done.data == data
    assert "in pieces" in done.left[0].reason


def test_what_stands_between_two_links_belongs_to_neither() -> None:
    glued = note(link("rId8", "https://tolls.example/a") + link("rId9", "https://fords.example/b"))
    links = {"rId8": "https://tolls.example/a", "rId9": "https://fords.example/b"}
    done = mended(a_draft(footnote=glued, note_links=links), "draft.docx", GLUED)
    document = read_document(done.data)
    assert "https://tolls.example/a; https://fords.example/b" in document.text
    assert [document.text[one.start : one.end] for one in document.links] == list(links.values())


def test_what_follows_a_field_is_no_part_of_its_link() -> None:
    glued = note(field(['HYPERLINK "https://tolls.example/a"'], "https://tolls.example/a") + run("https://fords.example/b"))  # fmt: skip
    done = mended(a_draft(footnote=glued), "draft.docx", GLUED)
    document = read_document(done.data)
    assert "https://tolls.example/a; https://fords.example/b" in document.text
    assert [document.text[one.start : one.end] for one in document.links] == [
        "https://tolls.example/a"
    ]


@pytest.mark.parametrize(
    ("words", "by", "reason"),
    [("[1]", "[2]", "made by the format"), ("barges", "bar\nges", "new paragraph"), ("barges", "bar\x01ges", "characters")],
    ids=["a counted number", "a new line", "a control character"],
)  # fmt: skip
def test_what_no_edit_can_say_is_left_with_a_reason(words: str, by: str, reason: str) -> None:
    data = a_draft()
    done = mended(data, "draft.docx", replacing(words, by))
    assert done.data == data
    assert reason in done.left[0].reason


def test_text_that_word_keeps_twice_is_left() -> None:
    box = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent>" + paragraph("A box of tolls.")
        + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" + paragraph("A box of tolls.")
        + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )  # fmt: skip
    data = a_draft(box)
    assert mended(data, "draft.docx", replacing("box of tolls", "toll box")).data == data


def test_a_signed_file_is_left() -> None:
    data = a_draft(footnote=GLUE, parts={"_xmlsignatures/sig1.xml": "<a/>"})
    assert "signed" in mended(data, "draft.docx", GLUED).left[0].reason


def test_an_insertion_at_the_beginning_of_a_paragraph_takes_its_look() -> None:
    bold = paragraph(run("Tolls rose.", "<w:b/>"))
    done = mended(a_draft(bold), "draft.docx", inserting("All ", "Tolls"))
    assert '<w:b/></w:rPr><w:t xml:space="preserve">All Tolls rose.</w:t>' in part_of(done, "word/document.xml")  # fmt: skip


def test_a_note_in_endnotes_with_comments_in_its_xml_is_mended() -> None:
    odd = '<w:p><w:r><w:endnoteRef/></w:r><w:r><w:t xml:space="preserve"> See <!-- x -->https://a.example/1<![CDATA[https://b.example/2]]></w:t></w:r></w:p>'
    data = a_docx(paragraph("It rose.", reference(2, "endnote")), endnotes={2: odd})
    done = mended(data, "draft.docx", GLUED)
    text = read_document(done.data).text
    assert ("https://a.example/1; https://b.example/2" in text) or done.left[0].reason
