"""Bytes -> `Document`: the reader is chosen by what the bytes are, not by the file's name alone."""

import re

from provenance.cite.decode import decode_document, looks_binary
from provenance.cite.readers.plain import read_plain_text
from provenance.errors import UnreadableDocument
from provenance.formats.ids import sha256_hex
from provenance.model import Document

__all__ = ["read_document"]

_HTML_START = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|div|p|meta|h[1-6])\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_NAMES = (".html", ".htm", ".xhtml")
_SNIFFED_CHARS = 4096


def read_document(data: bytes, name: str = "") -> Document:
    """Read a document from its bytes; `name` (a path or URL) is only a hint.

    Raises:
        UnreadableDocument: nothing in it, or not a text in any format that is read.
    """
    if data.strip(b"\x00") and looks_binary(data):
        raise UnreadableDocument(
            f"{name or 'the document'} is no text: it begins with the bytes {data[:8].hex(' ')}",
            hint="formats read: plain text, HTML",
        )
    decoded = decode_document(data)
    if not decoded.text.strip("\x00\ufeff \t\r\n\x0c"):
        raise UnreadableDocument(f"{name or 'the document'} is empty", hint="is it the right file?")
    sha256 = sha256_hex(data)
    if _is_html(decoded.text, name):
        from provenance.cite.readers.html import read_html

        return read_html(decoded.text, sha256, decoded.findings)
    return read_plain_text(decoded.text, sha256, decoded.findings)


def _is_html(text: str, name: str) -> bool:
    if _HTML_START.match(text, 0, _SNIFFED_CHARS):
        return True
    return name.lower().partition("?")[0].endswith(_HTML_NAMES) and "</" in text[:65536]
