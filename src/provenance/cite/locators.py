"""Which place in a work a note means, when its author read it, and what it will be called from now on."""

import re

from provenance.cite.patterns import lazy_pattern
from provenance.cite.phrases import ACCESSED, HEREINAFTER, PAGE_WORDS
from provenance.formats.dates import find_dates

__all__ = ["read_alias", "read_isbn", "read_locator", "without_locators"]

_ALIAS = lazy_pattern(
    rf"[\[(]\s*(?:{HEREINAFTER})\s*[:,–-]?\s*[“\"«]?(?P<alias>[^\])]{{1,120}})[\])]", re.IGNORECASE
)
_READ_ON = lazy_pattern(
    rf"[\s,.;(]*\b(?:{ACCESSED})\b(?=[^;]{{0,40}}\d)[\s:,]*(?P<day>[^;]{{0,60}})", re.IGNORECASE
)
_FROM_ORIGINAL = lazy_pattern(
    r"[\s,.;(]*\barchived\b(?:\s*\([^()]{1,20}\))?(?:\s+from\s+the\s+original)?[^;]{0,60}",
    re.IGNORECASE,
)
_NUMBERS = r"[\dA-Za-z٠-٩۰-۹-]{1,8}(?:\s?(?:[–—,;&-]|and|und|et|y|و|и|to)\s?(?!(?:1[5-9]|20)\d\d(?!\d))[\d٠-٩۰-۹][\d٠-٩۰-۹-]{0,7}){0,8}"
_PAGES = lazy_pattern(
    # "to accompany S. 1307" is a bill; a small roman number is a page, the L of "P. L. Doe" none
    rf"(?<![\w.])(?!S\.?\s?\d)(?:{PAGE_WORDS})\s?(?P<pages>(?=[\d٠-٩۰-۹]|(?<=[pP]\.\s)(?-i:[ivxlc]+)\b|(?-i:[A-Z]{1, 4})-\d){_NUMBERS})"
    rf"|(?:^|[,.;:)\]\d»”“\"]\s)(?-i:S)\.?\s?(?P<seite>(?=\d){_NUMBERS})",
    re.IGNORECASE,
)
_PAGES_BEHIND_YEAR = lazy_pattern(r"\)\s*:\s*(?P<pages>\d{1,4}(?:\s?[–-]{1,2}\s?\d{1,4})?)")
_ISBN = lazy_pattern(
    r"\bISBN(?:-1[03])?[:\s\u00a0]*(?P<isbn>(?:97[89][\s-]?)?(?:\d[\s-]?){9}[\dXx])\b",
    re.IGNORECASE,
)
_MAX_PROSE_CHARS = 4000


def read_locator(words: str) -> tuple[str | None, str | None]:
    """Return the pages that words name, as printed, and the day on which a page was read (ISO)."""
    pages = _PAGES.search(words)
    printed = (pages["pages"] or pages["seite"]) if pages else None
    if pages is None and (behind_year := _PAGES_BEHIND_YEAR.search(words)):
        printed = behind_year["pages"]
    read_on = _READ_ON.search(words)
    days = find_dates(read_on["day"]) if read_on else []
    return printed.strip(" ,") if printed else None, days[0].iso if days else None


def read_alias(prose: str) -> str | None:
    """Return the name under which a note says that a work will be cited from now on.

    >>> read_alias("Doe, Rivers, 2017 (hereinafter Doe, 2017).")
    'Doe, 2017'
    """
    alias = _ALIAS.search(prose[:_MAX_PROSE_CHARS])
    return alias["alias"].strip(' ”"».') or None if alias else None


def read_isbn(words: str) -> str | None:
    """Return the ISBN that words name, without its hyphens."""
    isbn = _ISBN.search(words)
    return re.sub(r"[\s-]", "", isbn["isbn"]).upper() if isbn else None


def without_locators(words: str) -> str:
    """Leave out the day of access and the name for later use, which are no part of a description."""
    return _FROM_ORIGINAL.sub("", _READ_ON.sub("", _ALIAS.sub("", words)))
