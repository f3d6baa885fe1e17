"""What is shown of a stranger's page is its words and their structure: nothing acts, loads, hides or leads away."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.model import Passage
from provenance.web.archived.clean import clean_page
from provenance.web.archived.marking import mark_passages
from provenance.web.archived.page import ShowJob, show_payload
from support.brought import JPEG, MHTML, PNG
from support.hostile_page import PIECES, hostile

TRAP = "http://127.0.0.1:9"
ALLOWED = frozenset(
    "class id lang dir title colspan rowspan start reversed value open role aria-label alt src href".split()
)
# Classics against cleaners: what is parsed, written and parsed again must not come alive.
MUTATIONS = [
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<svg><desc><noembed></desc><img src=x onerror=alert(1)></noembed></svg>",
    "<a href='java&#10;script:alert(1)'>x</a><a href=' javascript:alert(1)'>y</a><a href='&#1;javascript:alert(1)'>z</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'><img src=data:text/html,x>",
    "<img alt='`><script>alert(1)</script>' src=x><img alt=\"x' onerror=alert(1) '\">",
    "<p title='\"><script>alert(1)</script>' lang='\"onmouseover=alert(1)' id='\"><img src=x onerror=alert(1)>'>x",
    "<a title='</a><script>alert(1)</script>' href='http://a.example/\"><script>alert(1)</script>'>x</a>",
    "<![CDATA[<script>alert(1)</script>]]><?php <script>alert(1)</script> ?><!ENTITY x '<script>'>",
    "<scr<script>ipt>alert(1)</scr</script>ipt><<script>alert(1)//<</script>",
    "<table><td><select><template><img src=x onerror=alert(1)></template></select></table>",
    "<title><!-- </title><img src=x onerror=alert(1)> --><textarea><!--</textarea><img src=x onerror=alert(1)>-->",
    "<plaintext><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp><listing><img src=x onerror=alert(1)></listing>",
    "<svg><style><img src=x onerror=alert(1)></style><math><annotation-xml encoding='text/html'><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "<div id=passage><p id=passage>two of that name</p></div><mark id=passage>not ours</mark>",
    "\0<scr\0ipt>alert(1)</script>\ufeff<img\x0bsrc=x\x0conerror=alert(1)>",
]


class _Seen(HTMLParser):
    """A stranger's reading of what was written out."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def cleaned(source: str, *, is_xhtml: bool = False) -> str:
    return "".join(token.html for token in clean_page(source, is_xhtml=is_xhtml))


def assert_harmless(written: str) -> None:
    seen = _Seen()
    seen.feed(written)
    seen.close()
    active = (
        "script style iframe frame object embed svg math form input button base meta link template"
    )
    assert not seen.tags & set(active.split()), written
    for tag, name, value in seen.attributes:
        assert name in ALLOWED, (tag, name, value)
        if name == "href":
            assert value.startswith("#page-"), (tag, value)
        if name == "src":
            assert re.match(r"data:image/(png|jpeg|gif|webp);base64,", value, re.IGNORECASE), value


@pytest.mark.parametrize("source", MUTATIONS, ids=[f"classic_{n}" for n in range(len(MUTATIONS))])
@pytest.mark.parametrize("is_xhtml", [False, True], ids=["html", "xhtml"])
def test_classics_against_cleaners_stay_dead(source: str, is_xhtml: bool) -> None:
    written = cleaned(source, is_xhtml=is_xhtml)
    assert_harmless(written)
    again = cleaned(written)  # parsed again, as a browser will, it is what it was
    assert_harmless(again)


def test_a_page_that_tries_everything_is_left_with_its_words() -> None:
    written = cleaned(hostile(TRAP))
    assert_harmless(written)
    assert "The toll at the ford was raised to 16 crowns on Monday." in written
    assert 'id="passage"' not in written


def test_words_structure_and_what_links_led_to_are_kept() -> None:
    written = cleaned(
        "<h1 lang=de dir=ltr>Zoll</h1><ul><li>one<li>two</ul><table><tr><td colspan=2>16</table>"
        "<p>a <b>bold</b> <a href='https://a.example/?x=1&amp;y=2'>link</a> <a href='#n1'>1</a></p><p id=n1>note</p>"
    )
    assert (
        '<h1 dir="ltr" lang="de">Zoll</h1>' in written
        or '<h1 lang="de" dir="ltr">Zoll</h1>' in written
    )
    assert "<li>one</li><li>two</li>" in written
    assert '<td colspan="2">16</td>' in written
    assert '<a title="https://a.example/?x=1&amp;y=2">link</a>' in written
    assert '<a href="#page-n1">1</a>' in written
    assert '<p id="page-n1">note</p>' in written


