"""Text in the columns of a terminal: how wide words are, wrapped, and drawn with `~~~^` under a place."""

import unicodedata
from collections.abc import Iterator

from provenance.formats.strangers import printable

__all__ = ["draw_place", "width_of", "wrap"]

_CONTEXT = 20  # columns beside a place, at most
_CUT = "…"
_UNSEEN = "·"  # for what stands at the place and would not be seen


def width_of(text: str) -> int:
    """Return how many columns a text takes.

    >>> width_of("a"), width_of("漢"), width_of("e" + chr(0x301))
    (1, 2, 1)
    """
    return sum(map(_width, text))


def _width(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, width: int, indent: int) -> list[str]:
    """Return a text in lines of at most `width` columns, the later ones indented.

    Words that are wider than a line are broken.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line.strip() else line + word
        if width_of(joined) <= width:
            line = joined
            continue
        if line.strip():
            lines.append(line)
            line = " " * indent
        *full, rest = _break(word, width - len(line), width - indent)
        for part in full:
            lines.append(line + part)
            line = " " * indent
        line += rest
    return [*lines, line]


def _break(word: str, first: int, later: int) -> Iterator[str]:
    room, part, used = first, "", 0
    for char in word:
        if used + _width(char) > max(2, room):
            yield part
            room, part, used = later, "", 0
        part += char
        used += _width(char)
    yield part


def draw_place(text: str, start: int, end: int, width: int) -> tuple[str, str]:
    r"""Return the line of a text around a place, as it may be shown, and what underlines it.

    Both take at most `width` columns. Of a place over several lines the first one is drawn.

    >>> draw_place("one\ntwo three\n", 8, 13, 40)
    ('two three', '    ~~~~^')
    """
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    end = max(start, min(end, line_end))
    room = max(8, width - 2 * len(_CUT))
    place, is_whole = _taken(_seen(text[start:end]), room)
    if _turns_around(text[max(line_start, start - _CONTEXT) : min(line_end, end + _CONTEXT)]):
        # a terminal may show such words from right to left: all of the line is then the place
        left = right = ""
    else:
        free = room - width_of(place)
        left_room = min(_CONTEXT, max(free // 2, free - _CONTEXT))
        before = _ending(printable(text[max(line_start, start - room) : start]), left_room)
        left = before.lstrip() if start - line_start <= len(before) else _CUT + before
        after = printable(text[end : min(line_end, end + room)]) if is_whole else ""
        right, is_end = _taken(after, min(_CONTEXT, free - width_of(before)))
        right = right.rstrip() if is_end and end + room >= line_end else right + _CUT
    shown = left + place + (right if is_whole else _CUT)
    under = " " * width_of(left) + "~" * (width_of(place) - 1) + "^"
    return shown.rstrip(), under


def _seen(words: str) -> str:
    """Show words so that each character that is there takes its column."""
    shown = printable(words)
    return "".join(_UNSEEN if unicodedata.category(char) == "Cf" else char for char in shown)


def _taken(text: str, width: int) -> tuple[str, bool]:
    """As much of the beginning as fits, and whether that is all."""
    used = 0
    for index, char in enumerate(text):
        used += _width(char)
        if used > width:
            return text[:index], False
    return text, True


def _ending(text: str, width: int) -> str:
    used = 0
    for index in range(len(text) - 1, -1, -1):
        used += _width(text[index])
        if used > width:
            return text[index + 1 :]
    return text


def _turns_around(words: str) -> bool:
    return not words.isascii() and any(
        unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in words
    )
