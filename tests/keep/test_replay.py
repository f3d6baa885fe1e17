"""pywb, a stranger's replay, shows what we archived: ten kinds of page, byte for byte.

It runs as a process of its own from an environment of its own (GPL, and its pins are not ours):
`$PROVENANCE_PYWB` names its `wayback`, as `make test` does; without it these tests are skipped.
"""

import contextlib
import gzip
import http.client
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from provenance.keep.archive import Archive
from provenance.keep.records import KnownPayload
from support.keeping import NOON, a_check_line, a_visit, an_exchange, nothing_earlier, open_archive

WAYBACK = os.environ.get("PROVENANCE_PYWB") or shutil.which("wayback")
STARTS_WITHIN_S = 60.0

PAGE = b"<html><title>Guild</title><p>" + "Zählung der Schiffe".encode() * 40 + b"</p></html>"
CYRILLIC = "<html><title>Гильдия</title><p>Баржи</p></html>".encode("cp1251")
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 8 + b"\n%%EOF\n"


def head(*fields: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *fields, "", ""]).encode()


class Story(NamedTuple):
    """An archived exchange, and what replay must answer with."""

    path: str
    body: bytes
    head: bytes
    status: int = 200
    shown: bytes | None = None
    truncated: str | None = None


HTML = "Content-Type: text/html; charset=utf-8"
STORIES = {
    "chunked": Story("chunked", PAGE, head(HTML, "Transfer-Encoding: chunked")),
    "gzip": Story("gzip", gzip.compress(PAGE, mtime=0), head(HTML, "Content-Encoding: gzip"), 200, PAGE),
    "chunked and gzip": Story(
        "both", gzip.compress(PAGE + b"2", mtime=0),
        head(HTML, "Content-Encoding: gzip", "Transfer-Encoding: chunked"), 200, PAGE + b"2",
    ),
    "brotli though it was refused": Story(
        # RFC 7932: an empty last meta-block behind one that is stored as it is
        "brotli", b"\x0b\x02\x80hello\x03", head(HTML, "Content-Encoding: br"), 200, b"hello",
    ),
    "PDF": Story("a.pdf", PDF, head("Content-Type: application/pdf")),
    "truncated": Story("cut", PAGE[:300], head(HTML, f"Content-Length: {len(PAGE)}"), truncated="length"),
    "charset of the page's own": Story("cyrillic", CYRILLIC, head("Content-Type: text/html; charset=windows-1251")),
    "query string": Story("q?b=2&a=1&empty=", PAGE + b"3", head(HTML)),
    "error page": Story("gone", b"<p>no such page</p>", head(HTML, status="404 Not Found"), 404),
}  # fmt: skip


def archive_stories(root: Path) -> None:
    with open_archive(root) as archive:
        for story in STORIES.values():
            exchange = an_exchange(
                f"http://site.test/{story.path}", body=story.body, head=story.head,
                status=story.status, truncated=story.truncated,
            )  # fmt: skip
            (stored,) = archive.add_visit(a_visit(exchange), nothing_earlier)
            archive.commit([a_check_line(stored)])
        moved = head("Location: http://site.test/chunked", status="302 Found")
        redirect = an_exchange("http://site.test/old", body=b"", head=moved, status=302)
        again = an_exchange("http://other.test/again", body=PAGE, head=head(HTML))
        for exchange in (redirect, again):
            (stored,) = archive.add_visit(a_visit(exchange), nothing_earlier)
            archive.commit([a_check_line(stored)])
        archive_a_304(archive)


def archive_a_304(archive: Archive) -> None:
    tagged = an_exchange("http://site.test/tagged", body=PAGE + b"4", head=head(HTML))
    (first,) = archive.add_visit(a_visit(tagged), nothing_earlier)
    same = an_exchange(
        tagged.url, body=b"", at=NOON + timedelta(days=9), status=304,
        head=head('ETag: "1"', status="304 Not Modified"),
    )  # fmt: skip
    known = KnownPayload(archive.payload_at(first.place), first.payload_sha256, first.payload_bytes)
    (second,) = archive.add_visit(a_visit(same), nothing_earlier, unmodified=known)
    archive.commit([a_check_line(first), a_check_line(second)])


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which pywb shows the archive."""
    if not WAYBACK:
        pytest.skip("pywb is not there: $PROVENANCE_PYWB names its `wayback`")
    root, folder = tmp_path_factory.mktemp("archive"), tmp_path_factory.mktemp("pywb")
    archive_stories(root)
    (folder / "config.yaml").write_text(
        f"collections:\n  all:\n    index_paths: {root}/index\n    archive_paths: {root}/warc/\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [WAYBACK, "-b", "127.0.0.1", "-p", str(port), "-d", str(folder)],
            cwd=folder, stdout=log, stderr=log, env=clean,
        )  # fmt: skip
        try:
            wait_for(port, process, folder / "log")
            yield f"http://127.0.0.1:{port}/all"
        finally:
            process.kill()
            process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    give_up_s = time.monotonic() + STARTS_WITHIN_S
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < give_up_s, log.read_text()
        time.sleep(0.1)


class Shown(NamedTuple):
    """What pywb answered."""

    status: int
    body: bytes
    header: Callable[[str], str | None]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def ask(replay: str, url: str, at: str = "20261122120000") -> Shown:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)
    request = urllib.request.Request(f"{replay}/{at}id_/{url}")
    try:
        with opener.open(request, timeout=30) as answer:
            try:
                body = answer.read()
            except http.client.IncompleteRead as cut:  # as the page was
                body = cut.partial
            return Shown(answer.status, body, answer.headers.get)
    except urllib.error.HTTPError as answer:
        with answer:
            return Shown(answer.code, answer.read(), answer.headers.get)


@pytest.mark.parametrize("name", sorted(STORIES))
def test_replay_shows_the_page_as_it_was(replay: str, name: str) -> None:
    story = STORIES[name]
    shown = ask(replay, f"http://site.test/{story.path}")
    assert shown.status == story.status
    body = shown.body
    if shown.header("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    assert body in {story.body, story.shown if story.shown is not None else story.body}


def test_replay_leads_on_where_the_page_led_on(replay: str) -> None:
    shown = ask(replay, "http://site.test/old")
    assert shown.status == 302
    assert (shown.header("Location") or "").endswith("http://site.test/chunked")


def test_replay_finds_the_body_of_a_revisit_at_its_first_address(replay: str) -> None:
    assert ask(replay, "http://other.test/again").body == PAGE


def test_replay_of_a_304_shows_the_page_that_it_says_still_holds(replay: str) -> None:
    shown = ask(replay, "http://site.test/tagged", "20261201120000")
    assert (shown.status, shown.body) == (200, PAGE + b"4")


def test_replay_has_nothing_that_we_have_not(replay: str) -> None:
    assert ask(replay, "http://site.test/never").status == 404
