"""What a night changed: states before and after in, the report's changes and host causes out. PURE.

A run hands in every source that it looked at (`Looked`), and something that can be asked about the
few that are told of (`Answers`: `store.touched`). What is told is told once:

======  ==============================================================================
worse   it came into a state that needs a person (`alarm.stage_of`: bad), or into a worse
        one of these; or a passage that a claim leans on is altered or missing
still   it has been failing or dead for longer than the limit, for the first time
fixed   it needed a person and is well again; or the passage is back
watch   a first sign, no alarm yet: what a second look decides
======  ==============================================================================
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Protocol

import msgspec

from provenance.model import (
    ChangeGroup,
    HostCause,
    NightChange,
    NightReport,
    NightRun,
    PassageChange,
    PassageState,
    Replacement,
    SourceState,
    Touched,
)
from provenance.watch.advice import advise, advise_host, say_cause
from provenance.watch.alarm import stage_of
from provenance.watch.causes import OURS, UNREACHED, Cause, Looked, Tally

__all__ = ["STILL_AFTER", "Answers", "Looked", "group_of", "tell"]

# A reminder comes once, when a source has been in trouble for so long (setting `night.still_failing_days`).
STILL_AFTER = timedelta(days=30)
# The worse of two states that both need a person; a change to a lesser one is no news.
_RANK: dict[SourceState, int] = {
    "not_checkable": 1, "blocked": 1, "walled": 1, "drifted": 2, "failing": 3, "dead": 4,
}  # fmt: skip
_PASSAGE_RANK: dict[PassageState, int] = {
    "intact": 0, "moved": 1, "reworded": 2, "altered": 3, "missing": 4,
}  # fmt: skip
_LOST_PASSAGE = _PASSAGE_RANK["altered"]
_GROUPS: tuple[ChangeGroup, ...] = ("worse", "still", "fixed", "watch")
# Rules whose reason is a number of looks, not what these saw.
_COUNTING = frozenset({"gone_counting", "gone_thrice"})
# The rule of a state that a person told us (`provenance override`).
_BY_A_PERSON = "override"
# Characters of strangers' words that a report keeps: a title may be a book, a passage a page.
_MOST_NAME, _MOST_WORDS = 300, 1_000
_NEVER_LOOKED: frozenset[SourceState] = frozenset({"unchecked", "not_checkable"})


class Answers(Protocol):
    """What is asked about the sources that a report tells of (`provenance.store.touched`)."""

    def touched(self, source_ids: Collection[str]) -> Mapping[str, Touched]:
        """Return what rests on each source."""
        ...

    def touched_together(self, source_ids: Collection[str]) -> tuple[int, int]:
        """Return how many documents, and how many claims, rest on any of these sources."""
        ...

    def replacements(self, source_ids: Collection[str]) -> Mapping[str, Replacement]:
        """Return the best thing to cite or show in place of each; what has none is not in it."""
        ...


def tell(
    run: NightRun,
    looked_at: Iterable[Looked],
    answers: Answers,
    *,
    states: Mapping[str, int],
    previous: NightReport | None = None,
    still_after: timedelta = STILL_AFTER,
) -> NightReport:
    """Return the report of a run.

    `looked_at` is read once, in any order; only what is told of is kept. `states` counts all
    sources by state; `previous` is the report of the last run.
    """
    tally = Tally()
    told: list[tuple[Looked, ChangeGroup]] = []
    for looked in looked_at:
        tally.hear(looked)
        group = group_of(looked, still_after)
        if group is not None:
            told.append((looked, group))
    known = {(cause.host, cause.cause) for cause in previous.hosts} if previous else set()
    causes = _with_ours(run, list(tally.causes()))
    hosts = tuple(_host_cause(cause, answers, known) for cause in causes)
    caused_by = {
        source_id: host.cause
        for cause, host in reversed(list(zip(causes, hosts, strict=True)))
        for source_id in cause.source_ids
    }
    changes = _tell_changes(told, answers, caused_by)
    return NightReport(run=run, changes=changes, hosts=hosts, states=dict(sorted(states.items())))


def _with_ours(run: NightRun, causes: list[Cause]) -> list[Cause]:
    """The causes; of a night that reached nobody and wrote no look down again, ours all the same."""
    if run.vantage == "online" or any(cause.host is None for cause in causes):
        return causes
    return [Cause(None, "temporary", OURS, OURS, run.due, run.due, ()), *causes]


def group_of(looked: Looked, still_after: timedelta = STILL_AFTER) -> ChangeGroup | None:
    """Return how a source is told of; None where there is nothing to tell."""
    if looked.vantage == "offline":
        return None
    by_state = _group_of_states(looked)
    if by_state == "worse":
        return by_state
    by_passage = _group_of_passages(looked)
    if by_passage == "worse":
        return by_passage
    if _is_still_in_trouble(looked, still_after):
        return "still"
    found = {by_state, by_passage}
    return next((group for group in _GROUPS if group in found), None)


def _group_of_states(looked: Looked) -> ChangeGroup | None:
    before, after = looked.settled or looked.before, looked.after
    if after.rule == _BY_A_PERSON:
        return None  # whoever said so knows; what comes when it ends is told then
    was, now = stage_of(before), stage_of(after)
    if now == "bad":
        is_news = was != "bad" or _RANK.get(after.state, 0) > _RANK.get(before.state, 0)
        return "worse" if is_news else None
    if was == "bad" and now == "fine":
        return None if after.state in _NEVER_LOOKED else "fixed"
    is_first = stage_of(looked.before) == "fine" and now == "watch"
    return "watch" if is_first else None


def _group_of_passages(looked: Looked) -> ChangeGroup | None:
    found: set[ChangeGroup] = set()
    for passage in looked.passages:
        before = _PASSAGE_RANK[passage.was]
        now = _PASSAGE_RANK[passage.state]
        if now >= _LOST_PASSAGE and now > before:
            found.add("worse")
        elif before >= _LOST_PASSAGE > now:
            found.add("fixed")
        elif now == _PASSAGE_RANK["reworded"] and now > before:
            found.add("watch")
    return next((group for group in _GROUPS if group in found), None)


def _is_still_in_trouble(looked: Looked, still_after: timedelta) -> bool:
    """Tell whether tonight's look is the first one past the limit."""
    at, earlier = looked.after.last_checked, looked.before.last_checked
    if looked.after.state not in {"failing", "dead"} or looked.since is None or at is None:
        return False
    if looked.after.rule == _BY_A_PERSON or stage_of(looked.after) == "watch":
        return False  # behind a wall, say, one 404 decides nothing either
    limit = looked.since + still_after
    return limit <= at and (earlier is None or earlier < limit)


