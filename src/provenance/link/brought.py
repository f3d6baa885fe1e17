"""What a file is that a person brings, by its content and never by its name."""

import io
import re
import zipfile
import zlib
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple

from provenance.errors import UnreadableDocument
from provenance.link.media import find_media
from provenance.link.word import WORD_TYPE, is_word_file

__all__ = ["Brought", "BroughtKind", "PageInside", "read_mhtml", "recognise"]

BroughtKind = Literal["pdf", "picture", "docx", "html", "mhtml", "text", "warc", "wacz"]


class Brought(NamedTuple):
    """What a file is; `url` is the address that it says it was saved from."""

    kind: BroughtKind
    media_type: str
    url: str | None = None


class PageInside(NamedTuple):
    """The page that an MHTML shows: its own bytes, the type as declared, where and when it was saved."""

    data: bytes
    content_type: str
    url: str | None
    made_at: datetime | None


_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),  # BigTIFF
    (b"MM\0+", "image/tiff"),
)
_ENCRYPTED_OR_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE: Word before 2007, or encrypted since
_ACCEPTED = "PDF, HTML, MHTML, PNG, JPEG, WebP, TIFF, plain text, DOCX, WARC or WACZ"
_HEAD_BYTES = 8_192
# RFC 2557: browsers' MHTML begins with mail headers, and is multipart/related
_MHTML = re.compile(
    rb"\A(?:\s*[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+", re.MULTILINE
)
_RELATED = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
# "Mark of the Web", which browsers write on top of what they save
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d{4,}\)(\S+?)\s*-->", re.IGNORECASE)


def recognise(data: bytes) -> Brought:
    """Return what a file is.

    Raises:
        UnreadableDocument: it is nothing that can be attached; the message says what it seems to be.
    """
    if not data.strip(b" \t\r\n\0"):
        raise UnreadableDocument("it is empty")
    for mark, media_type in _PICTURES:
        if data.startswith(mark):
            return Brought("picture", media_type)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Brought("picture", "image/webp")
    if data.startswith(b"WARC/"):
        return Brought("warc", "application/warc")
    if data.startswith(b"\x1f\x8b"):
        return _recognise_gzip(data)
    if data.startswith(b"PK\x03\x04"):
        return _recognise_zip(data)
    if data.startswith(_ENCRYPTED_OR_OLD):
        raise UnreadableDocument(
            "it is an encrypted or an old Office file", hint="save it as DOCX without a password"
        )
    return _recognise_words(data)


def _recognise_gzip(data: bytes) -> Brought:
    try:
        start = zlib.decompressobj(31).decompress(data, 16)
    except zlib.error as error:
        raise UnreadableDocument(f"it is damaged gzip data: {error}") from error
    if not start.startswith(b"WARC/"):
        raise UnreadableDocument("it is gzip data, and no WARC", hint=f"attach {_ACCEPTED}")
    return Brought("warc", "application/warc")


def _recognise_zip(data: bytes) -> Brought:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableDocument(f"it is a damaged ZIP file: {error}") from error
    names = {entry.filename for entry in entries}
    if "datapackage.json" in names and any(name.startswith("archive/") for name in names):
        return Brought("wacz", "application/wacz")
    if is_word_file(data):
        return Brought("docx", WORD_TYPE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableDocument("it is an encrypted ZIP file", hint=f"attach {_ACCEPTED}")
    raise UnreadableDocument("it is a ZIP file, and neither DOCX nor WACZ", hint="unpack it first")


def _recognise_words(data: bytes) -> Brought:
    head = data[:_HEAD_BYTES]
    fields = _MHTML.match(head.lstrip(b"\xef\xbb\xbf"))
    if fields and _RELATED.search(fields[0]):
        return Brought("mhtml", "multipart/related")
    media = find_media(data, "")
    if media.kind == "pdf":
        return Brought("pdf", "application/pdf")
    if media.kind in {"html", "markup"}:
        saved = _SAVED_FROM.search(head)
        url = saved[1].decode("utf-8", "replace") if saved else None
        return Brought("html", "text/html", url)
    if media.kind == "text" and b"\0" not in data:
        return Brought("text", "text/plain")
    raise UnreadableDocument(f"it is {media.type}", hint=f"attach {_ACCEPTED}")


def read_mhtml(data: bytes) -> PageInside:
    """Return the page that an MHTML shows: the part that it names as its start, else the first page.

    Raises:
        UnreadableDocument: it has no page.
    """
    try:
        message = BytesParser(_class=EmailMessage, policy=policy.compat32).parsebytes(data)
        parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    except (ValueError, LookupError, RecursionError) as error:
        raise UnreadableDocument(f"it is no whole MHTML: {error}") from error
    start = str(message.get_param("start") or "").strip("<>")
    named = [
        part for part in parts if start and str(part.get("Content-ID", "")).strip("<>") == start
    ]
    page = next(iter(named or parts), None)
    payload = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(payload, bytes) or not payload.strip():
        raise UnreadableDocument("it is an MHTML without a page")
    url = message.get("Snapshot-Content-Location") or page.get("Content-Location")
    return PageInside(
        payload, str(page.get("Content-Type", "text/html")), str(url).strip() if url else None,
        _date_of(message.get("Date")),
    )  # fmt: skip


def _date_of(written: object) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(written))
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
