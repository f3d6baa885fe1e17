"""Lines of the body -> paragraphs, headings, and the entries of numbered lists at the end."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.pdf_lines import Line
from provenance.cite.readers.pdf_notes import NoteLines

__all__ = ["blocks_of", "is_heading", "leading_of", "take_listed_notes"]

Block = list[Line]

# In shares of the size of type.
_SAME_SIZE = 0.06
_INDENT = 0.8
_LEADING = 1.2
_WIDER_LEADING = 1.3
_MOST_LEADING = 3.0  # double-spaced manuscripts have 2.0 to 2.4
_BLANK_WIDTH = 0.25
# Share of the column that stays empty behind a line that is nobody's but its own (a table's cell).
_SHORT_LINE = 0.35
_BULLET = lazy_pattern(r"[•·▪◦‣○●–—*\uf0b7\u2212-]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,5})[.)]\s")
# "Four factors contribute:" and below it "(1) power, (2) difficulty": one sentence, broken by hand.
_INLINE_LIST = lazy_pattern(r"\((?:1|a|i)\)\s.*\s\((?:2|b|ii)\)\s")
_BRACKETED = lazy_pattern(r"\[\d{1,3}\]")
_ENDED = lazy_pattern(r"[.!?:;…][”’\"')\]]*(?:\s?\[?[\d*†‡][\d,–*†‡-]{0,8}\]?)?\s*\Z")
# "The U.S." or "Dr." at the end of a full line goes on in the next.
_ABBREVIATION = lazy_pattern(
    r"\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|Gen|Col|Sen|Rep|Gov|St|Nos?|Art|Sec|Figs?|pp?|vol|cf|vs?|al|e\.g|i\.e)\.\Z"
)
_FULL_LINE = 2.0
_MARKER_WIDTH = 3.0
_CAPTION = lazy_pattern(r"(?:Figure|Fig\.|Table|Source|Sources|Note|Notes|Chart|Box)\b")
_TITLE = lazy_pattern(
    r"(?:(?:\d{1,2}(?:\.\d{1,2})*|[IVXA-Z]{1,5})\.?\s+)?[“\"‘¿]?[^\W\d_]{2}(?!.*(?:\.\s?){4})"
)
_LONGEST_HEADING = 200
_MOST_HEADING_LINES = 3
_BIGGER = 1.06
_FLOATS_LOOKED_PAST = 12

_LIST_HEADING = lazy_pattern(
    r"(?:\d{1,2}\.?\s+|[IVX]{1,5}\.\s+)?(references|bibliography|(?:end|foot)?notes|works cited|literature(?: cited)?"
    r"|references and notes|notes and references|sources|citations|literatur(?:verzeichnis)?|références"
    r"|הערות(?: שוליים)?|מקורות|ביבליוגרפיה|المراجع|المصادر|الهوامش|منابع|پانویس(?:\u200cها)?|یادداشت\u200c?ها)\W*",
    re.IGNORECASE,
)
_ENTRY = lazy_pattern(r"(?P<bracket>\[(?P<b>\d{1,3})\])|(?P<plain>(?P<p>\d{1,3})[.)]?)(?=\s)")
_LEAST_ENTRIES = 3
_ENTRY_REACH = 60
_MOST_LOST = 5


def leading_of(lines: Sequence[Line]) -> float:
    """Return the usual distance of baselines inside paragraphs, in shares of the size of type."""
    counted: Counter[float] = Counter()
    for line, following in pairwise(lines):
        gap = line.baseline - following.baseline
        if line.column == following.column and 0 < gap < _MOST_LEADING * line.size:
            counted[round(gap / line.size, 1)] += 1
    return counted.most_common(1)[0][0] if counted else _LEADING


def blocks_of(lines: Sequence[Line], body_size: float) -> list[Block]:
    """Return the paragraphs, headings and captions of the body in reading order.

    A paragraph that runs over a column, a page or a figure is one.
    """
    leading = leading_of(lines)
    blocks: list[Block] = []
    for line in lines:
        if blocks and _goes_on(blocks[-1], line, leading):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return _mend_over_floats(blocks, body_size)


def _goes_on(block: Block, line: Line, leading: float) -> bool:
    last = block[-1]
    if _is_set_otherwise(last, line) or _begins_item(last, line):
        return False
    is_ended = _is_ended(last)
    if last.column != line.column:
        return _goes_on_overleaf(last, line, is_ended=is_ended)
    gap, size = last.baseline - line.baseline, max(last.size, line.size)
    if not 0 < gap <= max(leading * _WIDER_LEADING, _LEADING) * size:
        return False
    if _INLINE_LIST.match(line.text) and last.text.endswith(":"):
        return True
    is_cell = _is_short(last) and not line.text[:1].islower()
    if _fits(last, line) and (is_ended or is_cell):
        return False
    return not _changes_indent(block, line, is_ended=is_ended)


def _goes_on_overleaf(last: Line, line: Line, *, is_ended: bool) -> bool:
    """Tell whether the last line of a column goes on in the first one of the next."""
    if is_ended and _begins_with_marker(line):
        return last.limit - last.right < _MARKER_WIDTH * last.size
    return not is_ended and not last.is_bold and not _CAPTION.match(line.text)


def _begins_with_marker(line: Line) -> bool:
    """Tell whether the number of a note stands first: it had no room behind its sentence."""
    is_raised = bool(line.raised) and line.raised[0][0] == 0
    return is_raised or _BRACKETED.match(line.text) is not None


def _is_ended(line: Line) -> bool:
    if _ABBREVIATION.search(line.text) and line.limit - line.right < _FULL_LINE * line.size:
        return False
    return _ENDED.search(line.text) is not None


def _is_set_otherwise(last: Line, line: Line) -> bool:
    """Tell whether the type changes; a paragraph may begin with full lines of bold type."""
    if abs(last.size - line.size) > _SAME_SIZE * max(last.size, line.size):
        return True
    return last.is_bold != line.is_bold and (line.is_bold or _fits(last, line))


def _begins_item(last: Line, line: Line) -> bool:
    if _BRACKETED.match(line.text):
        return _fits(last, line)
    if _INLINE_LIST.match(line.text):
        return False
    return _BULLET.match(line.text) is not None and (
        _fits(last, line) or _ENDED.search(last.text) is not None
    )


def _fits(line: Line, following: Line) -> bool:
    """Tell whether the next line's first word would have fitted on this one: the break is meant."""
    word = following.text.find(" ")
    end = following.edges[word] if word > 0 else following.right
    room = line.limit - line.right - _BLANK_WIDTH * line.size
    return end - following.left < room


