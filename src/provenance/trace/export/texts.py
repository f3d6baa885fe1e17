"""Strangers' words made fit for forms in which a line's end, or a sign, means something: PURE."""

import re
import unicodedata
from urllib.parse import quote

__all__ = ["as_uri", "in_path", "one_line", "slug"]

# What may stand in a URI as it is (RFC 3986, section 2), `%` included: what is encoded stays so.
_NO_URI = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_WORD = re.compile(r"[a-z0-9]+")
_TURNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def one_line(text: str | None) -> str:
    """Return a text on one line, without what steers a terminal or turns the line around.

    >>> one_line("  The =Toll" + chr(10) + "of" + chr(0x202E) + " the" + chr(0) + " Just ")
    'The =Toll of the Just'
    """
    kept = "".join(" " if char.isspace() else char for char in text or "" if not _is_steering(char))
    return " ".join(kept.split())


def _is_steering(char: str) -> bool:
    if char in _TURNS:
        return True
    return not char.isspace() and unicodedata.category(char) in {"Cc", "Cs", "Cn"}


def as_uri(url: str) -> str:
    """Return an address as a URI in ASCII: what may not stand in one is percent-encoded (RFC 3987, 3.1).

    >>> as_uri("https://a.example/é <b>")
    'https://a.example/%C3%A9%20%3Cb%3E'
    """
    return _NO_URI.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace")), url
    )


def in_path(url: str) -> str:
    """Return an address as it stands behind `/timegate/`: encoded as a whole where a part would not be sent.

    >>> in_path("https://a.example/?b=c"), in_path("https://a.example/#/d")
    ('https://a.example/?b=c', 'https%3A%2F%2Fa.example%2F%23%2Fd')
    """
    uri = as_uri(url)
    return quote(uri, safe="") if "#" in uri else uri


def slug(text: str, words: int) -> str:
    """Return the first words of a text in lower-case ASCII, "" where nothing of it is Latin.

    >>> slug("L’été: Boats & Tolls", 3)
    'l-ete-boats'
    """
    plain = unicodedata.normalize("NFKD", text.replace("’", " ").replace("'", " "))
    bare = "".join(char for char in plain.lower() if not unicodedata.combining(char))
    return "-".join(_WORD.findall(bare)[:words])
