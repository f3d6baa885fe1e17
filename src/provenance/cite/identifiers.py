"""Registered numbers that lead to a page: DOI, arXiv, PubMed; and who resolves each.

`doi:10.1080/1`, `DOI 10.1080/1` and a bare `10.1080/19392206.2021.1` are one thing.
The resolvers are those that the registries ask to be shown (DOI Handbook 2.6; arXiv
identifier scheme since 2007; NLM).
"""

import re

from provenance.cite.addresses import RawAddress
from provenance.cite.patterns import lazy_pattern

__all__ = ["REGISTRIES", "find_identifiers", "is_identifier", "resolver_of"]

_RESOLVERS = {
    "doi": "https://doi.org/",
    "arxiv": "https://arxiv.org/abs/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
}
# The names of the registries, which are also what a repair is called that adds a resolver.
REGISTRIES = frozenset(_RESOLVERS)
_IDENTIFIER = lazy_pattern(
    r"""(?<![\w/.:-])(?:
        (?P<doi>doi:?[ \u00a0]?|(?=10\.))10\.\d{4,9}/[^\s\"“”«»;]{3,}+
      | (?P<arxiv>arxiv:[ \u00a0]?)(?:\d{4}\.\d{4,5}|[a-z-]{2,9}(?:\.[a-z]{2})?/\d{7})(?:v\d{1,2})?\b
      | (?P<pmid>pmid:?[ \u00a0]?)\d{4,9}\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_DOI = lazy_pattern(r"10\.\d{4,9}/")


def find_identifiers(text: str, start: int, end: int) -> list[RawAddress]:
    """Return the registered numbers in `text[start:end]`; what names the registry is their scheme.

    >>> find_identifiers("See doi:10.1080/100", 0, 19)
    [RawAddress(start=4, scheme_end=8, url_end=19, end=19, is_cut=False)]
    """
    return [
        RawAddress(match.start(), match.end(match.lastgroup or 0), match.end(), match.end())
        for match in _IDENTIFIER.finditer(text, start, end)
    ]


def resolver_of(scheme: str, number: str) -> tuple[str, str] | None:
    """Return the registry's name and the address before `number`, or None where it is no such number."""
    for name, resolver in _RESOLVERS.items():
        if scheme.lower().startswith(name):
            return name, resolver
    return ("doi", _RESOLVERS["doi"]) if not scheme and _DOI.match(number) else None


def is_identifier(text: str, address: RawAddress) -> bool:
    """Tell whether an address is a registered number, not a URL."""
    scheme = text[address.start : address.scheme_end]
    return resolver_of(scheme, text[address.scheme_end : address.url_end]) is not None
