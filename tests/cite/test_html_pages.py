"""HTML pages as a whole: furniture stays out, notes never do, titles are the page's, time is linear."""

from collections.abc import Callable

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.readers.html import read_html
from provenance.model import Parsed
from support.growth import assert_grows_in_step

BODY = (
    "<h1>Bridges</h1><p>The bridge fell.<a href='#fn1' id='r1'>1</a></p>"
    + "<p>More of it.</p>" * 20
)
NOTES = "<ol class='footnotes'><li id='fn1'>First note. <a href='#r1'>↩</a></li></ol>"


def read(page: str) -> Parsed:
    return parse_document(read_document(f"<html>{page}</html>".encode(), "page.html"))


@pytest.mark.parametrize(
    "furniture",
    [
        "<div class='navbox'>Other bridges</div>",
        "<div id='catlinks' class='catlinks'>Category: Other bridges</div>",
        "<div class='hatnote'>Not to be confused with Other bridges</div>",
        "<section id='comments' class='comments'><h3>Comments</h3><p>Other bridges!</p></section>",
        "<div class='sharedaddy'>Share: Other bridges</div>",
        "<div class='subscription-widget-wrap'><p>Other bridges by mail</p></div>",
        "<aside>Other bridges</aside>",
        "<footer>Other bridges</footer>",
    ],
)
def test_furniture_is_left_out(furniture: str) -> None:
    parsed = read(f"<body>{BODY}{NOTES}{furniture}</body>")
    assert "Other bridges" not in parsed.document.text
    assert [note.label for note in parsed.notes] == ["1"]


@pytest.mark.parametrize(
    "around", ["<div class='sidebar'>{}</div>", "<footer>{}</footer>", "<nav>{}</nav>", "<aside>{}</aside>",
               "<div id='comments'>{}</div>", "<div role='complementary'>{}</div>"],
)  # fmt: skip
def test_no_note_is_lost_in_what_looks_like_furniture(around: str) -> None:
    parsed = read(f"<body>{BODY}{around.format(NOTES)}</body>")
    assert [note.text for note in parsed.notes] == ["First note."]


def test_named_furniture_with_a_list_in_brackets_is_read() -> None:
    text = "<p>The bridge fell.[1]</p>" + "<p>More.</p>" * 20
    parsed = read(
        f"<body>{text}<div class='sidebar'><p>[1] https://a.example.org/b</p></div></body>"
    )
    assert [note.label for note in parsed.notes] == ["1"]


def test_furniture_that_is_the_whole_article_is_read() -> None:
    assert "More of it." in read(f"<body><div class='sidebar'>{BODY}</div></body>").document.text


def test_the_link_to_edit_a_section_is_no_part_of_its_heading_or_text() -> None:
    edit = "<span class='mw-editsection'>[<a href='/e'>edit</a>]</span>"
    assert "edit" not in read(f"<body><h2>Roads{edit}</h2>{BODY}</body>").document.text


@pytest.mark.parametrize(
    ("head", "headline", "title"),
    [
        ("<meta property='og:title' content='Duck - Wiki'>", "Duck", "Duck"),
        ("<meta property='og:title' content='Duck - A Story'>", "The Duck", "Duck - A Story"),
        ("<title>Tools of old | Stone & Co</title>", "Stone & Co", "Tools of old"),
        ("<title>Tools of old | Stone & Co</title>", "Tools of old", "Tools of old"),
    ],
)
def test_the_title_is_the_pages_and_not_the_sites(head: str, headline: str, title: str) -> None:
    parsed = read(f"<head>{head}</head><body><h1>{headline}</h1><p>Words.</p></body>")
    assert parsed.document.metadata.title == title


def test_an_address_without_a_scheme_is_an_address() -> None:
    note = "<a href='//books.example.org/b?id=1'><i>A book</i></a>, <a href='//6CB562CC-4A65#_ftnref9'>9</a>"
    parsed = read(f"<body>{BODY}{NOTES.replace('First note', note)}</body>")
    urls = [citation.url for citation in parsed.notes[0].citations if citation.url]
    assert urls == ["https://books.example.org/b?id=1"]


def test_a_range_between_two_links_marks_the_notes_inside_it() -> None:
    items = "".join(f"<li id='fn{n}'>Note {n}.</li>" for n in range(1, 5))
    parsed = read(
        "<body><p>The bridge fell [<a href='#fn1'>1</a>–<a href='#fn4'>4</a>].</p>"
        f"<h2>References</h2><ol>{items}</ol></body>"
    )
    labels = {marker.label for claim in parsed.claims for marker in claim.markers}
    assert labels == {"1", "2", "3", "4"}


def test_a_note_in_an_aside_is_known_by_its_printed_label() -> None:
    parsed = read(
        "<body><p>The bridge fell.<a href='#sn1'>1</a></p><aside id='sn1'>1 A side note.</aside></body>"
    )
    assert [(note.label, note.text) for note in parsed.notes] == [("1", "1 A side note.")]


def _list(count: int) -> str:
    items = "".join(f"<li id='fn{n}'>Note <a href='#r{n}'>↩</a></li>" for n in range(count))
    marks = "".join(f"<p>W.<a id='r{n}' href='#fn{n}'>{n}</a></p>" for n in range(count))
    return f"{marks}<ol>{items}</ol>"


@pytest.mark.parametrize(
    "make",
    [
        _list,
        lambda n: "<p id='fn1'>n<a href='#fn1'>1</a></p>" * n,
        lambda n: "<div><a href='#fn1'>1</a>" * n + "<p id='fn1'>note</p>",
        lambda n: "<a href='#fn1' id='r'>1</a>" * n + "<p id='fn1'>" + "<a href='#r'>a</a>" * n,
        lambda n: "<span class='footnote'>1<span class='footnotecontent'>x</span>" * n,
        lambda n: "<p>" + "word<sup title='a note of some length'>1</sup> " * n,
        lambda n: "<h2>Notes</h2>" + "<ol><li>x</li></ol>" * n,
        lambda n: "<ol><li>a" * n,
        lambda n: "<p>w<a href='#fn1'>1</a>" + "[1] " * n + "</p><p id='fn1'>note</p>",
        lambda n: "<p>" + "w<sup>1</sup> " * n + "</p><h2>Notes</h2><p><sup>1</sup> n</p>" * n,
    ],
    ids="list same_id deep back spans titles lists nested brackets raised".split(),
)
def test_time_grows_with_the_length_of_a_page(make: Callable[[int], str]) -> None:
    assert_grows_in_step(lambda page: read_html(page, "0" * 64), make, 150, 1_500)
