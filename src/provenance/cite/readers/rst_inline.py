r"""Words of a reStructuredText paragraph: markup off, links and note markers kept.

The start and end rules are docutils' own, in short: markup begins behind no letter and before no
blank, and ends behind no blank and before no letter. An opening sign whose end is missing is text.
"""

import re
from dataclasses import dataclass, field

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.flow import Flow
from provenance.cite.readers.rst_names import Definition, Names, normal_name
from provenance.model import Link, Mark
from provenance.text import Span

__all__ = ["InlineReader"]

_TOKEN = lazy_pattern(
    r"""\\(?P<escaped>[\s\S])
      | (?P<address>(?:https?|ftp)://[^\s<>`]+)
      | \[(?P<note>\d{1,5}|\#[\w.:+-]{0,100}|\*|[^\W\d_][\w.:+-]{0,100})\]_(?!\w)
      | (?<![\w`])``(?=\S) (?P<literal>)
      | (?<![\w`:]):(?P<role>[a-zA-Z][\w.:+-]{0,60}):`(?=[^\s`])
      | (?<![\w`\\])(?P<tick>_?)`(?=[^\s`])
      | (?<![\w*\\])(?P<strong>\*\*)(?=[^\s*])
      | (?<![\w*\\])(?P<emphasis>\*)(?=[^\s*])
      | (?<![\w|\\])\|(?P<substitution>[^|\s][^|\n]{0,100})\|(?P<link>__?(?!\w))?
      | (?<![\w`.])(?P<name>[^\W_]{1,60}+(?:[.:+_-][^\W_]{1,60}+){0,12}+)__?(?![\w`])
    """,
    re.VERBOSE,
)
_END_OF_LITERAL = lazy_pattern(r"(?<=\S)``(?!\w)")
_END_OF_TICK = lazy_pattern(r"(?<=[^\s\\])`(?P<behind>__?(?!\w)|:[a-zA-Z][\w.:+-]{0,60}:)?(?!\w)")
_END_OF_STRONG = lazy_pattern(r"(?<=[^\s\\])\*\*(?!\w)")
_END_OF_EMPHASIS = lazy_pattern(r"(?<=[^\s\\*])\*(?!\w)")
_EMBEDDED = lazy_pattern(r"\s*<(?P<address>[^<>]*)>\s*\Z")
_ROLE_TARGET = lazy_pattern(r"(?P<words>[^<>]*\S)\s*<[^<>]*>\s*\Z")
_MAX_NESTED = 8
# What is written by its number alone, and where it is kept.
_NUMBERED_ROLES = {
    "pep": ("PEP ", "https://peps.python.org/pep-{:0>4}/"),
    "rfc": ("RFC ", "https://www.rfc-editor.org/rfc/rfc{}"),
}


