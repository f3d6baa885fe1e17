"""Truth found by reading documents with one's own eyes: tests/cases/audit/*.json.

Each file holds one entry, or a list of them: {"file": a path inside the corpus, "notes":
{label: …}, "claims": {label: …}}, and "list_length" where it is known how many notes one list has.
The documents are other people's, so that no prose is kept. Of a note: "urls" in order, "kinds" of
which one has to occur, and, if wanted, "text", the digest of its words with or without the label.
Of a claim: its first three words ("starts"), how many it has ("words") and the digest of them all
("text"). What is known to be missed says why in "known_miss", and has to be missed still.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provenance.cite.parse import parse_document
from provenance.model import Claim, Note, Parsed
from provenance.pipeline.reading import DocumentReader
from provenance.settings import ExtractSettings
from support.cite_builders import corpus_folder

AUDITS = sorted((Path(__file__).parents[1] / "cases" / "audit").glob("*.json"))


def entries() -> list[dict[str, Any]]:
    found = []
    for path in AUDITS:
        said = json.loads(path.read_text("utf-8"))
        found += said if isinstance(said, list) else [said]
    return found


def digest(words: str) -> str:
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()[:16]


def words_of(note: Note) -> str:
    """A note's words behind its printed label."""
    label = re.escape(note.label)
    return re.sub(rf"^\W*{label}[)\].:/]*|^\s*\[\^?{label}\]:?", "", note.text, count=1)


def is_note_as_said(note: Note | None, said: dict[str, Any]) -> bool:
    if note is None or [one.url for one in note.citations if one.url] != said["urls"]:
        return False
    kinds = {one.kind for one in note.citations}
    text = said.get("text", said.get("text_sha256"))
    is_kind = not said.get("kinds") or bool(kinds & set(said["kinds"]))
    return is_kind and (text is None or text in {digest(note.text), digest(words_of(note))})


def is_claim_as_said(claim: Claim | None, said: dict[str, Any]) -> bool:
    if claim is None:
        return False
    words = claim.text.split()
    begins = said.get("starts", said.get("begins"))
    text = said.get("text", said.get("text_sha256"))
    return (" ".join(words[:3]), len(words), digest(claim.text)) == (begins, said["words"], text)


def wrong_entries(parsed: Parsed, entry: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """What is not as said, by name; where labels come twice, the list of the length told or the first counts."""
    lists: dict[str, list[Note]] = {}
    for note in parsed.notes:
        lists.setdefault(note.list, []).append(note)
    length = entry.get("list_length")
    if length and length not in map(len, lists.values()):
        yield "list_length", [len(one) for one in lists.values()]
    in_order = sorted(lists.values(), key=lambda one: len(one) != length)
    notes = {note.label: note for one in reversed(in_order) for note in reversed(one)}
    claims = {marker.label: claim for claim in reversed(parsed.claims) for marker in claim.markers}
    for label, said in entry.get("notes", {}).items():
        found = notes.get(label)
        if is_note_as_said(found, said) == ("known_miss" in said):
            seen = found and [(one.kind, one.url) for one in found.citations]
            yield f"note {label}", said.get("known_miss") or seen
    for label, said in entry.get("claims", {}).items():
        claim = claims.get(label)
        if is_claim_as_said(claim, said) == ("known_miss" in said):
            yield f"claim {label}", said.get("known_miss") or (claim and claim.text)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: str(entry["file"]))
def test_what_was_read_by_eye_is_what_is_parsed(entry: dict[str, Any]) -> None:
    path = corpus_folder() / "corpus" / entry["file"]
    with DocumentReader(ExtractSettings()) as reader:
        parsed = parse_document(reader.read(path.read_bytes(), path.name))
    assert dict(wrong_entries(parsed, entry)) == {}


def test_audits_keep_no_prose_of_others() -> None:
    for entry in entries():
        for said in entry.get("claims", {}).values():
            assert len(said.get("starts", said.get("begins")).split()) <= 3
        for said in (*entry.get("notes", {}).values(), *entry.get("claims", {}).values()):
            assert set(said) <= {"urls", "kinds", "known_miss", "list", "starts", "begins", "words", "text", "text_sha256"}  # fmt: skip
            assert re.fullmatch(
                r"[0-9a-f]{16}", said.get("text", said.get("text_sha256", "0" * 16))
            )
