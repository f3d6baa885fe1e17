"""Lines in the order of their bytes, however many: sorted in pieces on disk, merged while read."""

import heapq
import itertools
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

__all__ = ["SortedLines"]

# So many lines are held: some 30 MB of index lines.
_HELD = 100_000
# So many files are open at once; the usual limit of a process is 1,024.
_FAN_IN = 64


class SortedLines:
    """Takes lines (bytes without line feed) in any order and gives them back sorted, each once.

    A context manager: what it wrote into a temporary folder below `folder` goes with it.
    """

    def __init__(self, folder: Path, *, held: int = _HELD) -> None:
        self._own = tempfile.TemporaryDirectory(prefix=".sorting-", dir=folder)
        self._most = held
        self._held: list[bytes] = []
        self._runs: list[Path] = []
        self._names = (Path(self._own.name) / str(number) for number in itertools.count())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._own.cleanup()

    def add(self, line: bytes) -> None:
        """Take one line."""
        self._held.append(line + b"\n")
        if len(self._held) >= self._most:
            self._spill(sorted(self._held))
            self._held = []
            if len(self._runs) >= _FAN_IN:
                runs, self._runs = self._runs, []
                self._spill(_merged(runs))
                for run in runs:
                    run.unlink()

    def _spill(self, lines: Iterable[bytes]) -> None:
        path = next(self._names)
        with path.open("wb") as out:
            out.writelines(lines)
        self._runs.append(path)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines, line feed included; may be called again, and before more is added."""
        before = b""
        for line in heapq.merge(sorted(self._held), _merged(self._runs)):
            if line != before:
                yield line
                before = line


def _merged(runs: Iterable[Path]) -> Iterator[bytes]:
    files: list[BinaryIO] = []
    try:
        files.extend(run.open("rb") for run in runs)
        yield from heapq.merge(*files)
    finally:
        for file in files:
            file.close()
