"""Where sentences begin, by the splitter of a language. The only importer of sentencex.

The splitter lays every quote that opens beside every one that closes: a paragraph of
nothing but quotes costs it the square of its length (40,000 backticks took 4 s). So it
is given windows: whole paragraphs as a rule, and a paragraph that is longer is read on
from the last sentence that began in the window before.
"""

import re
from collections.abc import Iterator

import sentencex

from provenance.text import Span

__all__ = ["find_sentence_starts"]

_WINDOW = 8000
# The splitter's own rule: no sentence goes on behind it.
_PARAGRAPH_BREAK = "\n\n"
# The splitter takes the blank in `World War I\u00a0.` for one byte, and fails; each is one code point here.
_NARROW_BLANKS = dict.fromkeys(
    map(ord, "\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000"), " "
) | dict.fromkeys(range(0x2000, 0x200B), " ")
_PANICS_OF = "pyo3_runtime"
# Signs of a list in front of a paragraph, or two of them in it (`2.` and the year of `(Walker, 2006)`),
# make the splitter take each item for one sentence, however many stand in it.
_LIST_SIGN = re.compile(r"[•▪◦○●⁃]|(?<=\()(?:[ivxlcIVXLC]{1,4}|[^\W\d_])(?=\))|[0-9]{1,4}(?=\))")


def find_sentence_starts(text: str, body: Span, language: str) -> Iterator[int]:
    """Yield the offsets into `text` where the sentences of a body begin, in order."""
    start, begins_sentence = body.start, True
    while start < body.end:
        end = _end_of_window(text, start, body.end)
        found = [start + at for at in _starts_in(text[start:end], language)] or [start]
        is_whole = end == body.end or text.endswith(_PARAGRAPH_BREAK, start, end)
        # the last sentence may go on behind the window: it is read again, from its beginning
        reads_again = not is_whole and found[-1] - start > _WINDOW // 2
        yield from found[0 if begins_sentence else 1 : -1 if reads_again else None]
        start, begins_sentence = (found[-1], True) if reads_again else (end, is_whole)


def _starts_in(window: str, language: str) -> list[int]:
    """Where sentences begin in a window; none where the splitter fails."""
    try:
        found = sentencex.get_sentence_boundaries(
            language, _hide_lists(window.translate(_NARROW_BLANKS))
        )
    except BaseException as error:
        # what a fault of the splitter's own raises is no Exception, and cannot be imported
        if type(error).__module__ != _PANICS_OF:
            raise
        return []
    return [boundary["start_index"] for boundary in found]


def _end_of_window(text: str, start: int, limit: int) -> int:
    """Behind the last paragraph within reach, else as far as a window reaches."""
    reach = start + _WINDOW
    if reach >= limit:
        return limit
    at = text.rfind(_PARAGRAPH_BREAK, start, reach)
    return at + len(_PARAGRAPH_BREAK) if at >= 0 else reach


def _hide_lists(text: str) -> str:
    """The text, as long as before, without the signs that make the splitter think of lists."""
    return _LIST_SIGN.sub(lambda sign: "§" * len(sign[0]), text)
