"""The walk over a wikitext: every sign is taken where it stands, what is nested is walked in its turn."""

import html
import re
from bisect import bisect_left

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.flow import Flow
from provenance.cite.readers.wikitext_calls import take_call
from provenance.cite.readers.wikitext_lines import Lines
from provenance.cite.readers.wikitext_links import take_external_link, take_internal_link
from provenance.cite.readers.wikitext_notes import NoteBook, NoteEntry
from provenance.cite.readers.wikitext_pairs import Pairs, RefTag, find_pairs
from provenance.cite.readers.wikitext_templates import Call, is_name, read_call
from provenance.cite.readers.wikitext_words import BLOCK_TAGS, HIDDEN_TAGS, HTML_TAGS
from provenance.model import Mark
from provenance.text import Span

__all__ = ["WikitextWalk"]

_TOKEN = lazy_pattern(
    r"\n|'{2,}|\{\{|\[\[|\[(?=(?:https?:)?//|ftps?://|mailto:|news:|\{\{)|<|&(?=[#a-zA-Z])"
    r"|__[A-Z]{3,20}__|\|\||!!"
)
_TAG = lazy_pattern(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,20})\b[^<>]*>")
_ENTITY = lazy_pattern(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_ATTRIBUTE = lazy_pattern(
    r"""\b(?P<key>name|group|follow|extends)\s{0,9}=\s{0,9}(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<c>[^\s"'>]*?)(?=\s|/?>|$))""",
    re.IGNORECASE,
)
_END_OF_LIST = lazy_pattern(r"</references\s*>", re.IGNORECASE)
_BOLD = 3


class WikitextWalk:
    """One reading of one source: its main text, and the notes met on the way."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pairs: Pairs = find_pairs(source)
        self.book = NoteBook()
        self.main = Flow()
        self.title: str | None = None
        self._bold_from: int | None = None
        self._ref_starts = sorted(self.pairs.refs)
        self._last_list_end = max(
            (match.start() for match in _END_OF_LIST.finditer(source)), default=-1
        )

    def read(self) -> Flow:
        """Walk all of the source and return its text; notes that no list took stand at the end."""
        self.walk(0, len(self.source), self.main)
        for group in self.book.groups():
            self.book.write_list(group, self.main)
        return self.main

    def render(self, span: Span) -> Flow:
        """Return the words of a part of the source as a text of their own."""
        flow = Flow()
        start, end = span
        while start < end and self.source[start] in " \t\r\n":
            start += 1
        while end > start and self.source[end - 1] in " \t\r\n":
            end -= 1
        self.walk(start, end, flow)
        return flow

    def walk(self, start: int, end: int, flow: Flow, *, is_inline: bool = False) -> None:
        """Write the words of `source[start:end]` to `flow`."""
        lines = Lines(self.source, self.pairs, end, flow, self.render)
        position = start if is_inline else lines.begin(start)
        while position < end:
            token = _TOKEN.search(self.source, position, end)
            at = token.start() if token else end
            if at > position:
                flow.write(self.source[position:at], position, at)
            position = self._take(token, lines) if token else end

    def refs_in(self, span: Span) -> list[RefTag]:
        """Return the ref tags of a part of the source, in order."""
        first = bisect_left(self._ref_starts, span.start)
        last = bisect_left(self._ref_starts, span.end)
        return [self.pairs.refs[start] for start in self._ref_starts[first:last]]

    def calls_in(self, span: Span) -> list[Call]:
        """Return the template calls that stand side by side in a part of the source."""
        calls, position = [], span.start
        while (at := self.source.find("{{", position, span.end)) >= 0:
            closing = self.pairs.closings.get(at)
            position = at + 1 if closing is None else closing + 2
            if closing is not None and closing + 2 <= span.end:
                calls.append(read_call(self.source, self.pairs, at, closing + 2))
        return calls

    def _take(self, token: re.Match[str], lines: Lines) -> int:
        """Take the sign at a token; return where the walk goes on."""
        at, flow = token.start(), lines.flow
        after = at
        match token[0][0]:
            case "\n":
                after = lines.begin(at + 1)
            case "'":
                after = self._take_quotes(token, flow)
            case "{" | "[" if at in self.pairs.closings:
                after = self._take_bracket(token, lines.end, flow)
            case "<":
                after = self._take_angle(at, lines)
            case "&":
                after = self._take_entity(at, flow)
            case "_":
                after = token.end()
            case "|" | "!" if lines.tables and (token[0] == "||" or lines.is_header):
                after = lines.next_cell(token.end())
        if after == at:  # the sign stands for itself
            flow.write(self.source[at], at, at + 1)
            after = at + 1
        return after

    def _take_bracket(self, token: re.Match[str], end: int, flow: Flow) -> int:
        at, closing = token.start(), self.pairs.closings[token.start()]
        width = 1 if token[0] == "[" else 2
        if closing + width > end:
            return at
        if width > 1 and not is_name(self.source, at + 2, closing):
            return at  # `{{box is open.<ref>…`: no page has such a name, so these are words
        if token[0] == "{{":
            take_call(self, read_call(self.source, self.pairs, at, closing + 2), flow)
        elif token[0] == "[[":
            take_internal_link(self, at, closing, flow)
        else:
            take_external_link(self, at, closing, flow)
        return closing + width

    def _take_quotes(self, token: re.Match[str], flow: Flow) -> int:
        """Two apostrophes are italic, three bold, five both; any others stand in the text."""
        count = len(token[0])
        extra = {4: 1}.get(count, max(0, count - 5))
        if extra:
            flow.write("'" * extra, token.start(), token.start() + extra)
        if count >= _BOLD and flow is self.main and self.title is None and not flow.headings:
            if self._bold_from is None:
                self._bold_from = flow.length
            else:
                self.title = flow.words_since(self._bold_from) or None
        return token.end()

    def _take_entity(self, at: int, flow: Flow) -> int:
        entity = _ENTITY.match(self.source, at)
        if entity is None or (shown := html.unescape(entity[0])) == entity[0]:
            return at
        flow.write(shown, at, entity.end())
        return entity.end()

    def _take_angle(self, at: int, lines: Lines) -> int:
        end, flow = lines.end, lines.flow
        literal = self.pairs.literals.get(at)
        if literal is not None and literal.end <= end:
            self._write_literal(literal.name, Span(literal.inner_start, literal.inner_end), flow)
            return literal.end
        ref = self.pairs.refs.get(at)
        if ref is not None and ref.end <= end:
            self.take_ref(ref, flow)
            return ref.end
        tag = _TAG.match(self.source, at, end)
        if tag is None or tag["name"].lower() not in HTML_TAGS:
            return at
        return self._take_tag(tag, lines)

    def _write_literal(self, name: str, span: Span, flow: Flow) -> None:
        words = span.of(self.source)
        if name in {"pre", "source", "syntaxhighlight"}:
            flow.break_line(2)
            flow.write_verbatim(
                words.strip("\n"), span.start + len(words) - len(words.lstrip("\n"))
            )
            flow.break_line(2)
        elif name and name not in HIDDEN_TAGS:
            flow.write(words, *span)

    def _take_tag(self, tag: re.Match[str], lines: Lines) -> int:
        flow = lines.flow
        name = tag["name"].lower()
        if name == "references" and not tag["close"]:
            return self._take_list(tag, lines.end, flow)
        if name == "gallery":
            lines.in_gallery = not tag["close"]
        if name in BLOCK_TAGS:
            flow.break_line(2 if name not in {"li", "dt", "dd"} else 1)
        elif name == "br":
            flow.blank(*tag.span()) if lines.tables else flow.break_line(1)
        elif name in {"td", "th"}:
            flow.blank(*tag.span())
        return tag.end()

    def take_ref(self, ref: RefTag, flow: Flow) -> None:
        """Write the marker of a `<ref>`, and keep its words for the list."""
        said = _attributes_of(self.source[ref.start : ref.inner_start])
        entry = self.book.entry(said.get("group", ""), said.get("name", ""))
        self.write_marker(entry.label, entry.target, ref.start, ref.inner_start, flow)
        self._define(ref, entry.group, said.get("name", ""), entry)

    def write_marker(self, label: str, target: str, start: int, end: int, flow: Flow) -> None:
        """Write `[label]` for what stands at `source[start:end]`."""
        began = flow.settle()
        flow.write(f"[{label}]", start, end)
        flow.marks.append(Mark(began, flow.length, label, "marker", target))

    def define_listed(self, span: Span, group: str) -> None:
        """Keep the words of the notes that a list defines in a part of the source."""
        for ref in self.refs_in(span):
            said = _attributes_of(self.source[ref.start : ref.inner_start])
            self._define(ref, said.get("group", group), said.get("name", ""), None)

    def _define(self, ref: RefTag, group: str, name: str, entry: NoteEntry | None) -> None:
        words = Span(ref.inner_start, ref.inner_end)
        if name and not words.of(self.source).strip():
            return
        shown = self.render(words)
        (entry or self.book.entry(group, name)).define(shown, ref.start, ref.inner_start)

    def _take_list(self, tag: re.Match[str], end: int, flow: Flow) -> int:
        group = _attributes_of(tag[0]).get("group", "")
        after = tag.end()
        if not tag[0].endswith("/>") and self._last_list_end > after:
            closing = _END_OF_LIST.search(self.source, after, end)
            if closing:
                self.define_listed(Span(after, closing.start()), group)
                after = closing.end()
        self.book.write_list(group, flow)
        return after


def _attributes_of(tag: str) -> dict[str, str]:
    return {
        match["key"].lower(): " ".join((match["a"] or match["b"] or match["c"] or "").split())
        for match in _ATTRIBUTE.finditer(tag)
    }
