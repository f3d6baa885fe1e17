"""One payload in, what is shown of it out; runs in the cage, since parsers of strangers' pages can hang.

A page of a quarter of a megabyte can keep html5ever busy for twelve seconds (50,000 elements inside
each other), a megabyte of `&` as long: whoever asks must be able to stop waiting, and to stop it.
"""

import base64
import html
from typing import Literal

import msgspec
from msgspec import Struct

from provenance.errors import UnreadableDocument
from provenance.link.brought import read_mhtml
from provenance.link.charset import decode_payload
from provenance.link.media import find_media
from provenance.model import Passage
from provenance.web.archived.clean import clean_page
from provenance.web.archived.marking import mark_passages

__all__ = ["ShowJob", "ShownPage", "show_job", "show_payload"]

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_XHTML = "application/xhtml+xml"
_MHTML = "multipart/related"


class ShowJob(Struct, frozen=True):
    """What goes into the cage. `data` has its content-encoding removed, `media_type` is as declared."""

    data: bytes
    media_type: str
    passages: tuple[Passage, ...] = ()


class ShownPage(Struct, frozen=True):
    """What is shown of a payload.

    `body` is the inside of an HTML body, `found` says of each passage whether it is marked there.
    `kind` is "none" where there is nothing to show but the extracted text, and `reason` says why.
    """

    kind: Literal["page", "picture", "none"]
    body: str = ""
    found: tuple[bool, ...] = ()
    reason: str = ""


def show_job(frame: bytes) -> bytes:
    """Run one `ShowJob` in a child process: MessagePack in, MessagePack of a `ShownPage` out."""
    return msgspec.msgpack.encode(show_payload(msgspec.msgpack.decode(frame, type=ShowJob)))


def show_payload(job: ShowJob) -> ShownPage:
    """Return what is shown of a payload: a page without what acts, a picture, or why neither.

    Of an MHTML it is the page inside.
    """
    data, media_type = job.data, job.media_type
    if media_type.partition(";")[0].strip().lower() == _MHTML:
        try:
            inside = read_mhtml(data)
        except UnreadableDocument as error:
            return ShownPage("none", reason=error.message)
        data, media_type = inside.data, inside.content_type
    media = find_media(data, media_type)
    if media.kind == "html":
        is_xhtml = media.type == _XHTML or data.lstrip()[:5] == b"<?xml"
        tokens = clean_page(decode_payload(data, media.charset), is_xhtml=is_xhtml)
        marked = mark_passages(tokens, job.passages)
        return ShownPage("page", marked.html, marked.found)
    if media.type in _PICTURES:
        return ShownPage("picture", _picture(data, media.type))
    return ShownPage("none", reason=f"it is {media.type}")


def _picture(data: bytes, media_type: str) -> str:
    written = base64.b64encode(data).decode("ascii")
    return f'<img class="whole" src="data:{html.escape(media_type)};base64,{written}" alt="The picture itself">'
