"""The JSON of `provenance parse`: a `Parsed` said in the words of the contract."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from provenance.cite.places import PlaceFinder
from provenance.model import Antecedent, Claim, Finding, Marker, Note, Parsed

__all__ = ["PARSE_SCHEMA", "parse_to_json"]

PARSE_SCHEMA = "provenance.parse/1"


def parse_to_json(parsed: Parsed) -> dict[str, object]:
    """Return the object that `parse --json` prints; every span carries its `place`."""
    places = PlaceFinder(parsed.document)
    times = Counter(note.label for note in parsed.notes)
    document = parsed.document
    return {
        "schema": PARSE_SCHEMA,
        "document": {
            **_plain(document.metadata),
            "format": document.format,
            "sha256": document.sha256,
        },
        "text": document.text,
        "claims": [_claim(claim, places) for claim in parsed.claims],
        "notes": [_note(note, places, times) for note in parsed.notes],
        "findings": [_placed(finding, places) for finding in parsed.findings],
    }


def _plain(record: msgspec.Struct) -> dict[str, object]:
    built: dict[str, object] = msgspec.to_builtins(record)
    return built


def _placed(record: Finding | Marker, places: PlaceFinder) -> dict[str, object]:
    return {**_plain(record), "place": _place(record.start, places)}


def _place(offset: int, places: PlaceFinder) -> Mapping[str, object]:
    return _plain(places.find(offset))


def _claim(claim: Claim, places: PlaceFinder) -> dict[str, object]:
    return {
        **_plain(claim),
        "place": _place(claim.start, places),
        "markers": [_placed(marker, places) for marker in claim.markers],
    }


def _note(note: Note, places: PlaceFinder, times: Mapping[str, int]) -> dict[str, object]:
    citations = [
        {
            **_plain(citation),
            "antecedent": _antecedent(citation.antecedent, times),
            "place": _place(citation.start, places),
        }
        for citation in note.citations
    ]
    return {**_plain(note), "place": _place(note.start, places), "citations": citations}


def _antecedent(
    antecedent: Antecedent | None, times: Mapping[str, int]
) -> dict[str, object] | None:
    """Label and index, as the contract has it; the note's id too where the label alone is not enough."""
    if antecedent is None:
        return None
    said = _plain(antecedent)
    if times[antecedent.label] == 1:
        del said["note_id"]
    return said
