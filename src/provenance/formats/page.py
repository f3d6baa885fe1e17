"""What an HTML page says about itself, cheaply: the facts that verdicts are made of. PURE.

About a millisecond a page, by lxml; no text extraction (that is `link`'s work, in
a child process). Only the first megabyte is looked at, and what lxml cannot read
gives empty facts rather than an exception.
"""

import re

import lxml.etree  # type: ignore[import-untyped]
from msgspec import Struct

__all__ = ["PageFacts", "is_html", "read_page_facts"]

# Titles, forms and JSON-LD stand within the first few hundred kilobytes of real pages.
_MAX_BYTES = 1_000_000
_MAX_TEXT = 2_000
_MAX_FIELD = 500
_MAX_LISTED = 20
_HIDDEN = ("script", "style", "noscript", "template", "svg")
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", ""})
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_:.\-]{1,40})""", re.IGNORECASE)
_IS_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?\s*(true|false|https?://schema\.org/(?:True|False))',
                      re.IGNORECASE)  # fmt: skip
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)

# Plain trees, without lxml.html's classes of elements, and one pass for all that is looked for: both
# save time. A path that is compiled once is left for what hardly any page has.
_HEADINGS = ("h1", "h2")
_TOLD_BY = ("title", *_HEADINGS, "input", "link", "iframe", "meta")
_SAID_FREE = lxml.etree.XPath(
    "//@itemprop[. = 'isAccessibleForFree']/../@content", smart_strings=False
)
# No rule asks whether a page has more words than this; counting all of them takes as long as parsing.
_MAX_WORDS = 1_000

_Elements = dict[str, list[lxml.etree._Element]]


class PageFacts(Struct, frozen=True):
    """What a page shows without being understood.

    `word_count` counts what stands outside scripts and styles, up to 1,000; `text_start`
    is the first 2,000 characters of that. `is_accessible_for_free` is schema.org's word,
    None where the page says nothing. `frames`, `script_ids` and `headings` are the
    first 20 of each. `shows_cited` says whether the page holds what it was asked to show,
    None where nothing was asked of it.
    """

    title: str | None = None
    word_count: int = 0
    text_start: str = ""
    headings: tuple[str, ...] = ()
    has_password_input: bool = False
    is_accessible_for_free: bool | None = None
    canonical_link: str | None = None
    language: str | None = None
    refresh_to: str | None = None
    frames: tuple[str, ...] = ()
    script_ids: tuple[str, ...] = ()
    shows_cited: bool | None = None


def is_html(content_type: str) -> bool:
    """Tell whether a Content-Type is that of a page; an empty one may be."""
    return content_type.partition(";")[0].strip().lower() in _HTML_TYPES


def read_page_facts(data: bytes, content_type: str = "", shows: str = "") -> PageFacts:
    """Return the facts of an HTML page, its content-encoding already undone.

    The charset is that of a BOM, else of the Content-Type, else of the page's own
    meta element, else a guess of libxml2. `shows` is what the page must hold, as written.
    """
    shows_cited = shows.encode() in data if shows else None
    root = _parse(data[:_MAX_BYTES], content_type)
    if root is None:
        return PageFacts(shows_cited=shows_cited)
    scripts = list(root.iter("script"))
    is_free = _find_is_free(root, scripts, data)
    script_ids = _attributes(scripts, "id")
    lxml.etree.strip_elements(root, *_HIDDEN, with_tail=False)
    found = _find_elements(root)
    word_count, text_start = _read_text(root)
    return PageFacts(
        title=_text_of(found["title"][0]) or None if found["title"] else None,
        word_count=word_count,
        text_start=text_start,
        headings=tuple(filter(None, map(_text_of, found["h"][:_MAX_LISTED]))),
        has_password_input=any(_is_said(each, "type", "password") for each in found["input"]),
        is_accessible_for_free=is_free,
        canonical_link=_find_canonical_link(found["link"]),
        language=(root.get("lang") or "").strip() or None if root.tag == "html" else None,
        refresh_to=_find_refresh(found["meta"]),
        frames=_attributes(found["iframe"], "src"),
        script_ids=script_ids,
        shows_cited=shows_cited,
    )


def _find_elements(root: lxml.etree._Element) -> _Elements:
    """Return the elements that tell of a page by their names; headings of either level as "h"."""
    found: _Elements = {name: [] for name in ("h", *_TOLD_BY)}
    for element in root.iter(*_TOLD_BY):
        found["h" if element.tag in _HEADINGS else element.tag].append(element)
    return found


def _read_text(root: lxml.etree._Element) -> tuple[int, str]:
    """Return how many words stand in the body, up to the most that count, and its beginning."""
    body = root.find("body")
    words: list[str] = []
    characters = 0
    for piece in (root if body is None else body).itertext():
        words += piece.split()
        characters += len(piece) + 1
        if len(words) >= _MAX_WORDS and characters >= _MAX_TEXT * 4:
            break
    return min(len(words), _MAX_WORDS), " ".join(words)[:_MAX_TEXT]


def _parse(data: bytes, content_type: str) -> lxml.etree._Element | None:
    if not data.strip(b"\0 \t\r\n"):
        return None
    parser = lxml.etree.HTMLParser(
        encoding=_find_encoding(data, content_type), no_network=True, huge_tree=False
    )
    try:
        root: lxml.etree._Element | None = lxml.etree.fromstring(data, parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return None
    return root if root is not None and isinstance(root.tag, str) else None


def _find_encoding(data: bytes, content_type: str) -> str | None:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    named = _CHARSET.search(content_type)
    if named is None:
        return None
    try:
        lxml.etree.HTMLParser(encoding=named[1])
    except LookupError:
        return None
    return named[1]


def _text_of(element: lxml.etree._Element) -> str:
    return " ".join(" ".join(element.itertext()).split())[:_MAX_FIELD]


def _is_said(element: lxml.etree._Element, name: str, value: str) -> bool:
    return str(element.get(name)).lower() == value


def _attributes(elements: list[lxml.etree._Element], name: str) -> tuple[str, ...]:
    values = (element.get(name) for element in elements)
    return tuple(value[:_MAX_FIELD] for value in values if value is not None)[:_MAX_LISTED]


def _find_canonical_link(links: list[lxml.etree._Element]) -> str | None:
    found = _attributes([link for link in links if link.get("rel") == "canonical"], "href")
    return (found[0].strip() or None) if found else None


def _find_is_free(
    root: lxml.etree._Element, scripts: list[lxml.etree._Element], data: bytes
) -> bool | None:
    """Return False if any part of the page's own metadata says that readers pay."""
    said = [
        match[1].lower().rpartition("/")[2]
        for script in scripts
        if script.get("type") == "application/ld+json"
        for match in _IS_FREE.finditer(script.text or "")
    ]
    if b"itemprop" in data or b"i\0t\0e\0m\0p" in data:
        said += [value.lower() for value in _SAID_FREE(root)[:_MAX_LISTED]]
    if "false" in said:
        return False
    return True if "true" in said else None


def _find_refresh(metas: list[lxml.etree._Element]) -> str | None:
    for element in metas:
        if _is_said(element, "http-equiv", "refresh"):
            target = _REFRESH.search(str(element.get("content") or ""))
            return target[1].strip()[:_MAX_FIELD] if target else None
    return None
