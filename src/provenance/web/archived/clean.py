"""Hostile HTML in, harmless tokens out. The only importer of nh3; runs in the cage.

nh3 (ammonia on html5ever) parses as browsers do and keeps what is on our lists: words and their
structure. Scripts, styles, frames, forms, pictures of others and whatever else loads, acts or hides go.
It writes canonical HTML, so that it can be read again tag by tag without a second parser: what
is changed afterwards (`marking.py`) is put between tokens and never inside of one.

It is the first wall. The second are the headers of `origin.py` and the frame's `sandbox`, under
which nothing runs or loads even where this lets something through.
"""

import html
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

import nh3

__all__ = ["BLOCKS", "Token", "clean_page"]

BLOCKS = frozenset(
    """address article aside blockquote br caption center dd details div dl dt figcaption figure
    footer h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section summary table tbody td
    tfoot th thead tr ul""".split()
)
# no `mark`: what is marked is what we marked
_INLINE = frozenset(
    """a abbr b bdi bdo big cite code col colgroup data del dfn em i img ins kbd q rp rt ruby s
    samp small span strike strong sub sup time tt u var wbr""".split()
)
# What stands in these is no text of the page: programs, pictures, fields, stand-ins for frames.
_SILENT = frozenset(
    """audio canvas datalist iframe math noembed noframes noscript script select style svg
    template textarea title video""".split()
)
_ATTRIBUTES = {
    "*": {"dir", "id", "lang"},
    "a": {"href"},
    "img": {"alt", "src"},
    "li": {"value"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# Where our own names (`passage`) could be taken by the page.
_PREFIX = "page-"
# What a page brings along inside itself. No SVG: it is a document of its own.
_OWN_PICTURE = re.compile(
    r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE
)
_MAX_ADDRESS = 2_000
# What nh3 writes: every attribute with a value in double quotes, in which `"` and `&` are references.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s="<>]+="[^"]*")*) ?/?>')
_ATTRIBUTE = re.compile(r' ([^\s="<>]+)="([^"]*)"')
# XHTML closes empty elements in themselves, which HTML takes for an open tag: all behind it would be its.
_CLOSED_IN_ITSELF = re.compile(r"<([A-Za-z][A-Za-z0-9]*)((?:\s[^<>]*?)?)/>")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

TokenKind = Literal["text", "open", "close"]


class Token(NamedTuple):
    """A piece of canonical HTML: `html` as it is written out; `name` is that of a tag."""

    kind: TokenKind
    html: str
    name: str = ""


def clean_page(source: str, *, is_xhtml: bool = False) -> list[Token]:
    """Return what may be shown of a page, in order.

    Links lead nowhere but within the page; where they led stands in their title. Of a picture its
    words are left, or the picture where the page holds it itself (PNG, JPEG, GIF, WebP).

    >>> "".join(token.html for token in clean_page("<p onclick=x()>Tolls<script>x()</script> rose"))
    '<p>Tolls rose</p>'
    """
    if is_xhtml:
        source = _CLOSED_IN_ITSELF.sub(_open_and_close, source)
    return list(_tokens(_CLEANER.clean(source)))


def _keep(_tag: str, name: str, value: str) -> str | None:
    if name == "id":
        return _PREFIX + value
    if name == "src":
        return value if _OWN_PICTURE.fullmatch(value) else None
    if name == "href" and value.startswith("#"):
        return f"#{_PREFIX}{value[1:]}"
    return value


_CLEANER = nh3.Cleaner(
    tags=set(BLOCKS | _INLINE),
    clean_content_tags=set(_SILENT),
    attributes=_ATTRIBUTES,
    attribute_filter=_keep,
    url_schemes={"http", "https", "mailto", "data"},
    link_rel=None,
)


def _open_and_close(match: re.Match[str]) -> str:
    name, rest = match[1], match[2]
    return match[0] if name.lower() in _VOID else f"<{name}{rest}></{name}>"


def _tokens(cleaned: str) -> Iterator[Token]:
    at = 0
    for match in _TAG.finditer(cleaned):
        if match.start() > at:
            yield Token("text", cleaned[at : match.start()])
        yield from _read_tag(match[2], match[3], is_end=bool(match[1]))
        at = match.end()
    if at < len(cleaned):
        yield Token("text", cleaned[at:])


def _read_tag(name: str, attributes: str, *, is_end: bool) -> Iterator[Token]:
    if is_end:
        yield Token("close", f"</{name}>", name)
        return
    values = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(attributes)}
    if name == "img":
        yield from _picture(values)
        return
    if name == "a" and not values.get("href", "").startswith("#"):
        address = values.pop("href", "")
        if address and not address.lower().startswith("data:"):
            values["title"] = address[:_MAX_ADDRESS]
    if name == "details":
        values["open"] = ""  # a passage may stand in it
    yield Token("open", _start_tag(name, values), name)


def _picture(values: dict[str, str]) -> Iterator[Token]:
    words = values.get("alt", "").strip()
    if "src" in values:
        yield Token("open", _start_tag("img", {"src": values["src"], "alt": words}), "img")
    elif words:
        shown = {"class": "picture", "role": "img", "aria-label": words}
        yield Token("open", f"{_start_tag('span', shown)}{html.escape(words)}</span>", "img")


def _start_tag(name: str, values: dict[str, str]) -> str:
    written = "".join(f' {key}="{html.escape(value)}"' for key, value in values.items())
    return f"<{name}{written}>"
