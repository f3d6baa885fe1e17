"""What `verify` notices: any byte that differs, whatever is missing, doubled, hidden or hostile."""

import json
import random
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from provenance.errors import UsageError
from provenance.keep.wacz_manifest import INDEX_PATH, PAGES_PATH
from provenance.pipeline.verify import Verified, verify_package
from support.packages import (
    an_archived_update,
    export,
    files_of,
    one_byte_changed,
    repack,
    with_true_digests,
)
from support.runs import run_here

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verified")
    export(an_archived_update(folder), folder / "all.wacz")
    return folder / "all.wacz"


def verify(path: Path, scratch: Path) -> Verified:
    return verify_package(path, scratch)


def kinds(verified: Verified) -> set[tuple[str, str]]:
    return {(difference.kind, difference.path) for difference in verified.differences}


def test_a_package_is_as_it_was_made(package: Path, tmp_path: Path) -> None:
    verified = verify(package, tmp_path)
    assert (verified.is_good, verified.differences) == (True, ())
    assert (verified.files, verified.records > 90) == (6, True)
    assert (verified.signature.verdict, verified.time_stamp.verdict) == ("none", "none")
    assert list(tmp_path.iterdir()) == []


def test_no_byte_of_any_file_changes_unnoticed(package: Path, tmp_path: Path) -> None:
    """40 bytes of each file, its first and last among them, are changed one at a time."""
    rng = random.Random(11)
    with zipfile.ZipFile(package) as opened:
        infos = opened.infolist()
    for info in infos:
        start = info.header_offset + 30 + len(info.filename)
        most = info.file_size - 1
        for at in {0, most, *(rng.randrange(most) for _ in range(38))}:
            with one_byte_changed(package, start + at):
                assert not is_accepted(package, tmp_path), (info.filename, at)
    assert verify(package, tmp_path).is_good


def is_accepted(path: Path, scratch: Path) -> bool:
    try:
        return verify(path, scratch).is_good
    except UsageError:
        return False


def a_foreign_file(files: Files) -> None:
    files["archive/more.txt"] = b"what nobody vouches for"


def no_pages(files: Files) -> None:
    del files[PAGES_PATH]


def no_digest(files: Files) -> None:
    del files["datapackage-digest.json"]


def torn_digest(files: Files) -> None:
    files["datapackage-digest.json"] = files["datapackage-digest.json"][:20]


def longer_pages(files: Files) -> None:
    files[PAGES_PATH] += b'{"url":"https://never.example/"}\n'


def shorter_pages(files: Files) -> None:
    files[PAGES_PATH] = files[PAGES_PATH][:-10]


def unknown_digest(files: Files) -> None:
    files["datapackage.json"] = files["datapackage.json"].replace(b"sha256:", b"crc32:", 1)


def warc_of(files: Files) -> str:
    return next(name for name in files if name.startswith("archive/"))


