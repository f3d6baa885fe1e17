"""Where editors already work: the hooks and the action name what runs, and it does what they say."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from provenance.pipeline.inputs import READ_SUFFIXES
from provenance.validate.house import parse_house, refuse_unknown_rules
from provenance.validate.rules import all_rules
from support.runs import environment

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

ROOT = Path(__file__).parents[2]
GLUED = (
    "# A Short Update\n\nTwo barges were stopped below the ford.[^1]\n\n"
    "[^1]: https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12\n"
)
MENDED = GLUED.replace("bargeshttps", "barges; https")


def hooks() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(
        (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    )
    return found


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    return found


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for words in ("init -q", "config user.name Ada", "config user.email ada@tolls.example"):
        subprocess.run(["git", *words.split()], cwd=tmp_path, check=True)
    (tmp_path / "draft.md").write_text(GLUED)
    (tmp_path / "other draft.md").write_text(MENDED)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    subprocess.run(["git", "commit", "-qm", "Draft"], cwd=tmp_path, check=True)
    return tmp_path


def run_hook(hook: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a hook as pre-commit does: its entry with the staged files that its pattern fits."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=folder, check=True, capture_output=True, text=True
    )
    files = [name for name in listed.stdout.split("\0") if name and re.search(hook["files"], name)]
    program, *words = shlex.split(hook["entry"])
    assert program == "provenance"
    return subprocess.run(
        [sys.executable, "-m", "provenance", *words, *files],
        cwd=folder, check=False, capture_output=True, text=True, env=environment(),
    )  # fmt: skip


def test_each_hook_stops_a_commit_or_mends_it(repository: Path) -> None:
    check, fix = hooks()
    assert [check["id"], fix["id"]] == ["provenance-validate", "provenance-fix"]
    stopped = run_hook(check, repository)
    assert stopped.returncode == 1, stopped.stderr
    assert "draft.md:5:" in stopped.stdout
    assert "other draft.md" not in stopped.stdout
    assert run_hook(fix, repository).returncode == 0
    assert (repository / "draft.md").read_text() == MENDED
    assert sorted(path.name for path in repository.iterdir()) == [
        ".git", "draft.md", "other draft.md", "picture.png",
    ], "what git has needs no backup"  # fmt: skip
    assert run_hook(check, repository).returncode == 0


def test_the_hooks_take_what_is_read() -> None:
    for hook in hooks():
        taken = {suffix for suffix in READ_SUFFIXES if re.search(hook["files"], f"draft{suffix}")}
        assert {".txt", ".md", ".html", ".docx", ".rst", ".wiki"} <= taken
        assert not re.search(hook["files"], "draft.py")


def test_the_action_runs_what_its_inputs_say(repository: Path, tmp_path: Path) -> None:
    said = action()
    assert said["runs"]["using"] == "composite"
    step = next(each for each in said["runs"]["steps"] if each.get("name") == "Validate")
    named = set(re.findall(r"inputs\.([\w-]+)", str(said["runs"])))
    assert named == set(said["inputs"])
    program = repository / "run-provenance"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m provenance "$@"\n')
    program.chmod(0o755)
    values = {
        "PROVENANCE": str(program), "PATHS": "draft.md\n\nother draft.md", "FAIL_ON": "error",
        "HOUSE": "", "BASELINE": "", "SARIF": "out.sarif",
    }  # fmt: skip
    assert set(values) == set(step["env"])
    script = ["bash", "-e", "-o", "pipefail", "-c", step["run"]]
    done = subprocess.run(
        script,
        cwd=repository,
        check=False,
        capture_output=True,
        text=True,
        env=environment(**values),
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=draft.md,line=5,")
    assert '"2.1.0"' in (repository / "out.sarif").read_text("utf-8")
    values |= {"BASELINE": "out.sarif", "SARIF": ""}
    again = subprocess.run(
        script,
        cwd=repository,
        check=False,
        capture_output=True,
        text=True,
        env=environment(**values),
    )
    assert again.returncode == 0, again.stdout + again.stderr


def test_nothing_that_people_type_becomes_part_of_a_script() -> None:
    for step in action()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_what_the_page_on_the_house_style_shows_may_be_said() -> None:
    page = (ROOT / "docs" / "house-style.md").read_text("utf-8")
    text = "\n".join(re.findall(r"```toml\n(.*?)```", page, re.DOTALL))
    house = parse_house(text, "house-style.md")
    refuse_unknown_rules(
        house, text, "house-style.md", [(rule.code, rule.name) for rule in all_rules()]
    )
    assert house.waiver
    for key, default in (
        (name, getattr(type(house.style)(), name)) for name in house.style.__struct_fields__
    ):
        row = re.search(rf"^\| `{key}` \|.*\| `(.*)` \|$", page, re.MULTILINE)
        assert row is not None, key
        assert row[1].strip('"') == str(default)
