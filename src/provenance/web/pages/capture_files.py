"""A copy's record, payload and text as files: to be kept, never to be shown by us."""

import re
from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from provenance.keep.reader import ArchiveReader
from provenance.model import WarcPlace
from provenance.trace.capture_records import CopyKind
from provenance.trace.captures import Held
from provenance.web.finding import find_held
from provenance.web.library import library_of
from provenance.web.problems import Problem

__all__ = ["router"]

router = APIRouter()
_HEADERS = {
    # even where a browser is told to open it: no document, no script, no frame comes of it
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_BYTES = "application/octet-stream"
# By these a program on the reader's machine opens a payload; others are bytes.
_SUFFIXES = {
    "application/pdf": "pdf",
    "application/xhtml+xml": "xhtml",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
    "multipart/related": "mhtml",
    "text/html": "html",
    "text/plain": "txt",
}
_UNSAFE = re.compile(r"[^a-z0-9-]+")


@router.get("/captures/{capture_id}/record")
def download_record(request: Request, capture_id: str) -> Response:
    """Hand out a capture's WARC record as it stands in the archive, gzipped."""
    return _answer(request, "capture", capture_id, _record)


@router.get("/captures/{capture_id}/payload")
def download_payload(request: Request, capture_id: str) -> Response:
    """Hand out what a server sent, byte for byte (content-encoding kept)."""
    return _answer(request, "capture", capture_id, _payload)


@router.get("/captures/{capture_id}/text")
def download_text(request: Request, capture_id: str) -> Response:
    """Hand out the text that was extracted: what the offsets of passages refer to."""
    return _answer(request, "capture", capture_id, _text)


@router.get("/attachments/{attachment_id}/{part}")
def download_of_attachment(request: Request, attachment_id: str, part: str) -> Response:
    """Hand out the record, the file or the text of a copy that a person brought."""
    return _answer(request, "attachment", attachment_id, _part(part))


@router.get("/mementos/{source_id}/{archive}/{part}")
def download_of_memento(request: Request, source_id: str, archive: str, part: str) -> Response:
    """Hand out the record, the payload or the text of another archive's copy."""
    return _answer(request, "memento", f"{source_id}/{archive}", _part(part))


_Made = tuple[bytes, str, str]
_Make = Callable[[Held, ArchiveReader], _Made]


def _record(held: Held, archive: ArchiveReader) -> _Made:
    place = held.copy.warc
    data = archive.read_stored(WarcPlace(place.file, place.offset, place.length))
    return data, "application/warc", "warc.gz"


def _payload(held: Held, _: ArchiveReader) -> _Made:
    assert held.payload is not None  # `_answer` has refused
    return held.payload, _BYTES, _SUFFIXES.get(held.copy.media_type, "bin")


def _text(held: Held, _: ArchiveReader) -> _Made:
    if not held.text:
        why = held.copy.text.reason if held.copy.text else "it was not read yet"
        raise Problem(404, f"There is no text of it: {why}")
    return held.text.encode("utf-8"), "text/plain; charset=utf-8", "txt"


_PARTS: dict[str, _Make] = {"record": _record, "payload": _payload, "text": _text}


def _part(name: str) -> _Make:
    if name not in _PARTS:
        raise Problem(404, "Not Found", hint="there are record, payload and text")
    return _PARTS[name]


def _answer(request: Request, kind: CopyKind, id_: str, make: _Make) -> Response:
    library = library_of(request)
    held = find_held(library, kind, id_)
    if held.copy.fixity.state == "withdrawn":
        raise Problem(410, f"It was withdrawn: {held.copy.fixity.reason}")
    if held.payload is None:
        raise Problem(500, "The record cannot be read", hint=held.copy.fixity.reason)
    data, media_type, suffix = make(held, library.archive())
    name = f"{_UNSAFE.sub('-', id_.lower()).strip('-')[:80]}.{suffix}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers={**_HEADERS, **disposition})
