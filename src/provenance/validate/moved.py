"""Where a source moved to for good: the redirects of one look. PURE."""

from collections.abc import Sequence

from provenance.formats.url import canonical_url, parse_address

__all__ = ["moved_to"]

_PERMANENT = frozenset({301, 308})


def moved_to(hops: Sequence[tuple[str, int]]) -> str | None:
    """Return where a look ended if every redirect on the way was a permanent one, else None.

    `hops` are (URL, HTTP status) in order. The same page in another spelling is no move; nor
    is a deep path that leads to the top of a site: that is how many say "no longer here".

    >>> moved_to([("http://tolls.example/a", 301), ("https://www.tolls.example/b", 200)])
    'https://www.tolls.example/b'
    >>> moved_to([("http://tolls.example/a", 301), ("https://www.tolls.example/a", 200)])
    """
    if len(hops) < 2 or hops[-1][1] != 200:
        return None
    if any(status not in _PERMANENT for _, status in hops[:-1]):
        return None
    first, last = hops[0][0], hops[-1][0]
    if canonical_url(first) == canonical_url(last) or _is_top(last):
        return None
    return last


def _is_top(url: str) -> bool:
    address = parse_address(url)
    return address is None or address.path in {"", "/"}
