"""A disk of its own that is soon full: a small file system in memory, for as long as a test needs it."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["a_small_disk"]


@contextlib.contextmanager
def a_small_disk(folder: Path, size_bytes: int) -> Iterator[Path]:
    """Mount it at `folder`, which is made; without the right to mount the test is skipped."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a disk of its own takes root")
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(folder)],
        check=False, capture_output=True,
    )  # fmt: skip
    if made.returncode != 0:
        pytest.skip("a disk of its own takes the right to mount: " + made.stderr.decode().strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
