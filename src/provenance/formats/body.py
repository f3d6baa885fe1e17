"""Bodies without their content-encoding, never larger than allowed. PURE.

A body of 500 kB can hold half a gigabyte of zeros, so nothing is ever inflated
past the cap: `decompressobj` is asked for at most what is still allowed.
"""

import zlib
from collections.abc import Iterable
from typing import NamedTuple

from isal import isal_zlib

__all__ = ["DecodedBody", "decode_body"]

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_ZLIB_WINDOW = zlib.MAX_WBITS
_RAW_WINDOW = -zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
# A ratio says nothing about a few bytes: an empty page of 20 kB gzips to 40 bytes.
_RATIO_FREE_BYTES = 1_000_000
# More codings than this on one body are an attack (curl stops at 5).
_MAX_CODINGS = 5
# zlib copies what stands behind a member, so members are fed in pieces, and counted:
# 50 MB of empty members would keep a processor busy for an hour.
_PIECE_BYTES = 65_536
_MAX_MEMBERS = 100_000


class DecodedBody(NamedTuple):
    """The content, and why there is not all of it.

    `truncated_reason` is None, "length" (over `max_bytes`), "ratio" (inflates more
    than any page does), "broken" (the stream is damaged or ends early) or
    "coding" (a coding that is not read here; then `data` is as received).
    """

    data: bytes
    truncated_reason: str | None = None


def decode_body(
    headers: Iterable[tuple[str, str]], body: bytes, max_bytes: int, max_ratio: int
) -> DecodedBody:
    """Return a body with gzip and deflate undone, at most `max_bytes` of it.

    `max_ratio` is decoded bytes per stored byte; it counts from a megabyte up.
    """
    codings = _codings(headers)
    if len(codings) > _MAX_CODINGS:
        return DecodedBody(body[:max_bytes], "coding")
    decoded = DecodedBody(body)
    for coding in reversed(codings):
        decoded = _undo(coding, decoded.data, max_bytes, max_ratio)
        if decoded.truncated_reason:
            return decoded
    if len(decoded.data) > max_bytes:
        return DecodedBody(decoded.data[:max_bytes], "length")
    return decoded


def _codings(headers: Iterable[tuple[str, str]]) -> list[str]:
    values = [value for name, value in headers if name.lower() == "content-encoding"]
    codings = [coding.strip().lower() for value in values for coding in value.split(",")]
    return [coding for coding in codings if coding not in {"", "identity", "none", "utf-8"}]


def _undo(coding: str, data: bytes, max_bytes: int, max_ratio: int) -> DecodedBody:
    if not data:
        return DecodedBody(data)
    by_ratio = max(_RATIO_FREE_BYTES, len(data) * max_ratio)
    cap = min(max_bytes, by_ratio)
    over = "length" if max_bytes <= by_ratio else "ratio"
    if coding in {"gzip", "x-gzip"}:
        return _inflate_members(data, cap, over)
    if coding == "deflate":
        decoded = _inflate(data, _ZLIB_WINDOW, cap, over)
        # RFC 9110 means zlib, some servers send raw deflate
        is_zlib = decoded.data or decoded.truncated_reason is None
        return decoded if is_zlib else _inflate(data, _RAW_WINDOW, cap, over)
    return DecodedBody(data[:max_bytes], "coding")


def _inflate(data: bytes, window: int, cap: int, over: str) -> DecodedBody:
    stream = zlib.decompressobj(window)
    try:
        content = stream.decompress(data, cap + 1)
    except zlib.error:
        return DecodedBody(_inflate_to_the_fault(data, window, cap), "broken")
    if len(content) > cap:
        return DecodedBody(content[:cap], over)
    return DecodedBody(content, None if stream.eof else "broken")


def _inflate_members(data: bytes, cap: int, over: str) -> DecodedBody:
    """Inflate gzip members one behind the other; what is no member behind them is padding."""
    whole = _inflate_whole_member(data, cap)
    if whole is not None:
        return DecodedBody(whole)
    parts: list[bytes] = []
    room, position = cap, 0
    for _ in range(_MAX_MEMBERS):
        if not data.startswith(_GZIP_MAGIC, position):
            break
        content, position, is_whole = _inflate_member(data, position, room)
        parts.append(content[:room])
        if len(content) > room:
            return DecodedBody(b"".join(parts), over)
        if not is_whole:
            return DecodedBody(b"".join(parts), "broken")
        room -= len(content)
    # a server that says gzip and sends plain text: browsers show the text
    return DecodedBody(b"".join(parts)) if parts else DecodedBody(data[:cap], "broken")


def _inflate_whole_member(data: bytes, cap: int) -> bytes | None:
    """Return the content of a body that is one sound member within the cap, as nearly all are.

    isal takes a third of the time of zlib; whatever it has a doubt about, zlib decides.
    """
    if len(data) > _PIECE_BYTES * 16:
        return None  # members are counted below: what stands behind one is copied there too
    stream = isal_zlib.decompressobj(_GZIP_WINDOW)
    try:
        content: bytes = stream.decompress(data, cap + 1)
    except (isal_zlib.IsalError, ValueError, OverflowError):  # type: ignore[misc]
        return None
    is_sound = stream.eof and not stream.unused_data and len(content) <= cap
    return content if is_sound else None


def _inflate_member(data: bytes, start: int, room: int) -> tuple[bytes, int, bool]:
    """Return a member's content (one byte over `room` at most), where it ends, and if it is whole."""
    stream = zlib.decompressobj(_GZIP_WINDOW)
    parts: list[bytes] = []
    position, free = start, room + 1
    try:
        while not stream.eof and position < len(data) and free > 0:
            piece = data[position : position + _PIECE_BYTES]
            content = stream.decompress(piece, free)
            parts.append(content)
            free -= len(content)
            position += len(piece) - len(stream.unused_data)
    except zlib.error:
        return _inflate_to_the_fault(data[start:], _GZIP_WINDOW, room), position, False
    return b"".join(parts), position, stream.eof


def _inflate_to_the_fault(data: bytes, window: int, cap: int) -> bytes:
    """Return what a damaged stream holds before its fault, read in small pieces."""
    stream = zlib.decompressobj(window)
    parts: list[bytes] = []
    room = cap
    if room <= 0:
        return b""
    try:
        for start in range(0, len(data), 1024):
            content = stream.decompress(data[start : start + 1024], room)
            parts.append(content)
            room -= len(content)
            if room <= 0 or stream.eof:
                break
    except zlib.error:
        pass
    return b"".join(parts)
