"""What somebody who meets the tool for the first time runs into, and is told."""

from pathlib import Path

import pytest

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
