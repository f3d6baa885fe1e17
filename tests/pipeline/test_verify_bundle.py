"""`verify` of evidence bundles: whatever was changed in one is found and named, and hostile ones do no harm."""

import hashlib
import io
import random
import shutil
import sqlite3
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from provenance import Workplace
from provenance.errors import UsageError
from provenance.keep.wacz_layout import differing_layout
from provenance.keep.wacz_manifest import DigestFile, Manifest, digest_of, encode
from provenance.pipeline.export_bundle import export_bundle
from provenance.pipeline.verify import Verified, verify_package
from provenance.settings import Settings, SignSettings
from provenance.store import extract_check
from provenance.store.schema import LATEST_VERSION
from support.authority import HAS_OPENSSL, openssl
from support.packages import an_archived_update, as_ours, files_of, one_byte_changed
from support.runs import run_here
from support.workplace import query

EXTRACT = "provenance/extract.sqlite"
MANIFEST, DIGEST = "datapackage.json", "datapackage-digest.json"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    return an_archived_update(tmp_path_factory.mktemp("bundled"))


@pytest.fixture(scope="module")
def document(archived: Workplace) -> str:
    found = query(
        archived,
        "SELECT document_id FROM claim_sources GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    )
    return str(found[0][0])


@pytest.fixture(scope="module")
def bundle(archived: Workplace, document: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundle") / "update.wacz"
    export_bundle(archived, document, out)
    return out


@pytest.fixture(scope="module")
def signed(archived: Workplace, document: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not HAS_OPENSSL:
        pytest.skip("openssl makes the keys")
    folder = tmp_path_factory.mktemp("signed")
    for name in ("sign", "other"):
        openssl("genpkey", "-algorithm", "ed25519", "-out", f"{name}.pem", cwd=folder)
        openssl("pkey", "-in", f"{name}.pem", "-pubout", "-out", f"{name}.pub", cwd=folder)
    settings = replace(Settings(), sign=SignSettings(str(folder / "sign.pem")))
    export_bundle(replace(archived, settings=settings), document, folder / "signed.wacz")
    return folder / "signed.wacz"


def verify(path: Path, scratch: Path, key: str = "") -> Verified:
    return verify_package(path, scratch, key=key)


def compared(verified: Verified) -> dict[str, int]:
    return {each.table: each.rows for each in verified.compared}


def pack(files: Files, out: Path) -> Path:
    """Pack files as ours are packed, their digests made true: all that a careful forger can do."""
    manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    resources = [
        replace(each, hash=digest_of(files[each.path]), bytes=len(files[each.path]))
        for each in manifest.resources
    ]
    files[MANIFEST] = encode(replace(manifest, resources=tuple(resources)))
    digest = msgspec.json.decode(files[DIGEST], type=DigestFile)
    files[DIGEST] = encode(replace(digest, hash=digest_of(files[MANIFEST])))
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(as_ours(name), data)
    return out


def forge(bundle: Path, folder: Path, *statements: str) -> Path:
    """The bundle with other rows in its database, and all digests as they should then be."""
    files = files_of(bundle)
    database = folder / "forged.sqlite"
    database.write_bytes(files[EXTRACT])
    with sqlite3.connect(database) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            assert db.execute(statement).rowcount != 0, statement
    db.close()
    files[EXTRACT] = database.read_bytes()
    return pack(files, folder / "forged.wacz")


# -- what is as it was made ---------------------------------------------------


def test_a_bundle_is_held_against_its_records(bundle: Path, tmp_path: Path) -> None:
    verified = verify(bundle, tmp_path)
    assert (verified.is_good, verified.is_bundle, verified.differences) == (True, True, ())
    assert compared(verified)["captures"] >= 30
    assert compared(verified)["evidence"] >= 40
    assert {"versions", "texts", "claims", "notes", "citations"} <= set(compared(verified))
    assert list(tmp_path.iterdir()) == []


def test_packing_a_bundle_anew_without_a_change_gives_its_bytes(
    bundle: Path, tmp_path: Path
) -> None:
    """So that what the forgeries below differ in is what they forge."""
    assert pack(files_of(bundle), tmp_path / "same.wacz").read_bytes() == bundle.read_bytes()


def test_an_unsigned_bundle_does_not_claim_to_be_unaltered(bundle: Path, tmp_path: Path) -> None:
    verified = verify(bundle, tmp_path)
    assert any("nothing was changed since it was packed" in each for each in verified.not_proven)
    assert not any("signed" in each for each in verified.proven)


def test_verify_needs_no_store_archive_or_settings(bundle: Path, tmp_path: Path) -> None:
    shutil.copy(bundle, tmp_path / "alone.wacz")
    done = run_here(tmp_path, "verify", "alone.wacz")
    assert (done.code, done.err) == (0, "")
    assert "not proven: That nothing was changed since it was packed" in done.out
    assert [path.name for path in tmp_path.iterdir()] == ["alone.wacz"]


# -- by whose key -------------------------------------------------------------


def test_a_signature_is_good_by_the_key_that_was_named(signed: Path, tmp_path: Path) -> None:
    public = signed.parent / "sign.pub"
    verified = verify(signed, tmp_path, key=str(public))
    assert (verified.is_good, verified.signature.verdict) == (True, "good")
    assert any("the key that you named" in each for each in verified.proven)
    again = verify(signed, tmp_path, key=f"sha256:{verified.signature.key_sha256}")
    assert again.is_good
    unnamed = verify(signed, tmp_path)
    assert any("Whose key that is" in each for each in unnamed.not_proven)


def test_another_key_or_none_is_not_what_was_asked_for(
    signed: Path, bundle: Path, tmp_path: Path
) -> None:
    other = signed.parent / "other.pub"
    assert run_here(tmp_path, "verify", str(signed), "--key", str(other)).code == 1
    assert run_here(tmp_path, "verify", str(bundle), "--key", str(other)).code == 1
    assert "nobody signed it" in verify(bundle, tmp_path, key=str(other)).signature.reason


@pytest.mark.parametrize("key", ["nowhere.pub", "bundle"], ids=["no file", "no key"])
def test_a_key_that_cannot_be_read_is_wrong_use(key: str, bundle: Path, tmp_path: Path) -> None:
    named = str(bundle) if key == "bundle" else key
    done = run_here(tmp_path, "verify", str(bundle), "--key", named)
    assert (done.code, "public key" in done.err) == (2, True)


def test_whoever_forges_a_signed_bundle_breaks_its_signature(signed: Path, tmp_path: Path) -> None:
    forged = forge(signed, tmp_path, "UPDATE sources SET title = 'Another'")
    verified = verify(forged, tmp_path)
    assert (verified.is_good, verified.signature.verdict) == (False, "bad")
    assert verified.proven == ()


@pytest.mark.parametrize("field", ["created", "software"])
def test_what_a_signature_says_beside_the_digest_is_the_manifests(
    field: str, signed: Path, tmp_path: Path
) -> None:
    files = files_of(signed)
    digest = msgspec.json.decode(files[DIGEST], type=DigestFile)
    assert digest.signed_data is not None
    said = replace(digest.signed_data, **{field: "2020-01-01T00:00:00Z"})
    files[DIGEST] = encode(replace(digest, signed_data=said))
    with zipfile.ZipFile(tmp_path / "said.wacz", "w") as made:
        for name, data in files.items():
            made.writestr(as_ours(name), data)
    assert {each.kind for each in verify(tmp_path / "said.wacz", tmp_path).differences} == {"seal"}


# -- what was changed ---------------------------------------------------------


def test_no_byte_of_a_signed_bundle_changes_unnoticed(signed: Path, tmp_path: Path) -> None:
    """Of each file the first byte, the last and one between; of the seal many."""
    rng = random.Random(5)
    with zipfile.ZipFile(signed) as opened:
        infos = opened.infolist()
    for info in infos:
        start = info.header_offset + 30 + len(info.filename)
        many = 24 if info.filename == DIGEST else 1
        for at in {0, info.file_size - 1, *(rng.randrange(info.file_size) for _ in range(many))}:
            with one_byte_changed(signed, start + at):
                assert not is_accepted(signed, tmp_path), (info.filename, at)
    assert verify(signed, tmp_path).is_good


def is_accepted(path: Path, scratch: Path) -> bool:
    try:
        return verify(path, scratch).is_good
    except UsageError:
        return False


def test_no_byte_between_the_files_changes_unnoticed(bundle: Path) -> None:
    """Every byte of every header, of the directory and of its end, changed in two ways."""
    data = bytearray(bundle.read_bytes())
    with zipfile.ZipFile(bundle) as opened:
        places = list(range(opened.start_dir, len(data)))
        for info in opened.infolist():
            places += range(info.header_offset, info.header_offset + 30 + len(info.filename))
    assert has_our_layout(data)
    for at in places:
        for change in (0x01, 0x80):
            data[at] ^= change
            assert not has_our_layout(data), (at, change)
            data[at] ^= change


def has_our_layout(data: bytearray) -> bool:
    try:
        with io.BytesIO(data) as file, zipfile.ZipFile(file) as package:
            return not list(differing_layout(file, package))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, UnicodeError):
        return False


FORGERIES: dict[str, tuple[tuple[str, ...], str]] = {
    "another payload": (
        (("UPDATE captures SET payload_sha256 = (SELECT payload_sha256 FROM texts"
         " WHERE payload_sha256 <> captures.payload_sha256 LIMIT 1)"
         " WHERE capture_id = (SELECT min(capture_id) FROM captures)"),),
        "holds something else",
    ),
    "an earlier moment": (
        (("UPDATE captures SET at = '2020' || substr(at, 5)"
         " WHERE capture_id = (SELECT min(capture_id) FROM captures)"),),
        "not of 2020",
    ),
    "another address": (
        (("UPDATE captures SET final_url = 'https://tolls.example/forged'"
         " WHERE capture_id = (SELECT max(capture_id) FROM captures)"),),
        "not of https://tolls.example/forged",
    ),
    "no record": (
        ("UPDATE captures SET warc_offset = warc_offset + 1",),
        "not in the package",
    ),
    "another record": (
        (("UPDATE captures SET (warc_file, warc_offset, warc_length) = (SELECT warc_file,"
         " warc_offset, warc_length FROM texts WHERE warc_file IS NOT NULL LIMIT 1)"),),
        "holds something else",
    ),
    "other words in a text": (
        ("UPDATE texts SET text = replace(text, 'barge', 'Barge') WHERE text LIKE '%barge%'",),
        "not what its digest says",
    ),
    "another text": (
        (("UPDATE texts SET (text, text_sha256) = (SELECT text, text_sha256 FROM texts t"
         " WHERE t.text <> '' ORDER BY text_key DESC LIMIT 1) WHERE text_key = 1"),),
        "holds something else",
    ),
    "another passage": (
        ("UPDATE evidence SET exact = exact || ' indeed' WHERE exact IS NOT NULL",),
        "do not stand at its place",
    ),
    "a passage elsewhere": (
        ('UPDATE evidence SET start = start + 1, "end" = "end" + 1 WHERE exact IS NOT NULL',),
        "do not stand at its place",
    ),
    "other words before a passage": (
        ("UPDATE evidence SET prefix = 'It is not true that ' WHERE exact IS NOT NULL",),
        "do not stand at its place",
    ),
    "another claim": (
        ("UPDATE claims SET text = text || '!' WHERE ordinal = 0",),
        "do not stand at its place",
    ),
    "another note": (
        ("UPDATE notes SET text = 'x' || text WHERE ordinal = 0",),
        "do not stand at its place",
    ),
    "another document": (
        ("UPDATE contents SET sha256 = lower(hex(zeroblob(32)))",),
        "holds something else",
    ),
    "a tombstone for what is here": (
        (("INSERT INTO withdrawals SELECT 'withdrawal-1', source_id, at, 'nobody', 'none',"
         " payload_sha256, NULL, '[]', '[]', '[]', '[]', 0, 1 FROM captures"
         " WHERE revisit_of IS NULL LIMIT 1"),),
        "what was withdrawn is in the package",
    ),
    "a view that lies": (
        ("DROP VIEW source_states", "CREATE VIEW source_states AS SELECT 'alive' AS state"),
        "not those of this version",
    ),
    "a table that is none": (
        ("ALTER TABLE withdrawals RENAME TO others",
         ("CREATE VIEW withdrawals AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
         " SELECT i AS payload_sha256 FROM n")),
        "is no table",
    ),
    "another program's": (("PRAGMA application_id = 7",), "another program"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_row_that_its_record_does_not_vouch_for_is_named(
    name: str, bundle: Path, tmp_path: Path
) -> None:
    statements, words = FORGERIES[name]
    verified = verify(forge(bundle, tmp_path, *statements), tmp_path)
    assert {each.kind for each in verified.differences} == {"extract"}, verified.differences
    assert words in " ".join(each.detail for each in verified.differences)
    assert (verified.is_good, verified.proven) == (False, ())


def test_a_damaged_database_is_a_difference_and_no_fault(bundle: Path, tmp_path: Path) -> None:
    files = files_of(bundle)
    rng = random.Random(3)
    for number, size in enumerate((0, 100, 4096, len(files[EXTRACT]) // 2)):
        forged = dict(files)
        forged[EXTRACT] = files[EXTRACT][:size]
        verified = verify(pack(forged, tmp_path / f"{number}.wacz"), tmp_path)
        assert {each.kind for each in verified.differences} == {"extract"}, size
    for number in range(12):
        noisy = bytearray(files[EXTRACT])
        for _ in range(40):
            noisy[rng.randrange(100, len(noisy))] = rng.randrange(256)
        forged = {**files, EXTRACT: bytes(noisy)}
        verified = verify(pack(forged, tmp_path / f"noisy-{number}.wacz"), tmp_path)
        assert {each.kind for each in verified.differences} <= {"extract"}


def test_a_database_that_would_be_read_for_ever_is_given_up(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A join that grows with the square of its rows: a fault of the bundle, told in time."""
    monkeypatch.setattr(extract_check, "_PATIENCE_S", 0.2)
    forged = forge(
        bundle,
        tmp_path,
        "DELETE FROM evidence",
        "INSERT INTO memento_lookups (source_id, archive, at, url, outcome, reason, count, uri_m)"
        " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
        " SELECT (SELECT min(source_id) FROM sources), 'archive-' || i, '2024', 'u', 'o', 'r', 1, 'm'"
        " FROM n",
        'INSERT INTO evidence (evidence_id, claim_key, source_id, verdict, exact, start, "end", uri_m,'
        " method, reason) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 6000) SELECT 'evidence-' || i, 1, (SELECT min(source_id) FROM sources),"
        " 'supported', 'x', 0, 1, 'm', 'm', 'r' FROM n",
    )
    started = time.monotonic()
    verified = verify(forged, tmp_path)
    assert "interrupted" in verified.differences[-1].detail
    assert time.monotonic() - started < 20.0


@pytest.mark.parametrize(
    ("version", "is_good"), [(LATEST_VERSION - 1, True), (LATEST_VERSION + 1, True)],
    ids=["earlier", "later"],
)  # fmt: skip
def test_a_bundle_of_another_version_is_read_as_far_as_its_tables_are_known(
    version: int, is_good: bool, bundle: Path, tmp_path: Path
) -> None:
    forged = forge(bundle, tmp_path, f"PRAGMA user_version = {version}", "DROP VIEW check_history")
    verified = verify(forged, tmp_path)
    assert (verified.is_good, compared(verified)["captures"] >= 30) == (is_good, True)


Change = Callable[[Path, Files, Path], None]


def written(files: Files, out: Path, *more: tuple[zipfile.ZipInfo, bytes]) -> None:
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(as_ours(name), data)
        for info, data in more:
            made.writestr(info, data)


def swapped(_: Path, files: Files, out: Path) -> None:
    one, two = "pages/pages.jsonl", "provenance/contents.jsonl"
    files[one], files[two] = files[two], files[one]
    written(files, out)


def added(_: Path, files: Files, out: Path) -> None:
    written({**files, "provenance/more.txt": b"what nobody vouches for"}, out)


def removed(_: Path, files: Files, out: Path) -> None:
    del files["provenance/prov.json"]
    written(files, out)


def without_database(_: Path, files: Files, out: Path) -> None:
    del files[EXTRACT]
    written(files, out)


def absolute(_: Path, files: Files, out: Path) -> None:
    written(files, out, (as_ours("/etc/cron.d/job"), b"x"))


def leading_out(_: Path, files: Files, out: Path) -> None:
    written(files, out, (as_ours("provenance/../../.ssh/keys"), b"x"))


def of_windows(_: Path, files: Files, out: Path) -> None:
    written(files, out, (as_ours("C:/autoexec.bat"), b"x"))


def a_link(_: Path, files: Files, out: Path) -> None:
    link = as_ours("provenance/link")
    link.external_attr = 0o120777 << 16
    written(files, out, (link, b"/etc/passwd"))


def a_folder(_: Path, files: Files, out: Path) -> None:
    written(files, out, (as_ours("provenance/empty/"), b""))


def doubled(_: Path, files: Files, out: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        written(files, out, (as_ours(EXTRACT), files[EXTRACT]))


def something_before(bundle: Path, _: Files, out: Path) -> None:
    out.write_bytes(b"#!/bin/sh\n" + bundle.read_bytes())


def something_behind(bundle: Path, _: Files, out: Path) -> None:
    out.write_bytes(bundle.read_bytes() + b"\n")


def a_comment(bundle: Path, _: Files, out: Path) -> None:
    shutil.copy(bundle, out)
    with zipfile.ZipFile(out, "a") as made:
        made.comment = b"read me first"


def packed_tight(_: Path, files: Files, out: Path) -> None:
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(as_ours(name), data, zipfile.ZIP_DEFLATED)


HOSTILE: dict[str, tuple[Change, str]] = {
    "two files swapped": (swapped, "pages/pages.jsonl"),
    "a file more": (added, "provenance/more.txt"),
    "a file less": (removed, "provenance/prov.json"),
    "without the database": (without_database, EXTRACT),
    "an absolute name": (absolute, "/etc/cron.d/job"),
    "a name that leads out": (leading_out, "provenance/../../.ssh/keys"),
    "a drive of Windows": (of_windows, "C:/autoexec.bat"),
    "a link": (a_link, "provenance/link"),
    "a folder": (a_folder, "provenance/empty/"),
    "one name twice": (doubled, EXTRACT),
    "something before it": (something_before, ""),
    "something behind it": (something_behind, ""),
    "a comment": (a_comment, ""),
    "packed tight": (packed_tight, EXTRACT),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_package_that_others_would_read_otherwise_is_named(
    name: str, bundle: Path, tmp_path: Path
) -> None:
    change, where = HOSTILE[name]
    change(bundle, files_of(bundle), tmp_path / "hostile.wacz")
    verified = verify(tmp_path / "hostile.wacz", tmp_path)
    found = {each.path for each in verified.differences}
    assert not verified.is_good
    assert where in found or (not where and found), verified.differences
    assert [path.name for path in tmp_path.iterdir()] == ["hostile.wacz"]


def test_what_unpacks_to_a_thousand_times_its_size_is_not_read(
    bundle: Path, tmp_path: Path
) -> None:
    files = files_of(bundle)
    size = 300_000_000
    manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    zeros = hashlib.sha256(bytes(1_000_000))
    resources = tuple(
        replace(each, hash=f"sha256:{zeros.hexdigest()}", bytes=size)
        if each.path == EXTRACT
        else each
        for each in manifest.resources
    )
    files[MANIFEST] = encode(replace(manifest, resources=resources))
    files[DIGEST] = encode(DigestFile(MANIFEST, digest_of(files[MANIFEST])))
    del files[EXTRACT]
    with zipfile.ZipFile(tmp_path / "bomb.wacz", "w") as made:
        for name, data in files.items():
            made.writestr(as_ours(name), data)
        info = as_ours(EXTRACT)
        info.compress_type = zipfile.ZIP_DEFLATED
        with made.open(info, "w") as out:
            for _ in range(size // 1_000_000):
                out.write(bytes(1_000_000))
    assert (tmp_path / "bomb.wacz").stat().st_size < 2_000_000
    told = {each.path: each.detail for each in verify(tmp_path / "bomb.wacz", tmp_path).differences}
    assert told[EXTRACT].startswith(("unpacks to 300,000,000", "the package's directory"))


@pytest.mark.skipif(not shutil.which("unzip"), reason="the stranger here is unzip")
def test_unzip_finds_the_files_that_we_find(bundle: Path) -> None:
    done = subprocess.run(["unzip", "-tqq", str(bundle)], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"")
