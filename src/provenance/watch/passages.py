"""What became of the passages that claims lean on, between two texts of a source. PURE."""

from collections.abc import Iterable
from typing import NamedTuple

from provenance.link.anchor import Anchored, SearchText, find_passage
from provenance.model import Passage

__all__ = ["Followed", "follow_passages"]


class Followed(NamedTuple):
    """A passage of the earlier text and what the later one has of it (`now`; "" where it is missing)."""

    passage: Passage
    found: Anchored
    now: str


def follow_passages(passages: Iterable[Passage], text: str) -> tuple[Followed, ...]:
    """Return what became of passages, quoted from an earlier text, in `text`."""
    searched = SearchText(text)
    followed = []
    for passage in passages:
        found = find_passage(passage, searched)
        followed.append(Followed(passage, found, found.span.of(text) if found.span else ""))
    return tuple(followed)
