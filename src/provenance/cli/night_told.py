"""The options of `nightly` that say where a night is told, and its telling."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from provenance.errors import UsageError
from provenance.formats.strangers import printable
from provenance.model import NightReport
from provenance.pipeline.catchup import open_store
from provenance.pipeline.night_outputs import (
    Outputs,
    check_outputs,
    write_outputs,
)
from provenance.pipeline.night_telling import tell_people_of_nights
from provenance.pipeline.workplace import Workplace
from provenance.store.rows import time_text
from provenance.store.watching import last_night

__all__ = ["output_options", "outputs_of", "read_last_night", "tell_night"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FORMS = (
    ("markdown", "Write the report as Markdown, too."),
    ("html", "Write the report as one HTML file, with the year's pictures."),
    ("atom", "Write a feed of the last thirty nights."),
    ("sarif", "Write a SARIF log, with what is new and what is gone since the last night."),
    ("metrics", "Write a text file for Prometheus' node_exporter."),
)


def output_options(command: _Command) -> _Command:
    """Add an option for each form that a night is written in."""
    for name, about in reversed(_FORMS):
        path = click.Path(path_type=Path)
        command = click.option(f"--{name}", type=path, metavar="FILE", help=about)(command)
    return command


def outputs_of(files: Mapping[str, Path | None], workplace: Workplace) -> Outputs:
    """Return where the night is to be told; what could not be written is told at once.

    Raises:
        UsageError, SettingsError: as `check_outputs` has it.
    """
    outputs = Outputs(**files)
    check_outputs(outputs, workplace)
    return outputs


def read_last_night(workplace: Workplace) -> NightReport:
    """Return what the last night told.

    Raises:
        UsageError: there was none.
    """
    with open_store(workplace.db_path, read_only=True) as store:
        report = last_night(store.db, time_text(workplace.clock())) or last_night(store.db)
    if report is None:
        raise UsageError("no night was run yet", hint="`provenance nightly` runs one")
    return report


def tell_night(
    workplace: Workplace, report: NightReport, outputs: Outputs, *, people: bool = True
) -> None:
    """Write the files and, unless told otherwise, send the messages; one that fails is a warning.

    Raises:
        ArchiveError: a file could not be written. People were told all the same.
    """
    try:
        if outputs != Outputs():
            with open_store(workplace.db_path, read_only=True) as store:
                write_outputs(store.db, report, outputs, workplace.settings)
    finally:
        for failed in tell_people_of_nights(workplace, report) if people else ():
            click.echo(f"warning: {printable(failed)}", err=True)
