"""The terminal: data to standard output, progress and words to standard error."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as RichProgress
from rich.table import Column
from rich.text import Text

from provenance.formats.strangers import printable
from provenance.pipeline.progress import Stage

__all__ = [
    "show_progress",
    "stderr_console",
    "stdout_console",
    "stranger_text",
]

_log = logging.getLogger("provenance.run")
_STILL_GOING_S = 60.0
_NOTE_WIDTH = 32
# Below this many columns a bar over bytes says no speed.
_WIDE = 80
# What stands beside name and note at most: a short bar, "100,000/100,000" or "999.9/999.9 MB" with
# "999.9 MB/s", the time, and the gaps between them.
_WIDTH_OF_COUNTS = 4 + 15 + 7 + 4
_WIDTH_OF_BYTES = 4 + 14 + 10 + 7 + 5
# In a pipe there is no window; a table has to have some width.
_PIPE_WIDTH = 100


class _DataConsole(Console):
    """Standard output: strangers' words steer no terminal, and a closed pipe is `main`'s business."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print; a `Text` is shown as `printable` has it."""
        super().print(*map(_made_printable, objects), **options)

    def on_broken_pipe(self) -> None:
        """Say that nobody reads any more; rich itself would leave with exit code 1."""
        raise BrokenPipeError


def _made_printable(shown: Any) -> Any:
    if isinstance(shown, Text):
        shown.plain = printable(shown.plain)  # of the same length: its styles stay true
    return shown


def stranger_text(words: str, style: str = "") -> Text:
    """Return words from a document or the web for a cell: no markup, no control characters."""
    return Text(printable(words), style)


def stdout_console() -> Console:
    """Return a console on standard output: colours on a terminal, plain text in a pipe."""
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return _DataConsole(highlight=False, width=width)


def stderr_console() -> Console:
    """Return a console on standard error."""
    return Console(stderr=True, highlight=False)


class _RichStage:
    """A stage as a bar, and as lines of the log: one a minute, and one at its end."""

    def __init__(self, progress: RichProgress, name: str, total: int, note_width: int) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=total, note="")
        self._note_width = note_width
        self._name, self._total, self._done = name, total, 0
        self._began_s = self._logged_s = time.monotonic()

    def advance(self, note: str = "", by: int = 1) -> None:
        self._done += by
        shown = _end_of(note, self._note_width)
        self._progress.update(self._task, advance=by, note=printable(shown))
        if time.monotonic() - self._logged_s > _STILL_GOING_S:
            self.log()

    def log(self) -> None:
        """Say how far it is, to who reads the log at `info`."""
        self._logged_s = time.monotonic()
        told = {"stage": self._name, "done": self._done, "total": self._total,
                "elapsed_s": round(self._logged_s - self._began_s, 3)}  # fmt: skip
        _log.info("%s: %d of %d", self._name, self._done, self._total, extra=told)


def _end_of(note: str, width: int) -> str:
    if len(note) <= width:
        return note
    return "…" + note[len(note) - width + 1 :] if width > 1 else ""


def _kept() -> Column:
    """Return a column that a narrow window does not cut: there the bar gives way."""
    return Column(no_wrap=True)


def _columns(width: int, *, in_bytes: bool) -> list[ProgressColumn]:
    amounts: list[ProgressColumn] = [MofNCompleteColumn(table_column=_kept())]
    if in_bytes:
        amounts = [DownloadColumn(table_column=_kept())]
        if width >= _WIDE:
            amounts.append(TransferSpeedColumn(table_column=_kept()))
    return [
        TextColumn("[bold]{task.description}", table_column=_kept()),
        BarColumn(bar_width=None),
        *amounts,
        TimeElapsedColumn(table_column=_kept()),
        TextColumn("{task.fields[note]}", style="dim", markup=False, table_column=_kept()),
    ]


@contextmanager
def show_progress(name: str, total: int, *, in_bytes: bool = False) -> Iterator[Stage]:
    """Draw a stage as a bar on standard error while it goes on, and log how far it came."""
    console = stderr_console()
    columns = _columns(console.width, in_bytes=in_bytes)
    beside = len(name) + (_WIDTH_OF_BYTES if in_bytes else _WIDTH_OF_COUNTS)
    note_width = max(0, min(_NOTE_WIDTH, console.width - beside))
    with RichProgress(*columns, console=console, disable=not console.is_terminal) as progress:
        stage = _RichStage(progress, name, total, note_width)
        try:
            yield stage
        finally:
            stage.log()
