"""Exchanges, documents and texts as WARC 1.1 records: what stands in each. PURE.

Rules of the house (ISO 28500:2017 where it leaves a choice):

* bodies are stored without transfer-encoding, with content-encoding; the header
  that announced it is kept under another name (`X-Archive-Orig-Transfer-Encoding`),
  so that every reader computes the payload digest that stands in the record;
* digests are `sha256:` and lower-case hex;
* a head that readers would end somewhere else (bare line feeds, a line of nothing
  but white space inside it) is stored as it came, without payload digest, with
  `X-Provenance-Head-Length`.
"""

import functools
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from provenance.formats.ids import sha256_hex
from provenance.formats.url import fetch_form
from provenance.model import Exchange

__all__ = [
    "ARCHIVE_OF_FIELD",
    "HEAD_LENGTH_FIELD",
    "EarlierPayload",
    "KnownPayload",
    "Record",
    "find_head_end",
    "make_conversion",
    "make_note",
    "make_request",
    "make_resource",
    "make_response",
    "make_view",
    "make_warcinfo",
    "note_archive_of",
    "one_line",
    "stored_head",
    "warc_date",
]

HEAD_LENGTH_FIELD = "X-Provenance-Head-Length"
# in the records of another archive's copy: the URL of the page that it is a copy of
ARCHIVE_OF_FIELD = "X-Provenance-Archive-Of"
# WARC 1.1, section 6.7: what a revisit record promises about the payload
_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

_HEAD_END = b"\r\n\r\n"
_TRANSFER_ENCODING = re.compile(rb"^transfer-encoding(?=[ \t]*:)", re.IGNORECASE | re.MULTILINE)
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff\u2028\u2029]")


class EarlierPayload(NamedTuple):
    """The record in which a payload was stored first: its URL, its WARC-Date, its id if known."""

    url: str
    at: datetime
    record_id: str | None = None


class KnownPayload(NamedTuple):
    """The payload that a 304 speaks of: where it stands, its digest, its size as stored."""

    record: EarlierPayload
    sha256: str
    size_bytes: int


class Record(NamedTuple):
    """One record before it has a place: `fields` are the named fields of its own type."""

    type: str
    at: datetime
    target_uri: str | None
    content_type: str
    block: bytes
    block_sha256: str
    fields: tuple[tuple[str, str], ...] = ()
    http_head: bytes | None = None

    def named_fields(self, record_id: str) -> list[tuple[str, str]]:
        """Return the record's header in the order in which it is written."""
        uri = [("WARC-Target-URI", self.target_uri)] if self.target_uri else []
        return [
            ("WARC-Type", self.type),
            ("WARC-Record-ID", record_id),
            *uri,
            ("WARC-Date", warc_date(self.at)),
            *self.fields,
            ("WARC-Block-Digest", f"sha256:{self.block_sha256}"),
            ("Content-Type", self.content_type),
            ("Content-Length", str(len(self.block))),
        ]


@functools.lru_cache(maxsize=16)  # a response and its request are of one moment: five times a look
def warc_date(at: datetime) -> str:
    """Return a moment as a WARC-Date with microseconds, which WARC 1.1 allows.

    >>> warc_date(datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    '2026-11-22T10:00:00.000000Z'
    """
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def stored_head(head: bytes) -> bytes:
    r"""Return a response head as it is stored: Transfer-Encoding renamed, all else byte for byte.

    >>> stored_head(b"HTTP/1.1 200 OK\r\ntransfer-ENCODING:  chunked\r\n\r\n")
    b'HTTP/1.1 200 OK\r\nX-Archive-Orig-Transfer-Encoding:  chunked\r\n\r\n'
    """
    return _TRANSFER_ENCODING.sub(b"X-Archive-Orig-Transfer-Encoding", head)


def find_head_end(block: bytes) -> int:
    """Return where other readers take the payload to begin: behind the first blank line.

    Blank is what warcio strips to nothing, which includes U+0085 and U+00A0; a block
    without such a line is all head.
    """
    position = 0
    while (newline := block.find(b"\n", position)) != -1:
        line = block[position:newline]
        position = newline + 1
        if not line.strip() or (len(line) < 64 and _is_blank(line)):
            return position
    return len(block)


def _is_plain(head: bytes) -> bool:
    """Tell whether every reader ends a head where it ends: CR LF behind each line, one blank.

    warcio takes bare line feeds, fastwarc 2.0 does not and reads on into the body.
    """
    has_bare_line_feed = head.count(b"\n") != head.count(b"\r\n")
    return not has_bare_line_feed and head[-4:] == _HEAD_END and find_head_end(head) == len(head)


def _is_blank(line: bytes) -> bool:
    return not line.decode("latin-1").strip() or not line.decode("utf-8", "replace").strip()


