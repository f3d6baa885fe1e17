"""The numbers of numbered paragraphs, as Word prints them: `[7]`, `3.`, `2.1`, `(c)`.

They stand in no text of the file: a paragraph names a list and a level, `numbering.xml`
says how that level counts and looks (ECMA-376 part 1, 17.9). A list of references typed
that way has no labels at all unless they are written here. Bullets are left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.docx_numbers import format_number
from provenance.cite.readers.docx_story import Paragraph
from provenance.cite.readers.docx_styles import StyleSheet, is_on, value_of
from provenance.formats.docx import XmlElement, attribute_of, child_of, children_of

__all__ = ["ListSheet", "number_paragraphs"]

_LEVELS = 9  # ECMA-376 part 1, 17.9.6: a list has no more
_PLACE = lazy_pattern(r"%([1-9])")
_NO_NUMBER = frozenset({"bullet", "none"})
# No printed number is as long; a hostile list would print a page in front of each paragraph.
_MAX_PRINTED_CHARS = 64
_BEHIND = {"space": " ", "nothing": ""}
_LARGEST = 32_767
# Lists that say they look like each other would go on for ever; Word's own chains have one step.
_MAX_CHAIN = 8


class _Level(NamedTuple):
    """How one level counts: `shown` is its text with `%1` to `%9` for the numbers of the levels.

    `restarts_after` is the level (from 1) whose paragraphs make it begin anew, 0 for none.
    """

    number_format: str = "decimal"
    shown: str = ""
    behind: str = "\t"
    start: int = 1
    restarts_after: int | None = None
    is_legal: bool = False
    is_hidden: bool = False


@dataclass
class _List:
    """A list with its levels; lists of the same `family` go on counting each other's numbers."""

    family: str
    levels: dict[int, _Level]
    starts: dict[int, int]
    styled: dict[str, int]


@dataclass
class _Count:
    """How far a family has counted on each level, and which lists have begun in it."""

    numbers: dict[int, int] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)


class ListSheet:
    """The lists of one document, by the number that paragraphs name them with."""

    def __init__(self, lists: dict[str, _List]) -> None:
        self._lists = lists
        self._counts: dict[str, _Count] = {}

    @classmethod
    def read(cls, root: XmlElement | None, styles: StyleSheet) -> Self:
        """Read `word/numbering.xml`; no lists at all where there is none."""
        if root is None:
            return cls({})
        families = {
            attribute_of(one, "w:abstractNumId") or "": one
            for one in children_of(root, "w:abstractNum")
        }
        members = {attribute_of(one, "w:numId") or "": one for one in children_of(root, "w:num")}
        lists = {
            list_id: read
            for list_id, one in members.items()
            if (read := _read_list(one, families, members, styles)) is not None
        }
        return cls(lists)

    def print_next(self, list_id: str, level: int | None, style_id: str | None) -> str:
        """Count on in a list and return what Word prints in front of the paragraph.

        Without a level it is the one that the list ties to the paragraph's style.
        """
        found = self._lists.get(list_id)
        if found is None:
            return ""
        if level is None:
            level = found.styled.get(style_id or "", 0)
        shape = found.levels.get(level)
        if shape is None:
            return ""
        count = self._counts.setdefault(found.family, _Count())
        _count_on(found, list_id, level, count)
        if shape.number_format == "bullet" or shape.is_hidden:
            return ""
        printed = "".join(_fill(found, shape, count))[:_MAX_PRINTED_CHARS]
        return printed + shape.behind if printed.strip() else ""


def number_paragraphs(
    paragraphs: Sequence[Paragraph], lists: ListSheet, styles: StyleSheet
) -> None:
    """Set what Word prints in front of each paragraph that stands in a list."""
    for one in paragraphs:
        said = styles.numbering(one.properties)
        if said is not None and not _is_unseen(one):
            one.number = lists.print_next(said.list_id, said.level, said.style_id)


