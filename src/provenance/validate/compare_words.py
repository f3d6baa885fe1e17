"""Words held against words: folded for telling whether they are the same, and drawn where they differ. PURE."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from provenance.validate.compare_records import RunWord, WordRun

__all__ = ["differing_words", "fold", "similarity", "words_of"]

# What word processors and web pages put in place of each other: the words are the same.
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
        "…": "...",
    }
)
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_WORD = re.compile(r"\w+")
# Of two texts that are longer together, only that they differ is said: the comparison's memory
# grows with their product.
_MOST_TOKENS = 20_000
# The time grows with the product of the lengths, and nothing else runs meanwhile: two claims of a megabyte
# took 20 s, so much takes 20 ms.
_MOST_CHARS = 20_000
# "the 5 barges" -> "the 6 ferries": what is left of the words in between is easier read as gone.
_LEAST_BETWEEN = 4


def fold(text: str) -> str:
    """Return a text without what is typography alone: kinds of quotes, dashes and blanks.

    >>> fold("“Tolls”  rose – again") == fold('"Tolls" rose - again')
    True
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_FOLDED).split())


def words_of(text: str) -> list[str]:
    """Return the words of a folded text, in small letters."""
    return _WORD.findall(text.casefold())


def similarity(old: str, new: str, least: float = 0.0) -> float:
    """Return how alike two texts are, 0 to 1 (one less the Indel distance over both lengths); 0 below `least`.

    Very long texts are told by their beginnings, and are no more alike than their lengths.
    """
    alike = fuzz.ratio(old[:_MOST_CHARS], new[:_MOST_CHARS], score_cutoff=least * 100) / 100
    if max(len(old), len(new)) > _MOST_CHARS:
        alike = min(alike, 2 * min(len(old), len(new)) / (len(old) + len(new)))
    return alike if alike >= least else 0.0


def differing_words(old: str, new: str) -> tuple[WordRun, ...]:
    """Return both texts as one row of runs: what both have, what is gone, what is new.

    The runs that are not new give `old`, those that are not gone give `new`, blanks folded.
    Turned around, the same runs are gone and new. Empty where the folded texts are equal.

    >>> [(run.op, run.text) for run in differing_words("two barges", "ten barges")]
    [('gone', 'two'), ('new', 'ten'), ('same', ' barges')]
    """
    old, new = " ".join(old.split()), " ".join(new.split())
    if fold(old) == fold(new):
        return ()
    is_turned = old > new  # there may be several shortest ways: both directions go the same
    first, second = (new, old) if is_turned else (old, new)
    pieces = _joined(_pieces(_TOKEN.findall(first), _TOKEN.findall(second)))
    return tuple(_runs(pieces, is_turned=is_turned))


def _pieces(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (both, only the first, only the second), either the one or the others filled."""
    if len(first) + len(second) > _MOST_TOKENS:
        yield "", "".join(first), "".join(second)
        return
    numbers: dict[str, int] = {}
    coded = [[numbers.setdefault(fold(token) or " ", len(numbers)) for token in side]
             for side in (first, second)]  # fmt: skip
    gone = new = ""
    for step in Indel.opcodes(coded[0], coded[1]):
        if step.tag == "equal":
            if gone or new:
                yield "", gone, new
                gone = new = ""
            # a quote that only looks otherwise is shown as the first has it
            yield "".join(first[step.src_start : step.src_end]), "", ""
        else:
            gone += "".join(first[step.src_start : step.src_end])
            new += "".join(second[step.dest_start : step.dest_end])
    if gone or new:
        yield "", gone, new


def _joined(pieces: Iterator[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Join changes with hardly a word between them."""
    made: list[tuple[str, str, str]] = []
    for both, gone, new in pieces:
        if not both and len(made) > 1 and not made[-1][0].strip(" ,;:.'\"-")[_LEAST_BETWEEN - 1 :]:
            between = made.pop()[0]
            if made and not made[-1][0] and between:
                _, was_gone, was_new = made.pop()
                made.append(("", was_gone + between + gone, was_new + between + new))
                continue
            made.append((between, "", ""))
        made.append((both, gone, new))
    return made


def _runs(pieces: Sequence[tuple[str, str, str]], *, is_turned: bool) -> Iterator[WordRun]:
    same = ""
    for both, *sides in pieces:
        if both:
            same += both
            continue
        before, first, second, behind = _without_common_blanks(*sides)
        gone, new = (second, first) if is_turned else (first, second)
        said: tuple[tuple[RunWord, str], ...] = (
            ("same", same + before), ("gone", gone), ("new", new))  # fmt: skip
        yield from (WordRun(op, text) for op, text in said if text)
        same = behind
    if same:
        yield WordRun("same", same)


def _without_common_blanks(first: str, second: str) -> tuple[str, str, str, str]:
    """Return the blank that both begin with, both without it, and the blank that both end with."""
    before = " " if first[:1] == second[:1] == " " else ""
    first, second = first[len(before) :], second[len(before) :]
    behind = " " if first[-1:] == second[-1:] == " " else ""
    return before, first.removesuffix(behind), second.removesuffix(behind), behind
