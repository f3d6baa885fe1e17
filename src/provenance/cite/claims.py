"""Claims: the sentence (or clause) that a marker stands behind.

A claim runs from the start of its sentence to the first of a run of adjacent
markers. A marker in mid-sentence cuts the sentence; a later marker in the same
sentence keeps the text of the earlier one inside. Of 10,170 markers counted,
10,145 follow closing punctuation, so a marker behind a full stop always ends a
sentence, whatever the splitter thinks of the abbreviation before it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from provenance.cite.abbreviations import ends_no_sentence
from provenance.cite.patterns import lazy_pattern
from provenance.cite.torn_lines import find_torn_breaks
from provenance.formats.ids import make_id
from provenance.formats.sentences import find_sentence_starts
from provenance.model import Claim, Heading, Marker
from provenance.text import Span

__all__ = ["find_claims"]

# French sets a blank before the quote that closes: « La route est fermée. »[1]
_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_AFTER_MARKER = lazy_pattern(rf"[.!?…。؟۔](?:\s?[{_UNSEEN}”\"’»)\]]+)?[\s{_UNSEEN}]{{0,3}}$")
_IS_BLANK = lazy_pattern(rf"[\s{_UNSEEN}]")
# The splitter may end a sentence between two quotes that close: `determination.’’[148]`.
_IS_NO_WORD = lazy_pattern(rf"[\s{_UNSEEN}”’»]")
_BETWEEN_MARKERS = lazy_pattern(rf"[ \u00a0,;{_UNSEEN}]*")
_CLOSING = lazy_pattern(r"[)\]]*")
_BULLET = lazy_pattern(rf"[\s{_UNSEEN}•·▪◦‣○●–—*>|-]+")
_BULLET_LINE = lazy_pattern(r"[•·▪◦‣○●]|[–—*-]\s|\d{1,2}[.)]\s")
# A sentence of more is a table without its lines, or hostile: each claim says what stands before it once more.
_MOST_RUNS_INSIDE = 50
_GAP = lazy_pattern(
    r"(?<=\S)\t+(?=\S)|(?<=[.!?])[”\"’»)]?[ \u00a0]{1,2}(?=(?:a[dlnrstz]|a[st]h|el)-[A-Z])"
)
# A word, no abbreviation, and a sentence that begins behind its full stop.
_PLAIN_END = lazy_pattern(r"(?<=[^\W\d_A-ZА-Я]{4}[.!?])[ \u00a0]{1,2}(?=[^\W\d_a-zа-яё])")
_ROW = lazy_pattern(r"^[^\S\n]{0,8}\|[^\n]*", re.MULTILINE)
_BAR = lazy_pattern(r"\|")
# A quoted mail has `> ` before each of its lines.
_LINE_BREAK = lazy_pattern(r"\n\s*(?:>\s*)*")
# A line such as "The" or "A pro-government group" that a lost hyperlink cut off from its sentence.
_CUT_OFF_LINE = lazy_pattern(r"(?:^|\n)[^\S\n]*(?:The|A|An)(?:[ \u00a0][\w’'-]+){0,4}[ \u00a0\r]?$")
# Where a quarter of the lines go on in lower case, the text is wrapped by hand.
_WRAPPED_SHARE = 0.25
# In scripts without case a line that breaks off is wrapped when it is as long as this.
_FULL_LINE = 40


def find_claims(
    text: str,
    body: Span,
    markers: Sequence[Marker],
    *,
    language: str,
    sha256: str,
    headings: Sequence[Heading] = (),
    keeps_empty: bool = False,
) -> list[Claim]:
    """Return the claims of the body in order, one for each run of adjacent markers.

    `keeps_empty` is for markers that the format declares: they are markers even where no
    words stand before them, and their claim is then empty.
    """
    runs = _group_adjacent(text, markers)
    if not runs:
        return []
    starts = _sentence_starts(text, body, runs, language)
    heading_starts = [heading.start for heading in headings]
    sections = [(), *_sections_of(headings)]
    claims = []
    for index, run in enumerate(runs):
        span = _span_of_claim(text, starts, run)
        if index >= _MOST_RUNS_INSIDE:
            span = _behind(text, runs[index - _MOST_RUNS_INSIDE], span)
        if span.start == span.end and not keeps_empty:
            continue  # a number that leads a line of the body: nothing stands before it
        claims.append(
            Claim(
                make_id("claim", sha256, span.start, run[0].start),
                span.start,
                span.end,
                span.of(text),
                sections[bisect_right(heading_starts, span.start)],
                tuple(run),
            )
        )
    return claims


def _behind(text: str, run: Sequence[Marker], span: Span) -> Span:
    """The part of a claim behind an earlier run of markers."""
    start = max(span.start, min(run[-1].end, span.end))
    while start < span.end and start > span.start and text[start].isspace():
        start += 1
    return Span(start, span.end)


def _span_of_claim(text: str, starts: Sequence[int], run: Sequence[Marker]) -> Span:
    """From the start of the sentence to the run of markers; empty where no words stand between."""
    span = _sentence_before(text, starts, _before_brackets(text, run[0].start))
    if span.start == span.end and _stands_alone(text, run):
        # the marker has a paragraph of its own: it belongs to the one before
        return _sentence_before(text, starts, span.end)
    return span


def _sentence_before(text: str, starts: Sequence[int], limit: int) -> Span:
    end = limit
    while end and _IS_BLANK.match(text, end - 1):
        end -= 1
    index = bisect_right(starts, max(0, limit - 1)) - 1
    if starts[index] > end:
        return Span(end, end)
    return Span(min(end, _skip_bullet(text, starts[index], limit)), end)


def _stands_alone(text: str, run: Sequence[Marker]) -> bool:
    line_end = text.find("\n", run[-1].end)
    return not text[run[-1].end : line_end if line_end >= 0 else len(text)].strip()


def _before_brackets(text: str, offset: int) -> int:
    """Step back over brackets around a marker, as in `([1])` and `[[1]]`."""
    while offset and text[offset - 1] in "[(":
        offset -= 1
    return offset


def _end_of_words(text: str, offset: int) -> int:
    """Step back over brackets, and in the line over blanks, closing quotes and what nobody sees, to the words before a marker."""
    offset = _before_brackets(text, offset)
    while offset and text[offset - 1] != "\n" and _IS_NO_WORD.match(text, offset - 1):
        offset -= 1
    return offset


def _end_of(pattern: re.Pattern[str], text: str, offset: int) -> int:
    match = pattern.match(text, offset)
    return match.end() if match else offset


def _group_adjacent(text: str, markers: Sequence[Marker]) -> list[list[Marker]]:
    """Markers with nothing but blanks or commas between them stand behind one claim."""
    runs: list[list[Marker]] = []
    for marker in markers:
        if runs and _BETWEEN_MARKERS.fullmatch(
            text, min(runs[-1][-1].end, marker.start), marker.start
        ):
            runs[-1].append(marker)
        else:
            runs.append([marker])
    return runs


def _sentence_starts(
    text: str, body: Span, runs: Sequence[Sequence[Marker]], language: str
) -> list[int]:
    """Offsets where a sentence begins, in order: by paragraph, by the splitter, behind markers."""
    breaks = list(_LINE_BREAK.finditer(text, body.start, body.end))
    wraps = _breaks_inside(text, breaks)
    starts = set()
    paragraphs = [body.start, *_paragraph_starts(breaks, wraps), body.end]
    # one by one: a quote that a paragraph leaves open would hide the sentences of all that follow
    split = (find_sentence_starts(text, Span(*ends), language) for ends in pairwise(paragraphs))
    for at in chain(chain.from_iterable(split), _cell_starts(text, body)):
        if not ends_no_sentence(text, at, language):
            starts.add(at)
    if any(text[run[0].start] in "(（" for run in runs):
        # the splitter takes all that stands between two pairs of parentheses for one sentence
        starts.update(match.end() for match in _PLAIN_END.finditer(text, body.start, body.end))
    for run in runs:
        first = _before_brackets(text, run[0].start)
        if _AFTER_MARKER.search(text, max(body.start, first - 8), first):
            starts.add(_end_of(_CLOSING, text, run[-1].end))
    # a "sentence" that begins with a marker is the splitter's mistake: the marker closes the one before
    inside = (range(_end_of_words(text, run[0].start), run[0].start + 1) for run in runs)
    starts.difference_update(*inside)
    starts.difference_update(
        *(range(at.start(), at.end() + 1) for at in breaks if at.end() in wraps)
    )
    return sorted({*paragraphs[:-1], *starts})


def _cell_starts(text: str, body: Span) -> Iterator[int]:
    """Offsets behind tabs, behind the bars of a table's rows, and before names in lower case."""
    for gap in _GAP.finditer(text, body.start, body.end):
        yield gap.end()
    for row in _ROW.finditer(text, body.start, body.end):
        yield from (bar.end() for bar in _BAR.finditer(text, *row.span()))


