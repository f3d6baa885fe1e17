"""The rules with their pages, and a page's words as blocks that a template can write. PURE."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

from provenance.validate.rule import Page
from provenance.validate.rule_docs import Documented, documented_rules

__all__ = ["Block", "Piece", "Section", "explained", "rulebook"]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_ITEM = re.compile(r"^[-*] ", re.MULTILINE)
_BLOCK_NAMES = {"house": "house.toml", "known": "what is known of the sources"}


class Piece(NamedTuple):
    """Some words; `is_code` where they stood between backticks."""

    words: str
    is_code: bool


class Block(NamedTuple):
    """A paragraph, a list (one tuple of pieces an item) or a block of code with its caption."""

    kind: Literal["paragraph", "list", "code"]
    items: tuple[tuple[Piece, ...], ...] = ()
    code: str = ""
    caption: str = ""


class Section(NamedTuple):
    """A heading ("" for what stands before the first) and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@cache
def rulebook() -> Mapping[str, Documented]:
    """Return every rule with its page, by code."""
    return {each.rule.code: each for each in documented_rules()}


def explained(page: Page) -> tuple[Section, ...]:
    """Return a page section by section."""
    return (
        Section("", tuple(_blocks(page.about))),
        *(Section(title, tuple(_blocks(text))) for title, text in page.sections.items()),
    )


def _blocks(text: str) -> list[Block]:
    found: list[Block] = []
    prose, *rest = _FENCE.split(text)
    found += _prose(prose)
    for kind, code, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        found.append(Block("code", code=code, caption=_BLOCK_NAMES.get(kind, "")))
        found += _prose(after)
    return found


def _prose(text: str) -> list[Block]:
    found = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if not paragraph.strip():
            continue
        if _ITEM.match(paragraph):
            items = [each for each in _ITEM.split(paragraph) if each.strip()]
            found.append(Block("list", tuple(_pieces(each) for each in items)))
        else:
            found.append(Block("paragraph", (_pieces(paragraph),)))
    return found


def _pieces(text: str) -> tuple[Piece, ...]:
    parts = _CODE.split(" ".join(text.split()))
    return tuple(Piece(words, bool(number % 2)) for number, words in enumerate(parts) if words)
