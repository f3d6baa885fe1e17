"""Pages as programs and publishers write them: tests/cases/html_shapes/*.html, the truth in the .txt beside each.

The words are made up, the markup is what the named program writes. The truth was written
by hand, never by the parser, one line each:

- `markers 1 | 2`: the labels of all markers in order, each tied to a note;
- `markers any`: there are markers, and each is tied to a note;
- `note 1: first words … last words :: https://a https://b`: a note's text (all of it, or how it
  begins and ends) and the addresses of its citations in order; `:: ?` where several answers are right.
  There are no other notes;
- `claim 1: words`: the claim in front of a marker (`*`: of any);
- `span 1 [1–3]`: what is printed where a marker stands;
- `none`: a page that looks as if it had notes, and has none;
- `without words`: what must not stand in the text.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.model import Marker, Note, Parsed
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true

PAGES = sorted((Path(__file__).parents[1] / "cases" / "html_shapes").glob("*.html"))
LEAST_PAGES = 40


def read(path: Path) -> Parsed:
    return parse_document(read_document(path.read_bytes(), path.name))


def said_of(path: Path) -> list[tuple[str, str]]:
    """The lines of the truth, each as its first word and the rest."""
    lines = path.with_suffix(".txt").read_text("utf-8").splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word]


def plain(words: str) -> str:
    return " ".join(words.split())


def markers_of(parsed: Parsed) -> list[Marker]:
    return [marker for claim in parsed.claims for marker in claim.markers]


def is_text_as_said(note: Note, said: str) -> bool:
    begins, is_cut, ends = (part.strip() for part in said.partition("…"))
    text = plain(note.text)
    return text.startswith(begins) and text.endswith(ends) if is_cut else text == begins


def wrong_notes(parsed: Parsed, said: list[str]) -> Iterator[str]:
    left = list(parsed.notes)
    for line in said:
        label, _, rest = line.partition(":")
        words, _, urls = rest.partition("::")
        found = [note for note in left if note.label == label and is_text_as_said(note, words)]
        if not found:
            yield f"no note {label} that says {words.strip()}"
            continue
        left.remove(found[0])
        got = [one.url for one in found[0].citations if one.url]
        if urls.strip() != "?" and got != urls.split():
            yield f"note {label} cites {got}"
    yield from (f"a note that is none: {note.label} {plain(note.text)}" for note in left)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_writers_notes_are_all_found_with_their_addresses(path: Path) -> None:
    said = [rest for word, rest in said_of(path) if word == "note"]
    assert said or ("none", "") in said_of(path)
    assert list(wrong_notes(read(path), said)) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_writers_markers_stand_before_their_claims_and_lead_to_notes(path: Path) -> None:
    parsed = read(path)
    markers = markers_of(parsed)
    assert all(marker.note_id for marker in markers)
    for word, rest in said_of(path):
        if word == "markers" and rest != "any":
            assert [marker.label for marker in markers] == rest.split(" | ")
        elif word == "markers":
            assert markers
        elif word == "none":
            assert markers == []
        elif word == "claim":
            label, _, words = rest.partition(": ")
            claims = [
                plain(claim.text)
                for claim in parsed.claims
                if label == "*" or label in {marker.label for marker in claim.markers}
            ]
            assert words in claims
        elif word == "span":
            label, _, printed = rest.partition(" ")
            spans = Counter(
                (marker.label, parsed.document.text[marker.start : marker.end])
                for marker in markers
            )
            assert spans[label, printed] == 1


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_what_stands_around_an_article_is_not_read(path: Path) -> None:
    text = read(path).document.text
    assert [rest for word, rest in said_of(path) if word == "without" and rest in text] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_promises_about_spans_hold_for_each_writer(path: Path) -> None:
    parsed = read(path)
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)


def test_there_are_pages_enough_and_each_has_its_truth() -> None:
    assert len(PAGES) >= LEAST_PAGES
    assert {path.stem for path in PAGES} == {path.stem for path in PAGES[0].parent.glob("*.txt")}
