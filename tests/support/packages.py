"""An archive to export, and ways to take a package apart, change it and put it together again."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from provenance import Workplace, ingest
from provenance.demo.background import start_in_thread
from provenance.demo.sample import sample_update_path
from provenance.pipeline.export import Choice, ExportReport, export_wacz
from provenance.settings import Settings
from support.workplace import a_draft, a_workplace, web_settings

WARC_MEMBER = b"\x1f\x8b\x08"


def an_archived_update(folder: Path) -> Workplace:
    """The sample update and a small one, fetched from the sample web; the settings ask nobody."""
    (folder / "second.txt").write_text(
        a_draft(["https://www.orrinpost.example/2024/03/villages-heard-first"], title="A Second")
    )
    with start_in_thread(edition=1) as web:
        workplace = a_workplace(folder, web_settings(web))
        ingest([str(sample_update_path()), str(folder / "second.txt")], workplace)
    return replace(workplace, settings=Settings())


def a_copy(workplace: Workplace, folder: Path) -> Workplace:
    """The same database and archive somewhere else, to be changed."""
    shutil.copy(workplace.db_path, folder / "provenance.db")
    shutil.copytree(workplace.archive_root, folder / "archive")
    return replace(workplace, db_path=folder / "provenance.db", archive_root=folder / "archive")


def export(workplace: Workplace, out: Path, **choice: tuple[str, ...]) -> ExportReport:
    return export_wacz(workplace, Choice(**choice), out)


def files_of(package: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(package) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def lines_of(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def contents_of(package: Path, what: str) -> list[dict[str, Any]]:
    lines = lines_of(files_of(package)["provenance/contents.jsonl"])
    return [line for line in lines if line["what"] == what]


def warcs_of(package: Path, folder: Path) -> list[Path]:
    """The package's WARC files, taken out as a stranger's `unzip` would."""
    with zipfile.ZipFile(package) as opened:
        names = [name for name in opened.namelist() if name.startswith("archive/")]
        return [Path(opened.extract(name, folder)) for name in names]


def repack(
    package: Path,
    out: Path,
    change: Callable[[dict[str, bytes]], None],
    *,
    packed: str | None = None,
) -> Path:
    """Write a package anew after `change` was made to its files, digests left as they are."""
    files = files_of(package)
    change(files)
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            kind = zipfile.ZIP_DEFLATED if name == packed else zipfile.ZIP_STORED
            made.writestr(as_ours(name), data, kind)
    return out


def as_ours(name: str) -> zipfile.ZipInfo:
    """Describe a file of a package as those that we write: without a time, readable by all."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o644 << 16
    return info


def as_written(value: object) -> bytes:
    """JSON as in the packages that we write."""
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n"


def with_true_digests(files: dict[str, bytes]) -> None:
    """Make manifest and digest file say what stands in the files: what a forger would do."""
    manifest = json.loads(files["datapackage.json"])
    for resource in manifest["resources"]:
        data = files[resource["path"]]
        resource["hash"] = "sha256:" + hashlib.sha256(data).hexdigest()
        resource["bytes"] = len(data)
    files["datapackage.json"] = as_written(manifest)
    digest = json.loads(files["datapackage-digest.json"])
    digest["hash"] = "sha256:" + hashlib.sha256(files["datapackage.json"]).hexdigest()
    files["datapackage-digest.json"] = as_written(digest)


def validate_with_py_wacz(package: Path) -> str:
    """Return what `wacz validate` says; fail where it finds the package invalid."""
    command = [str(Path(sys.executable).with_name("wacz")), "validate", "-f", str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation succeeded" in done.stdout, done.stdout
    return done.stdout


@contextmanager
def one_byte_changed(path: Path, offset: int) -> Iterator[None]:
    with path.open("rb+") as file:
        file.seek(offset)
        before = file.read(1)
        file.seek(offset)
        file.write(bytes([before[0] ^ 0x20]))
    try:
        yield
    finally:
        with path.open("rb+") as file:
            file.seek(offset)
            file.write(before)
