"""Claims: the sentence (or clause) that a marker stands behind. The only importer of sentencex.

A claim runs from the start of its sentence to the first of a run of adjacent
markers. A marker in mid-sentence cuts the sentence; a later marker in the same
sentence keeps the text of the earlier one inside. Of 10,170 markers counted,
10,145 follow closing punctuation, so a marker behind a full stop always ends a
sentence, whatever the splitter thinks of the abbreviation before it.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

import sentencex

from provenance.formats.ids import make_id
from provenance.model import Claim, Heading, Marker
from provenance.text import Span

__all__ = ["find_claims"]

# French sets a blank before the quote that closes: « La route est fermée. »[1]
_AFTER_MARKER = re.compile(r"[.!?…。؟۔](?:\s?[”\"’»)\]]+)?\s{0,3}$")
_CLOSING = re.compile(r"[)\]]*")
_BULLET = re.compile(r"[\s\u00a0\u200b-\u200f\ufeff•·▪◦‣○●–—*>|-]+")
_BULLET_LINE = re.compile(r"[•·▪◦‣○●]|[–—*-]\s|\d{1,2}[.)]\s")
# The splitter takes the full stop of "Gp. Capt. Kabiru Ali" and "John F. Kennedy" for a sentence's.
_BEFORE_NAME = re.compile(
    r"(?:\b(?:Adm|Amb|Brig|Capt|Cdr|Cmdr|Col|Cpl|Cst|Det|Dr|Flt|Fr|Gen|Gov|Gp|Hon|Insp|Ldr|Lt|Maj|Mr|Mrs|Ms|Msgr|Pres"
    r"|Prof|Pte|Pvt|Rep|Rev|Sen|Sgt|Spc|Sqn|St|Supt|Wg)|\b[A-Z][\w’'-]+\s[A-Z]|(?:^|[,;(—–]\s?)[A-Z])\.\s{1,3}$"
)
_WORD = re.compile(r"[A-Z][\w’'-]*")
_BEGINS_SENTENCE = frozenset(
    """A After All Also Although An As At Before But By For From He Her His How However If In It Its
    Meanwhile Most No On One Other Our She Since Some That The Their Then There These They This
    Those Two Under Until We What When Where While Who With""".split()
)
_LINE_BREAK = re.compile(r"\n\s*")
# A line such as "The" or "A pro-government group" that a lost hyperlink cut off from its sentence.
_CUT_OFF_LINE = re.compile(r"(?:^|\n)[^\S\n]*(?:The|A|An)(?:[ \u00a0][\w’'-]+){0,4}[ \u00a0\r]?$")
# Where a quarter of the lines go on in lower case, the text is wrapped by hand.
_WRAPPED_SHARE = 0.25


def find_claims(
    text: str,
    body: Span,
    markers: Sequence[Marker],
    *,
    language: str,
    sha256: str,
    headings: Sequence[Heading] = (),
) -> list[Claim]:
    """Return the claims of the body in order, one for each run of adjacent markers."""
    runs = _group_adjacent(text, markers)
    if not runs:
        return []
    starts = _sentence_starts(text, body, runs, language)
    heading_starts = [heading.start for heading in headings]
    sections = [(), *_sections_of(headings)]
    claims = []
    for run in runs:
        span = _span_of_claim(text, starts, run)
        if span.start == span.end:
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


def _span_of_claim(text: str, starts: Sequence[int], run: Sequence[Marker]) -> Span:
    """From the start of the sentence to the run of markers; empty where no words stand between."""
    span = _sentence_before(text, starts, _before_brackets(text, run[0].start))
    if span.start == span.end and _stands_alone(text, run):
        # the marker has a paragraph of its own: it belongs to the one before
        return _sentence_before(text, starts, span.end)
    return span


def _sentence_before(text: str, starts: Sequence[int], limit: int) -> Span:
    end = limit
    while end and text[end - 1].isspace():
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


def _end_of(pattern: re.Pattern[str], text: str, offset: int) -> int:
    match = pattern.match(text, offset)
    return match.end() if match else offset


def _group_adjacent(text: str, markers: Sequence[Marker]) -> list[list[Marker]]:
    """Markers with nothing but blanks or commas between them stand behind one claim."""
    runs: list[list[Marker]] = []
    for marker in markers:
        if runs and not text[runs[-1][-1].end : marker.start].strip(" \u00a0,;"):
            runs[-1].append(marker)
        else:
            runs.append([marker])
    return runs


def _sentence_starts(
    text: str, body: Span, runs: Sequence[Sequence[Marker]], language: str
) -> list[int]:
    """Offsets where a sentence begins, in order: by paragraph, by the splitter, behind markers."""
    starts = set()
    for boundary in sentencex.get_sentence_boundaries(language, text[body.start : body.end]):
        start = body.start + boundary["start_index"]
        if not _stands_before_name(text, start):
            starts.add(start)
    for run in runs:
        first = _before_brackets(text, run[0].start)
        if _AFTER_MARKER.search(text, max(body.start, first - 8), first):
            starts.add(_end_of(_CLOSING, text, run[-1].end))
    # a "sentence" that begins with a marker is the splitter's mistake: the marker closes the one before
    inside = (range(_before_brackets(text, run[0].start), run[0].start + 1) for run in runs)
    starts.difference_update(*inside)
    return sorted({body.start, *_paragraph_starts(text, body), *starts})


def _stands_before_name(text: str, start: int) -> bool:
    """Tell whether what ends at `start` is a title or an initial, and a name follows it."""
    follows = _WORD.match(text, start)
    return (
        follows is not None
        and follows[0] not in _BEGINS_SENTENCE
        and _BEFORE_NAME.search(text, max(0, start - 40), start) is not None
    )


def _paragraph_starts(text: str, body: Span) -> list[int]:
    """Offsets behind the line breaks that end a paragraph, rather than wrap or cut a line."""
    breaks = list(_LINE_BREAK.finditer(text, body.start, body.end))
    single = [match for match in breaks if match[0].count("\n") == 1]
    continued = [match for match in single if text[match.end() : match.end() + 1].islower()]
    is_wrapped = len(continued) > len(single) * _WRAPPED_SHARE
    inside = set(single if is_wrapped else continued)
    inside.update(
        match
        for match in single
        if _CUT_OFF_LINE.search(text, max(0, match.start() - 60), match.start())
    )
    return [
        match.end()
        for match in breaks
        if match not in inside or _BULLET_LINE.match(text, match.end(), body.end)
    ]


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
