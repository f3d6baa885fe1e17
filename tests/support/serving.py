"""`provenance serve` as a process of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["serving"]


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Yield the address of the page that validates, whichever is said to begin with, and the process."""
    server = subprocess.Popen(
        [sys.executable, "-m", "provenance", "serve", "--port", "0", *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        found = re.search(r"https?://\S+", said)
        assert found, said + (server.stderr.read() if server.stderr else "")
        yield f"{found[0].rstrip('/').removesuffix('/validate')}/validate", server
    finally:
        server.kill()
        server.communicate()
