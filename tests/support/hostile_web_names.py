"""The catalogue's fourth part: names, and what a name service says of them."""

import struct
from collections.abc import Callable

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from support.hostile_web import REPORT, Behaviour, expect
from support.web import NameService, Zone

__all__ = ["NAMES", "ZONE", "OddNameService"]

Answer = Callable[[dns.message.Message, int], "bytes | None"]

WEB = "127.0.0.1"
# Allowed too, and nobody listens there.
DEAD = "127.0.0.3"


def record(name: str, family: str, *values: str, ttl_s: int = 60) -> dns.rrset.RRset:
    """Return an RRset of the zone."""
    return dns.rrset.from_text(name + ".", ttl_s, "IN", family, *values)


def chain(*links: str, address: str = "") -> Answer:
    """Answer with CNAMEs from one name to the next, and the last one's address."""

    def answer(query: dns.message.Message, asked: int) -> bytes:
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        names = [query.question[0].name.to_text().rstrip("."), *links]
        for name, target in zip(names, links, strict=False):
            reply.answer.append(record(name, "CNAME", target + "."))
        if address and query.question[0].rdtype == dns.rdatatype.A:
            reply.answer.append(record(names[-1], "A", address))
        return reply.to_wire()

    return answer


def by_family(v4: str, v6: str) -> Answer:
    """Answer A and AAAA with an address, an RCODE's name or silence each."""

    def answer(query: dns.message.Message, asked: int) -> bytes | None:
        question = query.question[0]
        said = v6 if question.rdtype == dns.rdatatype.AAAA else v4
        reply = dns.message.make_response(query)
        if said == "silence":
            return None
        if said.isupper():
            reply.set_rcode(dns.rcode.from_text(said))
        elif said:
            reply.answer.append(
                record(
                    question.name.to_text().rstrip("."),
                    dns.rdatatype.to_text(question.rdtype),
                    said,
                )
            )
        return reply.to_wire()

    return answer


def rebinds(query: dns.message.Message, asked: int) -> bytes:
    """Say the web's address to the first question and a private one to the next, for no time at all."""
    reply = dns.message.make_response(query)
    if query.question[0].rdtype == dns.rdatatype.A:
        name = query.question[0].name.to_text().rstrip(".")
        reply.answer.append(record(name, "A", WEB if asked == 1 else "10.0.0.1", ttl_s=0))
    return reply.to_wire()


def of_another_question(query: dns.message.Message, asked: int) -> bytes:
    """Answer something that was not asked."""
    return dns.message.make_response(
        dns.message.make_query("other.test", "A", id=query.id)
    ).to_wire()


def of_another_id(query: dns.message.Message, asked: int) -> bytes:
    """Answer with an id that nobody sent: spoofing."""
    reply = by_family("10.0.0.1", "")(query, asked)
    assert reply
    return struct.pack(">H", query.id ^ 0x5555) + reply[2:]


def cut(query: dns.message.Message, asked: int) -> bytes:
    """Say that the answer was too long for a datagram."""
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.TC
    return reply.to_wire()


def garbage(query: dns.message.Message, asked: int) -> bytes:
    """Send what is no message."""
    return struct.pack(">H", query.id) + b"\x81\x80\xff"


class OddNameService(NameService):
    """A name service some of whose names have a mind of their own (`ODD`)."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text().rstrip(".").lower()
        family = dns.rdatatype.to_text(query.question[0].rdtype)
        answer = ODD.get(name)
        if answer is None:
            super().datagram_received(data, addr)
            return
        self.asked.append((name, family))
        said = answer(query, self.asked.count((name, family)))
        if said is not None:
            self._transport.sendto(said, addr)


ZONE: Zone = {"canary.test": ["192.0.2.9"]}
ODD: dict[str, Answer] = {}


def named(
    name: str, sentence: str, ends: str, said: "list[str] | str | Answer", url: str = ""
) -> Behaviour:
    """Return a behaviour of a name: what the name service says of it, before a plain page."""
    outcome, rule = expect(ends)
    host = name.replace("_", "-") + ".test"
    if callable(said):
        ODD[host] = said
    else:
        ZONE[host] = said
    return Behaviour(
        name,
        sentence,
        outcome,
        rule,
        {"/reports/x": REPORT},
        url or f"http://{host}:{{port}}/reports/x",
    )


GUARD = "not_checkable/guard"
DNS = "temporary/dns"

NAMES: tuple[Behaviour, ...] = (
    named("name_unknown", "NXDOMAIN, while the canaries answer.", "gone/nxdomain", "NXDOMAIN"),
    named("name_servfail", "SERVFAIL.", DNS, "SERVFAIL"),
    named("name_refused", "REFUSED.", DNS, "REFUSED"),
    named("name_formerr", "FORMERR.", DNS, "FORMERR"),
    named("name_silence", "The name service never answers.", DNS, "silence"),
    named("name_empty", "The name exists and has no address.", DNS, []),
    named("name_cname_loop", "CNAMEs in a ring.", DNS, chain("ring-a.test", "ring-b.test", "ring-a.test")),
    named("name_cname_nowhere", "A CNAME to a name without address.", DNS, chain("nowhere.test")),
    named("name_cname", "A CNAME to the web.", "ok", chain("alias.test", address=WEB)),
    named("name_cname_to_private", "A CNAME to a private address.", GUARD, chain("inside.test", address="10.0.0.1")),
    named("name_mixed", "The web's address beside a private one.", GUARD, [WEB, "192.168.1.1"]),
    named("name_mixed_families", "The web's address as A, loopback as AAAA.", GUARD, [WEB, "::1"]),
    named("name_mapped", "A private address mapped into IPv6.", GUARD, ["::ffff:10.0.0.1"]),
    named("name_metadata", "A cloud's metadata.", GUARD, ["169.254.169.254"]),
    named("name_zero", "0.0.0.0.", GUARD, ["0.0.0.0"]),
    named("name_rebinds", "Another address at every question, for no time.", "ok", rebinds),
    named("name_half_servfail", "A answers, AAAA fails.", "ok", by_family(WEB, "SERVFAIL")),
    named("name_half_silent", "A answers, AAAA is silent.", "ok", by_family(WEB, "silence")),
    named("name_half_unknown", "A is SERVFAIL, AAAA NXDOMAIN: not gone.", DNS, by_family("SERVFAIL", "NXDOMAIN")),
    named("name_of_another", "The answer is to another question.", DNS, of_another_question),
    named("name_spoofed", "The answer has another id.", DNS, of_another_id),
    named("name_cut", "The answer is cut, and nobody speaks TCP.", DNS, cut),
    named("name_garbage", "The answer is no message.", DNS, garbage),
    named("name_dead_first", "Two addresses; nobody listens on the first.", "ok", [DEAD, WEB]),
    named("name_of_many", "Sixteen addresses, and nobody listens on any.", "temporary/refused", [f"127.0.0.{n}" for n in range(100, 116)]),
    named("name_wildcard", "A wildcard: whatever label is asked for.", "ok", [WEB]),
    named("name_with_dot", "A name that ends with a dot.", "ok", [WEB], "http://name-with-dot.test.:{port}/reports/x"),
    named("name_label_too_long", "A label of 64 letters.", DNS, "NXDOMAIN", "http://" + "a" * 64 + ".test/reports/x"),
)  # fmt: skip
