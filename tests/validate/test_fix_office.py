"""Other programs open a mended Word file, and every note is still in it."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.model import Parsed
from provenance.validate.draft import Draft
from provenance.validate.house import House
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.rules.fn103_glued_addresses import RULE as GLUED
from support.docx_builder import a_docx, field, link, note, paragraph, reference, run
from support.mending import TODAY, mended

SOFFICE = shutil.which("soffice")
TIMEOUT_S = 120
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>{}</Types>'
)
_KINDS = {
    "document": "document.main",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
    "settings": "settings",
    "styles": "styles",
}


def a_whole_draft() -> bytes:
    """A draft with tracked changes, a comment, fields, links, footnotes and endnotes, fit for any office."""
    tracked = (
        '<w:p><w:ins w:id="7" w:author="Ada" w:date="2024-01-01T00:00:00Z">'
        + run("A new toll was set.")
        + '</w:ins><w:del w:id="8" w:author="Ada" w:date="2024-01-01T00:00:00Z"><w:r><w:delText>An old toll.</w:delText></w:r></w:del>'
        + reference(3)
        + "</w:p>"
    )
    # behind the notes: LibreOffice 7.4 takes a comment for a note and mixes up those that follow it
    commented = (
        '<w:p><w:commentRangeStart w:id="1"/>'
        + run("It stayed so.")
        + '<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r></w:p>'
    )
    hyper = field(['HYPERLINK "https://weirs.example/c"'], "https://weirs.example/c")
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        for name, kind in _KINDS.items()
    )
    comment = f'<w:comments {_NAMESPACES}><w:comment w:id="1" w:author="Eve">{paragraph("Is that so?")}</w:comment></w:comments>'
    data = a_docx(
        paragraph("Two barges were stopped below the ford.", reference(2), run(" It is known.", "<w:b/>")),
        tracked,
        paragraph("The ford was closed.", reference(2, "endnote")),
        commented,
        footnotes={
            2: "https://tolls.example/2024/bargeshttps://fords.example/news/12",
            3: note(link("rId8", "https://tolls.example/a") + link("rId9", "https://fords.example/b")),
        },
        endnotes={2: note(hyper + run("https://fords.example/d"))},
        note_links={"rId8": "https://tolls.example/a", "rId9": "https://fords.example/b"},
        parts={"word/comments.xml": comment, "[Content_Types].xml": _TYPES.format(types)},
    )  # fmt: skip
    return with_relation(data, "comments")


def with_relation(data: bytes, kind: str) -> bytes:
    """The file with a part more, and its separators numbered as LibreOffice counts on it: 0 and 1."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name).decode()
            if name == "word/_rels/document.xml.rels":
                line = re.search("<Relationship [^>]*settings[^>]*>", content)
                assert line
                content = content.replace("</Relationships>", line[0].replace("settings", kind).replace("rIdPart0", "rIdC") + "</Relationships>")  # fmt: skip
            if name.endswith("notes.xml"):
                content = content.replace('w:id="0"', 'w:id="1"').replace('w:id="-1"', 'w:id="0"')
            new.writestr(name, content)
    return out.getvalue()


def parsed(data: bytes) -> Parsed:
    return parse_document(read_document(data, "draft.docx"))


def addresses(data: bytes) -> list[list[str]]:
    return [
        [one.canonical_url for one in each.citations if one.canonical_url]
        for each in parsed(data).notes
    ]


