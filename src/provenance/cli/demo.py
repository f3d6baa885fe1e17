"""`provenance demo`: the sample run."""

import os
import shutil
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from provenance.cli.console import show_progress, stdout_console
from provenance.cli.summary import show_summary
from provenance.cli.trace import show_trace
from provenance.demo.run import Demonstration, demonstrate

_DESK = "http://127.0.0.1:8321"  # where `provenance serve` listens unless told otherwise


@click.command("demo")
@click.option(
    "--folder",
    default="provenance-demo",
    show_default=True,
    metavar="DIR",
    help="Where the database and the archive of the demonstration go.",
)
def command(*, folder: str) -> int:
    """Run the main job on two sample updates, against a sample web on this machine."""
    console = stdout_console()
    console.print(Text("provenance demo", style="bold"))
    console.print(
        "Two invented updates, and an invented web on this machine that stands in for its sources:\n"
        "nothing leaves the machine, and no page is a real one.\n"
    )
    shown = demonstrate(Path(folder), show_progress)
    console.print(Text(f"ingest {' '.join(map(_near, shown.updates))}", style="bold"))
    console.print(Text(f"{shown.hosts} hosts of the sample web answered\n", style="dim"))
    show_summary(console, shown.report, shown.workplace)
    for title, chain in shown.traces:
        console.print()
        console.print(Text(title, style="bold underline"))
        show_trace(console, chain, shown.workplace)
    _say_what_next(console, shown)
    return 0


def _near(path: Path) -> str:
    relative = os.path.relpath(path)
    return relative if not relative.startswith("..") else str(path)


def _say_what_next(console: Console, shown: Demonstration) -> None:
    db, archive = _near(shown.workplace.db_path), _near(shown.workplace.archive_root)
    console.print()
    console.print(Text("next", style="bold"))
    activate = Path(sys.executable).with_name("activate")
    if shutil.which("provenance") is None and activate.is_file():  # as after `make demo`
        console.print(Text(f"  . {_near(activate)}", style="cyan"), soft_wrap=True)
    for line in (
        f"provenance serve --db {db} --archive {archive} --open",
        f"    then {_DESK}/claims/{shown.traces[0][1].claims[0].id}",
        f"provenance trace --db {db} --archive {archive} {shown.report.documents[0].id}:12",
        f"provenance search --db {db} gunboats",
        f'sqlite3 {db} "select claim_text, url, state from claim_sources limit 5"',  # noqa: S608
        f"provenance rebuild --db {db} --archive {archive}",
        "provenance ingest your-own-update.txt",
    ):
        console.print(Text(f"  {line}", style="cyan"), soft_wrap=True)
