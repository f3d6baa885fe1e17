"""A person's judgement of evidence, from a request to the archive: who may, written down first, then kept."""

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from provenance.errors import ArchiveBusy, UsageError
from provenance.pipeline.reviewing import ReviewOrder, ReviewReport, review
from provenance.pipeline.workplace import Workplace
from provenance.web.demands import audit_read, audit_write
from provenance.web.problems import Problem

__all__ = ["judge"]

# The archive has one writer. A person is not kept waiting as long as a command is.
_MOST_WAIT_S = 2.0
_EVENT = "review"


async def judge(request: Request, order: ReviewOrder) -> ReviewReport:
    """Keep what a person says; that it is about to be, and what became of it, stands in the audit log.

    Raises:
        Problem: it cannot be meant (422), somebody else writes just now (503), or the log
            cannot be kept (503): nothing was written then.
    """
    workplace: Workplace = request.app.state.workplace
    what = f"{order.decision} {order.claim} {order.source or ''} {order.copy or ''}".strip()
    audit_write(request, _EVENT, "asked", what)
    try:
        report = await run_in_threadpool(_write, workplace, order)
    except Problem as problem:
        audit_read(request, _EVENT, f"refused: {problem.title}", what)
        raise
    except Exception as error:
        audit_read(request, _EVENT, f"failed: {type(error).__name__}", what)
        raise
    audit_read(request, _EVENT, "written" if report.is_new else "stood already", what)
    return report


def _write(workplace: Workplace, order: ReviewOrder) -> ReviewReport:
    archive = workplace.settings.archive
    hasty = msgspec.structs.replace(
        archive, wait_for_lock_s=min(archive.wait_for_lock_s, _MOST_WAIT_S)
    )
    settings = msgspec.structs.replace(workplace.settings, archive=hasty)
    try:
        return review(msgspec.structs.replace(workplace, settings=settings), order)
    except ArchiveBusy as busy:
        raise Problem(
            503,
            "A run is writing to the archive: nothing was written yet",
            hint="try again in a moment",
            headers={"Retry-After": "5"},
        ) from busy
    except UsageError as error:
        # hints speak of the command's options, which nobody sees here
        hint = "" if "--" in error.hint or "`" in error.hint else error.hint
        raise Problem(422, error.message.replace("--start ", "place "), hint=hint) from error
