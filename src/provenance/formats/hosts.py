"""What is known of hosts before they are asked: a table that anybody can edit (hosts.toml)."""

import functools
import pkgutil
import tomllib
from typing import Literal

__all__ = ["HostTrait", "access_of_host", "has_trait", "traits_of_host"]

HostTrait = Literal[
    "login", "status_proves_nothing", "subscription", "shortener", "archive", "parking"
]


# No listed name has more; a hostile one of thousands would cost the square of its length.
_MOST_LABELS = 10


@functools.cache
def _table() -> dict[str, frozenset[str]]:
    """Return the traits of each listed name; read once, when first asked for."""
    # not importlib.resources: its import costs more than reading the table
    data = pkgutil.get_data("provenance.formats", "hosts.toml")
    assert data is not None
    traits: dict[str, set[str]] = {}
    for trait, names in tomllib.loads(data.decode()).items():
        for name in names:
            traits.setdefault(name, set()).add(trait)
    return {name: frozenset(own) for name, own in traits.items()}


@functools.lru_cache(maxsize=65536)
def traits_of_host(host: str) -> frozenset[str]:
    """Return what the table says of a host and of every domain above it.

    Names are compared label by label, so `netflix.com` is not `x.com`.

    >>> sorted(traits_of_host("mobile.twitter.com"))
    ['login', 'status_proves_nothing']
    >>> traits_of_host("netflix.com")
    frozenset()
    """
    table = _table()
    labels = host.lower().rstrip(".").split(".")[-_MOST_LABELS:]
    found: frozenset[str] = frozenset()
    for start in range(len(labels) - 1):
        found |= table.get(".".join(labels[start:]), frozenset())
    return found


def has_trait(host: str, trait: HostTrait) -> bool:
    """Tell whether the table gives a host this trait."""
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
