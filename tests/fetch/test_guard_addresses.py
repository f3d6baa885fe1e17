"""Which addresses may be reached: no citation becomes a request into the house."""

import pytest

from provenance.errors import SettingsError
from provenance.fetch import guard as guard_module
from provenance.fetch.guard import Guard
from provenance.formats.url import parse_address
from provenance.model import Failure
from provenance.settings import FetchSettings

GUARD = Guard(FetchSettings())

FORBIDDEN = {
    "127.0.0.1": "loopback", "127.8.8.8": "loopback", "::1": "loopback",
    "10.0.0.1": "private", "172.16.0.1": "private", "172.31.255.255": "private",
    "192.168.1.1": "private", "fd12::1": "private", "fc00::1": "private",
    "169.254.1.1": "link-local", "fe80::1": "link-local", "fec0::1": "site-local",
    "169.254.169.254": "metadata", "fd00:ec2::254": "metadata",
    "100.100.100.200": "metadata", "168.63.129.16": "metadata", "192.0.0.192": "metadata",
    "100.64.0.1": "CGNAT", "100.127.255.255": "CGNAT",
    "224.0.0.1": "multicast", "239.255.255.250": "multicast", "ff02::1": "multicast",
    "240.0.0.1": "reserved", "255.255.255.255": "reserved", "0.0.0.0": "unspecified",
    "0.1.2.3": "reserved", "::": "unspecified", "192.0.2.1": "documentation",
    "198.51.100.7": "documentation", "203.0.113.7": "documentation", "198.18.0.1": "benchmarks",
    "192.88.99.1": "reserved", "2001:db8::1": "documentation", "3fff::1": "documentation",
    "100::1": "discard", "5f00::1": "reserved", "4000::1": "outside global unicast",
    "::ffff:127.0.0.1": "loopback, inside IPv6", "::ffff:10.0.0.1": "private, inside IPv6",
    "::127.0.0.1": "outside global unicast",
    "64:ff9b::7f00:1": "loopback, inside IPv6", "64:ff9b::a9fe:a9fe": "metadata",
    "64:ff9b:1::808:808": "NAT64", "2002:7f00:1::": "loopback, inside IPv6",
    "2002:a9fe:a9fe::1": "metadata",
    "2001:0:7f00:1::f7f7:f7f7": "loopback, inside IPv6",  # Teredo: the server's address
    "2001:0:808:808:0:0:80ff:fffe": "loopback, inside IPv6",  # Teredo: the client's, inverted
    "192.31.196.1": "reserved", "192.52.193.1": "reserved", "192.175.48.1": "reserved",
    "192.0.0.8": "reserved", "2001:1::1": "reserved", "2001:1ff::1": "reserved",
    "not an address": "no address",
}  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_addresses_that_are_not_public_are_refused_by_name(address: str) -> None:
    assert FORBIDDEN[address] in (GUARD.refuse_address(address) or "allowed")


# Where each network begins and ends, and a neighbour that is none of its own.
EDGES = {
    "0.0.0.0 0.255.255.255 1.0.0.0": "reserved unspecified",
    "10.0.0.0 10.255.255.255 9.255.255.255": "private",
    "100.64.0.0 100.127.255.255 100.63.255.255": "CGNAT",
    "127.0.0.0 127.255.255.255 128.0.0.0": "loopback",
    "169.254.0.0 169.254.255.255 169.253.255.255": "link-local",
    "172.16.0.0 172.31.255.255 172.15.255.255": "private",
    "192.0.0.0 192.0.0.255 192.0.1.0": "reserved",
    "192.0.2.0 192.0.2.255 192.0.3.0": "documentation",
    "192.31.196.0 192.31.196.255 192.31.197.0": "reserved",
    "192.52.193.0 192.52.193.255 192.52.194.0": "reserved",
    "192.88.99.0 192.88.99.255 192.88.98.255": "reserved",
    "192.168.0.0 192.168.255.255 192.167.255.255": "private",
    "192.175.48.0 192.175.48.255 192.175.49.0": "reserved",
    "198.18.0.0 198.19.255.255 198.20.0.0": "benchmarks",
    "198.51.100.0 198.51.100.255 198.51.101.0": "documentation",
    "203.0.113.0 203.0.113.255 203.0.114.0": "documentation",
    "224.0.0.0 239.255.255.255 223.255.255.255": "multicast",
    "240.0.0.0 255.255.255.255 223.255.255.255": "reserved",
    "168.63.129.16 168.63.129.16 168.63.129.17": "metadata",
    "2001:: 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 2001:200::": "reserved loopback unspecified",
    "2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 2001:db9::": "documentation",
    "3fff:: 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff 3fff:1000::": "documentation",
}


