"""Line breaks in the middle of a sentence, where a copy put what was italic or linked on a line of its own.

Copies of web pages lose the paragraph around an inline element: `… officials told the⏎Example Post⏎on March 3 that
…`, `the frigate⏎Jamaran⏎, as reported`. A paragraph ends at none of these breaks: not before a full stop or a
comma, not behind an article, and not around the name between two such halves.

Counted in 17 updates copied so: 124 breaks, of which 46 stand before a name in capitals.
"""

import re
from collections.abc import Sequence

from provenance.cite.patterns import lazy_pattern

__all__ = ["find_torn_breaks"]

_CLOSES_BEFORE = lazy_pattern(r"[.,;](?=[\s\[]|$)")
# No paragraph ends in one of these; the last row are prefixes of ships, whose names stand in italics.
_LEADS_ON = lazy_pattern(
    r"""(?:^|[\s\u00a0])(?:the|a|an|its|their|his|her|this|of|by|to|in|on|at|from|with|for|into|and|or|that|than
        |USS|HMS|IRIS|INS|USNS|MV|M/V|MT|M/T)[ \u00a0]?$
      |[.!?\]”"][ \u00a0](?:The|An?)(?:[ \u00a0][\w’'-]+){0,2}[ \u00a0]?$""",
    re.VERBOSE,
)
# A name that stood in italics, or the words of a link.
_MAX_NAME_CHARS = 40
# Headings are shorter: 57 characters is the longest counted in front of a paragraph.
_MIN_PARAGRAPH_CHARS = 60


def find_torn_breaks(text: str, breaks: Sequence[re.Match[str]], continued: set[int]) -> set[int]:
    """Return the ends of those line breaks inside a sentence that do not show by the next letter.

    `breaks` are all line breaks in order; `continued` are the ends of those behind which the
    text goes on in lower case. Only single breaks can be torn. Linear in the number of breaks.
    """
    torn = {at.end() for at in breaks if _is_single(at) and _is_torn(text, at)}
    for before, at, after in zip(breaks, breaks[1:], breaks[2:], strict=False):
        if at.end() in torn or not (_is_single(at) and _is_single(after)):
            continue
        line = text[before.end() : at.start()]
        is_name = _is_name(text[at.end() : after.start()])
        is_sandwiched = is_name and (after.end() in torn or after.end() in continued)
        was_torn = before.end() in torn
        is_inside = was_torn or before.end() in continued or len(line) > _MIN_PARAGRAPH_CHARS
        if _is_open(line) and (
            (was_torn and len(line) <= _MAX_NAME_CHARS) or (is_sandwiched and is_inside)
        ):
            torn.add(at.end())
    return torn


def _is_single(line_break: re.Match[str]) -> bool:
    return line_break[0].count("\n") == 1


def _is_torn(text: str, line_break: re.Match[str]) -> bool:
    if _CLOSES_BEFORE.match(text, line_break.end()):
        return True
    return _LEADS_ON.search(text[max(0, line_break.start() - 60) : line_break.start()]) is not None


def _is_name(line: str) -> bool:
    return len(line) <= _MAX_NAME_CHARS and line[:1].isupper() and _is_open(line)


def _is_open(line: str) -> bool:
    return line.rstrip()[-1:].isalnum() or line.rstrip()[-1:] == ","
