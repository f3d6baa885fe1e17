"""Who has which shard, what is left of it, what was in flight when its worker was lost. PURE."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from provenance.formats.url import host_of

__all__ = ["Assignment", "Book"]

# A shard over which so many workers were lost is given up: what kills them may be its.
_MOST_LOSSES = 5


class Assignment(NamedTuple):
    """A shard as it was given to a worker; `number` is of this assignment alone."""

    number: int
    name: str
    urls: tuple[str, ...]
    losses: int = 0


class Book:
    """Every URL is in one place at any time: to be given, given, marked, looked at, or given up."""

    def __init__(self, shards: Iterable[Sequence[str]]) -> None:
        ordered = sorted((tuple(urls) for urls in shards if urls), key=_longest_queue, reverse=True)
        self._waiting = [Assignment(0, "", urls) for urls in ordered]
        self._given: dict[int, Assignment] = {}
        self._numbers = 0
        self._marked: set[str] = set()
        self.looked: set[str] = set()
        self.given_up: set[str] = set()

    def give(self, name: str) -> Assignment | None:
        """Give the next shard to a worker: those with the longest queue of a host come first."""
        if not self._waiting:
            return None
        self._numbers += 1
        given = self._waiting.pop(0)._replace(number=self._numbers, name=name)
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
            left = tuple(url for url in lost.urls if url not in self._marked)
            if is_dead and lost.losses < _MOST_LOSSES:
                self.given_up.update(set(lost.urls) - set(left) - self.looked)
                if left:
                    self._waiting.append(lost._replace(urls=left, losses=lost.losses + 1))
            else:
                self.given_up.update(set(lost.urls) - self.looked)

    @property
    def is_finished(self) -> bool:
        """Tell whether nothing is left to be given, and nobody has anything."""
        return not self._waiting and not self._given


def _longest_queue(urls: Sequence[str]) -> int:
    return max(Counter(map(host_of, urls)).values())
