"""HTTP/1.1 on one connection of the sample web: requests read, replies written, nothing decided.

As much of RFC 9112 as a client of static pages needs: GET and HEAD, keep-alive,
chunked bodies, and on demand a connection that breaks in the middle of one.
"""

import asyncio
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http import HTTPStatus

from provenance.demo.replies import Reply, Request

__all__ = ["Answer", "converse"]

Answer = Callable[[Request], Reply]

_IDLE_S = 30.0
_CHUNK_BYTES = 700  # small, so that every chunked page of the sample web has several chunks


async def converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, scheme: str, answer: Answer
) -> None:
    """Answer requests on a connection until the client leaves, idles for 30 s or errs."""
    while True:
        try:
            async with asyncio.timeout(_IDLE_S):
                head = await reader.readuntil(b"\r\n\r\n")
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            return
        request = _request_of(head, scheme)
        if request is None:
            writer.write(
                b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            return
        keeps_open = request.headers.get("connection", "").lower() != "close"
        if not await _send(writer, request, answer(request), keeps_open) or not keeps_open:
            return


def _request_of(head: bytes, scheme: str) -> Request | None:
    """Parse a request head; None for anything but a GET or HEAD of a path with a Host."""
    request_line, *field_lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, _, rest = request_line.partition(" ")
    target, _, version = rest.rpartition(" ")
    fields = dict(_fields(field_lines))
    host = fields.get("host", "").lower().partition(":")[0]
    is_understood = method in {"GET", "HEAD"} and target.startswith("/") and host
    if not is_understood or version != "HTTP/1.1":
        return None
    return Request(scheme, method, host, target, fields)


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, _, value = line.partition(":")
        yield name.strip().lower(), value.strip()


async def _send(
    writer: asyncio.StreamWriter, request: Request, reply: Reply, keeps_open: bool
) -> bool:
    """Write a reply; False when the connection cannot be used any more."""
    if reply.wait_s:
        await asyncio.sleep(reply.wait_s)
    try:
        body = b"" if request.method == "HEAD" else _body_of(reply)
        writer.write(_head_of(reply, keeps_open) + body)
        await writer.drain()
    except OSError:
        return False
    if reply.breaks_after_bytes is not None and request.method != "HEAD":
        writer.transport.abort()
        return False
    return True


def _head_of(reply: Reply, keeps_open: bool) -> bytes:
    fields = [("Date", formatdate(usegmt=True)), ("Server", "sample-web"), *reply.headers]
    if reply.chunked:
        fields.append(("Transfer-Encoding", "chunked"))
    elif reply.status != HTTPStatus.NOT_MODIFIED:
        fields.append(("Content-Length", str(len(reply.body))))
    fields.append(("Connection", "keep-alive" if keeps_open else "close"))
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _body_of(reply: Reply) -> bytes:
    body = reply.body[: reply.breaks_after_bytes]
    if not reply.chunked:
        return body
    starts = range(0, len(body), _CHUNK_BYTES)
    chunks = [body[start : start + _CHUNK_BYTES] for start in starts]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