def _host_cause(
    cause: Cause, answers: Answers, known: Collection[tuple[str | None, str]]
) -> HostCause:
    words = say_cause(cause)
    is_ours = cause.key in {OURS, UNREACHED}
    documents, claims = (0, 0) if is_ours else answers.touched_together(cause.source_ids)
    return HostCause(
        host=cause.host,
        outcome=cause.outcome,
        cause=words,
        sources=cause.sources,
        of=cause.of,
        advice=advise_host(cause),
        documents=documents,
        claims=claims,
        is_news=(cause.host, words) not in known,
        source_ids=cause.source_ids,
    )


def _tell_changes(
    told: list[tuple[Looked, ChangeGroup]], answers: Answers, caused_by: Mapping[str, str]
) -> tuple[NightChange, ...]:
    """The changes: what needs a person first, then what most claims rest on."""
    touched = answers.touched([looked.source_id for looked, _ in told])
    lost = [looked.source_id for looked, group in told if group in {"worse", "still"}]
    replacements = answers.replacements(lost)
    changes = [
        _change(
            looked,
            group,
            touched.get(looked.source_id) or Touched(name=looked.url or looked.source_id),
            caused_by.get(looked.source_id),
            replacements.get(looked.source_id),
        )
        for looked, group in told
    ]
    # Nobody needs to be reminded of what nobody cites.
    kept = (each for each in changes if each.group != "still" or each.documents_in_all)
    return tuple(sorted(kept, key=_weight))


def _weight(change: NightChange) -> tuple[object, ...]:
    return (
        _GROUPS.index(change.group),
        -change.only_support,
        -change.claims_in_all,
        -change.documents_in_all,
        change.host or "",
        change.source_id,
    )


def _why(looked: Looked) -> str:
    """The state's reason, and what tonight's look met where the state counts looks."""
    said, met = looked.after.reason, looked.reason
    counts = looked.after.rule in _COUNTING and looked.outcome not in {"ok", "not_checkable"}
    return f"{said}: {met}" if counts and met and met not in said else said


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _clip_words(passage: PassageChange) -> PassageChange:
    return msgspec.structs.replace(
        passage,
        before=_clipped(passage.before, _MOST_WORDS),
        now=_clipped(passage.now, _MOST_WORDS),
        said=_clipped(passage.said, _MOST_WORDS),
    )


def _change(
    looked: Looked,
    group: ChangeGroup,
    touched: Touched,
    cause: str | None,
    replacement: Replacement | None,
) -> NightChange:
    worst = max(looked.passages, key=lambda each: _PASSAGE_RANK[each.state], default=None)
    change = NightChange(
        source_id=looked.source_id,
        url=looked.url,
        name=_clipped(touched.name, _MOST_NAME),
        host=looked.host,
        group=group,
        from_=looked.before.state,
        to=looked.after.state,
        rule=looked.after.rule,
        reason=_clipped(_why(looked), _MOST_WORDS),
        advice="",
        since=looked.since,
        outcome=looked.outcome,
        cause=cause,
        passage=worst.state if worst else None,
        passages=tuple(map(_clip_words, looked.passages)),
        documents=touched.documents,
        claims=touched.claims,
        documents_in_all=touched.documents_in_all,
        claims_in_all=touched.claims_in_all,
        only_support=touched.only_support,
        citing=touched.citing,
        replacement=replacement,
    )
    return msgspec.structs.replace(change, advice=advise(change))
