"""Reports of nights for tests of whatever shows them: quiet, busy, blind, hostile. All of it is invented."""

from datetime import UTC, datetime, timedelta
from typing import Any

from provenance.model import (
    Citing,
    HostCause,
    NightChange,
    NightReport,
    NightRun,
    PassageChange,
    Replacement,
)

NIGHT = datetime(2026, 3, 4, 3, tzinfo=UTC)
HOSTILE = (
    "</title><script>alert(1)</script>\x1b[2J\x00\x07]]>&\"'`|*_[x](javascript:alert(1))"
    "\u202egpj\ud800\n# heading\r\n%s ${x} {{7*7}} \\ \ufffe"
)
_FORDS = ("upper", "lower", "old", "salt", "north", "mill", "stone", "reed")


def a_run(**changed: Any) -> NightRun:
    fields: dict[str, Any] = {
        "id": "night-1", "started": NIGHT, "finished": NIGHT + timedelta(minutes=52),
        "due": 1204, "checked": 1200, "skipped": 0, "failed": 4, "requests": 1310,
        "previous": "night-0",
    }  # fmt: skip
    return NightRun(**(fields | changed))


def a_change(number: int = 1, **changed: Any) -> NightChange:
    host = changed.get("host", "tolls.example")
    fields: dict[str, Any] = {
        "source_id": f"source-{number}",
        "url": f"https://{host}/lists/{number}",
        "name": f"Tolls at the {_FORDS[number % len(_FORDS)]} ford, list {number}",
        "host": host,
        "group": "worse", "from_": "failing", "to": "dead", "rule": "gone_thrice",
        "reason": "gone 3/3", "advice": "cite the archived copy of 2024-02-03",
        "outcome": "gone",
        "documents": (f"document-{number % 7}",), "documents_in_all": 1,
        "claims": (f"claim-{number}a", f"claim-{number}b"), "claims_in_all": 2,
        "citing": (
            Citing(f"document-{number % 7}", "River update 12", "7", f"claim-{number}a",
                   "A barge pays 16 crowns at the upper ford."),
            Citing(f"document-{number % 7}", "River update 12", "8", f"claim-{number}b",
                   "Carts pay half as much."),
        ),
        "replacement": Replacement(
            "memento", f"https://archive.example/20240203/https://{host}/lists/{number}",
            datetime(2024, 2, 3, tzinfo=UTC),
        ),
    }  # fmt: skip
    return NightChange(**(fields | changed))


def a_report(*changes: NightChange, hosts: tuple[HostCause, ...] = (), **run: Any) -> NightReport:
    states = {"alive": 9120, "dead": 40, "drifted": 12, "failing": 31, "walled": 96}
    return NightReport(run=a_run(**run), changes=changes, hosts=hosts, states=states)


def a_quiet_night() -> NightReport:
    return a_report()


def a_blind_night(sources: int = 2000) -> NightReport:
    cause = HostCause(
        host=None, outcome="temporary", cause="we were offline", sources=sources, of=sources,
        advice="mend our own network; nothing was judged, and all is looked at again",
    )  # fmt: skip
    return a_report(hosts=(cause,), due=sources, checked=0, failed=sources)


def a_busy_night(changes: int = 200) -> NightReport:
    """So many changes: a wall, a relaunch, single deaths, altered passages, what came back, first signs."""
    told: list[NightChange] = []
    told += [
        a_change(n, host="guild.example", from_="walled", to="walled", rule="last_look",
                 reason="login wall", cause="login wall", outcome="wall", only_support=1,
                 advice="readers meet a wall: show our capture of 2024-02-03",
                 replacement=Replacement("capture", f"/captures/c{n}", NIGHT))
        for n in range(13)
    ]  # fmt: skip
    told += [
        a_change(100 + n, host="barges.example", cause="all lead to the front page")
        for n in range(changes // 10)
    ]
    told += [
        a_change(200 + n, host="ferries.example", replacement=None, advice="look for another source: no copy is held")
        for n in range(5)
    ]  # fmt: skip
    passage = PassageChange("claim-1", "document-1", "altered", "The toll is 16 crowns for a barge.",
                            "The toll is 19 crowns for a barge.")  # fmt: skip
    told += [
        a_change(300 + n, host=f"town{n}.example", from_="alive", to="alive", rule="last_look",
                 reason="HTTP 200", passage="altered", passages=(passage,), only_support=n % 2,
                 advice="read what the page says now; show our capture of 2024-02-03",
                 replacement=Replacement("capture", f"/captures/p{n}", NIGHT))
        for n in range(9)
    ]  # fmt: skip
    told += [
        a_change(400 + n, host="lockkeepers.example", group="still", from_="failing", to="failing",
                 rule="long_trouble", reason="0% ok in 14 days: timeout",
                 since=NIGHT - timedelta(days=31))
        for n in range(2)
    ]  # fmt: skip
    told += [
        a_change(500 + n, host=f"well{n % 4}.example", group="fixed", from_="dead", to="revived",
                 rule="back", reason="HTTP 200", replacement=None, advice="nothing to do: cite it as before")
        for n in range(12)
    ]  # fmt: skip
    signs = changes // 5
    told += [
        a_change(600 + n, host=f"sign{n % 9}.example", group="watch", from_="alive", to="failing",
                 rule="gone_counting", reason="gone 1/3", replacement=None,
                 advice="nothing to do yet: a second look decides")
        for n in range(signs)
    ]  # fmt: skip
    left = changes - len(told)
    told += [a_change(700 + n, host=f"far{n}.example") for n in range(left)]
    hosts = (
        HostCause(host="guild.example", outcome="wall", cause="login wall", sources=13, of=14,
                  advice="readers cannot open it: cite a copy where a claim needs it",
                  documents=7, claims=26),
        HostCause(host="barges.example", outcome="gone", cause="all lead to the front page",
                  sources=changes // 10, of=changes // 10 + 3, documents=7, claims=40,
                  advice="look for the pages' new addresses, or cite a copy where a claim needs it"),
        HostCause(host="scales.example", outcome="temporary", cause="it wants fewer requests",
                  sources=6, of=9, advice="give a contact in [fetch], or raise the host's gap"),
    )  # fmt: skip
    return a_report(*told, hosts=hosts)


def a_hostile_night() -> NightReport:
    passage = PassageChange(HOSTILE, HOSTILE, "missing", HOSTILE, HOSTILE, HOSTILE)
    change = a_change(
        1, source_id="source-hostile", url="javascript:alert(document.domain)//" + HOSTILE,
        name=HOSTILE, host=HOSTILE, reason=HOSTILE, advice=HOSTILE, rule=HOSTILE, cause=HOSTILE,
        passage="missing", passages=(passage,), documents=(HOSTILE,), claims=(HOSTILE,),
        citing=(Citing(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        replacement=Replacement("memento", "javascript:alert(2)//" + HOSTILE, NIGHT, HOSTILE),
    )  # fmt: skip
    other = a_change(2, host="tolls.example", name=HOSTILE, reason=HOSTILE)
    cause = HostCause(
        host=HOSTILE, outcome="gone", cause=HOSTILE, sources=3, of=3, advice=HOSTILE,
        documents=1, claims=1, source_ids=(HOSTILE,),
    )  # fmt: skip
    return NightReport(
        run=a_run(id=HOSTILE), changes=(change, other), hosts=(cause,), states={HOSTILE: 1}
    )
