"""Cookies within one look: taken from a hop, shown to the next, forgotten at the end. PURE.

Publishers set a cookie, redirect to the same address and turn away whoever comes
back without it. So a look carries what it was given, as RFC 6265 says to whom it
may be shown; nothing of it outlives the look, and no look sees another's.
"""

from typing import NamedTuple

from provenance.formats.url import Address, registrable_domain
from provenance.model import Exchange

__all__ = ["LookCookies"]

# RFC 6265, section 6.1, asks for at least 50 cookies a domain and 4096 bytes each; a look needs few.
_MAX_COOKIES = 50
_MAX_COOKIE_CHARACTERS = 4096


class _Cookie(NamedTuple):
    domain: str
    includes_subdomains: bool
    path: str
    is_secure: bool
    value: str


class LookCookies:
    """The cookies of one look."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], _Cookie] = {}

    def take(self, exchange: Exchange, address: Address) -> None:
        """Keep what an answer sets, if its host may set it."""
        for name, value in exchange.headers:
            if name.lower() == "set-cookie" and len(value) <= _MAX_COOKIE_CHARACTERS:
                self._set(value, address)

    def header_for(self, address: Address) -> str:
        """Return the Cookie header that a request to this URL carries; empty for none."""
        return "; ".join(
            f"{name}={cookie.value}"
            for (_, _, name), cookie in self._cookies.items()
            if _is_for(cookie, address)
        )

    def _set(self, text: str, address: Address) -> None:
        pair, *attributes = text.split(";")
        name, equals, value = pair.partition("=")
        name, value = name.strip(), value.strip()
        if not (equals and name) or not (name + value).isprintable() or not pair.isascii():
            return
        said = {
            key.strip().lower(): content.strip()
            for key, _, content in (attribute.partition("=") for attribute in attributes)
        }
        domain = said.get("domain", "").lower().removeprefix(".")
        if domain and not _may_set(domain, address.host):
            return
        path = said["path"] if said.get("path", "").startswith("/") else _folder(address.path)
        cookie = _Cookie(domain or address.host, bool(domain), path, "secure" in said, value)
        key = (cookie.domain, cookie.path, name)
        self._cookies.pop(key, None)
        is_deleted = said.get("max-age", "1").lstrip("-") == "0" or said.get(
            "max-age", ""
        ).startswith("-")
        if not is_deleted and len(self._cookies) < _MAX_COOKIES:
            self._cookies[key] = cookie


def _may_set(domain: str, host: str) -> bool:
    """Tell whether a host may set cookies for a domain: its own, and no public suffix."""
    own = registrable_domain(host)
    is_above = host == domain or host.endswith(f".{domain}")
    return is_above and (domain == own or domain.endswith(f".{own}"))


def _is_for(cookie: _Cookie, address: Address) -> bool:
    is_host = address.host == cookie.domain or (
        cookie.includes_subdomains and address.host.endswith(f".{cookie.domain}")
    )
    folder = cookie.path if cookie.path.endswith("/") else f"{cookie.path}/"
    is_path = address.path == cookie.path or address.path.startswith(folder)
    return is_host and is_path and (address.scheme == "https" or not cookie.is_secure)


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "/"
