"""Files as people bring them: WARC and WACZ of other makers, MHTML, pictures, locked files."""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\2\0\0\0\x90wS\xde\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"
TIFF = b"II*\0\x08\0\0\0\0\0\0\0\0\0"
HTML = b"<!-- saved from url=(0026)https://news.example/saved -->\n<html><body><p>The ferry ran aground at dawn, the harbour master said.</p></body></html>"
MHTML = (
    b"From: <Saved by Blink>\r\n"
    b"Snapshot-Content-Location: https://news.example/page\r\n"
    b"Subject: A page\r\n"
    b"Date: Fri, 15 Dec 2023 10:00:00 -0000\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b--"\r\n\r\n\r\n'
    b"----b--\r\nContent-Type: text/html\r\nContent-ID: <f@mhtml>\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n"
    b"Content-Location: https://news.example/page\r\n\r\n"
    b"<html><body><p>The granary burned for three days, as the w=\r\nitnesses told us.</p></body></html>\r\n"
    b"----b--\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----b----\r\n"
)


def a_page(words: str) -> bytes:
    return f"<html><title>Held</title><body><p>{words}</p></body></html>".encode()


def a_response(
    url: str,
    body: bytes,
    *,
    day: str = "2023-12-15",
    status: str = "200 OK",
    headers: Sequence[tuple[str, str]] = (("Content-Type", "text/html; charset=utf-8"),),
) -> tuple[str, bytes, str, str, Sequence[tuple[str, str]]]:
    return url, body, f"{day}T12:00:00Z", status, headers


def a_warc(
    *responses: tuple[str, bytes, str, str, Sequence[tuple[str, str]]], gzip: bool = True
) -> bytes:
    """A WARC as warcio makes it: WARC/1.0, SHA-1 digests."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gzip)
    writer.write_record(writer.create_warcinfo_record("theirs.warc.gz", {"software": "another"}))
    for url, body, at, status, headers in responses:
        head = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url,
            "response",
            io.BytesIO(body),
            len(body),
            http_headers=head,
            warc_headers_dict={"WARC-Date": at},
        )
        writer.write_record(record)
    return out.getvalue()


def a_wacz(warc: bytes, *, stated: str | None = None) -> bytes:
    """A WACZ of one WARC; `stated` is the digest that its manifest claims, if another."""
    digest = stated or hashlib.sha256(warc).hexdigest()
    manifest = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "resources": [{"name": "data.warc.gz", "path": "archive/data.warc.gz",
                       "hash": f"sha256:{digest}", "bytes": len(warc)}],
    }  # fmt: skip
    return a_zip({"archive/data.warc.gz": warc, "datapackage.json": json.dumps(manifest).encode()})


def a_zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in files.items():
            package.writestr(zipfile.ZipInfo(name, (2023, 12, 15, 0, 0, 0)), data)
    return out.getvalue()


def encrypted(package: bytes) -> bytes:
    """The same ZIP with every entry marked as encrypted."""
    data = bytearray(package)
    for mark, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags_at] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


CITED = datetime(2023, 12, 15, 12, tzinfo=UTC)
