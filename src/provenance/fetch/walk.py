"""The way of one look: where it is, where it goes next, what it carries. PURE."""

from typing import NamedTuple

from provenance.fetch.cookies import LookCookies
from provenance.formats.url import Address, parse_address, resolve_reference
from provenance.model import Exchange, Failure

__all__ = ["Hop", "Plan", "Walk", "follow", "read_url"]


class Plan(NamedTuple):
    """How one URL is looked at: a page, or a robots.txt on the way to one."""

    obeys_robots: bool
    max_redirects: int
    max_body_bytes: int


class Hop(NamedTuple):
    """Where a look goes next; `written` is the reference as somebody wrote it."""

    address: Address
    written: str


class Walk:
    """What one attempt has gathered on its way; `seen` is each URL with the cookies shown to it."""

    def __init__(self) -> None:
        self.hops: list[Exchange] = []
        self.cookies = LookCookies()
        self.seen: set[tuple[str, str]] = set()
        self.wire_s = 0.0

    def enter(self, address: Address, cookies: str) -> None:
        """Note that a URL is asked for, with these cookies."""
        self.seen.add((_without_fragment(address), cookies))

    def was_at(self, address: Address) -> bool:
        """Tell whether asking for a URL would only repeat what was asked before."""
        return (_without_fragment(address), self.cookies.header_for(address)) in self.seen


def read_url(url: str, written: str) -> Hop | Failure:
    """Return the hop to a URL that was written so, or that it cannot be fetched."""
    address = parse_address(url)
    if address is None:
        return Failure("unsupported", "no http or https URL")
    return Hop(address, written)


def follow(base: str, location: str) -> Hop | Failure:
    """Return the hop that a Location header leads to from `base`."""
    location = _as_text(location)
    target = resolve_reference(base, location)
    if target is None:
        return Failure("redirects", f"a Location that leads nowhere: {location[:200]}")
    # a relative reference keeps the host, whose spelling was looked at when it was written
    return read_url(target, f"{base} {location}")


def _as_text(header: str) -> str:
    """Return a header that may hold raw UTF-8, as browsers read a Location."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _without_fragment(address: Address) -> str:
    return address.href.partition("#")[0]
