"""The terminal: data to standard output, progress and words to standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as RichProgress
from rich.text import Text

from provenance.formats.strangers import printable
from provenance.pipeline.progress import Stage

__all__ = [
    "show_progress",
    "stderr_console",
    "stdout_console",
    "stranger_text",
]

_NOTE_WIDTH = 32
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
    def __init__(self, progress: RichProgress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def advance(self, note: str = "", by: int = 1) -> None:
        shown = note if len(note) <= _NOTE_WIDTH else "…" + note[-_NOTE_WIDTH + 1 :]
        self._progress.update(self._task, advance=by, note=printable(shown))


@contextmanager
def show_progress(name: str, total: int, *, in_bytes: bool = False) -> Iterator[Stage]:
    """Draw a stage as a bar on standard error while it goes on."""
    columns: list[Any] = [
        TextColumn("[bold]{task.description}"),
        BarColumn(bar_width=None),
        *((DownloadColumn(), TransferSpeedColumn()) if in_bytes else (MofNCompleteColumn(),)),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}", style="dim", markup=False),
    ]
    console = stderr_console()
    with RichProgress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield _RichStage(progress, progress.add_task(name, total=total, note=""))
