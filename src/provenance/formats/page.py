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

# Plain trees, without lxml.html's classes of elements, and paths that are compiled once: both save time.


def _path(text: str) -> lxml.etree.XPath:
    return lxml.etree.XPath(text, smart_strings=False)


_TITLES = _path("//title[not(ancestor::svg)]")
_HEADINGS = _path("//h1|//h2")
_PASSWORD_INPUTS = _path("//input[translate(@type, 'PASWORD', 'pasword') = 'password'][1]")
_CANONICAL_LINKS = _path("//link[@rel='canonical']/@href")
_LANGUAGES = _path("/html/@lang")
_FRAMES = _path("//iframe/@src")
_SCRIPT_IDS = _path("//script/@id")
_REFRESHES = _path("//meta[@http-equiv]")
_LINKED_DATA = _path("//script[@type='application/ld+json']")
_SAID_FREE = _path("//@itemprop[. = 'isAccessibleForFree']/../@content")


class PageFacts(Struct, frozen=True):
    """What a page shows without being understood.

    `word_count` counts what stands outside scripts and styles; `text_start` is the
    first 2,000 characters of that. `is_accessible_for_free` is schema.org's word,
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
    is_free = _find_is_free(root)
    script_ids = _attributes(root, _SCRIPT_IDS)
    lxml.etree.strip_elements(root, *_HIDDEN, with_tail=False)
    text = " ".join(_text_of_body(root))
    return PageFacts(
        title=_first(_TITLES(root)),
        word_count=len(text.split()),
        text_start=" ".join(text[: _MAX_TEXT * 4].split())[:_MAX_TEXT],
        headings=tuple(filter(None, map(_text_of, _HEADINGS(root)[:_MAX_LISTED]))),
        has_password_input=bool(_PASSWORD_INPUTS(root)),
        is_accessible_for_free=is_free,
        canonical_link=_first_attribute(root, _CANONICAL_LINKS),
        language=_first_attribute(root, _LANGUAGES),
        refresh_to=_find_refresh(root),
        frames=_attributes(root, _FRAMES),
        script_ids=script_ids,
        shows_cited=shows_cited,
    )


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


def _text_of_body(root: lxml.etree._Element) -> list[str]:
    body = root.find("body")
    return list((root if body is None else body).itertext())


def _text_of(element: lxml.etree._Element) -> str:
    return " ".join(" ".join(element.itertext()).split())[:_MAX_FIELD]


def _first(elements: list[lxml.etree._Element]) -> str | None:
    return (_text_of(elements[0]) or None) if elements else None


def _attributes(root: lxml.etree._Element, path: lxml.etree.XPath) -> tuple[str, ...]:
    return tuple(value[:_MAX_FIELD] for value in path(root)[:_MAX_LISTED])


def _first_attribute(root: lxml.etree._Element, path: lxml.etree.XPath) -> str | None:
    found = _attributes(root, path)
    return (found[0].strip() or None) if found else None


def _find_is_free(root: lxml.etree._Element) -> bool | None:
    """Return False if any part of the page's own metadata says that readers pay."""
    said = [
        match[1].lower().rpartition("/")[2]
        for script in _LINKED_DATA(root)
        for match in _IS_FREE.finditer(script.text or "")
    ]
    said += [value.lower() for value in _attributes(root, _SAID_FREE)]
    if "false" in said:
        return False
    return True if "true" in said else None


def _find_refresh(root: lxml.etree._Element) -> str | None:
    for element in _REFRESHES(root)[:_MAX_LISTED]:
        if str(element.get("http-equiv")).lower() == "refresh":
            target = _REFRESH.search(str(element.get("content") or ""))
            return target[1].strip()[:_MAX_FIELD] if target else None
    return None
