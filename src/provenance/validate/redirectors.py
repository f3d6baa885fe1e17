"""Addresses that lead through somebody else and say where to: what stands in them. PURE."""

import re
from typing import NamedTuple
from urllib.parse import unquote

from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import Address, parse_address

__all__ = ["hides_target", "unwrapped"]


class _Redirector(NamedTuple):
    """A host (a regular expression, whole), its path, and the parameters that may hold the target."""

    host: str
    path: str
    parameters: tuple[str, ...]


# As their makers serve them; seen in mails, exports and copied posts.
_REDIRECTORS = (
    _Redirector(r"[a-z0-9]+\.safelinks\.protection\.outlook\.com", r"/.*", ("url",)),
    _Redirector(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}", r"/url", ("q", "url")),
    _Redirector(r"scholar\.google(?:\.[a-z]{2,3}){1,2}", r"/scholar_url", ("url",)),
    _Redirector(r"lm?\.facebook\.com|(?:www\.|m\.)?facebook\.com", r"/l\.php", ("u",)),
    _Redirector(r"l\.instagram\.com|l\.threads\.(?:net|com)|l\.messenger\.com", r"/.*", ("u",)),
    _Redirector(r"(?:www\.|m\.)?youtube\.com", r"/redirect", ("q",)),
    _Redirector(r"(?:m\.)?vk\.com|away\.vk\.com", r"/away(?:\.php)?", ("to",)),
    _Redirector(r"(?:www\.)?linkedin\.com", r"/redir/(?:redirect|general-malware-page)", ("url",)),
    _Redirector(r"steamcommunity\.com", r"/linkfilter/?", ("url", "u")),
    _Redirector(r"slack-redir\.net", r"/link", ("url",)),
    _Redirector(r"(?:www\.)?duckduckgo\.com", r"/l/", ("uddg",)),
    _Redirector(r"out\.reddit\.com", r"/.*", ("url",)),
    _Redirector(r"t\.umblr\.com", r"/redirect", ("z",)),
    _Redirector(r"(?:www\.)?tumblr\.com", r"/redirect", ("z",)),
    _Redirector(r"getpocket\.com", r"/redirect", ("url",)),
    _Redirector(r"exit\.sc", r"/", ("url",)),
    _Redirector(r"urldefense\.proofpoint\.com", r"/v1/url", ("u",)),
)
# These lead on too, and do not say where to.
_OPAQUE = (
    (r"statics\.teams\.cdn\.office\.net", r"/.*safelinks.*"),
    (
        r"protect(?:-[a-z]{2,3})?\.mimecast\.com|url\.(?:[a-z]{2}\.)?m\.mimecastprotect\.com",
        r"/s/.*",
    ),
    (r"news\.google\.com", r"/(?:rss/)?(?:articles|read)/.*"),
)
# https://urldefense.com/v3/__https://a.example/b__;Iw!!abc$ : `*` stands for a sign that follows behind `;`
_DEFENSE_V3 = lazy_pattern(r"/v3/__(?P<url>https?:/{1,2}[^*]+?)__;", re.IGNORECASE)
_DEFENSE_HOSTS = frozenset({"urldefense.com", "urldefense.us", "urldefense.proofpoint.com"})
_SCHEME = lazy_pattern(r"^(https?):/+", re.IGNORECASE)
_LONGEST = 4000


def unwrapped(address: Address) -> str | None:
    """Return the address that a redirector's address says it leads to; None for any other.

    >>> unwrapped(parse_address("https://www.google.com/url?q=https%3A%2F%2Fa.example%2Fb&sa=D"))
    'https://a.example/b'
    """
    if len(address.href) > _LONGEST:
        return None
    if address.host in _DEFENSE_HOSTS and (found := _DEFENSE_V3.match(address.path)):
        return _whole(address, found["url"])
    if "%3a" not in address.href.lower() and "://" not in address.query:
        return None
    for row in _REDIRECTORS:
        if re.fullmatch(row.host, address.host) and re.fullmatch(row.path, address.path):
            return _whole(address, _target_of(address.query, row.parameters))
    return None


def hides_target(address: Address) -> bool:
    """Tell whether an address leads through somebody else who does not say where to."""
    return any(
        re.fullmatch(host, address.host) and re.fullmatch(path, address.path)
        for host, path in _OPAQUE
    )


def _target_of(query: str, names: tuple[str, ...]) -> str:
    """The first parameter with one of these names; an address put in unencoded goes on to the end."""
    pairs = query.split("&")
    for index, pair in enumerate(pairs):
        name, _, value = pair.partition("=")
        if name not in names:
            continue
        is_plain = "?" in value and "://" in value
        return "&".join([value, *pairs[index + 1 :]]) if is_plain else unquote(value)
    return ""


def _whole(wrapper: Address, target: str) -> str | None:
    target = _SCHEME.sub(r"\1://", target)
    found = parse_address(target)
    if found is None or "." not in found.host or any(map(str.isspace, target)):
        return None
    return target if found.host != wrapper.host else None
