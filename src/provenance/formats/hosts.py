"""What is known of hosts before they are asked: the short questions to our own site table."""

from functools import lru_cache
from typing import Literal

from provenance.formats.sites import HostTrait, Site, our_sites

__all__ = ["HostTrait", "access_of_host", "has_trait", "site_of", "traits_of_host"]


def site_of(host: str) -> Site:
    """Return what our table says of a host and of every domain above it.

    >>> site_of("netflix.com").capture, site_of("www.youtube.com").capture
    ('http', 'browser')
    """
    return our_sites().site_of(host)


@lru_cache(maxsize=1024)
def traits_of_host(host: str) -> frozenset[HostTrait]:
    """Return the traits that our table gives a host.

    Names are compared label by label, so `netflix.com` is not `x.com`.

    >>> sorted(traits_of_host("mobile.twitter.com"))
    ['login', 'status_proves_nothing']
    >>> traits_of_host("netflix.com")
    frozenset()
    """
    return our_sites().site_of(host).traits


def has_trait(host: str, trait: HostTrait) -> bool:
    """Tell whether our table gives a host this trait."""
    return trait in traits_of_host(host)


def access_of_host(host: str) -> Literal["open", "subscription", "login"]:
    """Return how a host's pages can be read, as far as the table knows; "open" where it does not.

    >>> access_of_host("www.ft.com"), access_of_host("x.com"), access_of_host("example.org")
    ('subscription', 'login', 'open')
    """
    traits = traits_of_host(host)
    if "subscription" in traits:
        return "subscription"
    return "login" if "login" in traits else "open"
