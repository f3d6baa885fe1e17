"""Word files that another library writes: what it put in is what is read, paragraph by paragraph."""

import io

import pytest

from provenance.cite.document import read_document
from support.docx_builder import a_docx, paragraph, reference

docx = pytest.importorskip("docx", reason="python-docx is a development dependency")


def test_a_body_written_by_python_docx_is_read_in_its_order() -> None:
    made = docx.Document()
    made.core_properties.title = "A Draft of Two Parts"
    made.core_properties.author = "Ada Writer"
    made.add_heading("A Draft of Two Parts", level=0)
    made.add_heading("The North", level=1)
    made.add_paragraph("It fell.\tThen it rose.")
    table = made.add_table(rows=2, cols=2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell {number}"
    made.add_heading("Villages", level=2)
    made.add_paragraph("First line\nsecond line", style="List Bullet")
    out = io.BytesIO()
    made.save(out)
    document = read_document(out.getvalue(), "draft.docx")
    assert document.text.split("\n\n") == [
        "A Draft of Two Parts",
        "The North",
        "It fell.\tThen it rose.",
        *(f"cell {number}" for number in range(4)),
        "Villages",
        "First line\nsecond line",
    ]
    assert [(one.title, one.level) for one in document.headings] == [("The North", 1), ("Villages", 2)]  # fmt: skip
    said = document.metadata
    assert (said.title, said.authors) == ("A Draft of Two Parts", ("Ada Writer",))
    assert said.published is None


def test_the_files_of_our_own_builder_are_sound_for_python_docx() -> None:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    data = a_docx(
        paragraph("Said.", reference(1)),
        footnotes={1: "Words."},
        parts={"[Content_Types].xml": types},
    )
    read = docx.Document(io.BytesIO(data))
    assert [one.text for one in read.paragraphs] == ["Said."]
    assert read_document(data).text == "Said.[1]\n\n[1] Words."
