"""A source that needs a browser is archived and read as a person would have seen it."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

pytest.importorskip("playwright", reason="the extra `capture` is not installed")

from provenance import IngestOptions, ingest
from provenance.fetch.browser import find_chromium
from provenance.keep.reader import ArchiveReader
from provenance.model import WarcPlace
from provenance.pipeline.catchup import open_store
from provenance.pipeline.rejudge import rejudge
from provenance.settings import CaptureSettings, Settings
from support.web import Web, page, settings_for
from support.workplace import a_workplace

CAPTURE = CaptureSettings(browser="listed", total_timeout_s=10.0, settle_s=0.6)

pytestmark = pytest.mark.skipif(
    find_chromium(CAPTURE) is None, reason="no Chromium is installed (apt-get install chromium)"
)

HOST, PLAIN = "app.example.org", "plain.example.org"
SHELL = "<title>Attacks</title><div id=root></div><script src=/app.js></script>"
WORDS = "Sixteen attacks were counted in the region since the nineteenth of November. " * 20


@pytest.fixture
def web() -> Iterator[Web]:
    """A web in a thread of its own, since `ingest` runs its own loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = Web()
    asyncio.run_coroutine_threadsafe(made.__aenter__(), loop).result()
    made.say(HOST, "/figures", page(SHELL))
    script = f"document.getElementById('root').innerHTML = '<article><p>{WORDS}</p></article>'"
    made.say(HOST, "/app.js", page(script, Content_Type="text/javascript"))
    made.say(PLAIN, "/report", page(f"<title>A report</title><article><p>{WORDS}</p></article>"))
    yield made
    asyncio.run_coroutine_threadsafe(made.__aexit__(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def settings(web: Web, folder: Path, capture: CaptureSettings = CAPTURE) -> Settings:
    table = folder / "sites.toml"
    table.write_text(f'[site."{HOST}"]\ncapture = "browser"\n')
    made = settings_for(web, HOST, PLAIN, sites=str(table))
    return replace(made, capture=capture)


def a_draft(folder: Path) -> str:
    path = folder / "draft.txt"
    path.write_text(
        "A draft\n\nSixteen attacks took place.[1] Others say so.[2]\n\n"
        f"[1] http://{HOST}/figures\n[2] http://{PLAIN}/report\n"
    )
    return str(path)


def test_what_scripts_wrote_is_the_capture_and_its_text(web: Web, tmp_path: Path) -> None:
    workplace = a_workplace(tmp_path, settings(web, tmp_path))
    report = ingest([a_draft(tmp_path)], workplace, IngestOptions())
    assert report.fetch.archived == 2
    with open_store(workplace.db_path, read_only=True) as store:
        row = store.db.first(
            "SELECT c.*, t.text, k.facts FROM captures c JOIN texts t USING (payload_sha256)"
            " JOIN checks k ON k.capture_id = c.capture_id WHERE c.url = ?",
            (f"http://{HOST}/figures",),
        )
    assert row is not None
    assert "Sixteen attacks were counted" in row["text"]
    archive = ArchiveReader(workplace.archive_root)
    place = WarcPlace(row["warc_file"], row["warc_offset"], row["warc_length"])
    record = archive.read(place)
    assert record.header("WARC-Type") == "resource"
    assert record.header("WARC-Target-URI") == f"urn:dom:http://{HOST}/figures"
    rendered = json.loads(row["facts"])["rendered"]
    assert archive.read_payload(WarcPlace(*rendered["fullPage"])).startswith(b"\x89PNG")
    assert archive.read_payload(WarcPlace(*rendered["pdf"])).startswith(b"%PDF-")
    assert [each["url"] for each in rendered["requisites"]] == [f"http://{HOST}/app.js"]
    assert web.paths_asked(HOST) == ["/figures", "/app.js"]


def test_without_the_setting_no_browser_is_started(web: Web, tmp_path: Path) -> None:
    workplace = a_workplace(tmp_path, settings(web, tmp_path, CaptureSettings()))
    ingest([a_draft(tmp_path)], workplace, IngestOptions())
    assert web.paths_asked(HOST) == ["/figures"]


def test_a_browser_that_is_not_there_is_a_fault_of_the_settings(web: Web, tmp_path: Path) -> None:
    from provenance.errors import SettingsError

    missing = CaptureSettings(browser="listed", executable="/nowhere/chromium")
    workplace = a_workplace(tmp_path, settings(web, tmp_path, missing))
    with pytest.raises(SettingsError, match="no Chromium"):
        ingest([a_draft(tmp_path)], workplace, IngestOptions())


def test_judging_again_looks_at_what_the_browser_showed(web: Web, tmp_path: Path) -> None:
    # of few words as fetched, a page of this host would pass for a members' page
    table = tmp_path / "sites.toml"
    workplace = a_workplace(tmp_path, settings(web, tmp_path))
    table.write_text(f'[site."{HOST}"]\ncapture = "browser"\nis = ["login"]\n')
    assert ingest([a_draft(tmp_path)], workplace, IngestOptions()).fetch.archived == 2
    report = rejudge(workplace)
    assert (report.checks, report.archive, report.changed) == (2, 2, 0)
    assert web.paths_asked(HOST) == ["/figures", "/app.js"]
