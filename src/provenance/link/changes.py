"""What differs between a passage as it was and as it is: facts, or only words. PURE.

Facts are numbers (with sign, scale, per cent and currency), dates, names (words with a
capital that the page nowhere writes small), negations and a few words turned into their
opposite ("more" into "less"). No facts are list numbers in front of a passage or a line,
note marks, "The" for "This", and page furniture that was set between the words.

Names are known by capitals: in German each noun looks like one (so more is called a
changed fact there than is), in scripts without capitals none does (so a name that was
changed there counts as words only).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Literal, NamedTuple

from rapidfuzz.distance import LCSseq

from provenance.formats.dates import find_dates
from provenance.link.normal import normalise
from provenance.link.tokens import Token, names_furniture, read_tokens, set_apart

__all__ = ["Changes", "FactChange", "FactKind", "compare_passages"]

FactKind = Literal["number", "date", "name", "negation", "opposite"]

_NEGATIONS = frozenset(
    (
        "not no never none nobody nothing cannot without neither nowhere "
        "pas jamais aucun aucune sans nicht kein keine keinen keinem keiner nie niemals ohne "
        "nunca sin ninguno ninguna non mai senza não nem sem не нет ни без никогда немає без "
        "لا لم لن ليس ليست غير بدون دون نه نیست نمی geen niet değil ingen inte"
    ).split()
)
_NOT_AT_THE_END = "n't"
_BLANK_AT_SIGN = re.compile(r" (?=[.,;:!?)])")
_OPPOSITES = (
    "more less", "more fewer", "over under", "above below", "most least", "before after", "rose fell",
    "rise fall", "rises falls", "risen fallen", "increase decrease", "increased decreased",
    "increases decreases", "increasing decreasing", "gained lost", "won lost", "win lose", "higher lower",
    "up down", "with without", "first last", "minimum maximum", "accepted rejected", "confirmed denied",
    "allowed forbidden", "north south", "east west", "northern southern", "eastern western",
    "guilty innocent", "true false", "import export", "imports exports", "alive dead", "may must",
    "plus moins", "mehr weniger", "más menos", "больше меньше", "более менее",
)  # fmt: skip
_TIME_WORDS = frozenset(
    (
        "january february march april may june july august september october november december "
        "jan feb mar apr jun jul aug sep sept oct nov dec "
        "monday tuesday wednesday thursday friday saturday sunday"
    ).split()
)


class FactChange(NamedTuple):
    """One fact that is not as it was; `""` where the one or the other side has none."""

    kind: FactKind
    before: str
    after: str


class Changes(NamedTuple):
    """What became of a passage, for people: the words and the facts that differ.

    `only_set_apart` is true where every sign of the old passage stands in the new one, in
    order, and all that came in between is furniture of the page or a note's mark.
    """

    facts: tuple[FactChange, ...]
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    only_set_apart: bool


def compare_passages(before: str, after: str, plain_words: frozenset[str] = frozenset()) -> Changes:
    """Return how `after` differs from `before`, two texts as they were read.

    `plain_words` are words that the page writes small somewhere, in normal form: with a
    capital they are no names. Time grows with the product of the two lengths in words
    (divided by 64): 1,000 words against 1,000 take 2 ms.

    >>> compare_passages("The toll is 16.", "This toll is 17.").facts
    (FactChange(kind='number', before='16', after='17'),)
    """
    old, new = read_tokens(before), read_tokens(after)
    new_kept = _without_noise(old, new, after)
    old_kept = _without_noise(new_kept, old, before)
    lost, gained = _differing(old_kept, new_kept)
    facts = [
        *_changed_dates(before, old_kept, after, new_kept),
        *_changed_names(old_kept, new_kept, plain_words),
        *_changed_negations(old_kept, new_kept),
        *_changed_opposites(lost, gained),
    ]
    return Changes(
        facts=tuple(facts),
        lost=tuple(token.key for token in lost),
        gained=tuple(token.key for token in gained),
        # a mark for another mark may be a number: `fax [51]` is not `fax [54]`
        only_set_apart=len(new_kept) < len(new)
        and len(old_kept) == len(old)
        and _signs(before, old, old_kept) == _signs(after, new, new_kept),
    )


def _without_noise(old: Sequence[Token], new: Sequence[Token], text: str) -> list[Token]:
    """The new tokens without what was put between the old ones and says nothing."""
    kept: list[Token] = []
    for tag, _, _, start, end in _opcodes(old, new):
        block = list(new[start:end])
        is_between = start > 0 and end < len(new)
        if tag == "insert" and (
            names_furniture(block) or (is_between and set_apart(text, new, start, end))
        ):
            continue
        if tag != "delete":
            kept += block if tag == "equal" else [t for t in block if t.kind != "mark"]
    return kept


def _opcodes(old: Sequence[Token], new: Sequence[Token]) -> list[tuple[str, int, int, int, int]]:
    found = LCSseq.opcodes([t.key for t in old], [t.key for t in new])
    return [(op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in found]


def _differing(old: Sequence[Token], new: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    lost: list[Token] = []
    gained: list[Token] = []
    for tag, old_start, old_end, new_start, new_end in _opcodes(old, new):
        if tag != "equal":
            lost += old[old_start:old_end]
            gained += new[new_start:new_end]
    return lost, gained


def _signs(text: str, tokens: Sequence[Token], kept: Sequence[Token]) -> str:
    """A text in normal form, without the tokens that were not kept and the signs at them."""
    stays = {token.start for token in kept}
    parts, at, last_stays = [], 0, True
    for token in tokens:
        between, token_stays = text[at : token.start], token.start in stays
        # a sign belongs to the words that it stands at: of `gate, [ad: 5, 6.] which` stays `gate, which`
        if last_stays and token_stays:
            parts.append(between)
        elif last_stays:
            parts += [_up_to_blank(between), " " if re.search(r"\s", between) else ""]
        elif token_stays:
            parts += [" " if re.search(r"\s", between) else "", _up_to_blank(between[::-1])[::-1]]
        if token_stays:
            parts.append(text[token.start : token.end])
        at, last_stays = token.end, token_stays
    parts.append(text[at:])
    return _BLANK_AT_SIGN.sub("", normalise("".join(parts)).text).strip()


def _up_to_blank(text: str) -> str:
    return text.split(maxsplit=1)[0] if text[:1].strip() else ""


def _changed_dates(
    before: str, old: Sequence[Token], after: str, new: Sequence[Token]
) -> list[FactChange]:
    """Dates and numbers: a whole date is one fact however it is written, its figures are none."""
    old_dates, new_dates = find_dates(before), find_dates(after)
    changed = _pair("date", [d.iso for d in old_dates], [d.iso for d in new_dates])
    return changed + _pair(
        "number",
        [t.value for t in _outside(old, old_dates) if t.kind == "number"],
        [t.value for t in _outside(new, new_dates) if t.kind == "number"],
    )


def _outside(tokens: Sequence[Token], spans: Iterable[tuple[str, int, int]]) -> list[Token]:
    inside = [(start, end) for _, start, end in spans]
    return [t for t in tokens if not any(start <= t.start < end for start, end in inside)]


def _pair(kind: FactKind, before: Sequence[str], after: Sequence[str]) -> list[FactChange]:
    """What differs between two rows of facts, in order."""
    if list(before) == list(after):
        return []
    matched = SequenceMatcher(None, before, after, autojunk=False)
    changes = []
    for tag, old_start, old_end, new_start, new_end in matched.get_opcodes():
        if tag != "equal":
            was, now = ", ".join(before[old_start:old_end]), ", ".join(after[new_start:new_end])
            changes.append(FactChange(kind, was, now))
    return changes


def _changed_names(
    old: Sequence[Token], new: Sequence[Token], plain_words: frozenset[str]
) -> list[FactChange]:
    """Names that one side has and the other has in no form; months and weekdays count as dates."""
    lost = _names_missing(old, new, plain_words)
    gained = _names_missing(new, old, plain_words)
    changes: list[FactChange] = []
    for kind, is_date in (("date", True), ("name", False)):
        was = [name for name in lost if (name in _TIME_WORDS) == is_date]
        now = [name for name in gained if (name in _TIME_WORDS) == is_date]
        if was or now:
            changes.append(
                FactChange("date" if kind == "date" else "name", " ".join(was), " ".join(now))
            )
    return changes


def _names_missing(
    here: Sequence[Token], there: Sequence[Token], plain_words: frozenset[str]
) -> list[str]:
    known = {_stem(token.key) for token in there}
    small = {token.key for token in (*here, *there) if token.kind == "word" and not token.is_name}
    found = {
        token.key: None
        for token in here
        if token.is_name
        and _stem(token.key) not in known
        and (token.key in _TIME_WORDS or token.key not in plain_words)
        and token.key not in small
    }
    return list(found)


def _stem(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    return word[:-1] if len(word) > 4 and word.endswith("s") else word


def _changed_negations(old: Sequence[Token], new: Sequence[Token]) -> list[FactChange]:
    was, now = (
        [t.key for t in tokens if t.key in _NEGATIONS or t.key.endswith(_NOT_AT_THE_END)]
        for tokens in (old, new)
    )
    if len(was) == len(now):
        return []
    lost, gained = Counter(was) - Counter(now), Counter(now) - Counter(was)
    return [FactChange("negation", " ".join(lost.elements()), " ".join(gained.elements()))]


def _changed_opposites(lost: Sequence[Token], gained: Sequence[Token]) -> list[FactChange]:
    now = {token.key for token in gained}
    was = {token.key: None for token in lost}
    return [
        FactChange("opposite", word, other)
        for word in was
        for other in sorted(_opposites_of().get(word, frozenset()) & now)
        if other not in was and word not in now
    ]


@cache
def _opposites_of() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one, other in (pair.split() for pair in _OPPOSITES):
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}
