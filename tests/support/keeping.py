"""Builders for keep's tests: exchanges, lines, and strangers' eyes on what was written."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fastwarc.warc

from provenance.formats.ids import make_id, sha256_hex
from provenance.keep.archive import Archive, StoredExchange
from provenance.keep.records import EarlierPayload
from provenance.model import (
    Capture,
    Check,
    CheckLine,
    DocumentLine,
    Exchange,
    TextLine,
    Visit,
    WarcPlace,
)
from provenance.settings import ArchiveSettings

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def an_exchange(
    url: str = "https://site.test/page",
    *,
    body: bytes = b"<p>At least 16 attacks.</p>",
    head: bytes | None = None,
    status: int = 200,
    at: datetime = NOON,
    truncated: str | None = None,
    ip: str = "192.0.2.7",
) -> Exchange:
    """Return one request and its response."""
    if head is None:
        head = (
            f"HTTP/1.1 {status} Whatever\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
    return Exchange(
        url=url,
        method="GET",
        at=at,
        ip=ip,
        request_head=b"GET /page HTTP/1.1\r\nHost: site.test\r\nAccept: */*\r\n\r\n",
        status=status,
        response_head=head,
        headers=(),
        body=body,
        elapsed_ms=12,
        truncated=truncated,
    )


def a_visit(*hops: Exchange) -> Visit:
    """Return a look of these hops."""
    hops = hops or (an_exchange(),)
    return Visit(hops[0].url, hops[0].at, hops)


def nothing_earlier(_sha256: str) -> EarlierPayload | None:
    return None


def a_check_line(stored: StoredExchange | None = None, *, url: str = "https://site.test/page"):
    """Return the line of a check, with a capture where something was stored."""
    source_id = make_id("source", url)
    capture = None
    if stored:
        capture = Capture(
            id=make_id("capture", stored.record_id),
            source_id=source_id,
            at=NOON,
            url=url,
            final_url=url,
            status=200,
            media_type="text/html",
            warc_file=stored.place.file,
            warc_offset=stored.place.offset,
            warc_length=stored.place.length,
            payload_sha256=stored.payload_sha256,
            payload_bytes=stored.payload_bytes,
        )
    check = Check(
        id=make_id("check", url),
        source_id=source_id,
        at=NOON,
        url=url,
        outcome="ok",
        rule="page",
        rule_version=1,
        reason="200",
        http_status=200,
        final_url=url,
        elapsed_ms=12,
        vantage="online",
        capture_id=capture.id if capture else None,
    )
    return CheckLine(check, capture, {})


def a_document_line(place: WarcPlace, data: bytes = b"An update. [1]") -> DocumentLine:
    digest = sha256_hex(data)
    return DocumentLine(
        NOON, make_id("document", digest), digest, len(data), None, None, "text", place, {}
    )


def a_text_line(place: WarcPlace | None, payload_sha256: str = "0" * 64) -> TextLine:
    return TextLine(
        NOON, payload_sha256, "0" * 64, "probe 1", None, (), None, None, None, place, {}
    )


def open_archive(
    root: Path, clock: Callable[[], datetime] | None = None, **settings: float
) -> Archive:
    settings = {"wait_for_lock_s": 0.0, **settings}
    return Archive.open(root, ArchiveSettings(**settings), clock=clock or Clock())


def place_of(check_line: CheckLine) -> WarcPlace:
    capture = check_line.capture
    return WarcPlace(capture.warc_file, capture.warc_offset, capture.warc_length)


def warc_files(root: Path) -> list[Path]:
    return sorted((root / "warc").rglob("*.warc.gz"))


def check_with_warcio(path: Path) -> str:
    """Return what `warcio check -v` prints; fail if it finds a wrong digest."""
    command = [str(Path(sys.executable).with_name("warcio")), "check", "-v", str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed" not in done.stdout, done.stdout
    assert done.stderr == "", done.stderr
    return done.stdout


def check_with_fastwarc(path: Path) -> list[tuple[str, int]]:
    """Return type and offset of every record; fail if a digest that is stated is wrong."""
    seen = []
    with path.open("rb") as file:
        for record in fastwarc.warc.ArchiveIterator(file, parse_http=False):
            seen.append((record.headers["WARC-Type"], record.stream_pos))
            assert record.verify_block_digest(), record.headers
    with path.open("rb") as file:
        for record in fastwarc.warc.ArchiveIterator(file, parse_http=True):
            stated = record.headers.get("WARC-Payload-Digest")
            if record.headers["WARC-Type"] == "response" and stated:
                assert record.verify_payload_digest(), record.headers
    return seen


def check_with_strangers(root: Path) -> int:
    """Let warcio and fastwarc read every WARC; return the number of records."""
    count = 0
    for path in warc_files(root):
        records = check_with_fastwarc(path)
        assert check_with_warcio(path).count("WARC-Record-ID") == len(records)
        count += len(records)
    return count
