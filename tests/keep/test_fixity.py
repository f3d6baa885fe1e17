"""Whatever is missing, extra or altered in an archive is found, and named with its place."""

import gzip
import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import Workplace
from provenance.errors import ArchiveBusy, UsageError
from provenance.formats.ids import sha256_hex
from provenance.keep.fixity_ledger import read_runs
from provenance.keep.fixity_stream import RecordStream
from provenance.keep.lock import WriterLock
from provenance.keep.records import EarlierPayload, make_view
from provenance.keep.warc import iter_records
from provenance.pipeline.catchup import rebuild
from provenance.pipeline.fixity import FixityReport, check_fixity
from provenance.settings import ArchiveSettings, Settings
from support.keeping import (
    NOON,
    a_check_line,
    a_document_line,
    a_text_line,
    a_visit,
    an_exchange,
    nothing_earlier,
    open_archive,
    place_of,
    warc_files,
)
from support.runs import Running, run, run_here

PAGES = 6


def fill(root: Path) -> None:
    """An archive of two WARC files: a document, pages, a revisit, texts."""
    data = b"An update. [1]\n\nReferences\n\n[1] https://site.test/0\n"
    with open_archive(root, rotate_bytes=3_000) as archive:
        place = archive.add_document(data, "text/plain", sha256_hex(data), None)
        archive.commit([replace(a_document_line(place, data), path="/a.txt")])
        for number in range(PAGES):
            url, body = f"https://site.test/{number}", b"<p>%d attacks</p>" % (number // 2) * 30
            (stored,) = archive.add_visit(a_visit(an_exchange(url, body=body)), nothing_earlier)
            line = a_check_line(stored, url=url)
            archive.commit([line])
            if not stored.revisit:
                text = f"{number // 2} attacks"
                refers = EarlierPayload(url, NOON, stored.record_id)
                kept = archive.add_text(text, stored.payload_sha256, refers)
                said = a_text_line(kept, stored.payload_sha256)
                archive.commit([replace(said, text_sha256=sha256_hex(text.encode()))])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    fill(folder / "archive")
    rebuild(workplace_in(folder))
    assert len(warc_files(folder / "archive")) > 1
    return folder


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def workplace_in(folder: Path) -> Workplace:
    settings = Settings(archive=ArchiveSettings(wait_for_lock_s=0.0))
    return Workplace(folder / "provenance.db", folder / "archive", settings)


def look(folder: Path, **options: object) -> FixityReport:
    return check_fixity(workplace_in(folder), **options)  # type: ignore[arg-type]


def said(report: FixityReport) -> list[tuple[str, str]]:
    return sorted({(each.kind, each.what) for each in report.findings})


def lines_of(root: Path, name: str) -> list[dict]:
    (path,) = (root / name).glob("*.jsonl")
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def write_lines(root: Path, name: str, lines: list[dict]) -> None:
    (path,) = (root / name).glob("*.jsonl")
    path.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in lines))


def test_a_whole_archive_has_no_finding_and_everything_was_read(whole: Path) -> None:
    report = look(whole, full=True)
    assert report.findings == ()
    files = warc_files(whole / "archive")
    assert report.run.files == len(files)
    assert report.run.read_bytes == sum(path.stat().st_size for path in files)
    assert report.run.records == sum(1 for path in files for _ in iter_records(path))
    assert report.run.lines == 1 + PAGES + PAGES // 2
    assert report.run.rows == 1 + 2 * PAGES + PAGES // 2


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_one_flipped_bit_anywhere_in_a_warc_is_found_and_the_rest_is_still_read(
    copied: Path,
) -> None:
    path = warc_files(copied / "archive")[0]
    good = path.read_bytes()
    starts = [record.offset for record in iter_records(path)]
    names_the_compressor = {start + byte for start in starts for byte in (8, 9)}
    for at in sorted(set(range(0, len(good), 61)) - names_the_compressor):
        flip(path, at)
        report = look(copied, full=True)
        mine = [each for each in report.findings if each.what == "record" and each.is_difference]
        assert mine, at
        begins = max(start for start in starts if start <= at)
        assert {each.byte for each in mine} == {begins}, at
        assert report.run.records >= sum(1 for _ in starts) - 1
        path.write_bytes(good)


