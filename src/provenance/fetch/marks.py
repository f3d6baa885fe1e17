"""Which URLs were asked in a night, so that a run that is killed and taken up asks none of them twice.

A mark is one line in a file that only grows, written with one call before the URL is asked: whatever
kills the process, the line is in the file or the URL was not asked. Several processes may write to one
file: the kernel puts whole lines behind each other (O_APPEND). What a power cut takes from a file that
was not synced is a mark at most; a mark costs 2 µs, a synced one milliseconds.
"""

import hashlib
import os
from pathlib import Path

__all__ = ["Marks", "count_marks"]

# 128 bits of a digest: two URLs of a hundred million share them with a chance of 1 in 10^22.
_DIGITS = 32


class Marks:
    """The marks of one night, in the file at `path` (its folder is there). Not for threads."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        with os.fdopen(os.dup(self._handle), "rb") as file:
            lines = file.read().split(b"\n")
        # the last is empty, or half a line that a power cut left: then nothing may be glued to it
        if lines.pop():
            os.write(self._handle, b"\n")
        self._asked = {line.decode("ascii", "replace") for line in lines}

    def __contains__(self, url: object) -> bool:
        return isinstance(url, str) and _mark_of(url) in self._asked

    def take(self, url: str) -> bool:
        """Mark a URL as asked; False where it was already, and must not be asked again."""
        mark = _mark_of(url)
        if mark in self._asked:
            return False
        os.write(self._handle, f"{mark}\n".encode())
        self._asked.add(mark)
        return True

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._handle)


def count_marks(path: Path) -> int:
    """Return how many URLs were asked by the marks in a file; 0 where it is not there."""
    try:
        return path.read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


def _mark_of(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