@pytest.mark.parametrize("edges", EDGES)
def test_a_network_is_refused_from_its_first_address_to_its_last_and_no_further(edges: str) -> None:
    first, last, neighbour = edges.split()
    for address in (first, last):
        reason = GUARD.refuse_address(address) or "allowed"
        assert any(name in reason for name in EDGES[edges].split()), reason
    assert GUARD.refuse_address(neighbour) is None


@pytest.mark.parametrize("row", [f"{network} {name}" for network, name in guard_module._FORBIDDEN])
def test_no_row_of_the_table_can_go_without_a_test_that_notices(
    row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, _, name = row.partition(" ")
    fewer = [r for r in guard_module._FORBIDDEN_NETWORKS if (str(r[0]), r[1]) != (network, name)]
    assert len(fewer) == len(guard_module._FORBIDDEN) - 1
    monkeypatch.setattr(guard_module, "_FORBIDDEN_NETWORKS", tuple(fewer))
    noticed = [a for a, told in FORBIDDEN.items() if told not in (GUARD.refuse_address(a) or "")]
    assert noticed


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111",
     "[2606:4700::1111]", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)  # fmt: skip
def test_public_addresses_may_be_reached(address: str) -> None:
    assert GUARD.refuse_address(address) is None


def test_one_forbidden_address_refuses_the_host() -> None:
    failure = GUARD.refuse_addresses(("8.8.8.8", "10.0.0.1", "1.1.1.1"))
    assert isinstance(failure, Failure)
    assert failure.kind == "guard"
    assert "10.0.0.1 is private" in failure.detail


def test_allowed_networks_widen_the_guard_just_so_far() -> None:
    guard = Guard(FetchSettings(allow_networks=("127.0.0.0/8", "fd12::/16")))
    assert guard.refuse_address("127.0.0.1") is None
    assert guard.refuse_address("::ffff:127.0.0.1") is None
    assert guard.refuse_address("fd12::1") is None
    assert guard.refuse_address("10.0.0.1") == "private"
    assert guard.refuse_address("::1") == "loopback"
    assert guard.refuse_address("2001:0:7f00:1::f5ff:fffe") is not None  # one of two allowed


@pytest.mark.parametrize(
    "url",
    [
        "http://user@a.test/",
        "http://user:pw@a.test/",
        "http://a.test:22/",
        "http://a.test:6379/",
        "https://a.test:25/",
    ],
)
def test_urls_with_user_info_or_odd_ports_are_refused(url: str) -> None:
    address = parse_address(url)
    assert address is not None
    failure = GUARD.refuse_url(address, url)
    assert failure is not None
    assert failure.kind == "guard"


@pytest.mark.parametrize(
    "url",
    ["http://2130706433/", "http://0x7f.1/", "http://134744072/", "http://010.8.8.8/",
     "http://127.1/", "http://8.8.2056/", "http://%38.8.8.8/"],
)  # fmt: skip
def test_odd_spellings_of_an_address_are_refused(url: str) -> None:
    address = parse_address(url)
    assert address is not None
    failure = GUARD.refuse_url(address, url)
    assert failure is not None
    assert "odd spelling" in failure.detail


@pytest.mark.parametrize(
    "url",
    ["http://a.test/", "https://a.test/", "https://a.test:8443/x", "http://8.8.8.8/", "http://a.test:8080/",
     "http://[2606:4700::1111]/"],
)  # fmt: skip
def test_plain_urls_pass(url: str) -> None:
    address = parse_address(url)
    assert address is not None
    assert GUARD.refuse_url(address, url) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://u@a.test/", "the URL holds a user name or password"),
        ("http://a.test:22/", "port 22 is no port of the web (fetch.allow_ports adds one)"),
        ("http://app.localhost./", "app.localhost. is this machine by its name (RFC 6761)"),
        ("http://2130706433/", "an odd spelling of 127.0.0.1"),
    ],
)
def test_a_refusal_says_what_is_wrong_with_a_url(url: str, why: str) -> None:
    address = parse_address(url)
    assert address is not None
    assert GUARD.refuse_url(address, url) == Failure("guard", why)


