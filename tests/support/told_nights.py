"""Nightly runs that were told of, for tests of the pages that show them: invented, and partly hostile."""

from datetime import datetime, timedelta

from provenance.model import (
    HostCause,
    NightChange,
    NightReport,
    NightRun,
    PassageChange,
    Replacement,
)
from provenance.store.database import Database
from provenance.store.watching import apply_night
from support.histories import BARGES, HOSTILE, HOSTILE_URL, TOLLS, TOLLS_URL, day

__all__ = ["BUSY", "HOSTILE_NIGHT", "OUTAGE", "QUIET", "a_change", "a_report", "tell_nights"]

# The ids of four runs: one that tells something of every kind, one of our own outage, one of
# nothing, and one in which every word is hostile.
QUIET, OUTAGE, BUSY, HOSTILE_NIGHT = (f"night-{number:024}" for number in range(4))
_LOST = 45


def a_change(**changed: object) -> NightChange:
    """A source that is gone, with one claim of one document resting on it."""
    fields: dict[str, object] = {
        "source_id": TOLLS, "url": TOLLS_URL, "name": "Toll rates of the upper ford",
        "host": "tolls.example", "group": "worse", "from_": "failing", "to": "dead",
        "rule": "gone_thrice", "reason": "gone 3/3", "advice": "cite the archived copy",
        "documents": ("document-0",), "claims": ("claim-0",), "documents_in_all": 1,
        "claims_in_all": 1,
    }  # fmt: skip
    return NightChange(**(fields | changed))  # type: ignore[arg-type]


def a_report(run_id: str, started: datetime, **told: object) -> NightReport:
    """What a run told that looked at 120 of 130 sources; `told` are the fields of a report."""
    run = NightRun(
        id=run_id, started=started, finished=started + timedelta(minutes=42), due=130, checked=120,
        skipped=7, failed=3, requests=400, captured=12,
    )  # fmt: skip
    return NightReport(run=run, states={"alive": 90, "dead": 3, "walled": 2}, **told)  # type: ignore[arg-type]


def tell_nights(db: Database) -> None:
    """Store the four runs: on the days 419, 420 (twice) and 1393 of the history."""
    for report in (
        a_report(QUIET, day(419)),
        a_report(OUTAGE, day(420), hosts=(_OURS,)),
        a_report(BUSY, day(420.2), changes=tuple(_busy()), hosts=(_WALL,)),
        a_report(HOSTILE_NIGHT, day(1393), changes=tuple(_hostile()), hosts=(_HOSTILE_CAUSE,)),
    ):
        apply_night(db, report)


_OURS = HostCause(
    host=None, outcome="temporary", cause="no name could be resolved from here", sources=130,
    of=130, advice="nothing to do for the sources: look at this machine's network",
)  # fmt: skip
_WALL = HostCause(
    host="fords.example", outcome="wall", cause="login wall", sources=_LOST, of=_LOST,
    advice="open one by hand; ask for access", documents=2, claims=60,
)  # fmt: skip
_HOSTILE_CAUSE = HostCause(
    host=HOSTILE, outcome="blocked", cause=HOSTILE, sources=2, of=2, advice=HOSTILE
)


def _busy() -> list[NightChange]:
    kept = Replacement("memento", "https://archive.example/2020/tolls", day(90), "Toll rates")
    passage = PassageChange(
        "claim-0", "document-0", "altered", "16 crowns for a barge", "17 crowns for a barge",
        "A barge pays 16 crowns.",
    )  # fmt: skip
    walled = (
        a_change(
            source_id=f"source-{number:024}", url=f"https://fords.example/{number}", name=f"Ford {number}",
            host="fords.example", from_="alive", to="walled", rule="last_look", cause="login wall",
            reason="login wall", claims_in_all=number % 3,
        )
        for number in range(_LOST)
    )  # fmt: skip
    return [
        a_change(replacement=kept, only_support=1),
        a_change(
            source_id=BARGES, url="https://barges.example/count", name="Barges counted",
            host="barges.example", from_="alive", to="drifted", rule="last_look", reason="another text",
            passage="altered", passages=(passage,), advice="read the page, then the claim",
            replacement=Replacement("capture", "/captures/capture-0", day(3)),
        ),
        *walled,
        a_change(source_id="source-still", group="still", from_="failing", to="failing", since=day(380), rule="long_trouble"),
        a_change(source_id="source-back", group="fixed", from_="dead", to="revived", rule="back", advice="nothing to do"),
        a_change(source_id="source-first", group="watch", from_="alive", to="failing", rule="gone_counting", reason="gone 1/3", advice="nothing yet: it is looked at again in 3 days"),
    ]  # fmt: skip


def _hostile() -> list[NightChange]:
    passage = PassageChange(HOSTILE, HOSTILE, "missing", HOSTILE, HOSTILE, HOSTILE)
    return [
        a_change(
            source_id=HOSTILE + str(number), url=HOSTILE_URL, name=HOSTILE, host=HOSTILE, reason=HOSTILE,
            rule=HOSTILE, advice=HOSTILE, cause=HOSTILE if number else None, passages=(passage,),
            passage="missing", replacement=Replacement("redirect", HOSTILE_URL, None, HOSTILE),
        )
        for number in range(3)
    ]  # fmt: skip