def test_bits_that_no_digest_covers_are_found_by_the_next_reading(copied: Path) -> None:
    assert look(copied).found == 0
    path = warc_files(copied / "archive")[0]
    good, second = path.read_bytes(), list(iter_records(path))[1].offset
    for at in (8, second + 9):  # XFL and OS of a gzip header: nothing that is read depends on them
        flip(path, at)
        for _ in range(2):  # and what was whole once stays the measure
            report = look(copied, full=True)
            assert said(report)[0] == ("altered", "warc"), at
        path.write_bytes(good)
    assert [each for each in look(copied, full=True).findings if each.is_difference] == []


def test_a_record_made_anew_with_true_digests_is_found_by_its_id(copied: Path) -> None:
    path = warc_files(copied / "archive")[0]
    record = list(iter_records(path))[3]
    data = path.read_bytes()
    member = gzip.decompress(data[record.offset : record.offset + record.length])
    forged = member.replace(b"WARC-Date: 2026-11-22", b"WARC-Date: 2025-11-22")
    assert forged != member
    packed = gzip.compress(forged, mtime=0)
    path.write_bytes(data[: record.offset] + packed + data[record.offset + record.length :])
    found = [each for each in look(copied).findings if each.byte == record.offset]
    assert any(each.kind == "altered" and "its id" in each.message for each in found)


Harm = Callable[[Path], object]


def first_warc(folder: Path) -> Path:
    return warc_files(folder / "archive")[0]


def an_index(folder: Path) -> Path:
    return min((folder / "archive" / "index").glob("*.cdxj"))


def change_index(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path = an_index(folder)
    at = path.stat()
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))  # a disk that rots tells no time


def change_line(folder: Path, name: str, change: Callable[[dict], object]) -> None:
    lines = lines_of(folder / "archive", name)
    change(lines[-1])
    write_lines(folder / "archive", name, lines)


def sql(folder: Path, statement: str) -> None:
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(folder / "provenance.db")) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        assert db.execute(statement).rowcount > 0
        db.commit()


