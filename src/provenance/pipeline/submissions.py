"""Asking another archive to keep pages, within its limits: a queue that outlives the run.

What is to be sent is every live source that was not sent lately; what was sent is in the
journal. The line `asked` is on disk before the request goes out: a run that is killed, or
an answer that is lost, costs a day's wait and never a second request within the day.
"""

import asyncio
import os
import re
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from pathlib import Path

from provenance.errors import SettingsError
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.policy import is_transient
from provenance.formats.body import decode_body
from provenance.formats.url import host_of
from provenance.keep.archive import Archive
from provenance.keep.memento_save import SaveAnswer, read_save_answer, save_form, status_url
from provenance.model import Failure, Submission, SubmissionLine, SubmissionOutcome, Visit
from provenance.pipeline.progress import Progress, Stage
from provenance.pipeline.report import SubmitReport
from provenance.pipeline.workplace import Workplace
from provenance.settings import SubmitSettings
from provenance.store.mementos import SubmittedPage, pages_to_submit, submissions_of
from provenance.store.write import Store

__all__ = ["read_key", "submit_pages"]

KEY_VARIABLE = "PROVENANCE_SAVE_KEY"
_KEY = re.compile(r"[!-9;-~]+:[!-~]+")
_DAY = timedelta(days=1)
_MAX_RATIO = 100
_FINAL: dict[str, SubmissionOutcome] = {
    "done": "done",
    "refused": "refused",
    "later": "unavailable",
    "busy": "unavailable",
}


def read_key(settings: SubmitSettings) -> str | None:
    """Return the key for the service, from the environment or its file; None where there is none.

    Raises:
        SettingsError: it cannot be read, is no key, or would be sent unencrypted; the
            message never holds the key.
    """
    key = os.environ.get(KEY_VARIABLE, "").strip()
    where = f"${KEY_VARIABLE}"
    if not key and settings.key_file:
        where = f"submit.key_file: {settings.key_file}"
        try:
            key = Path(settings.key_file).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{where} cannot be read") from error
    if not key:
        return None
    if _KEY.fullmatch(key) is None:
        raise SettingsError(f"{where} is no key", hint="it has the form access:secret, on one line")
    if not settings.save_url.lower().startswith("https:"):
        raise SettingsError(
            f"submit.save_url: the key is not sent to {settings.save_url}", hint="name an https URL"
        )
    return key