@pytest.mark.parametrize(
    ("change", "kind", "path"),
    [
        (a_foreign_file, "unlisted", "archive/more.txt"),
        (no_pages, "missing", PAGES_PATH),
        (no_digest, "missing", "datapackage-digest.json"),
        (torn_digest, "unreadable", "datapackage-digest.json"),
        (longer_pages, "differs", PAGES_PATH),
        (shorter_pages, "differs", PAGES_PATH),
        (unknown_digest, "differs", "datapackage.json"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_package_that_was_changed_says_where(
    package: Path, tmp_path: Path, change: Callable[[Files], None], kind: str, path: str
) -> None:
    verified = verify(repack(package, tmp_path / "changed.wacz", change), tmp_path)
    assert not verified.is_good
    assert (kind, path) in kinds(verified)


def test_a_forger_who_mends_every_digest_is_caught_by_the_records(
    package: Path, tmp_path: Path
) -> None:
    def forge(files: Files) -> None:
        name = warc_of(files)
        data = bytearray(files[name])
        data[len(data) // 2] ^= 1
        files[name] = bytes(data)
        with_true_digests(files)

    verified = verify(repack(package, tmp_path / "forged.wacz", forge), tmp_path)
    assert {kind for kind, _ in kinds(verified)} >= {"record"}


@pytest.mark.parametrize("way", ["another_page", "one_less", "one_more", "another_order"])
def test_a_forger_who_mends_every_digest_is_caught_by_the_index(
    package: Path, tmp_path: Path, way: str
) -> None:
    def forge(files: Files) -> None:
        lines = files[INDEX_PATH].splitlines(keepends=True)
        if way == "another_page":
            lines[3] = lines[3].replace(b'"status":"200"', b'"status":"404"')
        elif way == "one_less":
            del lines[-1]
        elif way == "one_more":
            lines.append(lines[-1].replace(b'"offset":"', b'"offset":"1'))
        else:
            lines.reverse()
        files[INDEX_PATH] = b"".join(lines)
        with_true_digests(files)

    verified = verify(repack(package, tmp_path / "forged.wacz", forge), tmp_path)
    assert kinds(verified) == {("index", INDEX_PATH)}


def test_a_file_that_is_there_twice_is_said(package: Path, tmp_path: Path) -> None:
    """ZIP readers differ in which of two they take, so that two people would read two things."""
    out = tmp_path / "doubled.wacz"
    out.write_bytes(package.read_bytes())
    with (
        zipfile.ZipFile(out, "a") as made,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        made.writestr(PAGES_PATH, files_of(package)[PAGES_PATH])
    assert kinds(verify(out, tmp_path)) == {("doubled", PAGES_PATH), ("layout", PAGES_PATH)}


def test_a_warc_that_is_packed_twice_is_said(package: Path, tmp_path: Path) -> None:
    name = warc_of(files_of(package))
    out = repack(package, tmp_path / "packed.wacz", lambda _: None, packed=name)
    assert ("unreadable", name) in kinds(verify(out, tmp_path))


def test_a_bomb_is_read_no_further_than_its_manifest_says(package: Path, tmp_path: Path) -> None:
    """A gigabyte of zeros in a megabyte: the manifest says 6 kB, so no more is unpacked."""

    def swell(files: Files) -> None:
        files[PAGES_PATH] = bytes(1_000_000_000)

    out = repack(package, tmp_path / "bomb.wacz", swell, packed=PAGES_PATH)
    assert out.stat().st_size < 2_000_000
    assert ("differs", PAGES_PATH) in kinds(verify(out, tmp_path))


def test_a_record_that_unpacks_without_end_is_read_in_pieces(package: Path, tmp_path: Path) -> None:
    """A gigabyte in a record of a megabyte; the run may use less than half of that as memory."""

    def swell(files: Files) -> None:
        head = b"WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: 1000000000\r\n\r\n"
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        files[warc_of(files)] += (
            packer.compress(head)
            + b"".join(packer.compress(bytes(1_000_000)) for _ in range(1000))
            + packer.compress(b"\r\n\r\n")
            + packer.flush()
        )
        with_true_digests(files)

    out = repack(package, tmp_path / "bomb.wacz", swell)
    assert out.stat().st_size < 6_000_000
    code = (
        "import resource, sys; from pathlib import Path;"
        "from provenance.pipeline.verify import verify_package;"
        "resource.setrlimit(resource.RLIMIT_AS, (600_000_000,) * 2);"
        "seen = verify_package(Path(sys.argv[1]), Path(sys.argv[2]));"
        "print(seen.records, [d.kind for d in seen.differences])"
    )
    command = [sys.executable, "-c", code, str(out), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[0]) > 90


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no WACZ package"),
        (b"%PDF-1.7 or so", "no WACZ package"),
        (None, "cannot read"),
        ({"a.txt": b"a"}, "no datapackage.json"),
        ({"datapackage.json": b"{"}, "cannot be read"),
        ({"datapackage.json": b"[" * 100_000}, "cannot be read"),
        ({"datapackage.json": b'{"resources": [{"path": 3}]}'}, "cannot be read"),
    ],
    ids=["empty", "pdf", "absent", "no_manifest", "torn", "nested", "other_shape"],
)
def test_what_is_no_package_is_wrong_use(
    tmp_path: Path, data: bytes | Files | None, words: str
) -> None:
    path = tmp_path / "what.wacz"
    if isinstance(data, bytes):
        path.write_bytes(data)
    elif data is not None:
        with zipfile.ZipFile(path, "w") as made:
            for name, content in data.items():
                made.writestr(name, content)
    run_here(tmp_path, "verify", "what.wacz").assert_clear(2, words)


@pytest.mark.parametrize("coding", ["stored", "deflated", "lzma", "bzip2"])
def test_damage_in_any_coding_of_zip_is_named_and_no_traceback(coding: str, tmp_path: Path) -> None:
    number = {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED,
              "lzma": zipfile.ZIP_LZMA, "bzip2": zipfile.ZIP_BZIP2}[coding]  # fmt: skip
    path = tmp_path / "damaged.wacz"
    with zipfile.ZipFile(path, "w", number) as package:
        package.writestr("datapackage.json", json.dumps(list(range(400))))
    data = bytearray(path.read_bytes())
    begin = data.find(b"datapackage.json") + len(b"datapackage.json")
    for at in range(begin + 5, begin + 25):
        data[at] ^= 0x5A
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"cannot (be )?read"):
        verify(path, tmp_path)


def test_of_several_packages_all_are_read_and_the_worst_code_wins(
    package: Path, tmp_path: Path
) -> None:
    repack(package, tmp_path / "changed.wacz", longer_pages)
    done = run_here(tmp_path, "verify", package, "changed.wacz", "--json")
    assert (done.code, [b["is_good"] for b in done.json["bundles"]]) == (1, [True, False])
    done = run_here(tmp_path, "verify", "absent.wacz", package, "changed.wacz")
    assert done.code == 2
    assert "is whole, and agrees with itself" in done.out
    assert "IS NOT as it was made" in done.out
    assert json.dumps("absent.wacz").strip('"') in done.err
