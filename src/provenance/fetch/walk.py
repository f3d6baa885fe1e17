"""The way of one look: where it is, where it goes next, what it carries. PURE."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Self

from provenance.fetch.cookies import LookCookies
from provenance.formats.url import Address, fetch_form, parse_address, resolve_reference
from provenance.model import Exchange, Failure

__all__ = ["Hop", "Plan", "Validators", "Walk", "follow", "read_url", "redirected"]

# A validator goes back as it came; what is longer than this was never one.
_MAX_VALIDATOR_CHARACTERS = 999


class Validators(NamedTuple):
    """What a server said by which it will know its page again (RFC 9110, section 8.8).

    They hold for the one URL that gave them: shown to another, they would ask
    whether *that* page is the one we keep. `url` is without fragment.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def read(cls, url: str, headers: Iterable[tuple[str, str]]) -> Self | None:
        """Return the validators in the headers of a URL's answer, None where there are none."""
        named = {name.lower(): value.strip() for name, value in headers}
        etag, modified = map(_as_validator, (named.get("etag"), named.get("last-modified")))
        form = fetch_form(url)
        return cls(form, etag, modified) if form and (etag or modified) else None

    def headers_for(self, address: Address) -> dict[str, str]:
        """Return the headers that make a request for this URL conditional; none for another."""
        if without_fragment(address) != self.url:
            return {}
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


class Plan(NamedTuple):
    """How one URL is looked at: a page, a cheap look at one, or a robots.txt on the way to one.

    `asks_as_browser` says that a plain 403 is asked again, once, with the headers that
    browsers send. `content` and `headers` are of a question to a service. `on_send` is called
    when a request is about to go out.
    """

    obeys_robots: bool
    max_redirects: int
    max_body_bytes: int
    method: str = "GET"
    asks_as_browser: bool = False
    validators: Validators | None = None
    content: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    on_send: Callable[[], object] | None = None


class Hop(NamedTuple):
    """Where a look goes next; `written` is the reference as somebody wrote it."""

    address: Address
    written: str


class Walk:
    """What one attempt has gathered on its way; `seen` is each URL with the cookies shown to it."""

    def __init__(self) -> None:
        self.hops: list[Exchange] = []
        self.redirects = 0
        self.cookies = LookCookies()
        self.seen: set[tuple[str, str]] = set()
        self.is_browser_like = False
        self.wire_s = 0.0

    def enter(self, address: Address, cookies: str) -> None:
        """Note that a URL is asked for, with these cookies."""
        self.seen.add((without_fragment(address), cookies))

    def was_at(self, address: Address) -> bool:
        """Tell whether asking for a URL would only repeat what was asked before."""
        return (without_fragment(address), self.cookies.header_for(address)) in self.seen


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


def redirected(exchange: Exchange, plan: Plan, walk: Walk) -> Hop | Failure:
    """Return where a redirect leads, or that it leads nowhere."""
    walk.redirects += 1
    if walk.redirects > plan.max_redirects:
        return Failure("redirects", f"more than {plan.max_redirects} redirects")
    location = exchange.header("location")
    if location is None:
        return Failure("redirects", f"{exchange.status} without a Location")
    step = follow(exchange.url, location)
    if isinstance(step, Hop) and walk.was_at(step.address):
        return Failure("redirects", f"a loop: back to {step.address.href}")
    return step


def without_fragment(address: Address) -> str:
    """Return the URL as it goes on the wire."""
    return address.href.partition("#")[0]


def _as_text(header: str) -> str:
    """Return a header that may hold raw UTF-8, as browsers read a Location."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _as_validator(value: str | None) -> str | None:
    is_fit = value and value.isascii() and value.isprintable()
    return value if is_fit and len(value or "") <= _MAX_VALIDATOR_CHARACTERS else None
