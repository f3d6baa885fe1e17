"""`provenance trace`: from a claim to its archived sources."""

import shutil

import click
from rich.console import Console
from rich.text import Text

from provenance.cite.typed import read_typed_url
from provenance.cli.console import stdout_console
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    workplace_of,
)
from provenance.cli.output import print_json
from provenance.pipeline.catchup import open_store
from provenance.pipeline.workplace import Workplace
from provenance.trace.chain import explain_nothing, trace
from provenance.trace.records import Trace
from provenance.trace.render import TreeLine, render_trace

__all__ = ["command", "show_trace"]

_STYLES = {
    "claim": "bold",
    "document": "dim",
    "note": "bold cyan",
    "citation": "default",
    "capture": "green",
    "withdrawn": "red",
    "attachment": "yellow",
    "memento": "magenta",
    "evidence": "blue",
    "blank": "default",
}
_STYLES_OF_STATES = {
    "alive": "green",
    "revived": "green",
    "failing": "red",
    "dead": "red",
    "unchecked": "dim",
    "not checkable": "dim",
}


@click.command("trace")
@click.argument("query", nargs=-1, required=True, metavar="CLAIM_OR_URL_OR_TEXT")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1), help="Claims at most."
)
@db_option
@archive_option
@config_option
@json_option
def command(
    query: tuple[str, ...],
    *,
    limit: int,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Walk the chain back: claim, marker, note, citation, source, capture.

    The query is a claim's text or id, a URL as cited, or document:label.
    """
    place = workplace_of(db, archive, config)
    wanted = " ".join(query)
    with open_store(place.db_path, read_only=True) as store:
        found = trace(store.db, wanted, limit=limit, read_url=read_typed_url)
        why = "" if found.claims else explain_nothing(store.db, wanted, read_typed_url)
    if as_json:
        print_json(found)
    elif found.claims:
        show_trace(stdout_console(), found, place)
    else:
        click.echo(why, err=True)
    return 0


def show_trace(console: Console, found: Trace, place: Workplace) -> None:
    """Print a trace as a tree; captures name the WARC files of the workplace's archive."""
    width = console.width if console.is_terminal else shutil.get_terminal_size((100, 24)).columns
    for line in render_trace(found, width=width, warc_folder=str(place.archive_root / "warc")):
        text = Text().append(line.branches, style="dim").append(line.text, style=_style_of(line))
        console.print(text, soft_wrap=True)


def _style_of(line: TreeLine) -> str:
    """A source is shown in the colour of its state, everything else in that of its role."""
    if line.role != "source":
        return _STYLES[line.role]
    state = line.text.partition(":")[0]
    return _STYLES_OF_STATES.get(state, "yellow")
