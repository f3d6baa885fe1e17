"""What paragraph and character styles say of the text: heading levels, hidden text, language.

A style is known by its id, which Word translates (`berschrift1`, `Ttulo1`); its name
("heading 1") is the same in every language, and an outline level may come from a style
that it is based on.
"""

import re
from typing import NamedTuple, Self

from provenance.cite.patterns import lazy_pattern
from provenance.formats.docx import XmlElement, attribute_of, child_of, children_of

__all__ = ["ListPlace", "StyleSheet", "is_on", "value_of"]

# Styles that say they are based on each other would go on for ever; Word's own chains are below ten.
_MAX_CHAIN = 32
_BODY_LEVEL = 9  # w:outlineLvl counts from 0; 9 is body text (ECMA-376 part 1, 17.3.1.20)
_HEADING_NAME = lazy_pattern(r"heading ([1-9])", re.IGNORECASE)
_NOTE_REFERENCE_NAME = lazy_pattern(r"(?:foot|end)note (?:reference|anchor|characters|symbol)", re.IGNORECASE)  # fmt: skip
_NO_LIST = "0"  # w:numId 0 takes a paragraph out of the list of its style (17.9.18)
_OFF = frozenset({"0", "false", "off", "none"})


def value_of(element: XmlElement | None, *path: str) -> str | None:
    """Return `w:val` of the element that a path of names leads to."""
    found = child_of(element, *path)
    return None if found is None else attribute_of(found, "w:val")


def is_on(properties: XmlElement | None, name: str) -> bool | None:
    """Tell whether a toggle such as `w:vanish` is set; None where nothing is said of it."""
    found = child_of(properties, name)
    if found is None:
        return None
    return (attribute_of(found, "w:val") or "1").lower() not in _OFF


class ListPlace(NamedTuple):
    """The list that a paragraph stands in, and its level from 0; None where the list's tie to a style says it.

    `style_id` is the style that names the list, None where the paragraph itself does.
    """

    list_id: str
    level: int | None
    style_id: str | None


class _Style(NamedTuple):
    style_id: str
    name: str
    based_on: str | None
    list_id: str | None
    list_level: int | None
    level: int | None
    is_hidden: bool | None
    is_raised: bool | None
    language: str | None


