"""Golden cases: tests/cases/cite/*.md, each a short document and what the parser makes of it.

A case holds a block with the document (```text or ```html; `\\u00a0` stands for that
character) and a block ```parsed with the outcome in readable lines. To write the
outcomes anew: `GOLDEN=rewrite python -m pytest tests/cite/test_golden_cases.py`
(`make golden`), then read the difference line by line.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.sources import identify_sources
from provenance.model import Citation, Claim, Metadata, Note, Parsed
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true

CASES = sorted((Path(__file__).parents[1] / "cases" / "cite").glob("*.md"))
_SAID_OF_A_CITATION = (
    "publisher title date pages accessed isbn access_url archive_of archive_url".split()
)
LEAST_CASES = 40
# `~~~~` around a document that has ``` itself
_DOCUMENT = re.compile(
    r"^(?P<fence>```|~~~~)(?P<format>text|html|markdown|wikitext|rst)\n(?P<text>.*?)\n(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_OUTCOME = re.compile(r"^```parsed\n(.*?)```$", re.MULTILINE | re.DOTALL)
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_UNSEEN = re.compile("[\u0000-\u0008\u000d\u00a0\u00ad\u200b-\u200f\u2028\u2029\u2060\ufeff]")


def read_case(case: str) -> Parsed:
    block = _DOCUMENT.search(case)
    assert block is not None, "no block of a format that is read"
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), block["text"])
    return parse_document(read_document(text.encode("utf-8"), f"case.{block['format']}"))


def visible(text: str) -> str:
    """Say on one line what a reader could not see or tell apart."""
    shown = _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return shown.replace("\n", "⏎")


def outcome_of(parsed: Parsed) -> Iterator[str]:
    yield from lines_of_metadata(parsed.document.metadata)
    names = {note.id: name_of_note(note) for note in parsed.notes}
    for claim in parsed.claims:
        yield line_of_claim(claim, names)
    for note in parsed.notes:
        yield f"note {names[note.id]}" + ("" if note.citations else " names nothing")
        for citation in note.citations:
            yield from lines_of_citation(citation)
    for finding in parsed.findings:
        yield f"finding {finding.rule} {finding.message}"
    yield from lines_of_shared_sources(parsed)


def lines_of_metadata(metadata: Metadata) -> Iterator[str]:
    for name in ("title", "authors", "published", "data_cutoff", "origin_url", "language"):
        value = getattr(metadata, name)
        if value and value != "en":
            yield f"{name}: {visible(', '.join(value) if name == 'authors' else value)}"


def name_of_note(note: Note) -> str:
    return f"[{note.label}]" if note.list == "references" else f"[{note.label} of {note.list}]"


def line_of_claim(claim: Claim, names: dict[str, str]) -> str:
    markers = "".join(
        names[marker.note_id] if marker.note_id else f"[{marker.label} without note]"
        for marker in claim.markers
    )
    section = f"{' › '.join(claim.section)}: " if claim.section else ""
    return f"claim {markers} {section}{visible(claim.text)}"


def lines_of_citation(citation: Citation) -> Iterator[str]:
    words = [word for word in ("truncated", "hidden") if getattr(citation, word)]
    yield "  " + " ".join([citation.kind, *words, visible(citation.url or citation.raw)])
    if citation.url and citation.raw != citation.url:
        yield f"    written as {visible(citation.raw)}"
    if citation.canonical_url not in {None, citation.url}:
        yield f"    is {citation.canonical_url}"
    for repair in citation.repairs:
        yield f"    {repair.kind}: {visible(repair.before)!r} -> {visible(repair.after)!r}"
    for name in _SAID_OF_A_CITATION:
        if value := getattr(citation, name):
            yield f"    {name}: {visible(value)}"
    if citation.authors:
        yield f"    authors: {' | '.join(citation.authors)}"
    if citation.access not in {"open", "none"}:
        yield f"    access: {citation.access}"
    if citation.antecedent:
        yield f"    stands for [{citation.antecedent.label}] {citation.antecedent.index} by {citation.antecedent.reason}"


def lines_of_shared_sources(parsed: Parsed) -> Iterator[str]:
    labels = {note.id: note.label for note in parsed.notes}
    cited: dict[str, list[str]] = {}
    for (note_id, index), source_id in identify_sources(parsed).source_ids.items():
        cited.setdefault(source_id, []).append(f"[{labels[note_id]}] {index}")
    for places in cited.values():
        if len(places) > 1:
            yield f"one source: {', '.join(places)}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_is_parsed_as_it_says(path: Path) -> None:
    case = path.read_text("utf-8")
    parsed = read_case(case)
    outcome = "".join(f"{line}\n" for line in outcome_of(parsed))
    said = _OUTCOME.search(case)
    assert said is not None, "no ```parsed block"
    if os.environ.get("GOLDEN") == "rewrite":
        path.write_text(f"{case[: said.start(1)]}{outcome}{case[said.end(1) :]}", "utf-8")
        return
    assert outcome.splitlines() == said[1].splitlines()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_keeps_the_promises_about_spans(path: Path) -> None:
    parsed = read_case(path.read_text("utf-8"))
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)


def test_there_are_cases_enough_to_mean_something() -> None:
    assert len(CASES) >= LEAST_CASES
