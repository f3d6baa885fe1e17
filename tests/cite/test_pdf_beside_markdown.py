"""The same reports as PDF and as Markdown: two readers that share no code have to agree.

Skipped without `$PROVENANCE_CORPUS`. The Markdown copies come from the publisher's page: they have
the notes and the words of the body, and lost the markers.
"""

import re
import unicodedata

import pytest

from provenance.cite.parse import parse_document
from provenance.model import Claim, Parsed
from provenance.pipeline.reading import DocumentReader
from provenance.settings import ExtractSettings
from support.cite_builders import corpus_folder

REPORTS = ("IF12672", "LSB11421", "R48903", "R48907", "R48914")
_NO_WORD = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text)).lower()


def words_of(claim: Claim, parsed: Parsed) -> str:
    """A claim's words without the markers inside it."""
    inside = {(m.start, m.end) for one in parsed.claims for m in one.markers}
    text, position = "", claim.start
    for start, end in sorted(inside):
        if claim.start <= start and end <= claim.end:
            text, position = text + parsed.document.text[position:start], end
    return text + parsed.document.text[position : claim.end]


def read_both(report: str) -> tuple[Parsed, Parsed]:
    folder = corpus_folder() / "corpus"
    paths = folder / "crs_md" / f"{report}.md", folder / "crs_pdf" / f"{report}.pdf"
    with DocumentReader(ExtractSettings()) as reader:
        markdown, pdf = (
            parse_document(reader.read(path.read_bytes(), path.name)) for path in paths
        )
    return markdown, pdf


@pytest.mark.parametrize("report", REPORTS)
def test_a_pdf_and_its_markdown_copy_say_the_same(report: str) -> None:
    markdown, pdf = read_both(report)
    assert [note.label for note in pdf.notes] == [note.label for note in markdown.notes]
    for one, other in zip(pdf.notes, markdown.notes, strict=True):
        assert [c.url for c in one.citations] == [c.url for c in other.citations], one.label
        assert [c.kind for c in one.citations] == [c.kind for c in other.citations], one.label
        assert letters(one.text) == letters(other.text)
    marked = [marker.label for claim in pdf.claims for marker in claim.markers]
    assert marked == [note.label for note in markdown.notes]
    body = letters(markdown.document.text)
    lost = [claim.text for claim in pdf.claims if letters(words_of(claim, pdf)) not in body]
    assert lost == []
    about = pdf.document.metadata, markdown.document.metadata
    assert about[0].title == about[1].title
    assert sorted(about[0].authors) == sorted(about[1].authors)