def _paragraph_starts(breaks: Sequence[re.Match[str]], inside: set[int]) -> list[int]:
    """Offsets behind the line breaks that end a paragraph."""
    return [match.end() for match in breaks if match.end() not in inside]


def _breaks_inside(text: str, breaks: Sequence[re.Match[str]]) -> set[int]:
    """The ends of the line breaks that wrap or cut a sentence, rather than end a paragraph."""
    single = [match for match in breaks if match[0].count("\n") == 1]
    continued = [match for match in single if _goes_on(text, match)]
    is_wrapped = len(continued) > len(single) * _WRAPPED_SHARE
    inside = set(single if is_wrapped else continued)
    inside.update(
        match
        for match in single
        if _CUT_OFF_LINE.search(text, max(0, match.start() - 60), match.start())
    )
    inside.update(match for match in breaks if _is_torn(text, match))
    ends = {match.end() for match in inside}
    ends |= find_torn_breaks(text, breaks, ends)
    return {end for end in ends if not _BULLET_LINE.match(text, end)}


def _goes_on(text: str, line_break: re.Match[str]) -> bool:
    """Tell whether a line goes on in the next: in lower case, or, without case, where no sentence has ended."""
    following = text[line_break.end() : line_break.end() + 1]
    if following.islower():
        return True
    line = text[max(0, line_break.start() - _FULL_LINE) : line_break.start()]
    is_full = len(line) == _FULL_LINE and "\n" not in line
    return is_full and following.isalpha() and not following.isupper() and _is_open(line)


def _is_torn(text: str, line_break: re.Match[str]) -> bool:
    """Tell whether a blank line or the end of a page stands inside a sentence."""
    before = text[max(0, line_break.start() - 3) : line_break.start()].rstrip()
    following = text[line_break.end() : line_break.end() + 1]
    return following.islower() and (before[-1:].islower() or before[-1:] == ",")


def _is_open(line: str) -> bool:
    return line.rstrip()[-1:].isalnum() or line.rstrip()[-1:] in ",،؛"


def _skip_bullet(text: str, start: int, limit: int) -> int:
    bullet = _BULLET.match(text, start, limit)
    return bullet.end() if bullet else start


def _sections_of(headings: Sequence[Heading]) -> list[tuple[str, ...]]:
    """For each heading the titles of the headings that it stands under and its own, outermost first."""
    path: list[Heading] = []
    sections = []
    for heading in headings:
        while path and path[-1].level >= heading.level:
            path.pop()
        path.append(heading)
        sections.append(tuple(above.title for above in path))
    return sections
