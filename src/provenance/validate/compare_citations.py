"""The citations of one note on both sides: which are the same, which are described otherwise. PURE."""

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from provenance.model import Citation
from provenance.validate.compare_reading import CitedThing
from provenance.validate.compare_records import CitationChange, FieldChange
from provenance.validate.compare_words import fold, similarity

__all__ = ["Aligned", "align_citations", "is_completed"]

# "Interview with a ferryman, March 1" and "…, March 2": so alike are two spellings of one thing that
# has no address. Addresses are not held against each other: two posts differ in a digit.
_ALIKE = 0.8
# No note names a hundred things anew; of one that does, only what is gained and lost is said.
_MOST_FITTED = 10_000
# A cut address has no canonical form: of the whole one, only these are passed over.
_SCHEME = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)
_FIELDS = ("kind", "url", "publisher", "title", "authors", "date", "pages", "accessed", "isbn", "access",
           "archive_url")  # fmt: skip


class Aligned(NamedTuple):
    """The citations of a note: (old, new) of the same thing, what is lost, what is gained."""

    same: tuple[tuple[CitedThing, CitedThing], ...]
    lost: tuple[CitedThing, ...]
    gained: tuple[CitedThing, ...]

    def described(self) -> Iterator[CitationChange]:
        """Yield what is said otherwise of the same thing."""
        for old, new in self.same:
            if fields := tuple(_fields(old.citation, new.citation)):
                yield CitationChange(old.shown(), new.shown(), fields)


def align_citations(old: Sequence[CitedThing], new: Sequence[CitedThing]) -> Aligned:
    """Return which citation of a note is which: by its source, and else by what it says, where one alone fits."""
    same: list[tuple[CitedThing, CitedThing]] = []
    waiting: defaultdict[str, deque[CitedThing]] = defaultdict(deque)
    for each in new:
        waiting[each.thing].append(each)
    lost = []
    for each in (each for each in old if each.thing):
        if waiting[each.thing]:
            same.append((each, waiting[each.thing].popleft()))
        else:
            lost.append(each)
    left = {id(each) for thing, waits in waiting.items() if thing for each in waits}
    gained = [each for each in new if id(each) in left]
    restated = _restated(lost, gained)
    same += restated
    of_old, of_new = ({id(pair[side]) for pair in restated} for side in (0, 1))
    return Aligned(
        tuple(sorted(same, key=lambda pair: pair[1].citation.index)),
        tuple(each for each in lost if id(each) not in of_old),
        tuple(each for each in gained if id(each) not in of_new),
    )


def _restated(
    lost: Sequence[CitedThing], gained: Sequence[CitedThing]
) -> list[tuple[CitedThing, CitedThing]]:
    """Pair what is the same thing under another name; where several fit, none is taken."""
    if len(lost) * len(gained) > _MOST_FITTED:
        return []
    fits = [(a, b) for a in lost for b in gained if _is_restated(a.citation, b.citation)]
    olds = [id(a) for a, _ in fits]
    news = [id(b) for _, b in fits]
    return [(a, b) for a, b in fits if olds.count(id(a)) == 1 and news.count(id(b)) == 1]


def _is_restated(old: Citation, new: Citation) -> bool:
    if old.canonical_url and new.canonical_url:
        return is_completed(old, new) or is_completed(new, old) or _has_same_title(old, new)
    if _has_same_title(old, new):
        return True
    if old.canonical_url or new.canonical_url:
        return False
    return old.kind == new.kind and similarity(fold(old.raw), fold(new.raw), _ALIKE) > 0


def is_completed(cut: Citation, whole: Citation) -> bool:
    """Tell whether a cut address begins like another that is longer."""
    begin, rest = (_SCHEME.sub("", each.url or "") for each in (cut, whole))
    begin = begin.rstrip(".…")
    return cut.truncated and "/" in begin and len(rest) > len(begin) and rest.startswith(begin)


def _has_same_title(old: Citation, new: Citation) -> bool:
    if not old.title or not new.title:
        return False
    same_house = (
        not old.publisher or not new.publisher or fold(old.publisher) == fold(new.publisher)
    )
    return fold(old.title).casefold() == fold(new.title).casefold() and same_house


def _fields(old: Citation, new: Citation) -> Iterator[FieldChange]:
    for name in _FIELDS:
        before, after = _said(old, name), _said(new, name)
        if fold(before or "") != fold(after or ""):
            yield FieldChange(name, before, after)


def _said(citation: Citation, name: str) -> str | None:
    value: str | tuple[str, ...] | None = getattr(citation, name)
    return "; ".join(value) or None if isinstance(value, tuple) else value
