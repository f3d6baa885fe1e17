"""What a person names: folders, globs, dangling links, hidden files; nothing is silently dropped."""

import os
from pathlib import Path

import pytest

from provenance.pipeline.inputs import expand_inputs


def lay(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("An update.\n", encoding="utf-8")


def names_of(folder: Path, *given: str) -> tuple[list[str], list[str], list[str]]:
    found = expand_inputs(str(folder / name) for name in given)
    inside = [os.path.relpath(each.name, folder) for each in found.inputs]
    return inside, [fault.message for fault in found.faults], list(found.passed_over)


def test_a_folder_gives_its_documents_in_order_and_names_what_it_leaves(tmp_path: Path) -> None:
    lay(tmp_path, "b.txt", "a.html", "sub/c.htm", "table.xlsx", ".hidden.txt", ".git/x.txt")
    inputs, faults, passed_over = names_of(tmp_path, ".")
    assert inputs == ["a.html", "b.txt", "sub/c.htm"]
    assert not faults
    assert passed_over == [str(tmp_path / "." / "table.xlsx")] or passed_over == [
        str(tmp_path / "table.xlsx")
    ]


def test_a_link_that_leads_nowhere_is_named_and_stops_nothing(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt", "c.txt")
    (tmp_path / "b.txt").symlink_to("nowhere.txt")
    for given in (".", "*.txt"):
        inputs, faults, _ = names_of(tmp_path, given)
        assert inputs == ["a.txt", "c.txt"]
        assert len(faults) == 1
        assert "b.txt" in faults[0]


def test_a_match_that_holds_no_document_stops_none_of_the_others(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt", "z.txt")
    (tmp_path / "empty").mkdir()
    inputs, faults, _ = names_of(tmp_path, "*")
    assert inputs == ["a.txt", "z.txt"]
    assert "holds no document" in faults[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_a_folder_that_may_not_be_entered_is_named(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt", "shut/b.txt")
    (tmp_path / "shut").chmod(0)
    try:
        inputs, faults, _ = names_of(tmp_path, ".")
    finally:
        (tmp_path / "shut").chmod(0o700)
    assert inputs == ["a.txt"]
    assert "shut" in faults[0]


def test_the_same_file_named_twice_is_read_once(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt")
    assert names_of(tmp_path, "a.txt", "a.txt", "*.txt")[0] == ["a.txt"]


def test_only_addresses_of_the_web_are_addresses(tmp_path: Path) -> None:
    found = expand_inputs(["https://a.example/x", "-", "ftp://a.example/x"])
    assert [each.kind for each in found.inputs] == ["url", "stdin"]
    assert "only http and https" in found.faults[0].message
