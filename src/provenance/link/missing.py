"""What of a claim a passage does not have: the editor's most useful line. PURE."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from provenance.link.acronyms import Abbreviation, find_declared, names_carried
from provenance.link.cross_language import skeleton
from provenance.link.facts import Fact, FoundFact, find_facts
from provenance.link.terms import STOP_WORDS, fold_word, read_terms

__all__ = ["Contradiction", "Missing", "find_missing"]

_NAME = re.compile(r"[^\W\d_][\w’'-]+")
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)\W*$")
_COUNTED = re.compile(r"[\s-]+([^\W\d_]+)")
# "80 of the guild’s members"
_PART_OF = re.compile(r"\s+of\s+(?:the|its|their|these|those|all)\s+([^\W\d_]+)")
# Names are spelled in many ways: Muhammad, Mohammed.
_LEAST_ALIKE = 80.0
_LEAST_CONSONANTS = 4
# The date over a post: 2024-03-01 is March 1.
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_AFTER = re.compile(r"^\s+(\d{1,2})\b")
_DAY_BEFORE = re.compile(r"\b(\d{1,2})\.?\s+(?:de\s+)?$")


class Contradiction(NamedTuple):
    """A number that counts the same thing in both, and is another one: 16 attacks, 17 attacks."""

    asked: str
    found: str


class Missing(NamedTuple):
    """Numbers and dates, and names, as the claim writes them, in its order."""

    facts: tuple[str, ...]
    names: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]

    def __bool__(self) -> bool:
        """Tell whether anything is missing."""
        return bool(self.facts or self.names)


def find_missing(
    claim: str,
    language: str,
    passage: str,
    beside: Sequence[str],
    page_language: str,
    *,
    declared: frozenset[Abbreviation] = frozenset(),
) -> Missing:
    """Return what the claim says that neither the passage nor the sentences beside it have.

    Numbers, dates and countries are compared by what they mean; names letter by letter, a few
    letters may differ; a country's own name counts as its fact, not as a name. An acronym is
    there where its name is spelled out, and the other way about; `declared` is what the page says
    is short for what.
    """
    texts = (passage, *beside)
    there = _facts_there(texts, page_language)
    asked = sorted(find_facts(claim, language), key=lambda found: found.span)
    lacking = [found for found in asked if found.fact not in there]
    written = [_as_date(claim, found) for found in lacking]
    words = sorted({word for text in texts for word in read_terms(text, page_language).words})
    facts = {span for found in asked for span in range(*found.span)}
    carried = names_carried(claim, texts, declared | find_declared([claim]))
    return Missing(
        facts=tuple(dict.fromkeys(_drop_parts(written))),
        names=tuple(
            name
            for name in _names_in(claim, facts)
            if fold_word(name) not in carried
            and not _has_name(name, words)
            and not (language != page_language and _sounds_like(name, words))
        ),
        contradictions=tuple(_contradicted(claim, language, lacking, passage, page_language)),
    )


def _facts_there(texts: Sequence[str], language: str) -> set[Fact]:
    """What the texts name, the parts of dates such as 2024-03-01 among it."""
    there = {
        found.fact for text in texts for found in find_facts(_ISO_DATE.sub(" ", text), language)
    }
    dates = [date for text in texts for date in _ISO_DATE.finditer(text)]
    return there | {fact for date in dates for fact in _facts_of(date)}


def _facts_of(date: "re.Match[str]") -> tuple[Fact, ...]:
    year, month, day = (str(int(part)) for part in date.groups())
    return Fact("number", year), Fact("month", f"m{month}"), Fact("number", day)


def _as_date(claim: str, found: FoundFact) -> str:
    """A month with the day beside it, as the claim writes them; anything else by itself."""
    start, end = found.span
    if found.fact.kind != "month":
        return claim[start:end]
    after, before = _DAY_AFTER.match(claim[end:]), _DAY_BEFORE.search(claim[:start])
    if after:
        return claim[start : end + after.end()]
    return claim[before.start() : end] if before else claim[start:end]


def _drop_parts(written: Sequence[str]) -> list[str]:
    """Without the `19` whose `November 19` is named already."""
    dates = [one for one in written if " " in one]
    return [one for one in written if not any(one in date.split() for date in dates)]


def _names_in(claim: str, facts: set[int]) -> list[str]:
    """The words with a capital that no sentence begins with, each once."""
    found = []
    for word in _NAME.finditer(claim):
        is_name = word[0][0].isupper() and fold_word(word[0]) not in STOP_WORDS
        begins = _SENTENCE_START.search(claim[: word.start()])
        if is_name and not begins and word.start() not in facts and len(word[0]) > 2:
            found.append(re.sub("['’]s$", "", word[0]))
    return list(dict.fromkeys(found))


def _has_name(name: str, words: Sequence[str]) -> bool:
    parts = [fold_word(part) for part in re.split("[-'’]", name) if len(part) > 1]
    return all(
        any(word == part or fuzz.ratio(word, part) >= _LEAST_ALIKE for word in words)
        for part in parts
    )


def _sounds_like(name: str, words: Sequence[str]) -> bool:
    """Tell whether a name of another script has the same consonants: Corps, Корпус."""
    bare = skeleton(fold_word(name))
    return len(bare) >= _LEAST_CONSONANTS and any(skeleton(word) == bare for word in words)


def _contradicted(
    claim: str, language: str, lacking: Sequence[FoundFact], passage: str, page_language: str
) -> list[Contradiction]:
    if language != page_language:
        return []
    counted = {
        _counted(passage, found, language): passage[slice(*found.span)]
        for found in find_facts(passage, language)
        if found.fact.kind == "number"
    }
    counted.pop("", None)
    return [
        Contradiction(claim[slice(*found.span)], counted[thing])
        for found in lacking
        if found.fact.kind == "number" and (thing := _counted(claim, found, language)) in counted
    ]


def _counted(text: str, found: FoundFact, language: str) -> str:
    """What a number counts: the stem of the word behind it, or of what it is a part of; empty for nothing."""
    part = _PART_OF.match(text, found.span.end)
    if part:
        return f"of {read_terms(part[1], language).stems[0]}"
    word = _COUNTED.match(text, found.span.end)
    if word is None or fold_word(word[1]) in STOP_WORDS:
        return ""
    return read_terms(word[1], language).stems[0]
