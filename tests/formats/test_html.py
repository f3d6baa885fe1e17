"""Every character that is read from a page leads back to where it was written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.places import PlaceFinder
from provenance.formats.html import parse_html, read_page_meta, words_of
from provenance.formats.markup import end_of_markup, read_href
from provenance.model import Document
from provenance.text import Span
from support.cite_builders import patient


def read(html: str) -> Document:
    return read_document(html.encode(), "page.html")


def written_as(document: Document, words: str) -> str:
    """What stands in the source where `words` stands in the text."""
    assert document.offsets is not None
    assert document.source is not None
    start = document.text.index(words)
    return document.offsets.to_source(Span(start, start + len(words))).of(document.source)


@pytest.mark.parametrize(
    ("html", "words", "written"),
    [
        ("<p>a &amp; b</p>", "&", "&amp;"),
        ("<p>a &amp; b</p>", "a & b", "a &amp; b"),
        ("<p>caf&eacute;s</p>", "é", "&eacute;"),
        ("<p>caf&#233;s &#xe9;</p>", "é", "&#233;"),
        ("<p>x&nbsp;y</p>", "\u00a0", "&nbsp;"),
        ("<p>a   \n\t b</p>", "a b", "a   \n\t b"),
        ("<p>the <em>great</em> bridge</p>", "great", "great"),
        ("<p>the <em>great</em> bridge</p>", "the great", "the <em>great"),
        ("<p>one</p>\n<p>two</p>", "two", "two"),
        ("<p>one</p>\n<p>two</p>", "one\n\ntwo", "one</p>\n<p>two"),
        ("<p>a?x=1&lang=en</p>", "&lang=en", "&lang=en"),
        ("<p>&notit; x</p>", "x", "x"),
        ("<p>x &lt;b&gt; y</p>", "<b>", "&lt;b&gt;"),
        ("<p>𝔸&#x1D538;b</p>", "𝔸𝔸b", "𝔸&#x1D538;b"),
        ("<p>&#xD800;</p>", "\ufffd", "&#xD800;"),
        ("<p>5 < 6 & 7</p>", "5 < 6 & 7", "5 < 6 & 7"),
        ("<p>a<!-- no -->b</p>", "ab", "a<!-- no -->b"),
        ("<p>a<script>no</script>b</p>", "ab", "a<script>no</script>b"),
        ("<pre>a\n  b</pre>", "b", "b"),
    ],
)
def test_words_lead_back_to_how_they_were_written(html: str, words: str, written: str) -> None:
    assert written_as(read(f"<html><body>{html}</body></html>"), words) == written


PIECES = st.lists(
    st.sampled_from(
        ["word", "é", "𝔸", " ", "  \n ", "\r\n", "&amp;", "&nbsp;", "&#8230;", "&lang=en", "&bogus;", "&", "<em>", "</em>",
         "<b>", "</b>", "<p>", "</p>", "<br>", "<!-- c -->", "<script>x</script>", "<td>", "<li>", "<a href='x'>", "</a>",
         "< ", "[1]", "<![CDATA[x]]>"]
    ),
    max_size=40,
)  # fmt: skip


@patient
@given(PIECES)
def test_each_character_of_the_text_leads_to_what_it_was_read_from(pieces: list[str]) -> None:
    document = read(f"<html><body><p>begin {''.join(pieces)} end</p></body></html>")
    assert document.offsets is not None
    assert document.source is not None
    last = 0
    for offset, char in enumerate(document.text):
        place = document.offsets.to_source(Span(offset, offset + 1))
        written = place.of(document.source)
        assert last <= place.start <= place.end <= len(document.source)
        last = place.start
        assert written == char or written.startswith("&") or char in " \n", (char, written)
        if char == " ":
            assert not written.strip(), written


def test_line_and_column_are_those_of_the_file() -> None:
    html = "<html>\n<body>\n  <p>The bridge\n  <b>fell</b>.[1]</p>\n<p>[1] See &amp; https://a.org/x</p>"
    parsed = parse_document(read(html))
    places = PlaceFinder(parsed.document)
    source_lines = html.split("\n")
    for start, first in (
        (parsed.claims[0].start, "The bridge"),
        (parsed.claims[0].markers[0].start, "[1]</p>"),
        (parsed.notes[0].start, "[1] See &amp;"),
        (parsed.notes[0].citations[-1].start, "https://a.org/x"),
    ):
        place = places.find(start)
        assert place.line is not None
        assert place.column is not None
        assert source_lines[place.line - 1][place.column - 1 :].startswith(first)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_and_column_of_plain_text_count_from_one(line_end: str) -> None:
    text = line_end.join(["The bridge fell.[1]", "", "References", "", "[1] x; https://a.org/x"])
    parsed = parse_document(read_document(text.encode(), "x.txt"))
    places = PlaceFinder(parsed.document)
    assert places.find(0) == places.find(0).__class__(line=1, column=1)
    found = places.find(parsed.notes[0].citations[-1].start)
    assert (found.line, found.column) == (5, 8)


def test_headings_and_titles_are_read_through_their_tags() -> None:
    document = read(
        "<html><head><title>Weekly &amp; Daily | The Desk</title></head><body>"
        "<h1>Weekly <em>and</em> Daily</h1><h2>The <b>No</b>rth<br>Front</h2><p>It rained.[1]</p></body></html>"
    )
    assert document.metadata.title == "Weekly and Daily"
    assert [(h.level, h.title) for h in document.headings] == [
        (1, "Weekly and Daily"),
        (2, "The North Front"),
    ]
    for heading in document.headings:
        assert document.text[heading.start : heading.end].split() == heading.title.split()


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>A Page | The Desk</title>", "A Page"),
        ("<title>A Page | The Desk</title><meta property=og:title content='The Desk'>", "A Page"),
        ("<title>x</title><meta property=og:title content='A Page'>", "A Page"),
        (
            "<meta property=og:site_name content='The Desk'><meta property=og:title content='The Desk'>",
            None,
        ),
        ('<script type=\'application/ld+json\'>{"headline": "A Page"}</script>', "A Page"),
        ("<script type='application/ld+json'>{broken</script><title>A Page</title>", "A Page"),
        ("<title></title>", None),
    ],
)
def test_the_title_is_the_pages_and_not_the_sites(head: str, title: str | None) -> None:
    assert (
        read_page_meta(parse_html(f"<html><head>{head}</head><body></body></html>")).title == title
    )


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ("<link rel=canonical href='https://a.org/x'>", "https://a.org/x"),
        (
            "<link rel=canonical href='/x'><meta property=og:url content='https://a.org/y'>",
            "https://a.org/y",
        ),
        ("<meta property=og:url content='https://a.org/'>", None),
        ("<meta property=og:url content='https://a.org'>", None),
        ("<link rel=canonical href='https://a.org/?p=12'>", "https://a.org/?p=12"),
        ("<link rel=canonical href='javascript:void(0)'>", None),
    ],
)
def test_a_page_does_not_come_from_a_sites_root(head: str, canonical: str | None) -> None:
    assert read_page_meta(parse_html(f"<html><head>{head}</head></html>")).canonical == canonical


@pytest.mark.parametrize(
    ("tag", "href"),
    [
        ('<a href="x?a=1&amp;b=2">', "x?a=1&b=2"),
        ('<a href="x?a=1&b=2&copy=3&lang=en&region=4">', "x?a=1&b=2&copy=3&lang=en&region=4"),
        ("<A title='a href=no' HREF=x&amp;y>", "x&y"),
        ('<a data-href="no" href="yes">', "yes"),
        ('<a href="first" href="second">', "first"),
        ('<a href="&#104;ttps://a.org/&eacute;">', "https://a.org/é"),
        ("<a name=x>", None),
        ("<a href=''>", ""),
    ],
)
def test_an_href_is_read_as_browsers_read_it(tag: str, href: str | None) -> None:
    assert read_href(tag) == href
    if href is not None and "&" in tag:
        anchor = parse_html(f"{tag}x</a>").a
        assert anchor is not None
        assert anchor["href"] == href


def test_a_few_unclosed_tags_are_left_to_the_parser_and_thousands_to_nobody() -> None:
    assert end_of_markup("<p>a < b < c") == len("<p>a < b < c")
    assert end_of_markup("<p>" + "<a " * 100) == 3
    assert end_of_markup("<p>" + "<!-- > " * 100) == 3
    kept = read("<html><body><p>It rained. " + "<a " * 100)
    assert kept.text.startswith("It rained.")
    assert re.sub(r"\s", "", kept.text).count("<a") == 100


@pytest.mark.parametrize("depth", [10, 20_000])
def test_no_depth_of_tags_ends_the_reading(depth: int) -> None:
    document = read("<html><body>" + "<div><b>" * depth + "It rained.[1]" + "</b></div>" * depth)
    assert document.text == "It rained.[1]"


def test_words_of_a_tag_are_those_that_a_reader_sees() -> None:
    soup = parse_html("<div>a <!-- no --><script>no</script><b>b</b>c<br>d</div>")
    assert soup.div is not None
    assert words_of(soup.div) == "a bc d"
