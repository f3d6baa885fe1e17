"""The patch that `--diff` shows: it can be applied, and says what it is a patch of."""

import shutil
import subprocess
from pathlib import Path

import pytest

from provenance.validate.fix.diff import make_patch
from provenance.validate.fix.mend import mend
from provenance.validate.rule import Rule
from support.docx_builder import a_docx, link, note, paragraph, reference
from support.mending import Seen, looker, replacing, retargeting


def patch_of(data: bytes, name: str, *rules: Rule) -> tuple[str, bytes]:
    look = looker(name, *rules)
    seen = look(data)
    assert isinstance(seen, Seen)
    done = mend(seen, look)
    return make_patch(seen, done.looked), done.data


@pytest.mark.parametrize(
    "text",
    [
        "Tolls rose.\n\nBarges came.\n",
        "Tolls rose.\r\n\r\nBarges came.\r\n",
        "Tolls rose.\n\nBarges\x0c came\u2028 here",
        "Barges",
    ],
    ids=["lines", "crlf", "no line end at the end", "one word"],
)
def test_patch_applies(text: str, tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    patch, wanted = patch_of(text.encode(), "draft.txt", replacing("Barges", "Boats"))
    (tmp_path / "draft.txt").write_bytes(text.encode())
    (tmp_path / "draft.patch").write_bytes(patch.encode())
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-p1", "draft.patch"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    assert (tmp_path / "draft.txt").read_bytes() == wanted


def test_a_draft_that_is_clean_has_no_patch() -> None:
    assert patch_of(b"Tolls rose.\n", "draft.txt", replacing("Barges", "Boats"))[0] == ""


def test_a_patch_of_a_word_file_says_that_it_is_one_of_its_words() -> None:
    data = a_docx(
        paragraph("Two barges came.", reference(1)),
        footnotes={1: note(link("rId9", "report"))},
        note_links={"rId9": "https://a.example/?utm_source=x"},
    )
    change = retargeting(lambda href: href.replace("?utm_source=x", ""))
    patch, _ = patch_of(data, "draft.docx", replacing("barges", "boats"), change)
    first, *lines = patch.splitlines()
    assert first == "# draft.docx is a Word file: this is a patch of its words as they are read"
    assert {"-Two barges came.[1]", "+Two boats came.[1]"} <= set(lines)
    assert lines[-1] == "# link: https://a.example/?utm_source=x -> https://a.example/"