OTHER = "f" * 64
HARMS: dict[str, tuple[Harm, set[tuple[str, str]]]] = {
    "a WARC file is gone": (lambda f: first_warc(f).unlink(), {("missing", "warc")}),
    "a WARC file is empty": (lambda f: first_warc(f).write_bytes(b""), {("missing", "warc")}),
    "a WARC file lost its last byte": (
        lambda f: first_warc(f).write_bytes(first_warc(f).read_bytes()[:-1]),
        {("missing", "warc"), ("unreadable", "record")},
    ),
    "a WARC file is zeros from its middle on": (
        lambda f: first_warc(f).write_bytes(
            first_warc(f).read_bytes()[: first_warc(f).stat().st_size // 2].ljust(
                first_warc(f).stat().st_size, b"\0"
            )
        ),
        {("unreadable", "record")},
    ),
    "an index line is gone": (
        lambda f: change_index(f, lambda lines: lines[1:]),
        {("missing", "index")},
    ),
    "an index line leads elsewhere": (
        lambda f: change_index(
            f, lambda lines: [lines[0].replace(b'"offset":"', b'"offset":"9'), *lines[1:]]
        ),
        {("extra", "index"), ("missing", "index")},
    ),
    "an index line says another status": (
        lambda f: change_index(
            f, lambda lines: [line.replace(b'"200"', b'"404"') for line in lines]
        ),
        {("altered", "index")},
    ),
    "index lines are not in order": (
        lambda f: change_index(f, lambda lines: lines[::-1]),
        {("altered", "index")},
    ),
    "an index line is no JSON": (
        lambda f: change_index(f, lambda lines: [*lines, b"~ 1 {\n"]),
        {("unreadable", "index")},
    ),
    "a capture's line names another payload": (
        lambda f: change_line(f, "checks", lambda line: line["capture"].update(payload_sha256=OTHER)),
        {("altered", "record"), ("altered", "store")},
    ),
    "a capture's line names another place": (
        lambda f: change_line(f, "checks", lambda line: line["capture"].update(warc_offset=5)),
        {("missing", "record"), ("altered", "store")},
    ),
    "a capture's line names another length": (
        lambda f: change_line(f, "checks", lambda line: line["capture"].update(warc_length=5)),
        {("altered", "record"), ("altered", "store")},
    ),
    "a text's line names a response": (
        lambda f: change_line(
            f, "texts",
            lambda line: line["warc"].update(
                offset=place_in(f, "response").offset, length=place_in(f, "response").length,
                file="2026/" + first_warc(f).name,
            ),
        ),
        {("altered", "record"), ("altered", "store")},
    ),
    "a line's place is outside the archive": (
        lambda f: change_line(f, "documents", lambda line: line["warc"].update(file="../x.warc.gz")),
        {("altered", "journal")},
    ),
    "a line is no JSON": (
        lambda f: flip(journal(f, "checks"), 0),
        {("unreadable", "journal"), ("extra", "store")},
    ),
    "a line holds NUL bytes": (
        lambda f: journal(f, "texts").write_bytes(journal(f, "texts").read_bytes() + bytes(9) + b"\n"),
        {("unreadable", "journal")},
    ),
    "an older month has no end": (
        lambda f: journal(f, "texts").with_name("2025-01.jsonl").write_bytes(b'{"half'),
        {("unreadable", "journal")},
    ),
    "a journal is gone": (lambda f: journal(f, "texts").unlink(), {("extra", "store")}),
    "a row is gone": (lambda f: sql(f, "DELETE FROM texts WHERE text_key = 1"), {("missing", "store")}),
    "a capture's row is gone": (
        lambda f: sql(f, "DELETE FROM captures WHERE rowid = 1"), {("missing", "store")}),
    "a row names another payload": (
        lambda f: sql(f, f"UPDATE captures SET payload_sha256 = '{OTHER}' WHERE rowid = 2"),
        {("altered", "record"), ("altered", "store")},
    ),
    "a row's text was changed": (
        lambda f: sql(f, "UPDATE texts SET text = 'none' WHERE text_key = 1"),
        {("altered", "store")},
    ),
    "a row has no line": (
        lambda f: sql(f, "INSERT INTO texts (payload_sha256, text_sha256, at, extractor, authors, text)"
                         f" VALUES ('{OTHER}', '{OTHER}', '', '', '[]', '')"),
        {("extra", "store")},
    ),
    "a document's row leads to another content": (
        lambda f: sql(f, f"UPDATE contents SET sha256 = '{OTHER}'"),
        {("altered", "record"), ("altered", "store")},
    ),
    "what a check saw was changed": (
        lambda f: sql(f, "UPDATE checks SET http_status = 404 WHERE rowid = 3"), {("altered", "store")}),
}  # fmt: skip


def journal(folder: Path, name: str) -> Path:
    return next(iter((folder / "archive" / name).glob("*.jsonl")))


def place_in(folder: Path, kind: str):  # type: ignore[no-untyped-def]
    return next(record for record in iter_records(first_warc(folder)) if record.type == kind)


@pytest.mark.parametrize("keeps_lines", [0, 2], ids=["all of it", "its end"])
def test_a_lost_journal_is_named_before_any_reading_and_no_rebuild_is_advised(
    copied: Path, keeps_lines: int
) -> None:
    """The rows are all that is left of its lines: a rebuild would throw them away."""
    shutil.rmtree(copied / "archive" / "fixity", ignore_errors=True)
    path = journal(copied, "checks")
    size = path.stat().st_size
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:keeps_lines]))
    if not keeps_lines:
        path.unlink()
    found = [each for each in look(copied).findings if each.is_difference]
    (lost,) = (each for each in found if (each.kind, each.what) == ("missing", "journal"))
    assert lost.file == f"checks/{path.name}"
    assert f"up to byte {size:,}" in lost.message
    rows = [each for each in found if (each.kind, each.what) == ("extra", "store")]
    told = {each.message.partition(" has")[0]: each.message for each in rows}
    assert told["table checks"].endswith(f"({PAGES - keeps_lines} such rows)")
    assert all("rebuild now would lose these rows" in each.cure for each in rows)


