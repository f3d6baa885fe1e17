"""Which format bytes are in: by what they are, and by the file's name only where that leaves it open."""

import re
from typing import Literal

from provenance.cite.markup import sniff_markup
from provenance.cite.patterns import lazy_pattern

__all__ = ["FormatName", "is_caged_format", "sniff_binary_format", "sniff_text_format"]

FormatName = Literal[
    "pdf", "docx", "mhtml", "eml", "html", "wikitext", "rst", "markdown", "text"
]  # fmt: skip

_SNIFFED_BYTES = 4096
_SNIFFED_CHARS = 65536
_PDF_WITHIN = (
    1024  # PDF readers accept this much in front of the header (ISO 32000, note 13 of annex H)
)
_DOCX_PART = re.compile(rb"word/[\w.]+\.xml|\[Content_Types\]\.xml")
_HEADER_LINE = re.compile(rb"([!-9;-~]{1,76}):[ \t]?(.*)")
# What no person types at the head of a text: one of these, and a header is a mail's.
_MAIL_HEADERS = frozenset(
    {b"mime-version", b"message-id", b"received", b"snapshot-content-location"}
)
_MIN_HEADERS = 3
_HTML_START = lazy_pattern(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|div|p|meta|h[1-6])\b",
    re.IGNORECASE | re.DOTALL,
)
_BY_NAME: dict[str, FormatName] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".rst": "rst",
    ".rest": "rst",
    ".wiki": "wikitext",
    ".mediawiki": "wikitext",
    ".wikitext": "wikitext",
}
_MARKDOWN_NAMES = tuple(suffix for suffix, named in _BY_NAME.items() if named == "markdown")
_HTML_NAMES = (".html", ".htm", ".xhtml")
_WHOLE_PAGE = lazy_pattern(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
# `[^1]: …` defines a note in every Markdown that has notes, and in no other format.
_NOTE_DEFINITION = lazy_pattern(r"^ {0,3}\[\^[^\[\]\s]{1,80}\]:", re.MULTILINE)
_FRONT_MATTER = lazy_pattern(
    r"(?:---[ \t]*\r?\n(?:[\w.-]+[ \t]*:|#)|\+\+\+[ \t]*\r?\n[\w.\"-]+[ \t]*=)[^\n]*\n"
)
# One alone may stand in any text, and two kinds do not meet by chance.
_MARKDOWN_SIGNS = (
    lazy_pattern(r"^#{1,6} \S", re.MULTILINE),
    lazy_pattern(r"\](?:\(|: {0,3}<?)(?:https?://|/|#)"),
    lazy_pattern(r"\*\*\w[^*\n]{0,200}\*\*"),
)
_MIN_SIGNS = 2


def sniff_binary_format(data: bytes) -> FormatName | None:
    """Return the format of bytes that are no text; None where they may be a text."""
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "pdf"
    if data.startswith(b"PK\x03\x04") and _DOCX_PART.search(data):
        return "docx"
    return _sniff_mail(data)


def _sniff_mail(data: bytes) -> FormatName | None:
    """Return "mhtml" or "eml" where the bytes begin with a mail's header, every line of it."""
    head = data[:_SNIFFED_CHARS].lstrip(b"\xef\xbb\xbf\r\n")
    headers: dict[bytes, bytes] = {}
    name = b""
    for number, line in enumerate(head.splitlines()):
        header = _HEADER_LINE.fullmatch(line)
        if header:
            name = header[1].lower()
            headers[name] = headers.get(name, b"") + header[2].lower()
        elif name and line[:1] in {b" ", b"\t"} and line.strip():
            headers[name] += line.lower()
        elif not line.strip() or number or not line.startswith(b"From "):
            break
    else:
        line = b""
    if line.strip() or len(headers) < _MIN_HEADERS or _MAIL_HEADERS.isdisjoint(headers):
        return None
    is_page = headers.get(b"content-type", b"").startswith(b"multipart/related")
    saved = b"snapshot-content-location" in headers or b"saved by" in headers.get(b"from", b"")
    return "mhtml" if is_page and (saved or b"message-id" not in headers) else "eml"


def sniff_text_format(text: str, name: str = "") -> FormatName:
    """Return the format of a text; `name` (a path or URL) is only a hint."""
    named = name.lower().partition("?")[0]
    is_named_markdown = any(named.endswith(suffix) for suffix in _MARKDOWN_NAMES)
    # a Markdown file may well begin with a <div>, and no page that is whole is one
    starts_page = _WHOLE_PAGE if is_named_markdown else _HTML_START
    if starts_page.match(text, 0, _SNIFFED_BYTES):
        return "html"
    if named.endswith(_HTML_NAMES) and "</" in text[:_SNIFFED_CHARS]:
        return "html"
    by_name = next((found for suffix, found in _BY_NAME.items() if named.endswith(suffix)), None)
    return by_name or sniff_markup(text) or ("markdown" if _reads_like_markdown(text) else "text")


def _reads_like_markdown(text: str) -> bool:
    if _NOTE_DEFINITION.search(text) or _FRONT_MATTER.match(text):
        return True
    signs = (sign.search(text, 0, _SNIFFED_CHARS) for sign in _MARKDOWN_SIGNS)
    return sum(1 for found in signs if found) >= _MIN_SIGNS


def is_caged_format(data: bytes) -> bool:
    """Tell whether bytes are in a format whose reader belongs in a child process with limits."""
    return sniff_binary_format(data) in {"pdf", "docx"}
