"""Identifiers: digests of content and place, never counters.

The same thing read again, on another machine or after a rebuild, gets the same
id; two processes never have to agree on the next number.
"""

import hashlib

__all__ = ["make_id", "sha256_hex"]

# 24 hex digits are 96 bits: with 10**9 ids the chance of any collision is below 10**-11.
_ID_DIGITS = 24


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def make_id(kind: str, *parts: str | int) -> str:
    """Return the id of a thing of this kind made of these parts, such as `claim-9f0c…`.

    Parts are joined with U+001F, which stands in no text that we number, so that
    ("ab", "c") and ("a", "bc") differ.

    >>> make_id("claim", "abc", 1) == make_id("claim", "abc", 1)
    True
    >>> make_id("claim", "ab", "c") == make_id("claim", "a", "bc")
    False
    """
    joined = "\x1f".join(map(str, (kind, *parts)))
    # surrogatepass: a document may hold what no encoder accepts, and still has an identity
    digest = hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{kind}-{digest[:_ID_DIGITS]}"
