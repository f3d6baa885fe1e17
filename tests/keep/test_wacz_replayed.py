"""A package in other people's hands: pywb takes it in and shows each page as it was."""

import http.client
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from provenance import Workplace
from provenance.formats.url import surt_key
from provenance.keep.reader import ArchiveReader
from provenance.keep.wacz_manifest import PAGES_PATH
from provenance.model import WarcPlace
from provenance.pipeline.export_bundle import export_bundle
from support.packages import an_archived_update, export, files_of, lines_of
from support.workplace import query

# `make test` puts pywb into a folder of its own and names it here.
WAYBACK = os.environ.get("PROVENANCE_PYWB", "")

pytestmark = pytest.mark.skipif(
    not WAYBACK, reason="PROVENANCE_PYWB names no wayback executable of pywb 2.10"
)


@contextmanager
def pywb_with(package: Path, folder: Path) -> Iterator[int]:
    """Let pywb serve what it makes of a package; yield its port."""
    manager = str(Path(WAYBACK).with_name("wb-manager"))
    for words in (("init", "c"), ("add", "c", str(package), "--unpack-wacz")):
        done = subprocess.run(
            [manager, *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "does not contain" not in done.stderr, done.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [WAYBACK, "-p", str(port), "-b", "127.0.0.1"], cwd=folder, stdout=log, stderr=log
        )
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert server.poll() is None, "pywb ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("pywb does not answer")


def replay(port: int, url: str, moment: str) -> tuple[int, bytes, str]:
    """Return status, body and Location of a URL at a moment, unchanged (`id_`)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    stamp = re.sub(r"\D", "", moment)
    connection.request("GET", f"/c/{stamp}id_/{quote(url, safe=':/?&=%@#+,;~')}",
                       headers={"Accept-Encoding": "gzip, deflate, br", "Connection": "close"})  # fmt: skip
    response = connection.getresponse()
    try:
        body = response.read()
    except http.client.IncompleteRead as cut:  # a capture that ended early says its whole length
        body = cut.partial
    connection.close()
    return response.status, body, response.getheader("Location") or ""


def stored_bodies(workplace: Workplace) -> dict[str, bytes]:
    """The body of each capture as the archive holds it, by the capture's id."""
    archive = ArchiveReader(workplace.archive_root)
    rows = query(
        workplace,
        "SELECT c.capture_id, h.warc_file, h.warc_offset, h.warc_length FROM captures c"
        " JOIN captures h ON h.capture_id = coalesce(c.revisit_of, c.capture_id)",
    )
    return {name: archive.read_payload(WarcPlace(*place)) for name, *place in rows}


def test_pywb_takes_the_package_and_shows_every_page_as_it_was_archived(tmp_path: Path) -> None:
    workplace = an_archived_update(tmp_path)
    export(workplace, tmp_path / "all.wacz")
    bodies = stored_bodies(workplace)
    pages = lines_of(files_of(tmp_path / "all.wacz")[PAGES_PATH])[1:]
    (tmp_path / "pywb").mkdir()
    shown, redirects = 0, 0
    with pywb_with(tmp_path / "all.wacz", tmp_path / "pywb") as port:
        for page in pages:
            status, body, _ = replay(port, page["url"], page["ts"])
            assert (status, body) == (200, bodies[page["id"]]), page["url"]
            shown += 1
        chains = query(workplace, "SELECT json_extract(facts, '$.hops'), at FROM checks"
                                  " WHERE capture_id IS NOT NULL")  # fmt: skip
        for chain, at in chains:
            hops = json.loads(chain)
            for number, hop in enumerate(hops[:-1], start=1):
                if surt_key(hop["url"]) in {surt_key(later["url"]) for later in hops[number:]}:
                    continue  # from http to https, say: pywb shows what that leads to at once
                status, _, location = replay(port, hop["url"], at)
                assert status == hop["status"], (hop, hops)
                assert urlsplit(hops[number]["url"]).path.rpartition("/")[2] in location
                redirects += 1
    assert shown == len(pages) > 25
    assert redirects >= 3


def test_pywb_shows_the_pages_of_an_evidence_bundle(tmp_path: Path) -> None:
    """The files of a bundle that are no web archive do not disturb it."""
    workplace = an_archived_update(tmp_path)
    [(document,)] = query(
        workplace,
        "SELECT document_id FROM claim_sources GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    )
    export_bundle(workplace, document, tmp_path / "update.wacz")
    bodies = stored_bodies(workplace)
    pages = lines_of(files_of(tmp_path / "update.wacz")[PAGES_PATH])[1:]
    (tmp_path / "pywb").mkdir()
    with pywb_with(tmp_path / "update.wacz", tmp_path / "pywb") as port:
        for page in pages:
            status, body, _ = replay(port, page["url"], page["ts"])
            assert (status, body) == (200, bodies[page["id"]]), page["url"]
    assert len(pages) > 20