def test_a_picture_from_elsewhere_leaves_its_words_and_one_of_the_page_stays() -> None:
    written = cleaned(
        '<img src="https://a.example/x.png" alt="a barge &quot;Ada&quot; <b>"><img src=y.png alt="">'
        '<img src="data:image/png;base64,iVBORw0KGgo=" alt="inside">'
    )
    assert 'aria-label="a barge &quot;Ada&quot; &lt;b&gt;"' in written
    assert '<img src="data:image/png;base64,iVBORw0KGgo=" alt="inside">' in written
    assert written.count("<img") == 1
    assert "y.png" not in written


def test_a_details_element_stands_open_since_a_passage_may_be_in_it() -> None:
    assert cleaned("<details><summary>s</summary>x</details>").startswith('<details open="">')


def test_an_empty_element_of_xhtml_does_not_swallow_what_stands_behind_it() -> None:
    source = '<?xml version="1.0"?><html><head><title/><script src="x"/></head><body><p>The toll rose.</p></body></html>'
    shown = show_payload(ShowJob(source.encode(), "application/xhtml+xml"))
    assert "<p>The toll rose.</p>" in shown.body


def test_an_entity_of_a_file_is_not_read() -> None:
    source = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><html><body><p>&e; toll</p></body></html>'
    shown = show_payload(ShowJob(source, "application/xhtml+xml"))
    assert "root:" not in shown.body
    assert "toll" in shown.body


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (hostile(TRAP).encode("utf-16"), "text/html"),
        (hostile(TRAP).encode("utf-16-le"), "text/html; charset=utf-8"),
        (b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-<p>toll</p>", "text/html; charset=utf-7"),
        (b"<html><meta charset=utf-7>+ADw-img src=x onerror=alert(1)+AD4-<p>toll", "text/html"),
        (b"<html><p>\x1b$B\x1b(B<script>alert(1)</script>toll", "text/html; charset=iso-2022-jp"),
        ("<html><p>toll<script>alert(1)</script>".encode("utf-32"), "text/html"),
        (b"\xff\xfe<\0s\0c\0r\0i\0p\0t\0>\0a\0<\0/\0s\0c\0r\0i\0p\0t\0>\0t\0o\0l\0l\0", "text/html"),
    ],
    ids=["utf_16", "utf_16_said_to_be_utf_8", "utf_7", "utf_7_in_meta", "iso_2022", "utf_32", "bom"],
)  # fmt: skip
def test_no_charset_smuggles_anything_in(data: bytes, declared: str) -> None:
    shown = show_payload(ShowJob(data, declared))
    assert shown.kind == "page"
    assert_harmless(shown.body)
    assert "toll" in shown.body


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (b"The toll rose. <script>alert(1)</script>", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        (b"%PDF-1.4 <script>alert(1)</script>", "text/html"),
        (b"alert(1)", "text/javascript"),
        (b"PK\x03\x04 <script>alert(1)</script>", "text/html"),
        (b"", "text/html"),
        (b"{}", "application/json"),
    ],
    ids=["text", "svg", "pdf_said_to_be_html", "script", "zip", "nothing", "json"],
)  # fmt: skip
def test_what_is_no_page_is_not_shown_as_one(data: bytes, declared: str) -> None:
    shown = show_payload(ShowJob(data, declared))
    assert shown.kind == "none" or not shown.body
    assert "<script" not in shown.body


def test_a_picture_is_shown_by_its_first_bytes_and_not_by_what_it_is_said_to_be() -> None:
    for data, media_type in ((PNG, "image/png"), (JPEG, "image/jpeg")):
        shown = show_payload(ShowJob(data, "text/html"))
        assert shown.kind == "picture"
        assert f'src="data:{media_type};base64,' in shown.body


def test_of_an_mhtml_the_page_inside_is_shown() -> None:
    shown = show_payload(ShowJob(MHTML, "multipart/related"))
    assert "The granary burned for three days, as the witnesses told us." in shown.body


# -- marks ----------------------------------------------------------------------


def marked(source: str, *quotes: str) -> tuple[str, tuple[bool, ...]]:
    passages = tuple(Passage(each, "", "", 0, len(each)) for each in quotes)
    found = mark_passages(clean_page(source), passages)
    return found.html, found.found


