r"""Finding the addresses in a run of text: where each begins and ends.

The grammar, in words (counts over 9,918 real notes stand in parentheses)::

    address  = scheme host [path]           the usual case
             | "www." host [path]           no scheme
             | host "/" path                bare host (21)
    scheme   = "http" ["s"] "://"  or one of its damaged and defanged forms (69):
               ttp:// tps:// ps:// hhttps:// https:/ https// "https: //" "http s://" hxxp[:]//
    host     = label {dot label}
    dot      = "." | " dot " | "[.]" | "(dot)" | …  (1,745 of them spelled)

An address ends where the next one begins (31 notes glue them), at a display cut
(`...`, 2,377), at white space that no spelled dot bridges, at a closing quote.
White space includes U+00A0: it stands in 6,255 notes. An address inside another
one (`web.archive.org/web/2019…/https://…`, `?u=https://…`) begins nothing.

Pure functions over `text[start:end]`; offsets are code points into `text`.
"""

import re
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import is_known_suffix

__all__ = ["RawAddress", "find_addresses", "find_bare_hosts", "tail_after"]


class RawAddress(NamedTuple):
    """An address as it stands in the text.

    `scheme_end` is where the scheme (whole or damaged) ends: equal to `start`
    where there is none. `url_end` is where the URL ends; between it and `end`
    stands what sticks to it without belonging to it: the tail that a display cut
    left over, an encoded blank.
    """

    start: int
    scheme_end: int
    url_end: int
    end: int
    is_cut: bool = False


