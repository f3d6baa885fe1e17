"""Which brackets of a wikitext belong together: one pass, one stack, never back.

The rules are MediaWiki's preprocessor's where they are told apart by real pages:
comments and literal tags (`<nowiki>`, `<pre>`, …) hide what is in them; `<ref>` runs to
the next `</ref>` whatever stands between, and no bracket reaches across its edge; an
external link ends with its line. Otherwise a closing bracket closes the nearest one of its kind, and what was
opened in between and never closed is text. Nothing is nested deeper than 40, as in MediaWiki.
"""

import re
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern

__all__ = ["Pairs", "RefTag", "find_pairs"]

# Expansions nest 40 deep in MediaWiki ($wgMaxTemplateDepth); deeper brackets are text.
_MAX_DEPTH = 40
# What the inside of these tags means is not wikitext.
LITERAL_TAGS = (
    "nowiki", "pre", "source", "syntaxhighlight", "math", "chem", "ce", "timeline", "score",
    "hiero", "graph", "mapframe", "maplink", "templatedata", "imagemap", "inputbox",
)  # fmt: skip
_LITERAL = lazy_pattern(
    rf"<!--|<(?P<name>{'|'.join(LITERAL_TAGS)})(?=[\s/>])[^<>]*>", re.IGNORECASE
)
_EVENT = lazy_pattern(
    rf"""<!--|<(?:{"|".join(LITERAL_TAGS)})(?=[\s/>])
        |<ref(?=[\s/>])[^<>]*> | </ref\s*>
        |\{{{{+ | \}}}}+ | \[\[+ | \[(?=(?:https?:)?//|ftps?://|mailto:|news:|\{{\{{) | \]+ | \n""",
    re.IGNORECASE | re.VERBOSE,
)
_EDGE = "ref"


class RefTag(NamedTuple):
    """A `<ref …>` with its words: the half-open range of the words, and where the closing tag ends."""

    start: int
    inner_start: int
    inner_end: int
    end: int


class LiteralTag(NamedTuple):
    """A comment (no name) or a tag with literal words, like `RefTag`."""

    name: str
    inner_start: int
    inner_end: int
    end: int


class Pairs(NamedTuple):
    """By the place of the opening bracket: where its closing bracket begins, or what the tag holds."""

    closings: dict[int, int]
    refs: dict[int, RefTag]
    literals: dict[int, LiteralTag]


class _Open(NamedTuple):
    kind: str
    start: int


def find_pairs(source: str) -> Pairs:
    """Return which brackets and tags of `source` belong together, in linear time."""
    literals = _find_literals(source)
    events = list(_events_outside(source, literals))
    refs = _pair_refs(events)
    matcher = _Matcher(refs)
    for event in events:
        matcher.take(event)
    return Pairs(_without_the_deepest(matcher.closings), refs, literals)


def _find_literals(source: str) -> dict[int, LiteralTag]:
    found: dict[int, LiteralTag] = {}
    unclosed: set[str] = set()
    position = 0
    while opening := _LITERAL.search(source, position):
        name = (opening["name"] or "").lower()
        position = opening.end()
        if name in unclosed:
            continue
        if opening[0].endswith("/>"):
            found[opening.start()] = LiteralTag(name, position, position, position)
            continue
        closer = re.compile(rf"</{name}\s*>" if name else "-->", re.IGNORECASE)
        closing = closer.search(source, position)
        if closing is None:
            unclosed.add(name)  # nor will a later one be closed
            continue
        found[opening.start()] = LiteralTag(name, position, closing.start(), closing.end())
        position = closing.end()
    return found


def _events_outside(source: str, literals: dict[int, LiteralTag]) -> list[re.Match[str]]:
    events = []
    position = 0
    while event := _EVENT.search(source, position):
        literal = literals.get(event.start())
        position = literal.end if literal else event.end()
        if literal is None and not event[0].startswith("<!"):
            events.append(event)
    return events


def _pair_refs(events: list[re.Match[str]]) -> dict[int, RefTag]:
    """Each `<ref>` with the `</ref>` behind it; one that another `<ref>` follows is never closed."""
    refs: dict[int, RefTag] = {}
    opened: re.Match[str] | None = None
    for event in events:
        if event[0].startswith("</"):
            if opened:
                refs[opened.start()] = RefTag(
                    opened.start(), opened.end(), event.start(), event.end()
                )
            opened = None
        elif event[0][:4].lower() == "<ref":
            if event[0].endswith("/>"):
                refs[event.start()] = RefTag(event.start(), event.end(), event.end(), event.end())
            else:
                opened = event
    return refs


class _Matcher:
    """The stack of open brackets; a ref's edge in it is a wall that no bracket is closed across."""

    def __init__(self, refs: dict[int, RefTag]) -> None:
        self.closings: dict[int, int] = {}
        self._refs = refs
        self._edges = {ref.inner_end for ref in refs.values() if ref.end > ref.inner_end}
        self._stack: list[_Open] = []
        # for each ref that is open, and for all around them: how many brackets of a kind are open
        self._counts: list[dict[str, int]] = [{}]
        self._squares: list[list[str]] = [[]]

    def take(self, event: re.Match[str]) -> None:
        """Open or close what stands at an event."""
        sign = event[0]
        if sign.startswith("<"):
            self._take_ref(event)
        elif sign == "\n":
            while self._stack and self._stack[-1].kind == "[":
                self._pop()
        elif sign == "[":
            self._push("[", event.start())
        elif sign[0] in "{[":
            # of an odd run the left brace is text: `{{{1}}` names nothing that is known here
            for start in range(event.end() - len(sign) // 2 * 2, event.end(), 2):
                self._push(sign[:2], start)
        elif sign[0] == "}":
            for start in range(event.start(), event.end() - 1, 2):
                self._close("{{", start)
        else:
            self._close_squares(event.start(), event.end())

    def _take_ref(self, event: re.Match[str]) -> None:
        ref = self._refs.get(event.start())
        if ref is not None and ref.end > event.end():
            self._stack.append(_Open(_EDGE, event.start()))
            self._counts.append({})
            self._squares.append([])
        elif event.start() in self._edges and event[0].startswith("</"):
            while self._stack.pop().kind != _EDGE:
                pass
            self._counts.pop()
            self._squares.pop()

    def _push(self, kind: str, start: int) -> None:
        self._stack.append(_Open(kind, start))
        self._counts[-1][kind] = self._counts[-1].get(kind, 0) + 1
        if kind != "{{":
            self._squares[-1].append(kind)

    def _pop(self) -> _Open:
        opened = self._stack.pop()
        self._counts[-1][opened.kind] -= 1
        if opened.kind != "{{":
            self._squares[-1].pop()
        return opened

    def _close(self, kind: str, start: int) -> None:
        if self._counts[-1].get(kind):
            while (opened := self._pop()).kind != kind:
                pass
            self.closings[opened.start] = start

    def _close_squares(self, start: int, end: int) -> None:
        while start < end and self._squares[-1]:
            nearest = self._squares[-1][-1]
            if end - start >= len(nearest):
                self._close(nearest, start)
            start += len(nearest)


def _without_the_deepest(closings: dict[int, int]) -> dict[int, int]:
    kept: dict[int, int] = {}
    around: list[int] = []
    for start in sorted(closings):
        while around and around[-1] < start:
            around.pop()
        if len(around) < _MAX_DEPTH:
            kept[start] = closings[start]
        around.append(closings[start])
    return kept
