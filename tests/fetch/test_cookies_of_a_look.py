"""Cookies within one look: shown to whom they are for, and to nobody else."""

from datetime import UTC, datetime

import pytest

from provenance.fetch.cookies import LookCookies
from provenance.formats.url import Address, parse_address
from provenance.model import Exchange


def at(url: str) -> Address:
    address = parse_address(url)
    assert address is not None
    return address


def shown(set_by: str, to: str, *cookies: str) -> str:
    """Return the Cookie header for a request to `to` after `set_by` set these cookies."""
    headers = tuple(("Set-Cookie", cookie) for cookie in cookies)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    jar = LookCookies()
    jar.take(Exchange(set_by, "GET", now, "", b"", 200, b"", headers, b"", 0), at(set_by))
    return jar.header_for(at(to))


@pytest.mark.parametrize(
    ("set_by", "to", "cookie"),
    [
        ("https://a.org/x", "https://a.org/x", "k=v"),
        ("https://a.org/x/y", "https://a.org/x/z", "k=v"),
        ("https://www.a.org/", "https://b.a.org/", "k=v; Domain=.a.org"),
        ("https://a.org/", "https://a.org/deep/x", "k=v; path=/deep; Secure; HttpOnly"),
        ("https://a.co.uk/", "https://www.a.co.uk/", "k=v; domain=a.co.uk"),
        ("https://a.org/", "https://a.org/", "k = v ; SameSite=None; Max-Age=60"),
    ],
)
def test_a_cookie_is_shown_to_whom_it_is_for(set_by: str, to: str, cookie: str) -> None:
    assert shown(set_by, to, cookie) == "k=v"


@pytest.mark.parametrize(
    ("set_by", "to", "cookie"),
    [
        ("https://a.org/", "https://b.org/", "k=v"),
        ("https://a.org/", "https://www.a.org/", "k=v"),
        ("https://a.org/", "https://b.org/", "k=v; Domain=b.org"),
        ("https://a.org/", "https://b.org/", "k=v; Domain=org"),
        ("https://a.co.uk/", "https://b.co.uk/", "k=v; Domain=co.uk"),
        ("https://nota.org/", "https://a.org/", "k=v; Domain=a.org"),
        ("https://a.org/x/y", "https://a.org/z", "k=v"),
        ("https://a.org/", "https://a.org/deeper", "k=v; Path=/deep"),
        ("https://a.org/", "http://a.org/", "k=v; Secure"),
        ("https://a.org/", "https://a.org/", "k=v; Max-Age=0"),
        ("https://a.org/", "https://a.org/", "k=v; Max-Age=-1"),
        ("https://a.org/", "https://a.org/", "no pair"),
        ("https://a.org/", "https://a.org/", "=v"),
        ("https://a.org/", "https://a.org/", "k=a\x01b"),
        ("https://a.org/", "https://a.org/", "k=" + "v" * 5000),
    ],
)
def test_a_cookie_is_shown_to_nobody_else(set_by: str, to: str, cookie: str) -> None:
    assert shown(set_by, to, cookie) == ""


def test_the_last_value_counts_and_a_deleted_one_is_gone() -> None:
    url = "https://a.org/"
    assert shown(url, url, "k=1", "j=2", "k=3") == "j=2; k=3"
    assert shown(url, url, "k=1", "k=; Max-Age=0") == ""


def test_a_flood_of_cookies_stops() -> None:
    url = "https://a.org/"
    assert shown(url, url, *(f"k{n}=1" for n in range(500))).count("=") == 50
