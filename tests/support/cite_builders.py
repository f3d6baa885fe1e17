"""Documents for tests of the parser: written out of their parts, read, and checked from outside.

The checks here are written a second time on purpose, from the contract and not
from the parser's own tables: a parser cannot vouch for itself.
"""

import importlib.util
import os
import re
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.model import Citation, Note, Parsed

# The suite's examples are the same in every run; `EXAMPLES=5000` goes hunting for new ones.
patient = settings(
    deadline=None,
    max_examples=int(os.environ.get("EXAMPLES", "80")),
    derandomize="EXAMPLES" not in os.environ,
)
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
# The shapes of markers: in brackets of some kind, raised, behind a caret, a symbol.
_SHOWN = re.compile(
    r"\[.+\]|[［【].+[］】]|\(.+\)|（.+）|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒,;–\s-]+|\^[\d,–-]+\^?|[*†‡§¶]+"
)
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,")
# What may stand between the citations of a note without being one.
_CONNECTING = frozenset(
    """a an and or see also cf e g i e eg ie at in for the on to of by from as with via that both
    including compare available accessed access retrieved visited last here there quoted cited
    p pp ibid graphic note notes source sources more nbsp""".split()
)


def parse_text(text: str, name: str = "update.txt") -> Parsed:
    """Parse a plain-text document."""
    return parse_document(read_document(text.encode("utf-8", "surrogatepass"), name))


def parse_page(html: str) -> Parsed:
    """Parse an HTML document."""
    return parse_document(read_document(html.encode("utf-8"), "update.html"))


def update_with_notes(*notes: str, heading: str = "References") -> str:
    """Return an update whose body marks each of the notes once, in order, one sentence a note."""
    body = " ".join(f"Statement number {n} stands here.[{n}]" for n in range(1, len(notes) + 1))
    entries = "\n\n".join(f"[{n}] {note}" for n, note in enumerate(notes, 1))
    return f"A Short Update\n\nBy Ada Writer\n\n{body}\n\n{heading}\n\n{entries}\n"


def citations_of_note(note: str) -> tuple[Citation, ...]:
    """Return what the parser finds in one note of an otherwise plain update."""
    parsed = parse_text(update_with_notes(note))
    assert [found.label for found in parsed.notes] == ["1"]
    return parsed.notes[0].citations


def urls_of_note(note: str) -> list[str | None]:
    """Return the URLs of one note, None for what has none."""
    return [citation.url for citation in citations_of_note(note)]


def uncovered_words(note: Note, text: str) -> list[str]:
    """Words of a note that no citation covers and that do not merely connect."""
    left = list(text[note.start : note.end])
    for citation in note.citations:
        for offset in range(max(citation.start, note.start), min(citation.end, note.end)):
            left[offset - note.start] = "\n"
    rest = _ZERO_WIDTH.sub("", "".join(left)).replace("%20", " ")
    rest = rest.translate(_LOWERED)
    rest = re.sub(rf"^\s*[\[(［【^]*{re.escape(note.label)}[\])］】.:^]*", "", rest)
    return [
        word
        for word in re.findall(r"[^\W_]+", rest)
        if word.lower() not in _CONNECTING and not re.fullmatch("[a-z]", word, re.IGNORECASE)
    ]


def assert_offsets_are_true(parsed: Parsed) -> None:
    """Assert what the contract promises of spans: they say what they cover, and share nothing."""
    text = parsed.document.text
    for claim in parsed.claims:
        assert claim.text == text[claim.start : claim.end]
        assert claim.end <= claim.markers[0].start
        for marker in claim.markers:
            shown = text[marker.start : marker.end]
            assert _SHOWN.fullmatch(shown) or parsed.document.marks, shown
            printed = shown.translate(_LOWERED)
            assert marker.label in printed or re.search("[–-]", printed), shown
    for note in parsed.notes:
        assert note.text == text[note.start : note.end]
        assert [citation.index for citation in note.citations] == list(range(len(note.citations)))
        for citation in note.citations:
            assert citation.raw == text[citation.start : citation.end]
            assert note.start <= citation.start <= citation.end <= note.end
        visible = [citation for citation in note.citations if not citation.hidden]
        for left, right in pairwise(visible):
            assert left.end <= right.start, (left, right)
    for before, after in pairwise(parsed.notes):
        assert before.end <= after.start


def assert_nothing_lost(parsed: Parsed) -> None:
    """Assert that every word of every note stands in a citation or merely connects."""
    for note in parsed.notes:
        assert uncovered_words(note, parsed.document.text) == [], note.text


def corpus_folder() -> Path:
    """Return the folder of real documents, or skip the test where there is none."""
    named = os.environ.get("PROVENANCE_CORPUS")
    if not named:
        pytest.skip("PROVENANCE_CORPUS is not set: the real documents are not part of the project")
    return Path(named)


def load_benchmark(name: str) -> ModuleType:
    """Import a script of benchmarks/ as a module."""
    path = Path(__file__).parents[2] / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
