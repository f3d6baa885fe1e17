"""The shapes in which pages write notes: each is read into the same notes, markers and claims.

The samples are what the programs named write, cut down to two notes; the ones at the
end look like notes and are none.
"""

from typing import NamedTuple

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.model import Parsed
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true


class Shape(NamedTuple):
    """A page's body, the words that each note begins with, and the markers in order."""

    name: str
    html: str
    notes: dict[str, str]
    markers: tuple[str, ...]


TWO_NOTES = {"1": "First note", "2": "Second note"}
SHAPES = (
    Shape(
        "sphinx dl",
        """
<p>The bridge fell.<a class="footnote-reference brackets" href="#id3" id="id1">1</a> The road.<a class="footnote-reference brackets" href="#id4" id="id2">2</a></p>
<p class="rubric">Footnotes</p>
<dl class="footnote brackets">
<dt class="label" id="id3"><span class="brackets"><a class="fn-backref" href="#id1">1</a></span></dt>
<dd>
<p>First note.</p></dd>
<dt class="label" id="id4"><span class="brackets"><a class="fn-backref" href="#id2">2</a></span></dt>
<dd>
<p>Second note.</p></dd></dl>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "sphinx aside",
        """
<p>The bridge fell.<a class="footnote-reference brackets" href="#id3" id="id1" role="doc-noteref"><span class="fn-bracket">[</span>1<span class="fn-bracket">]</span></a> The road.<a class="footnote-reference brackets" href="#id4" id="id2" role="doc-noteref"><span class="fn-bracket">[</span>2<span class="fn-bracket">]</span></a></p>
<aside class="footnote-list brackets">
<aside class="footnote brackets" id="id3" role="doc-footnote"><span class="label"><span class="fn-bracket">[</span><a role="doc-backlink" href="#id1">1</a><span class="fn-bracket">]</span></span>
<p>First note.</p></aside>
<aside class="footnote brackets" id="id4" role="doc-footnote"><span class="label"><span class="fn-bracket">[</span>2<span class="fn-bracket">]</span></span><span class="backrefs">(<a role="doc-backlink" href="#id2">1</a>,<a role="doc-backlink" href="#id2">2</a>)</span>
<p>Second note.</p></aside></aside>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "docutils table",
        """
<p>The bridge fell.<a class="footnote-reference" href="#id3" id="id1">[1]</a> Road.<a class="footnote-reference" href="#id4" id="id2">[2]</a></p>
<table class="docutils footnote" frame="void" id="id3" rules="none"><colgroup><col class="label" /><col /></colgroup><tbody valign="top">
<tr><td class="label"><a class="fn-backref" href="#id1">[1]</a></td><td>First note.</td></tr></tbody></table>
<table class="docutils footnote" id="id4"><tbody>
<tr><td class="label"><a class="fn-backref" href="#id2">[2]</a></td><td>Second note.</td></tr></tbody></table>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "kramdown",
        """
<p>The bridge fell.<sup id="fnref:1" role="doc-noteref"><a href="#fn:1" class="footnote" rel="footnote">1</a></sup> Road.<sup id="fnref:b"><a href="#fn:b" class="footnote">2</a></sup></p>
<div class="footnotes" role="doc-endnotes">
<ol>
<li id="fn:1" role="doc-endnote">
<p>First note. <a href="#fnref:1" class="reversefootnote" role="doc-backlink">&#8617;</a></p></li>
<li id="fn:b">
<p>Second note.</p>
<p>More. <a href="#fnref:b" class="reversefootnote">&#8617;</a> <a href="#fnref:b:1" class="reversefootnote">&#8617;<sup>2</sup></a></p></li></ol></div>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "pandoc",
        """
<p>The bridge fell.<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a> Road.<a href="#fn2" class="footnote-ref" id="fnref2"><sup>2</sup></a></p>
<section id="footnotes" class="footnotes footnotes-end-of-document" role="doc-endnotes">
<hr />
<ol>
<li id="fn1">
<p>First note.<a href="#fnref1" class="footnote-back" role="doc-backlink">↩︎</a></p></li>
<li id="fn2">
<p>Second note.<a href="#fnref2" class="footnote-back">↩︎</a></p></li></ol></section>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "gutenberg",
        """
<p>The bridge fell.<sup data-fn="a-b" class="fn"><a href="#a-b" id="a-b-link">1</a></sup> Road.<sup data-fn="c-d" class="fn"><a id="c-d-link" href="#c-d">2</a></sup></p>
<ol class="wp-block-footnotes">
<li id="a-b">First note. <a href="#a-b-link" aria-label="Jump to footnote reference 1">↩︎</a></li>
<li id="c-d">Second note. <a href="#c-d-link">↩︎</a></li></ol>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "gdocs",
        """
<p><span>The bridge fell.</span><sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup><span> Road.</span><sup><a href="#ftnt2" id="ftnt_ref2">[2]</a></sup></p>
<hr>
<div>
<p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;First note.</span></p></div>
<div>
<p><a href="#ftnt_ref2" id="ftnt2">[2]</a><span>&nbsp;Second note.</span></p></div>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "libreoffice",
        """
<p>The bridge fell.<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a> Road.<a class="sdfootnoteanc" name="sdfootnote2anc" href="#sdfootnote2sym"><sup>2</sup></a></p>
<div id="sdfootnote1">
<p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>First note.</p>
<p>More of it.</p></div>
<div id="sdfootnote2">
<p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote2sym" href="#sdfootnote2anc">2</a>Second note.</p></div>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "word roman endnotes",
        """
<p>The bridge fell.<a href="#_edn1" name="_ednref1" title=""><span class=MsoEndnoteReference><span>[i]</span></span></a> Road.<a href="#_edn2" name="_ednref2">[ii]</a></p>
<div>
<hr align=left size=1 width="33%">
<div id=edn1>
<p class=MsoEndnoteText><a href="#_ednref1" name="_edn1">[i]</a> First note.</p></div>
<div id=edn2>
<p><a href="#_ednref2" name="_edn2">[ii]</a> Second note.</p></div></div>
""",
        {"i": "First note", "ii": "Second note"},
        ("i", "ii"),
    ),
    Shape(
        "word sup no names",
        """
<p>The bridge fell.<sup><a href="#_ftn1">1</a></sup> Road.<sup><a href="#_ftn2">2</a></sup></p>
<hr>
<p><sup><a href="#_ftnref1">1</a></sup> First note.</p>
<p><sup><a href="#_ftnref2">2</a></sup> Second note.</p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "br list links",
        """
<p>The bridge fell.<sup><a href="#fn1">1</a></sup> Road.<sup><a href="#fn2">2</a></sup></p>
<p>Notes</p>
<p><a name="fn1"></a>1. First note.<br><a name="fn2"></a>2. Second note.</p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "br in one div",
        """
<div>The bridge fell.<sup><a href="#fn1">1</a></sup> Road.<sup><a href="#fn2">2</a></sup><br><br><a name="fn1">1.</a> First note.<br><a name="fn2">2.</a> Second note.<br><br>Posted by Jane</div>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "sup br list",
        """
<p>The bridge fell.<sup>1</sup> The road was closed.<sup>2</sup></p>
<p><sup>1</sup> First note.<br/><sup>2</sup> Second note.</p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "ol under heading, brackets",
        """
<p>The bridge fell.[1] The road was closed [2].</p>
<h2>References</h2>
<ol>
<li>First note.</li>
<li>Second note.</li></ol>
<h2>Comments</h2>
<ol>
<li>Nice!</li></ol>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "ol under heading sup",
        """
<p>The bridge fell.<sup>1</sup> The road was closed.<sup>2</sup> It is 10<sup>2</sup> m long and 5 km<sup>2</sup>.</p>
<h3>Sources</h3>
<ol>
<li>First note.</li>
<li>Second note.</li></ol>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "ol start",
        """
<p>The bridge fell.<sup>5</sup> Road.<sup>6</sup></p>
<h2>Notes</h2>
<ol start="5">
<li>First note.</li>
<li>Second note.</li></ol>
""",
        {"5": "First note", "6": "Second note"},
        ("5", "6"),
    ),
    Shape(
        "ol type a",
        """
<p>The bridge fell.<sup>a</sup> The road.<sup>b</sup></p>
<h2>Notes</h2>
<ol type="a">
<li>First note.</li>
<li>Second note.</li></ol>
""",
        {"a": "First note", "b": "Second note"},
        ("a", "b"),
    ),
    Shape(
        "wiki groups",
        """
<div class="mw-parser-output">
<p>The bridge fell.<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">&#91;n 1&#93;</a></sup> The road.<sup id="cite_ref-x_2-0" class="reference"><a href="#cite_note-x-2">&#91;1&#93;</a></sup> More.<sup id="cite_ref-x_2-1" class="reference"><a href="#cite_note-x-2">&#91;1&#93;</a></sup></p>
<h2><span class="mw-headline" id="Notes">Notes</span><span class="mw-editsection">[<a href="/e">edit</a>]</span></h2>
<ol class="references">
<li id="cite_note-1"><span class="mw-cite-backlink"><b><a href="#cite_ref-1">^</a></b></span> <span class="reference-text">Second note.</span></li></ol>
<h2>References</h2>
<ol class="references">
<li id="cite_note-x-2"><span class="mw-cite-backlink">^ <a href="#cite_ref-x_2-0"><sup><i><b>a</b></i></sup></a> <a href="#cite_ref-x_2-1"><sup><i><b>b</b></i></sup></a></span> <span class="reference-text">First note.</span></li></ol></div>
""",
        {"n 1": "Second note", "1": "First note"},
        ("n 1", "1", "1"),
    ),
    Shape(
        "wiki alpha",
        """
<p>The bridge fell.<sup class="reference" id="cite_ref-1"><a href="#cite_note-1">[a]</a></sup> Road.<sup class="reference" id="cite_ref-2"><a href="#cite_note-2">[1]</a></sup></p>
<ol class="references">
<li id="cite_note-1"><b><a href="#cite_ref-1">^</a></b> <span class="reference-text">Second note.</span></li></ol>
<ol class="references">
<li id="cite_note-2">↑ <a href="#cite_ref-2">1.0</a> <a href="#cite_ref-2">1.1</a> <span class="reference-text">First note.</span></li></ol>
""",
        {"a": "Second note", "1": "First note"},
        ("a", "1"),
    ),
    Shape(
        "tufte",
        """
<p>The bridge fell.<label for="sn-1" class="margin-toggle sidenote-number"></label><input type="checkbox" id="sn-1" class="margin-toggle"/><span class="sidenote">First note.</span> The road was closed.<label for="sn-2" class="margin-toggle sidenote-number"></label><input type="checkbox" id="sn-2" class="margin-toggle"/><span class="sidenote">Second note.</span></p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "latexml fn",
        """
<p class="ltx_p">The bridge fell.<span id="footnote1" class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup><span class="ltx_note_outer"><span class="ltx_note_content"><sup class="ltx_note_mark">1</sup><span class="ltx_tag ltx_tag_note">1</span>First note.</span></span></span> The road.<span id="footnote2" class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">2</sup><span class="ltx_note_outer"><span class="ltx_note_content"><sup class="ltx_note_mark">2</sup>Second note.</span></span></span></p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "modern footnotes",
        """
<p>The bridge fell.<sup class="modern-footnotes-footnote " data-mfn="1"><a href="javascript:void(0)" role="button">1</a></sup><span class="modern-footnotes-footnote__note" data-mfn="1">First note.</span> Road.<sup class="modern-footnotes-footnote" data-mfn="2"><a href="javascript:void(0)">2</a></sup><span class="modern-footnotes-footnote__note" data-mfn="2">Second note.</span></p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "title attr",
        """
<p>The bridge fell.<sup class="footnote" title="First note at length, says https://a.example.org/x">1</sup> Road.<a class="footnote" href="#" title="Second note at length">2</a></p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "data attr",
        """
<p>The bridge fell.<sup data-footnote="First note at length">1</sup> Road.<span class="footnote-ref" data-note="Second note at length">2</span></p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "easy footnotes",
        """
<p>The bridge fell.<span id='easy-footnote-1-77' class='easy-footnote-margin-adjust'></span><span class='easy-footnote'><a href='#easy-footnote-bottom-1-77' title='First note.'><sup>1</sup></a></span> Road.<span id='easy-footnote-2-77'></span><span class='easy-footnote'><a href='#easy-footnote-bottom-2-77' title='Second note.'><sup>2</sup></a></span></p>
<div class='easy-footnote-title'>
<h4>Notes</h4></div>
<ol class='easy-footnotes-wrapper'>
<li class='easy-footnote-single'><span id='easy-footnote-bottom-1-77' class='easy-footnote-margin-adjust'></span>First note.<a class='easy-footnote-to-top' href='#easy-footnote-1-77'></a></li>
<li class='easy-footnote-single'><span id='easy-footnote-bottom-2-77'></span>Second note.<a href='#easy-footnote-2-77'></a></li></ol>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "epub",
        """
<p>The bridge fell.<a epub:type="noteref" href="#n1">1</a> Road.<a epub:type="noteref" href="#n2">2</a></p>
<aside epub:type="footnote" id="n1">
<p>First note.</p></aside>
<aside epub:type="footnote" id="n2">
<p>Second note.</p></aside>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "multi sup",
        """
<p>The bridge fell.<sup>1,2</sup> The road.<sup>1&ndash;2</sup></p>
<h2>Notes</h2>
<ol>
<li>First note.</li>
<li>Second note.</li></ol>
""",
        TWO_NOTES,
        ("1", "2", "1", "2"),
    ),
    Shape(
        "ltx bib",
        """
<p>The bridge fell [<a href="#bib.bib1" class="ltx_ref">1</a>, <a href="#bib.bib2" class="ltx_ref">2</a>].</p>
<section class="ltx_bibliography">
<h2>References</h2>
<ul class="ltx_biblist">
<li id="bib.bib1" class="ltx_bibitem"><span class="ltx_tag ltx_role_refnum">[1]</span><span class="ltx_bibblock">First note.</span></li>
<li id="bib.bib2" class="ltx_bibitem"><span class="ltx_tag">[2]</span><span class="ltx_bibblock">Second note.</span></li></ul></section>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "unicode sup",
        """
<p>The bridge fell.¹ The road was closed.²</p>
<h2>Notes</h2>
<p>¹ First note.</p>
<p>² Second note.</p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "parens",
        """
<p>The bridge fell.(<a href="#n1" id="r1">1</a>) Road.(<a href="#n2" id="r2">2</a>)</p>
<h2>Notes</h2>
<p>(<a href="#r1" id="n1">1</a>) First note.</p>
<p>(<a href="#r2" id="n2">2</a>) Second note.</p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "absolute href",
        """
<link rel=canonical href="https://x.example.org/p/a">
<p>The bridge fell.<a href="https://x.example.org/p/a#footnote-1" id="footnote-anchor-1" class="footnote-anchor">1</a> Road.<a href="https://x.example.org/p/a#footnote-2" id="footnote-anchor-2">2</a></p>
<div class="footnote"><a id="footnote-1" href="https://x.example.org/p/a#footnote-anchor-1" class="footnote-number">1</a>
<div class="footnote-content">
<p>First note.</p>
<p>Goes on.</p></div></div>
<div class="footnote"><a id="footnote-2" href="https://x.example.org/p/a#footnote-anchor-2" class="footnote-number">2</a>
<div class="footnote-content">
<p>Second note.</p></div></div>
<div class="subscribe">
<h3>Subscribe</h3>
<p>Type your email…</p></div>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
    Shape(
        "symbols",
        """
<p>The bridge fell.<sup><a href="#fn*" id="r1">*</a></sup> Road.<sup><a href="#fn**">†</a></sup></p>
<p id="fn*">* First note.</p>
<p id="fn**">† Second note.</p>
""",
        {"*": "First note", "†": "Second note"},
        ("*", "†"),
    ),
    Shape(
        "per section",
        """
<h2>A</h2>
<p>The bridge fell.<sup>1</sup></p>
<p><sup>1</sup> First note.</p>
<h2>B</h2>
<p>Road.<sup>2</sup></p>
<p><sup>2</sup> Second note.</p>
""",
        TWO_NOTES,
        ("1", "2"),
    ),
)
WITHOUT_NOTES = (
    (
        "toc",
        """
<ul id="toc">
<li><a href="#s1">1</a> Intro</li>
<li><a href="#s2">2</a> More</li></ul>
<h2 id="s1">1 Intro</h2>
<p>Words here.</p>
<h2 id="s2">2 More</h2>
<p>Words.</p>
<p><a href="#top">Back to top</a></p>
""",
    ),
    (
        "toc sections",
        """
<p><a href="#s1">1</a> <a href="#s2">2</a></p>
<section id="s1">
<h2>Intro</h2>
<p>Words here.</p></section>
<section id="s2">
<h2>More</h2>
<p>Words.</p></section>
""",
    ),
    (
        "comments",
        """
<p>Words here.</p>
<ol class="commentlist">
<li id="comment-1"><a href="#comment-1">1</a>
<p>Nice post.</p></li>
<li id="comment-2"><a href="#comment-2">#2</a>
<p>Indeed.</p></li></ol>
""",
    ),
    (
        "exponents",
        """
<p>It is 10<sup>1</sup> or x<sup>2</sup> or 5 m<sup>3</sup>.</p>
<ol>
<li>One.</li>
<li>Two.</li>
<li>Three</li></ol>
""",
    ),
    (
        "steps",
        """
<p>In 3 steps:</p>
<p><strong>1</strong> Do this.</p>
<p><strong>2</strong> Do that.</p>
""",
    ),
    (
        "pager",
        """
<p>Words here.</p>
<div class="pager"><a href="#page1">1</a> <a href="#page2">2</a></div>
<div id="page1">
<p>One.</p></div>
<div id="page2">
<p>Two.</p></div>
""",
    ),
    (
        "alpha index",
        """
<p><a href="#A">A</a> <a href="#B">B</a></p>
<h2 id="A">A</h2>
<ul>
<li>Apple</li></ul>
<h2 id="B">B</h2>
<ul>
<li>Bear</li></ul>
""",
    ),
    (
        "glossary",
        """
<p><a href="#a">a</a> <a href="#b">b</a></p>
<dl>
<dt id="a">a</dt>
<dd>Apple</dd>
<dt id="b">b</dt>
<dd>Bear</dd></dl>
""",
    ),
    (
        "figures",
        """
<p>See Figure <a href="#fig1">1</a> and table <a href="#tab1">2</a>.</p>
<figure id="fig1"><figcaption>1. A bridge</figcaption></figure>
<div id="tab1">
<p>2. Roads</p></div>
""",
    ),
)


def read(body: str) -> Parsed:
    parsed = parse_document(
        read_document(f"<html><body>{body}</body></html>".encode(), "page.html")
    )
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    return parsed


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_each_shape_gives_its_notes_markers_and_claims(shape: Shape) -> None:
    parsed = read(shape.html)
    markers = [marker for claim in parsed.claims for marker in claim.markers]
    ids = {note.id: note.label for note in parsed.notes}
    assert sorted(note.label for note in parsed.notes) == sorted(shape.notes)
    assert [marker.label for marker in markers] == list(shape.markers)
    assert [ids.get(marker.note_id or "") for marker in markers] == list(shape.markers)
    assert parsed.claims[0].text.rstrip(".") == "The bridge fell"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_note_holds_its_words_and_no_link_back(shape: Shape) -> None:
    parsed = read(shape.html)
    text = parsed.document.text
    declared = [mark for mark in parsed.document.marks if mark.role == "note"]
    words = {mark.label: text[mark.body : mark.end] for mark in declared} or {
        note.label: note.text.lstrip("[]()0123456789¹². ") for note in parsed.notes
    }
    for label, begins in shape.notes.items():
        assert words[label].startswith(begins)
        assert not set(words[label]) & set("↩↑^")
        assert "Jane" not in words[label]
        assert "Subscribe" not in words[label]


@pytest.mark.parametrize(
    "html", [html for _, html in WITHOUT_NOTES], ids=[name for name, _ in WITHOUT_NOTES]
)
def test_what_looks_like_notes_and_is_none_gives_none(html: str) -> None:
    parsed = read(html)
    assert parsed.notes == ()
    assert parsed.claims == ()
