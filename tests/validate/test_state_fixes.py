"""Archived links and new addresses written into drafts of every format, and read back."""

from datetime import date

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.model import Source
from provenance.pipeline.validation import Validated
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.fix.mend import mend
from provenance.validate.fix.outcome import Mended
from provenance.validate.house import House
from provenance.validate.rules import all_rules
from support.docx_builder import a_docx, paragraph, reference
from support.told_knowledge import ask_told

URL = "https://www.tolls.example/barges"
COPY = f"https://web.archive.example/web/20240301000000/{URL}"
NEW = "https://www.tolls.example/archive/barges"
GONE = f"""[[source]]
url = "{URL}"
state = "dead"
outcome = "gone"
reason = "HTTP 404"
mementos = [{{ archive = "web.archive.example", uri_m = "{COPY}", at = 2024-03-01T00:00:00Z }}]
"""
MOVED = f"""[[source]]
url = "{URL}"
state = "alive"
outcome = "ok"
moved_to = "{NEW}"
"""
RULES = [rule for rule in all_rules() if rule.code[:3] == "FN3"]


def look(data: bytes, path: str, known: str) -> Validated:
    parsed = parse_document(read_document(data, path))
    draft = Draft(parsed, house=House(), today=date(2024, 3, 8))
    draft.knowledge = ask_told(known)(draft.source_map.sources)
    return Validated(path, data, draft, find_findings(draft, RULES))


def mended(data: bytes, path: str, known: str, *, unsafe: bool = False) -> Mended:
    return mend(look(data, path, known), lambda new: look(new, path, known), unsafe=unsafe)


def urls(sources: tuple[Source, ...]) -> set[str | None]:
    return {source.canonical_url for source in sources}


def text_of(note: str) -> str:
    return f"A Short Update\n\nTwo barges were stopped.[1]\n\nReferences\n\n[1] {note}\n"


def html_of(note: str) -> str:
    return f"<h1>An Update</h1><p>Two barges were stopped.[1]</p><h2>Notes</h2><p>[1] {note}</p>\n"


def markdown_of(note: str) -> str:
    return f"# An Update\n\nTwo barges were stopped.[^1]\n\n[^1]: {note}\n"


AT = f", archived at {COPY}"
ADDED = {
    "text": ("draft.txt", text_of(f"{URL}; more."), text_of(f"{URL}{AT}; more.")),
    "text, in prose": (
        "draft.txt",
        text_of(f"Tolls Board, “Barges,” March 3, 2024, {URL}."),
        text_of(f"Tolls Board, “Barges,” March 3, 2024, {URL}{AT}."),
    ),
    "markdown, bare": ("draft.md", markdown_of(f"{URL}."), markdown_of(f"{URL}{AT}.")),
    "markdown, in brackets": ("draft.md", markdown_of(f"<{URL}>."), markdown_of(f"<{URL}>{AT}.")),
    "markdown, words": (
        "draft.md",
        markdown_of(f"[The board on barges]({URL})"),
        markdown_of(f"[The board on barges]({URL}){AT}"),
    ),
    "html, link": (
        "draft.html",
        html_of(f'<a href="{URL}">{URL}</a>; more'),
        html_of(f'<a href="{URL}">{URL}</a>{AT}; more'),
    ),
    "html, words": (
        "draft.html",
        html_of(f'<a href="{URL}"><em>The board on barges</em></a>'),
        html_of(f'<a href="{URL}"><em>The board on barges</em></a>{AT}'),
    ),
    "rst": (
        "draft.rst",
        f"An Update\n=========\n\nTwo barges. [1]_\n\n.. [1] {URL}\n",
        f"An Update\n=========\n\nTwo barges. [1]_\n\n.. [1] {URL}{AT}\n",
    ),
}


@pytest.mark.parametrize(("path", "before", "after"), ADDED.values(), ids=ADDED.keys())
def test_the_archived_link_is_written_behind_the_address(
    path: str, before: str, after: str
) -> None:
    done = mended(before.encode(), path, GONE)
    assert done.data.decode() == after
    assert done.left == ()
    assert mended(done.data, path, GONE).data == done.data
    assert urls(done.looked.draft.source_map.sources) >= urls(
        look(before.encode(), path, GONE).draft.source_map.sources
    )


def test_a_word_file_names_the_copy_behind_the_address_in_its_note() -> None:
    body = paragraph("Two barges were stopped below the ford.", reference(1))
    data = a_docx(body, footnotes={1: f"Tolls Board, {URL}, March 2024."})
    done = mended(data, "draft.docx", GONE)
    (note,) = done.looked.draft.parsed.notes
    assert note.text.strip() == f"[1] Tolls Board, {URL}{AT}, March 2024."
    assert done.left == ()


MOVES = {
    "text": ("draft.txt", text_of(f"{URL}."), text_of(f"{NEW}.")),
    "markdown": (
        "draft.md",
        markdown_of(f"[The board]({URL}) and <{URL}>"),
        markdown_of(f"[The board]({NEW}) and <{NEW}>"),
    ),
    "html": (
        "draft.html",
        html_of(f'<a href="{URL}">{URL}</a>'),
        html_of(f'<a href="{NEW}">{NEW}</a>'),
    ),
}


@pytest.mark.parametrize(("path", "before", "after"), MOVES.values(), ids=MOVES.keys())
def test_a_new_address_is_written_only_when_unsafe_fixes_are_asked_for(
    path: str, before: str, after: str
) -> None:
    assert mended(before.encode(), path, MOVED).data == before.encode()
    assert mended(before.encode(), path, MOVED, unsafe=True).data.decode() == after