@dataclass
class InlineReader:
    """Reads paragraph after paragraph of one source, and remembers which notes were marked in turn."""

    source: str
    names: Names
    _automatic: int = 0
    _symbols: int = 0
    _anonymous: int = 0
    _depth: int = 0
    _unclosed: set[tuple[str, int]] = field(default_factory=set)

    def write(self, span: Span, flow: Flow) -> None:
        """Write the words of a part of the source to `flow`."""
        position = span.start
        while token := _TOKEN.search(self.source, position, span.end):
            if token.start() > position:
                flow.write(self.source[position : token.start()], position, token.start())
            position = self._take(token, span.end, flow)
        if position < span.end:
            flow.write(self.source[position : span.end], position, span.end)

    def _take(self, token: re.Match[str], end: int, flow: Flow) -> int:
        at = token.start()
        kind = token.lastgroup or "literal"
        after = None
        if kind == "escaped":
            if not token["escaped"].isspace():
                flow.write(token["escaped"], at, token.end())
            after = token.end()
        elif kind == "address":
            flow.write(token[0], at, token.end())
            after = token.end()
        elif kind == "note":
            self._write_marker(token, flow)
            after = token.end()
        elif kind == "name":
            after = self._take_name(token, flow)
        elif token["substitution"] is not None:
            after = self._take_substitution(token, flow)
        else:
            after = self._take_enclosed(kind, token, end, flow)
        if after is None:  # the sign stands for itself
            flow.write(self.source[at], at, at + 1)
            return at + 1
        return after

    def _write_marker(self, token: re.Match[str], flow: Flow) -> None:
        found = self._definition_of(token["note"])
        label = found.label if found else token["note"].lstrip("#") or "#"
        began = flow.settle()
        flow.write(f"[{label}]", *token.span())
        flow.marks.append(
            Mark(began, flow.length, label, "marker", found.target if found else f"?{label}")
        )

    def _definition_of(self, written: str) -> Definition | None:
        """The note of a marker: `[#]_` and `[*]_` take those without a name in turn."""
        if written == "#":
            self._automatic += 1
            turn, notes = self._automatic, self.names.automatic
        elif written == "*":
            self._symbols += 1
            turn, notes = self._symbols, self.names.symbols
        else:
            return self.names.notes.get(written.casefold())
        return notes[turn - 1] if turn <= len(notes) else None

    def _take_name(self, token: re.Match[str], flow: Flow) -> int | None:
        """`name_` leads somewhere if the name is defined; else it is a word with an underscore."""
        address = self.names.addresses.get(normal_name(token["name"]))
        if token[0].endswith("__"):
            address = self._next_anonymous()
        began = flow.settle()
        shown = token.end("name") if address else token.end()
        flow.write(self.source[token.start() : shown], token.start(), shown)
        _link(flow, began, address)
        return token.end()

    def _next_anonymous(self) -> str | None:
        self._anonymous += 1
        known = self.names.anonymous
        return known[self._anonymous - 1] if self._anonymous <= len(known) else None

    def _take_substitution(self, token: re.Match[str], flow: Flow) -> int | None:
        span = self.names.substitutions.get(token["substitution"].casefold())
        if span is None or self._depth >= _MAX_NESTED:
            return None
        began = flow.settle()
        self._depth += 1
        self.write(span, flow)
        self._depth -= 1
        if token["link"]:
            _link(flow, began, self.names.addresses.get(normal_name(token["substitution"])))
        return token.end()

    def _take_enclosed(self, kind: str, token: re.Match[str], end: int, flow: Flow) -> int | None:
        closer = {
            "literal": _END_OF_LITERAL,
            "strong": _END_OF_STRONG,
            "emphasis": _END_OF_EMPHASIS,
        }.get(kind, _END_OF_TICK)
        if (closer.pattern, end) in self._unclosed:
            return None
        closing = closer.search(self.source, token.end() + 1, end)
        if closing is None:
            self._unclosed.add((closer.pattern, end))  # nor will a later one be closed
            return None
        inner = Span(token.end(), closing.start())
        if kind in {"strong", "emphasis", "literal"}:
            flow.write(inner.of(self.source), *inner)
        else:
            self._write_interpreted(token["role"] or "", inner, closing["behind"] or "", flow)
        return closing.end()

    def _write_interpreted(self, role: str, inner: Span, behind: str, flow: Flow) -> None:
        words = inner.of(self.source)
        role = role or behind.strip(":_")
        if role in _NUMBERED_ROLES:
            self._write_numbered(role, inner, flow)
            return
        embedded = (
            _EMBEDDED.search(words)
            if behind.startswith("_")
            else _ROLE_TARGET.search(words)
            if role
            else None
        )
        shown_end = inner.end
        address = None
        if behind.startswith("_"):
            address = self.names.addresses.get(normal_name(words))
            if embedded:
                shown_end = inner.start + embedded.start()
                address = self._embedded_address(embedded["address"])
            elif behind == "__":
                address = self._next_anonymous()
        elif embedded:
            shown_end = inner.start + embedded.end("words")
        began = flow.settle()
        if shown_end == inner.start and embedded:
            flow.write(
                embedded["address"],
                inner.start + embedded.start("address"),
                inner.start + embedded.end("address"),
            )
        text = self.source[inner.start : shown_end]
        strip = len(text) - len(text.lstrip("~!")) if role else 0
        flow.write(text[strip:], inner.start + strip, shown_end)
        _link(flow, began, address)

    def _embedded_address(self, written: str) -> str | None:
        """`<https://…>`, broken over lines or not; `<name_>` is another name for a target."""
        address = "".join(written.split())
        if address.endswith("_") and "/" not in address:
            return self.names.addresses.get(normal_name(written.strip().rstrip("_").strip("`")))
        return address if "/" in address or address.startswith("mailto:") else None

    def _write_numbered(self, role: str, inner: Span, flow: Flow) -> None:
        """`:pep:`8`` shows as a link `PEP 8`."""
        before, address = _NUMBERED_ROLES[role]
        words = inner.of(self.source)
        title = _ROLE_TARGET.match(words)
        number = re.search(r"\d+", words[words.rfind("<") + 1 :] if title else words)
        began = flow.settle()
        if title:
            flow.write(title["words"], inner.start, inner.start + title.end("words"))
        else:
            flow.insert(before)
            flow.write(words, *inner)
        _link(flow, began, address.format(number[0]) if number else None)


def _link(flow: Flow, began: int, address: str | None) -> None:
    if address and flow.length > began:
        flow.links.append(Link(began, flow.length, address))
