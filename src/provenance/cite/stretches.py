"""Stretches of prose in a note: where one thing that it says ends and the next begins.

A semicolon outside quotes and brackets ends one; so does the end of a sentence
where a comment stands beside a citation ("He denies it. See Doe, Rivers, 45."):
a sentence with a finite verb is a comment, one without is a citation or part of
one, since full stops also part author, title and publisher ("Doe, J. (2011).
Rivers. Example Press.").

All functions are linear in the length of what they read.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from provenance.cite.listed import begins_listed_work
from provenance.cite.patterns import lazy_pattern
from provenance.cite.phrases import (
    ABBREVIATIONS,
    ACCESSED,
    FINITE_VERBS,
    HEREINAFTER,
    PAGE_WORDS,
    PARAGRAPH_WORDS,
    SIGNAL_START,
)
from provenance.formats.dates import find_dates
from provenance.text import Span

__all__ = [
    "Stretch",
    "end_of_locator",
    "is_comment",
    "is_filler",
    "outside_quotes",
    "split_prose",
    "trim",
]


class Stretch(NamedTuple):
    """A stretch of prose that names one thing; `ends_list` tells that a semicolon closes it."""

    span: Span
    ends_list: bool


_FILLER = lazy_pattern(
    r"""(?:%20|[\W_]|\b(?:[a-z]|and|or|see|also|cf|e\.?g|i\.?e|compare|including|both|via|in|at|the|from|that
        |nbsp|sources?|notes?|graphic|quoted|cited|as|with|on|of|to|by|for|more|here|there|last
        |available|accessed|access|retrieved|visited)\b)*+""",
    re.IGNORECASE | re.VERBOSE,
)
# a short form of single letters, which would pass for connecting words
_ABBREVIATED = lazy_pattern(r"a\.\s?a\.\s?o\.|s\.\s?o\.|s\.\s?u\.", re.IGNORECASE)
_SEMICOLON = lazy_pattern("[;؛]")
_ENCLOSING = lazy_pattern(r"[“«„(\[”»)\]\"]")
_OPENING = "“«„(["
# `^` and the arrows lead back to the marker
_EDGE = " \t\r\n\u00a0\u202f;,،|•·–—-^↩↑\ufe0e"
_SENTENCE_END = lazy_pattern(
    r"(?<![\s.])[.!?؟۔][”»\")\]’]*\s+(?=[\W_]{0,3}[^\W\d_])(?![\W_]{0,3}[a-zà-ÿа-я])"
)
_WORD_BEFORE = lazy_pattern(r"[^\s(\[“\"«]{1,12}$")
_SIGNAL = lazy_pattern(rf"[\W_]*(?:{SIGNAL_START})")
# `Doe, J. (2011).` announces a title, be it a whole sentence
_ANNOUNCES_TITLE = lazy_pattern(
    r"\((?:[^()]{0,40}\D)?(?:1[6-9]|20)\d\d[a-z]?(?:[^()]{0,20})?\)[.:,]?\W*$"
)
# Behind an address: which part of it, when it was read, what it will be called, who may read it.
_LOCATOR = lazy_pattern(
    rf"""\s*+(?:[,،(\[>]?\s*+(?:\d{{1,4}}\s?[-–]\s?\d{{1,4}}(?=\W*$)|(?:{ACCESSED}|(?:{HEREINAFTER}))\b
        |(?:archived|updated)\s[^;]{{0,30}}?\d|(?:{PAGE_WORDS}|{PARAGRAPH_WORDS}|at)\s?[\d٠-٩۰-۹]|geolocat|minute\s\d|timestamp
        |(?:subscription|login|registration)\s+(?:required|only)|paywall)
      |\.?\s*+(?:(?:{ACCESSED})\b[\s\w,:.]{{0,30}}\d{{4}}|(?:ISBN|ISSN|PMID|PMC|S2CID|OCLC|Bibcode|hdl)[\s:]{{0,3}}\d))[^;؛]*""",
    re.IGNORECASE | re.VERBOSE,
)
# `Sanderson, Peter; Gilbert, Laura (2008)`: wikis part authors by semicolons
_NAME = r"[^\W\d_][\w’'-]{1,30}(?:\s[^\W\d_][\w’'-]{1,30})?,\s[^\W\d_][\w.’'-]{0,30}(?:\s[^\W\d_][\w.’'-]{0,30}){0,2}"
_INVERTED_NAME = lazy_pattern(rf"\s*{_NAME}(?=\s*(?:;|\(|:\s|\.?$))")
_INVERTED_NAMES = lazy_pattern(rf"[\W_]*(?:[a-z]\s)*{_NAME}(?:;\s{_NAME}){{0,20}}\s*")
# `S. 147; 149`, `Against the Grain; Chapter 3, …`: what goes on with the same work
_GOES_ON = lazy_pattern(
    r"\s*(?:\d{1,4}(?:\s?[–-]\s?\d{1,4})?\W*$|(?:chapter|ch\.|kap(?:itel|\.))\s\d"
    r"|(?:available|verfügbar|disponible|доступн[аоы])\s(?:(?:up)?on\srequest|auf\sanfrage|sur\sdemande|a\ssolicitud|по\sзапросу)\W*$)",
    re.IGNORECASE,
)
_REACH = 300
# "According to Doe, “it rained.”": what is quoted is no title
_REPORTS = lazy_pattern(
    r"[\W_]*(?:according\s+to|in\s+the\s+words\s+of|laut|selon|según|по\s+словам|за\s+словами|وفقا)\s",
    re.IGNORECASE,
)
# `Doe, J., & Roe, R. (2010). Attention is all …`: titles are sentences in the author-date styles
_BEGINS_WITH_AUTHORS = lazy_pattern(
    r"[\W_]*(?P<names>[^\W\d_][^()“”\"\d]{1,300}+)\((?:1[6-9]|20)\d\d[a-z]?(?:,[^()]{1,20})?\)[.:,]"
)
_WORD = lazy_pattern(r"[^\W\d_]{2,}")
_LEAST_WORDS_OF_COMMENT = 4


def is_filler(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` only separates: punctuation and connecting words."""
    return _FILLER.fullmatch(text, start, end) is not None


def trim(text: str, start: int, end: int) -> Span:
    """Leave white space and separators off both edges of a range."""
    while start < end and (text[start] in _EDGE or text.startswith(". ", start, end)):
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return Span(start, end)


def split_prose(text: str, start: int, end: int) -> list[Stretch]:
    """Cut `text[start:end]` at open semicolons, and between comments and citations; edges are trimmed."""
    enclosed = _enclosed(text, start, end)
    semicolons = [m.start() for m in _SEMICOLON.finditer(text, start, end)]
    cuts = _real_cuts(text, start, end, [at for at in semicolons if not _is_inside(enclosed, at)])
    stretches = []
    for left, right in zip([start, *(cut + 1 for cut in cuts)], [*cuts, end], strict=True):
        pieces = _split_sentences(text, left, right, enclosed)
        for number, (first, last) in enumerate(pieces, 1):
            span = trim(text, first, last)
            if _ABBREVIATED.match(text, span.start, span.end) or not is_filler(
                text, span.start, span.end
            ):
                closes = number == len(pieces) and (right < end or right in cuts)
                stretches.append(Stretch(span, closes))
    return stretches


def end_of_locator(text: str, start: int, limit: int) -> int:
    """Where the words end that say which part of an address is meant, or when it was read."""
    locator = _LOCATOR.match(text, start, limit)
    if locator is None:
        return start
    sentence_end = next(
        (
            match.start() + 1
            for match in _SENTENCE_END.finditer(text, start, locator.end())
            if match.start() > start and _ends_sentence(text, start, match.start())
        ),
        locator.end(),
    )
    return trim(text, start, sentence_end).end


def _real_cuts(text: str, start: int, end: int, semicolons: Sequence[int]) -> list[int]:
    """Leave out the semicolons inside one citation: between authors, pages, a book and its chapter."""
    cuts: list[int] = []
    limits = [*semicolons[1:], end]
    for at, limit in zip(semicolons, limits, strict=False):
        before = text[max(start, at - _REACH, cuts[-1] + 1 if cuts else start) : at]
        after = text[at + 1 : min(limit, at + 1 + _REACH)]
        names_go_on = _INVERTED_NAMES.fullmatch(before) and _INVERTED_NAME.match(after)
        if not names_go_on and not _GOES_ON.match(after):
            cuts.append(at)
    return cuts


def _enclosed(text: str, start: int, end: int) -> list[Span]:
    """The outermost quotations and brackets, in order; what is never closed encloses nothing."""
    opened: list[int] = []
    pairs: list[Span] = []
    for match in _ENCLOSING.finditer(text, start, end):
        at = match.start()
        closes_low = match[0] == "“" and opened and text[opened[-1]] == "„"
        is_opening = match[0] in _OPENING or (match[0] == '"' and _opens(text, start, at))
        if is_opening and not closes_low:
            opened.append(at)
        elif opened:
            pairs.append(Span(opened.pop(), at + 1))
    whole = trim(text, start, end)
    if whole in pairs and text[whole.start] == "(":
        pairs.remove(whole)  # the whole note stands in brackets: 13 of them do
    outermost: list[Span] = []
    for pair in sorted(pairs):
        if not outermost or pair.start >= outermost[-1].end:
            outermost.append(pair)
    return outermost


def _opens(text: str, start: int, at: int) -> bool:
    """Tell whether a straight quotation mark opens: something stands behind it, nothing before."""
    before = text[at - 1] if at > start else " "
    return (before.isspace() or before in "([—–-“/") and not text[at + 1 : at + 2].isspace()


def _is_inside(enclosed: Sequence[Span], at: int) -> bool:
    index = bisect_right(enclosed, at, key=lambda span: span.start) - 1
    return index >= 0 and at < enclosed[index].end - 1


def _split_sentences(
    text: str, start: int, end: int, enclosed: Sequence[Span]
) -> list[tuple[int, int]]:
    """Cut where a comment meets a citation, and before a sentence that begins with "See"."""
    ends = [
        match.end()
        for match in _SENTENCE_END.finditer(text, start, end)
        if not _is_inside(enclosed, match.end() - 1) and _ends_sentence(text, start, match.start())
    ]
    if not ends or (begins_listed_work(text[start:end]) and not is_comment(text[ends[-1] : end])):
        return [(start, end)]
    sentences = list(zip([start, *ends], [*ends, end], strict=True))
    pieces = [sentences[0]]
    was_comment = is_comment(text[slice(*sentences[0])])
    for before, sentence in pairwise(sentences):
        words = text[slice(*sentence)]
        comments = is_comment(words) and not _ANNOUNCES_TITLE.search(text[slice(*before)][-80:])
        if comments != was_comment or (_SIGNAL.match(words) and not comments):
            pieces.append(sentence)
        else:
            pieces[-1] = (pieces[-1][0], sentence[1])
        was_comment = comments
    return pieces


def _ends_sentence(text: str, start: int, at: int) -> bool:
    """Tell the end of a sentence from the full stop of an abbreviation or an initial."""
    if text[at] != ".":
        return True
    word = _WORD_BEFORE.search(text[max(start, at - 13) : at])
    if word is None:
        return True
    letters = word[0].rstrip(".")
    if letters.isdigit() and _stands_inside_day(text, at):
        return False
    return letters.casefold() not in ABBREVIATIONS and not (len(letters) == 1 and letters.isalpha())


def _stands_inside_day(text: str, at: int) -> bool:
    """Tell whether the full stop is that of "5. Juni 2021"."""
    return any(day.start < at < day.end for day in find_dates(text, max(0, at - 2), at + 30))


# The same words are asked about up to five times while their note is read.
@lru_cache(maxsize=64)
def is_comment(sentence: str) -> bool:
    """Tell a sentence that says something from words that only name something.

    >>> [is_comment(words) for words in ("The number is unknown to us.", "Doe, “This Is It,” 2020.")]
    [True, False]
    """
    words = outside_quotes(sentence)
    if _REPORTS.match(words):
        return True
    if begins_listed_work(sentence):
        return False
    authors = _BEGINS_WITH_AUTHORS.match(sentence)
    if _SIGNAL.match(words) or (authors and not FINITE_VERBS.search(authors["names"])):
        return False
    return (
        len(_WORD.findall(words)) >= _LEAST_WORDS_OF_COMMENT
        and FINITE_VERBS.search(words) is not None
    )


def outside_quotes(words: str) -> str:
    """What stands outside quotations and brackets, which are left standing as blanks of one character."""
    kept, position = [], 0
    for span in _enclosed(words, 0, len(words)):
        kept.append(words[position : span.start])
        position = span.end
    return " ".join([*kept, words[position:]])
