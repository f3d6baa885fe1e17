"""A Word file among the sources gives its words."""

import io
import zipfile

import pytest

from provenance.link.extract import extract_payload
from support.docx_builder import a_docx, note, paragraph, reference, run

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def extract(data: bytes, media_type: str = WORD) -> object:
    return extract_payload(data, media_type, "https://files.example/report.docx")


@pytest.mark.parametrize("declared", [WORD, "application/octet-stream", "", "application/zip"])
def test_a_word_file_is_read_whatever_the_server_calls_it(declared: str) -> None:
    data = a_docx(paragraph("The convoy was attacked."), paragraph("Sixteen died."))
    found = extract_payload(data, declared, "https://files.example/report.docx")
    assert found.text == "The convoy was attacked.\nSixteen died."
    assert found.reason is None


def test_notes_follow_the_body_and_tracked_changes_are_as_word_prints_them() -> None:
    deleted = "<w:del><w:r><w:delText>nobody </w:delText></w:r></w:del>"
    added = f"<w:ins>{run('somebody ')}</w:ins>"
    body = paragraph(run("It was "), deleted, added, run("saw it"), reference(2))
    found = extract_payload(a_docx(body, footnotes={2: note("A witness.")}), WORD, "")
    assert found.text.split("\n") == ["It was somebody saw it", "A witness."]


def test_an_office_file_without_words_for_us_says_what_it_is() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    found = extract_payload(packed.getvalue(), "application/octet-stream", "")
    assert found.text == ""
    assert found.reason == "unsupported type application/zip"


def test_a_broken_word_file_gives_a_reason_and_no_text() -> None:
    data = a_docx(paragraph("Words."))
    found = extract_payload(data[: len(data) // 2], WORD, "")
    assert found.text == ""
    assert "broken" in (found.reason or "") or "unsupported" in (found.reason or "")


def test_a_part_with_a_doctype_is_not_read() -> None:
    hostile = b'<!DOCTYPE x [<!ENTITY a "b">]><w:document/>'
    found = extract_payload(a_docx(parts={"word/document.xml": hostile}), WORD, "")
    assert found.text == ""
    assert "DOCTYPE" in (found.reason or "")
