"""Two drafts, or two versions of one: what changed in its notes, claims and sources. PURE.

Notes are told by what they cite and claims by their words, never by numbers alone: see
`compare_align`. Turned around, a comparison says the same with gained and lost exchanged.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.validate.compare_align import (
    ClaimTraits,
    moved_pairs,
    pair_claims,
    pair_notes,
    pair_the_notes_of_claims,
)
from provenance.validate.compare_citations import Aligned, align_citations, is_completed
from provenance.validate.compare_reading import CitedThing, Side
from provenance.validate.compare_records import (
    CitationSide,
    ClaimChange,
    ClaimWord,
    Comparison,
    Counts,
    NoteChange,
    NoteWord,
    Reading,
)
from provenance.validate.compare_words import differing_words, fold, words_of

__all__ = ["compare"]

# A claim of fewer words may stand anywhere by chance.
_FEWEST_WORDS_TO_STAY = 4
# To look for so many sentences in a long text takes a second.
_MOST_SOUGHT = 1_000


def compare(old: Reading, new: Reading) -> Comparison:
    """Return what changed from `old` to `new`; typography alone (kinds of quotes, dashes, blanks) is no change."""
    return _Comparing(Side(old), Side(new)).compared()


class _Pairing(NamedTuple):
    """Places on the old side -> places on the new side, and which claims stand elsewhere."""

    notes: Mapping[int, int]
    claims: Mapping[int, int]
    moved: frozenset[int]


def _paired(old: Side, new: Side) -> _Pairing:
    """Pair notes and claims, both directions alike: where several pairings are as good, it is the same one."""
    if _rank(old) <= _rank(new):
        return _paired_in_order(old, new)
    notes, claims, moved = _paired_in_order(new, old)
    return _Pairing(
        {there: here for here, there in notes.items()},
        {there: here for here, there in claims.items()},
        frozenset(claims[place] for place in moved),
    )


def _rank(side: Side) -> tuple[str, str]:
    return side.reading.sha256, side.reading.text


def _paired_in_order(old: Side, new: Side) -> _Pairing:
    notes = pair_notes(old.note_traits(), new.note_traits())
    # a paired note has one number on both sides, a note of one side alone one of its own
    numbers = {j: i for i, j in notes.items()}
    alone = len(old.notes)

    def traits(side: Side, number: Mapping[int, int] | None) -> list[ClaimTraits]:
        return [
            ClaimTraits(
                text,
                tuple(words_of(text)),
                tuple(place if number is None else number.get(place, alone + place)
                      for place in side.notes_of(claim)),
            )
            for claim, text in zip(side.claims, side.claim_texts, strict=True)
        ]  # fmt: skip

    claims = pair_claims(traits(old, None), traits(new, numbers))
    behind = ([side.notes_of(claim) for claim in side.claims] for side in (old, new))
    pair_the_notes_of_claims(notes, claims, *behind)
    return _Pairing(notes, claims, frozenset(moved_pairs(claims)))


class _Comparing:
    """Two sides, paired."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old = old
        self._new = new
        self._pairing = _paired(old, new)
        self._aligned: dict[int, Aligned] = {
            i: align_citations(old.cited[old.notes[i].id], new.cited[new.notes[j].id])
            for i, j in self._pairing.notes.items()
        }
        self._names = self._renamed()
        self._sought = 0

    def _renamed(self) -> Mapping[str, str]:
        """Return the other names of things that both sides have: name -> the one that counts here.

        A cut address is the whole one that takes its place, wherever either stands. What is
        described anew is the same thing only where neither side has both: else two are told apart.
        """
        cut: dict[str, set[str]] = {}
        anew: set[tuple[str, str]] = set()
        for aligned in self._aligned.values():
            for old, new in aligned.same:
                if is_completed(old.citation, new.citation):
                    cut.setdefault(old.thing, set()).add(new.thing)
                elif is_completed(new.citation, old.citation):
                    cut.setdefault(new.thing, set()).add(old.thing)
                elif old.thing not in self._new.by_thing and new.thing not in self._old.by_thing:
                    anew.add((old.thing, new.thing))
        olds, news = (Counter(pair[side] for pair in anew) for side in (0, 1))
        names = {new: old for old, new in anew if olds[old] == news[new] == 1}
        return names | {name: wholes.pop() for name, wholes in cut.items() if len(wholes) == 1}

    def _named(self, thing: str) -> str:
        once = self._names.get(thing, thing)
        return self._names.get(once, once)

    def compared(self) -> Comparison:
        notes = tuple(self._notes())
        claims = tuple(self._claims())
        before, after = (
            {self._named(thing): thing for thing in side.by_thing}
            for side in (self._old, self._new)
        )
        gained = [thing for name, thing in after.items() if name not in before]
        lost = [thing for name, thing in before.items() if name not in after]
        return Comparison(
            old=self._old.shown(),
            new=self._new.shown(),
            notes=notes,
            claims=claims,
            sources_gained=tuple(map(self._new.shown_source, gained)),
            sources_lost=tuple(map(self._old.shown_source, lost)),
            summary=_counted(notes, claims, len(gained), len(lost)),
        )

    def _notes(self) -> Iterator[NoteChange]:
        for i, j in _in_order(self._pairing.notes, len(self._old.notes), len(self._new.notes)):
            if i is None and j is not None:
                yield NoteChange(("added",), None, self._new.shown_note(j))
            elif j is None and i is not None:
                yield NoteChange(("dropped",), self._old.shown_note(i), None)
            elif i is not None and j is not None and (change := self._note(i, j)):
                yield change

    def _note(self, i: int, j: int) -> NoteChange | None:
        aligned = self._aligned[i]
        described = tuple(aligned.described())
        texts = self._old.note_texts[i], self._new.note_texts[j]
        cites_alike = not aligned.lost and not aligned.gained and not described
        is_reworded = (
            cites_alike
            and fold(texts[0]) != fold(texts[1])
            and fold(self._old.notes[i].text) != fold(self._new.notes[j].text)
        )
        said: tuple[tuple[NoteWord, bool], ...] = (
            ("renumbered", self._old.notes[i].label != self._new.notes[j].label),
            ("recited", bool(aligned.lost or aligned.gained)),
            ("redescribed", bool(described)),
            ("reworded", is_reworded),
        )
        changes = tuple(word for word, holds in said if holds)
        if not changes:
            return None
        return NoteChange(
            changes,
            self._old.shown_note(i),
            self._new.shown_note(j),
            gained=tuple(each.shown() for each in aligned.gained),
            lost=tuple(each.shown() for each in aligned.lost),
            described=described,
            words=differing_words(*texts) if is_reworded else (),
        )

    def _claims(self) -> Iterator[ClaimChange]:
        for i, j in _in_order(self._pairing.claims, len(self._old.claims), len(self._new.claims)):
            if i is None and j is not None:
                stays = self._stays(self._new.claim_texts[j], self._old)
                yield ClaimChange(("added",), None, self._new.shown_claim(j),
                                  gained=_shown(self._things(self._new, j)), stays=stays)  # fmt: skip
            elif j is None and i is not None:
                stays = self._stays(self._old.claim_texts[i], self._new)
                yield ClaimChange(("dropped",), self._old.shown_claim(i), None,
                                  lost=_shown(self._things(self._old, i)), stays=stays)  # fmt: skip
            elif i is not None and j is not None and (change := self._claim(i, j)):
                yield change

    def _claim(self, i: int, j: int) -> ClaimChange | None:
        before, after = self._things(self._old, i), self._things(self._new, j)
        gained = {thing: each for thing, each in after.items() if thing not in before}
        lost = {thing: each for thing, each in before.items() if thing not in after}
        texts = self._old.claim_texts[i], self._new.claim_texts[j]
        said: tuple[tuple[ClaimWord, bool], ...] = (
            ("reworded", texts[0] != texts[1]),
            ("recited", bool(gained or lost)),
            ("moved", i in self._pairing.moved),
        )
        changes = tuple(word for word, holds in said if holds)
        if not changes:
            return None
        return ClaimChange(
            changes,
            self._old.shown_claim(i),
            self._new.shown_claim(j),
            gained=_shown(gained),
            lost=_shown(lost),
            words=differing_words(self._old.claims[i].text, self._new.claims[j].text),
        )

    def _things(self, side: Side, place: int) -> dict[str, CitedThing]:
        """Return what a claim leans on, by the names that both sides know."""
        found: dict[str, CitedThing] = {}
        for note in side.notes_of(side.claims[place]):
            for each in side.cited[side.notes[note].id]:
                if each.thing:
                    found.setdefault(self._named(each.thing), each)
        return found

    def _stays(self, text: str, other: Side) -> bool:
        """Tell whether the words of a claim stand in the other text, where no marker is behind them."""
        words = words_of(text)
        self._sought += 1
        if len(words) < _FEWEST_WORDS_TO_STAY or self._sought > _MOST_SOUGHT:
            return False
        return f" {' '.join(words)} " in other.body_words


