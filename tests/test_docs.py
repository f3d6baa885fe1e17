"""The README is tested as it stands: its commands are run, and print what it says they print.

A line of `…` stands for any lines, `…` inside a line for any text.
"""

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from provenance.cite.corrections import parse_corrections
from provenance.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def sessions() -> list[tuple[str, str]]:
    """Every command of the README with the output that it shows."""
    found = []
    for block in _BLOCK.findall(README):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a checkout looks to somebody who types the README's commands."""
    folder = tmp_path_factory.mktemp("newcomer")
    shutil.copytree(ROOT / "footnotes", folder / "footnotes")
    return folder


def run(command: str, folder: Path) -> str:
    words = shlex.split(command)
    if words[0] == "sqlite3":
        connection = sqlite3.connect(folder / words[1])
        rows = connection.execute(words[2]).fetchall()
        connection.close()
        return "".join("|".join(map(str, row)) + "\n" for row in rows)
    if words == ["make", "demo"]:
        words = ["provenance", "demo", "--folder", "build/demo"]
    assert words[0] == "provenance", f"the README shows a command that is not tested: {command}"
    done = subprocess.run(
        [sys.executable, "-m", "provenance", *words[1:]],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "100"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def pattern_of(shown: str) -> re.Pattern[str]:
    parts = []
    for line in shown.splitlines():
        if line.strip() == "…":
            parts.append("(?:.*\n)*?")
        else:
            parts.append(".*".join(map(re.escape, line.rstrip().split("…"))) + "[ ]*\n")
    return re.compile("".join(parts))


def test_readme_commands_print_what_the_readme_says(newcomer: Path) -> None:
    assert len(sessions()) >= 8
    for command, shown in sessions():
        printed = run(command, newcomer)
        assert pattern_of(shown).match(printed), (
            f"$ {command}\nprinted:\n{printed}\nREADME:\n{shown}"
        )


def test_the_readme_names_every_command() -> None:
    from provenance.cli import _COMMANDS

    for name in _COMMANDS:
        assert re.search(rf"^\| `{name}\b", README, re.MULTILINE), name


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "docs/adr").glob("0*.md")):
        assert f"({path.name})" in listed, path.name


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/adr/README.md"]
)
def test_links_between_pages_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{name} links to {target}"


def test_the_lock_has_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pins = re.findall(r"^[a-z0-9][\w.-]*==\S+", lock, re.MULTILINE)
    assert len(pins) > 40
    assert lock.count("--hash=sha256:") >= len(pins)


def test_readme_settings_and_corrections_are_taken_as_they_stand(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    corrections = [block for block in blocks if "[[correction]]" in block]
    settings = [block for block in blocks if block not in corrections]
    assert [len(parse_corrections(block, "README.md")) for block in corrections] == [1]
    (tmp_path / "provenance.toml").write_text("\n".join(settings), encoding="utf-8")
    assert load_settings(tmp_path / "provenance.toml") != load_settings(None)


@pytest.mark.parametrize(
    ("page", "section"),
    [("nightly.md", "night"), ("scale.md", "cluster")],
    ids=["night", "cluster"],
)
def test_every_setting_is_explained_with_its_default(page: str, section: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    table = text.partition(f"| `[{section}]` | if not set |")[2].partition("\n\n")[0]
    told = {}
    for row in table.splitlines()[2:]:
        names, default = (cell.strip() for cell in row.split("|")[1:3])
        told.update(dict.fromkeys(re.findall(r"`(\w+)`", names), default))
    defaults = msgspec.to_builtins(getattr(Settings(), section))
    assert told == {
        name: json.dumps(value).strip('"').removesuffix(".0") for name, value in defaults.items()
    }