def _is_short(line: Line) -> bool:
    return line.limit - line.right > _SHORT_LINE * (line.limit - line.left)


def _changes_indent(block: Block, line: Line, *, is_ended: bool) -> bool:
    """Tell whether a line begins a paragraph by its indent, or ends one that hangs."""
    step = line.left - block[-1].left
    if step > _INDENT * line.size:
        return is_ended and not (len(block) == 1 and _BULLET.match(block[0].text))
    return step < -_INDENT * line.size and len(block) > 1 and is_ended


def _mend_over_floats(blocks: list[Block], body_size: float) -> list[Block]:
    """Bring together the paragraphs that a figure, a table or small print at a page's end parted."""
    mended: list[Block] = []
    taken: set[int] = set()
    for index, block in enumerate(blocks):
        if index in taken:
            continue
        mended.append(block)
        other = _rest_of(blocks, index, body_size)
        if other is not None and other not in taken:
            mended[-1] = [*block, *blocks[other]]
            taken.add(other)
    return mended


def _rest_of(blocks: Sequence[Block], index: int, body_size: float) -> int | None:
    """The block that goes on, in lower case, where this one breaks off at a column's end."""
    last = blocks[index][-1]
    if not _is_body(blocks[index], body_size) or _is_ended(last) or last.is_bold:
        return None
    is_open = last.text.endswith(",")  # what follows may be a name
    for other in range(index + 1, min(len(blocks), index + _FLOATS_LOOKED_PAST)):
        first = blocks[other][0]
        if first.page > last.page + 2:
            return None
        if _is_body(blocks[other], body_size) and not _CAPTION.match(first.text):
            is_rest = first.text[:1].islower() or (is_open and not _BULLET.match(first.text))
            is_rest = is_rest and first.column != last.column
            return other if is_rest and not first.is_bold else None
    return None