class StyleSheet:
    """The styles of one document, by style id."""

    def __init__(
        self,
        styles: dict[str, _Style],
        paragraph_style: str | None = None,
        language: str | None = None,
    ) -> None:
        self._styles = styles
        self._paragraph_style = paragraph_style
        self._language = language
        self._chains: dict[str | None, tuple[_Style, ...]] = {}

    @classmethod
    def read(cls, root: XmlElement | None) -> Self:
        """Read `word/styles.xml`; no styles at all where there is none."""
        if root is None:
            return cls({})
        styles, default = {}, None
        for element in children_of(root, "w:style"):
            style_id = attribute_of(element, "w:styleId") or ""
            styles[style_id] = _read_style(style_id, element)
            is_default = (attribute_of(element, "w:default") or "0").lower() not in _OFF
            if is_default and attribute_of(element, "w:type") == "paragraph":
                default = style_id
        defaults = child_of(root, "w:docDefaults", "w:rPrDefault", "w:rPr", "w:lang")
        return cls(styles, default, None if defaults is None else attribute_of(defaults, "w:val"))

    def heading_level(self, paragraph: XmlElement | None) -> int | None:
        """Return how deep a heading a paragraph with these properties is (1 is the top), None if it is none."""
        said = value_of(paragraph, "w:outlineLvl")
        if said is not None:
            return _as_level(said)
        return (
            next(
                (style.level for style in self._chain_of(paragraph) if style.level is not None),
                None,
            )
            or None
        )

    def is_title(self, paragraph: XmlElement | None) -> bool:
        """Tell whether a paragraph has the style of the document's title."""
        return any(style.name.lower() == "title" for style in self._chain_of(paragraph)[:1])

    def is_hidden(self, paragraph: XmlElement | None, run: XmlElement | None) -> bool:
        """Tell whether a run is hidden text, by itself or by its styles."""
        said = is_on(run, "w:vanish")
        if said is not None:
            return said
        chains = (*self._chain(value_of(run, "w:rStyle")), *self._chain_of(paragraph))
        return next((style.is_hidden for style in chains if style.is_hidden is not None), False)

    def is_raised(self, run: XmlElement | None) -> bool:
        """Tell whether a run is superscript, or in a style made for the numbers of notes."""
        said = value_of(run, "w:vertAlign")
        if said is not None:
            return said == "superscript"
        chain = self._chain(value_of(run, "w:rStyle"))
        return any(style.is_raised or _NOTE_REFERENCE_NAME.fullmatch(style.name) for style in chain)

    def language(self, paragraph: XmlElement | None, run: XmlElement | None) -> str | None:
        """Return the language that a run is marked with (a BCP 47 tag), by itself or by its styles."""
        if said := _language_of(run):
            return said
        chains = (*self._chain(value_of(run, "w:rStyle")), *self._chain_of(paragraph))
        return next((style.language for style in chains if style.language), self._language)

    def numbering(self, paragraph: XmlElement | None) -> ListPlace | None:
        """Return where a paragraph stands in a list, by itself or by its styles; None where in none."""
        own = child_of(paragraph, "w:numPr")
        level = _as_list_level(value_of(own, "w:ilvl"))
        list_id, style_id = value_of(own, "w:numId"), None
        if list_id is not None:
            level = level or 0
        for style in () if list_id is not None else self._chain_of(paragraph):
            level = style.list_level if level is None else level
            if style.list_id is not None:
                list_id, style_id = style.list_id, style.style_id
                break
        return None if list_id in {None, _NO_LIST} else ListPlace(list_id or "", level, style_id)

    def list_of_style(self, style_id: str | None) -> str | None:
        """Return the list that a style made for lists stands for."""
        style = self._styles.get(style_id or "")
        return style.list_id if style else None

    def _chain_of(self, paragraph: XmlElement | None) -> tuple[_Style, ...]:
        return self._chain(value_of(paragraph, "w:pStyle") or self._paragraph_style)

    def _chain(self, style_id: str | None) -> tuple[_Style, ...]:
        """A style and those that it is based on, nearest first."""
        if style_id not in self._chains:
            found: list[_Style] = []
            following = style_id
            while following is not None and len(found) < _MAX_CHAIN:
                style = self._styles.get(following)
                if style is None:
                    break
                found.append(style)
                following = style.based_on
            self._chains[style_id] = tuple(found)
        return self._chains[style_id]


def _read_style(style_id: str, element: XmlElement) -> _Style:
    name = value_of(element, "w:name") or ""
    run = child_of(element, "w:rPr")
    raised = value_of(run, "w:vertAlign")
    named = _HEADING_NAME.fullmatch(name)
    outline = value_of(element, "w:pPr", "w:outlineLvl")
    level = int(named[1]) if named else None
    return _Style(
        style_id,
        name,
        value_of(element, "w:basedOn"),
        value_of(element, "w:pPr", "w:numPr", "w:numId"),
        _as_list_level(value_of(element, "w:pPr", "w:numPr", "w:ilvl")),
        # 0 says "no heading" and ends the search, as body text set above a heading's style does
        level if outline is None else _as_level(outline) or 0,
        is_on(run, "w:vanish"),
        None if raised is None else raised == "superscript",
        _language_of(run),
    )


def _as_level(outline: str) -> int | None:
    level = _as_list_level(outline)
    return level + 1 if level is not None and level < _BODY_LEVEL else None


def _as_list_level(said: str | None) -> int | None:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) == 1 else None


def _language_of(run: XmlElement | None) -> str | None:
    said = child_of(run, "w:lang")
    if said is None:
        return None
    return attribute_of(said, "w:bidi" if is_on(run, "w:rtl") else "w:val")
