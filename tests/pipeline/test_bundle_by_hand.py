"""docs/bundles.md: a bundle is checked with other people's tools alone, by the commands that stand there."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import Workplace
from provenance.pipeline.export_bundle import export_bundle
from provenance.settings import SignSettings
from support.authority import HAS_OPENSSL, Authority, openssl
from support.packages import an_archived_update, one_byte_changed
from support.workplace import query

PAGE = Path(__file__).parents[2] / "docs" / "bundles.md"
TOOLS = ("bash", "unzip", "sha256sum", "base64", "sed", "sqlite3", "gunzip")

pytestmark = pytest.mark.skipif(
    not (HAS_OPENSSL and all(map(shutil.which, TOOLS))),
    reason="the strangers here are unzip, sha256sum, sqlite3 and openssl",
)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a signed and time-stamped bundle of the sample update, and the authority's root."""
    folder = tmp_path_factory.mktemp("sealed")
    workplace = an_archived_update(folder)
    openssl("genpkey", "-algorithm", "ed25519", "-out", "sign.pem", cwd=folder)
    with Authority(tmp_path_factory.mktemp("authority")) as authority:
        authority.answer = authority.stamp
        settings = replace(authority.settings(), sign=SignSettings(str(folder / "sign.pem")))
        report = export_bundle(
            replace(workplace, settings=settings), largest(workplace), folder / "update.wacz"
        )
        assert (report.warnings, report.stamped_by is not None) == ((), True)
        shutil.copy(settings.timestamp.ca_file, folder / "tsa-root.pem")
        yield folder


def largest(workplace: Workplace) -> str:
    found = query(
        workplace,
        "SELECT document_id FROM claim_sources GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    )
    return str(found[0][0])


def recipe() -> list[tuple[str, list[str]]]:
    """The commands of the page's second half, each with the lines that it should print."""
    text = PAGE.read_text("utf-8").partition("## Checking it without this program")[2]
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console[^\n]*\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def follow(folder: Path, commands: list[str]) -> "subprocess.CompletedProcess[str]":
    script = "\n".join(["set -e", *commands])
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def test_every_command_does_what_the_page_says(sealed: Path, tmp_path: Path) -> None:
    for name in ("update.wacz", "tsa-root.pem"):
        shutil.copy(sealed / name, tmp_path)
    steps = recipe()
    assert len(steps) > 15
    done = follow(tmp_path, [command for command, _ in steps])
    assert done.returncode == 0, done.stdout + done.stderr
    printed = done.stdout + done.stderr
    for command, expected in steps:
        for line in expected:
            assert line in printed, command
    ours = openssl("pkey", "-in", sealed / "sign.pem", "-pubout", "-outform", "DER", cwd=tmp_path)
    assert (tmp_path / "update" / "key.der").read_bytes() == ours


@pytest.mark.parametrize("part", ["archive/", "provenance/", "datapackage.json"])
def test_the_commands_find_a_changed_byte(part: str, sealed: Path, tmp_path: Path) -> None:
    commands = [command for command, _ in recipe()]
    done = follow(sealed, [f"unzip -Z1 update.wacz | grep {part} | head -1"])
    name = done.stdout.strip()
    shutil.copy(sealed / "update.wacz", tmp_path)
    assert follow(tmp_path, commands[:1]).returncode == 0
    whole = follow(tmp_path, commands[1:6])
    assert (whole.returncode, whole.stdout) == (0, "no file more\nsame\nsame\n")
    with one_byte_changed(tmp_path / "update" / name, 100):
        changed = follow(tmp_path, commands[1:6])
    assert (changed.returncode, changed.stdout) != (0, whole.stdout), name


def test_another_signers_words_are_no_signature_of_this(sealed: Path, tmp_path: Path) -> None:
    """Signed over another digest: `openssl` says so."""
    commands = [command for command, _ in recipe()]
    shutil.copy(sealed / "update.wacz", tmp_path)
    shutil.copy(sealed / "tsa-root.pem", tmp_path)
    assert follow(tmp_path, commands[:1]).returncode == 0
    digest = tmp_path / "update" / "datapackage-digest.json"
    text = digest.read_text()
    found = re.search(r'^  "hash": "sha256:(.)', text, re.MULTILINE)
    assert found is not None
    at = found.start(1)
    digest.write_text(text[:at] + ("0" if found[1] != "0" else "1") + text[at + 1 :])
    signature = [each for each in commands if "sed -n" in each or "pkeyutl" in each]
    assert follow(tmp_path / "update", signature).returncode != 0
