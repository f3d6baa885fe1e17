"""Which note of one draft is which of the other, and which claim: pairs of places. PURE.

From sure to unsure, each step only over what the steps before left::

    notes    same sources, words and claims > same sources and words > same sources
             > sources in common, words alike, or the same claim before them
    claims   same words and notes > same words > same notes or words alike
             > the only ones left under a note
    notes    > the only ones left behind a pair of claims

A step is a longest common subsequence, so that order decides between equals, and then what
stands elsewhere by its key. The unsure step asks only for candidates with something rare in
common: with 10,000 notes it stays a matter of a second.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from rapidfuzz.distance import LCSseq

from provenance.validate.ascending import longest_ascending
from provenance.validate.compare_words import similarity

__all__ = [
    "ClaimTraits",
    "NoteTraits",
    "moved_pairs",
    "pair_claims",
    "pair_notes",
    "pair_the_notes_of_claims",
]

# A subsequence costs a bit for each pair of places: 50 MB.
_MOST_CELLS = 400_000_000
# What so many have in common says nothing about which is which.
_MOST_SHARING = 12
_MOST_CANDIDATES = 8
# Below these two things are not the same one. Notes are made of stock phrases ("available by
# subscription at …"), so that their words have to be nearly the same.
_ALIKE_NOTES = 0.75
_ALIKE_SOURCES = 0.3
_ALIKE_CLAIMS = 0.6
_ALIKE_CLAIMS_OF_A_NOTE = 0.3
_FEWEST_WORDS = 4

_T = TypeVar("_T")
_Pairs = dict[int, int]
_Score = Callable[[int, int], float]


class NoteTraits(NamedTuple):
    """What a note is known by: its number, the things it names, its folded text, its words without addresses, its claims' texts.

    The number decides between notes that are equal in all the rest.
    """

    label: str
    sources: tuple[str, ...]
    text: str
    words: tuple[str, ...]
    claims: tuple[str, ...]


class ClaimTraits(NamedTuple):
    """What a claim is known by: its folded text, its words, and the notes behind it (paired ones by one number)."""

    text: str
    words: tuple[str, ...]
    notes: tuple[int, ...]


def pair_notes(old: Sequence[NoteTraits], new: Sequence[NoteTraits]) -> _Pairs:
    """Return which note of `old` (by its place) is which of `new`."""
    often = [Counter(note[1:] for note in side) for side in (old, new)]
    keys: tuple[Callable[[NoteTraits], Hashable], ...] = (
        # as many equal ones here as there: in order; else their numbers say which is missing
        lambda note: note[1:] if often[0][note[1:]] == often[1][note[1:]] else None,
        lambda note: note,
        lambda note: note[1:],
        lambda note: (note.sources, note.text),
        lambda note: frozenset(note.sources) or None,
    )
    pairs = _paired_by_keys(old, new, keys)
    cited = Counter(source for note in (*old, *new) for source in set(note.sources))

    def score(i: int, j: int) -> float:
        return _score_notes(old[i], new[j], cited)

    _pair_by_traits(pairs, [_marks_of_note(note) for note in old],
                    [_marks_of_note(note) for note in new], score)  # fmt: skip
    return pairs


def _marks_of_note(note: NoteTraits) -> Iterable[Hashable]:
    return {*(("source", each) for each in note.sources), *(("claim", each) for each in note.claims),
            *note.words}  # fmt: skip


def _score_notes(old: NoteTraits, new: NoteTraits, cited: Counter[str]) -> float:
    """Return how much two notes have in common; 0 where that is too little."""
    mine, theirs = set(old.sources), set(new.sources)
    either = sum(1 / cited[each] for each in mine | theirs)
    # what thirty notes cite (a database) says little about which of them is which
    shared = sum(1 / cited[each] for each in mine & theirs) / either if either else 0.0
    alike = 0.0
    if min(len(old.words), len(new.words)) >= _FEWEST_WORDS:
        alike = similarity(" ".join(old.words), " ".join(new.words), _ALIKE_NOTES)
    has_same_claim = bool(set(old.claims) & set(new.claims))
    if shared < _ALIKE_SOURCES and not alike and not has_same_claim:
        return 0.0
    return 2 * shared + alike + has_same_claim


def pair_claims(old: Sequence[ClaimTraits], new: Sequence[ClaimTraits]) -> _Pairs:
    """Return which claim of `old` (by its place) is which of `new`."""
    keys: tuple[Callable[[ClaimTraits], Hashable], ...] = (
        lambda claim: claim,
        lambda claim: claim.text,
    )
    pairs = _paired_by_keys(old, new, keys)

    def score(i: int, j: int) -> float:
        is_under_same = bool(set(old[i].notes) & set(new[j].notes))
        least = _ALIKE_CLAIMS_OF_A_NOTE if is_under_same else _ALIKE_CLAIMS
        alike = similarity(old[i].text, new[j].text, least)
        return alike and alike + 0.5 * is_under_same

    _pair_by_traits(pairs, [{*claim.words, *claim.notes} for claim in old],
                    [{*claim.words, *claim.notes} for claim in new], score)  # fmt: skip
    _pair_the_only_ones(pairs, old, new)
    return pairs


def _pair_the_only_ones(
    pairs: _Pairs, old: Sequence[ClaimTraits], new: Sequence[ClaimTraits]
) -> None:
    """Pair what is the only claim left under a note on both sides: it says something else now."""
    sides = []
    for claims, taken in ((old, set(pairs)), (new, set(pairs.values()))):
        under: defaultdict[int, list[int]] = defaultdict(list)
        for place, claim in enumerate(claims):
            if place not in taken:
                for note in set(claim.notes):
                    under[note].append(place)
        sides.append({note: places[0] for note, places in under.items() if len(places) == 1})
    was_taken: set[int] = set()
    for note in sorted(sides[0].keys() & sides[1].keys()):
        i, j = sides[0][note], sides[1][note]
        if i not in pairs and j not in was_taken:
            pairs[i] = j
            was_taken.add(j)


def pair_the_notes_of_claims(
    notes: _Pairs, claims: _Pairs, old: Sequence[Sequence[int]], new: Sequence[Sequence[int]]
) -> None:
    """Pair what is the only note left behind a claim on both sides; `old` and `new` are the notes of each claim."""
    taken = set(notes.values())
    for i in sorted(claims):
        left = [note for note in old[i] if note not in notes]
        right = [note for note in new[claims[i]] if note not in taken]
        if len(left) == len(right) == 1:
            notes[left[0]] = right[0]
            taken.add(right[0])


def moved_pairs(pairs: _Pairs) -> set[int]:
    """Return the fewest places of the old side whose removal leaves the others in the same order on both."""
    olds = sorted(pairs)
    kept = longest_ascending([pairs[i] for i in olds])
    return {i for index, i in enumerate(olds) if index not in kept}


def _paired_by_keys(
    old: Sequence[_T], new: Sequence[_T], keys: Iterable[Callable[[_T], Hashable]]
) -> _Pairs:
    """Pair what has equal keys, key by key; None is no key."""
    pairs: _Pairs = {}
    for key in keys:
        taken = set(pairs.values())
        left = [(i, key(each)) for i, each in enumerate(old) if i not in pairs]
        right = [(j, key(each)) for j, each in enumerate(new) if j not in taken]
        pairs.update(_paired_equals(*([pair for pair in side if pair[1] is not None]
                                      for side in (left, right))))  # fmt: skip
    return pairs


def _paired_equals(
    left: Sequence[tuple[int, Hashable]], right: Sequence[tuple[int, Hashable]]
) -> _Pairs:
    numbers: dict[Hashable, int] = {}
    coded = [[numbers.setdefault(key, len(numbers)) for _, key in side] for side in (left, right)]
    pairs: _Pairs = {}
    if len(left) * len(right) <= _MOST_CELLS:
        for step in LCSseq.opcodes(coded[0], coded[1]):
            if step.tag == "equal":
                span = range(step.src_end - step.src_start)
                pairs |= {left[step.src_start + k][0]: right[step.dest_start + k][0] for k in span}
    taken = set(pairs.values())
    elsewhere: defaultdict[Hashable, list[int]] = defaultdict(list)
    for j, key in reversed(right):
        if j not in taken:
            elsewhere[key].append(j)
    for i, key in left:
        if i not in pairs and elsewhere[key]:
            pairs[i] = elsewhere[key].pop()
    return pairs


def _pair_by_traits(
    pairs: _Pairs,
    old: Sequence[Iterable[Hashable]],
    new: Sequence[Iterable[Hashable]],
    score: _Score,
) -> None:
    """Pair what is left by its score, the best first; 0 is no pair."""
    found = [
        (-said, i, j)
        for i, candidates in _candidates(pairs, old, new)
        for j in candidates
        if (said := score(i, j)) > 0
    ]
    taken = set(pairs.values())
    for _, i, j in sorted(found):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)


def _candidates(
    pairs: _Pairs, old: Sequence[Iterable[Hashable]], new: Sequence[Iterable[Hashable]]
) -> Iterator[tuple[int, list[int]]]:
    """Yield what each place left over may be: by what is rare and in common, or by standing at the same place."""
    taken = set(pairs.values())
    sharing: defaultdict[Hashable, list[int]] = defaultdict(list)
    for j, marks in enumerate(new):
        if j not in taken:
            for mark in marks:
                sharing[mark].append(j)
    gaps = _gaps(pairs, len(old), len(new))
    for i, marks in enumerate(old):
        if i in pairs:
            continue
        votes: Counter[int] = Counter()
        for places in (sharing.get(mark, ()) for mark in marks):
            if 0 < len(places) <= _MOST_SHARING:
                for j in places:
                    # whole numbers, so that the order of a set changes nothing
                    votes[j] += 5040 // len(places)
        best = sorted(votes, key=lambda j: (-votes[j], j))[:_MOST_CANDIDATES]
        yield i, [*dict.fromkeys((*best, *gaps.get(i, ())))]


def _gaps(pairs: _Pairs, olds: int, news: int) -> dict[int, Sequence[int]]:
    """Return for what is left over what is left over at the same place: behind the same pair, in order."""
    taken = sorted(pairs.values())
    ends = dict(pairwise((-1, *taken, news)))
    found: dict[int, Sequence[int]] = {}
    behind, offset = -1, 0
    for i in range(olds):
        if i in pairs:
            behind, offset = pairs[i], 0
            continue
        offset += 1
        middle = behind + offset
        first = max(behind + 1, middle - _MOST_CANDIDATES // 2)
        found[i] = range(first, min(ends[behind], first + _MOST_CANDIDATES))
    return found
