"""What `export --format wacz` writes: exactly what is needed, byte for byte, readable by strangers."""

import json
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import fastwarc.warc
import pytest

from provenance import ProvenanceError, Workplace, rebuild
from provenance.errors import CorruptRecord, UsageError
from provenance.keep.sorted_lines import SortedLines
from provenance.keep.wacz_manifest import INDEX_PATH, PAGES_PATH
from provenance.model import WarcPlace, Withdrawal
from provenance.pipeline.attach import AttachOrder, attach
from provenance.pipeline.catchup import open_store
from provenance.store.withdrawals import apply_withdrawal
from support.brought import MHTML
from support.keeping import check_with_fastwarc, check_with_warcio, warc_files
from support.packages import (
    a_copy,
    an_archived_update,
    contents_of,
    export,
    files_of,
    lines_of,
    one_byte_changed,
    validate_with_py_wacz,
    warcs_of,
)
from support.runs import run
from support.workplace import query

REDIRECTED = "https://www.hillcountry.example/reports/2023/who-joins-the-river-front"


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    return an_archived_update(tmp_path_factory.mktemp("archived"))


@pytest.fixture(scope="module")
def package(archived: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("package") / "all.wacz"
    export(archived, out)
    return out


def records_of(path: Path) -> list[dict[str, str]]:
    with path.open("rb") as file:
        return [
            dict(record.headers.items())
            for record in fastwarc.warc.ArchiveIterator(file, parse_http=False)
        ]


def record_headers(package: Path, folder: Path) -> list[dict[str, str]]:
    return [headers for path in warcs_of(package, folder) for headers in records_of(path)]


def test_py_wacz_finds_the_package_valid(package: Path) -> None:
    assert "1.1.1" in validate_with_py_wacz(package)


def test_warcio_and_fastwarc_agree_with_every_digest(package: Path, tmp_path: Path) -> None:
    count = 0
    for path in warcs_of(package, tmp_path):
        count += len(check_with_fastwarc(path))
        check_with_warcio(path)
    assert count > 90


def test_the_same_archive_gives_the_same_bytes(
    archived: Workplace, package: Path, tmp_path: Path
) -> None:
    copy = a_copy(archived, tmp_path)
    rebuild(copy)
    export(copy, tmp_path / "again.wacz")
    assert (tmp_path / "again.wacz").read_bytes() == package.read_bytes()


def test_an_index_that_lags_behind_changes_nothing(
    archived: Workplace, package: Path, tmp_path: Path
) -> None:
    copy = a_copy(archived, tmp_path)
    for path in (copy.archive_root / "index").iterdir():
        path.unlink()
    report = export(copy, tmp_path / "again.wacz")
    assert report.missing == 0
    assert (tmp_path / "again.wacz").read_bytes() == package.read_bytes()


def test_records_stand_in_the_package_byte_for_byte_and_stored(
    archived: Workplace, package: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(package) as opened:
        assert {info.compress_type for info in opened.infolist()} == {zipfile.ZIP_STORED}
    originals = b"".join(path.read_bytes() for path in warc_files(archived.archive_root))
    for path in warcs_of(package, tmp_path):
        data, offsets = path.read_bytes(), [at for _, at in check_with_fastwarc(path)]
        for start, end in zip(offsets, [*offsets[1:], len(data)], strict=True):
            assert data[start:end] in originals


def test_each_capture_has_its_hops_requests_text_and_what_its_body_refers_to(
    archived: Workplace, package: Path, tmp_path: Path
) -> None:
    records = record_headers(package, tmp_path)
    answers = {r["WARC-Record-ID"]: r for r in records if r["WARC-Type"] in {"response", "revisit"}}
    asked = {r["WARC-Concurrent-To"] for r in records if r["WARC-Type"] == "request"}
    chains = query(archived, "SELECT json_extract(facts, '$.hops') FROM checks"
                             " WHERE capture_id IS NOT NULL")  # fmt: skip
    wanted = [hop["url"] for (chain,) in chains for hop in json.loads(chain)]
    assert sorted(r["WARC-Target-URI"] for r in answers.values()) == sorted(wanted)
    assert asked == set(answers), "each answer has its request, and no request is without"
    revisits = [r for r in answers.values() if r["WARC-Type"] == "revisit"]
    assert {r["WARC-Refers-To"] for r in revisits} <= set(answers)
    texts = query(archived, "SELECT count(*) FROM texts x WHERE warc_file IS NOT NULL AND"
                            " payload_sha256 IN (SELECT payload_sha256 FROM captures)")  # fmt: skip
    assert sum(r["WARC-Type"] == "conversion" for r in records) == texts[0][0]
    assert sum(r["WARC-Type"] == "resource" for r in records) == 2
    assert len(wanted) > len(chains), "the sample web redirects"


def test_the_index_is_sorted_by_bytes_and_leads_to_each_record(
    package: Path, tmp_path: Path
) -> None:
    lines = files_of(package)[INDEX_PATH].splitlines(keepends=True)
    assert lines == sorted(set(lines))
    files = {path.name: path.read_bytes() for path in warcs_of(package, tmp_path)}
    for line in lines:
        fields = json.loads(line.split(b" ", 2)[2])
        start, length = int(fields["offset"]), int(fields["length"])
        member = tmp_path / "member.warc.gz"
        member.write_bytes(files[fields["filename"]][start : start + length])
        assert [r["WARC-Target-URI"] for r in records_of(member)] == [fields["url"]]
    assert len(lines) > 30


def test_every_capture_is_a_page_in_the_order_of_time(archived: Workplace, package: Path) -> None:
    head, *pages = lines_of(files_of(package)[PAGES_PATH])
    assert head["format"] == "json-pages-1.0"
    captures = query(archived, "SELECT capture_id, final_url FROM captures ORDER BY at")
    assert [page["ts"] for page in pages] == sorted(page["ts"] for page in pages)
    assert {(page["id"], page["url"]) for page in pages} == set(captures)
    cited = {page["cited"] for page in pages if "cited" in page}
    assert REDIRECTED in cited


def test_the_package_tells_nobodys_folders(archived: Workplace, package: Path) -> None:
    data = package.read_bytes()
    for name in (str(archived.archive_root.parent), "second.txt", "sample-update.txt"):
        assert name.encode() not in data


def test_one_document_brings_its_own_sources_only(archived: Workplace, tmp_path: Path) -> None:
    report = export(archived, tmp_path / "one.wacz", documents=("A Second",))
    assert (report.documents, report.sources, report.captures) == (1, 1, 1)
    assert report.title == "A Second"
    [capture] = contents_of(tmp_path / "one.wacz", "capture")
    assert capture["final_url"].endswith("/villages-heard-first")
    records = record_headers(tmp_path / "one.wacz", tmp_path)
    kinds = sorted(r["WARC-Type"] for r in records)
    hops = ["request", "response"] * (len([k for k in kinds if k == "request"]))
    assert kinds == sorted(["warcinfo", "resource", "conversion", *hops])
    validate_with_py_wacz(tmp_path / "one.wacz")


@pytest.mark.parametrize("name", ["url", "id"])
def test_one_source_is_named_by_its_address_or_id(
    archived: Workplace, tmp_path: Path, name: str
) -> None:
    [[source_id]] = query(archived, "SELECT source_id FROM sources WHERE url = ?", REDIRECTED)
    wanted = REDIRECTED if name == "url" else source_id
    report = export(archived, tmp_path / "one.wacz", sources=(wanted,))
    assert (report.documents, report.sources, report.captures, report.missing) == (0, 1, 1, 0)
    pages = [r["WARC-Target-URI"] for r in record_headers(tmp_path / "one.wacz", tmp_path)
             if r["WARC-Type"] == "response"]  # fmt: skip
    assert pages == [REDIRECTED, "https://www.hillcountry.example/library/who-joins"]


def test_a_source_is_named_by_its_note_too(archived: Workplace, tmp_path: Path) -> None:
    report = export(archived, tmp_path / "one.wacz", sources=("A Second#1",))
    assert (report.documents, report.sources, report.captures) == (0, 1, 1)


def test_an_attachment_comes_with_the_text_of_the_page_inside(
    archived: Workplace, tmp_path: Path
) -> None:
    copy = a_copy(archived, tmp_path)
    brought = tmp_path / "brought.mhtml"
    brought.write_bytes(MHTML)
    attach(copy, AttachOrder(REDIRECTED, (str(brought),), "bought", "Ines"))
    export(copy, tmp_path / "one.wacz", sources=(REDIRECTED,))
    [told] = contents_of(tmp_path / "one.wacz", "attachment")
    texts = [r["X-Provenance-Converted-Payload"] for r in record_headers(tmp_path / "one.wacz", tmp_path)
             if r["WARC-Type"] == "conversion"]  # fmt: skip
    [[text_payload]] = query(copy, "SELECT text_payload FROM attachments")
    assert told["text_sha256"]
    assert f"sha256:{text_payload}" in texts


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"documents": ("No Such Thing",)}, "No Such Thing"),
        ({"sources": ("https://nowhere.example/",)}, "nowhere.example"),
    ],
    ids=["document", "source"],
)
def test_a_name_that_fits_nothing_is_wrong_use(
    archived: Workplace, tmp_path: Path, choice: dict[str, tuple[str, ...]], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        export(archived, tmp_path / "none.wacz", **choice)
    assert list(tmp_path.iterdir()) == []


def test_what_was_withdrawn_is_left_out_and_named(archived: Workplace, tmp_path: Path) -> None:
    copy = a_copy(archived, tmp_path)
    [[capture_id, source_id, payload, *place]] = query(
        copy,
        "SELECT capture_id, source_id, payload_sha256, warc_file, warc_offset, warc_length"
        " FROM captures WHERE url = ?",
        REDIRECTED,
    )
    tombstone = Withdrawal(
        "withdrawal-1", source_id, datetime.now(UTC), "Ines", "a court order", payload, None,
        (capture_id,), (), (WarcPlace(*place),),
    )  # fmt: skip
    with open_store(copy.db_path) as store, store.db.atomic():
        apply_withdrawal(store.db, tombstone)
    report = export(copy, tmp_path / "rest.wacz")
    assert report.withdrawn == 1
    [told] = contents_of(tmp_path / "rest.wacz", "withdrawn")
    assert (told["reason"], told["payload_sha256"]) == ("a court order", payload)
    uris = {r.get("WARC-Target-URI") for r in record_headers(tmp_path / "rest.wacz", tmp_path)}
    assert "https://www.hillcountry.example/library/who-joins" not in uris
    assert capture_id not in {
        c["capture_id"] for c in contents_of(tmp_path / "rest.wacz", "capture")
    }
    validate_with_py_wacz(tmp_path / "rest.wacz")


def test_no_package_is_made_of_a_damaged_record(archived: Workplace, tmp_path: Path) -> None:
    copy = a_copy(archived, tmp_path)
    [[file, offset, length]] = query(
        copy, "SELECT warc_file, warc_offset, warc_length FROM captures ORDER BY at LIMIT 1"
    )
    warc = copy.archive_root / "warc" / file
    out = tmp_path / "out"
    out.mkdir()
    with one_byte_changed(warc, offset + length // 2), pytest.raises(CorruptRecord):
        export(copy, out / "all.wacz")
    assert list(out.iterdir()) == []


def test_a_full_disk_leaves_the_package_before_and_no_half(
    archived: Workplace, package: Path, tmp_path: Path
) -> None:
    out = tmp_path / "all.wacz"
    out.write_bytes(b"the one before")
    done = run(
        tmp_path, "export", "--format", "wacz", "-o", out,
        "--db", archived.db_path, "--archive", archived.archive_root,
        file_bytes=package.stat().st_size // 2,
    )  # fmt: skip
    done.assert_clear(3, "all.wacz", "ulimit -f")
    assert [path.name for path in tmp_path.iterdir()] == ["all.wacz"]
    assert out.read_bytes() == b"the one before"


@pytest.mark.parametrize("where", ["nowhere/all.wacz", "."])
def test_a_place_that_cannot_be_is_wrong_use(
    archived: Workplace, tmp_path: Path, where: str
) -> None:
    with pytest.raises(ProvenanceError) as caught:
        export(archived, tmp_path / where)
    assert caught.value.exit_code == 2
    assert caught.value.hint


@pytest.mark.parametrize("held", [1, 2, 7, 1000])
def test_lines_come_back_sorted_and_once_however_few_are_held(held: int, tmp_path: Path) -> None:
    rng = random.Random(4)
    lines = [bytes(rng.choices(b"ab\xff ", k=rng.randrange(4))) for _ in range(300)]
    with SortedLines(tmp_path, held=held) as pile:
        for line in lines:
            pile.add(line)
        wanted = sorted({line + b"\n" for line in lines})
        assert list(pile) == wanted
        assert list(pile) == wanted, "and again"
    assert list(tmp_path.iterdir()) == []
