"""Addresses: parsing, identity, index keys. The only importer of can_ada and publicsuffixlist.

Three forms of one URL, never mixed up:

* what was *meant* (a citation's `url`, mended by `cite`): this is what is fetched;
* its *fetch form* (`fetch_form`): the WHATWG serialisation of just that, nothing else changed;
* its *canonical form* (`canonical_url`): for identity only, never fetched.

Ada is used because it is the only one of the probed parsers that turns `0x7f.1`
and `2130706433` into the address they mean, and that leaves `//` in a path and
`#/dashboard` alone.
"""

import functools
import ipaddress
import re
from typing import NamedTuple

import can_ada
from publicsuffixlist import PublicSuffixList

from provenance.formats.tracking import query_without_tracking

__all__ = [
    "Address",
    "canonical_url",
    "fetch_form",
    "host_of",
    "is_ip_address",
    "is_known_suffix",
    "parse_address",
    "registrable_domain",
    "resolve_reference",
    "surt_key",
    "without_tracking",
]

_DEFAULT_PORTS = {"http": 80, "https": 443}

# The same posts under several names: twitter.com was renamed x.com on 2023-07-23.
_HOST_ALIASES = {"twitter.com": "x.com"}
_NUMBERED_WWW = re.compile(r"^www\d*\.")
_SLASHES = re.compile("/{2,}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
_ESCAPE = re.compile("%(?!23|25)([0-9a-f]{2})")
_AMPERSAND = re.compile("&(?:amp;)?")
_DROPPED_LABELS = ("www.", "mobile.")
_PUNYCODE = "xn--"

# Asked before the list of all is read, which takes 10 ms.
_USUAL_NAMES = frozenset(
    "com org net info edu gov int mil eu uk de fr it es nl pl ru ua by me co io tv ir il tr us ca".split()
)
# RFC 2606, RFC 6761, RFC 6762, RFC 9476 and ICANN's resolution of 2024-07-29 (`internal`).
_SPECIAL_USE_NAMES = frozenset("alt example internal invalid local localhost onion test".split())


class Address(NamedTuple):
    """A parsed http or https URL; `host` is ASCII and lower-case, `fragment` without its `#`."""

    href: str
    scheme: str
    host: str
    port: int
    path: str
    query: str
    fragment: str
    has_credentials: bool

    @property
    def origin(self) -> str:
        """Scheme, host and port: `https://a.org`, `http://a.org:8080`."""
        return "/".join(self.href.split("/", 3)[:3])

    @property
    def target(self) -> str:
        """What is asked of the host: path and query, ASCII as they go over the wire."""
        return f"{self.path}?{self.query}" if self.query else self.path


# All addresses of a draft of 300 notes: its rules ask for each several times.
@functools.lru_cache(maxsize=1024)
def parse_address(url: str) -> Address | None:
    """Parse a URL as browsers do; None where it is no http or https URL.

    >>> parse_address("http://0x7f.1/").host
    '127.0.0.1'
    """
    try:
        parsed = can_ada.parse(url)
    except (ValueError, UnicodeEncodeError):
        return None
    scheme = parsed.protocol[:-1]
    host = parsed.hostname
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    return Address(
        href=parsed.href,
        scheme=scheme,
        host=host,
        port=int(parsed.port) if parsed.port else _DEFAULT_PORTS[scheme],
        path=parsed.pathname,
        query=parsed.search[1:],
        fragment=parsed.hash[1:],
        has_credentials=bool(parsed.username or parsed.password),
    )


def fetch_form(url: str) -> str | None:
    """Return the URL as it goes on the wire (no fragment), or None where it cannot be fetched."""
    address = parse_address(url)
    return address.href.partition("#")[0] if address else None


def resolve_reference(base: str, reference: str) -> str | None:
    """Return the URL that `reference` (a Location header) means at `base`, or None.

    Joined here, not by `urllib.parse.urljoin`, which collapses `//` in a path; dot
    segments are left to the parser.

    >>> resolve_reference("https://a.org/b/c?d", "../e//f")
    'https://a.org/e//f'
    """
    address = parse_address(base)
    reference = reference.strip()
    if address is None:
        return None
    origin = address.href.partition("/")[0] + "//" + address.href.split("/")[2]
    slashed = reference.replace("\\", "/")
    if can_ada.can_parse(reference) or _SCHEME.match(reference):
        joined = reference
    elif slashed.startswith("//"):
        joined = f"{address.scheme}:{slashed}"
    elif slashed.startswith("/"):
        joined = origin + reference
    elif reference.startswith("?"):
        joined = origin + address.path + reference
    elif reference.startswith("#") or not reference:
        joined = address.href.partition("#")[0] + reference
    else:
        joined = origin + address.path.rpartition("/")[0] + "/" + reference
    target = parse_address(joined)
    return target.href if target else None


def host_of(url: str) -> str | None:
    """Return the ASCII host of a URL, or None."""
    address = parse_address(url)
    return address.host if address else None


@functools.lru_cache(maxsize=4096)
def is_ip_address(host: str) -> bool:
    """Tell whether a URL's host is a literal address rather than a name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@functools.cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=True)


@functools.lru_cache(maxsize=65536)
def is_known_suffix(label: str) -> bool:
    """Tell whether a label is a top-level domain that exists (`ru`, `media`, `xn--p1ai`), in any case.

    Names reserved for documentation and for networks of one's own count: drafts hold them.
    """
    label = label.lower()
    if label in _USUAL_NAMES:
        return True
    if label.startswith(_PUNYCODE):
        try:
            label = label.encode("ascii").decode("idna")
        except UnicodeError:
            return False
    return label in _SPECIAL_USE_NAMES or bool(_known_suffixes().publicsuffix(label))


@functools.cache
def _known_suffixes() -> PublicSuffixList:
    # to write its 10,000 rules in ASCII too takes longer than to read them
    return PublicSuffixList(accept_unknown=False, accept_encoded_idn=False)


@functools.lru_cache(maxsize=65536)
def registrable_domain(host: str) -> str:
    """Return the part of a host that somebody registered (`bbc.co.uk`); the host itself if it has none."""
    if is_ip_address(host):
        return host
    return _suffixes().privatesuffix(host) or host


def without_tracking(written: str, url: str) -> str:
    """Return an address as it was written, without the parameters that `canonical_url` drops.

    `url` is what the written one means: its host tells which parameters track there. All that
    is kept is kept as written.

    >>> without_tracking("https://x dot com/a?s=20&amp;id=1#b", "https://x.com/a?s=20&id=1#b")
    'https://x dot com/a?id=1#b'
    """
    address = parse_address(url)
    if address is None or not address.query:
        return written
    host = _without_labels(address.host, _DROPPED_LABELS)
    head, mark, fragment = written.partition("#")
    place, asked, query = head.partition("?")
    pairs = _AMPERSAND.split(query)
    kept = [
        pair
        for pair in pairs
        if query_without_tracking(pair, _HOST_ALIASES.get(host, host)) or not pair
    ]
    if not asked or len(kept) == len(pairs):
        return written
    joint = "&amp;" if "&amp;" in query else "&"
    rest = joint.join(kept)
    return f"{place}{asked if rest else ''}{rest}{mark}{fragment}"


def _without_labels(host: str, labels: tuple[str, ...]) -> str:
    """Drop leading labels; `www.com` is a domain of its own and keeps its name."""
    for label in labels:
        if host.startswith(label) and "." in host[len(label) :]:
            host = host[len(label) :]
    return host


def canonical_url(url: str) -> str:
    """Return a URL's identity: equal for two citations of one page. Never fetched.

    https for http, `www.` and `mobile.` off, twitter.com is x.com, tracking
    parameters off, `#/…` and `#!…` kept and other fragments off; `//` and case in
    the path, `%7E`, the order of parameters and a trailing slash are left alone,
    since servers may tell them apart. What cannot be parsed is its own identity.

    >>> canonical_url("http://mobile.twitter.com/a/status/1?s=20&utm_source=x#top")
    'https://x.com/a/status/1'
    >>> canonical_url("https://acleddata.com/dashboard/#/dashboard")
    'https://acleddata.com/dashboard/#/dashboard'
    """
    address = parse_address(url)
    if address is None:
        return url
    host = _without_labels(address.host, _DROPPED_LABELS)
    host = _HOST_ALIASES.get(host, host)
    # of https, since that is what the identity says: `http://a.org:443` would lose its port next time
    default_ports = (_DEFAULT_PORTS[address.scheme], _DEFAULT_PORTS["https"])
    port = "" if address.port in default_ports else f":{address.port}"
    query = query_without_tracking(address.query, host) if address.query else ""
    fragment = f"#{address.fragment}" if address.fragment.startswith(("/", "!")) else ""
    return f"https://{host}{port}{address.path}{'?' + query if query else ''}{fragment}"


def surt_key(url: str) -> str:
    """Return the sort-friendly key that CDXJ indexes are ordered by, as pywb looks it up.

    `https://www.Example.org:8080/A/?c&b` -> `org,example:8080)/a?b&c`. Several pages
    may share a key (it knows no case, no doubled slash, no order of parameters): it
    finds candidates and is no identity. What cannot be parsed is its own key.
    """
    address = parse_address(url)
    if address is None:
        return url.replace(" ", "%20")
    host = _NUMBERED_WWW.sub("", address.host).strip("[]")
    labels = [host] if ":" in host else host.split(".")[::-1]
    port = "" if address.port == _DEFAULT_PORTS[address.scheme] else f":{address.port}"
    path = _SLASHES.sub("/", _unescaped(address.path.lower()))
    query = _unescaped(address.query.lower())
    pairs = sorted(query.split("&"), key=lambda pair: pair.partition("=")[::2])
    return (
        f"{','.join(labels)}{port}){path.rstrip('/') or '/'}{'?' if query else ''}{'&'.join(pairs)}"
    )


def _unescaped(text: str) -> str:
    """Decode the escapes that index keys do not keep: of printable ASCII but `#` and `%`."""
    return _ESCAPE.sub(
        lambda match: chr(code) if 0x20 < (code := int(match[1], 16)) < 0x7F else match[0], text
    )
