"""What others say of a page that is gone for us: other archives, and the front page of its host.

Asked before a death is told (`watch.hearing` weighs the answers). An archive counts as having seen
the page only by a copy that is younger than our first strike and that is the page when it is looked
at: archives keep parked domains and "not found" pages with status 200 too.
"""

from datetime import datetime
from typing import NamedTuple

from provenance.fetch.classify import observe
from provenance.keep.memento import Ask, OtherArchive, look_at_copy, look_up
from provenance.keep.memento_index import NamedCopy
from provenance.model import OpinionOutcome, Outcome, Visit
from provenance.settings import MementoSettings

__all__ = ["Heard", "Question", "ask_archive", "hear_front_page"]

_GONE_STATUSES = frozenset({404, 410})
_OK = 200
# What the look at a front page says of the host; one behind a wall is there.
_OF_FRONT_PAGE: dict[Outcome, OpinionOutcome] = {
    "ok": "seen",
    "wall": "seen",
    "gone": "empty",
    "blocked": "refused",
    "temporary": "unknown",
    "not_checkable": "unknown",
}
# Rules that say that the host is no more: its name is not known, or is for sale.
_NO_HOST = frozenset({"nxdomain", "parked", "for_sale"})
_MAX_REASON = 300


class Heard(NamedTuple):
    """An answer, as `model.Opinion` has it. `is_silent`: the next question would end alike."""

    outcome: OpinionOutcome
    reason: str
    seen_at: datetime | None = None
    uri_m: str | None = None
    status: int | None = None
    is_silent: bool = False


class Question(NamedTuple):
    """A page that is gone for us since a moment, asked about now."""

    url: str
    since: datetime
    now: datetime


def hear_front_page(visit: Visit) -> Heard:
    """Return what a look at the root of a host says of the host."""
    verdict, _ = observe(visit)
    status = visit.last.status if visit.last else None
    outcome = "missing" if verdict.rule in _NO_HOST else _OF_FRONT_PAGE[verdict.outcome]
    return Heard(outcome, f"its front page: {verdict.reason}"[:_MAX_REASON], status=status)


async def ask_archive(
    other: OtherArchive, question: Question, ask: Ask, settings: MementoSettings
) -> Heard:
    """Return what one archive knows of a page since a moment; nothing that it does raises."""
    answer = await look_up(other, question.url, question.now, ask, settings)
    if answer.kind != "copies":
        outcome: OpinionOutcome = "nothing" if answer.kind == "none" else "unknown"
        return Heard(outcome, answer.reason[:_MAX_REASON], is_silent=answer.kind == "silent")
    newest_first = sorted(answer.copies, key=lambda copy: copy.at, reverse=True)
    newer = [copy for copy in newest_first if question.since < copy.at <= question.now]
    if not newer:
        return Heard("nothing", f"its newest copy is of {newest_first[0].at:%Y-%m-%d}")
    refusals: list[str] = []
    for copy in newer[: settings.max_looks]:
        heard = _read_index(copy) or await _look_at(copy, question, ask)
        if heard.outcome in {"seen", "missing"}:
            return heard
        refusals.append(f"{copy.at:%Y-%m-%d}: {heard.reason}")
    return Heard("nothing", f"no newer copy is the page: {'; '.join(refusals)}"[:_MAX_REASON])


def _read_index(copy: NamedCopy) -> Heard | None:
    """Return what the index says of a copy; None where one has to look."""
    if copy.status in _GONE_STATUSES:
        said = f"its copy of {copy.at:%Y-%m-%d} is a HTTP {copy.status}"
        return Heard("missing", said, copy.at, copy.uri_m, copy.status)
    if copy.status not in (None, _OK):
        return Heard("nothing", f"a HTTP {copy.status}")
    return None


async def _look_at(copy: NamedCopy, question: Question, ask: Ask) -> Heard:
    seen = await look_at_copy(copy, question.url, ask)
    if seen.is_silent and copy.status == _OK:
        # its index alone speaks: a death that is held back can still be told later
        said = f"by its index it has a copy of {copy.at:%Y-%m-%d}"
        return Heard("seen", said, copy.at, copy.uri_m, copy.status)
    at = seen.at or copy.at
    if at <= question.since:
        return Heard("nothing", f"it shows the copy of {at:%Y-%m-%d}")
    if at > question.now:
        return Heard("nothing", f"it dates what it shows {at:%Y-%m-%d}, which is to come")
    if seen.is_gone:
        return Heard("missing", f"its copy of {at:%Y-%m-%d}: {seen.refusal}", at, seen.uri_m)
    if seen.refusal:
        return Heard("nothing", seen.refusal)
    return Heard("seen", f"it has a copy of {at:%Y-%m-%d}", at, seen.uri_m, _OK)
