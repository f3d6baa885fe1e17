"""A text cut into pieces is the same text: nothing doubled, nothing lost, each piece in its claim."""

import random
from itertools import pairwise

import msgspec
import pytest

from provenance.trace.document_records import (
    DocumentClaim,
    DocumentNote,
    DocumentText,
    PlacedMarker,
)
from provenance.web.marked_text import MarkedText, Piece, mark_text
from support.growth import assert_grows_in_step

EMPTY = DocumentText(
    id="document-1", version=1, current_version=1, title=None, authors=(), published=None,
    data_cutoff=None, origin_url=None, language=None, format="text", sha256="", path=None, at="",
    versions=(), states={}, verdicts={}, text="", claims=(), notes=(),
)  # fmt: skip


def a_claim(start: int, end: int, *markers: tuple[int, int], note: str = "n1") -> DocumentClaim:
    placed = tuple(PlacedMarker("1", first, last, note) for first, last in markers)
    return DocumentClaim(f"claim-{start}-{end}", start, end, (), None, None, placed)


def a_note(start: int, end: int, label: str = "1", list_: str = "notes", id_: str = "n1") -> DocumentNote:  # fmt: skip
    return DocumentNote(id_, list_, label, start, end, ())


def cut(text: str, claims: list[DocumentClaim], notes: list[DocumentNote]) -> MarkedText:
    return mark_text(
        msgspec.structs.replace(EMPTY, text=text, claims=tuple(claims), notes=tuple(notes))
    )


def pieces_of(marked: MarkedText) -> list[Piece]:
    return [
        piece
        for part in (
            *marked.paragraphs,
            *(note.pieces for _, notes in marked.lists for note in notes),
        )
        for piece in part
    ]


def test_a_claim_and_its_marker_stand_in_their_places() -> None:
    marked = cut("Tolls rose.[1] Why?", [a_claim(0, 11, (11, 14))], [])
    assert marked.paragraphs == (
        (Piece("Tolls rose.", 0, 0), Piece("[1]", 0, 1), Piece(" Why?", None, 0)),
    )


def test_paragraphs_are_kept_and_lines_within_them_too() -> None:
    marked = cut("One\ntwo.\n\n  Three.\r\n \t\r\nFour.\n", [], [])
    texts = ["".join(piece.text for piece in part) for part in marked.paragraphs]
    assert texts == ["One\ntwo.", "  Three.\r", "Four.\n"]


def test_a_claim_over_two_paragraphs_is_in_both() -> None:
    marked = cut("It rose\n\nand fell.", [a_claim(0, 18)], [])
    assert [[piece.claim for piece in part] for part in marked.paragraphs] == [[0], [0]]


def test_of_claims_within_each_other_the_inner_one_is_meant() -> None:
    marked = cut("a, b, c.[1]", [a_claim(0, 8, (8, 11)), a_claim(3, 4)], [])
    assert [(piece.text, piece.claim) for piece in marked.paragraphs[0]] == [
        ("a, ", 0), ("b", 1), (", c.", 0), ("[1]", 0),
    ]  # fmt: skip


def test_notes_are_taken_out_of_the_text_wherever_they_stand() -> None:
    text = "Tolls rose.[1]\n[1] a.example\n\nThe next page."
    marked = cut(text, [a_claim(0, 11, (11, 14))], [a_note(15, 28)])
    ((name, (note,)),) = marked.lists
    assert name == "notes"
    assert "".join(piece.text for piece in note.pieces) == "[1] a.example"
    assert note.markers == (1,)
    body = "".join(piece.text for part in marked.paragraphs for piece in part)
    assert body == "Tolls rose.[1]\nThe next page."


@pytest.mark.parametrize(
    ("labels", "anchors"),
    [
        (["1", "2"], ["note-1", "note-2"]),
        (["1", "1"], ["note-1", "note--2"]),
        (["*", "a b", '"><script>'], ["note--1", "note--2", "note--3"]),
        (["١", "x" * 40], ["note--1", "note--2"]),
    ],
    ids=["plain", "doubled", "odd", "foreign_and_long"],
)
def test_anchors_are_plain_and_unique(labels: list[str], anchors: list[str]) -> None:
    notes = [a_note(n, n + 1, label, id_=f"n{n}") for n, label in enumerate(labels)]
    marked = cut("x" * 9, [], notes)
    assert [note.anchor for _, found in marked.lists for note in found] == anchors


@pytest.mark.parametrize("seed", range(200))
def test_nothing_is_lost_or_doubled_whatever_overlaps(seed: int) -> None:
    """Spans as no parser should leave them: crossing, nested, empty, beyond each other."""
    chance = random.Random(seed)
    text = "".join(chance.choice("ab \n\u202e\U0001f6a2") for _ in range(chance.randrange(1, 120)))

    def span() -> tuple[int, int]:
        first, last = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        return first, last

    claims = [
        a_claim(*span(), *(span() for _ in range(chance.randrange(3))))
        for _ in range(chance.randrange(6))
    ]
    edges = sorted(chance.sample(range(len(text) + 1), min(len(text), chance.choice([0, 2, 4]))))
    notes = [
        a_note(first, last, str(number), id_=f"n{number}")
        for number, (first, last) in enumerate(list(pairwise(edges))[::2])
    ]
    marked = cut(text, claims, notes)
    shown = "".join(piece.text for piece in pieces_of(marked))
    assert sorted(shown.replace("\n", "").replace(" ", "")) == sorted(
        text.replace("\n", "").replace(" ", "")
    )
    for note, (_, found) in zip(notes, ((n, each) for _, ns in marked.lists for n, each in enumerate(ns)), strict=True):  # fmt: skip
        assert "".join(piece.text for piece in found.pieces) == text[note.start : note.end]
    for piece in pieces_of(marked):
        assert piece.claim is None or 0 <= piece.claim < len(claims)
        assert not piece.marker or piece.claim is not None


def long(size: int) -> tuple[str, list[DocumentClaim], list[DocumentNote]]:
    text, claims, notes = "", [], []
    for number in range(size):
        start = len(text)
        text += f"Claim {number}."
        claims.append(a_claim(start, len(text), (len(text), len(text) + 3), note=f"n{number}"))
        text += "[1]\n\n"
    for number in range(size):
        notes.append(a_note(len(text), len(text) + 8, str(number), id_=f"n{number}"))
        text += "[1] note\n"
    return text, claims, notes


def test_cutting_grows_with_the_text_and_no_faster() -> None:
    assert_grows_in_step(lambda made: cut(*made), long, 100, 1_000)