def resaved(data: bytes, folder: Path) -> bytes:
    """The file as LibreOffice saves it anew."""
    assert SOFFICE
    (folder / "draft.docx").write_bytes(data)
    done = subprocess.run(
        [SOFFICE, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
         "--convert-to", "docx:MS Word 2007 XML", "--outdir", "saved", "draft.docx"],
        cwd=folder, capture_output=True, timeout=TIMEOUT_S, check=True, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    saved = folder / "saved" / "draft.docx"
    assert saved.exists(), done.stderr
    return saved.read_bytes()


def test_the_draft_for_the_offices_is_mended_everywhere() -> None:
    done = mended(a_whole_draft(), "draft.docx", GLUED)
    assert [finding.rule for finding in done.fixed] == ["FN103"] * 3, done.left
    assert addresses(done.data) == addresses(a_whole_draft())


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_saves_a_mended_file_with_every_note(tmp_path: Path) -> None:
    data = mended(a_whole_draft(), "draft.docx", GLUED).data
    saved = resaved(data, tmp_path)
    assert addresses(saved) == addresses(data)
    with zipfile.ZipFile(io.BytesIO(saved)) as opened:
        document = opened.read("word/document.xml").decode()
        comments = opened.read("word/comments.xml").decode()
    assert "Is that so?" in comments
    assert re.search("<w:ins [^>]*Ada", document)
    assert re.search("<w:del [^>]*Ada", document)
    text = read_document(saved).text
    assert "https://tolls.example/2024/barges; https://fords.example/news/12" in text
    assert "https://tolls.example/a; https://fords.example/b" in text
    assert "https://weirs.example/c; https://fords.example/d" in text


def test_python_docx_opens_a_mended_file() -> None:
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    data = mended(a_whole_draft(), "draft.docx", GLUED).data
    opened = docx.Document(io.BytesIO(data))
    assert next(one.text for one in opened.paragraphs).startswith("Two barges were stopped")


def test_pandoc_reads_every_note_of_a_mended_file(tmp_path: Path) -> None:
    pandoc = shutil.which("pandoc")
    if pandoc is None:
        pytest.skip("pandoc is not installed")
    (tmp_path / "draft.docx").write_bytes(mended(a_whole_draft(), "draft.docx", GLUED).data)
    said = subprocess.run(
        [pandoc, "-t", "plain", "--wrap=none", "draft.docx"],
        cwd=tmp_path, capture_output=True, check=True, timeout=TIMEOUT_S,
    ).stdout.decode()  # fmt: skip
    assert "https://tolls.example/2024/barges; https://fords.example/news/12" in said
    assert "https://tolls.example/a; https://fords.example/b" in said
    assert "https://weirs.example/c; https://fords.example/d" in said


CORPUS = os.environ.get("PROVENANCE_CORPUS")
DRAFTS = sorted((Path(CORPUS) / "corpus" / "docx").glob("*.docx")) if CORPUS else []


def in_notes(draft: Draft) -> list[Found]:
    """A finding in each of the first notes: `See` should stand before what it cites."""
    cited = [note.citations[0] for note in draft.parsed.notes if note.citations][:20]
    return [
        Found("to mend", one.start, one.end, fix=Fix(False, (Edit(one.start, one.start, "See "),)))
        for one in cited
        if not draft.text.endswith("See ", 0, one.start)
    ]


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.skipif(not DRAFTS, reason="$PROVENANCE_CORPUS is not set, or holds no Word files")
@pytest.mark.skipif(
    not os.environ.get("PROVENANCE_LONG_TESTS"), reason="$PROVENANCE_LONG_TESTS is not set"
)
@pytest.mark.parametrize("path", DRAFTS, ids=[path.stem for path in DRAFTS])
def test_libreoffice_keeps_every_note_of_a_mended_file_of_the_corpus(
    path: Path, tmp_path: Path
) -> None:
    data = path.read_bytes()
    done = mended(
        data, "draft.docx", Rule("FN999", "made-for-a-test", "error", in_notes), unsafe=True
    )
    folders = [tmp_path / name for name in ("before", "after")]
    for folder in folders:
        folder.mkdir()
    before, after = resaved(data, folders[0]), resaved(done.data, folders[1])
    assert [len(parsed(one).notes) for one in (data, done.data)] == [len(parsed(data).notes)] * 2
    assert addresses(done.data) == addresses(data)
    # LibreOffice may lose or mix up notes of its own accord: a mended file fares as the file did
    assert [each.label for each in parsed(after).notes] == [
        each.label for each in parsed(before).notes
    ]
    assert addresses(after) == addresses(before)
    assert done.is_changed == bool(in_notes_of(data)), done.left


def in_notes_of(data: bytes) -> list[Found]:
    return in_notes(Draft(parsed(data), house=House(), today=TODAY))
