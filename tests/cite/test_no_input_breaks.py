"""Whatever comes in: no crash, true offsets, nothing lost, the text untouched, time that grows with the size."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provenance.cite.contract import parse_to_json
from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.sources import identify_sources
from provenance.cite.split import split_note
from provenance.errors import UnreadableDocument
from provenance.model import Link
from support.cite_builders import (
    assert_nothing_lost,
    assert_offsets_are_true,
    parse_page,
    parse_text,
    patient,
    update_with_notes,
)
from support.growth import assert_grows_in_step, quickest_s

TOKENS = st.sampled_from(
    """https:// http:// HTTPS:// https:/ ttp:// hxxp[:]// www. .org .com/ /path ?a=b &amp; &lang=en # #/x %20
    web.archive.org/web/20200101000000/ archive.ph/ ?u= ... … . , ; ؛ ، : ( ) [ ] { } < > “ ” « » " ' „ | * -
    dot DOT [.] (dot) [1] [2] [3] [12] [1-3] [2023] References Endnotes Ibid. e.g. see and p. 12 § 2023
    November 24, 2023 available by subscription at www.site.com Author’s database on request Interview with
    a Ж é 中 ع \u200b \ufeff \u00ad \u00a0 \x00 \u2028 𝔸 ﬁ""".split(" ")
).map(lambda token: token.strip() or " ")
BLANKS = st.sampled_from(["", "", " ", "\n", "\n\n", "\r\n", "\u00a0", "\t"])
SOUP = st.lists(st.tuples(TOKENS, BLANKS), max_size=60).map(
    lambda pairs: "".join(token + blank for token, blank in pairs)
)
TAGS = st.sampled_from(
    ["<p>", "</p>", "<br>", "<a href='https://a.org/x'>", '<a href="#_ednref1">', "</a>", "<sup>", "</sup>",
     "<a href=https://b.org/a%C2%A0;%20https://b.org/b>", "<li>", "<ul>", "</ul>", "<h2>", "</h2>", "<!--", "-->",
     "<script>", "</script>", "<td>", "<table>", "<![CDATA[", "]]>", "<?x", "<!doctype html>", "&nbsp;", "&#8230;",
     "&#xD800;", "&#0;", "&copy", "<aside class=footnotes>", "</aside>", "<nav>", "</nav>", "<pre>", "</pre>",
     "<svg>", "<title>", "</title>", "<b", "< p>", "</", "<html lang=fr>", "<template>"]
)  # fmt: skip
MARKUP = st.lists(st.one_of(TAGS, TAGS, TOKENS, BLANKS), max_size=60).map("".join)


@patient
@given(SOUP)
@example("[1]")
@example("[[1]]\n[1] https://")
def test_no_note_list_made_of_scraps_breaks_a_promise(soup: str) -> None:
    text = f"It rained.[1] It snowed.[2]\n\nReferences\n\n[1] {soup}\n[2] https://a.org/x"
    parsed = parse_text(text)
    assert parsed.document.text == text
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    parse_to_json(parsed)
    assert set(identify_sources(parsed).source_ids) == {
        (note.id, citation.index)
        for note in parsed.notes
        for citation in note.citations
        if citation.kind != "commentary"
    }


@patient
@given(SOUP)
def test_no_text_made_of_scraps_breaks_a_promise(soup: str) -> None:
    text = f"x{soup}"
    parsed = parse_text(text)
    assert parsed.document.text == text
    assert all(claim.text.strip() for claim in parsed.claims)
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)


@patient
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=400))
def test_no_text_at_all_breaks_a_promise(text: str) -> None:
    parsed = parse_text(f"a{text}")
    assert_offsets_are_true(parsed)


@patient
@given(MARKUP)
def test_no_markup_breaks_a_promise(markup: str) -> None:
    parsed = parse_page(f"<html><body>{markup}<p>It rained.[1]</p><p>[1] https://a.org/x</p>")
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    parse_to_json(parsed)


@patient
@given(st.binary(max_size=600), st.sampled_from(["", "a.html", "a.txt", "a.htm?x"]))
def test_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    with contextlib.suppress(UnreadableDocument):
        assert_offsets_are_true(parse_document(read_document(data, name)))


@patient
@given(SOUP)
def test_the_same_input_gives_the_same_result(soup: str) -> None:
    text = update_with_notes(soup or "x", "https://a.org/x")
    first, second = parse_text(text), parse_text(text)
    assert first == second
    assert identify_sources(first) == identify_sources(second)


# Each a document of about n tokens that some careless pattern takes n² or worse to read.
HOSTILE: dict[str, Callable[[int], str]] = {
    "open brackets": lambda n: note_of("[" * n),
    "closing brackets behind an address": lambda n: note_of("https://a.org/" + ")" * n),
    "brackets of all kinds behind an address": lambda n: note_of("https://a.org/" + "([{" * n + ")]}" * n),
    "opening quotes": lambda n: note_of("“" * n),
    "nested quotes": lambda n: note_of("“" * n + "”" * n),
    "straight quotes": lambda n: note_of('"a ' * n),
    "dots": lambda n: note_of("." * n),
    "cut marks": lambda n: note_of("https://a.org/x..." * n),
    "connecting words": lambda n: note_of("e.g. see and " * n),
    "blanks in a note": lambda n: note_of("x" + " " * n + "y"),
    "blanks at line starts": lambda n: f"a{' ' * n}[1] b.[2]\n" + " " * n + "c",
    "line breaks": lambda n: f"It rained.[1]{chr(10) * n}[1] https://a.org/x",
    "markers": lambda n: "[1] " * n,
    "stacked markers": lambda n: "It rained.[1]" + "[2]" * n + "\n\nReferences\n\n[1] https://a.org/x",
    "rising numbers": lambda n: " ".join(f"a[{i % 9999}]" for i in range(n)),
    "falling numbers": lambda n: "\n".join(f"[{9999 - i % 9999}] https://a.org" for i in range(n)),
    "glued schemes": lambda n: note_of("https://" * n),
    "glued addresses": lambda n: note_of("https://a.org/x" * n),
    "wrappers in wrappers": lambda n: note_of("https://web.archive.org/web/20200101000000/" * n),
    "redirectors in redirectors": lambda n: note_of("https://a.org/?u=" * n),
    "spelled dots": lambda n: note_of("https://a" + " dot a" * n),
    "spelled dots without a scheme": lambda n: note_of("a dot " * n + "org/x"),
    "one long host": lambda n: note_of("https://" + "a." * n + "org/x"),
    "one long word": lambda n: note_of("a" * n),
    "half a bare host": lambda n: note_of("a.b-" * n),
    "one long path": lambda n: note_of("https://a.org/" + "a/" * n),
    "hyphens at line ends": lambda n: note_of("https://a.org/a-\n" * n),
    "encoded blanks": lambda n: note_of("https://a.org/" + "%20" * n),
    "zero width": lambda n: note_of("https://a.org/" + "\u200b" * n),
    "subscription words": lambda n: note_of("available by subscription " * n + "at www.a.org"),
    "authors": lambda n: f"By {'Ada Writer, ' * n}\n\nIt rained.[1]",
    "dates": lambda n: "May 3, 2023 " * n + "\n[1] https://a.org",
    "cutoffs": lambda n: "Data cutoff " * n + "\n[1] https://a.org",
    "sentences": lambda n: "It rained. " * n + "[1]",
    "bullets": lambda n: "• It rained.[1]\n" * n,
    "bullet characters": lambda n: "•" * n + "It rained.[1]",
    "short forms": lambda n: "\n".join(f"[{i + 1}] SITE, “One Title”" for i in range(min(n, 2000))),
    "blank lines in a definition": lambda n: "x.[^1]\n\n[^1]: x" + "\n \n" * n + "    x",
    "definitions and their markers": lambda n: "x.[^1]\n\n[^1]: x\n\n" * n,
    "blanks behind a heading": lambda n: "Notes" + " " * n + "x",
    "restarted lists": lambda n: "It fell.[1]\n\nNotes\n\n[1] https://a.org/x\n\n" * n,
    "markers without their notes": lambda n: (
        "".join(f"It fell.[{i}] " for i in range(2, 2 * n, 2))
        + "\n\nNotes\n\n"
        + "\n".join(f"[{i}] https://a.org/x" for i in range(1, 2 * n, 2))
    ),
}  # fmt: skip
PAGES: dict[str, Callable[[int], str]] = {
    "nested tags": lambda n: "<div>" * n + "x",
    "nested anchors": lambda n: "<p>[1] " + "<a href='https://a.org/x'>" * n,
    "anchors": lambda n: "<p>[1] " + "<a href='https://a.org/x'>https://a.or...</a> " * n,
    "entities": lambda n: "<p>" + "&amp;" * n,
    "open tags": lambda n: "<p>" + "<a " * n,
    "one long href": lambda n: "<p>[1] <a href='" + "https://a.org/x%C2%A0;%20" * n + "'>x</a>",
    "open comments": lambda n: "<p>" + "<!-- " * n,
}


def note_of(body: str) -> str:
    return f"It rained.[1] It snowed.[2]\n\nReferences\n\n[1] {body}\n[2] https://a.org/x"


def assert_read_in_step(build: Callable[[int], str], size: int, name: str) -> None:
    """`size` is the number of characters, about, of the smaller input."""
    per_token = max(1, (len(build(20)) - len(build(10))) // 10)
    tokens = size // per_token
    assert_grows_in_step(
        lambda data: identify_sources(parse_document(read_document(data, name))),
        lambda count: build(count).encode(),
        tokens,
        tokens * 8,
    )


@pytest.mark.parametrize("what", HOSTILE)
def test_time_grows_with_the_length_of_a_hostile_text(what: str) -> None:
    assert_read_in_step(HOSTILE[what], 8_000, "x.txt")


@pytest.mark.parametrize("what", PAGES)
def test_time_grows_with_the_length_of_a_hostile_page(what: str) -> None:
    assert_read_in_step(PAGES[what], 6_000, "x.html")


def test_twenty_megabytes_of_markers_are_refused_before_they_are_worked_through() -> None:
    markers = "[1]" * 7_000_000
    document = read_document(markers.encode(), "x.txt")

    def refuse(_: int) -> None:
        with pytest.raises(UnreadableDocument, match="bracketed numbers"):
            parse_document(document)

    def parse(count: int) -> None:
        parse_document(read_document(HOSTILE["markers"](count).encode(), "x.txt"))

    # about as long as reading the limit's worth of them takes, and not a hundred times that
    assert quickest_s(refuse, int, 1) < 40 * quickest_s(parse, int, 20_000)


def test_a_cut_address_reads_no_tail_from_behind_its_note() -> None:
    text = "[1] https://a.org/x...Notes"
    end = text.index("Notes")
    link = Link(start=4, end=end, href="https://a.org/x-long")
    (citation,) = split_note(text, 4, end, links=[link])
    assert (citation.url, citation.end) == ("https://a.org/x-long", end)
