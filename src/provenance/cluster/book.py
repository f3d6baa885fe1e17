"""Who has which shard, what is left of it, what was in flight when its worker was lost. PURE."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from provenance.formats.url import host_of

__all__ = ["Assignment", "Book"]

# A shard over which so many workers were lost is given up: what kills them may be its.
_MOST_LOSSES = 5


class _Shard(NamedTuple):
    """The URLs of some domains, and how many workers were lost over them."""

    urls: tuple[str, ...]
    losses: int = 0


class Assignment(NamedTuple):
    """Shards as they were given to a worker in one task; `number` is of this assignment alone."""

    number: int
    name: str
    shards: tuple[_Shard, ...]

    @property
    def urls(self) -> tuple[str, ...]:
        """The URLs of all of them."""
        return tuple(itertools.chain.from_iterable(shard.urls for shard in self.shards))


class Book:
    """Every URL is in one place at any time: to be given, given, marked, looked at, or given up."""

    def __init__(self, shards: Iterable[Sequence[str]]) -> None:
        ordered = sorted((tuple(urls) for urls in shards if urls), key=_longest_queue, reverse=True)
        self._waiting = [_Shard(urls) for urls in ordered]
        self._given: dict[int, Assignment] = {}
        self._numbers = 0
        self._marked: set[str] = set()
        self.looked: set[str] = set()
        self.given_up: set[str] = set()

    def give(self, name: str, hands: int = 1) -> Assignment | None:
        """Give a worker the next task, where `hands` tasks are worked on at once.

        A task waits for its hosts most of the time, so it holds many: half of a fair share of what is
        left, until single shards even out who is done first. Long queues and short are mixed.
        """
        if not self._waiting:
            return None
        count = -(-len(self._waiting) // (2 * max(1, hands)))
        step = len(self._waiting) / count
        places = {int(number * step) for number in range(count)}
        taken = tuple(self._waiting[place] for place in sorted(places))
        self._waiting = [each for place, each in enumerate(self._waiting) if place not in places]
        self._numbers += 1
        given = Assignment(self._numbers, name, taken)
        self._given[given.number] = given
        return given

    def given_to(self, name: str) -> list[Assignment]:
        """Return what a worker has."""
        return [each for each in self._given.values() if each.name == name]

    def hear_mark(self, url: str) -> None:
        """Note that a URL is being asked, or was."""
        self._marked.add(url)

    def hear_look(self, url: str) -> bool:
        """Note that a look at a URL is on disk; False where it was already."""
        if url in self.looked:
            return False
        self._marked.add(url)
        self.looked.add(url)
        return True

    def finish(self, number: int) -> None:
        """Note that a shard came to its end; what of it was not asked will not be."""
        done = self._given.pop(number, None)
        if done is not None:
            self.given_up.update(set(done.urls) - self.looked)

    def lose(self, name: str, *, is_dead: bool) -> None:
        """Take back what a worker had. Its marks were read before, all of them if it is dead.

        Nobody is asked twice: a URL in flight is given up, and so is all that a worker has which
        may be alive, since it may be asking.
        """
        for lost in self.given_to(name):
            del self._given[lost.number]
            for shard in lost.shards:
                self._take_back(shard, is_dead=is_dead)

    def _take_back(self, shard: _Shard, *, is_dead: bool) -> None:
        left = tuple(url for url in shard.urls if url not in self._marked)
        if not is_dead or shard.losses >= _MOST_LOSSES:
            left = ()
        self.given_up.update(set(shard.urls) - set(left) - self.looked)
        if left:
            self._waiting.append(_Shard(left, shard.losses + 1))

    @property
    def is_finished(self) -> bool:
        """Tell whether nothing is left to be given, and nobody has anything."""
        return not self._waiting and not self._given


def _longest_queue(urls: Sequence[str]) -> int:
    return max(Counter(map(host_of, urls)).values())