def words_of_marks(written: str) -> str:
    parts = re.findall(r"<mark[^>]*>(.*?)</mark>", written, re.DOTALL)
    return re.sub(r"\s+", " ", "".join(parts).replace("&nbsp;", " ").replace("&amp;", "&"))


@pytest.mark.parametrize(
    ("source", "quote"),
    [
        ("<p>The toll at the ford rose to 16 crowns.</p>", "The toll at the ford rose to 16 crowns."),
        ("<p>The <b>toll</b> at <i>the <u>ford</u></i> rose to 16&nbsp;crowns.</p>", "The toll at the ford rose to 16 crowns."),
        ("<p>Tolls &amp; fords &lt;and&gt; barges stay</p>", "Tolls & fords <and> barges stay"),
        ("<p>The toll\n   at the\n ford rose twice</p>", "The toll at the ford rose twice"),
        ("<p>The “toll” at the ford – rose twice</p>", '"toll" at the ford - rose twice'),
        ("<p>Die Ma\u00adut stieg am Furt\u00adufer</p>", "Die Maut stieg am Furtufer"),
        ("<p>\U0001f6a2 barges \U0001f6a2 at the ford were stopped</p>", "barges \U0001f6a2 at the ford were stopped"),
        ("<p>رسوم العبور ارتفعت في المخاضة</p>", "رسوم العبور ارتفعت في المخاضة"),
        ("<table><tr><td>The toll at the ford</td><td>was 16 crowns</td></tr></table>", "The toll at the ford was 16 crowns"),
    ],
    ids=["plain", "across_tags", "references", "broken_lines", "quotes", "soft_hyphens", "beyond_bmp", "arabic", "cells"],
)  # fmt: skip
def test_a_passage_is_marked_wherever_its_words_stand(source: str, quote: str) -> None:
    before = cleaned(source)
    written, found = marked(source, quote)
    assert found == (True,)
    assert written.count('id="passage"') == 1
    assert re.sub(r"</?mark[^>]*>", "", written) == before  # nothing but marks was added
    from provenance.link.normal import normalise

    assert normalise(words_of_marks(written)).text.replace(" ", "") == normalise(
        quote
    ).text.replace(" ", "").replace("<", "&lt;").replace(">", "&gt;")


def test_what_does_not_stand_there_is_not_marked_and_that_is_said() -> None:
    written, found = marked(
        "<p>The toll at the ford rose to 16 crowns.</p>", "Nobody was seen at the mill"
    )
    assert found == (False,)
    assert "<mark" not in written


def test_another_number_is_another_passage() -> None:
    _, found = marked(
        "<p>The toll at the ford rose to 17 crowns on Monday.</p>",
        "The toll at the ford rose to 16 crowns on Monday.",
    )
    assert found == (False,)


def test_of_two_that_overlap_the_one_that_was_asked_for_shows_whole() -> None:
    written, found = marked(
        "<p>The toll rose to 16 crowns and the ferry stopped at the ford.</p>",
        "The toll rose to 16 crowns and the ferry stopped",
        "the ferry stopped at the ford.",
    )
    assert found == (True, True)
    assert '<mark class="chosen" id="passage">The toll rose to 16 crowns and the ferry stopped</mark><mark> at the ford.</mark>' in written  # fmt: skip


def test_marks_keep_the_page_harmless() -> None:
    written, found = marked(
        hostile(TRAP),
        "The toll at the ford was raised to 16 crowns on Monday.",
        "<script>alert(1)</script>",
    )
    assert found[0]
    assert_harmless(written)


# -- whatever is put together ---------------------------------------------------


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=30), st.booleans())
def test_whatever_is_put_together_stays_harmless_and_marks_change_nothing_else(
    pieces: list[str], is_xhtml: bool
) -> None:
    source = "".join(pieces)
    tokens = clean_page(source, is_xhtml=is_xhtml)
    written = "".join(token.html for token in tokens)
    assert_harmless(written)
    assert_harmless(cleaned(written))
    quotes = ("The toll rose", "toll", "16 crowns")
    found = mark_passages(tokens, [Passage(each, "", "", 0, len(each)) for each in quotes])
    without = re.sub(r'<mark(?: class="chosen"(?: id="passage")?)?>|</mark>', "", found.html)
    assert without == written
    assert found.html.count("<mark") == found.html.count("</mark>")
    assert found.html.count('id="passage"') == int(found.found[0])
