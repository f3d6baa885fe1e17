"""Documents as they should not be: read for what they hold, or refused in one clear line."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from support.runs import Ran, environment, run, run_here
from support.workplace import a_draft, a_workplace, query

URL = "https://desk0.example.org/page"
NOTE = "The guild counted four barges.[1]\n\nReferences\n\n[1] "
# What is read, whatever it looks like: name -> bytes, then what `parse --json` has to say.
CYRILLIC = "Гильдия насчитала четыре баржи на реке.[1]\n\nReferences\n\n[1] " + URL


def parsed(folder: Path, data: bytes, name: str = "draft.txt") -> dict[str, Any]:
    (folder / name).write_bytes(data)
    done = run_here(folder, "parse", name, "--json")
    assert done.code == 0, done.err
    assert done.err == ""
    found: dict[str, Any] = done.json
    for claim in found["claims"]:
        assert found["text"][claim["start"] : claim["end"]] == claim["text"]
    for note in found["notes"]:
        for citation in note["citations"]:
            assert found["text"][citation["start"] : citation["end"]] == citation["raw"]
    return found


def urls_of(found: dict[str, Any]) -> list[str | None]:
    return [citation["url"] for note in found["notes"] for citation in note["citations"]]


def rules_of(found: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in found["findings"]}


def assert_refused(folder: Path, name: str, *words: str) -> None:
    """Neither `parse` nor `ingest` takes it; the one says so, the other too and keeps nothing of it."""
    run_here(folder, "parse", name, "--json").assert_clear(2, name, *words)
    good = folder / "good.txt"
    good.write_text(a_draft([URL]))
    done = run_here(folder, "ingest", "--no-fetch", name, good, "--json")
    done.assert_clear(2, name, *words)
    (fault,) = done.json["faults"]
    assert fault["path"].endswith(name)
    assert [Path(document["path"]).name for document in done.json["documents"]] == ["good.txt"]
    assert query(a_workplace(folder), "SELECT count(*) FROM versions") == [(1,)]


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\x00\x00\x00", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "empty.txt").write_bytes(data)
    assert_refused(tmp_path, "empty.txt", "is empty")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(os.urandom(5_000), id="random"),
        pytest.param(b"\x7fELF" + bytes(range(256)) * 4, id="elf"),
    ],
)
def test_a_binary_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "update.txt").write_bytes(data)
    assert_refused(tmp_path, "update.txt", "is no text")


def test_a_pdf_that_is_broken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "draft.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")
    assert_refused(tmp_path, "draft.pdf", "no readable PDF")


def test_a_word_file_that_is_broken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "draft.docx").write_bytes(b"PK\x03\x04\x14\x00" + b"[Content_Types].xml" * 40)
    assert_refused(tmp_path, "draft.docx", "the Word file is broken")


def test_fifty_megabytes_of_markers_are_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "ones.txt").write_bytes(b"[1]" * (50_000_000 // 3))
    assert_refused(tmp_path, "ones.txt", "50 MB", "max_document_bytes")


def test_fifty_megabytes_of_markers_are_refused_however_large_the_limit(tmp_path: Path) -> None:
    (tmp_path / "ones.txt").write_bytes(b"[1]" * (50_000_000 // 3))
    (tmp_path / "provenance.toml").write_text("[ingest]\nmax_document_bytes = 100000000\n")
    assert_refused(tmp_path, "ones.txt", "bracketed numbers")


def test_fifty_megabytes_on_standard_input_are_refused(tmp_path: Path) -> None:
    data = b"[1]" * (50_000_000 // 3)
    run_here(tmp_path, "parse", "-", stdin=data).assert_clear(2, "standard input")


def test_a_pipe_that_never_ends_is_refused(tmp_path: Path) -> None:
    (tmp_path / "endless.txt").symlink_to("/dev/zero")
    assert_refused(tmp_path, "endless.txt", "MB are read")


@pytest.mark.parametrize(
    "end", ["https://desk0.example.org/pa", "https://desk0.ex", "https://", "http", "www.", "["]
)
def test_a_list_that_is_cut_off_anywhere_is_read_as_far_as_it_goes(
    tmp_path: Path, end: str
) -> None:
    draft = a_draft([URL, "https://desk0.example.org/other"])
    found = parsed(tmp_path, (draft + "[3] " + end).encode())
    assert urls_of(found)[:2] == [URL, "https://desk0.example.org/other"]
    assert len(found["claims"]) == 2


def test_markers_without_notes_are_findings(tmp_path: Path) -> None:
    found = parsed(tmp_path, b"The guild counted four barges.[1] It rained.[2]\n")
    assert found["notes"] == []
    assert rules_of(found) == {"FN001"}
    assert [f["label"] for f in found["findings"]] == ["1", "2"]
    assert {marker["note_id"] for c in found["claims"] for marker in c["markers"]} == {None}


def test_notes_without_markers_are_findings(tmp_path: Path) -> None:
    data = f"The guild counted barges.\n\nReferences\n\n[1] {URL}\n\n[2] {URL}?p=2\n".encode()
    found = parsed(tmp_path, data)
    assert found["claims"] == []
    assert len(urls_of(found)) == 2
    (finding,) = found["findings"]
    assert finding["rule"] == "FN002"
    assert "none of the 2 notes has a marker" in finding["message"]


def test_each_finding_is_one_line_of_a_pipe_with_its_place_and_note(tmp_path: Path) -> None:
    cut = "https://desk0.example.org/a-path-that-is-long-enough-to-be-wrapped-by-a-terminal/and-cut-then..."
    (tmp_path / "draft.txt").write_text(
        f"Barges came.[1] It rained.[2]\n\nReferences\n\n[1] {cut}\n"
    )
    done = run_here(tmp_path, "parse", "draft.txt")
    findings = [line for line in done.out.splitlines() if " FN" in line]
    assert findings == [
        "draft.txt:1:27 FN001 marker [2] has no note",
        f"draft.txt:5:5 FN102 [1] the address “{cut}” is cut, and nothing here completes it",
    ]


def test_duplicate_numbers_stay_apart(tmp_path: Path) -> None:
    data = f"{NOTE}{URL}\n\n[2] {URL}?p=2\n\n[2] {URL}?p=3\n\n[3] {URL}?p=4\n".encode()
    found = parsed(tmp_path, data)
    assert [note["label"] for note in found["notes"]] == ["1", "2", "2", "3"]
    assert len({note["id"] for note in found["notes"]}) == 4
    assert urls_of(found) == [URL, URL + "?p=2", URL + "?p=3", URL + "?p=4"]
    assert "FN003" in rules_of(found)


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        pytest.param(b"\xef\xbb\xbf" + CYRILLIC.encode(), None, id="utf-8 with a BOM"),
        pytest.param(CYRILLIC.encode("utf-16"), "FN090", id="utf-16 with a BOM"),
        pytest.param(CYRILLIC.encode("cp1251"), "FN090", id="cp1251, undeclared"),
    ],
)
def test_other_encodings_are_read_right(tmp_path: Path, data: bytes, finding: str | None) -> None:
    found = parsed(tmp_path, data)
    assert found["text"] == CYRILLIC
    assert urls_of(found) == [URL]
    assert found["claims"][0]["text"].startswith("Гильдия")
    assert rules_of(found) == ({finding} if finding else set())


@pytest.mark.parametrize(("declared", "real"), [("utf-8", "cp1251"), ("windows-1251", "utf-8")])
def test_html_that_declares_the_wrong_encoding_is_read_right(
    tmp_path: Path, declared: str, real: str
) -> None:
    paragraphs = "".join(f"<p>{part}</p>" for part in CYRILLIC.split("\n\n"))
    page = f'<html><head><meta charset="{declared}"></head><body>{paragraphs}</body></html>'
    found = parsed(tmp_path, page.encode(real), "page.html")
    assert found["claims"][0]["text"].startswith("Гильдия насчитала")
    assert urls_of(found) == [URL]


# What may stand in a file's bytes, and what is read for it.
HOSTILE = (
    pytest.param(b"\x00", "\x00", id="NUL"),
    pytest.param(b"\xed\xa0\x80", "\ufffd", id="CESU-8 surrogate"),
    pytest.param(b"\xff\xfe", "\ufffd", id="bytes that are no UTF-8"),
    pytest.param(b"\r\n", "\r\n", id="CR LF"),
    pytest.param("\u2028\u202e\x1b[2J".encode(), "\u202e", id="controls of terminals"),
)


def with_hostile(inside: bytes) -> bytes:
    data = a_draft([URL, URL + "?p=2"]).replace("guild", "gu@ild").encode()
    return data.replace(b"@", inside) + "Ружьё".encode() * 50


@pytest.mark.parametrize(("inside", "kept"), HOSTILE)
def test_hostile_characters_keep_the_offsets_true(tmp_path: Path, inside: bytes, kept: str) -> None:
    found = parsed(tmp_path, with_hostile(inside))
    assert kept in found["text"]
    assert urls_of(found)[0] == URL


def test_hostile_characters_go_through_the_whole_job(tmp_path: Path) -> None:
    for number, case in enumerate(HOSTILE):
        (tmp_path / f"{number}.txt").write_bytes(with_hostile(case.values[0]))
    done = run_here(tmp_path, "ingest", "--no-fetch", "*.txt", "--json")
    assert done.code == 0, done.err
    for command in (["trace", "barges"], ["search", "barges"], ["parse", "4.txt"]):
        shown = run_here(tmp_path, *command)
        assert (shown.code, shown.err) == (0, "")
        assert not set(shown.out) & {"\x1b", "\u202e", "\x00"}, "a document steers the terminal"
    dump = run_here(tmp_path, "dump").out
    texts = [json.loads(line)["text"] for line in dump.split("\n") if '"contents"' in line]
    for case in HOSTILE:
        assert any(case.values[1] in text for text in texts), case.id
    assert run_here(tmp_path, "rebuild").code == 0
    assert run_here(tmp_path, "dump").out == dump


@pytest.mark.parametrize("name", ["[/red].txt", "[bold]x.txt", "\x1b[2J.txt"])
def test_words_that_look_like_markup_are_shown_as_they_are(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(a_draft([URL], title="Update [/bold] [red]of[/] the week"))
    env = environment(FORCE_COLOR="1", TERM="xterm")  # draws the bars, as on a terminal
    done = run_here(tmp_path, "ingest", "--offline", tmp_path, env=env)
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    assert "Update [/bold] [red]of[/] the week" in done.out
    assert "\x1b[2J" not in done.out + done.err


@pytest.mark.parametrize("reference", ["&#xD800;", "&#55357;", "&#xDFFF;&#xD83D;", "&#0;"])
def test_lone_surrogates_in_html_end_as_replacement_characters(
    tmp_path: Path, reference: str
) -> None:
    page = f"<p>The guild{reference} counted barges.[1]</p><h2>References</h2><p>[1] {URL}</p>"
    found = parsed(tmp_path, f"<html><body>{page}</body></html>".encode(), "page.html")
    assert urls_of(found) == [URL]
    assert found["claims"][0]["text"].startswith("The guild")
    done = run_here(tmp_path, "ingest", "--no-fetch", "page.html")
    assert done.code == 0, done.err


def test_a_file_name_that_is_no_utf8_is_taken(tmp_path: Path) -> None:
    name = b"up\xffdate.txt"
    Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text(a_draft([URL], title=""))
    for arguments in (["parse", name], ["ingest", name], ["ingest", name, "--json"]):
        done = run_here(tmp_path, *arguments, *(["--offline"] if "ingest" in arguments else []))
        assert done.code == 0, done.err
    assert query(a_workplace(tmp_path), "SELECT path FROM documents") == [
        (f"{tmp_path}/up\ufffddate.txt",)
    ]


def test_a_document_without_a_title_is_known_by_the_name_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "desk-notes.txt").write_text(a_draft([URL], title=""))
    assert run_here(tmp_path, "ingest", "--no-fetch", "desk-notes.txt").code == 0
    for command in ("trace", "search"):
        shown = run_here(tmp_path, command, "barges").out
        assert "desk-notes.txt ·" in shown, command
        assert "document-" not in shown, command


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.txt", "No such file"),
        ("\x1bcmissing\n.txt", "No such file"),
        ("folder", "holds no document"),
        ("no-such-*.txt", "matches no file"),
        ("x" * 300 + ".txt", "File name too long"),
        ("good.txt/deeper.txt", "Not a directory"),
    ],
)
def test_a_name_that_leads_nowhere_makes_nothing(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "good.txt").write_text(a_draft([URL]))
    run_here(tmp_path, "ingest", "--no-fetch", name).assert_clear(2, words)
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "good.txt"}
    done = run_here(tmp_path, "ingest", "--no-fetch", name, "good.txt", "--json")
    done.assert_clear(2, words)
    assert len(done.json["documents"]) == 1


def test_parse_takes_no_folder_and_no_url(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    run_here(tmp_path, "parse", "folder").assert_clear(2, "folder is a folder")
    refused = run_here(tmp_path, "parse", "https://desk0.example.org/x")
    assert refused.code == 2
    assert "parse reads no URL: https://desk0.example.org/x; `provenance ingest`" in refused.err


def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(a_draft([URL]))
    secret.chmod(0)
    done: Ran = run(tmp_path, "parse", "secret.txt", obeys_permissions=True)
    done.assert_clear(2, "secret.txt", "Permission denied")
    (tmp_path / "good.txt").write_text(a_draft([URL]))
    done = run(
        tmp_path, "ingest", "--no-fetch", "secret.txt", "good.txt", "--json", obeys_permissions=True
    )
    done.assert_clear(2, "secret.txt", "Permission denied")
    assert len(done.json["documents"]) == 1


def test_of_several_inputs_all_are_done_and_the_worst_code_wins(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(a_draft([URL], title=f"Update {number}"))
    (tmp_path / "1.txt").write_bytes(b"")
    done = run_here(tmp_path, "ingest", "--no-fetch", "0.txt", "1.txt", "2.txt", "--json")
    done.assert_clear(2, "1.txt is empty")
    assert [document["title"] for document in done.json["documents"]] == ["Update 0", "Update 2"]
    assert [Path(fault["path"]).name for fault in done.json["faults"]] == ["1.txt"]
