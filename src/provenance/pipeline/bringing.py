"""A file that a person brings: what it is, what it says, and whether it can be taken for a source."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin

from provenance.errors import UnreadableDocument
from provenance.formats.body import decode_body
from provenance.formats.ids import sha256_hex
from provenance.formats.url import canonical_url
from provenance.keep.foreign import ForeignResponse, read_wacz_responses, read_warc_responses
from provenance.link.brought import read_mhtml, recognise
from provenance.model import AttachedRecord
from provenance.settings import Settings

__all__ = ["AboutSource", "Brought", "read_brought"]

# A page behind more redirects is not looked for in somebody's file.
_MAX_HOPS = 5


class AboutSource(NamedTuple):
    """What of a source decides which response of a WARC is meant; `near` is when it was cited."""

    url: str | None
    near: datetime


class Readable(NamedTuple):
    """A payload to extract text from: decoded, with its declared type and address."""

    data: bytes
    content_type: str
    url: str


class Brought(NamedTuple):
    """A file that was understood; `text_payload` is the digest of what `readable` was made of."""

    data: bytes
    media_type: str
    sha256: str
    text_payload: str
    readable: Readable | None
    url: str | None = None
    made_at: datetime | None = None
    records: tuple[AttachedRecord, ...] = ()


def read_brought(data: bytes, source: AboutSource, settings: Settings) -> Brought:
    """Return what a file is and which part of it is to be read for a source.

    Raises:
        UnreadableDocument: it cannot be attached to this source; the message says why.
    """
    known = recognise(data)
    sha256 = sha256_hex(data)
    if known.kind in {"warc", "wacz"}:
        return _read_archive(data, known.media_type, source, settings)
    if known.kind == "mhtml":
        page = read_mhtml(data)
        readable = Readable(page.data, page.content_type, page.url or "")
        inside = sha256_hex(page.data)
        return Brought(data, known.media_type, sha256, inside, readable, page.url, page.made_at)
    # a page's own words on its charset count, and a picture has no text
    declared = "" if known.kind == "html" else known.media_type
    readable = Readable(data, declared, known.url or source.url or "")
    return Brought(data, known.media_type, sha256, sha256, readable, known.url)


def _read_archive(data: bytes, media_type: str, source: AboutSource, settings: Settings) -> Brought:
    found, best = _responses_of(data, media_type, source, settings)
    sha256 = sha256_hex(data)
    if best is None:
        return Brought(data, media_type, sha256, sha256, None, records=found)
    limits = settings.fetch
    decoded = decode_body(
        best.headers, best.payload, limits.max_decoded_bytes, limits.max_decoded_ratio
    )
    readable = Readable(decoded.data, best.content_type, best.url)
    return Brought(
        data, media_type, sha256, best.payload_sha256, readable, best.url, best.at, found
    )


def _responses_of(
    data: bytes, media_type: str, source: AboutSource, settings: Settings
) -> tuple[tuple[AttachedRecord, ...], ForeignResponse | None]:
    """Return all responses of a source, through redirects in the file, and the one to read."""
    if source.url is None:
        raise UnreadableDocument(
            "the source has no URL, so that none of its responses can be told to be of it",
            hint="attach the page itself, as PDF or HTML",
        )
    wanted = {canonical_url(source.url)}
    for _ in range(_MAX_HOPS):
        scan = _Scan(source.near, settings.attach.max_records)
        scan.read(data, media_type, wanted, settings.attach.max_unpacked_bytes)
        if scan.best is not None or scan.targets <= wanted:
            break
        wanted |= scan.targets
    if not scan.records:
        raise UnreadableDocument(
            f"it holds no response of {source.url}", hint="name the source that it is a copy of"
        )
    return tuple(scan.records), scan.best


class _Scan:
    """One reading of a WARC or WACZ: bodies pass through memory one at a time, the best stays."""

    def __init__(self, near: datetime, max_records: int) -> None:
        self._near = near
        self._max_records = max_records
        self.records: list[AttachedRecord] = []
        self.targets: set[str] = set()
        self.best: ForeignResponse | None = None

    def read(self, data: bytes, media_type: str, wanted: set[str], max_unpacked: int) -> None:
        """Take note of every response whose URL is wanted."""
        read: Callable[..., object] = read_warc_responses
        if media_type == "application/wacz":
            read = read_wacz_responses

        def is_wanted(url: str) -> bool:
            return canonical_url(url) in wanted

        for response in read(io.BytesIO(data), is_wanted, max_unpacked):  # type: ignore[attr-defined]
            self._take(response)

    def _take(self, response: ForeignResponse) -> None:
        if len(self.records) < self._max_records:
            self.records.append(_record_of(response))
        for name, value in response.headers:
            if name.lower() == "location" and 300 <= response.status < 400:
                self.targets.add(canonical_url(urljoin(response.url, value)))
        if response.status == 200 and response.payload and self._is_nearer(response):
            self.best = response

    def _is_nearer(self, response: ForeignResponse) -> bool:
        """A tie goes to the one that was made first."""
        if self.best is None:
            return True
        ours, theirs = abs(response.at - self._near), abs(self.best.at - self._near)
        return (ours, response.at) < (theirs, self.best.at)


def _record_of(response: ForeignResponse) -> AttachedRecord:
    return AttachedRecord(
        url=response.url,
        at=response.at,
        status=response.status,
        media_type=response.content_type.partition(";")[0].strip().lower(),
        payload_sha256=response.payload_sha256,
        payload_bytes=len(response.payload),
    )
