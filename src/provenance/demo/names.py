"""The name server of the sample web: so small a DNS that the demonstration is the same everywhere.

Names under the reserved `.example` and `.test` (RFC 6761) that have no stand-in do
not exist; the canary names do, so that "does not exist" is believed; every other
name is refused, which says nothing about it.
"""

import asyncio
import socket
import struct
from collections.abc import Iterable
from typing import cast

__all__ = ["NameServer"]

# RFC 1035 section 4.1.1 (header, RCODEs), 3.2.2 (types), 3.2.4 (classes)
_HEADER = struct.Struct("!HHHHHH")
_QUESTION_END = struct.Struct("!HH")
_ANSWER = struct.Struct("!HHHIH4s")
_IS_RESPONSE, _IS_DESIRED, _IS_AVAILABLE = 0x8000, 0x0100, 0x0080
_OK, _FORMAT_ERROR, _NO_SUCH_NAME, _REFUSED = 0, 1, 3, 5
_TYPE_A, _CLASS_IN = 1, 1
_NAME_OF_THE_QUESTION = 0xC000 | _HEADER.size  # a compression pointer
_TTL_S = 60
_SOMEWHERE = socket.inet_aton("192.0.2.1")  # TEST-NET-1 of RFC 5737: nobody answers there
_RESERVED = ("example", "test")
_LONGEST_LABEL = 63


class NameServer(asyncio.DatagramProtocol):
    """Answers DNS questions over UDP on loopback; one question a packet, as resolvers send them."""

    def __init__(self, canaries: Iterable[str]) -> None:
        self._canaries = frozenset(name.lower().rstrip(".") for name in canaries)
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport that answers go out on."""
        # Not checked: asyncio's own datagram transports are no instances of the class before 3.12.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        """Answer a question; packets too short for a header are dropped."""
        if self._transport is not None and len(data) >= _HEADER.size:
            self._transport.sendto(self.reply_to(data), addr)

    def reply_to(self, query: bytes) -> bytes:
        """Return the answer to one DNS message of at least twelve bytes."""
        number, flags, questions, *_ = _HEADER.unpack_from(query)
        echoed = _IS_RESPONSE | _IS_AVAILABLE | flags & _IS_DESIRED
        question = _read_question(query) if questions == 1 else None
        if question is None:
            return _HEADER.pack(number, echoed | _FORMAT_ERROR, 0, 0, 0, 0)
        name, kind, end = question
        code = self._code_for(name)
        has_address = code == _OK and kind == _TYPE_A
        head = _HEADER.pack(number, echoed | code, 1, int(has_address), 0, 0)
        answer = _ANSWER.pack(
            _NAME_OF_THE_QUESTION, _TYPE_A, _CLASS_IN, _TTL_S, len(_SOMEWHERE), _SOMEWHERE
        )
        return head + query[_HEADER.size : end] + (answer if has_address else b"")

    def _code_for(self, name: str) -> int:
        if name in self._canaries:
            return _OK
        return _NO_SUCH_NAME if name.rpartition(".")[2] in _RESERVED else _REFUSED


def _read_question(query: bytes) -> tuple[str, int, int] | None:
    """Return name, type and end of the question; None where it is damaged."""
    labels, at = [], _HEADER.size
    while at < len(query) and query[at]:
        length = query[at]
        label = query[at + 1 : at + 1 + length]
        if length > _LONGEST_LABEL or len(label) < length:
            return None
        labels.append(label.decode("latin-1").lower())
        at += 1 + length
    end = at + 1 + _QUESTION_END.size
    if end > len(query):
        return None
    kind, _ = _QUESTION_END.unpack_from(query, at + 1)
    return ".".join(labels), kind, end
