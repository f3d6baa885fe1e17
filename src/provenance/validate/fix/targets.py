"""Where the target of an anchor is written in a file of text. PURE."""

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.formats.markup import read_href
from provenance.model import Document, Link
from provenance.text import Span
from provenance.validate.fix.changes import Change, Refused
from provenance.validate.fix.spelling import spell_address
from provenance.validate.records import Edit

__all__ = ["find_target"]

_START_TAG = lazy_pattern(r"""<a(?=[\s/>])(?:[^>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_HREF = lazy_pattern(
    r"""\shref\s*=\s*(?:(?P<quote>["'])(?P<quoted>.*?)(?P=quote)|(?P<bare>[^\s>"']+))""",
    re.IGNORECASE | re.DOTALL,
)
_NEEDS_QUOTES = lazy_pattern(r"[\s\"'=<>`]")
# How many start tags before an anchor's words are looked at for its own.
_TAGS_BACK = 8
_MARKDOWN_TARGET = lazy_pattern(
    r"[*_~`]*\]\(\s*(?:<(?P<held>[^<>\n]*)>|(?P<bare>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*))"
)
_RST_TARGET = lazy_pattern(r"\s*<(?P<bare>[^<>\n]*)>`__?")
_MARKDOWN_DEFINED = lazy_pattern(
    r"^ {0,3}\[[^\[\]\n^][^\[\]\n]*\]:[ \t]*(?:<(?P<held>[^<>\n]*)>|(?P<bare>\S+))", re.MULTILINE
)
_RST_DEFINED = lazy_pattern(r"^[ \t]*\.\. _[^\n]*?: (?P<bare>\S+)[ \t]*$", re.MULTILINE)
_ESCAPED = lazy_pattern(r"\\([!-/:-@\[-`{-~])")
# A wiki's template may name its address long before or behind the title that is shown for it.
_WIKI_NEAR_CHARS = 2_000
_ELSEWHERE = Refused("the link's target stands elsewhere in the file: change it by hand")
_UNFIT = Refused("the new target cannot be written here: change it by hand")


class _Asked(NamedTuple):
    """What is looked for: the link, where its words stand in the source, what it shall lead to."""

    document: Document
    source: str
    link: Link
    span: Span
    target: str
    spelling: int


def find_target(
    document: Document, source: str, edit: Edit, spelling: int
) -> Change | Refused | None:
    """Return the change that gives the anchor of these words another target.

    None where the words are the target (`<https://…>` in Markdown): whoever changes them changes it.
    """
    links = [one for one in document.links if (one.start, one.end) == (edit.start, edit.end)]
    find = _FINDERS.get(document.format)
    if not links or find is None or document.offsets is None:
        return Refused("there is no link at this place")
    span = document.offsets.to_source(Span(edit.start, edit.end))
    for link in links:
        if _is_its_words(document, source, link, span):
            return None
        found = find(_Asked(document, source, link, span, edit.replacement, spelling))
        if not isinstance(found, Refused):
            return found
    return found


def _is_its_words(document: Document, source: str, link: Link, span: Span) -> bool:
    """Tell whether a format without tags has made a link of an address that simply stands there."""
    if document.format not in {"markdown", "rst"} or span.of(source) != link.href:
        return False
    return _MARKDOWN_TARGET.match(source, span.end) is None and not _RST_TARGET.match(
        source, span.end
    )


def _in_html(asked: _Asked) -> Change | Refused:
    end = asked.span.start
    for _ in range(_TAGS_BACK):
        end = max(asked.source.rfind(tag, 0, max(0, end)) for tag in ("<a", "<A"))
        if end < 0:
            break
        tag = _START_TAG.match(asked.source, end)
        if tag is None or not _says(read_href(tag[0]), asked.link.href):
            continue
        value = _HREF.search(tag[0])
        if value is None:
            continue
        quote = value["quote"] or ""
        place = value.span("quoted" if quote else "bare")
        written = spell_address(asked.target, value[0], quote, asked.spelling)
        if not quote and _NEEDS_QUOTES.search(written):
            written = f'"{written.replace(chr(34), "&quot;")}"'
        return Change("", end + place[0], end + place[1], written)
    return _ELSEWHERE


def _says(written: str | None, href: str) -> bool:
    return written is not None and href in {written, html.unescape(written), written.strip()}


def _in_markdown(asked: _Asked) -> Change | Refused:
    match = _MARKDOWN_TARGET.match(asked.source, asked.span.end)
    if match is None:
        match = _defined(asked, _MARKDOWN_DEFINED)
    if match is None:
        return _in_html(asked)
    group = "bare" if match["held"] is None else "held"
    if _read_markdown(match[group]) != asked.link.href:
        return _ELSEWHERE
    if any(char in "<>\n" for char in asked.target):
        return _UNFIT
    is_plain = not re.search(r"\s", asked.target) and asked.target.count("(") == asked.target.count(
        ")"
    )
    written = asked.target if group == "held" or is_plain else f"<{asked.target}>"
    return Change("", *match.span(group), written)


def _read_markdown(written: str) -> str:
    return html.unescape(_ESCAPED.sub(r"\1", written))


def _in_rst(asked: _Asked) -> Change | Refused:
    match = _RST_TARGET.match(asked.source, asked.span.end) or _defined(asked, _RST_DEFINED)
    if match is None or match["bare"] != asked.link.href:
        return _ELSEWHERE
    if any(char in "<>`\n " for char in asked.target):
        return _UNFIT
    return Change("", *match.span("bare"), asked.target)


def _in_wikitext(asked: _Asked) -> Change | Refused:
    first = max(0, asked.span.start - _WIKI_NEAR_CHARS)
    near = asked.source[first : asked.span.end + _WIKI_NEAR_CHARS]
    if any(char in "[]{}|<> \n" for char in asked.target):
        return _UNFIT
    ends_before = asked.source.rfind(f"[{asked.link.href}", first, asked.span.start)
    if ends_before >= 0 and not asked.source[
        ends_before + 1 + len(asked.link.href) : asked.span.start
    ].strip(" '\""):
        return Change("", ends_before + 1, ends_before + 1 + len(asked.link.href), asked.target)
    if near.count(asked.link.href) != 1:
        return _ELSEWHERE
    start = first + near.index(asked.link.href)
    return Change("", start, start + len(asked.link.href), asked.target)


def _defined(asked: _Asked, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The one definition of a target that this link alone uses."""
    if sum(one.href == asked.link.href for one in asked.document.links) != 1:
        return None
    found = [
        match
        for match in pattern.finditer(asked.source)
        if asked.link.href in {said for said in match.groupdict().values() if said}
    ]
    return found[0] if len(found) == 1 else None


_Finder = Callable[[_Asked], Change | Refused]
_FINDERS: dict[str, _Finder] = {
    "html": _in_html,
    "markdown": _in_markdown,
    "rst": _in_rst,
    "wikitext": _in_wikitext,
}
