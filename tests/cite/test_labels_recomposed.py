"""Documents composed from the grammar of labels parse back to what composed them.

A style is how markers and notes are printed. Sentences and notes are drawn, markers
set behind some of them (in any order, reused, in groups), and the list put below,
with or without a heading, or into the same line: the parser must give back the labels,
the notes' words and the sentences.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.model import Document
from support.cite_builders import (
    assert_nothing_lost,
    assert_offsets_are_true,
    parse_text,
    patient,
)
from support.growth import assert_grows_in_step

Print = Callable[[int], str]
ROMAN = ["", *"i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()]


class Style(NamedTuple):
    """How label n is printed as a marker, before a note, and by itself in both places."""

    marker: Print
    entry: Print
    marker_label: Print
    note_label: Print


def raised(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def arabic(number: int) -> str:
    return "".join(chr(0x660 + int(digit)) for digit in str(number))


def letter(number: int) -> str:
    return chr(ord("a") + number - 1)


def roman(number: int) -> str:
    return ROMAN[number]


def style(marker: str, entry: str, label: Print = str, note_label: Print | None = None) -> Style:
    """A style from two patterns, each with `N` where the label is printed."""
    note = note_label or label
    return Style(
        lambda n: marker.replace("N", label(n)), lambda n: entry.replace("N", note(n)), label, note
    )


def raised_style(entry: str) -> Style:
    return Style(raised, lambda n: entry.replace("R", raised(n)).replace("N", str(n)), str, str)


STYLES = {
    "[1] and [1]": style("[N]", "[N] "),
    "[1] and [1] glued": style("[N]", "[N]"),
    "[1] and 1.": style("[N]", "N. "),
    "[1] and 1)": style("[N]", "N) "),
    "[1] and (1)": style("[N]", "(N) "),
    "[1] and bare": style("[N]", "N "),
    "(1) and (1)": style(" (N)", "(N) "),
    "raised and raised": raised_style("R "),
    "raised glued": raised_style("R"),
    "raised and 1.": raised_style("N. "),
    "raised and [1]": raised_style("[N] "),
    "raised and bare": raised_style("N "),
    "^1 and ^1": style("^N", "^N "),
    "[i] and [i]": style("[N]", "[N] ", roman),
    "[i] and i.": style("[N]", "N. ", roman),
    "(i) and (i)": style(" (N)", "(N) ", roman),
    "[a] and [a]": style("[N]", "[N] ", letter),
    "[a] and a.": style("[N]", "N. ", letter),
    "[A] and [A]": style("[N]", "[N] ", lambda n: letter(n).upper()),
    "[n 1] and [n 1]": style("[n N]", "[n N] "),
    "[note 1] and Note 1:": style("[note N]", "note N: "),
    "[١] and [1]": style("[N]", "[N] ", arabic, str),
    "[1] and ١.": style("[N]", "N. ", str, arabic),
    "［1］ and 【1】": style("［N］", "【N】 "),
}
NAMED = frozenset({"[n 1] and [n 1]", "[note 1] and Note 1:"})
HEADINGS = st.sampled_from(["", "Notes\n\n", "References:\n", "ENDNOTES\n\n", "Sources\n"])
WORDS = st.sampled_from(
    "forces struck towns near bridges while people left roads and rivers rose again".split()
)
SENTENCES = st.lists(WORDS, min_size=4, max_size=9).map(lambda words: f"The {' '.join(words)}.")
TITLES = st.lists(WORDS, min_size=1, max_size=4).map(lambda words: " ".join(words).title())
NOTES = st.one_of(
    TITLES.map(lambda title: f"“{title},” Example Daily, May 3, 2023."),
    TITLES.map(lambda title: f"Ada Writer, {title} (Press, 2020), p. 4."),
    st.integers(1, 999).map(lambda n: f"https://news.example.net/{n}"),
    st.integers(1, 999).map(lambda n: f"https://a.example.net/{n}; https://b.example.org/x-{n}"),
)
GAPS = st.sampled_from([" ", " ", "\n\n", "\n"])
LINES = st.sampled_from(["\n", "\n\n", "\r\n"])


class Composed(NamedTuple):
    """A document and what it was composed of: claims with their labels, and notes."""

    text: str
    claims: list[tuple[str, str]]
    notes: list[tuple[str, str]]


@st.composite
def documents(draw: st.DrawFn, name: str) -> Composed:
    style, notes = STYLES[name], draw(st.lists(NOTES, min_size=2, max_size=9))
    numbers = [*range(1, len(notes) + 1), *draw(st.lists(st.integers(1, len(notes)), max_size=3))]
    body, claims = "", []
    for number in numbers:
        if draw(st.booleans()):
            body += draw(SENTENCES) + " "
        sentence = draw(SENTENCES)
        claims.append((sentence, style.marker_label(number)))
        body += sentence + style.marker(number) + draw(GAPS)
    printed = [style.entry(number) + note for number, note in enumerate(notes, 1)]
    labels = [style.note_label(number) for number in range(1, len(notes) + 1)]
    text = f"{body.strip()}\n\n{draw(HEADINGS)}{draw(LINES).join(printed)}\n"
    return Composed(text, claims, list(zip(labels, printed, strict=True)))


def bare(label: str) -> str:
    return label.rpartition(" ")[2]


@pytest.mark.parametrize("name", STYLES)
def test_a_document_of_each_style_parses_back_to_its_parts(name: str) -> None:
    @patient
    @given(documents(name))
    def check(composed: Composed) -> None:
        parsed = parse_text(composed.text)
        assert [(bare(note.label), note.text) for note in parsed.notes] == composed.notes
        assert [
            (claim.text, bare(claim.markers[0].label)) for claim in parsed.claims
        ] == composed.claims
        places = {note.id: place for place, note in enumerate(parsed.notes)}
        labels = [label for label, _ in composed.notes]
        tied = [places[marker.note_id or ""] for claim in parsed.claims for marker in claim.markers]
        assert len(
            {(place, label) for place, (_, label) in zip(tied, composed.claims, strict=True)}
        ) == len(labels)
        assert_offsets_are_true(parsed)
        assert_nothing_lost(parsed)

    check()


@pytest.mark.parametrize("name", [name for name in STYLES if "(" not in name])
def test_sentences_without_a_list_have_no_notes(name: str) -> None:
    style = STYLES[name]
    body = " ".join(f"The bridge over road {n} fell.{style.marker(n)}" for n in range(1, 5))
    assert parse_text(f"{body}\n\nThe end of it came soon.\n").notes == ()


@pytest.mark.parametrize(
    "enumerated",
    [
        "1. Mend it.\n2. Open it.\n3. Leave it.",
        "(a) one\n(b) two",
        "i. one\nii. two\niii. three",
        "2019 was dry.\n2020 was wet.",
    ],
)
def test_enumerations_of_the_body_are_no_notes(enumerated: str) -> None:
    parsed = parse_text(
        f"It fell.[1] It rose.¹ What was done:\n\n{enumerated}\n\nIt went.[2]\n\n"
        "References\n\n[1] https://a.example.net/1\n[2] https://a.example.net/2\n"
    )
    assert [note.text for note in parsed.notes] == [
        "[1] https://a.example.net/1",
        "[2] https://a.example.net/2",
    ]


# Each a document of about n tokens with as many labels, lists or headings as there is room for.
HOSTILE: dict[str, Callable[[int], str]] = {
    "runs that markers prove": lambda n: "a.[i]\n[i] x\n" * n,
    "enumerations with markers": lambda n: "a.¹ b.²\n\n1. x 2020\n2. y 2020\n\n" * n,
    "parentheses": lambda n: "a (1). b (2).\n\n(1) x 2020\n(2) y 2020\n\n" * n,
    "lists side by side": lambda n: "a.¹ b.² " * n + "\n\nNotes\n\n" + "1. x\n2. y\n\n" * n,
    "enumerations": lambda n: "1. x\n2. y\n" * n,
    "rising numbers": lambda n: "\n".join(f"{i}. x" for i in range(1, n)),
    "raised digits": lambda n: "a" + "¹" * n,
    "raised groups": lambda n: "a" + "¹," * n,
    "stars": lambda n: "*a* a* " * n,
    "bullets": lambda n: "* a\n" * n,
    "carets": lambda n: "a^1^" * n,
    "groups": lambda n: "a[i," * n + "a[1, " + "2, " * n + "]",
    "headings in the line": lambda n: "a¹ Notes ¹ b " * n,
    "headings": lambda n: "Notes\n\nChapter\n\n1. x\n" * n,
    "bars": lambda n: "| a.[1] |\n" * n,
    "quoted lines": lambda n: "> " * n + "\n" + "> x\n" * n + "y.[1]",
    "blank lines in a sentence": lambda n: "a\n\nb" * n + "[1]",
    "unseen marks": lambda n: "x." + "\u200b" * n + "[1]" + "x.\u200f[1]" * n,
    "initials": lambda n: "A. Gen. " * n + "[1]",
    "rules": lambda n: "a¹\n" + "_" * n + "\n1. x\n" + "____\n" * n,
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_time_grows_with_the_number_of_labels(what: str) -> None:
    build = HOSTILE[what]
    tokens = 4_500 // max(1, (len(build(200)) - len(build(100))) // 100)
    assert_grows_in_step(
        parse_document,
        lambda count: read_document(build(count).encode(), "x.txt"),
        tokens,
        tokens * 8,
    )


def test_an_update_of_thousands_of_notes_is_parsed_in_time_that_grows_with_them() -> None:
    def update(count: int) -> Document:
        body = "".join(
            f"Forces struck the town of Place {n} on May 3, and U.S. officials said that {n} people left.[{n}] "
            for n in range(1, count + 1)
        )
        notes = "\n\n".join(
            f"[{n}] https://t.example.me/chan/{n}; https://news{n}.example.net/2023/05/a-slug; https://agency dot ru/{n}"
            for n in range(1, count + 1)
        )
        return read_document(f"{body}\n\nReferences\n\n{notes}\n".encode(), "x.txt")

    def parse(document: Document) -> None:
        parsed = parse_document(document)
        assert len(parsed.notes) == len(parsed.claims) > 0

    assert_grows_in_step(parse, update, 150, 1_200)