def make_response(
    exchange: Exchange, payload_sha256: str, earlier: EarlierPayload | None
) -> Record:
    """Return an exchange's response record; a revisit where the payload was stored `earlier`.

    A 304 becomes a revisit of the profile server-not-modified: it has no payload of
    its own and says that the one stored before still holds; `payload_sha256` is the
    digest of that one where `earlier` names it.
    """
    head = stored_head(exchange.response_head)
    is_revisit = earlier is not None or exchange.status == 304
    is_plain = _is_plain(head)
    block = head if is_revisit else head + exchange.body
    fields = [*_ip_field(exchange)]
    if not is_plain:
        fields.append((HEAD_LENGTH_FIELD, str(len(head))))
    if earlier or (is_plain and exchange.status != 304):
        fields.append(("WARC-Payload-Digest", f"sha256:{payload_sha256}"))
    if exchange.truncated:
        fields.append(("WARC-Truncated", exchange.truncated))
    if is_revisit:
        profile = _NOT_MODIFIED if exchange.status == 304 else _SAME_PAYLOAD
        fields += _revisit_fields(profile, earlier)
    return Record(
        "revisit" if is_revisit else "response",
        exchange.at,
        _as_uri(exchange.url),
        "application/http; msgtype=response",
        block,
        sha256_hex(block),
        tuple(fields),
        head,
    )


def _revisit_fields(profile: str, earlier: EarlierPayload | None) -> list[tuple[str, str]]:
    if earlier is None:
        return [("WARC-Profile", profile)]
    refers_to = [("WARC-Refers-To", earlier.record_id)] if earlier.record_id else []
    return [
        ("WARC-Profile", profile),
        *refers_to,
        ("WARC-Refers-To-Target-URI", _as_uri(earlier.url)),
        ("WARC-Refers-To-Date", warc_date(earlier.at)),
    ]


def make_request(exchange: Exchange, response_id: str) -> Record:
    """Return an exchange's request record, of the same date as its response."""
    block = exchange.request_head
    return Record(
        "request",
        exchange.at,
        _as_uri(exchange.url),
        "application/http; msgtype=request",
        block,
        sha256_hex(block),
        (*_ip_field(exchange), ("WARC-Concurrent-To", response_id)),
        block,
    )


def make_resource(data: bytes, media_type: str, origin_url: str | None, at: datetime) -> Record:
    """Return an ingested document's bytes as a record.

    Its address is where the document says that it was published, else its digest: a
    `file:` URI would give away the folders of the person who keeps the archive.
    """
    digest = sha256_hex(data)
    uri = (fetch_form(origin_url) if origin_url else None) or f"urn:sha256:{digest}"
    fields = (("WARC-Payload-Digest", f"sha256:{digest}"),)
    return Record("resource", at, uri, one_line(media_type), data, digest, fields)


def make_view(data: bytes, media_type: str, shows: str, url: str, at: datetime) -> Record:
    """Return what a browser made of a page, as a record: `urn:dom:URL`, `urn:fullPage:URL`, `urn:pdf:URL`.

    `shows` is "dom", "fullPage" (the name that Webrecorder's tools use for a picture) or "pdf".
    """
    digest = sha256_hex(data)
    fields = (("WARC-Payload-Digest", f"sha256:{digest}"),)
    return Record("resource", at, f"urn:{shows}:{_as_uri(url)}", media_type, data, digest, fields)


def make_note(said: Mapping[str, str], about: EarlierPayload, at: datetime) -> Record:
    """Return what is known of a record as a `metadata` record that refers to it."""
    block = "".join(f"{name}: {one_line(value)}\r\n" for name, value in said.items()).encode()
    fields = (("WARC-Refers-To", about.record_id),) if about.record_id else ()
    kind = "application/warc-fields"
    return Record("metadata", at, _as_uri(about.url), kind, block, sha256_hex(block), fields)


def make_conversion(
    text: str, payload_sha256: str, refers_to: EarlierPayload, at: datetime
) -> Record:
    """Return the text that was extracted from a payload as a record that refers to it."""
    data = text.encode("utf-8", "surrogatepass")
    digest = sha256_hex(data)
    fields = [("WARC-Payload-Digest", f"sha256:{digest}")]
    if refers_to.record_id:
        fields.append(("WARC-Refers-To", refers_to.record_id))
    fields += [
        ("WARC-Refers-To-Target-URI", _as_uri(refers_to.url)),
        ("WARC-Refers-To-Date", warc_date(refers_to.at)),
        ("X-Provenance-Converted-Payload", f"sha256:{payload_sha256}"),
    ]
    uri = _as_uri(refers_to.url)
    media_type = "text/plain; charset=utf-8"
    return Record("conversion", at, uri, media_type, data, digest, tuple(fields))


def make_warcinfo(file_name: str, software: str, robots: str, at: datetime) -> Record:
    """Return the record that opens every file; it names the software, never the machine."""
    lines = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": _CONFORMS_TO,
        "robots": robots,
    }
    block = "".join(f"{name}: {one_line(value)}\r\n" for name, value in lines.items()).encode()
    fields = (("WARC-Filename", file_name),)
    kind = "application/warc-fields"
    return Record("warcinfo", at, None, kind, block, sha256_hex(block), fields)


def note_archive_of(record: Record, url: str) -> Record:
    """Return a record of another archive's copy, marked as what it is: a copy of `url`."""
    return record._replace(fields=(*record.fields, (ARCHIVE_OF_FIELD, _as_uri(url))))


def _ip_field(exchange: Exchange) -> list[tuple[str, str]]:
    return [("WARC-IP-Address", _as_uri(exchange.ip))] if exchange.ip else []


def _as_uri(text: str) -> str:
    """Percent-encode what would break a header line or what no encoder takes."""
    return _CONTROLS.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass")),
        text,
    )


def one_line(text: str) -> str:
    """Return a text as it may stand in a header: every control character becomes a space."""
    return _CONTROLS.sub(" ", text).strip()
