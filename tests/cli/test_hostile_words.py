"""Words of strangers on a terminal: nothing in them steers it, and JSON stays what it was."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from provenance.cli.output import print_json
from support.runs import run_here

# Colour and a link of the terminal's own (OSC 8), by ESC and by one byte of C1, and a turned name.
STEERING = (
    "\x1b[31mred\x1b]8;;https://evil.test\x07 \x9b31m \x9d0;title\x9c \u202egpj.exe\u2066 \x7f"
)


class Terminal:
    def __init__(self) -> None:
        self.buffer = io.BytesIO()

    def isatty(self) -> bool:
        return True


def test_json_on_a_terminal_escapes_what_steers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    value = {"title": STEERING, "é": ["ع", 1]}
    print_json(value)
    shown = terminal.buffer.getvalue().decode()
    assert json.loads(shown) == value
    assert "é" in shown
    assert not set(shown) & set("\x1b\x07\x7f\x9b\x9c\x9d\u202e\u2066")


@pytest.mark.parametrize("name", ["draft.txt", "draft.html"])
def test_nothing_that_a_document_says_steers_the_terminal(tmp_path: Path, name: str) -> None:
    said: Any = f"Title {STEERING}\n\nIt rained {STEERING}.[1] It fell.[3]\n\nReferences\n\n[1] https://a.org/{STEERING}x\n[2] {STEERING}"
    if name.endswith("html"):
        said = f"<html><head><title>T {STEERING}</title><body><p>" + said.replace("\n\n", "<p>")
    (tmp_path / name).write_text(said, "utf-8")
    done = run_here(tmp_path, "parse", name)
    assert done.code == 0
    assert not set(done.out + done.err) & set("\x1b\x07\x7f\x9b\x9c\x9d\u202e\u2066")


def test_nothing_that_a_package_says_steers_the_terminal(tmp_path: Path) -> None:
    manifest = {
        "profile": "data-package", "wacz_version": "1.1.1", "title": STEERING, "created": STEERING,
        "software": STEERING, "resources": [
            {"name": STEERING, "path": f"archive/{STEERING}", "hash": STEERING, "bytes": 1}
        ],
    }  # fmt: skip
    written = json.dumps(manifest)
    signed = {
        "hash": "sha256:0", "created": STEERING, "software": STEERING, "signature": STEERING,
        "domain": STEERING, "domainCert": STEERING, "version": STEERING, "timeSignature": STEERING,
    }  # fmt: skip
    digest = {"path": "datapackage.json", "hash": STEERING, "signedData": signed}
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("datapackage.json", written)
        package.writestr("datapackage-digest.json", json.dumps(digest))
        package.writestr(f"pages/{STEERING.replace('/', '')}", b"x")
    done = run_here(tmp_path, "verify", "a.wacz")
    assert done.code != 0
    assert "signed for the domain" in done.out
    assert not set(done.out + done.err) & set("\x1b\x07\x7f\x9b\x9c\x9d\u202e\u2066")
