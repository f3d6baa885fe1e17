"""Links into web archives: what they are a copy of, and since when.

Only wrappers that carry the original address are read; short links
(archive.ph/4XcKq, perma.cc/9NQ2-6F4Z) tell nothing without a look.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern

__all__ = ["WrappedCopy", "is_archived_copy", "leads_to_copy", "original_of", "read_wrapped_copy"]

_WRAPPER = lazy_pattern(
    r"""https?://(?P<archive>(?:web\.)?archive\.org|archive\.(?:today|ph|is|li|md|vn|fo)
                |arquivo\.pt|ghostarchive\.org|www\.webarchive\.org\.uk
                |[\w.-]+(?=/(?:web|wayback)/\d{14}(?:[a-z]{2}_)?/https?:))  # as pywb serves
        (?:/wayback)?(?:/web|/archive)?
        /(?P<timestamp>\d{4}\.\d\d\.\d\d-\d{6}|\d{4,14})?\*?(?:[a-z]{2}_)?/?
        (?P<original>https?:/{1,2}\S+)""",
    re.IGNORECASE | re.VERBOSE,
)
_DATED = lazy_pattern(r"/\d{14}(?:[a-z]{2}_)?/https?:")
_SCHEME = lazy_pattern(r"^(https?):/+", re.IGNORECASE)


# Archives whose addresses do not name the original.
_SHORT_LINK = lazy_pattern(
    r"https?://(?:www\.)?(?:perma\.cc|archive\.(?:today|ph|is|li|md|vn|fo)|webcitation\.org|ghostarchive\.org"
    r"|webarchive\.nationalarchives\.gov\.uk|archive-it\.org|wayback\.archive-it\.org)/\S",
    re.IGNORECASE,
)
_LEADS_TO_COPY = lazy_pattern(
    r"[\s.,;:)>]*(?:[\[(<][\s<]*)?(?:(?:also\s+)?(?:archived?|archiviert|archivé|archivad[oa]|cached|saved|perma(?:link)?|copy"
    r"|архив(?:ировано|ная\s+копия)?|مؤرشف)\b[^;\[\]]{0,60})?[\s:<\[(]*",
    re.IGNORECASE,
)
_SAYS_COPY = lazy_pattern(r"[\[(]|archiv|perma|cached|saved|copy|архив|مؤرشف", re.IGNORECASE)


class WrappedCopy(NamedTuple):
    """An address in a web archive: which archive, of what, and when it was taken if it says so."""

    archive: str
    original: str
    at: datetime | None


def read_wrapped_copy(url: str) -> WrappedCopy | None:
    """Read a link into a web archive, or None where `url` is no such link.

    >>> read_wrapped_copy("https://web.archive.org/web/20190227151439/https://a.org/x").original
    'https://a.org/x'
    >>> read_wrapped_copy("https://vefsafn.is/wayback/20190227151439/https://a.org/x").archive
    'vefsafn.is'
    """
    match = _WRAPPER.match(url)
    if match is None:
        return None
    original = _SCHEME.sub(r"\1://", match["original"])
    return WrappedCopy(match["archive"].lower(), original, _read_timestamp(match["timestamp"]))


def original_of(url: str) -> str | None:
    """Return the URL that a web-archive link is a copy of, or None."""
    if "archive" not in url and "arquivo" not in url and _DATED.search(url) is None:
        return None
    wrapped = read_wrapped_copy(url)
    return wrapped.original if wrapped else None


def is_archived_copy(url: str) -> bool:
    """Tell whether `url` leads into a web archive, also where it does not say what it is a copy of."""
    return original_of(url) is not None or _SHORT_LINK.match(url) is not None


def leads_to_copy(between: str) -> bool:
    """Tell whether the words between two addresses say that they are one page and its archived copy.

    >>> [leads_to_copy(words) for words in (" [", ", archived at ", "; ")]
    [True, True, False]
    """
    return _SAYS_COPY.search(between) is not None and _LEADS_TO_COPY.fullmatch(between) is not None


def _read_timestamp(digits: str | None) -> datetime | None:
    """Fourteen digits, `20190227151439`; a shorter one begins at the start of what it leaves out."""
    if not digits:
        return None
    digits = re.sub(r"\D", "", digits)  # archive.today writes 2023.01.15-120000
    padded = digits + "00000101000000"[len(digits) :]
    try:
        return datetime.strptime(padded, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