def test_a_refusal_says_which_address_is_wrong_and_what_adds_it() -> None:
    why = "10.0.0.1 is private (fetch.allow_networks adds a network)"
    assert GUARD.refuse_addresses(("1.1.1.1", "10.0.0.1")) == Failure("guard", why)


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "localhost.", "a.b.localhost"])
def test_this_machine_is_refused_by_name_until_loopback_is_allowed(name: str) -> None:
    address = parse_address(f"http://{name}/")
    assert address is not None
    assert GUARD.refuse_url(address, address.href) is not None
    intranet = Guard(FetchSettings(allow_networks=("127.0.0.0/8",)))
    assert intranet.refuse_url(address, address.href) is None


@pytest.mark.parametrize("name", ["localhost.org", "notlocalhost", "my-localhost", "localhosts"])
def test_a_name_that_only_holds_localhost_is_a_name_like_any_other(name: str) -> None:
    address = parse_address(f"http://{name}/")
    assert address is not None
    assert GUARD.refuse_url(address, address.href) is None


@pytest.mark.parametrize(
    "written",
    ["http://8.8.8.8", "http://8.8.8.8:80/", "HTTP://8.8.8.8?q", "//8.8.8.8#f", "\\\\8.8.8.8\\x",
     " http://8.8.8.8/\n", "http:8.8.8.8/", "http://8.8.8.8/\n/x"],
)  # fmt: skip
def test_an_address_that_stands_as_it_is_meant_is_no_odd_spelling(written: str) -> None:
    address = parse_address("http://8.8.8.8/")
    assert address is not None
    assert GUARD.refuse_url(address, written) is None


@pytest.mark.parametrize(
    "written",
    ["http://134744072/8.8.8.8", "http://134744072/?8.8.8.8", "http://134744072#8.8.8.8",
     "http://8.8.8.8./", "http://8.8.8.8.a/", "http://x8.8.8.8/", "8.8.8", ""],
)  # fmt: skip
def test_an_address_that_stands_elsewhere_in_a_reference_excuses_nothing(written: str) -> None:
    address = parse_address("http://134744072/")
    assert address is not None
    assert GUARD.refuse_url(address, written) is not None


@pytest.mark.parametrize("url", ["http://BÜCHER.test/", "HTTP://A.Test:80", "http://%61.test/"])
def test_names_may_be_spelled_as_people_like(url: str) -> None:
    address = parse_address(url)
    assert address is not None
    assert GUARD.refuse_url(address, url) is None


@pytest.mark.parametrize(
    "text", ["", "a.test", "256.1.1.1", "1.1.1", "::g", "X1.1.1.1", "1.1.1.1X"]
)
def test_what_is_no_address_is_refused_as_none(text: str) -> None:
    assert GUARD.refuse_address(text) == "no address"


@pytest.mark.parametrize("text", ["1.1.1.1", "[2606:4700::1111]", "2606:4700::1111"])
def test_an_address_is_public_by_itself(text: str) -> None:
    assert GUARD.is_public(text)


@pytest.mark.parametrize("text", ["127.0.0.1", "[::1]", "10.0.0.1"])
def test_what_settings_allow_is_not_public_for_that(text: str) -> None:
    assert not Guard(FetchSettings(allow_networks=("0.0.0.0/0", "::/0"))).is_public(text)


def test_allowed_networks_are_those_and_no_other_family() -> None:
    guard = Guard(FetchSettings(allow_networks=("10.0.0.0/8", "::1/128")))
    assert guard.refuse_address("10.1.1.1") is None
    assert guard.refuse_address("[::1]") is None
    assert guard.refuse_address("127.0.0.1") == "loopback"
    assert guard.refuse_address("64:ff9b::a01:101") is None  # what it carries is allowed
    assert guard.refuse_address("64:ff9b::7f00:1") == "loopback, inside IPv6"
    assert guard.refuse_address("64:ff9b::1:a01:101") == "outside global unicast"


def test_a_network_may_be_written_with_an_address_inside_it() -> None:
    guard = Guard(FetchSettings(allow_networks=("10.1.2.3/8",)))
    assert guard.refuse_address("10.200.0.1") is None


def test_allowed_ports_widen_the_guard() -> None:
    address = parse_address("http://a.test:9000/")
    assert address is not None
    assert Guard(FetchSettings(allow_ports=(9000,))).refuse_url(address, address.href) is None


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(SettingsError, match=r"allow_networks: 'intranet'"):
        Guard(FetchSettings(allow_networks=("intranet",)))
