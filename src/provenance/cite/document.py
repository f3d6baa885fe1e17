"""Bytes -> `Document`: the reader is chosen by what the bytes are, not by the file's name alone."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from provenance.cite.decode import decode_document, looks_binary
from provenance.cite.foreign import find_foreign_format
from provenance.cite.sniff import FormatName, sniff_binary_format, sniff_text_format
from provenance.errors import UnreadableDocument
from provenance.formats.ids import sha256_hex
from provenance.model import Document, Finding

__all__ = ["read_document"]

TextReader = Callable[[str, str, tuple[Finding, ...]], Document]
BinaryReader = Callable[[bytes, str], Document]

# format -> module and function; imported when the first document of the format comes.
# A text reader takes (text, sha256, findings so far), a binary one (data, sha256).
_TEXT_READERS: dict[FormatName, tuple[str, str]] = {
    "html": ("html", "read_html"),
    "markdown": ("markdown", "read_markdown"),
    "rst": ("rst", "read_rst"),
    "text": ("plain", "read_plain_text"),
    "wikitext": ("wikitext", "read_wikitext"),
}
_BINARY_READERS: dict[FormatName, tuple[str, str]] = {
    "eml": ("mail", "read_mail"),
    "mhtml": ("mail", "read_mail"),
    "docx": ("docx", "read_docx"),
    "pdf": ("pdf", "read_pdf_document"),
}


def read_document(data: bytes, name: str = "") -> Document:
    """Read a document from its bytes; `name` (a path or URL) is only a hint.

    PDFium and hostile archives can take the process with them: what comes from
    strangers is read by `pipeline.reading.DocumentReader`, in a child process.

    Raises:
        UnreadableDocument: nothing in it, or not a document in any format that is read.
    """
    binary = sniff_binary_format(data)
    if binary in _BINARY_READERS:
        read_binary = cast(BinaryReader, _load(_BINARY_READERS[binary]))
        return read_binary(data, sha256_hex(data))
    if foreign := find_foreign_format(data):
        said = f"{name or 'the document'} is {foreign.what}"
        raise UnreadableDocument(said, hint=foreign.hint)
    if data.strip(b"\x00") and looks_binary(data):
        raise UnreadableDocument(
            f"{name or 'the document'} is no text: it begins with the bytes {data[:8].hex(' ')}",
            hint=f"formats read: {', '.join(sorted((*_TEXT_READERS, *_BINARY_READERS)))}",
        )
    decoded = decode_document(data)
    if not decoded.text.strip("\x00\ufeff \t\r\n\x0c"):
        raise UnreadableDocument(f"{name or 'the document'} is empty", hint="is it the right file?")
    found = sniff_text_format(decoded.text, name)
    reader = _TEXT_READERS.get(found, _TEXT_READERS["text"])
    return cast(TextReader, _load(reader))(decoded.text, sha256_hex(data), decoded.findings)


def _load(reader: tuple[str, str]) -> object:
    module, function = reader
    return getattr(import_module(f"provenance.cite.readers.{module}"), function)
