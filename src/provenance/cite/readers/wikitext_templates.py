"""A template call taken apart: its name and its values, each as a range of the source."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.wikitext_pairs import Pairs
from provenance.text import Span

__all__ = ["Call", "is_name", "read_call", "split_at_pipes"]

_STEP = lazy_pattern(r"\||\{\{|\[\[|<")
_NAME_OF_VALUE = lazy_pattern(
    r"\s*+(?P<name>[^\s=\[\]{}<>|](?:[^=\[\]{}<>|\n]{0,58}[^\s=\[\]{}<>|])?)[^\S\n]{0,40}="
)
_COMMENT = lazy_pattern(r"<!--.*?-->", re.DOTALL)
# A name ends with a comment at most; beyond this it is no name.
_MAX_NAME = 400
# Titles have 255 bytes at most, and none of these signs ($wgLegalTitleChars).
_MAX_TITLE = 255
_HEAD = lazy_pattern(r"[^|]*")
_NO_NAME = lazy_pattern(r"[<>\[\]{}]|\n\s*\S")
_PREFIX = lazy_pattern(
    r"(?:template|vorlage|modèle|plantilla|шаблон|قالب|الگو|subst|safesubst)\s*:", re.IGNORECASE
)


class Call(NamedTuple):
    """A template call. Values keep their order; places count from "1", as MediaWiki names them."""

    name: str
    values: dict[str, Span]
    start: int
    end: int

    @property
    def places(self) -> list[Span]:
        """The values without a name, in order."""
        return [span for name, span in self.values.items() if name.isdigit()]


def is_name(source: str, start: int, end: int) -> bool:
    """Tell whether what stands before the first pipe can name a page: MediaWiki allows no bracket in it.

    What a parser function (`#if:`) works on is no name.
    """
    match = _HEAD.match(source, start, min(end, start + _MAX_NAME))
    head = _COMMENT.sub("", match[0]).strip() if match else ""
    return head.startswith("#") or not (_NO_NAME.search(head) or len(head) > _MAX_TITLE)


def read_call(source: str, pairs: Pairs, start: int, end: int) -> Call:
    """Take apart the call whose braces stand around `source[start + 2:end - 2]`."""
    first, *rest = split_at_pipes(source, pairs, start + 2, end - 2)
    head = _COMMENT.sub("", first.of(source)[:_MAX_NAME]).strip()
    values: dict[str, Span] = {}
    place = 0
    if not head.startswith("#") and ":" in head:
        head = _PREFIX.sub("", head).strip()
    if head.startswith("#") and ":" in head:
        colon = source.find(":", first.start, first.end)
        values["1"] = Span(colon + 1, first.end)
        head = head.partition(":")[0]
        place = 1
    for span in rest:
        named = _NAME_OF_VALUE.match(source, span.start, span.end)
        if named and not named["name"].startswith("http"):
            values.setdefault(named["name"].lower(), Span(named.end(), span.end))
            if source[named.end() : span.end].strip():
                values[named["name"].lower()] = Span(named.end(), span.end)
        else:
            place += 1
            values[str(place)] = span
    return Call(_normal_name(head), values, start, end)


def _normal_name(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).lower()


def split_at_pipes(source: str, pairs: Pairs, start: int, end: int) -> list[Span]:
    """Cut `source[start:end]` at the pipes that stand in no bracket and no tag of their own."""
    cuts = list(_pipes(source, pairs, start, end))
    return [
        Span(left, right)
        for left, right in zip([start, *(cut + 1 for cut in cuts)], [*cuts, end], strict=True)
    ]


def _pipes(source: str, pairs: Pairs, start: int, end: int) -> Iterator[int]:
    position = start
    while step := _STEP.search(source, position, end):
        position = step.end()
        at = step.start()
        if step[0] == "|":
            yield at
        elif step[0] == "<":
            tag = pairs.literals.get(at) or pairs.refs.get(at)
            position = min(tag.end, end) if tag else position
        elif at in pairs.closings:
            position = min(pairs.closings[at] + 2, end)
        else:
            position = at + 1  # `[[[a|b]]`: the second bracket may be the one that is paired
