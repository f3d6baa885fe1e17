"""Compiled patterns are kept for the next run, and nothing ever depends on that."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from provenance.formats import programs
from provenance.formats.programs import compile_kept

_PATTERNS = (
    (r"(?P<day>\d{1,2})\.(?P<month>\d\d)", 0),
    (r"straße|[^\W\d_]+(?<!ab)c*+", re.IGNORECASE),
    (r"^a . b $", re.MULTILINE | re.VERBOSE | re.DOTALL),
    (r"(?i:x)(y)?(?(1)z|[\U0001f600-\U0001f64f])", 0),
)
# Parses a text, then says how many patterns were compiled by `re` on the way.
_COUNTING = """
import re._compiler
count, compile = 0, re._compiler.compile
def counted(pattern, flags=0):
    global count
    count += 1
    return compile(pattern, flags)
re._compiler.compile = counted
from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
text = b"Tolls rose in March 2024.[1]\\n\\nReferences\\n\\n[1] Ada Writer, Tolls, p. 3, https://a.example/b\\n"
parse_document(read_document(text))
print(count)
"""


@pytest.fixture
def kept_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for the programs of its own, with nothing kept and nothing fresh."""
    path = tmp_path / "kept.programs"
    monkeypatch.setattr(programs, "programs_path", lambda: str(path))
    monkeypatch.setattr(programs, "_kept_before", programs._read)
    monkeypatch.setattr(programs, "_fresh", {})
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return path


def _keep_all() -> None:
    for pattern, flags in _PATTERNS:
        compile_kept(pattern, flags)
    programs.keep_programs()


def test_a_kept_program_is_the_one_that_re_makes(kept_in: Path) -> None:
    _keep_all()
    assert kept_in.exists()
    for pattern, flags in _PATTERNS:
        taken = compile_kept(pattern, flags)
        own = re.compile(pattern, flags)
        assert taken == own
        assert (taken.flags, taken.groups, taken.groupindex) == (own.flags, own.groups, own.groupindex)  # fmt: skip
    found = compile_kept(*_PATTERNS[0]).search("on 21.03.")
    assert found is not None
    assert found.groupdict() == {"day": "21", "month": "03"}
    assert not programs._fresh, "what was kept is not compiled again"


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: b"\x00" * len(data),
    ],
    ids=["cut", "empty", "one-bit", "zeros"],
)
def test_a_damaged_file_is_none_and_is_written_anew(kept_in: Path, harm: object) -> None:
    _keep_all()
    whole = kept_in.read_bytes()
    kept_in.write_bytes(harm(whole))  # type: ignore[operator]
    assert programs._read() == {}
    _keep_all()
    assert kept_in.read_bytes() == whole


def test_programs_of_another_python_are_left_alone(
    kept_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep_all()
    monkeypatch.setattr(programs, "_python", lambda: "another")
    assert kept_in.exists()
    assert programs._read() == {}


def test_a_program_that_differs_is_not_kept(kept_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = programs._program_of("b", 0)
    monkeypatch.setattr(programs, "_program_of", lambda *_: other)
    _keep_all()
    assert programs._read() == {}


def test_a_python_that_compiles_in_another_way_costs_nothing_but_time(
    kept_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise AttributeError("_code")

    monkeypatch.setattr(programs, "_program_of", none)
    _keep_all()
    assert not kept_in.exists()


def test_what_lies_there_stays_bounded(kept_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_MOST_KEPT", 6)
    _keep_all()
    for text in "pqr":
        compile_kept(text)
    programs.keep_programs()
    assert [pattern for pattern, _ in programs._read()] == ["p", "q", "r"]


def test_nothing_is_written_where_python_writes_no_modules(
    kept_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    _keep_all()
    assert not kept_in.exists()


def test_a_folder_that_cannot_be_written_is_no_fault(
    tmp_path: Path, kept_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "programs_path", lambda: str(tmp_path / "not" / "there"))
    _keep_all()
    assert list(tmp_path.iterdir()) == []


def test_the_second_run_compiles_next_to_nothing(tmp_path: Path) -> None:
    environment = {
        **os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "",
    }  # fmt: skip
    counts = [
        int(
            subprocess.run(
                [sys.executable, "-c", _COUNTING],
                env=environment, check=True, capture_output=True, text=True,
            ).stdout
        )
        for _ in range(2)
    ]  # fmt: skip
    assert counts[0] > 100
    assert counts[1] < counts[0] / 3, counts
    assert len(list(tmp_path.rglob("*.programs"))) == 1


def test_they_lie_where_python_keeps_the_module() -> None:
    module = importlib.util.cache_from_source(programs.__file__)
    assert Path(programs.programs_path()).parent == Path(module).parent
