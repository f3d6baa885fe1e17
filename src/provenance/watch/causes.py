"""What many sources of a host met in one night, told once: a host's cause before single verdicts. PURE.

A cause is a verdict's outcome and rule (of an answer: with its status). It is told for a host
where at least `_FEW` sources met it and they are half of those that were looked at; what by its
nature is the host's (its name, its certificate, its robots.txt, a plea for patience) from two
sources on. Looks from an offline vantage say nothing of any host: all of them are one cause,
ours (`host` None), and so are looks that most hosts failed before they had answered.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct

from provenance.model import Outcome, PassageChange, State, Vantage

__all__ = ["HOME", "OURS", "UNREACHED", "Cause", "Looked", "Tally", "cause_of"]

_FEW = 3
_SHARE = 0.5
# Ids that a cause names; beyond them it counts.
_MOST_IDS = 1_000
# It takes so many hosts to tell our own trouble from that of a few.
_MANY_HOSTS = 10
_MOST_HOSTS_SHARE = 0.6

OURS = "offline"
UNREACHED = "unreached"
HOME = "led_home"
# What a host has but once: two sources that meet it prove as much as ten.
_OF_THE_HOST = frozenset(
    {
        "nxdomain",
        "dns",
        "tls",
        "refused",
        "unreachable",
        "robots_unavailable",
        "later",
        "status 429",
    }
)
# What is met before a host has answered: it may as well be our side.
_BEFORE_ANSWERS = frozenset({"dns", "refused", "unreachable", "timeout", "tls", "reset"})
_NO_TROUBLE = frozenset({"ok", "not_checkable"})


class Looked(Struct, frozen=True, kw_only=True):
    """A source that was looked at tonight.

    `before` and `after` are its states at the last run and now; where `before` is a first sign,
    `settled` is what it was before that (`watch.settled`). `outcome` to `vantage` are of
    tonight's last look, as it is judged: `rule` is the verdict's. `since` is the first look of the
    trouble that it is in, where it is in any. `passages` are the claims whose passage is another
    than at the last run.
    """

    source_id: str
    url: str | None
    host: str | None
    before: State
    after: State
    outcome: Outcome
    rule: str
    reason: str
    status: int | None = None
    final_url: str | None = None
    vantage: Vantage = "online"
    since: datetime | None = None
    settled: State | None = None
    passages: tuple[PassageChange, ...] = ()


class Cause(NamedTuple):
    """A cause, the number of sources that met it, of how many, and the first of their ids."""

    host: str | None
    outcome: Outcome
    key: str
    reason: str
    sources: int
    of: int
    source_ids: tuple[str, ...]


class Tally:
    """Tonight's looks, counted by host and cause. What it holds grows with hosts and causes alone."""

    def __init__(self) -> None:
        self._looked_at: Counter[str | None] = Counter()
        self._met: dict[tuple[str | None, Outcome, str], _Met] = defaultdict(_Met)
        self._without_answer: Counter[str | None] = Counter()
        self._offline = _Met()
        self._sources = 0

    def hear(self, looked: Looked) -> None:
        """Count one look."""
        self._sources += 1
        if looked.vantage == "offline":
            self._offline.add(looked)
            return
        self._looked_at[looked.host] += 1
        if looked.outcome in _NO_TROUBLE or looked.host is None:
            return
        self._met[looked.host, looked.outcome, cause_of(looked)].add(looked)
        if looked.rule in _BEFORE_ANSWERS:
            self._without_answer[looked.host] += 1

    def causes(self) -> Iterator[Cause]:
        """Yield the causes, ours first, then what met most sources."""
        if self._offline.sources:
            met = self._offline
            yield Cause(
                None, "temporary", OURS, "offline", met.sources, self._sources, tuple(met.ids)
            )
        ours = self._silent_hosts()
        if ours:
            yield self._unreached(ours)
        found = sorted(
            self._met.items(),
            key=lambda item: (-item[1].sources, item[0][0] or "", item[0][1:]),
        )
        for (host, outcome, key), met in found:
            of = self._looked_at[host]
            if (host in ours and key in _BEFORE_ANSWERS) or not _is_the_hosts(met, of, key):
                continue
            yield Cause(host, outcome, key, met.reason, met.sources, of, tuple(met.ids))

    def _silent_hosts(self) -> frozenset[str | None]:
        """The hosts none of whose looks got an answer, where these are most hosts of the night."""
        silent = frozenset(
            host for host, count in self._without_answer.items() if count == self._looked_at[host]
        )
        hosts = len(self._looked_at)
        is_ours = hosts >= _MANY_HOSTS and len(silent) >= _MOST_HOSTS_SHARE * hosts
        return silent if is_ours else frozenset()

    def _unreached(self, hosts: frozenset[str | None]) -> Cause:
        count, ids = 0, list[str]()
        for (host, _, key), met in self._met.items():
            if host in hosts and key in _BEFORE_ANSWERS:
                count += met.sources
                ids += met.ids[: _MOST_IDS - len(ids)]
        reason = f"no answer from {len(hosts):,} of {len(self._looked_at):,} hosts"
        return Cause(None, "temporary", UNREACHED, reason, count, self._sources, tuple(ids))


class _Met:
    """The sources that met a cause, and what the first of them was told."""

    __slots__ = ("ids", "reason", "sources")

    def __init__(self) -> None:
        self.sources = 0
        self.ids: list[str] = []
        self.reason = ""

    def add(self, looked: Looked) -> None:
        self.sources += 1
        self.reason = self.reason or looked.reason
        if len(self.ids) < _MOST_IDS:
            self.ids.append(looked.source_id)


def cause_of(looked: Looked) -> str:
    """Return the name of what a look met: `led_home`, a failure's kind, a rule, or `status 503`.

    >>> from provenance.model import State
    >>> state = State("failing", "gone_counting", "gone 1/3")
    >>> cause_of(Looked(source_id="s", url="https://tolls.example/a", host="tolls.example",
    ...     before=state, after=state, outcome="temporary", rule="status_transient",
    ...     reason="HTTP 503", status=503))
    'status 503'
    """
    if looked.outcome in {"gone", "temporary"} and _leads_home(looked):
        return HOME
    if looked.rule.startswith("status_") and looked.status is not None:
        return f"status {looked.status}"
    return looked.rule


def _leads_home(looked: Looked) -> bool:
    if not looked.url or not looked.final_url:
        return False
    cited, seen = urlsplit(looked.url), urlsplit(looked.final_url)
    return not seen.path.strip("/") and not seen.query and bool(cited.path.strip("/"))


def _is_the_hosts(met: _Met, of: int, key: str) -> bool:
    fewest = 2 if key in _OF_THE_HOST else _FEW
    return met.sources >= fewest and met.sources >= _SHARE * of
