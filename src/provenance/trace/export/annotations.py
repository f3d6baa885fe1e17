"""W3C Web Annotations (JSON-LD): a claim in its document, tied to the passage in a capture. PURE.

Offsets count Unicode code points, as the Web Annotation Data Model has it (section 4.2.4); programs
that count UTF-16 units (Hypothesis) find a passage by its quote.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from provenance.formats.ids import make_id
from provenance.trace.export.records import Places
from provenance.trace.records import TracedCapture, TracedCitation, TracedClaim, TracedEvidence

__all__ = ["write_annotations"]

_CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def write_annotations(
    claims: Iterable[TracedClaim], places: Places, collection_id: str, label: str
) -> Iterator[str]:
    """Yield an annotation collection of one page: an annotation for each claim and passage.

    The body is the claim, the target the passage in the copy's text; `state` says of when the copy
    is. What has no passage has no annotation, and a passage that a person rejected has none either.
    """
    head = {"@context": _CONTEXT, "id": collection_id, "type": "AnnotationCollection", "label": label}  # fmt: skip
    yield msgspec.json.encode(head).decode()[:-1]
    page = {"id": f"{collection_id}#page", "type": "AnnotationPage", "startIndex": 0}
    yield f',"first":{msgspec.json.encode(page).decode()[:-1]},"items":[\n'
    count = 0
    for claim in claims:
        for annotation in _annotations(claim, places):
            yield (",\n" if count else "") + msgspec.json.encode(annotation).decode()
            count += 1
    yield f'\n]}},"total":{count}}}\n'


def _annotations(claim: TracedClaim, places: Places) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for citation in claim.citations:
        rejected = {_copy_of(each) for each in citation.evidence if _is_rejected(each)}
        for evidence in citation.evidence:
            if not evidence.exact or rejected & {_copy_of(evidence), ""}:
                continue
            made = _annotation(claim, citation, evidence, places)
            if made["id"] not in seen:  # a claim may cite a source in two notes
                seen.add(made["id"])
                yield made


def _is_rejected(evidence: TracedEvidence) -> bool:
    return evidence.review is not None and evidence.review.decision == "rejected"


def _copy_of(evidence: TracedEvidence) -> str:
    return evidence.capture_id or evidence.attachment_id or evidence.uri_m or ""


def _annotation(
    claim: TracedClaim, citation: TracedCitation, evidence: TracedEvidence, places: Places
) -> dict[str, Any]:
    parts = (claim.id, claim.document.id, _copy_of(evidence), evidence.start or 0, evidence.end or 0, evidence.method)  # fmt: skip
    made: dict[str, Any] = {
        "@context": _CONTEXT,
        "id": f"urn:provenance:{make_id('annotation', *parts)}",
        "type": "Annotation",
        "motivation": "linking",
        **_maker(evidence),
        "body": {
            "type": "SpecificResource",
            "purpose": "linking",
            "source": places.of("documents", claim.document.id),
            "selector": _selectors(claim.text, claim.start, claim.end),
        },
        "target": _target(citation, evidence, places),
    }
    return made


def _maker(evidence: TracedEvidence) -> dict[str, Any]:
    if evidence.review is not None:
        return {
            "created": evidence.review.at,
            "creator": {"type": "Person", "name": evidence.review.by},
        }
    return {"generator": {"type": "Software", "name": f"provenance, {evidence.method}"}}


def _target(citation: TracedCitation, evidence: TracedEvidence, places: Places) -> dict[str, Any]:
    target: dict[str, Any] = {
        "type": "SpecificResource",
        "source": _source(evidence, places),
        "selector": _selectors(
            evidence.exact or "",
            evidence.start,
            evidence.end,
            evidence.prefix,
            evidence.suffix,
        ),
    }
    capture = _capture(citation, evidence)
    if capture is not None:
        target["state"] = {
            "type": "TimeState",
            "sourceDate": capture.at,
            "cached": places.of("captures", capture.id),
        }
    if citation.url:
        target["scope"] = citation.url
    return target


def _source(evidence: TracedEvidence, places: Places) -> str:
    """The text that the offsets are into."""
    if evidence.capture_id:
        of_capture = places.of("captures", evidence.capture_id)
        return f"{of_capture}/text" if places.base else of_capture
    if evidence.attachment_id:
        return places.of("attachments", evidence.attachment_id)
    return evidence.uri_m or ""


def _capture(citation: TracedCitation, evidence: TracedEvidence) -> TracedCapture | None:
    return next((each for each in citation.captures if each.id == evidence.capture_id), None)


def _selectors(
    exact: str,
    start: int | None,
    end: int | None,
    prefix: str | None = None,
    suffix: str | None = None,
) -> list[dict[str, Any]]:
    """Return both selectors of the same words; the second only where the place is known."""
    quote = {"type": "TextQuoteSelector", "exact": exact}
    quote |= {name: text for name, text in (("prefix", prefix), ("suffix", suffix)) if text}
    if start is None or end is None:
        return [quote]
    return [quote, {"type": "TextPositionSelector", "start": start, "end": end}]