def _is_unseen(paragraph: Paragraph) -> bool:
    """A paragraph whose mark is hidden and that shows nothing is neither printed nor counted."""
    mark = child_of(paragraph.properties, "w:rPr")
    return bool(is_on(mark, "w:vanish")) and not any(one.text for one in paragraph.pieces)


def _count_on(found: _List, list_id: str, level: int, count: _Count) -> None:
    # a list that says where it starts begins there once, whatever its family has counted
    if level in found.starts and (list_id, level) not in count.begun:
        count.begun.add((list_id, level))
        count.numbers.pop(level, None)
    for above in range(level):
        count.numbers.setdefault(above, _start_of(found, above))
    before = count.numbers.get(level)
    count.numbers[level] = _start_of(found, level) if before is None else before + 1
    for below in range(level + 1, _LEVELS):
        after = found.levels.get(below, _Level()).restarts_after
        if after is None or level < after:
            count.numbers.pop(below, None)


def _start_of(found: _List, level: int) -> int:
    return found.starts.get(level, found.levels.get(level, _Level()).start)


def _fill(found: _List, shape: _Level, count: _Count) -> Iterator[str]:
    """The pieces of a level's text, with the numbers of the levels in their places."""
    for index, piece in enumerate(_PLACE.split(shape.shown)):
        if index % 2 == 0:
            yield piece
            continue
        level = int(piece) - 1
        number = count.numbers.get(level)
        counted_by = found.levels.get(level, shape).number_format
        if number is not None and counted_by not in _NO_NUMBER:
            yield format_number(number, "decimal" if shape.is_legal else counted_by)


def _read_list(
    member: XmlElement,
    families: dict[str, XmlElement],
    members: dict[str, XmlElement],
    styles: StyleSheet,
) -> _List | None:
    family_id, family = _family_of(member, families)
    for _ in range(_MAX_CHAIN):
        # a list that looks as a style says has its levels in the style's own list
        styled = styles.list_of_style(value_of(family, "w:numStyleLink"))
        if styled is None or styled not in members:
            break
        family_id, family = _family_of(members[styled], families)
    if family is None:
        return None
    levels: dict[int, _Level] = {}
    by_style: dict[str, int] = {}
    for element in children_of(family, "w:lvl"):
        _add_level(element, levels, by_style)
    starts = {}
    for change in children_of(member, "w:lvlOverride"):
        for element in children_of(change, "w:lvl"):
            _add_level(element, levels, by_style)
        if (start := _number_of(value_of(change, "w:startOverride"))) is not None:
            starts[_number_of(attribute_of(change, "w:ilvl")) or 0] = start
    return _List(family_id, levels, starts, by_style)


def _family_of(
    member: XmlElement, families: dict[str, XmlElement]
) -> tuple[str, XmlElement | None]:
    family_id = value_of(member, "w:abstractNumId") or ""
    return family_id, families.get(family_id)


def _add_level(element: XmlElement, levels: dict[int, _Level], by_style: dict[str, int]) -> None:
    number = _number_of(attribute_of(element, "w:ilvl"))
    if number is None or number >= _LEVELS:
        return
    levels[number] = _Level(
        # a format that is no standard one stands in alternatives, and its own name says "custom"
        value_of(element, "w:numFmt")
        or value_of(element, "mc:AlternateContent", "mc:Fallback", "w:numFmt")
        or "decimal",
        (value_of(element, "w:lvlText") or "")[:_MAX_PRINTED_CHARS],
        _BEHIND.get(value_of(element, "w:suff") or "tab", "\t"),
        _number_of(value_of(element, "w:start")) or 0,
        _number_of(value_of(element, "w:lvlRestart")),
        bool(is_on(element, "w:isLgl")),
        bool(is_on(child_of(element, "w:rPr"), "w:vanish")),
    )
    if style := value_of(element, "w:pStyle"):
        by_style[style] = number


def _number_of(said: str | None) -> int | None:
    """A number of the file, no larger than Word counts."""
    if said is None or not (said.isascii() and said.isdigit()) or len(said) > 9:
        return None
    return min(int(said), _LARGEST)
