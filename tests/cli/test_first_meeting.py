"""What somebody who meets the tool for the first time runs into, and is told."""

import asyncio
import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from provenance.cli.console import show_progress
from provenance.cli.summary import show_summary
from provenance.keep.memento import Answer, list_archives, look_up
from provenance.model import Failure, Visit
from provenance.pipeline.report import FetchReport, IngestReport, SourceResult
from provenance.pipeline.workplace import Workplace
from provenance.settings import MementoSettings, Settings
from support.keeping import NOON
from support.runs import run_here
from support.workplace import a_draft

URL = "https://paper.example/story"
WHY = ("--why", "from our subscription", "--by", "Ines")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with one update that cites two pages, at which nobody looked."""
    (tmp_path / "a.txt").write_text(a_draft([URL, "https://paper.example/other"]))
    assert run_here(tmp_path, "ingest", "a.txt", "--no-fetch").code == 0
    return tmp_path


def test_words_of_a_brought_copy_are_found_as_what_a_person_brought(desk: Path) -> None:
    (desk / "held.txt").write_text("Sixteen barges crossed at night.")
    assert run_here(desk, "attach", URL, "held.txt", "--made-at", "2023-12-14", *WHY).code == 0
    (hit,) = run_here(desk, "search", "barges crossed", "--json").json["texts"]
    assert (hit["capture_id"], hit["uri_m"], hit["url"]) == (None, None, URL)
    assert hit["attachment_id"].startswith("attachment-")
    assert hit["at"].startswith("2023-12-14")
    told = " ".join(run_here(desk, "search", "barges crossed").out.split())
    assert f"{URL} · 2023-12-14 · brought: {hit['attachment_id']}" in told


def test_a_package_goes_to_a_file_and_never_into_one_that_is_called_dash(desk: Path) -> None:
    run_here(desk, "export", "--format", "wacz", "-o", "-").assert_clear(
        2, "a package needs a file"
    )
    assert not (desk / "-").exists()


def test_that_no_archive_is_named_is_said_with_what_to_set(desk: Path) -> None:
    done = run_here(desk, "mementos", "--submit")
    assert done.code == 0
    assert "no archive is named" in done.out
    assert "set mementos.cdx_url" in done.err
    assert "set submit.save_url" in done.err


def causes_shown(*reasons: tuple[str, str]) -> str:
    """What a summary says of sources that were not archived, each with an outcome and a reason."""
    results = tuple(
        SourceResult(f"source-{number}", "failed", outcome, reason)
        for number, (outcome, reason) in enumerate(reasons)
    )
    fetch = FetchReport(sources=len(results), failed=len(results))
    out = io.StringIO()
    console = Console(file=out, width=200)
    place = Workplace(Path("p.db"), Path("archive"), Settings())
    show_summary(console, IngestReport((), fetch, results=results, elapsed_s=1.0), place)
    return out.getvalue()


def test_the_causes_of_a_summary_add_up_to_what_was_not_archived() -> None:
    reasons = [("gone", f"HTTP {400 + number}") for number in range(15)]
    told = causes_shown(*reasons, reasons[0]).partition("why not")[2]
    counts = [int(line.split()[0]) for line in told.splitlines() if line.startswith("      ")]
    assert sum(counts) == 16
    assert "      3  others" in told


def test_being_offline_is_said_as_one_cause_with_what_to_do() -> None:
    told = causes_shown(("temporary", "offline"), ("temporary", "offline"), ("gone", "HTTP 404"))
    assert told.count("none of vantage.canaries has an answer") == 1
    assert "\n  → `provenance doctor --online`" in told
    assert "canaries" not in causes_shown(("gone", "HTTP 404"))


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize("in_bytes", [False, True])
def test_a_narrow_window_cuts_no_number_of_a_bar(
    columns: int, *, in_bytes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    window = Console(file=out, width=columns, force_terminal=True, color_system=None)
    monkeypatch.setattr("provenance.cli.console.stderr_console", lambda: window)
    with show_progress("Reading journals and rows", 4_700_000, in_bytes=in_bytes) as stage:
        stage.advance("www.a-host-with-a-long-name.example", by=3_300_000)
    last = out.getvalue().rpartition("\r")[2].splitlines()[0]
    assert ("3.3/4.7 MB" if in_bytes else "3300000/4700000") in last
    assert "0:00:00" in last
    assert len(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", last)) <= columns


def test_what_of_a_folder_was_passed_over_and_where_findings_are_told_is_said(
    tmp_path: Path,
) -> None:
    (tmp_path / "updates").mkdir()
    (tmp_path / "updates" / "a.txt").write_text(a_draft([URL]).replace("[1]", "[7]", 1))
    (tmp_path / "updates" / "photo.raw").write_bytes(b"\x00\x01")
    told = run_here(tmp_path, "ingest", "updates", "--no-fetch").out
    assert "1 file passed over: 1 .raw" in told
    assert "`provenance parse PATH` shows the findings of a document" in told


def test_a_note_of_several_sources_lists_each_once_in_the_order_of_the_note(tmp_path: Path) -> None:
    other, last = "https://paper.example/other", "https://paper.example/last"
    (tmp_path / "a.txt").write_text(a_draft([f"{URL} {other} {URL} {last}"]))
    assert run_here(tmp_path, "ingest", "a.txt", "--no-fetch").code == 0
    done = run_here(tmp_path, "withdraw", "a.txt#1", "--reason", "x", "--yes")
    done.assert_clear(2, "may mean 3 sources", "name one by its id")
    assert re.findall(r"#1:(\d) (\S+)", done.err)[:3] == [("0", URL), ("1", other), ("3", last)]


def test_a_failure_without_words_is_said_without_an_empty_colon() -> None:
    found = asyncio.run(_look_up_offline())
    assert (found.kind, found.reason) == ("silent", "offline")


async def _look_up_offline() -> Answer:
    settings = MementoSettings(cdx_url="https://index.example/cdx")
    (archive,) = list_archives(settings)

    async def ask(url: str) -> Visit:
        return Visit(url, NOON, failure=Failure("offline"), vantage="offline")

    return await look_up(archive, URL, None, ask, settings)


def test_a_copy_that_shows_no_text_is_kept_and_that_is_said(desk: Path) -> None:
    (desk / "torn.pdf").write_bytes(b"%PDF-1.4\nand then the download broke off")
    done = run_here(desk, "attach", URL, "torn.pdf", *WHY)
    assert done.code == 0, done.err
    (made,) = re.findall(r"as (attachment-\w+)", done.out)
    assert "torn.pdf is kept, and no text came out of it: " in done.err
    assert f"withdraw {made} and attach a sound copy" in done.err
    again = run_here(desk, "withdraw", made, "--reason", "torn", "--by", "Ines", "--yes")
    assert again.code == 0, again.err


def test_withdrawing_again_says_when_and_why_it_was_withdrawn(desk: Path) -> None:
    (desk / "held.txt").write_text("Sixteen barges crossed at night.")
    made = run_here(desk, "attach", URL, "held.txt", *WHY, "--json").json["attachments"][0]["id"]
    order = ("--reason", "case 4711", "--by", "Ines", "--yes")
    assert run_here(desk, "withdraw", made, *order).code == 0
    for named in (made, URL):
        done = run_here(desk, "withdraw", named, *order)
        done.assert_clear(2, "holds no copy of", "by Ines (case 4711)")
    other = run_here(desk, "withdraw", "https://paper.example/other", *order)
    other.assert_clear(2, "holds no copy of")
    assert "case 4711" not in other.err