_START = lazy_pattern(
    r"""(?-i:(?=[hHtTwWp][hHtTxXpPwWs.…]))                          # most places fail here, for a fifth of the time
    (?: h(?:tt|xx)ps?(?::|\[:\])//[^\S\n]?                          # whole, also glued to what is before
      | (?<![^\W_])(?:https?\ss?|ps)://                           # torn, or its head lost
      | (?<![^\W_])(?:h{1,2}t{1,3}ps{0,2}|t{1,2}ps?|hxxps?)        # damaged or defanged, at a word's start
        (?: (?:\[:\]|:)\s?/{1,3} | \s?// ) [^\S\n]?
      | (?<![\w.@/-])www\d?(?:\.|\s+dot\s+|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?)(?=\w)
      | (?<![^\s;,(>])h(?:t(?:t(?:ps?:?/{0,2})?)?)?(?=\.{3}|…)        # cut inside the scheme
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BODY = lazy_pattern(r"[^\s\"“”«»،؛]*")
_BODY_IN_ANGLES = lazy_pattern(r"[^\s\"“”«»،؛>]*")
_CUT = lazy_pattern(r"\.{3}|…")
_WRAPPED = lazy_pattern(
    r"""(?: (?:web\.)?archive\.org/(?:web|save)/(?:\d{0,14}\*?(?:[a-z]{2}_)?/)?
          | /(?:web|wayback)/\d{14}(?:[a-z]{2}_)?/                  # as pywb serves, on any host
          | (?:archive\.(?:today|ph|is|li|md|vn|fo)|ghostarchive\.org|webcitation\.org)/\S*/
          | /(?:url|redirect|proxy|goto|exit|external)/             # as redirectors serve
          | (?:12ft\.io|translate\.goog|webcache\.googleusercontent\.com)\S*[/:]
          | [?&\#][\w.%\[\]-]{1,40}=
        )$""",
    re.IGNORECASE | re.VERBOSE,
)
_ENDS_OF_WRAPPERS = "/:="
# No real wrapper is longer in front of the address that it wraps.
_WRAPPER_REACH = 1000
_SPELLED_DOT = lazy_pattern(
    r"\.?\s{1,8}dot\s{1,8}(?=\w)|\s{1,8}dot(?=\.?\w)|\s{0,8}[\[({]\s{0,8}(?:dot|\.)\s{0,8}[\])}]\s{0,8}(?=\w)",
    re.IGNORECASE,
)
_GLUED_DOT = lazy_pattern(r"(?<=[\w.])dot\s+(?=([^\W_]{2,})(?:[/;,.\s]|$))", re.IGNORECASE)
# `https://zoda.gov dit ua/news`, ``dot `ua/news``: a slip of the finger, told by the suffix behind it
_MISTYPED_DOT = lazy_pattern(
    r"\s{1,8}(?:dot\s{1,8}`|(?:d[ip0]t|do[ry]|[fs]ot|dto|doot|dott)\s{1,8})(?=([^\W_]{2,})/)",
    re.IGNORECASE,
)
_BLANK_IN_PATH = lazy_pattern(r"[^\S\n]{1,2}(?=/\w)")
_WRAPPED_LINE = lazy_pattern(r"[^\S\n]*\n[^\S\n]*(?=[^\W_A-Z]\S*[-/_.=&%\d])")
_TAIL = lazy_pattern(rf"(?:{_SPELLED_DOT.pattern})?[^\s\"“”«»;]*", re.IGNORECASE)
_BARE_HOST = lazy_pattern(
    r"""(?<![\w.@/:-])
        [^\W_](?:[\w-]*\w)?
        (?: (?:\.|\s+dot\s+|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?) [^\W_](?:[\w-]*\w)? ){1,5}
        (?=/\w)""",
    re.IGNORECASE | re.VERBOSE,
)


def find_addresses(text: str, start: int, end: int) -> list[RawAddress]:
    """Return the addresses with a scheme or `www.` in `text[start:end]`, in order.

    >>> [text for a in find_addresses("https://a.org/xhttps://b dot org; c", 0, 35)
    ...  for text in ["https://a.org/xhttps://b dot org; c"[a.start:a.end]]]
    ['https://a.org/x', 'https://b dot org;']
    """
    starts = _unwrapped_starts(text, start, end)
    found = []
    for index, (begin, scheme_end) in enumerate(starts):
        limit = starts[index + 1][0] if index + 1 < len(starts) else end
        found.append(_read_address(text, begin, scheme_end, limit))
    return found


def find_bare_hosts(text: str, start: int, end: int) -> list[RawAddress]:
    """Return addresses that are a bare host with a path, such as `facebook.com/a/posts/1`.

    Only where the host ends in a suffix that exists: `and/or` is none. Meant for
    the stretches between the addresses that `find_addresses` found.
    """
    found: list[RawAddress] = []
    position = start
    while match := _BARE_HOST.search(text, position, end):
        if not is_known_suffix(re.split(r"\W+", match[0])[-1]):
            position = match.end()
            continue
        found.append(_read_address(text, match.start(), match.start(), end))
        position = max(found[-1].end, match.end())
    return found


def _unwrapped_starts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Begin and scheme end of every address that is not part of another one."""
    starts: list[tuple[int, int]] = []
    for match in _START.finditer(text, start, end):
        begin, scheme_end = match.span()
        if match[0][0] in "wW":
            scheme_end = begin
        if starts and _is_inside(text, starts[-1][0], begin):
            continue
        if starts and scheme_end == begin == starts[-1][1]:
            continue  # `https:// www.` is one address, with a blank in it
        starts.append((begin, scheme_end))
    return starts


def _is_inside(text: str, outer: int, begin: int) -> bool:
    """Tell whether an address beginning at `begin` is wrapped in the one that began at `outer`."""
    if text[begin - 1] not in _ENDS_OF_WRAPPERS:
        return False
    before = text[max(outer, begin - _WRAPPER_REACH) : begin]
    return not any(map(str.isspace, before)) and _WRAPPED.search(before) is not None


def _read_address(text: str, begin: int, scheme_end: int, limit: int) -> RawAddress:
    """Read on from a scheme to where the address ends (before trimming)."""
    body = _BODY_IN_ANGLES if begin and text[begin - 1] == "<" else _BODY
    position = scheme_end
    while True:
        chunk = body.match(text, position, limit)
        chunk_end = chunk.end() if chunk else position
        chunk_end = _before_pipe(text, scheme_end, chunk_end)
        cut = _CUT.search(text, position, chunk_end)
        if cut and not _is_compare_page(text, scheme_end, cut):
            return RawAddress(begin, scheme_end, cut.end(), chunk_end, is_cut=True)
        joined = _join(text, scheme_end, position, chunk_end, limit)
        if joined is None:
            return RawAddress(begin, scheme_end, chunk_end, chunk_end)
        position = joined


def _before_pipe(text: str, scheme_end: int, chunk_end: int) -> int:
    """A pipe parts an address from its name or its neighbour in a table; only a query may hold one."""
    pipe = text.find("|", scheme_end, chunk_end)
    return pipe if pipe > scheme_end and text.find("?", scheme_end, pipe) < 0 else chunk_end


def _is_compare_page(text: str, scheme_end: int, cut: re.Match[str]) -> bool:
    """`/compare/v1...v2` on a forge is whole, not cut."""
    return (
        "/compare/" in text[scheme_end : cut.start()] and text[cut.end() : cut.end() + 1].isalnum()
    )


def _join(text: str, host_start: int, chunk_start: int, chunk_end: int, limit: int) -> int | None:
    """Return where an address goes on after the white space at `chunk_end`, or None if it ends there."""
    if chunk_end >= limit:
        return None
    if "/" not in text[host_start:chunk_end]:
        if dot := _match_dot(text, chunk_start, chunk_end, limit):
            return dot.end()
        blank = _BLANK_IN_PATH.match(text, chunk_end, limit)
        if blank and text[chunk_end - 1].isalnum():
            return blank.end()
    if text[chunk_end - 1] in "/-" and (wrapped := _WRAPPED_LINE.match(text, chunk_end, limit)):
        return wrapped.end()
    return None


def _match_dot(text: str, chunk_start: int, chunk_end: int, limit: int) -> re.Match[str] | None:
    """The word for a dot behind the host's part that ends at `chunk_end`, whole, mistyped or glued."""
    if spelled := _SPELLED_DOT.match(text, _before_dots(text, chunk_end), limit):
        return spelled
    mistyped = _MISTYPED_DOT.match(text, chunk_end, limit)
    if mistyped and is_known_suffix(mistyped[1]):
        return mistyped
    glued = _GLUED_DOT.match(text, max(chunk_start, chunk_end - 3), limit)
    return glued if glued and is_known_suffix(glued[1]) else None


def _before_dots(text: str, position: int) -> int:
    return position - 1 if text[position - 1] == "." else position


def tail_after(text: str, offset: int, end: int) -> str:
    """Return what goes on directly at `offset`, where a cut anchor ended, as part of its address.

    Characters without a blank before them, or a spelled dot: the site's linkifier
    stopped at the bracket, the blank or the first letter beyond ASCII. Nothing behind
    `end`, where the note ends, is read.
    """
    match = _TAIL.match(text, offset, end)
    tail = match[0] if match else ""
    return "" if tail[:1] in {"", ".", ","} else tail
