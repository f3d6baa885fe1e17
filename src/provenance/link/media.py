"""What kind of thing a payload is: by its first bytes, then by what was declared.

Servers send PDFs as `application/octet-stream`, error pages as `application/pdf`
and pages without any type. PURE.
"""

import re
from email.message import Message
from typing import Literal

from msgspec import Struct

from provenance.link.word import WORD_TYPE, is_word_file

__all__ = ["Media", "find_media"]

MediaKind = Literal["html", "pdf", "word", "text", "markup", "unsupported"]


class Media(Struct, frozen=True):
    """How to read a payload. `type` is the media type found, for the reason of a refusal."""

    kind: MediaKind
    type: str
    charset: str | None = None


# The first bytes of what holds no text that we can read (WHATWG MIME Sniffing, section 6).
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\0\0\1\0", "image/x-icon"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"OggS\0", "application/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"ID3", "audio/mpeg"),
    (b"\0asm", "application/wasm"),
    (b"\x7fELF", "application/x-elf"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"%!PS-Adobe", "application/postscript"),
    (b"{\\rtf", "application/rtf"),
)
_RIFF_TYPES = {b"WEBP": "image/webp", b"AVI ": "video/avi", b"WAVE": "audio/wave"}
_SPACE_AND_BOM = b" \t\r\n\x0c\xef\xbb\xbf"
# What browsers take for a page, and an XML declaration before it.
_HTML_START = re.compile(
    rb"(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|title|script|style|h1|div|p|table|iframe|br|a|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML_START = re.compile(rb"<(?:\?xml|rss|feed|svg|tei)\b", re.IGNORECASE)
_LOOK_AT_BYTES = 4_096
# PDF readers find the mark anywhere in the first kilobyte.
_PDF_MARK_WITHIN = 1_024
# Control characters that stand in no text (WHATWG MIME Sniffing, "binary data byte").
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_KIND_OF_TYPE: dict[str, MediaKind] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/xml": "markup",
    "text/xml": "markup",
    "image/svg+xml": "unsupported",
    "application/json": "text",
    "application/ld+json": "text",
    "application/geo+json": "text",
    "application/javascript": "unsupported",
    "text/javascript": "unsupported",
    "text/css": "unsupported",
}
_UNDECLARED = {"", "application/octet-stream", "binary/octet-stream", "application/force-download"}


def find_media(data: bytes, declared: str) -> Media:
    """Return what `data` is; `declared` is the Content-Type as sent, parameters included.

    >>> find_media(b"%PDF-1.7 ...", "text/html").kind
    'pdf'
    >>> find_media(b"hello", "text/plain; charset=koi8-r").charset
    'koi8-r'
    """
    type_, charset = _parse_declared(declared)
    head = data[:_LOOK_AT_BYTES].lstrip(_SPACE_AND_BOM)
    if is_word_file(data):
        return Media("word", WORD_TYPE)
    if magic := _find_magic(data, head):
        return Media("unsupported", magic)
    if _is_pdf(data, type_):
        return Media("pdf", "application/pdf")
    kind: MediaKind = "html" if _HTML_START.match(head) else _find_text_kind(head, type_)
    shown = type_ or ("application/octet-stream" if kind == "unsupported" else "text/plain")
    return Media(kind, shown, charset)


def _find_text_kind(head: bytes, type_: str) -> MediaKind:
    """Return how to read what is neither a page nor known by its first bytes."""
    if type_ in _KIND_OF_TYPE:
        return _KIND_OF_TYPE[type_]
    if type_.endswith("+xml") or _XML_START.match(head):
        return "markup"
    if type_.startswith("text/") or type_.endswith("+json"):
        return "text"
    return "text" if type_ in _UNDECLARED and not _BINARY.search(head) else "unsupported"


def _parse_declared(declared: str) -> tuple[str, str | None]:
    message = Message()
    message["content-type"] = declared.replace("\r", " ").replace("\n", " ") or "x/x"
    type_ = declared.split(";", 1)[0].strip().lower()
    try:
        charset = message.get_content_charset()
    except (LookupError, UnicodeError, ValueError):
        return type_, None
    return type_, charset


def _find_magic(data: bytes, head: bytes) -> str | None:
    for mark, type_ in _MAGIC:
        if data.startswith(mark):
            return None if mark == b"BM" and not _BINARY.search(head) else type_
    if data.startswith(b"RIFF"):
        return _RIFF_TYPES.get(data[8:12], "application/x-riff")
    return "video/mp4" if data[4:8] == b"ftyp" else None


def _is_pdf(data: bytes, type_: str) -> bool:
    """A PDF begins with its mark; only where one was declared may rubbish stand before it."""
    at = data[:_PDF_MARK_WITHIN].find(b"%PDF-")
    return at == 0 or (at > 0 and (type_ == "application/pdf" or not data[:at].strip()))
