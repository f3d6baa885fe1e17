"""Prose notes whose truth was written by hand: tests/cases/prose/*.txt, and how a parse compares.

A file holds documents, each under a `# heading`. A line that begins at the margin is a
note; the lines indented below it are its citations, in order: the kind (several with commas
between, where more than one is right), then fields parted by " | ":

    t title   a authors, " & " between   p publisher   d date   g pages
    u url   x accessed   @ antecedent (`3.1`: note 3, second citation)

A field that is not named must be empty. ` || ` parts right answers (an empty one: it may be
missing), `?` is not compared.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from provenance.model import Citation, Parsed
from support.cite_builders import parse_text, update_with_notes

PROSE = Path(__file__).parents[1] / "cases" / "prose"
FIELDS = {
    "t": "title", "a": "authors", "p": "publisher", "d": "date", "g": "pages",
    "u": "url", "x": "accessed", "@": "antecedent",
}  # fmt: skip


class TrueCitation(NamedTuple):
    kinds: frozenset[str]
    fields: dict[str, str]


class TrueNote(NamedTuple):
    text: str
    citations: list[TrueCitation]


class Miss(NamedTuple):
    """One field that is not as it should be: `said` is what the parser gives, "" for nothing."""

    note: str
    field: str
    said: str
    truth: str


def read_truth(path: Path) -> dict[str, list[TrueNote]]:
    """Return the documents of a file, by their headings."""
    documents: dict[str, list[TrueNote]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            notes = documents.setdefault(line[2:], [])
        elif line.startswith("  "):
            kinds, _, fields = line.strip().partition(" ")
            said = dict(part.split("=", 1) for part in fields.split(" | ") if "=" in part)
            notes[-1].citations.append(TrueCitation(frozenset(kinds.split(",")), said))
        elif line:
            notes.append(TrueNote(line, []))
    return documents


def parse_notes(notes: list[TrueNote]) -> Parsed:
    return parse_text(update_with_notes(*(note.text for note in notes)))


def find_misses(notes: list[TrueNote], seen: Counter[str] | None = None) -> Iterator[Miss]:
    """Yield what the parser says otherwise; `seen` counts the fields that were compared."""
    seen = Counter() if seen is None else seen
    for note, read in zip(notes, parse_notes(notes).notes, strict=True):
        said = [one for one in read.citations if one.kind != "unknown"]
        seen["citations"] += 1
        if len(said) != len(note.citations):
            shown = " + ".join(f"{one.kind} «{one.raw}»" for one in said)
            yield Miss(note.text, "citations", shown, str(len(note.citations)))
            continue
        for truth, citation in zip(note.citations, said, strict=True):
            yield from _compare(note.text, truth, citation, seen)


def _compare(note: str, truth: TrueCitation, said: Citation, seen: Counter[str]) -> Iterator[Miss]:
    seen["kind"] += 1
    if said.kind not in truth.kinds:
        yield Miss(note, "kind", said.kind, ",".join(truth.kinds))
    for key, field in FIELDS.items():
        expected = truth.fields.get(key, "")
        if expected.strip() == "?":
            continue
        value = _shown(said, field)
        right = [one.strip() for one in expected.split("||")]
        seen[field] += bool(value or any(right))
        if value not in right:
            yield Miss(note, field, value, expected)


def _shown(citation: Citation, field: str) -> str:
    value = getattr(citation, field)
    if field == "authors":
        return " & ".join(value)
    if field == "antecedent":
        return f"{value.label}.{value.index}" if value else ""
    return value or ""
