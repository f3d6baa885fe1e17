"""The evidence bundle of a document: everything that hangs on it, nothing else, readable by strangers."""

import gzip
import hashlib
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from provenance import Workplace, ingest
from provenance.demo.web import SampleWeb
from provenance.errors import CorruptRecord, UsageError
from provenance.pipeline.catchup import open_store, rebuild
from provenance.pipeline.export_bundle import export_bundle
from provenance.pipeline.export_choice import Choice, resolve_choice
from provenance.pipeline.export_forms import FORMS, Export
from provenance.pipeline.reviewing import ReviewOrder, review
from provenance.pipeline.verify import Compared, verify_package
from provenance.pipeline.withdraw import Order, withdraw
from provenance.store.export_read import at_one_moment
from provenance.store.extract import read_scope, write_extract
from provenance.trace.export.records import Places
from support.packages import (
    a_copy,
    an_archived_update,
    contents_of,
    files_of,
    one_byte_changed,
    validate_with_py_wacz,
)
from support.runs import COMMAND, environment, run_here
from support.workplace import Later, a_draft, a_workplace, ingest_text, query, web_settings

EXTRACT = "provenance/extract.sqlite"
SAMPLE = "Borderlands Weekly Update, March 8, 2024: The River Front Closes In on Ouldane"


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    return an_archived_update(tmp_path_factory.mktemp("bundled"))


@pytest.fixture(scope="module")
def document(archived: Workplace) -> str:
    ((found,),) = query(
        archived,
        "SELECT document_id FROM documents JOIN contents USING (content_key) WHERE title = ?",
        SAMPLE,
    )
    return str(found)


