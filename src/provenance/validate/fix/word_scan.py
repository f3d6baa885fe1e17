"""Where the words and the links of one XML part of a Word file stand in its characters. PURE.

The reader says in which element a stretch of its text was typed; only a parser that knows its
own place can say where that is. Nothing is written from a tree: what is not changed keeps
its quotes, its prefixes and the order of its attributes.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

__all__ = ["Piece", "ScannedPart", "TextElement", "scan_part"]

_WORD = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
}
_SPACE = "http://www.w3.org/XML/1998/namespace space"
_ALTERNATIVES = "http://schemas.openxmlformats.org/markup-compatibility/2006 AlternateContent"


class Piece(NamedTuple):
    """Characters of an element and where they are written (code points of the part)."""

    text: str
    start: int
    end: int


@dataclass
class Target:
    """What says where a link leads: a `w:hyperlink`, a `w:fldSimple` or a field in several runs.

    `tag` is where the start tag begins of the first two, `relation` the id of a relationship;
    `pieces` are the characters of a field's instruction.
    """

    kind: str
    tag: int = 0
    relation: str = ""
    is_split: bool = False  # a second attribute says a part of the address
    pieces: list[Piece] = field(default_factory=list)
    is_shown: bool = False


@dataclass
class TextElement:
    """One `w:t`: where its start tag begins, where its content does and ends, and the link around it."""

    tag: int
    start: int
    end: int
    is_preserved: bool
    pieces: list[Piece]
    target: Target | None
    is_alternative: bool


class ScannedPart(NamedTuple):
    """A part as characters, its `w:t` elements by their number among all elements, and its links."""

    source: str
    texts: dict[int, TextElement]
    links: list[Target]


def scan_part(data: bytes) -> ScannedPart | None:
    """Return where everything stands in a part; None where it is not UTF-8."""
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if source[:5].lstrip("\ufeff").startswith("\0") or "\0" in source[:4]:
        return None
    scan = _Scan(data, source)
    try:
        scan.parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError):
        return None  # an encoding is declared that expat does not know, though the bytes are UTF-8
    return ScannedPart(source, scan.texts, scan.links)


class _Scan:
    """The scan as it goes: expat says at every event at which byte it stands."""

    def __init__(self, data: bytes, source: str) -> None:
        self.texts: dict[int, TextElement] = {}
        self.links: list[Target] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        for handler in ("CommentHandler", "StartCdataSectionHandler", "EndCdataSectionHandler"):
            setattr(self.parser, handler, lambda *_: self._here())
        self.parser.ProcessingInstructionHandler = lambda *_: self._here()
        self._data = data
        self._is_ascii = len(data) == len(source)
        self._byte = self._char = 0
        self._number = -1
        self._alternatives = 0
        self._around: list[Target] = []
        self._fields: list[Target] = []
        self._held: list[Piece] | None = None  # where characters go
        self._waiting: tuple[str, int] | None = None  # characters whose end is not known yet
        self._text: TextElement | None = None

    def _here(self) -> int:
        """The place of the event, as a character; what waited for its end has it."""
        byte = self.parser.CurrentByteIndex
        if self._is_ascii:
            self._char = byte
        else:
            self._char += len(self._data[self._byte : byte].decode("utf-8"))
        self._byte = byte
        if self._waiting is not None and self._held is not None:
            self._held.append(Piece(*self._waiting, self._char))
        self._waiting = None
        return self._char

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        place = self._here()
        self._number += 1
        uri, _, local = name.rpartition(" ")
        self._alternatives += name == _ALTERNATIVES
        if uri not in _WORD:
            return
        said = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        match local:
            case "t":
                self._open_text(place, attributes.get(_SPACE) == "preserve")
            case "instrText":
                self._held = self._fields[-1].pieces if self._fields else None
            case "fldChar":
                self._mark(said.get("fldCharType", ""))
            case "fldSimple":
                self._around.append(Target("simple", place))
            case "hyperlink":
                self._around.append(
                    Target(
                        "hyperlink",
                        place,
                        said.get("id", ""),
                        "anchor" in said or "docLocation" in said,
                    )
                )
            case _:
                return
        if local in {"fldSimple", "hyperlink"}:
            self.links.append(self._around[-1])

    def _open_text(self, place: int, is_preserved: bool) -> None:
        around = self._around or [one for one in self._fields if one.is_shown and _is_link(one)]
        target = around[-1] if around else None
        start = self._end_of_tag(place)
        self._text = TextElement(
            place, start, start, is_preserved, [], target, self._alternatives > 0
        )
        self._held = self._text.pieces
        self.texts[self._number] = self._text

    def _end_of_tag(self, place: int) -> int:
        # an attribute of `w:t` holds no `>`: `xml:space` is all that there is (ECMA-376 part 1, 17.3.3.31)
        data = self._data
        return place + len(data[self._byte : data.index(b">", self._byte) + 1].decode("utf-8"))

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(Target("field"))
        elif kind == "separate" and self._fields:
            self._fields[-1].is_shown = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _end(self, name: str) -> None:
        place = self._here()
        uri, _, local = name.rpartition(" ")
        self._alternatives -= name == _ALTERNATIVES
        if uri not in _WORD:
            return
        if local in {"t", "instrText"}:
            if self._text is not None:
                self._text.end = place
            self._held, self._text = None, None
        elif local in {"fldSimple", "hyperlink"}:
            self._around.pop()

    def _characters(self, text: str) -> None:
        place = self._here()
        if self._held is not None:
            self._waiting = (text, place)


def _is_link(target: Target) -> bool:
    said = "".join(piece.text for piece in target.pieces)
    return re.match(r"\s*HYPERLINK\b", said, re.IGNORECASE) is not None
