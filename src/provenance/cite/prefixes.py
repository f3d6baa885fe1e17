"""What the beginning of an address proves: which whole addresses fit it, and whether one is enough.

That only one known address begins like a cut one does not make it the one that was
meant. Of 1,470 display-cut anchors on 62 real pages, whose hrefs say the truth, 273
had exactly one other address with their beginning in the same document, and for 71
of these it was another page of a series (`…campaign-assessment-march-8` for
`…-march-9`), however long the beginning was. So a beginning counts only where

* its path is long enough to say anything (`LEAST_PATH`), and either
* it shows what identifies the page by itself: a whole number of twelve digits or more
  (a post's), or sixteen or more characters of a random token (`pfbid02Kyc1ku5z6c…`); or
* what the cut hides holds nothing that counts or dates (digits, months, numerals): words
  only, which complete a title.

Measured again with these: 195 adopted, none of them another page; see ADR 9.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from urllib.parse import unquote

from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import canonical_url, parse_address

__all__ = [
    "LEAST_PATH",
    "MOST",
    "AddressIndex",
    "beginning_of",
    "distinguishes",
    "has_enough_path",
]

# Shorter paths are the name of an account or a section: `https://t.me/dnipro`.
LEAST_PATH = 12
# Nobody chooses among more than so many; and ten thousand alike must not cost their square.
MOST = 100
_CUT = lazy_pattern(r"(?:\.{3,}|…)[\s\S]*\Z")
_HEAD = lazy_pattern(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_TOKEN_LENGTH = 16
_TOKEN_AT_END = lazy_pattern(rf"[A-Za-z0-9_-]{{{_TOKEN_LENGTH},}}\Z")
_WHOLE_NUMBER = lazy_pattern(r"(?<!\d)\d{12,}(?!\d)(?!\Z)")
_COUNTS_OR_DATES = lazy_pattern(
    r"""\d
    | (?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}(?![a-z])
    | (?<![a-z])(?:one|two|three|four|five|six|seven|eight|nine|ten|part|first|second|third
        |fourth|fifth|last|final|[ivx]+
        |(?:mon|tues|wednes|thurs|fri|satur|sun)day|morning|evening|week(?:ly)?|daily)(?![a-z])""",
    re.IGNORECASE | re.VERBOSE,
)
_LABELS = ("www.", "mobile.")
_RENAMED = {"twitter.com": "x.com"}


def beginning_of(cut: str) -> str | None:
    """Return what a cut address shows of the whole one; None where its host is not complete.

    >>> beginning_of("https://www.a.org/weekly-u...")
    'https://www.a.org/weekly-u'
    >>> beginning_of("https://twit...") is None
    True
    """
    shown = _CUT.sub("", cut)
    head = _HEAD.match(shown)
    if head is None or shown[head.end() : head.end() + 1] not in {"/", "?"}:
        return None
    return shown if parse_address(shown) else None


class AddressIndex:
    """Whole addresses with where each was found, to be asked for those that begin alike.

    Scheme, `www.`, `mobile.` and a renamed host make no difference.
    """

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self._entries = sorted((_comparable(url), url, where) for url, where in known)

    def fitting(self, cut: str) -> list[tuple[str, str]]:
        """Return the distinct addresses (URL, where) that begin as `cut` does, at most `MOST`.

        An address that is no longer than what the cut shows is not among them:
        something was cut off.
        """
        shown = beginning_of(cut)
        if shown is None:
            return []
        wanted = _comparable(shown)
        found: dict[str, tuple[str, str]] = {}
        for at in range(bisect_left(self._entries, (wanted,)), len(self._entries)):
            name, url, where = self._entries[at]
            if not name.startswith(wanted) or len(found) == MOST:
                break
            if name[len(wanted) :].strip("/"):
                found.setdefault(canonical_url(url), (url, where))
        return list(found.values())


def distinguishes(cut: str, url: str) -> bool:
    """Tell whether what a cut address shows can be the beginning of no other page than `url`."""
    shown = beginning_of(cut)
    if shown is None or _path_length(shown) < LEAST_PATH:
        return False
    if _shows_identity(shown):
        return True
    hidden = unquote(_comparable(url)[len(_comparable(shown)) :])
    # where the cut falls inside a word or a number, what is hidden begins with the rest of it
    return not _COUNTS_OR_DATES.search(hidden) and not shown[-1].isdigit()


def has_enough_path(cut: str) -> bool:
    """Tell whether a cut address shows enough of its path for anything to be asked about it."""
    shown = beginning_of(cut)
    return shown is not None and _path_length(shown) >= LEAST_PATH


def _path_length(shown: str) -> int:
    head = _HEAD.match(shown)
    return len(shown[head.end() + 1 :]) if head else 0


def _shows_identity(shown: str) -> bool:
    path = shown[len(shown) - _path_length(shown) :]
    if _WHOLE_NUMBER.search(path):
        return True
    token = _TOKEN_AT_END.search(path)
    return token is not None and all(
        any(map(kind, token[0])) for kind in (str.isdigit, str.islower, str.isupper)
    )


def _comparable(url: str) -> str:
    """An address without what two spellings of it may differ in at its beginning."""
    head = _HEAD.match(url)
    host = head[0].partition("://")[2].lower() if head else ""
    for label in _LABELS:
        host = host.removeprefix(label)
    return _RENAMED.get(host, host) + url[head.end() if head else 0 :]
