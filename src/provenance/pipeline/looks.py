"""Looking at sources: visits in, records and journal lines and rows out, in small batches.

What comes back is judged before it counts as a capture: a challenge, a login page
or an error page is archived as what was seen, but it is no copy of the source.
"""

import contextlib
import time
from collections.abc import AsyncGenerator, Sequence

from msgspec.structs import replace

from provenance.fetch.classify import is_page, observe
from provenance.fetch.fetcher import Fetcher
from provenance.formats.ids import make_id, sha256_hex
from provenance.keep.archive import Archive, StoredExchange
from provenance.keep.records import EarlierPayload
from provenance.model import (
    Capture,
    Check,
    CheckLine,
    Exchange,
    Failure,
    Outcome,
    Source,
    Verdict,
    Visit,
    WarcPlace,
)
from provenance.pipeline.progress import Progress
from provenance.pipeline.report import ResultKind, SourceResult
from provenance.pipeline.withheld import Withheld
from provenance.pipeline.workplace import Workplace
from provenance.store.looks import last_payload_of_source, sources_last_seen_offline
from provenance.store.read import find_payload
from provenance.store.write import Store

__all__ = ["Looking"]

# A batch is committed when it is full or this old: what a crash may cost is a second look.
_COMMIT_AFTER_S = 2.0
_HEADERS_OF_INTEREST = frozenset(
    """content-type content-length content-encoding last-modified etag date server location
    retry-after cf-mitigated x-robots-tag link content-language""".split()
)
_CUT = Failure("cut", "the note shows only the beginning of the URL")


class Looking:
    """The looks of one run; `results` says how each source stands after its look."""

    def __init__(
        self, store: Store, archive: Archive, workplace: Workplace, fetcher: Fetcher | None
    ) -> None:
        self._store = store
        self._archive = archive
        self._workplace = workplace
        self._fetcher = fetcher
        self._pending: list[CheckLine] = []
        self._last_commit_s = time.monotonic()
        self._seen_offline = sources_last_seen_offline(store.db)
        self._holders: dict[str, str] = {}
        self._withheld = Withheld(store.db)
        self.results: dict[str, SourceResult] = {}

    async def look_at(self, sources: Sequence[Source], progress: Progress) -> None:
        """Look at every source once; without a fetcher the vantage is offline.

        A second offline look in a row says nothing that the first did not, so it is not
        recorded.
        """
        with progress("Looking at sources", len(sources)) as stage:
            async with contextlib.aclosing(self._visits(sources)) as visits:
                async for source, visit in visits:
                    stage.advance(source.host or "")
                    self._take(source, visit)
        self._commit()

    async def _visits(self, sources: Sequence[Source]) -> AsyncGenerator[tuple[Source, Visit]]:
        offline = self._fetcher is None or (
            any(source.truncated for source in sources)
            and await self._fetcher.vantage() == "offline"
        )
        whole: dict[str, Source] = {}
        for source in sources:
            if self._fetcher is None or source.truncated or source.url is None:
                yield source, self._visit_without_fetch(source, offline=offline)
            else:
                whole[source.url] = source
        if self._fetcher is not None:
            async with contextlib.aclosing(self._fetcher.visits(whole)) as visits:
                async for visit in visits:
                    yield whole[visit.url], visit

    def _visit_without_fetch(self, source: Source, *, offline: bool) -> Visit:
        """A cut address is never fetched; whether it can be completed is only known online."""
        at, url = self._workplace.clock(), source.url or ""
        if offline:
            return Visit(url, at, failure=Failure("offline"), vantage="offline")
        return Visit(url, at, failure=_CUT)

    def _take(self, source: Source, visit: Visit) -> None:
        verdict, _ = observe(visit)
        if visit.vantage == "offline" and source.id in self._seen_offline:
            self._note(source, verdict, "failed")
            return
        before = last_payload_of_source(self._store.db, source.id)
        why_withheld = self._withheld.reason(source.id, visit)
        if why_withheld is not None:
            check = _without_a_trace(_check_of(source, visit, verdict, None), visit, why_withheld)
            self._pending.append(CheckLine(check, None, {}))
            is_same = is_page(verdict)
            self._note(
                source, verdict, "unchanged" if is_same else _result_of(verdict.outcome, None, None)
            )
        else:
            stored = self._archive.add_visit(visit, self._find_payload, is_capture=is_page(verdict))
            capture = self._capture(source, visit, stored[-1]) if is_page(verdict) else None
            self._pending.append(CheckLine(_check_of(source, visit, verdict, capture), capture, {}))
            self._note(source, verdict, _result_of(verdict.outcome, capture, before))
        is_old = time.monotonic() - self._last_commit_s > _COMMIT_AFTER_S
        if is_old or len(self._pending) >= self._workplace.settings.archive.batch:
            self._commit()

    def _note(self, source: Source, verdict: Verdict, result: ResultKind) -> None:
        self.results[source.id] = SourceResult(
            source.id, result, verdict.outcome, verdict.reason, source.url
        )

    def _capture(self, source: Source, visit: Visit, stored: StoredExchange) -> Capture:
        """The capture; where its body is another capture's already, that one is named."""
        digest = stored.payload_sha256
        capture = _capture_of(source, visit, stored)
        if not stored.revisit:
            self._holders[digest] = capture.id
            return capture
        known = find_payload(self._store.db, digest)
        holder = self._holders.get(digest) or (known.id if known else None)
        return replace(capture, revisit_of=holder)

    def _find_payload(self, payload_sha256: str) -> EarlierPayload | None:
        capture = find_payload(self._store.db, payload_sha256)
        if capture is None:
            return None
        place = WarcPlace(capture.warc_file, capture.warc_offset, capture.warc_length)
        record_id = self._archive.read(place).record_id
        return EarlierPayload(capture.final_url, capture.at, record_id)

    def _commit(self) -> None:
        lines = self._archive.commit(self._pending)
        self._store.apply_checks(
            (line, position) for line, position in lines if isinstance(line, CheckLine)
        )
        self._pending = []
        self._last_commit_s = time.monotonic()


def _result_of(outcome: Outcome, capture: Capture | None, before: str | None) -> ResultKind:
    if outcome == "not_checkable":
        return "not_checkable"
    if capture is None:
        return "failed"
    return "unchanged" if capture.payload_sha256 == before else "archived"


def _capture_of(source: Source, visit: Visit, stored: StoredExchange) -> Capture:
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


def _check_of(source: Source, visit: Visit, verdict: Verdict, capture: Capture | None) -> Check:
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
        facts=_facts_of(visit),
    )


def _without_a_trace(check: Check, visit: Visit, why: str) -> Check:
    """Return the check of a look whose answer is not archived, since it was withdrawn once."""
    if check.outcome != "ok" or visit.last is None:
        return check
    facts = {**check.facts, "withdrawn": sha256_hex(visit.last.body)}
    return replace(check, reason=f"withdrawn: {why}", facts=facts)


def _facts_of(visit: Visit) -> dict[str, object]:
    """What a later version of the rules needs to judge this look again."""
    facts: dict[str, object] = {}
    if visit.failure is not None:
        facts["failure"] = {"kind": visit.failure.kind, "detail": visit.failure.detail}
    if visit.last is not None:
        facts["hops"] = [{"url": hop.url, "status": hop.status, "ip": hop.ip} for hop in visit.hops]
        facts["headers"] = [
            [name, value]
            for name, value in visit.last.headers
            if name.lower() in _HEADERS_OF_INTEREST
        ]
        facts["body_bytes"] = len(visit.last.body)
        facts["truncated"] = visit.last.truncated
    return facts
