"""What a claim says against what its sources' texts say: words in quotation marks, names. PURE.

Only what is missing everywhere is told, and only where every source of the claim has a text
that can be read: whoever has read half of the sources cannot say that something is in none.
Which passage carries a claim, and how well, is no question for here (part `link`).
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.formats.language import guess_language
from provenance.model import Claim
from provenance.validate.draft import Cited, Draft, once_a_draft

__all__ = [
    "Backed",
    "Span",
    "Texts",
    "backed_claims",
    "fold",
    "has_name",
    "has_words",
    "names_in",
    "quotations_in",
    "same_language",
    "skeletons",
]  # fmt: skip

Span = tuple[int, int]

# A text of fewer characters is a teaser, a caption or a notice.
_READABLE_CHARS = 400
# Texts that are held in another form: those of the claims around one, not those of a whole archive.
# No claim that anybody wrote has more behind it; with more, each claim would fold all of them anew.
_MOST_HELD = 64
# States in which what was archived may be a part of what the author read.
_HALF_SEEN = frozenset({"walled", "blocked"})
# One or two words in quotation marks are as often irony or a term as they are a quotation.
_LEAST_QUOTED_WORDS = 4

# Straight marks open behind a blank or a bracket and close before none of a word.
_QUOTED = lazy_pattern(
    r"“([^“”]{12,600})”|„([^„“”]{12,600})[“”]|«([^«»]{12,600})»"
    r"|(?<![\w\"])\"(?=\S)([^\"]{0,600})(?<=\S)\"(?!\w)"
)
_LEFT_OUT = lazy_pattern(r"\[[^\]]{0,80}\]|\(?(?:\.\s?){3,}\)?|…")
_WORD = lazy_pattern(r"\w+")
# What NFKD takes off Latin, Greek and Cyrillic letters, and the vowel signs of Hebrew and Arabic.
_ACCENTS = lazy_pattern(
    r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+"
)
_FOLDED = str.maketrans(
    dict.fromkeys("‘’‚‛`´ʼ“”„‟«»\"'", None)
    | dict.fromkeys("‐‑‒–—―−/", " ")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", None)
)


class Texts(tuple[str, ...]):
    """The archived texts behind every claim that leans on the same notes."""

    @cached_property
    def language(self) -> str | None:
        """The language that all of them are in, as `guess_language` says it; None where they are in several."""
        first = _language(self[0])
        return first if all(_language(text) == first for text in self[1:]) else None


class Backed(NamedTuple):
    """The part of a claim that its own note is for, at `start` in the document, and the texts behind it."""

    claim: Claim
    words: str
    start: int
    texts: Texts

    def label(self) -> str:
        """The label of its first marker, as printed."""
        return self.claim.markers[0].label


@once_a_draft
def backed_claims(draft: Draft) -> Sequence[Backed]:
    """Return the claims all of whose sources have texts that can be read, in the order of the document.

    Claims of which a person said that a source supports them are left out: that word wins.
    A marker in mid-sentence stands behind what is before it: a later one of the same
    sentence is asked for the rest only.
    """
    if draft.knowledge is None:
        return ()
    found = []
    asked_to = 0
    # thousands of claims may lean on one note that names thousands of sources
    behind: dict[tuple[str | None, ...], Texts | None] = {}
    for claim in draft.parsed.claims:
        start = max(claim.start, min(asked_to, claim.end))
        asked_to = claim.markers[-1].end
        notes = tuple(marker.note_id for marker in claim.markers)
        if notes not in behind:
            behind[notes] = _texts_behind(draft, claim)
        texts = behind[notes]
        if texts is not None and not _is_confirmed(draft, claim):
            found.append(Backed(claim, draft.text[start : claim.end], start, texts))
    return found


def _is_confirmed(draft: Draft, claim: Claim) -> bool:
    known = (draft.known(each.source) for each in draft.cited_for(claim))
    return any(each is not None and claim.text in each.confirmed for each in known)


def _texts_behind(draft: Draft, claim: Claim) -> Texts | None:
    """Return every archived text of every source of a claim; None where one of them cannot be read, or there are too many."""
    sources = {each.source.id: each for each in draft.cited_for(claim) if each.source is not None}
    found: list[str] = []
    for cited in sources.values():
        texts = _texts_of(draft, cited)
        if not texts:
            return None
        found += texts
        if len(found) > _MOST_HELD:
            return None
    return Texts(found) if found else None


def _texts_of(draft: Draft, cited: Cited) -> Sequence[str]:
    known = draft.known(cited.source)
    if draft.knowledge is None or cited.source is None or known is None:
        return ()
    if known.state in _HALF_SEEN and not known.attachments:
        return ()
    texts = draft.knowledge.texts_of(cited.source.id)
    return [text for text in texts if len(text) >= _READABLE_CHARS]


def same_language(draft: Draft, texts: Texts) -> bool:
    """Tell whether all of these texts are in the language of the document."""
    own = draft.parsed.document.metadata.language or _language(draft.text[:20_000])
    return texts.language == own.partition("-")[0]


@lru_cache(maxsize=_MOST_HELD)
def _language(text: str) -> str:
    return guess_language(text)


@lru_cache(maxsize=_MOST_HELD)
def fold(text: str) -> str:
    """Return the words of a text for comparing: no case, accents, quotation marks, hyphens or punctuation."""
    plain = unicodedata.normalize("NFKD", text.translate(_FOLDED)).casefold()
    bare = plain if plain.isascii() else _ACCENTS.sub("", plain)
    return f" {' '.join(_WORD.findall(bare))} "


def quotations_in(text: str) -> Iterator[Span]:
    """Yield where words of four or more stand in quotation marks, without the marks; no titles of works."""
    for found in _QUOTED.finditer(text):
        group = found.lastindex or 1
        words = _WORD.findall(found[group])
        if len(words) >= _LEAST_QUOTED_WORDS and not _is_title(words):
            yield found.span(group)


def _is_title(words: Sequence[str]) -> bool:
    """Tell whether at least two thirds of the long words have a capital: a work is named, nobody quoted."""
    long = [word for word in words[1:] if len(word) > 3]
    return 3 * sum(word[0].isupper() for word in long) >= 2 * len(long)


def has_words(text: str, quoted: str) -> bool:
    """Tell whether a text has the words of a quotation, one stretch after the other.

    What is left out (…) or put in [brackets] parts it into stretches; a stretch of one word
    says nothing.
    """
    if quoted in text:
        return True
    folded, at = fold(text), 0
    for stretch in _LEFT_OUT.split(quoted):
        words = fold(stretch)
        if len(words.split()) < 2:
            continue
        at = folded.find(words, at)
        if at < 0:
            return False
        at += len(words) - 1
    return True


# -- names ----------------------------------------------------------------------

_NAME = lazy_pattern(
    r"(?<![\w.'’-])[A-Z][\w'’-]+(?:\s(?:(?:of|the|de|du|la|le|von|van|der|den|bin|ibn|al|el|da|dos|y|and)\s){0,2}[A-Z][\w'’-]+)+"
)
_SENTENCE_START = lazy_pattern(r"^[\W_]*")
# Words with capitals that stand beside names: they are said in many ways.
_COMMON = frozenset(
    "the a an in on at of and for from by with as after before during since while when although"
    " president prime minister ministers ministry foreign defense defence interior spokesperson spokesman general major"
    " lieutenant colonel captain commander chief deputy head director secretary chairman chairwoman ambassador senator"
    " governor mayor king queen prince princess sir dr mr mrs ms professor judge justice pope saint st"
    " army navy air force forces armed guard guards brigade division regiment battalion corps unit staff"
    " north northern south southern east eastern west western central new united state states national federal"
    " republic city county province district region oblast university college school institute company group party"
    " chairman ceo medalist committee council board association center centre department office agency court house church street road river"
    " january february march april may june july august september october november december"
    " monday tuesday wednesday thursday friday saturday sunday he she it they his her their its this that these"
    " managing executive interim former bachelor master arts science celebration after before under"
    " then also however according meanwhile additionally separately following despite both several some many other"
    " american british english french german russian ukrainian chinese israeli iranian european".split()
)
_TWICE = lazy_pattern(r"(\S)\1+")
_ALIKE = str.maketrans(
    {"q": "k", "c": "k", "w": "v", "j": "a", "y": "a", "z": "s", "x": "ks", "g": "k", "d": "t"}
    | dict.fromkeys("eiouıə", "a")
)


def names_in(text: str) -> Iterator[Span]:
    """Yield where names of two words or more stand that are more than titles and common words."""
    for found in _NAME.finditer(text):
        if any(_is_own(word) for word in found[0].split()):
            yield found.span()


def _is_own(word: str) -> bool:
    return word[:1].isupper() and len(word) > 3 and word.casefold() not in _COMMON


def has_name(text: str, name: str) -> bool:
    """Tell whether a text has any word of a name that is its own, or the name's initials.

    One word is enough: a page says "Shoigu" where a claim says "Sergei Shoigu".
    """
    own = [word for word in name.replace("-", " ").split() if _is_own(word)]
    if any(word in text for word in own):
        return True
    initials = "".join(word[0] for word in name.split() if word[:1].isupper()).casefold()
    known = skeletons(text)
    return f"={initials}" in known or any(_skeleton(word) in known for word in own)


@lru_cache(maxsize=_MOST_HELD)
def skeletons(text: str) -> frozenset[str]:
    """Return the consonants of every word of a text, so that Muhammad is Mohammed; of short words all letters (`=us`)."""
    folded = fold(text.replace("’s", "").replace("'s", ""))
    short = {f"={word}" for word in set(folded.split()) if 2 <= len(word) <= 5}
    return frozenset(_bare(set(_alike(folded).split()))) | short


def _skeleton(word: str) -> str:
    return _bare([_alike(fold(word.removesuffix("’s").removesuffix("'s"))).strip()])[0]


def _alike(folded: str) -> str:
    """Return words with letters that sound alike as one, none of them twice in a row."""
    return _TWICE.sub(r"\1", folded.replace("ph", "f").translate(_ALIKE))


def _bare(alike: Iterable[str]) -> list[str]:
    """Return the consonants of such words; of fewer than three with the vowels' places."""
    once = [word.removesuffix("s") for word in alike]
    if not once:
        return []
    bare = _TWICE.sub(r"\1", "\n".join(once).replace("a", "")).split("\n")
    return [few if len(few) > 2 else f"-{word}" for word, few in zip(once, bare, strict=True)]
