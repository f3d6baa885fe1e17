"""A Word file as a source: its words, paragraph by paragraph, and what it says about itself.

Simpler than `cite.readers.docx`, which leads offsets back into a draft: here the text is only
searched for passages. Deleted and moved-away words are left out, inserted ones are text, as Word
prints them; notes follow the body.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from provenance.formats.docx import WordPackage, XmlElement, child_of, name_of

__all__ = ["WORD_TYPE", "WordText", "is_word_file", "read_word"]

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What a Word file's directory of parts cannot do without (ECMA-376 part 1, 11.3.10).
_MAIN_PART = re.compile(rb"word/(?:document\d*)\.xml", re.IGNORECASE)
_SILENT = frozenset({"w:del", "w:moveFrom", "w:instrText", "w:delText", "mc:Fallback", "w:rPr"})
_SIGNS = {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "\u2011"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class WordText(NamedTuple):
    """The text, one line a paragraph, and the core properties where they are set."""

    text: str
    title: str | None
    authors: tuple[str, ...]
    created: str | None
    language: str | None


def is_word_file(data: bytes) -> bool:
    """Tell whether a ZIP is a Word file: by the names in it, whatever it is called."""
    return data.startswith(b"PK\x03\x04") and _MAIN_PART.search(data) is not None


def read_word(data: bytes) -> WordText:
    """Return the text of a .docx or .docm.

    Raises:
        UnreadableDocument: it is broken, encrypted, a bomb, or no Word file.
    """
    package = WordPackage(data)
    parts = [package.main]
    parts += [part for kind in ("footnotes", "endnotes")
              if (part := package.find_related(package.main, kind)) and part in package]  # fmt: skip
    paragraphs = [one for part in parts for one in _paragraphs(package.read_part(part))]
    title, creator, created, language = _read_properties(package)
    authors = tuple(name for one in (creator or "").split(";") if (name := one.strip()))
    day = _DAY.match(created or "")
    return WordText("\n".join(paragraphs), title, authors, day[0] if day else None, language)


def _paragraphs(root: XmlElement) -> Iterator[str]:
    for element in root.iter():
        if isinstance(element.tag, str) and name_of(element) == "w:p":
            words = "".join(_words(element)).strip()
            if words:
                yield words


def _words(paragraph: XmlElement) -> Iterator[str]:
    """The words of one paragraph; a text box inside it has paragraphs of its own."""
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        name = name_of(element)
        if name in _SILENT or name == "w:p":
            continue
        if name in {"w:t", "m:t"}:
            yield element.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        else:
            waiting.extend(reversed(element))


def _read_properties(package: WordPackage) -> tuple[str | None, ...]:
    part = package.find_related("", "core-properties")
    root = package.read_part(part) if part and part in package else None
    names = ("dc:title", "dc:creator", "dcterms:created", "dc:language")
    found = (child_of(root, name) for name in names)
    return tuple((one.text or "").strip() or None if one is not None else None for one in found)
