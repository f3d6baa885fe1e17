"""`provenance trace`: from a claim to its archived sources."""

import shutil
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from provenance.cite.typed import read_typed_url
from provenance.cli.console import print_json, stdout_console
from provenance.cli.options import db_option, json_option
from provenance.pipeline.catchup import open_store
from provenance.trace.chain import explain_nothing, trace
from provenance.trace.records import Trace
from provenance.trace.render import render_trace

__all__ = ["command", "show_trace"]

_STYLES = {
    "claim": "bold",
    "document": "dim",
    "note": "bold cyan",
    "citation": "default",
    "source": "yellow",
    "capture": "green",
    "memento": "magenta",
    "evidence": "blue",
    "blank": "default",
}


@click.command("trace")
@click.argument("query", nargs=-1, required=True, metavar="CLAIM_OR_URL_OR_TEXT")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1), help="Claims at most."
)
@db_option
@json_option
def command(query: tuple[str, ...], *, limit: int, db: str, as_json: bool) -> int:
    """Walk the chain back: claim, marker, note, citation, source, capture.

    The query is a claim's text or id, a URL as cited, or document:label.
    """
    wanted = " ".join(query)
    with open_store(Path(db), read_only=True) as store:
        found = trace(store.db, wanted, limit=limit, read_url=read_typed_url)
        why = "" if found.claims else explain_nothing(store.db, wanted, read_typed_url)
    if as_json:
        print_json(found)
    elif found.claims:
        show_trace(stdout_console(), found)
    else:
        click.echo(why, err=True)
    return 0


def show_trace(console: Console, found: Trace) -> None:
    """Print a trace as a tree."""
    width = console.width if console.is_terminal else shutil.get_terminal_size((100, 24)).columns
    for line in render_trace(found, width=width):
        text = Text(line.branches, style="dim")
        console.print(text.append(line.text, style=_STYLES[line.role]), soft_wrap=True)
