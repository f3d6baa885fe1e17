"""What a report tells, folded: one item for each thing that a person would do. PURE."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import quote

from provenance.formats.strangers import storable
from provenance.model import ChangeGroup, Citing, HostCause, NightChange, NightReport

__all__ = [
    "GROUPS",
    "Item",
    "address_of",
    "desk_address",
    "fold",
    "say_citing",
    "say_count",
    "say_sources",
    "say_weight",
    "title_of",
    "todo_of",
]

# In the order in which they are told; what each is called.
GROUPS: tuple[tuple[ChangeGroup, str], ...] = (
    ("worse", "Worse"),
    ("still", "Still in trouble"),
    ("fixed", "Well again"),
    ("watch", "First signs, no alarm yet"),
)
# So many sources of one host that became the same are one item even where the host has no cause.
_FOLD_AT = 3
_COUNTED = re.compile(r"gone \d/\d: ")
# Of a longer title the beginning stands beside what happened.
_SHORT_TITLE = 24
_PASSAGES = {
    "altered": "its passage says something else",
    "missing": "its passage is gone from the page",
    "reworded": "its passage is reworded",
}


class Item(NamedTuple):
    """One thing to do, for one source or for many of a host.

    `what` names it, `said` tells what happened; both may hold strangers' words, and so may
    `advice`. `claims` and `documents` rest on it, of `only_support` claims it is the only source.
    """

    group: ChangeGroup
    what: str
    said: str
    advice: str
    claims: int
    documents: int
    only_support: int
    changes: tuple[NightChange, ...]
    cause: HostCause | None = None


def fold(report: NightReport) -> dict[ChangeGroup, tuple[Item, ...]]:
    """Return the items of each group, those that most claims rest on first; all groups are there.

    A cause of a host is an item of the group that its changes are of; without any it is a first
    sign where it is news. An outage of ours is none of them: `headline.outage_of`.
    """
    causes: dict[tuple[object, object], HostCause] = {
        (cause.host, cause.cause): cause for cause in report.hosts
    }
    bundles: dict[tuple[object, ...], list[NightChange]] = defaultdict(list)
    for change in report.changes:
        bundles[_bundle_of(change, causes)].append(change)
    items = []
    for key, changes in bundles.items():
        cause = causes.get((key[2], key[3])) if key[1] == "cause" else None
        if cause is None and len(changes) < _FOLD_AT:
            items += [_single(change) for change in changes]
        else:
            items.append(_many(changes, cause))
    told = {(each.cause.host, each.cause.cause) for each in items if each.cause}
    items += [
        _cause_alone(each)
        for each in report.hosts
        if each.host is not None and each.is_news and (each.host, each.cause) not in told
    ]
    return {
        group: tuple(sorted((each for each in items if each.group == group), key=_weight))
        for group, _ in GROUPS
    }


def _bundle_of(
    change: NightChange, causes: dict[tuple[object, object], HostCause]
) -> tuple[object, ...]:
    if change.cause is not None and (change.host, change.cause) in causes:
        return change.group, "cause", change.host, change.cause
    if change.passages or change.host is None:
        return change.group, "source", change.source_id
    return change.group, "host", change.host, change.to, change.rule


def _weight(item: Item) -> tuple[object, ...]:
    return -item.only_support, -item.claims, -item.documents, item.what


def _single(change: NightChange) -> Item:
    return Item(
        change.group, title_of(change), _said_of(change), change.advice, change.claims_in_all,
        change.documents_in_all, change.only_support, (change,),
    )  # fmt: skip


def _many(changes: Sequence[NightChange], cause: HostCause | None) -> Item:
    first = changes[0]
    if cause is not None:
        what = f"{cause.sources:,} of {cause.of:,} {cause.host} links"
        states = _say_states(changes)
        said = f"{cause.cause} ({states})"
        advice = cause.advice if first.group in {"worse", "still"} else first.advice
    else:
        what = f"{len(changes):,} {first.host} links"
        said = _with_reason(_say_state(first.to), first.reason)
        advice = _common_advice(changes)
    return Item(
        first.group, what, said, advice,
        _distinct((each.claims for each in changes), sum(each.claims_in_all for each in changes)),
        _distinct((each.documents for each in changes),
                  sum(each.documents_in_all for each in changes)),
        sum(each.only_support for each in changes), tuple(changes), cause,
    )  # fmt: skip


def _cause_alone(cause: HostCause) -> Item:
    what = f"{cause.sources:,} of {cause.of:,} {cause.host} links"
    return Item(
        "watch", what, cause.cause, cause.advice, cause.claims, cause.documents, 0, (), cause
    )


def _common_advice(changes: Sequence[NightChange]) -> str:
    """The advice that they share; where each has a copy of its own, that there is one."""
    advices = {change.advice for change in changes}
    if len(advices) == 1:
        return advices.pop()
    kept = sum(change.replacement is not None for change in changes)
    if kept:
        return f"cite or show their copies: {kept:,} of {len(changes):,} have one"
    return "look for other sources: no copies are held"


def _distinct(named: Iterable[Sequence[str]], counted: int) -> int:
    """How many there are in all: ids may be shared, and past a thousand they are not all named."""
    lists = list(named)
    if sum(len(each) for each in lists) < counted:
        return counted
    return len({each for ids in lists for each in ids})


def _say_states(changes: Sequence[NightChange]) -> str:
    counted: dict[str, int] = defaultdict(int)
    for change in changes:
        counted[_say_state(change.to)] += 1
    if len(counted) == 1:
        return f"{len(changes):,} now {next(iter(counted))}"
    return ", ".join(f"{count:,} {state}" for state, count in sorted(counted.items()))


def _say_state(state: str) -> str:
    return state.replace("_", " ")


def _said_of(change: NightChange) -> str:
    state = _say_state(change.to)
    if change.group == "still":
        since = f" since {change.since:%Y-%m-%d}" if change.since else ""
        return _with_reason(f"still {state}{since}", change.reason)
    if change.passage in _PASSAGES:
        words = _PASSAGES[change.passage]
        return words if change.from_ == change.to else f"{state}; {words}"
    if change.group == "fixed" and change.from_ == change.to:
        return "the passage is back"
    return _with_reason(state, change.reason)


def _with_reason(said: str, reason: str) -> str:
    why = _COUNTED.sub("", reason)  # that there were three of them is what dead means
    return f"{said} ({why})" if why else said


def title_of(change: NightChange) -> str:
    """Return what a source is called: its name, and its host where the name does not say it."""
    if change.host and change.host not in change.name:
        return f"{change.name} ({change.host})"
    return change.name.removeprefix("https://") if change.name == change.url else change.name


def desk_address(desk: str, *path: str) -> str:
    """Return the address of a page at the desk; ids in the path may be anything.

    >>> desk_address("https://desk.example/", "claims", "a b")
    'https://desk.example/claims/a%20b'
    """
    return "/".join((desk.rstrip("/"), *(quote(storable(each), safe="") for each in path)))


def say_citing(citing: Citing) -> str:
    """Return where a claim stands: its note and its document."""
    title = f"“{citing.title}”" if citing.title else f"document {citing.document_id}"
    return f"note {citing.label} of {title}"


def address_of(change: NightChange, desk: str = "") -> str | None:
    """Return the address of what could stand in; `desk` is where our own copies are served."""
    if change.replacement is None:
        return None
    url = change.replacement.url
    return desk.rstrip("/") + url if url.startswith("/") else url


def todo_of(change: NightChange) -> str:
    """Return what to do about a change in so few words that it can be counted."""
    if not change.documents_in_all:
        return "nothing to do"
    if change.passage in {"altered", "missing"} and change.to in {"alive", "revived", "drifted"}:
        return "read the page"
    if change.to == "blocked":
        return "open by hand"
    kinds = {
        "redirect": "cite the new address", "memento": "cite an archived copy",
        "capture": "show our capture", "attachment": "show the copy that was brought",
    }  # fmt: skip
    return kinds[change.replacement.kind] if change.replacement else "look for another source"


def say_count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> say_count(1, "claim"), say_count(1200, "claim")
    ('1 claim', '1,200 claims')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def say_sources(items: Iterable[Item]) -> str:
    """Return how many sources some items are about; a cause alone counts those that met it."""
    count = sum(len(item.changes) or (item.cause.sources if item.cause else 0) for item in items)
    return say_count(count, "source")


def say_weight(item: Item) -> str:
    """Return how much rests on an item."""
    if not item.documents:
        return "cited nowhere"
    if not item.claims:
        return say_count(item.documents, "document")
    citing = item.changes[0].citing if len(item.changes) == 1 else ()
    if item.claims == 1 and len(citing) == 1:
        title = citing[0].title or citing[0].document_id
        short = title if len(title) <= _SHORT_TITLE else f"{title[: _SHORT_TITLE - 1].rstrip()}…"
        return f"note {citing[0].label} of {short}"
    if item.only_support:
        only = "" if item.only_support == item.claims else f"{item.only_support:,} "
        return f"{say_count(item.claims, 'claim')}, {only}on it alone"
    return f"{say_count(item.claims, 'claim')} in {say_count(item.documents, 'document')}"
