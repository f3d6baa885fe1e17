"""In which order what is due is asked, so that a run with a bound does the most for it. PURE.

A host is asked one thing at a time with a pause between, so that the host with the most sources
decides when a run without a bound ends: what stands first is whatever has most behind it at its
own host. With a bound, what most rests on comes first. Either way hosts take turns: no
host's queue is worked off before another's is begun.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from provenance.store.due import Due

__all__ = ["HostPlan", "order_due", "plan_hosts"]

_LONGEST_WAITING = attrgetter("next_due", "source_id")
_HOST = attrgetter("host")


class HostPlan(NamedTuple):
    """What a night has to do at one host: `seconds` is what politeness alone takes."""

    host: str | None
    sources: int
    heaviest: int
    seconds: float


def order_due(due: Iterable[Due], *, is_bounded: bool) -> list[Due]:
    """Return what is due in the order in which it should be begun.

    Within a host what most rests on comes first, then what waits for longest. Between hosts,
    where the run `is_bounded`, the weight decides, and where that is equal (and always where it
    is not) how much is left at the host.

    >>> a, b = "a.example", "b.example"
    >>> due = [Due("1", a, 1, ""), Due("2", a, 1, ""), Due("3", a, 5, ""), Due("4", b, 5, "")]
    >>> [each.source_id for each in order_due(due, is_bounded=False)]
    ['3', '1', '4', '2']
    >>> [each.source_id for each in order_due(due, is_bounded=True)]
    ['3', '4', '1', '2']
    """
    by_weight: dict[int, list[Due]] = defaultdict(list)
    for each in due:
        by_weight[each.weight].append(each)
    queue: list[Due] = []
    for weight in sorted(by_weight, reverse=True):
        queue += sorted(by_weight[weight], key=_LONGEST_WAITING)
    # turns in place of a second sort: at fifty thousand sources that is half of what ordering cost
    left = Counter(map(_HOST, queue))
    turns: dict[tuple[int, int], list[Due]] = defaultdict(list)
    for each in queue:
        behind = left[each.host]
        left[each.host] = behind - 1
        turns[each.weight if is_bounded else 0, behind].append(each)
    return [each for turn in sorted(turns, reverse=True) for each in turns[turn]]


def plan_hosts(due: Iterable[Due], pause_s: float, requests_each: float = 1.0) -> list[HostPlan]:
    """Return the hosts, the one that takes longest first.

    `pause_s` is what lies between two requests to a host; a source takes `requests_each` of them,
    and a host one more for its robots.txt.
    """
    by_host: dict[str | None, list[Due]] = defaultdict(list)
    for each in due:
        by_host[each.host].append(each)
    plans = [_plan(host, held, pause_s, requests_each) for host, held in by_host.items()]
    return sorted(plans, key=lambda plan: (-plan.seconds, plan.host or ""))


def _plan(host: str | None, held: Sequence[Due], pause_s: float, requests_each: float) -> HostPlan:
    requests = 1 + requests_each * len(held)
    return HostPlan(host, len(held), max(each.weight for each in held), requests * pause_s)
