"""The API keeps what its own OpenAPI says, asked at random by a stranger (schemathesis), with and without a store."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from provenance.demo.run import Demonstration
from provenance.store.database import open_database
from support.copied import copy_workplace
from support.serving import serving

pytest.importorskip("schemathesis", reason="schemathesis is not installed")


# What the description's corners are is asked always; the other phases need a minute of their own.
PHASES = "coverage,fuzzing,stateful" if os.environ.get("PROVENANCE_LONG_TESTS") else "coverage"


def one_by_one(schema: Any) -> Any:
    """Return a schema without `prefixItems`, which schemathesis turns into what it then refuses."""
    if isinstance(schema, list):
        return [one_by_one(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    said = {name: one_by_one(value) for name, value in schema.items()}
    if "prefixItems" in said:
        said["items"] = {"anyOf": said.pop("prefixItems")}
    return said


def asked_at_random(folder: Path, address: str, phases: str, *arguments: str) -> str:
    base = address.removesuffix("/validate")
    with urllib.request.urlopen(f"{base}/api/openapi.json", timeout=30) as answer:
        described = one_by_one(json.load(answer))
    (folder / "openapi.json").write_text(json.dumps(described))
    # what a schema cannot say of bytes, that they are a document, may be refused: hence the one check left out
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", "openapi.json", "--url", base,
         "--checks", "all", "--exclude-checks", "positive_data_acceptance", "--phases", phases,
         "--seed", "20231215", "--no-color", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    selected, total = re.findall(r"(\d+) selected / (\d+) total", done.stdout)[0]
    assert selected == total
    return done.stdout


def test_the_api_keeps_what_its_description_says(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, _):
        asked_at_random(tmp_path, address, "fuzzing", "--max-examples", "2")


def test_with_a_store_the_api_keeps_what_its_description_says(
    tmp_path: Path, demonstrated: Demonstration
) -> None:
    place = copy_workplace(demonstrated.workplace, tmp_path)
    with open_database(place.db_path, read_only=True) as db:
        ids = {
            name: db.value(f"SELECT {name} FROM {table} ORDER BY 1 LIMIT 1")
            for name, table in (("document_id", "documents"), ("claim_id", "claims"), ("source_id", "sources"), ("capture_id", "captures"))
        }  # fmt: skip
    # ids that there are, so that more than "there is no such thing" is answered
    named = "\n".join(f'"path.{name}" = {json.dumps(value)}' for name, value in ids.items())
    (tmp_path / "schemathesis.toml").write_text(f"[parameters]\n{named}\n")
    with serving(tmp_path, "--db", "provenance.db", "--archive", "archive") as (address, _):
        asked_at_random(tmp_path, address, PHASES, "--max-examples", "3")
