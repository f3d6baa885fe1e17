"""Anchors that lead where the citation before them leads: its identifier said again, or its archived copy.

`doi: 10.1000/a. [<a href="https://doi.org/10.1000/a">DOI</a>]` is one citation, and so is a title
with its address followed by `<a href="https://web.archive.org/web/2020…/…">Archived</a>`, whatever
the language says around it. And what an exported page's links pass through is no part of an address.
"""

from bisect import bisect_left
from collections.abc import Sequence
from urllib.parse import unquote

from msgspec.structs import replace

from provenance.cite.archives import original_of
from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import canonical_url
from provenance.model import Citation

__all__ = ["join_second_links", "without_redirect"]

# Google Docs writes every link of an exported document so: nobody typed it.
_EXPORTED = lazy_pattern(
    r"https?://www\.google\.com/url\?(?:[^#\s]*?&)?q=(?P<target>https?[:%][^&#\s]+)"
)
# More words than these between the two, and the second is no mere repetition of the first.
_MAX_BETWEEN = 60


def without_redirect(href: str) -> str:
    """Return the address that Google Docs wrapped when it exported a document; any other as it stands.

    >>> without_redirect("https://www.google.com/url?q=https://a.org/x%3Fy%3D1&sa=D&source=editors")
    'https://a.org/x?y=1'
    """
    match = _EXPORTED.match(href)
    return unquote(match["target"]) if match else href


def join_second_links(text: str, citations: Sequence[Citation]) -> list[Citation]:
    """Return the citations, each joined with the anchor behind it that leads to the same page or its copy."""
    visible = sorted((one.start, one.end) for one in citations if not one.hidden)
    joined: list[Citation] = []
    for citation in citations:
        index = _index_of_first(text, joined, citation)
        if index is None:
            joined.append(citation)
            continue
        whole = joined[index]
        if original_of(citation.url or ""):
            whole = replace(whole, archive_url=citation.url)
        if _is_in_words(citation, visible):
            joined[index] = whole
            continue
        joined[index:] = [replace(whole, end=citation.end, raw=text[whole.start : citation.end])]
    return joined


def _is_in_words(anchor: Citation, visible: Sequence[tuple[int, int]]) -> bool:
    """Tell whether words that are a citation of their own cover an anchor; `visible` never overlap."""
    before = bisect_left(visible, (anchor.end, 0)) - 1
    return before >= 0 and visible[before][1] > anchor.start


def _index_of_first(text: str, before: Sequence[Citation], second: Citation) -> int | None:
    """The place of the citation that an anchor says again: the last one, or the last but words between."""
    if not second.hidden or second.url is None:
        return None
    for index in (len(before) - 1, len(before) - 2):
        if index < 0:
            return None
        first = before[index]
        if first.kind == "web":
            is_near = first.end <= second.start <= first.end + _MAX_BETWEEN
            return index if is_near and _is_said_again(text, first, second) else None
        if first.kind != "commentary":
            return None
    return None


def _is_said_again(text: str, first: Citation, second: Citation) -> bool:
    if first.url is None or first.truncated or ";" in text[first.end : second.start]:
        return False
    original = original_of(second.url or "")
    if original is not None:
        is_copy = canonical_url(original) == canonical_url(first.url)
        return is_copy and first.archive_url is None and original_of(first.url) is None
    return not first.hidden and first.url == second.url and "http" not in first.raw