def _is_body(block: Block, body_size: float) -> bool:
    return abs(block[0].size - body_size) <= _SAME_SIZE * body_size


def is_heading(block: Block, body_size: float) -> bool:
    """Tell whether a block is a heading: bigger or bold, short, and no sentence."""
    text = " ".join(line.text for line in block)
    if len(block) > _MOST_HEADING_LINES or not 2 < len(text) <= _LONGEST_HEADING:
        return False
    if _CAPTION.match(text) or text.endswith((".", ",", ";")) or not _TITLE.match(text):
        return False
    is_bigger = block[0].size >= _BIGGER * body_size
    is_bold = all(line.is_bold for line in block) and block[0].size > body_size * 0.95
    return is_bigger or is_bold


def take_listed_notes(lines: Sequence[Line]) -> tuple[list[tuple[int, list[NoteLines]]], set[int]]:
    """Return the numbered lists that stand behind a heading, or as `[1] … [2] …` without one.

    Each list comes with the index of its first line; the set holds the indexes of all
    lines that are theirs.
    """
    lists: list[tuple[int, list[NoteLines]]] = []
    taken: set[int] = set()
    index = 0
    while index < len(lines):
        entries, end = _read_list(lines, index) if _may_begin_list(lines, index) else ([], index)
        if entries:
            lists.append((index, entries))
            taken.update(range(index, end))
            index = end
        else:
            index += 1
    return lists, taken


def _may_begin_list(lines: Sequence[Line], index: int) -> bool:
    match = _ENTRY.match(lines[index].text)
    if match is None or (match["b"] or match["p"]) != "1":
        return False
    if index and _LIST_HEADING.fullmatch(lines[index - 1].text):
        return True
    if not match["bracket"]:
        return False
    wanted = 2
    for line in lines[index + 1 : index + _ENTRY_REACH]:
        if line.text.startswith("[1]") or _LIST_HEADING.fullmatch(line.text):
            return False  # a paragraph that begins with its marker, above the list
        if line.text.startswith(f"[{wanted}]") and _is_level(lines[index], line):
            wanted += 1
            if wanted > _LEAST_ENTRIES:
                return True
    return False


def _is_level(first: Line, line: Line) -> bool:
    """Tell whether an entry begins where the first one does; in another column it may not."""
    return line.column != first.column or abs(line.left - first.left) <= 2 * first.size


def _read_list(lines: Sequence[Line], start: int) -> tuple[list[NoteLines], int]:
    """The entries from a line on, and the index behind the last of their lines."""
    is_bracketed = lines[start].text.startswith("[")
    entries: list[NoteLines] = []
    for index in range(start, len(lines)):
        line = lines[index]
        match = _ENTRY.match(line.text)
        number = int(match["b"] or match["p"]) if match else 0
        if match and bool(match["bracket"]) == is_bracketed and _counts_on(entries, line, number):
            label = match["b"] or match["p"]
            body = (
                match.end() + len(line.text[match.end() :]) - len(line.text[match.end() :].lstrip())
            )
            entries.append(NoteLines(label, [line], body))
        elif _ends_list(entries[-1].lines[0], line):
            return entries, index
        else:
            entries[-1].lines.append(line)
    return entries, len(lines)


def _counts_on(entries: Sequence[NoteLines], line: Line, number: int) -> bool:
    """Tell whether a number is the next entry's; in brackets, and where entries begin, some may be lost."""
    if not entries:
        return True
    last = int(entries[-1].label)
    if number == last + 1:
        return True
    is_level = line.text.startswith("[") and _is_level(entries[-1].lines[0], line)
    return is_level and last < number <= last + _MOST_LOST


def _ends_list(entry: Line, line: Line) -> bool:
    is_other = line.size > entry.size * (1 + _SAME_SIZE) or (line.is_bold and not entry.is_bold)
    return is_other or _LIST_HEADING.fullmatch(line.text) is not None
