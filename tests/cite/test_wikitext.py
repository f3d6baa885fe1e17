"""What the wikitext reader promises: numbers as printed, places in the file, nothing lost, linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.places import PlaceFinder
from provenance.cite.readers.wikitext import read_wikitext
from provenance.cite.readers.wikitext_notes import label_in_group
from provenance.cite.sniff import sniff_text_format
from provenance.model import Parsed
from provenance.text import Span
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true, patient
from support.growth import assert_grows_in_step

_SIGNS = [
    "{{", "}}", "[[", "]]", "[https://a.example ", "]", "<ref>", "</ref>", '<ref name="a">', "<ref name=a />",
    "<ref group=n>", "<references/>", "{{reflist|refs=", "{{efn|", "{{sfn|Moor|2001}}", "{{cite web|url=https://b.example|title=",
    "{{webarchive|url=", "{{Infobox|x=", "|", "=", "== A ==\n", "\n", "\n\n", "* ", "{|\n", "|-\n", "| ", "|}\n", "!!", "'''", "''",
    "<!--", "-->", "<nowiki>", "</nowiki>", "<gallery>", "</gallery>", "&amp;", "&nbsp;", "word ", "Deep. ", "https://c.example ",
    "[[File:A.jpg|thumb|", "{{quote|", "{{r|a}}", "<br>", "__TOC__", "{{convert|5|km}}",
]  # fmt: skip


def parse_wiki(text: str) -> Parsed:
    return parse_document(read_document(text.encode("utf-8"), "lake.wiki"))


def urls_by_label(parsed: Parsed) -> dict[str, list[str | None]]:
    return {note.label: [one.url for one in note.citations] for note in parsed.notes}


def test_line_and_column_lead_to_the_ref_in_the_file() -> None:
    source = "'''A''' [[b|c]]\n\nDeep &amp; cold.<ref>https://a.example</ref>\n<references />\n"
    parsed = parse_wiki(source)
    places = PlaceFinder(parsed.document)
    note, claim = parsed.notes[0], parsed.claims[0]
    assert (places.find(note.start).line, places.find(note.start).column) == (3, 17)
    assert (places.find(claim.start).line, places.find(claim.start).column) == (3, 1)
    citation = places.find(note.citations[0].start)
    assert (citation.line, citation.column) == (3, 17 + len("<ref>"))


@given(
    st.lists(
        st.sampled_from(["lake ", "deep. ", "''blue'' ", "[[a|pond]] ", "&mdash; ", "\n\n"]),
        max_size=12,
    )
)
@patient
def test_every_verbatim_word_maps_back_to_itself(parts: list[str]) -> None:
    source = "".join(parts)
    document = read_wikitext(source, "0")
    assert document.offsets is not None
    for word in ("lake", "deep", "blue", "pond"):
        at = document.text.find(word)
        if at >= 0:
            assert document.offsets.to_source(Span(at, at + len(word))).of(source) == word


def test_a_list_takes_its_notes_and_the_next_one_begins_anew() -> None:
    parsed = parse_wiki(
        "One.<ref>https://a.example</ref>\n\n<references />\n\nTwo.<ref>https://b.example</ref>\n\n<references />"
    )
    assert [(note.list, note.label) for note in parsed.notes] == [
        ("references", "1"),
        ("references 2", "1"),
    ]


def test_notes_that_no_list_prints_stand_at_the_end() -> None:
    parsed = parse_wiki(
        "One.<ref>https://a.example</ref> Two.<ref group=n>https://b.example</ref>\n"
    )
    assert urls_by_label(parsed) == {"1": ["https://a.example"], "n 1": ["https://b.example"]}


def test_notes_in_a_note_are_numbered_before_it() -> None:
    parsed = parse_wiki("One.{{refn|See that.<ref>https://in.example</ref>}} Two.\n{{reflist}}")
    assert parsed.notes[0].label == "1"
    assert urls_by_label(parsed)["1"] == ["https://in.example"]
    assert [marker.label for claim in parsed.claims for marker in claim.markers] == ["2"]


def test_words_in_comments_and_nowiki_mark_nothing() -> None:
    parsed = parse_wiki(
        "A.<!-- <ref>https://no.example</ref> --> B <nowiki><ref>x</ref></nowiki>.<ref>https://a.example</ref>"
    )
    assert urls_by_label(parsed) == {"1": ["https://a.example"]}


def test_a_box_keeps_what_it_cites_and_nothing_else() -> None:
    parsed = parse_wiki(
        "{{Infobox lake|image=Lake.jpg|depth=12 m<ref>https://a.example</ref>}}\n'''Lake'''.\n"
    )
    assert "Lake.jpg" not in parsed.document.text
    assert [claim.text for claim in parsed.claims] == ["depth: 12 m"]


@pytest.mark.parametrize(
    ("group", "number", "label"),
    [("", 12, "12"), ("n", 2, "n 2"), ("lower-alpha", 27, "aa"), ("upper-roman", 9, "IX"), ("lower-greek", 2, "β"), ("lower-roman", 40, "xl")],
)  # fmt: skip
def test_labels_are_those_that_the_wiki_prints(group: str, number: int, label: str) -> None:
    assert label_in_group(group, number) == label


@given(st.lists(st.sampled_from(_SIGNS), max_size=40))
@patient
def test_no_order_of_signs_breaks_a_promise(signs: list[str]) -> None:
    parsed = parse_wiki("x" + "".join(signs))
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)


@given(
    st.lists(
        st.sampled_from(["{{", "}}", "[[", "]]", "'''", "<nowiki>", "a ", "== b ==\n", "* "]),
        max_size=30,
    )
)
@patient
def test_every_note_is_read_whatever_stands_unbalanced_before_it(signs: list[str]) -> None:
    parsed = parse_wiki(
        "".join(signs).replace("<nowiki>", "<nowiki/>")
        + "\n\nDeep.<ref>https://a.example/last</ref>"
    )
    assert any(
        one.url == "https://a.example/last" for note in parsed.notes for one in note.citations
    )


@pytest.mark.parametrize(
    "sign",
    [*_SIGNS, "{{{", "{{a|", "[[a|", "<ref>{{", "{{a|b=", "<references>", "a-", "| a || b\n"],
)
def test_hostile_repeats_cost_no_more_than_their_length(sign: str) -> None:
    assert_grows_in_step(
        lambda text: read_wikitext(text, "0"), lambda times: sign * times, 1_000, 10_000
    )


@pytest.mark.parametrize(("opened", "closed"), [("{{a|", "}}"), ("[[a|", "]]"), ("{{efn|", "}}"), ("{{cite web|title=", "}}"), ("<ref>{{a|", "}}</ref>")])  # fmt: skip
def test_deep_nesting_neither_recurses_nor_hangs(opened: str, closed: str) -> None:
    assert_grows_in_step(
        lambda text: read_wikitext(text, "0"),
        lambda depth: opened * depth + "deep" + closed * depth,
        500,
        5_000,
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("== Lake ==\nDeep.<ref>A book</ref>", "wikitext"),
        ("'''Lake''' is [[deep]].<ref name=a />", "wikitext"),
        ("Deep.[1]\n\nReferences\n\n[1] https://a.example", "text"),
        ("The <ref> tag is explained here, and nothing else.", "text"),
        ("== not ==\na heading only", "text"),
        ("Dear {{name}}, see [[the plan]] of ours.", "text"),
        ("Deep [1]_.\n\n.. [1] https://a.example", "rst"),
        ("Title\n=====\n\n.. note:: See ``code``.\n", "rst"),
        ("Title\n=====\n\nWords under a line.", "text"),
        ("The variable [1]_ alone tells nothing.", "text"),
    ],
)
def test_a_markup_is_told_by_two_of_its_signs(text: str, found: str) -> None:
    assert sniff_text_format(text, "draft") == found


def test_an_empty_list_before_the_notes_counts_for_nothing() -> None:
    parsed = parse_wiki("{{reflist}}\n\nDeep.<ref>https://a.example</ref>\n\n{{reflist}}")
    assert [(note.list, note.label) for note in parsed.notes] == [("references", "1")]
