"""What counts as evidence for a claim and a source: persons' words, what was found, or why nothing.

In this order; what a method found stays below what a person said of it.
"""

from collections.abc import Iterator, Sequence

from provenance.store.database import Database, Row
from provenance.store.lookup import FoundClaim, read_evidence
from provenance.store.reviews import standing_reviews
from provenance.trace.records import TracedCapture, TracedEvidence, TracedReview

__all__ = ["first_evidence", "trace_evidence"]

_VERDICTS = {"confirmed": "supported", "chosen": "supported", "rejected": "not_found"}
# What nobody can look at, by the note's own words; everything else has an address.
_REACHABLE = "web"


def trace_evidence(
    db: Database, claim: FoundClaim, cited: Row, captures: Sequence[TracedCapture]
) -> tuple[TracedEvidence, ...]:
    """Return the evidence for a claim and one of its citations, what counts first.

    Nothing for commentary; otherwise at least a reason why there is none, as long as nobody has to
    look first.
    """
    source_id = cited["source_id"]
    if source_id is None:
        return ()
    said = tuple(_by_person(row, captures) for row in standing_reviews(db, claim.key, source_id))
    found = tuple(TracedEvidence(**row) for row in read_evidence(db, claim, source_id))
    return (*said, *found) or tuple(_without_copy(cited, captures))


def first_evidence(db: Database, claim: FoundClaim, source_id: str) -> TracedEvidence | None:
    """Return what counts for a claim and a source, None where nobody said or found anything."""
    for row in standing_reviews(db, claim.key, source_id):
        return _by_person(row, ())
    found = read_evidence(db, claim, source_id)
    return TracedEvidence(**found[0]) if found else None


def _by_person(row: Row, captures: Sequence[TracedCapture]) -> TracedEvidence:
    review = TracedReview(
        id=row["review_id"],
        at=row["at"],
        by=row["by"],
        decision=row["decision"],
        why=row["why"],
        claim_id=row["claim_id"],
        note="; ".join(_notes(row, captures)),
    )
    why = f": {review.why}" if review.why else ""
    note = f" ({review.note})" if review.note else ""
    has_words = bool(row["exact"])
    return TracedEvidence(
        verdict=_VERDICTS[review.decision],
        score=None,
        capture_id=row["capture_id"],
        exact=row["exact"] if has_words else None,
        prefix=row["prefix"] if has_words else None,
        suffix=row["suffix"] if has_words else None,
        start=row["start"] if has_words else None,
        end=row["end"] if has_words else None,
        method="person",
        reason=f"{review.decision} by {review.by} on {review.at[:10]}{why}{note}",
        attachment_id=row["attachment_id"],
        uri_m=row["uri_m"],
        review=review,
    )


def _notes(row: Row, captures: Sequence[TracedCapture]) -> Iterator[str]:
    if not row["is_own"]:
        yield "said of the same words in another version of the document"
    judged = next((each for each in captures if each.id == row["capture_id"]), None)
    if judged is None:
        return
    if judged.withdrawn is not None:
        yield f"the copy was withdrawn on {judged.withdrawn.at[:10]}"
    latest = max(captures, key=lambda each: (each.at, each.id))
    if latest.at > judged.at and _content(latest) != _content(judged):
        yield f"said of the capture of {judged.at[:10]}; a later one differs"
    if row["text_sha256"] and judged.text_sha256 not in {None, row["text_sha256"]}:
        yield "the page's text was read anew since: the places may not fit"


def _content(capture: TracedCapture) -> str:
    return capture.text_sha256 or capture.payload_sha256


def _without_copy(cited: Row, captures: Sequence[TracedCapture]) -> Iterator[TracedEvidence]:
    """Say why there is nothing to look in; nothing where a copy only waits to be looked into."""
    stones = [capture.withdrawn for capture in captures]
    if captures and not all(stones):
        return
    is_reachable = cited["kind"] == _REACHABLE and cited["state"] != "not_checkable"
    told = (cited["state"] or "").replace("_", " ")
    reason = cited["reason"] if cited["reason"] not in {None, "", "ok"} else told
    if stones and stones[-1] is not None:
        reason = f"withdrawn: {stones[-1].reason}"
    yield TracedEvidence(
        verdict="source_unavailable" if is_reachable else "not_checkable",
        score=None, capture_id=None, exact=None, prefix=None, suffix=None, start=None, end=None,
        method="state", reason=reason,
    )  # fmt: skip
