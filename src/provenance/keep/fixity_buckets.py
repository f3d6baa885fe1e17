"""Entries of fixed length, sorted into files by what they speak of: joins of any size in little memory."""

import struct
from pathlib import Path
from typing import Any

from provenance.keep.disk import archive_faults, make_folder

__all__ = ["Buckets"]

# All buckets together hold so much before they are written out.
_HELD_BYTES = 16 << 20


class Buckets:
    """Appends entries of the struct format `entry` to one bucket a name; read back sorted.

    Scratch: nothing of it outlives a run, and nothing is synced.
    """

    def __init__(self, folder: Path, entry: str) -> None:
        make_folder(folder)
        self._folder = folder
        self._entry = struct.Struct(entry)
        self._numbers: dict[str, int] = {}
        self._held: dict[str, bytearray] = {}
        self._held_bytes = 0

    def add(self, name: str, *values: Any) -> None:
        """Put one entry into a bucket."""
        self._numbers.setdefault(name, len(self._numbers))
        self._held.setdefault(name, bytearray()).extend(self._entry.pack(*values))
        self._held_bytes += self._entry.size
        if self._held_bytes > _HELD_BYTES:
            self._write_out()

    def _write_out(self) -> None:
        for name, held in self._held.items():
            path = self._path(name)
            with archive_faults(path, "write"), path.open("ab") as out:
                out.write(held)
        self._held, self._held_bytes = {}, 0

    def _path(self, name: str) -> Path:
        return self._folder / f"{self._numbers[name]:06}"

    def names(self) -> list[str]:
        """Return the names of all buckets, sorted."""
        return sorted(self._numbers)

    def read(self, name: str) -> list[tuple[Any, ...]]:
        """Return a bucket's entries, sorted; none where there is no such bucket."""
        if name not in self._numbers:
            return []
        path, data = self._path(name), b""
        if path.exists():
            with archive_faults(path, "read"):
                data = path.read_bytes()
        return sorted(self._entry.iter_unpack(data + bytes(self._held.get(name, b""))))
