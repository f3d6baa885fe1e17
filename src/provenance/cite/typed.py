"""An address as somebody types or pastes it -> the URLs that it may mean."""

from provenance.cite.addresses import RawAddress, find_addresses, find_bare_hosts
from provenance.cite.archives import original_of
from provenance.cite.repair import mend_address, trim_address
from provenance.cite.stretches import trim

__all__ = ["read_typed_url"]

_WRAPPING = " \t\r\n\u00a0<>()[]{}\"'“”‘’«»,;."


def read_typed_url(typed: str) -> tuple[str, ...]:
    """Return the URLs that `typed` may mean: itself mended, and what it is an archive's copy of.

    Mended as in a note: defanged, with a damaged scheme, with trailing punctuation,
    in brackets. Nothing where it is no address but a text that may hold one.

    >>> read_typed_url("<www.thecable dot ng/baga>.")
    ('https://www.thecable.ng/baga',)
    >>> read_typed_url("See https://a.org/x for more")
    ()
    """
    start, end = trim(typed, 0, len(typed))
    while start < end and typed[start] in _WRAPPING:
        start += 1
    address = _first_address(typed, start, end)
    if address is None or address.start != start or typed[address.end : end].strip(_WRAPPING):
        return ()
    url = mend_address(typed, trim_address(typed, address)).url
    original = original_of(url)
    return (url, original) if original else (url,)


def _first_address(text: str, start: int, end: int) -> RawAddress | None:
    found = find_addresses(text, start, end) or find_bare_hosts(text, start, end)
    return found[0] if len(found) == 1 else None
