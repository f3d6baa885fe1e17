"""The API keeps what its own OpenAPI says, asked at random by a stranger (schemathesis)."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.serving import serving

pytest.importorskip("schemathesis", reason="schemathesis is not installed")


def test_the_api_keeps_what_its_description_says(tmp_path: Path) -> None:
    # what a schema cannot say of bytes, that they are a document, may be refused: hence the one check left out
    with serving(tmp_path) as (address, _):
        done = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "run", address.replace("/validate", "/api/openapi.json"),
             "--checks", "all", "--exclude-checks", "positive_data_acceptance",
             "--max-examples", "8", "--seed", "20231215", "--no-color"],
            cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]
    assert "3 selected / 3 total" in done.stdout
    assert " passed" in done.stdout