def _shown(things: Mapping[str, CitedThing]) -> tuple[CitationSide, ...]:
    return tuple(each.shown() for each in things.values())


def _in_order(
    pairs: Mapping[int, int], olds: int, news: int
) -> Iterator[tuple[int | None, int | None]]:
    """Yield every place once, in the order of the new side; what is dropped stands behind its predecessor."""
    back = {j: i for i, j in pairs.items()}
    behind: dict[int, list[int]] = {}
    at = -1
    for i in range(olds):
        if i in pairs:
            at = pairs[i]
        else:
            behind.setdefault(at, []).append(i)
    for j in range(-1, news):
        if j >= 0:
            yield back.get(j), j
        yield from ((i, None) for i in behind.get(j, ()))


def _counted(
    notes: Sequence[NoteChange], claims: Sequence[ClaimChange], gained: int, lost: int
) -> Counts:
    of_notes = Counter(word for each in notes for word in each.changes)
    of_claims = Counter(word for each in claims for word in each.changes)
    return Counts(
        notes_added=of_notes["added"],
        notes_dropped=of_notes["dropped"],
        notes_renumbered=of_notes["renumbered"],
        notes_recited=of_notes["recited"],
        notes_redescribed=of_notes["redescribed"],
        notes_reworded=of_notes["reworded"],
        claims_added=of_claims["added"],
        claims_dropped=of_claims["dropped"],
        claims_reworded=of_claims["reworded"],
        claims_recited=of_claims["recited"],
        claims_moved=of_claims["moved"],
        sources_gained=gained,
        sources_lost=lost,
    )
