"""What a claim would be left with if a source, host, author or copy were gone. PURE.

Three levels, by the claim's *other* sources (those that are not gone with it):

* `only`: there is none. The claim loses its only support.
* `stranded`: there are others, but none of them can be opened: the last look did not reach it, and
  no copy of it is known. The claim loses all that anybody could still open.
* `others`: at least one other can be opened.

A source *can be opened* when it was reached at the last look (`alive`, `drifted`, `revived`), or when
a copy of it is known: a capture of ours or a file that a person brought, unless withdrawn, or a copy
in another archive. Paywalled reports, books and interviews cannot be opened from here: they count
only where a copy is held. Where only a copy is gone, its source and the source's other copies remain.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from msgspec import Struct

from provenance.store.support import Support

__all__ = ["LEVELS", "Impact", "Kept", "Level", "weigh"]

Level = Literal["only", "stranded", "others"]
# In the order of what matters.
LEVELS: tuple[Level, ...] = ("only", "stranded", "others")
_REACHED = frozenset({"alive", "drifted", "revived"})


class Kept(Struct, frozen=True):
    """What we would still hold of the thing itself: the copy, of when, and the passage in it, if any.

    Exactly one of the ids is set where there is a passage; without one `at` is the moment of our
    latest capture.
    """

    at: str | None
    exact: str | None
    capture_id: str | None = None
    attachment_id: str | None = None
    uri_m: str | None = None


class Impact(Struct, frozen=True):
    """What remains of a claim's support: `others` other sources, `open_others` that can be opened.

    `passage_elsewhere` says that one of those holds a passage for the claim, `kept` what we hold of
    what is gone.
    """

    level: Level
    others: int
    open_others: int
    passage_elsewhere: bool
    kept: Kept | None
    reason: str

    @property
    def rank(self) -> tuple[int, bool, bool]:
        """Sort by this: what loses most comes first, of that what nothing is held of."""
        has_passage = self.kept is not None and self.kept.exact is not None
        return LEVELS.index(self.level), self.passage_elsewhere, has_passage


def weigh(behind: Sequence[Support], gone: Collection[str], *, is_copy: bool) -> Impact:
    """Return what is left of a claim with this support when the sources `gone` are.

    With `is_copy` only copies of them are gone (those that `behind` does not tell any more).
    """
    lost = [each for each in behind if each.source_id in gone]
    rest = list(behind) if is_copy else [each for each in behind if each.source_id not in gone]
    others = {each.source_id: each for each in rest}
    if is_copy:  # the source whose copy is gone counts as another only while it can be opened
        others = {
            name: each for name, each in others.items() if name not in gone or _can_be_opened(each)
        }
    open_ones = [each for each in others.values() if _can_be_opened(each)]
    level: Level = "others" if open_ones else "stranded" if others else "only"
    return Impact(
        level=level,
        others=len(others),
        open_others=len(open_ones),
        passage_elsewhere=any(_has_passage(each) for each in rest if each.source_id in others),
        kept=None if is_copy else _kept(lost),
        reason=_reason(level, list(others.values()), open_ones),
    )


def _can_be_opened(one: Support) -> bool:
    has_copy = one.captured is not None or one.attachments > 0 or one.mementos > 0
    return has_copy or one.state in _REACHED


def _has_passage(one: Support) -> bool:
    """A person's word comes first: that it supports the claim, or that it does not."""
    return bool(one.person) if one.person is not None else one.exact is not None


def _kept(lost: Iterable[Support]) -> Kept | None:
    """Return the best copy of what is gone: one with a passage, else the latest capture."""
    some = list(lost)
    for one in some:
        if one.exact is not None and one.person != 0:
            return Kept(one.passage_at, one.exact, one.capture_id, one.attachment_id, one.uri_m)
    captured = max((one.captured for one in some if one.captured), default=None)
    return Kept(captured, None) if captured else None


def _reason(level: Level, others: Sequence[Support], open_ones: Sequence[Support]) -> str:
    """Say in words what remains."""
    if level == "only":
        return "nothing else is cited"
    if level == "others":
        held = sum(1 for each in open_ones if _has_passage(each))
        told = (
            "no passage was found in it" if len(open_ones) == 1 else "no passage was found in them"
        )
        if held:
            told = f"{held} with a passage" if held > 1 or len(open_ones) > 1 else "with a passage"
        return f"{_count(len(open_ones), 'other')} can be opened, {told}"
    states = [(each.state or "unchecked").replace("_", " ") for each in others]
    counted = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    return f"{_count(len(others), 'other')}, none can be opened: {counted}"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
