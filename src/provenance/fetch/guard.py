"""Which addresses may be reached: a cited URL must never become a request into the house.

Whoever writes a citation chooses where this program connects to (SSRF). So every
address that a name resolves to is looked at before the connection is made, and
one that is not public makes the host as a whole refused. `allow_networks` and
`allow_ports` widen the guard for intranets, the demo and tests.
"""

import functools
import ipaddress
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from provenance.errors import SettingsError
from provenance.formats.url import Address
from provenance.model import Failure
from provenance.settings import FetchSettings

__all__ = ["Guard"]

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

_WEB_PORTS = frozenset({80, 443, 8080, 8443})

# The IANA special-purpose registries (2026), and addresses that clouds serve their secrets from.
# The more telling name stands first where two networks hold one address.
_FORBIDDEN: tuple[tuple[str, str], ...] = (
    ("169.254.169.254/32", "a cloud's metadata service"),
    ("100.100.100.200/32", "a cloud's metadata service"),  # Alibaba
    ("168.63.129.16/32", "a cloud's metadata service"),  # Azure: public by its number
    ("192.0.0.192/32", "a cloud's metadata service"),  # Oracle
    ("fd00:ec2::254/128", "a cloud's metadata service"),  # AWS
    ("0.0.0.0/32", "unspecified"),
    ("0.0.0.0/8", "reserved"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "shared address space (CGNAT)"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "reserved for documentation"),
    ("192.31.196.0/24", "reserved"),
    ("192.52.193.0/24", "reserved"),
    ("192.88.99.0/24", "reserved"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "reserved"),
    ("198.18.0.0/15", "reserved for benchmarks"),
    ("198.51.100.0/24", "reserved for documentation"),
    ("203.0.113.0/24", "reserved for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("64:ff9b:1::/48", "NAT64 for local use"),
    ("100::/64", "reserved (discard only)"),
    ("2001::/23", "reserved"),
    ("2001:db8::/32", "reserved for documentation"),
    ("3fff::/20", "reserved for documentation"),
    ("5f00::/16", "reserved"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_FORBIDDEN_NETWORKS: tuple[tuple[IPNetwork, str], ...] = tuple(
    (ipaddress.ip_network(network), name) for network, name in _FORBIDDEN
)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOW_32_BITS = 0xFFFFFFFF

# RFC 6761, section 6.3: these names are this machine, whatever a name service says of them.
_LOOPBACK_NAME = re.compile(r"(?:.+\.)?localhost\.?")
_LOOPBACK = "127.0.0.1"
# The host of a reference as somebody wrote it, with what browsers read as slashes.
_WRITTEN_HOST = re.compile(
    r"(?:[a-z]+:)?[/\\]*([^/\\?#]*?)(?::[0-9]*)?(?:[/\\?#].*)?", re.IGNORECASE | re.DOTALL
)


class Guard:
    """Says of URLs and addresses why they may not be reached; None where they may."""

    def __init__(self, settings: FetchSettings) -> None:
        self._ports = _WEB_PORTS | frozenset(settings.allow_ports)
        self._allowed = tuple(_read_network(network) for network in settings.allow_networks)

    def refuse_url(self, address: Address, written: str) -> Failure | None:
        """Return why a URL is refused: user-info, a port, this machine by name, an odd spelling.

        `written` is the URL as it stood in the document or Location header:
        `http://134744072/` says 8.8.8.8 in a way that no author writes.
        """
        if address.has_credentials:
            return Failure("guard", "the URL holds a user name or password")
        if address.port not in self._ports:
            return Failure(
                "guard", f"port {address.port} is no port of the web (fetch.allow_ports adds one)"
            )
        if _LOOPBACK_NAME.fullmatch(address.host) and self.refuse_address(_LOOPBACK):
            return Failure("guard", f"{address.host} is this machine by its name (RFC 6761)")
        if _is_ipv4(address.host) and _host_in(written) != address.host:
            return Failure("guard", f"an odd spelling of {address.host}")
        return None

    def refuse_addresses(self, addresses: tuple[str, ...]) -> Failure | None:
        """Return why a host with these addresses is refused: one forbidden address is enough."""
        for text in addresses:
            reason = self.refuse_address(text)
            if reason:
                return Failure("guard", f"{text} is {reason} (fetch.allow_networks adds a network)")
        return None

    def refuse_address(self, text: str) -> str | None:
        """Return what makes one literal address forbidden, or None where it may be reached."""
        try:
            address = ipaddress.ip_address(text.strip("[]"))
        except ValueError:
            return "no address"
        if self._is_allowed(address):
            return None
        inner = _embedded(address)
        if inner and all(self.refuse_address(str(each)) is None for each in inner):
            return None
        return name_forbidden_network(address)

    def is_public(self, text: str) -> bool:
        """Tell whether an address is public by itself, without what the settings allow."""
        return name_forbidden_network(ipaddress.ip_address(text.strip("[]"))) is None

    def _is_allowed(self, address: IPAddress) -> bool:
        return any(
            network.version == address.version and address in network for network in self._allowed
        )


def _read_network(text: str) -> IPNetwork:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise SettingsError(f"fetch.allow_networks: {text!r} is no network") from error


def _host_in(written: str) -> str:
    """Return the host of an absolute reference letter for letter.

    >>> _host_in("http://134744072/?8.8.8.8")
    '134744072'
    """
    found = _WRITTEN_HOST.fullmatch(written.strip())
    assert found is not None, "every text fits: what is no host is taken for one"
    return found[1]


# asked for every hop of a run, most of them on hosts that were asked about before
@functools.lru_cache(maxsize=4096)
def _is_ipv4(host: str) -> bool:
    try:
        IPv4Address(host)
    except ValueError:
        return False
    return True


def name_forbidden_network(address: IPAddress) -> str | None:
    """Return what kind of forbidden address this is, or None for a public one.

    An IPv6 address that carries an IPv4 address (mapped, NAT64, 6to4, Teredo) is
    as forbidden as what it carries.
    """
    for inner in _embedded(address):
        reason = name_forbidden_network(inner)
        if reason:
            return f"{reason}, inside IPv6"
    if _embedded(address):
        return None
    for network, name in _FORBIDDEN_NETWORKS:
        if network.version == address.version and address in network:
            return name
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return "outside global unicast"
    return None


def _embedded(address: IPAddress) -> tuple[IPv4Address, ...]:
    """Return the IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return ()
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if address in _NAT64:
        return (IPv4Address(int(address) & _LOW_32_BITS),)
    return ()
