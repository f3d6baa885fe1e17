"""When is a page no longer what claims lean on? PURE.

A source counts as drifted while it shows a text

    that is mostly another than its base      (`DRIFTED_AT` of the words), or
    in which a passage that a claim leans on is altered or missing.

The base never moves with later looks (`store.rot`), so that a page which another took over
stays another on every night; and it is itself again as soon as it shows what it did. The
reason quotes no page: it outlives withdrawals, and is shown where pages must not be.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from provenance.link.anchor import Anchored
from provenance.model import Passage, PassageState
from provenance.watch.drift import Drift, PageText, compare_pages
from provenance.watch.passages import Followed, follow_passages

__all__ = ["DRIFTED_AT", "ROT_METHOD", "Rot", "find_rot"]

# What is found by another method is found anew.
ROT_METHOD = "rot/2"
# Measured on real revisions half a year apart and on other pages of the same sites
# (benchmarks/rot.py, docs/evidence.md): above it a page is nearly always another one.
DRIFTED_AT = 0.50

_LOST: frozenset[PassageState] = frozenset({"altered", "missing"})


class Rot(NamedTuple):
    """What became of a page: `drift` from its base, its passages in the order asked, and in words.

    `reason` is None where the source does not count as drifted.
    """

    drift: Drift
    followed: tuple[Followed, ...]
    reason: str | None


def find_rot(
    base: PageText | None,
    now: PageText,
    passages: Sequence[Passage],
    furniture: Collection[str] = frozenset(),
) -> Rot:
    """Return what became of the page `base` in its later text `now`.

    `passages` are those that claims lean on, one for each claim; the same one is looked for
    once. Without a base only they are looked for. `furniture` are lines of the host's other
    pages.

    >>> quoted = Passage("The toll is 16.", "", "", 0, 15)
    >>> find_rot(None, PageText("News. The toll is 17."), [quoted]).reason
    'the passage that a claim leans on is altered'
    """
    drift = Drift(0.0, 0, 0, ()) if base is None else compare_pages(base, now, furniture)
    different = dict.fromkeys(passages)
    # a page is made ready to be searched at a cost: not for nothing
    found = follow_passages(different, now.text) if different else ()
    once = {each.passage: each for each in found}
    followed = tuple(once[passage] for passage in passages)
    return Rot(drift, followed, _say(drift, [each.found for each in followed]))


def _say(drift: Drift, found: Sequence[Anchored]) -> str | None:
    said = []
    if lost := _say_passages(found):
        said.append(lost)
    if drift.share > DRIFTED_AT:
        much = "another text" if drift.share >= 0.9 else "most of the text changed"
        percent = f"{round(100 * drift.share)} % of the words"
        said.append(f"{much} ({percent}) since the copy that claims lean on")
    if said and drift.others:
        # alone they prove nothing (a headline is touched up, a link is mended); beside it they do
        said.append(f"another {' and '.join(drift.others)}")
    return "; ".join(said) or None


def _say_passages(found: Sequence[Anchored]) -> str:
    states = [each.state for each in found]
    lost = sum(state in _LOST for state in states)
    if not lost:
        return ""
    altered, missing = states.count("altered"), states.count("missing")
    if len(states) == 1:
        return f"the passage that a claim leans on is {states[0]}"
    counts = [f"{altered} altered"] * bool(altered) + [f"{missing} missing"] * bool(missing)
    return f"of the passages that {len(states)} claims lean on, {' and '.join(counts)}"
