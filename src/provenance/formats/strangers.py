"""Strangers' words made fit to be kept and to be shown: offsets into them stay true."""

import unicodedata

__all__ = ["printable", "storable"]


def storable(text: str) -> str:
    """Return `text` with U+FFFD for what UTF-8 cannot say (lone surrogates).

    >>> storable("a" + chr(0xD800) + "b") == "a" + chr(0xFFFD) + "b"
    True
    """
    if text.isascii():  # nearly all of it, and asked of every text of every row
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if 0xD800 <= ord(char) <= 0xDFFF else char for char in text)
    return text


def printable(text: str) -> str:
    """Return `text` as it may be shown on a terminal.

    White space becomes spaces; what would steer the terminal, or turn the rest of the
    line around, becomes U+FFFD.

    >>> printable("a" + chr(27) + "[2J" + chr(10)) == "a" + chr(0xFFFD) + "[2J "
    True
    """
    return "".join(" " if char.isspace() else _visible(char) for char in text)


def _visible(char: str) -> str:
    is_override = "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"
    return "\ufffd" if is_override or unicodedata.category(char) in {"Cc", "Cs"} else char
