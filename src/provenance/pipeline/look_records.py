"""What a look is written down as: its check, its capture, its line in the run's report."""

from msgspec.structs import replace

from provenance.formats.ids import make_id, sha256_hex
from provenance.keep.archive import StoredExchange
from provenance.model import Capture, Check, Exchange, Outcome, Source, Verdict, Visit
from provenance.pipeline.report import ResultKind

__all__ = ["capture_of", "check_of", "result_of", "without_a_trace"]


def result_of(outcome: Outcome, capture: Capture | None, before: str | None) -> ResultKind:
    """Return how a run counts a look; `before` is the payload of the source's latest capture."""
    if outcome == "not_checkable":
        return "not_checkable"
    if capture is None:
        return "failed"
    return "unchanged" if capture.payload_sha256 == before else "archived"


def capture_of(source: Source, visit: Visit, stored: StoredExchange) -> Capture:
    """Return the capture that a look made, where its last answer was stored so."""
    last = visit.hops[-1]
    return Capture(
        id=make_id("capture", source.id, last.at.isoformat(), stored.payload_sha256),
        source_id=source.id,
        at=last.at,
        url=visit.url,
        final_url=visit.final_url,
        status=last.status,
        media_type=_media_type_of(last),
        warc_file=stored.place.file,
        warc_offset=stored.place.offset,
        warc_length=stored.place.length,
        payload_sha256=stored.payload_sha256,
        payload_bytes=stored.payload_bytes,
        truncated=stored.truncated,
    )


def _media_type_of(exchange: Exchange) -> str:
    declared = (exchange.header("content-type") or "").partition(";")[0].strip().lower()
    return declared or "application/octet-stream"


def check_of(
    source: Source,
    visit: Visit,
    verdict: Verdict,
    capture: Capture | None,
    facts: dict[str, object],
) -> Check:
    """Return the check that a look is recorded as; `facts` are what later rules judge it by."""
    last = visit.last
    return Check(
        id=make_id("check", source.id, visit.at.isoformat()),
        source_id=source.id,
        at=visit.at,
        url=visit.url,
        outcome=verdict.outcome,
        rule=verdict.rule,
        rule_version=verdict.rule_version,
        reason=verdict.reason,
        http_status=last.status if last else None,
        final_url=visit.final_url if last else None,
        elapsed_ms=visit.elapsed_ms,
        vantage=visit.vantage,
        capture_id=capture.id if capture else None,
        facts=facts,
    )


def without_a_trace(check: Check, visit: Visit, why: str) -> Check:
    """Return the check of a look whose answer is not archived, since it was withdrawn once."""
    if check.outcome != "ok" or visit.last is None:
        return check
    facts = {name: value for name, value in check.facts.items() if name != "page"}
    facts["withdrawn"] = sha256_hex(visit.last.body)
    return replace(check, reason=f"withdrawn: {why}", facts=facts)
