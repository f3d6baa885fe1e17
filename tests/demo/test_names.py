"""The sample web's name server, asked by dnspython and by hostile packets."""

import socket
from collections.abc import Iterator

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.resolver
import pytest

from provenance.demo.background import start_in_thread
from provenance.demo.names import NameServer
from provenance.settings import VantageSettings

TIMEOUT_S = 5


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    with start_in_thread() as web:
        host, _, port = web.name_server.rpartition(":")
        yield host, int(port)


def ask(address: tuple[str, int], name: str, kind: str = "A") -> dns.message.Message:
    query = dns.message.make_query(name, kind, use_edns=True)
    return dns.query.udp(query, address[0], port=address[1], timeout=TIMEOUT_S)


@pytest.mark.parametrize("kind", ["A", "AAAA"])
def test_a_reserved_name_without_a_stand_in_does_not_exist(
    address: tuple[str, int], kind: str
) -> None:
    reply = ask(address, "www.Lapsed-Gazette.example.", kind)
    assert reply.rcode() == dns.rcode.NXDOMAIN
    assert not reply.answer


def test_the_canaries_exist_so_that_the_rest_is_believed(address: tuple[str, int]) -> None:
    for name in VantageSettings().canaries:
        reply = ask(address, name)
        assert reply.rcode() == dns.rcode.NOERROR
        assert [record.address for record in reply.answer[0]] == ["192.0.2.1"]
        assert not ask(address, name, "AAAA").answer


@pytest.mark.parametrize("name", ["www.example.com", "notexample", "example.org", "a.nottest"])
def test_of_the_world_outside_it_says_nothing(address: tuple[str, int], name: str) -> None:
    assert ask(address, name).rcode() == dns.rcode.REFUSED


def test_a_full_resolver_understands_it(address: tuple[str, int]) -> None:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [address[0]], address[1]
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver.resolve("gone.test.", lifetime=TIMEOUT_S, search=False)
    with pytest.raises(dns.resolver.NoNameservers):
        resolver.resolve("somewhere.org.", lifetime=TIMEOUT_S, search=False)


@pytest.mark.parametrize(
    "packet",
    [b"", b"\x00", b"\xff" * 11, b"\xff" * 12, b"\xff" * 600,
     b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x3fshort",
     b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01",
     b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x00\x00"],
)  # fmt: skip
def test_damaged_packets_are_survived(address: tuple[str, int], packet: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(packet, address)
    assert ask(address, "gone.example").rcode() == dns.rcode.NXDOMAIN


def test_a_damaged_question_is_a_format_error() -> None:
    reply = NameServer([]).reply_to(b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x3fshort")
    assert reply[:2] == b"\x00\x01"
    assert reply[3] & 0x0F == dns.rcode.FORMERR
