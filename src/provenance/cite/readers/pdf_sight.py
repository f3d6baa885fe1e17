"""Pages with words from the right: their characters, which come one by one -> runs as seen.

A page whose letters are mostly from the right is mirrored: its lines then begin at the left
like all others, its right column is the first one, and a rule above its notes begins where
they do. The text of the runs is in the order of sight; `pdf_bidi.py` puts lines in reading order.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from provenance.cite.readers.pdf_bidi import (
    has_from_right,
    is_from_right,
    plain_letters,
    reading_order,
    with_true_brackets,
)
from provenance.cite.readers.pdf_lines import Line
from provenance.formats.pdf_layout import PageLayout, TextRun

__all__ = ["arrange_page", "in_reading_order"]

# In shares of the size of type.
_WORD_GAP = 0.15
_RUN_GAP = 1.5
_SAME_SIZE = 0.05
_SAME_BASELINE = 0.05
_SAME_LINE = 0.5
_LAM, _ALEFS = "\u0644", "\u0622\u0623\u0625\u0627"
# HarfBuzz counts it to the letter behind it, and PDFium gives the two of them from the left.
_NON_JOINER = "\u200c"
_DIRECTIONS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def arrange_page(page: PageLayout) -> PageLayout:
    """Return a page with its characters joined to runs in the order of sight.

    A page from the right is mirrored, and says so; one without such letters comes back as it is.
    """
    if not page.has_rightward:
        return page
    runs = [run for run in page.runs if run.text not in _DIRECTIONS]
    mirrored = is_from_right("".join(run.text for run in runs))
    clusters = _clusters_of(runs, is_mirrored=mirrored)
    if mirrored:
        clusters = [_mirror(run, page.width) for run in clusters]
        page = page._replace(
            is_mirrored=True,
            rules=tuple(
                rule._replace(left=page.width - rule.right, right=page.width - rule.left)
                for rule in page.rules
            ),
            links=tuple(
                link._replace(left=page.width - link.right, right=page.width - link.left)
                for link in page.links
            ),
        )
    rows = _rows_of(clusters)
    return page._replace(runs=tuple(run for row in rows for run in _join_row(row)))


def _mirror(run: TextRun, width: float) -> TextRun:
    left, right = width - run.right, width - run.left
    return run._replace(left=left, right=right, edges=(left,) * len(run.text))


def _clusters_of(runs: Sequence[TextRun], *, is_mirrored: bool) -> list[TextRun]:
    """Letters with their marks, and ligatures, each one run; turned where the line will turn it."""
    groups: list[list[TextRun]] = []
    for run in runs:
        if groups and _shares_box(groups[-1], run):
            groups[-1].append(run)
        else:
            groups.append([run])
    texts = ["".join(plain_letters(run.text) for run in group) for group in groups]
    # Lam and alef make a ligature, alef and lam do not: PDFium gave its letters from the left.
    backwards = any(text[:1] in _ALEFS and text[1:] == _LAM for text in texts if len(text) == 2)
    clusters = []
    for group, text in zip(groups, texts, strict=True):
        is_right = is_from_right(text)
        is_backwards = is_right and (backwards or text.endswith(_NON_JOINER))
        ordered = text[::-1] if is_backwards and len(group) > 1 else text
        ordered = "".join(sorted(ordered, key=_is_mark))  # stable: marks behind their letter
        if is_right != is_mirrored:
            ordered = ordered[::-1]
        first = next((run for run in group if not _is_mark(run.text)), group[0])
        clusters.append(first._replace(text=ordered, edges=(first.left,) * len(ordered)))
    return clusters


def _shares_box(group: Sequence[TextRun], run: TextRun) -> bool:
    """Tell whether a character is a part of a ligature, or a mark at the letter before it."""
    last = group[-1]
    if run.left == last.left and run.right == last.right and run.baseline == last.baseline:
        return True
    if _is_mark(run.text):
        base, mark = group[0], run
    elif all(_is_mark(one.text) for one in group):
        base, mark = run, last
    else:
        return False
    reach = _WORD_GAP * base.size
    middle = (mark.left + mark.right) / 2
    is_near = abs(mark.baseline - base.baseline) < base.size
    return is_near and base.left - reach <= middle <= base.right + reach


def _is_mark(char: str) -> bool:
    return unicodedata.category(char[0]) == "Mn"


def _rows_of(clusters: Iterable[TextRun]) -> list[list[TextRun]]:
    """The clusters by their baseline, from the top; each row in the order of sight."""
    rows: list[list[TextRun]] = []
    for run in sorted(clusters, key=lambda one: -one.baseline):
        last = rows[-1][0] if rows else run
        if rows and last.baseline - run.baseline < _SAME_LINE * max(last.size, run.size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda one: (one.left + one.right) / 2) for row in rows]


def _join_row(row: Sequence[TextRun]) -> Iterator[TextRun]:
    joined: list[TextRun] = []
    for run in row:
        if joined and not _goes_on(joined[-1], run):
            yield _join(joined)
            joined = []
        joined.append(run)
    yield _join(joined)


def _goes_on(last: TextRun, run: TextRun) -> bool:
    return (
        abs(run.size - last.size) <= _SAME_SIZE * last.size
        and abs(run.baseline - last.baseline) <= _SAME_BASELINE * last.size
        and run.is_bold == last.is_bold
        and run.left - last.right <= _RUN_GAP * last.size
    )


def _join(runs: Sequence[TextRun]) -> TextRun:
    parts, edges = [runs[0].text], list(runs[0].edges)
    for last, run in pairwise(runs):
        if run.left - last.right > _WORD_GAP * run.size:
            parts.append(" ")
            edges.append(last.right)
        parts.append(run.text)
        edges += run.edges
    right = max(run.right for run in runs)
    return runs[0]._replace(text="".join(parts), right=right, edges=tuple(edges), after_blank=False)


def in_reading_order(lines: Iterable[Line], *, is_mirrored: bool) -> list[Line]:
    """Return lines of an arranged page with their characters in the order of reading.

    `edges` stay as seen: the first one is where the line begins.
    """
    return [_read(line, from_right=is_mirrored or is_from_right(line.text)) for line in lines]


def _read(line: Line, *, from_right: bool) -> Line:
    raised = [False] * len(line.text)
    for start, end in line.raised:
        raised[start:end] = [True] * (end - start)
    order = reading_order(line.text, raised, from_right=from_right)
    place = {seen: read for read, seen in enumerate(order)}

    def moved(start: int, end: int) -> tuple[int, int]:
        places = [place[index] for index in range(start, end)]
        return min(places), max(places) + 1

    text = "".join(line.text[index] for index in order)
    return line._replace(
        text=with_true_brackets(text) if from_right or has_from_right(text) else text,
        raised=tuple(sorted(moved(*span) for span in line.raised)),
        links=tuple(sorted((*moved(start, end), uri) for start, end, uri in line.links)),
    )