async def submit_pages(
    store: Store,
    archive: Archive,
    workplace: Workplace,
    *,
    open_fetcher: Callable[[], Awaitable[Fetcher]] | None,
    progress: Progress,
    source_ids: Collection[str] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> SubmitReport:
    """Ask the service of the settings to keep what is live; say how far that got.

    Nothing is sent without `open_fetcher`, or where the settings name no service. Nothing
    that the service does raises.

    Raises:
        SettingsError: the key cannot be used.
    """
    settings = workplace.settings.submit
    if not settings.save_url or open_fetcher is None:
        return SubmitReport()
    key = read_key(settings)
    submitting = _Submitting(store, archive, workplace, key, sleep)
    submitting.find_work(source_ids)
    if submitting.has_work:
        submitting.fetcher = await open_fetcher()
        with progress("Asking an archive to keep pages", submitting.size) as stage:
            await submitting.run(stage)
    return submitting.report()


class _Submitting:
    """One run through the queue."""

    fetcher: Fetcher

    def __init__(
        self,
        store: Store,
        archive: Archive,
        workplace: Workplace,
        key: str | None,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self._archive = archive
        self._clock = workplace.clock
        self._settings = workplace.settings.submit
        self._replay_url = workplace.settings.mementos.replay_url
        self._service = host_of(self._settings.save_url) or ""
        self._headers = {"Accept": "application/json"}
        if key is not None:
            self._headers["Authorization"] = f"LOW {key}"
        self._sleep = sleep
        self._queue: deque[tuple[str, str]] = deque()
        self._open: dict[str, SubmittedPage] = {}
        self._left_today = 0
        self._next_at = self._clock()
        self._counts = dict.fromkeys(("asked", "done", "refused", "unavailable"), 0)
        self._silent = ""

    def find_work(self, source_ids: Collection[str] | None) -> None:
        """Read the queue from what is live and what was sent."""
        now = self._clock()
        lately = submissions_of(self._store.db, self._service, now - _DAY)
        self._open = {page.source_id: page for page in lately if page.is_open}
        self._left_today = max(0, self._settings.per_day - len(lately))
        if lately:
            self._next_at = max(page.at for page in lately) + self._interval
        again = now - timedelta(days=self._settings.again_after_days)
        waiting = pages_to_submit(self._store.db, self._service, again, now - _DAY, source_ids)
        self._queue.extend(waiting)

    @property
    def _interval(self) -> timedelta:
        return timedelta(seconds=60 / self._settings.per_minute)

    @property
    def size(self) -> int:
        """How many pages there are to settle."""
        return len(self._open) + min(len(self._queue), self._left_today)

    @property
    def has_work(self) -> bool:
        """Tell whether anything can be sent or asked about."""
        return self.size > 0

    def report(self) -> SubmitReport:
        """Return what came of it, and what is left."""
        return SubmitReport(
            service=self._service,
            **self._counts,
            pending=len(self._open),
            left=len(self._queue),
            silent=self._silent,
        )

    async def run(self, stage: Stage) -> None:
        """Send and ask until all is settled, the day's share is used, or nothing moves any more."""
        idle_s = 0.0
        while self._goes_on() and idle_s <= self._settings.wait_for_jobs_s:
            before = self.size
            await self._send_what_fits()
            await self._ask_about_open()
            for _ in range(before - self.size):
                stage.advance(self._service)
            if not self._goes_on():
                return
            idle_s = 0.0 if self.size < before else idle_s + self._settings.poll_interval_s
            await self._sleep(self._settings.poll_interval_s)

    def _goes_on(self) -> bool:
        return self.has_work and not self._silent

    async def _send_what_fits(self) -> None:
        limit = self._settings.concurrent
        while self._queue and self._left_today and len(self._open) < limit and not self._silent:
            wait_s = (self._next_at - self._clock()).total_seconds()
            if wait_s > 0:
                # a clock that was set back never makes us wait longer than the interval
                await self._sleep(min(wait_s, self._interval.total_seconds()))
            await self._send(*self._queue.popleft())

    async def _send(self, source_id: str, url: str) -> None:
        """Ask for one page. The line comes first: what follows it may be lost, and is not repeated."""
        self._write(source_id, url, "asked", "sent, and not answered yet")
        self._left_today -= 1
        self._next_at = self._clock() + self._interval
        answer, visit = await self._ask(self._settings.save_url, save_form(url))
        match answer.kind:
            case "job":
                self._counts["asked"] += 1
                page = self._write(source_id, url, "asked", answer.reason, answer)
                self._open[source_id] = page
            case "busy":
                self._put_back(source_id, url, answer.reason)
            case "nothing" | "pending":
                self._silent = answer.reason or "no answer"
                if _was_refused_outright(visit):
                    self._put_back(source_id, url, self._silent)
            case _:
                self._settle(source_id, url, answer)

    def _put_back(self, source_id: str, url: str, reason: str) -> None:
        """The service said that it did not take it: it is sent again by the next run."""
        self._silent = reason
        self._left_today += 1
        self._queue.appendleft((source_id, url))
        self._write(source_id, url, "queued", reason)

    async def _ask_about_open(self) -> None:
        for page in list(self._open.values()):
            where = status_url(self._settings.save_url, page.job_id or "")
            answer, _ = await self._ask(where, None)
            if answer.kind == "nothing":
                self._silent = answer.reason
                return
            if answer.kind in _FINAL:
                del self._open[page.source_id]
                self._settle(page.source_id, page.url, answer)

    def _settle(self, source_id: str, url: str, answer: SaveAnswer) -> None:
        outcome = _FINAL[answer.kind]
        self._counts[outcome] += 1
        self._write(source_id, url, outcome, answer.reason, answer)

    async def _ask(self, url: str, form: bytes | None) -> tuple[SaveAnswer, Visit]:
        settings = self._settings
        try:
            async with asyncio.timeout(settings.timeout_s):
                visit = await self.fetcher.send(url, form, self._headers, settings.max_bytes)
        except TimeoutError:
            failure = Failure("timeout", f"no answer in {settings.timeout_s:g} s")
            visit = Visit(url, self._clock(), failure=failure)
        last = visit.last
        if visit.failure is not None or last is None:
            said = visit.failure.kind if visit.failure else "no answer"
            return SaveAnswer(
                "nothing", f"{said}: {visit.failure.detail if visit.failure else ''}"
            ), visit
        if is_transient(visit) or last.truncated or last.status in (401, 403):
            return SaveAnswer("nothing", f"HTTP {last.status}"), visit
        body = decode_body(last.headers, last.body, settings.max_bytes, _MAX_RATIO).data
        return read_save_answer(body, self._replay_url), visit

    def _write(
        self,
        source_id: str,
        url: str,
        outcome: SubmissionOutcome,
        reason: str,
        answer: SaveAnswer | None = None,
    ) -> SubmittedPage:
        step = Submission(
            source_id=source_id,
            service=self._service,
            at=self._clock(),
            url=url,
            outcome=outcome,
            reason=reason,
            job_id=answer.job_id if answer else None,
            uri_m=answer.uri_m if answer else None,
        )
        lines = self._archive.commit([SubmissionLine(step, {})])
        self._store.apply_holdings(
            (line, position) for line, position in lines if isinstance(line, SubmissionLine)
        )
        return SubmittedPage(source_id, url, step.at, outcome, step.job_id)


def _was_refused_outright(visit: Visit) -> bool:
    """Tell whether the service surely did nothing: it said so, or was never reached."""
    if visit.last is not None:
        return visit.last.status in (401, 403, 429, 503)
    return visit.failure is not None and visit.failure.kind in {
        "offline", "nxdomain", "dns", "guard", "refused", "unreachable", "tls", "later",
    }  # fmt: skip