@pytest.fixture(scope="module")
def bundle(archived: Workplace, document: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundle") / "update.wacz"
    report = export_bundle(archived, document, out)
    assert (report.documents, report.missing, report.warnings) == (1, 0, ())
    return out


@pytest.fixture(scope="module")
def unpacked(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    shutil.unpack_archive(bundle, folder, "zip")
    return folder


def rows_of(database: Path, sql: str, *parameters: object) -> list[dict[str, Any]]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as opened:
        opened.row_factory = sqlite3.Row
        found = [dict(row) for row in opened.execute(sql, parameters)]
    opened.close()
    return found


VIEW = "SELECT * FROM claim_sources WHERE document_id = ? ORDER BY claim_id, label, citation_index"
PLACE = {"warc_file", "warc_offset", "warc_length"}


def without(rows: list[dict[str, Any]], names: set[str]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in row if name not in names} for row in rows]


def test_the_views_say_of_the_document_what_the_store_says(
    archived: Workplace, document: str, unpacked: Path
) -> None:
    told = rows_of(unpacked / EXTRACT, VIEW, document)
    assert without(told, PLACE) == without(rows_of(archived.db_path, VIEW, document), PLACE)
    assert sum(row["evidence_exact"] is not None for row in told) > 30
    cited = {row["source_id"] for row in told if row["source_id"]}
    history = "SELECT * FROM check_history ORDER BY source_id, checked_at"
    assert rows_of(unpacked / EXTRACT, history) == [
        row for row in rows_of(archived.db_path, history) if row["source_id"] in cited
    ]
    states = "SELECT source_id, state, rule, reason, checks, captures FROM source_states ORDER BY 1"
    stands = rows_of(unpacked / EXTRACT, states)
    assert [row for row in stands if row["source_id"] in cited] == [
        row for row in rows_of(archived.db_path, states) if row["source_id"] in cited
    ]
    others = {row["source_id"] for row in stands} - cited
    held = "SELECT source_id FROM captures WHERE capture_id IN (SELECT revisit_of FROM captures)"
    assert others <= {row["source_id"] for row in rows_of(unpacked / EXTRACT, held)}


def test_nothing_of_another_document_comes_along(unpacked: Path) -> None:
    documents = rows_of(unpacked / EXTRACT, "SELECT title FROM contents")
    assert documents == [{"title": SAMPLE}]
    assert rows_of(unpacked / EXTRACT, "SELECT name FROM names WHERE kind = 'document'") == [
        {"name": SAMPLE}
    ]
    assert b"A Second" not in (unpacked / EXTRACT).read_bytes()


def test_nobodys_folders_are_told(archived: Workplace, bundle: Path) -> None:
    folder = str(archived.db_path.parent).encode()
    assert [name for name, data in files_of(bundle).items() if folder in data] == []


def test_each_place_in_the_extract_is_a_record_of_the_package(unpacked: Path) -> None:
    captures = rows_of(
        unpacked / EXTRACT,
        "SELECT final_url AS url, warc_file, warc_offset, warc_length FROM captures"
        " UNION ALL SELECT NULL, warc_file, warc_offset, warc_length FROM versions"
        " UNION ALL SELECT NULL, warc_file, warc_offset, warc_length FROM texts"
        "  WHERE warc_file IS NOT NULL",
    )
    assert len(captures) > 50
    for row in captures:
        data = (unpacked / "archive" / row["warc_file"]).read_bytes()
        record = gzip.decompress(data[row["warc_offset"] :][: row["warc_length"]])
        assert record.startswith(b"WARC/1.1\r\n")
        assert row["url"] is None or f"WARC-Target-URI: {row['url']}\r\n".encode() in record


def test_the_extract_alone_gives_the_forms_that_stand_beside_it(
    document: str, unpacked: Path
) -> None:
    named = {
        "csl-json": "references.csl.json",
        "prov-json": "prov.json",
        "annotations": "annotations.jsonld",
    }
    with open_store(unpacked / EXTRACT, read_only=True) as store:
        for form, name in named.items():
            chosen = resolve_choice(store.db, Choice(documents=(document,)))
            export = Export(store.db, chosen, places=Places(""), archive_root=unpacked)
            told = "".join(FORMS[form].write(export))
            stands = (unpacked / "provenance" / name).read_text("utf-8")
            assert normal(told) == normal(stands), form


def normal(text: str) -> Any:
    """Without the places of records, which are others in the package."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(each) for key, each in value.items() if "warc" not in key.lower()}
        return [walk(each) for each in value] if isinstance(value, list) else value

    return walk(json.loads(text))


def test_the_same_archive_gives_the_same_bytes_after_a_rebuild_too(
    archived: Workplace, document: str, bundle: Path, tmp_path: Path
) -> None:
    export_bundle(archived, document, tmp_path / "again.wacz")
    assert (tmp_path / "again.wacz").read_bytes() == bundle.read_bytes()
    copy = a_copy(archived, tmp_path)
    copy.db_path.unlink()
    rebuild(copy)
    export_bundle(copy, document, tmp_path / "rebuilt.wacz")
    assert (tmp_path / "rebuilt.wacz").read_bytes() == bundle.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_py_wacz_finds_the_bundle_valid(bundle: Path) -> None:
    validate_with_py_wacz(bundle)


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="the stranger here is sqlite3")
def test_sqlite3_reads_the_extract_from_a_folder_that_may_not_be_written(unpacked: Path) -> None:
    asked = "PRAGMA integrity_check; PRAGMA journal_mode; SELECT count(*) > 50 FROM claim_sources"
    done = subprocess.run(
        ["sqlite3", f"file:{unpacked / EXTRACT}?immutable=1", asked],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["ok", "delete", "1"]
    assert sorted(path.name for path in (unpacked / "provenance").glob("extract*")) == [
        "extract.sqlite"
    ]


def test_sha256sum_finds_every_file_as_it_was(unpacked: Path) -> None:
    lines = (unpacked / "provenance" / "SHA256SUMS").read_text().splitlines()
    told = {line.partition("  ")[2]: line.partition("  ")[0] for line in lines}
    stands = {
        path.relative_to(unpacked).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in unpacked.rglob("*")
        if path.is_file() and not path.name.startswith("datapackage")
    }
    del stands["provenance/SHA256SUMS"]
    assert told == stands


def test_a_persons_word_comes_along_and_wins(
    archived: Workplace, document: str, tmp_path: Path
) -> None:
    copy = a_copy(archived, tmp_path)
    ((claim, source, words),) = query(
        copy,
        "SELECT claim_id, source_id, evidence_exact FROM claim_sources WHERE document_id = ?"
        " AND evidence_exact IS NOT NULL ORDER BY claim_id, source_id LIMIT 1",
        document,
    )
    review(copy, ReviewOrder(claim, "rejected", "Ada Writer", "another ford", source))
    export_bundle(copy, document, tmp_path / "judged.wacz")
    shutil.unpack_archive(tmp_path / "judged.wacz", tmp_path / "out", "zip")
    told = rows_of(
        tmp_path / "out" / EXTRACT,
        "SELECT DISTINCT evidence_verdict, evidence_method, evidence_reason FROM claim_sources"
        " WHERE claim_id = ? AND source_id = ?",
        claim,
        source,
    )
    assert [(row["evidence_verdict"], row["evidence_method"]) for row in told] == [
        ("not_found", "person")
    ]
    assert "Ada Writer" in told[0]["evidence_reason"]
    assert Compared("reviews", 1) in verify_package(tmp_path / "judged.wacz", tmp_path).compared
    assert words


def test_a_word_about_an_earlier_version_brings_that_version_and_no_other(tmp_path: Path) -> None:
    """The claim stands in all three versions; it was judged in the second."""
    workplace = a_workplace(tmp_path)
    url = "https://tolls.example/fords"
    for number in (1, 2, 3):
        text = a_draft([url]).replace("\n", f" (draft {number})\n", 1)
        ingest_text(workplace, tmp_path / "draft.txt", text)
        if number == 2:
            [(claim, source)] = query(
                workplace, "SELECT DISTINCT claim_id, source_id FROM claim_sources LIMIT 1"
            )
            review(workplace, ReviewOrder(claim, "rejected", "Ada Writer", "another ford", source))
    [(document,)] = query(workplace, "SELECT document_id FROM documents")
    export_bundle(workplace, document, tmp_path / "update.wacz")
    shutil.unpack_archive(tmp_path / "update.wacz", tmp_path / "out", "zip")
    extract = tmp_path / "out" / EXTRACT
    assert [row["seq"] for row in rows_of(extract, "SELECT seq FROM versions ORDER BY 1")] == [2, 3]
    told = rows_of(extract, "SELECT evidence_method, evidence_reason FROM claim_sources")
    assert [row["evidence_method"] for row in told] == ["person"]
    assert told == rows_of(
        workplace.db_path, "SELECT evidence_method, evidence_reason FROM claim_sources"
    )
    assert b"(draft 1)" not in extract.read_bytes()
    assert verify_package(tmp_path / "update.wacz", tmp_path).is_good


def test_later_looks_that_found_the_same_page_are_vouched_for_too(
    tmp_path: Path, web: SampleWeb
) -> None:
    """A 304 and a page that is the same have records without a body: they refer to the first."""
    draft = a_draft(["https://desk1.example.org/steady", "https://desk2.example.org/plain"])
    (tmp_path / "a.txt").write_text(draft)
    for days in (0, 31, 93):
        workplace = a_workplace(tmp_path, web_settings(web), Later(days=days))
        ingest([str(tmp_path / "a.txt")], workplace)
    [(document,)] = query(workplace, "SELECT document_id FROM documents")
    report = export_bundle(workplace, document, tmp_path / "update.wacz")
    assert (report.captures, report.missing) == (6, 0)
    verified = verify_package(tmp_path / "update.wacz", tmp_path)
    assert (verified.is_good, verified.differences) == (True, ())
    assert Compared("captures", 6) in verified.compared


def test_what_was_withdrawn_is_nowhere_in_the_bundle_but_its_tombstone(
    archived: Workplace, document: str, tmp_path: Path
) -> None:
    copy = a_copy(archived, tmp_path)
    ((capture, payload, text),) = query(
        copy,
        "SELECT c.capture_id, c.payload_sha256, x.text FROM captures c JOIN texts x USING"
        " (payload_sha256) JOIN claim_sources s ON s.capture_id = c.capture_id"
        " WHERE s.document_id = ? AND length(x.text) > 200 ORDER BY 1 LIMIT 1",
        document,
    )
    withdraw(copy, Order(capture, by="Ada Writer", reason="a court order"))
    report = export_bundle(copy, document, tmp_path / "rest.wacz")
    assert report.withdrawn == 1
    assert [row["payload_sha256"] for row in contents_of(tmp_path / "rest.wacz", "withdrawn")] == [
        payload
    ]
    shutil.unpack_archive(tmp_path / "rest.wacz", tmp_path / "out", "zip")
    extract = tmp_path / "out" / EXTRACT
    line = max(text.splitlines(), key=len)
    assert line.encode() not in extract.read_bytes()
    assert rows_of(extract, "SELECT payload_sha256, reason FROM withdrawals") == [
        {"payload_sha256": payload, "reason": "a court order"}
    ]
    assert rows_of(extract, "SELECT warc_file FROM captures WHERE capture_id = ?", capture) == [
        {"warc_file": ""}
    ]
    assert verify_package(tmp_path / "rest.wacz", tmp_path).is_good
    warcs = b"".join(path.read_bytes() for path in (tmp_path / "out" / "archive").iterdir())
    assert line.encode() not in gzip.decompress(warcs)


def test_an_extract_is_the_same_whatever_else_stands_in_the_store(
    archived: Workplace, document: str, tmp_path: Path
) -> None:
    """The store's own keys do not show: here all of them are others."""
    copy = a_copy(archived, tmp_path)
    with sqlite3.connect(copy.db_path) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        for table, key, others in (
            ("claims", "claim_key", ("markers", "evidence")),
            ("notes", "note_key", ("markers", "citations", "cited_authors")),
        ):
            for each in (table, *others):
                db.execute(f"UPDATE {each} SET {key} = {key} + 7000")
    db.close()
    made = []
    for workplace, name in ((archived, "one"), (copy, "two")):
        with open_store(workplace.db_path, read_only=True) as store, at_one_moment(store.db):
            write_extract(
                store.db,
                read_scope(store.db, document),
                tmp_path / f"{name}.sqlite",
                lambda *_: None,
            )
        made.append((tmp_path / f"{name}.sqlite").read_bytes())
    assert made[0] == made[1]


def test_no_bundle_is_made_of_a_damaged_record(
    archived: Workplace, document: str, tmp_path: Path
) -> None:
    copy = a_copy(archived, tmp_path)
    ((file, offset),) = query(
        copy, "SELECT warc_file, warc_offset FROM captures ORDER BY warc_length DESC LIMIT 1"
    )
    with (
        one_byte_changed(copy.archive_root / "warc" / file, offset + 300),
        pytest.raises(CorruptRecord),
    ):
        export_bundle(copy, document, tmp_path / "no.wacz")
    assert not (tmp_path / "no.wacz").exists()


def test_who_is_killed_leaves_what_was_there_before_and_the_next_run_is_whole(
    archived: Workplace, document: str, bundle: Path, tmp_path: Path
) -> None:
    """Killed at eight moments of a run: at the bundle's name there is the old file or the whole."""
    out = tmp_path / "killed.wacz"
    arguments = ("export", "--format", "bundle", "--document", document, "--db",
                 str(archived.db_path), "--archive", str(archived.archive_root))  # fmt: skip
    whole = run_here(tmp_path, *arguments, "-o", "whole.wacz")
    assert whole.code == 0, whole.err
    expected = (tmp_path / "whole.wacz").read_bytes()
    out.write_bytes(b"what stood here before")
    for share in range(8):
        running = subprocess.Popen(
            [*COMMAND, *arguments, "-o", str(out)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(), cwd=tmp_path,
        )  # fmt: skip
        try:
            running.wait(0.15 + 0.09 * share)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
        assert out.read_bytes() in (b"what stood here before", expected)
    assert run_here(tmp_path, *arguments, "-o", str(out)).code == 0
    assert out.read_bytes() == expected == bundle.read_bytes()


@pytest.mark.parametrize(
    "words",
    [(), ("--document", "a", "--document", "b"), ("--source", "https://tolls.example/")],
    ids=["of nothing", "of two", "of a source"],
)
def test_a_bundle_is_of_one_document(words: tuple[str, ...], tmp_path: Path) -> None:
    done = run_here(tmp_path, "export", "--format", "bundle", *words, "-o", "x.wacz")
    assert (done.code, "one document" in done.err) == (2, True)


def test_a_document_that_is_not_there_is_wrong_use(archived: Workplace, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no document"):
        export_bundle(archived, "a document of nobody", tmp_path / "no.wacz")
    assert list(tmp_path.iterdir()) == []


def test_parse_does_not_load_what_bundles_need() -> None:
    code = "import sys, provenance.cli.parse; print('provenance.store.extract' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_settings_change_nothing_but_the_seals(
    archived: Workplace, document: str, bundle: Path, tmp_path: Path
) -> None:
    other = replace(archived, settings=replace(archived.settings, vantage="elsewhere"))
    export_bundle(other, document, tmp_path / "other.wacz")
    assert (tmp_path / "other.wacz").read_bytes() == bundle.read_bytes()