@pytest.mark.parametrize("name", sorted(HARMS))
def test_each_harm_is_found_for_what_it_is(copied: Path, name: str) -> None:
    do_harm, expected = HARMS[name]
    do_harm(copied)
    report = look(copied)
    differences = [each for each in report.findings if each.is_difference]
    assert expected <= {(each.kind, each.what) for each in differences}, differences
    assert report.run.differences == len(differences)
    for each in differences:
        assert each.cure or each.file.startswith(".."), each
        assert not each.file.startswith("/")


HARMLESS: dict[str, tuple[Harm, tuple[str, str]]] = {
    "an index is gone": (lambda f: an_index(f).unlink(), ("behind", "index")),
    "a tail was never committed": (
        lambda f: first_warc(f).write_bytes(first_warc(f).read_bytes() + bytes(4096)),
        ("uncommitted", "warc"),
    ),
    "a line is torn": (
        lambda f: journal(f, "checks").write_bytes(journal(f, "checks").read_bytes() + b'{"ty'),
        ("uncommitted", "journal"),
    ),
    "a line ends in zeros": (
        lambda f: journal(f, "checks").write_bytes(journal(f, "checks").read_bytes() + bytes(99)),
        ("uncommitted", "journal"),
    ),
    "a WARC file was only begun": (
        lambda f: first_warc(f).with_name("provenance-20261231-0001.warc.gz").write_bytes(b"\x1f"),
        ("uncommitted", "warc"),
    ),
    "a file of our name in another year's folder": (
        lambda f: first_warc(f).with_name("provenance-20251231-0001.warc.gz").write_bytes(b"x"),
        ("foreign", "warc"),
    ),
    "a file of another maker": (
        lambda f: first_warc(f).with_name("other.warc.gz").write_bytes(b"x"),
        ("foreign", "warc"),
    ),
    "an index of nothing": (lambda f: an_index(f).with_name("x.cdxj").write_bytes(b""), ("foreign", "index")),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_mends_itself_or_is_not_ours_is_a_note_and_no_difference(
    copied: Path, name: str
) -> None:
    do_harm, expected = HARMLESS[name]
    do_harm(copied)
    report = look(copied)
    assert report.run.differences == 0, report.findings
    assert expected in said(report)
    open_archive(copied / "archive").close()  # the next writer is not bothered by it
    assert [each.kind for each in look(copied).findings] == ["foreign"] * (expected[0] == "foreign")


def test_an_archive_without_its_database_is_compared_with_itself(copied: Path) -> None:
    (copied / "provenance.db").unlink()
    report = look(copied)
    assert (report.found, report.run.rows) == (0, 0)
    assert not (copied / "provenance.db").exists()


def test_a_database_that_lags_behind_is_a_note(copied: Path) -> None:
    with open_archive(copied / "archive") as archive:
        archive.commit([replace(a_check_line(url="https://new.test/"))])
    report = look(copied)
    assert said(report) == [("behind", "store")]
    assert report.run.differences == 0


def test_history_that_was_rewritten_since_the_last_reading_is_found(copied: Path) -> None:
    """The line is whole JSON, and the database was made anew from it: only memory tells."""
    assert look(copied).found == 0
    change_line(copied, "checks", lambda line: line["check"].update(reason="another reason"))
    rebuild(workplace_in(copied))
    for _ in range(2):
        assert said(look(copied)) == [("altered", "journal")]


def test_a_journal_that_lost_lines_or_went_away_since_the_last_reading_is_found(
    copied: Path,
) -> None:
    assert look(copied).found == 0
    lines = lines_of(copied / "archive", "texts")
    write_lines(copied / "archive", "texts", lines[:-1])
    rebuild(workplace_in(copied))
    assert ("missing", "journal") in said(look(copied))
    journal(copied, "texts").unlink()
    assert ("missing", "journal") in said(look(copied))


def test_a_reading_that_was_cut_short_goes_on_where_it_was(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from provenance.keep import fixity_ledger

    add, added = fixity_ledger.Ledger.add, []

    def dies_after_the_first(self, seen):  # type: ignore[no-untyped-def]
        add(self, seen)
        added.append(seen.file)
        raise KeyboardInterrupt

    monkeypatch.setattr(fixity_ledger.Ledger, "add", dies_after_the_first)
    with pytest.raises(KeyboardInterrupt):
        look(copied)
    monkeypatch.undo()
    with (copied / "archive" / "fixity" / "seen.jsonl").open("ab") as torn:
        torn.write(b'{"run":"fix')
    report = look(copied)
    assert (report.resumed, report.run.carried, report.found) == (True, 1, 0)
    assert len(added) == 1
    assert report.run.files == len(warc_files(copied / "archive"))
    later = look(copied)
    assert (later.resumed, later.run.carried, later.found) == (False, 0, 0)


def test_what_changed_while_a_reading_was_cut_short_is_read_again(copied: Path) -> None:
    look(copied)
    (copied / "archive" / "fixity" / "runs.jsonl").unlink()  # as if it had not been finished
    flip(first_warc(copied), 20)
    report = look(copied)
    assert report.resumed
    assert report.run.differences > 0
    whole_again = look(copied)  # what was found is not forgotten by a second call
    assert whole_again.run.differences == report.run.differences


def test_full_starts_over_and_since_spares_what_is_known_to_be_whole(copied: Path) -> None:
    first = look(copied)
    spared = look(copied, since=first.run.started)
    assert (spared.run.carried, spared.run.read_bytes) == (first.run.files, 0)
    assert spared.run.records == first.run.records
    assert look(copied).run.carried == 0
    flip(first_warc(copied), 30)
    assert look(copied, since=first.run.started).run.differences > 0
    (copied / "archive" / "fixity" / "runs.jsonl").unlink()
    assert look(copied, full=True).resumed is False


def test_each_reading_is_recorded_for_whoever_shows_it(copied: Path) -> None:
    first, second = look(copied), look(copied)
    assert read_runs(copied / "archive")[-2:] == [first.run, second.run]
    assert not (copied / "archive" / "fixity" / "scratch").exists()


def test_nothing_but_its_own_folder_is_touched(copied: Path) -> None:
    def state() -> dict[str, tuple[bytes, int]]:
        return {
            str(path): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in copied.rglob("*")
            if path.is_file() and "fixity" not in path.parts and path.suffix != ".db-shm"
        }

    before = state()
    flip(first_warc(copied), 50)
    before[str(first_warc(copied))] = state()[str(first_warc(copied))]
    look(copied)
    assert state() == before


def test_two_checks_at_once_are_refused_and_an_archive_that_is_not_there_is_named(
    copied: Path,
) -> None:
    (copied / "archive" / "fixity").mkdir(exist_ok=True)
    lock = WriterLock(copied / "archive" / "fixity" / ".lock", 0.0)
    with pytest.raises(ArchiveBusy):
        look(copied)
    lock.release()
    with pytest.raises(UsageError, match="no archive"):
        look(copied / "nowhere")


def test_an_archive_that_may_not_be_written_is_read_all_the_same(copied: Path) -> None:
    flip(first_warc(copied), 40)
    root = copied / "archive"
    shutil.rmtree(root / "fixity", ignore_errors=True)
    root.chmod(0o555)
    try:
        done = run(copied, "fixity", "--json", obeys_permissions=True)
    finally:
        root.chmod(0o755)
    assert done.code == 1, done.err
    assert done.json["recorded"] is False
    assert not (root / "fixity").exists()


def test_a_reading_while_another_process_writes_finds_nothing(copied: Path) -> None:
    with open_archive(copied / "archive") as archive:
        for number in range(3):
            url = f"https://busy.test/{number}"
            (stored,) = archive.add_visit(
                a_visit(an_exchange(url, body=b"%d" % number)), nothing_earlier
            )
            archive.commit([a_check_line(stored, url=url)])
            archive.add_visit(a_visit(an_exchange(url)), nothing_earlier)
            assert look(copied).run.differences == 0


def test_a_large_record_is_read_in_pieces(tmp_path: Path) -> None:
    import tracemalloc

    body = os.urandom(1 << 20) * 40
    with open_archive(tmp_path) as archive:
        archive.add_visit(a_visit(an_exchange(body=body)), nothing_earlier)
        (place,) = [place_of(archive.commit([a_check_line(s)])[0][0])
                    for s in archive.add_visit(a_visit(an_exchange(body=body + b"2")), nothing_earlier)]  # fmt: skip
    del body
    path = warc_files(tmp_path)[0]
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            stream = RecordStream(file, place.offset + place.length)
            while stream.offset < stream.end:
                record = stream.record()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert record.header("WARC-Payload-Digest") == f"sha256:{record.payload_sha256}"
    assert peak < 10_000_000


@pytest.mark.parametrize("left", [1, 9, 10, 200, -1, 0], ids=str)
@pytest.mark.parametrize("zeros", [0, 4096], ids=["torn", "zero-filled"])
def test_a_tail_torn_anywhere_is_kept_aside_and_the_archive_is_whole_again(
    copied: Path, left: int, zeros: int
) -> None:
    """In a gzip header, in a member, at a boundary; and as ext4 leaves a file after a power cut."""
    root = copied / "archive"
    with open_archive(root) as archive:
        archive.add_visit(a_visit(an_exchange(body=os.urandom(900))), nothing_earlier)
    path = max(warc_files(root), key=lambda each: each.stat().st_mtime_ns)
    committed = max(
        line["warc_ends"].get(f"2026/{path.name}", 0)
        for name in ("documents", "checks", "texts")
        for line in lines_of(root, name)
    )
    data = path.read_bytes()
    assert len(data) > committed + 200
    torn = data[committed:][:left] if left else data[committed:]
    path.write_bytes(data[:committed] + torn + bytes(zeros))
    assert look(copied).run.differences == 0
    open_archive(root).close()
    kept = [each for each in (root / "uncommitted").iterdir() if path.name in each.name]
    assert [each.read_bytes() for each in kept] == [torn + bytes(zeros)]
    assert look(copied).found == 0


def test_a_check_that_is_killed_goes_on_and_finds_what_there_is(copied: Path) -> None:
    flip(first_warc(copied), 60)
    expected = look(copied, full=True).run.differences
    for life_s in (0.2, 0.35, 0.5):
        running = Running(copied, "fixity", "--json")
        time.sleep(life_s)
        running.signal(signal.SIGKILL)
        running.end()
        assert running.leaves_nobody()
    done = run_here(copied, "fixity", "--json")
    assert (done.code, done.json["run"]["differences"]) == (1, expected)


@pytest.mark.parametrize(("shows", "count"), [("dom", 0), ("fullPage", 2)], ids=["dom", "picture"])
def test_the_document_that_a_browser_made_is_a_capture_and_its_picture_is_none(
    tmp_path: Path, shows: str, count: int
) -> None:
    url, dom = "https://site.test/0", b"<p>Sixteen attacks, as a script wrote them"
    with open_archive(tmp_path / "archive") as archive:
        (stored,) = archive.add_visit(a_visit(an_exchange(url, body=b"<script>")), nothing_earlier)
        place = archive.add_record(make_view(dom, "text/html", shows, url, NOON))
        line = a_check_line(stored, url=url)
        assert line.capture is not None
        capture = replace(
            line.capture, warc_file=place.file, warc_offset=place.offset, warc_length=place.length,
            payload_sha256=sha256_hex(dom), payload_bytes=len(dom),
        )  # fmt: skip
        archive.commit([replace(line, capture=capture)])
    rebuild(workplace_in(tmp_path))
    found = check_fixity(workplace_in(tmp_path), full=True)
    assert [each.message for each in found.findings if "another type" not in each.message] == []
    assert len(found.findings) == count
