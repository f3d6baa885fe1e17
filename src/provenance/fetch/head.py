"""The head of an HTTP/1 response: bytes in, status, headers and framing out. PURE.

Read here and not by llhttp, which refuses heads that servers send and browsers
read: a repeated equal Content-Length, Content-Length beside Transfer-Encoding,
folded lines, a space in a header's name. How the body is framed follows RFC 9112,
section 6.3, in its order::

    status 1xx, 204, 304, or the request was HEAD   no body
    Transfer-Encoding ends with chunked             chunked (Content-Length is ignored)
    any other Transfer-Encoding                     until the connection ends
    Content-Length                                  so many bytes
    neither                                         until the connection ends
"""

import re
from typing import Literal, NamedTuple

__all__ = ["Head", "HeadError", "begins_like_http", "find_head_end", "parse_head"]

Framing = Literal["none", "chunked", "length", "close"]

# A minor version that is not known yet is read as the highest known one (RFC 9110, section 2.5).
_STATUS_LINE = re.compile(rb"HTTP/1\.([0-9])[ \t]+([1-9][0-9]{2})(?:[ \t]|$)")
_FIRST_BYTES = b"HTTP/1."
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_DIGITS = re.compile(r"[0-9]{1,18}")
# The empty line may begin up to three bytes before what has just arrived.
_OVERLAP = 3


class HeadError(ValueError):
    """The bytes are no head of an HTTP/1 response; the message says why."""


class Head(NamedTuple):
    """A parsed head; `length` is the body's size in bytes where framing is "length", else 0."""

    status: int
    headers: tuple[tuple[str, str], ...]
    framing: Framing
    length: int
    keeps_alive: bool


def begins_like_http(data: bytes | bytearray) -> bool:
    """Tell whether a response may begin so, however little of it is there.

    A banner (SSH, SMTP), HTTP/0.9 and HTTP/2 have no empty line to wait for: whoever
    waits for one waits for the whole time that a look has.
    """
    start = bytes(data[: len(_FIRST_BYTES)])
    return _FIRST_BYTES.startswith(start)


def find_head_end(data: bytes | bytearray, searched: int = 0) -> int:
    """Return where the body begins (after the empty line), or -1 if the head is not complete.

    `searched` is how many bytes are known to hold no end. A bare LF ends a line, as
    RFC 9112, section 2.2 lets a recipient read it.
    """
    found = _HEAD_END.search(data, max(0, searched - _OVERLAP))
    return found.end() if found else -1


def parse_head(block: bytes, method: str) -> Head:
    """Parse a status line and header block, which answer a request of this method.

    Lines without a colon are no headers and are left out (they stay in the block,
    which is what is archived); a folded line continues the one before it.

    Raises:
        HeadError: no status line of HTTP/1, or several Content-Lengths that differ.
    """
    lines = block.split(b"\n")
    status_line = _STATUS_LINE.match(lines[0].rstrip(b"\r"))
    if status_line is None:
        raise HeadError(f"no status line of HTTP/1: {lines[0][:60]!r}")
    headers = _parse_headers(lines[1:])
    status = int(status_line[2])
    has_body = not (method == "HEAD" or status < 200 or status in {204, 304})
    framing, length = _find_framing(headers, has_body)
    connection = _tokens(headers, "connection")
    is_http_11 = status_line[1] != b"0"
    keeps_alive = ("close" not in connection) if is_http_11 else ("keep-alive" in connection)
    return Head(status, headers, framing, length, keeps_alive and framing != "close")


def _parse_headers(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    headers: list[tuple[str, str]] = []
    for raw in lines:
        line = raw.rstrip(b"\r").decode("latin-1")
        if line[:1] in (" ", "\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}".strip())
            continue
        name, colon, value = line.partition(":")
        if colon and name.strip():
            headers.append((name.strip(), value.strip(" \t")))
    return tuple(headers)


def _tokens(headers: tuple[tuple[str, str], ...], wanted: str) -> list[str]:
    return [
        token.strip().lower()
        for name, value in headers
        if name.lower() == wanted
        for token in value.split(",")
        if token.strip()
    ]


def _find_framing(headers: tuple[tuple[str, str], ...], has_body: bool) -> tuple[Framing, int]:
    if not has_body:
        return "none", 0
    codings = _tokens(headers, "transfer-encoding")
    if codings:
        return ("chunked" if codings[-1] == "chunked" else "close"), 0
    lengths = set(_tokens(headers, "content-length"))
    if not lengths:
        return "close", 0
    length = lengths.pop()
    if lengths or not _DIGITS.fullmatch(length):
        raise HeadError("Content-Length is no number, or there are several")
    return "length", int(length)
