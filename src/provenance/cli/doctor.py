"""`provenance doctor`: will it work here?"""

from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from provenance.cli.console import stdout_console, stranger_text
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    read_settings,
)
from provenance.cli.output import print_json
from provenance.errors import SettingsError
from provenance.pipeline.doctor import Examined, examine
from provenance.pipeline.workplace import Workplace
from provenance.version import __version__

_MARKS = {"good": ("✓", "green"), "note": ("!", "yellow"), "bad": ("✗", "bold red")}
_WILL_NOT_WORK = 2


@click.command("doctor")
@click.option("--online", is_flag=True, help="Also ask the name service for the canary names.")
@db_option
@archive_option
@config_option
@json_option
def command(*, online: bool, db: str, archive: str, config: str | None, as_json: bool) -> int:
    """Check the installation, the settings, the archive and the database; change nothing.

    Exit code 2: something is in the way, and it says what to do.
    """
    place, fault = Workplace(Path(db), Path(archive)), None
    try:
        place = msgspec.structs.replace(place, settings=read_settings(config))
    except SettingsError as error:
        fault = error
    examined = examine(place, fault, online=online)
    if as_json:
        print_json({"schema": "provenance.doctor/1", "version": __version__,
                    "works": examined.works, "checks": msgspec.to_builtins(examined.findings)})  # fmt: skip
    else:
        _show(stdout_console(), examined)
    return 0 if examined.works else _WILL_NOT_WORK


def _show(console: Console, examined: Examined) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in examined.findings:
        mark, style = _MARKS[finding.verdict]
        words = stranger_text(finding.found)
        if finding.advice:
            words.append(f"\n→ {stranger_text(finding.advice).plain}", style="italic")
        table.add_row(Text(mark, style), Text(finding.name, "bold"), words)
    console.print(table)
    bad = sum(finding.verdict == "bad" for finding in examined.findings)
    console.print()
    if bad:
        console.print(Text(f"{bad} of this will not work as it is", "bold red"))
    else:
        console.print(Text("ready", "bold green"))
