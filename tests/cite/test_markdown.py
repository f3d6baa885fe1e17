"""Promises of the Markdown reader: places of every character, nothing dropped, nothing slow."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.places import PlaceFinder
from provenance.model import Document, Parsed, Place
from provenance.text import Span
from support.cite_builders import assert_nothing_lost, patient
from support.growth import assert_grows_in_step


def read(source: str, name: str = "draft.md") -> Document:
    return read_document(source.encode("utf-8", "surrogatepass"), name)


def parse(source: str, name: str = "draft.md") -> Parsed:
    return parse_document(read(source, name))


RENDERED = [
    ("*a* **b _c_** ~~d~~ ==e==", "a b c d e"),
    ("***a** b*", "a b"),
    ("**a*", "*a"),
    ("snake_case_word 2*3*4", "snake_case_word 234"),
    ("a * b * c", "a * b * c"),
    ("`x*y` ``a ` b`` `open", "x*y a ` b `open"),
    (r"\*a\* \[b\] \q", r"*a* [b] \q"),
    ("&amp; &eacute; AT&T &nosuch;", "& é AT&T &nosuch;"),
    ("[t *e*](https://a.org/x_(y) 'T') end", "t e end"),
    ("[r][Ref] [ref] [ref][] [no][other]\n\n[REF]: https://a.org", "r ref ref [no][other]"),
    ("![alt](https://a.org/x.png) after", "after"),
    ("[![alt](https://a.org/x.png)](https://b.org) after", "after"),
    ("<https://a.org/_x_> <me@a.org>", "https://a.org/_x_ me@a.org"),
    ("https://a.org/a_b_c*d*e_ _x_", "https://a.org/a_b_c*d*e_ x"),
    (r"https://a.org/a\_b&amp;c", "https://a.org/a_b&c"),
    ("a<br>b<!-- c --> <span class='x'>d</span> <3", "a\nb d <3"),
    ("a  \nb\\\nc\nd", "a\nb\nc d"),
    ("# Head # {#id}\nText", "Head\n\nText"),
    ("Head\n====\nText\n---", "Head\n\nText"),
    ("- a\n- b\n\n  c\n1. d\n   - e", "a\n\nb\n\nc\n\n1. d\n\ne"),
    ("> a\nb\n> > c", "a b\n\nc"),
    ("```py\n*a*\n```\n\n    *b*", "*a*\n\n*b*"),
    ("a | b\n--|--\n1 | `2`", "a | b\n\n1 2"),
    ("a{:.x} {% tag %}{{< fig src='x' >}}b\n{: .y}", "a b"),
    ('{{< figure src="x" caption="A *cap*." >}}', "A cap."),
    ("fell.+++(5)+++ It+++(so)+++ rose", "fell. It(so) rose"),
    ("<details><summary>More</summary>\n\n*a*\n\n</details>", "More\n\na"),
    ("<script>\n*a*\n\nb\n</script>c", "c"),
    ("<!--\na\n\nb --> c", "c"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text"), RENDERED, ids=[source[:24] for source, _ in RENDERED])
def test_markup_is_rendered(source: str, text: str) -> None:
    assert re.sub(r" +$", "", read(source).text, flags=re.MULTILINE) == text


@pytest.mark.parametrize(("source", "text"), RENDERED, ids=[source[:24] for source, _ in RENDERED])
def test_every_rendered_character_stands_where_the_map_says(source: str, text: str) -> None:
    document = read(source)
    assert document.offsets is not None
    for offset, character in enumerate(document.text):
        span = document.offsets.to_source(Span(offset, offset + 1))
        if not character.isspace() and "&" not in span.of(source):
            assert span.of(source) == character


def test_line_and_column_are_the_files_own() -> None:
    source = "---\ntitle: T\n---\r\n\r\n> - It **fell** on\r\n>   *Monday*.[^1]\r\n\r\n[^1]: <https://a.org>\r\n"
    parsed = parse(source)
    places = PlaceFinder(parsed.document)
    assert places.find(parsed.claims[0].start) == Place(line=5, column=5)
    assert places.find(parsed.claims[0].markers[0].start) == Place(line=6, column=14)
    assert places.find(parsed.notes[0].start) == Place(line=8, column=1)
    assert places.find(parsed.notes[0].citations[0].start) == Place(line=8, column=8)


def test_a_text_with_definitions_is_markdown_whatever_its_name() -> None:
    assert read("It fell.[^a]\n\n[^a]: https://a.org", "draft.txt").format == "markdown"
    assert read("# Head\n\nIt [fell](https://a.org).", "").format == "markdown"


@pytest.mark.parametrize(
    "text",
    [
        "It fell.[1] It rose.[2]\n\n[1] https://a.org\n[2] https://b.org",
        "Key Takeaways:\n\n* It fell.[1]\n* It rose.\n\n# 1 of 2\n\n[1] https://a.org/x_y_z",
        "--- \nIt fell.\n---\n",
        "The set [^a-z] is no note.",
    ],
)
def test_plain_texts_stay_plain(text: str) -> None:
    document = read(text, "update.txt")
    assert document.format == "text"
    assert document.text == text


def test_a_page_called_markdown_is_still_a_page_and_a_div_is_no_page() -> None:
    assert read("<!DOCTYPE html><p>It fell.</p>").format == "html"
    assert read('<div class="x">\n\nIt *fell*.').format == "markdown"


def test_items_are_counted_as_they_are_shown() -> None:
    parsed = parse("# Notes\n\n1. https://a.org\n1. https://b.org\n1. https://c.org")
    assert [note.label for note in parsed.notes] == ["1", "2", "3"]


def test_notes_inside_the_text_count_from_one_or_behind_the_highest_number() -> None:
    parsed = parse("It fell.^[https://a.org] It rose.^[https://b.org]")
    assert [(note.label, note.citations[0].url) for note in parsed.notes] == [
        ("1", "https://a.org"),
        ("2", "https://b.org"),
    ]
    assert [claim.text for claim in parsed.claims] == ["It fell.", "It rose."]
    assert [note.label for note in parse("A.^[b] C.[^7]\n\n[^7]: d").notes] == ["8", "7"]


def test_words_that_no_definition_has_are_a_note_of_their_own() -> None:
    parsed = parse("It fell.[^See https://a.org for more] It rose.[^x]\n\n[^x]: https://b.org")
    assert [note.citations[0].url for note in parsed.notes] == ["https://a.org", "https://b.org"]


@pytest.mark.parametrize("mark", ["!", "?", "."])
def test_a_marker_behind_an_exclamation_mark_is_no_picture(mark: str) -> None:
    parsed = parse(f"It fell{mark}[^1]\n\n[^1]: https://a.org")
    assert [claim.text for claim in parsed.claims] == [f"It fell{mark}"]


def test_a_marker_in_code_or_in_a_comment_is_none() -> None:
    parsed = parse("`a[^1]` <!-- [^1] --> b.[^1]\n\n    c[^1]\n\n[^1]: https://a.org")
    assert len(parsed.claims) == 1


def test_titles_of_sections_are_without_markers() -> None:
    parsed = parse("# Fall[^1] and *Rise* #\n\nIt fell.[^1]\n\n[^1]: https://a.org")
    assert parsed.claims[-1].section == ("Fall and Rise",)


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("---\ntitle: 'It''s: here'\nauthor: Ada Writer\n---\n", ("It's: here", ("Ada Writer",))),
        ('---\ntitle: |\n  Two\n  lines\nauthors: [A B, "C D"]\n---\n', ("Two lines", ("A B", "C D"))),
        ("---\nauthors:\n- A B\n- name: C D\n  email: x\ntitle: T # no\n---\n", ("T", ("A B", "C D"))),
        ('+++\ntitle = "T"\nauthors = ["A B"]\ndate = 2023-05-03\n+++\n', ("T", ("A B",))),
    ],
)  # fmt: skip
def test_front_matter_is_metadata_and_no_text(
    front: str, said: tuple[str, tuple[str, ...]]
) -> None:
    document = read(front + "\nIt fell.")
    assert (document.metadata.title, document.metadata.authors) == said
    assert document.text == "It fell."


def test_rules_at_the_head_are_no_front_matter() -> None:
    assert read("---\n\nIt fell.\n\n---\n").text == "It fell."
    assert read("+++\nIt = fell = here\n+++\n").text.startswith("+++ It")


SNIPPETS = [
    "word", " ", "\n", "\n\n", "*", "**", "_", "`", "```\n", "[", "]", "(", ")", "![", "[^1]", "[^1]: ", "^[", "[1]",
    "[1]: https://a.org", "<", ">", "<b>", "</b>", "<sup>1</sup>", "<a href='#x'>1</a>", "<p id=x>", "<!--", "-->",
    "&amp;", "\\", "- ", "1. ", "> ", "    ", "\t", "|", "---\n", "===\n", "# ", "{:", "}", "{{", "~~", "==", "+++",
    "+++(", ")+++", "https://a.org/x_y", "\r\n", "\u00a0", "\x00", "\ud800", "é", "😀",
]  # fmt: skip


@given(st.lists(st.sampled_from(SNIPPETS), max_size=40).map("".join).filter(str.strip))
@patient
def test_no_markdown_breaks_the_reader_and_words_keep_their_places(source: str) -> None:
    if not source.strip("\x00\ufeff \t\r\n\x0c"):
        return
    document = read(source)
    decoded = document.source if document.source is not None else document.text
    parsed = parse_document(document)
    assert_nothing_lost(parsed)
    if document.format != "markdown" or document.offsets is None:
        return
    for match in re.finditer(r"word|é|😀|x_y", document.text):
        span = document.offsets.to_source(Span(*match.span()))
        assert span.of(decoded) == match[0]


HOSTILE = [
    "[", "]", "[a](", "[a][", "![", "^[", "[^", "[^1]", "[^1]: a\n", "*", "*a ", "**a_b", "_a", "`", "` ``", "> ", "> a\n",
    "- ", "1. ", "- a\n  ", "<", "<!--", '<a href="', "<sup>", "</a>", "<sup>1</sup>", "&", "~~a", "==a ", "{{<", "{:",
    "+++(", "\\", "|", "| a | b |\n", "---|", "# ", "```\n", "[a](<", "[a](b(", '[a](b "', "https://a_", "](", "[a]: b\n",
    "a\n---\n", "\t- ", "*a_b`c[d](e) ", "[1](#a) <a id='a'></a>", "\n", "|1|a|\n", "1. https://a.org\n", "$", "  \n",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_reading_costs_no_more_than_the_length(unit: str) -> None:
    from provenance.cite.readers.markdown import read_markdown

    times = 4_000 // len(unit)
    assert_grows_in_step(
        lambda text: read_markdown(text, ""), lambda count: unit * count + "x", times, times * 10
    )


def test_markers_whose_list_was_lost_are_kept_and_reported() -> None:
    parsed = parse("It fell.[^1] It rose.[^2]")
    assert [claim.text for claim in parsed.claims] == ["It fell.", "It rose."]
    assert [marker.note_id for claim in parsed.claims for marker in claim.markers] == [None, None]
    assert [finding.rule for finding in parsed.findings] == ["FN001", "FN001"]
