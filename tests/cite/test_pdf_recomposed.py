"""Law-review pages composed by chance and typeset here parse back to what composed them.

The typesetter fills its lines, breaks addresses behind `/ ? = & _ - .`, carries the rest of
a note over to the next page, and prints heads and page numbers around it all.
"""

import random
import re

import pytest

from provenance.cite.parse import parse_document
from provenance.cite.readers.pdf import read_pdf_document
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true
from support.pdf_builder import RuleAt, Shown, a_set_pdf, set_lines

BODY, NOTE = 11.0, 9.0
BODY_WIDTH, NOTE_WIDTH = 60, 73  # characters a line
PAGE_LINES = 24
NOTE_LINES = 14
_PIECES = re.compile(r"\S+?(?:[/?=&_.-](?=\w)|$)|\S+")
WORDS = """court held statute vessels tolls straits passage harbour agency treaty commerce captain
customs lawful review opinion navy coast shore signal""".split()
HOSTS = ["https://a.example", "http://www.b-c.example", "https://papers.d.example"]
TAILS = ["sol3/papers.cfm?abstract_id=3456789&download=yes", "news/2023/12/15/navy-escorts-tankers",
         "docs/A_RES_2758/annex-2.pdf", "x", "reports/the-law-of-the-sea-and-of-straits.html"]  # fmt: skip


class Composed:
    """Paragraphs with `^n^` markers, and the notes in order."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.notes: list[str] = []
        self.urls: list[list[str]] = []
        self.paragraphs = [self._paragraph() for _ in range(14)]

    def _sentence(self, least: int = 5) -> str:
        words = self._chance.choices(WORDS, k=self._chance.randint(least, least + 16))
        return f"{' '.join(words).capitalize()}."

    def _paragraph(self) -> str:
        sentences = []
        for _ in range(4):
            self.notes.append(self._note())
            sentences.append(f"{self._sentence()}^{len(self.notes)}^")
        return " ".join([self._sentence(), *sentences, self._sentence()])

    def _note(self) -> str:
        kind = self._chance.random()
        if kind < 0.3:
            self.urls.append([])
            return f"Doe, supra note {self._chance.randint(1, 9)}, at 4."
        found = [f"{self._chance.choice(HOSTS)}/{self._chance.choice(TAILS)}"]
        if kind < 0.5:
            found.append("https://perma.cc/9QKL-7RTX")
        self.urls.append(found)
        return f"{self._sentence(2)} See {'; '.join(found)}; {self._sentence(2)}"


def wrapped(text: str, width: int) -> list[str]:
    """Lines as full as they can be; an address may be broken, a word may not."""
    lines, line = [], ""
    for word in text.split(" "):
        glue = " " if line else ""
        for piece in _PIECES.findall(word) if "://" in word else [word]:
            if len((line + glue + piece).replace("^", "")) > width and line:
                lines.append(line)
                line, glue = "", ""
            line += glue + piece
            glue = ""
    return [*lines, line]


def typeset(composed: Composed) -> list[list[Shown]]:
    """Pages: each takes body lines until its notes fill the foot; what is over is carried on."""
    body = [line for text in composed.paragraphs for line in wrapped(text, BODY_WIDTH)]
    pages: list[list[Shown]] = []
    carried: list[str] = []
    while body or carried:
        lines, notes, carried = [], carried[:NOTE_LINES], carried[NOTE_LINES:]
        while body and len(lines) < PAGE_LINES and len(notes) < NOTE_LINES and not carried:
            lines.append(body.pop(0))
            for number in re.findall(r"\^(\d+)\^", lines[-1]):
                note = wrapped(f"^{number}^ {composed.notes[int(number) - 1]}", NOTE_WIDTH)
                room = 0 if carried else max(1, NOTE_LINES - len(notes))
                notes, carried = notes + note[:room], carried + note[room:]
        page = set_lines(lines, top=720, size=BODY)
        if notes:
            page += [RuleAt(72, 200, 244), *set_lines(notes, top=230, size=NOTE)]
        head = "HARVEST LAW REVIEW [Vol. 71:1" if len(pages) % 2 else "2023] THE LAW OF STRAITS"
        page += set_lines([head], x=200, top=770, size=NOTE)
        page += set_lines([str(len(pages) + 101)], x=300, top=30, size=NOTE)
        pages.append(page)
    return pages


@pytest.mark.parametrize("seed", range(20))
def test_what_was_composed_is_parsed(seed: int) -> None:
    composed = Composed(seed)
    document = read_pdf_document(a_set_pdf(*typeset(composed)), "0" * 64)
    parsed = parse_document(document)
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)
    assert [note.text for note in parsed.notes] == [
        f"{number} {note}" for number, note in enumerate(composed.notes, 1)
    ]
    found = [[one.url for one in note.citations if one.url] for note in parsed.notes]
    assert found == composed.urls
    labels = [marker.label for claim in parsed.claims for marker in claim.markers]
    assert labels == [str(number) for number in range(1, len(composed.notes) + 1)]
    body = document.text[: parsed.notes[0].start].split()
    assert body == " ".join(composed.paragraphs).replace("^", "").split()
