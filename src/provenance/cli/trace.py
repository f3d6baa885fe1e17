"""`provenance trace`: from a claim to its archived sources, and back from those to claims."""

import shutil
from collections.abc import Iterable

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
from provenance.store.back import THINGS, Thing
from provenance.trace.back import trace_back
from provenance.trace.back_records import Back
from provenance.trace.back_render import render_back, render_impact
from provenance.trace.chain import explain_nothing, trace
from provenance.trace.records import Trace
from provenance.trace.render import render_trace
from provenance.trace.tree import TreeLine

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
@click.option(
    "--back",
    is_flag=True,
    help="What rests on it: a source, host, author, publisher, capture, memento, document, claim.",
)
@click.option(
    "--impact", is_flag=True, help="What those claims would be left with if it were gone."
)
@click.option("--of", "thing", type=click.Choice(THINGS), help="With these two: what QUERY names.")
@db_option
@archive_option
@config_option
@json_option
def command(
    query: tuple[str, ...],
    *,
    limit: int,
    back: bool,
    impact: bool,
    thing: Thing | None,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Walk the chain back: claim, marker, note, citation, source, capture.

    The query is a claim's text or id, a URL as cited, or document:label. With --back or --impact
    the chain is walked the other way, from whatever the query names to the claims that rest on it.
    """
    place = workplace_of(db, archive, config)
    wanted = " ".join(query)
    if back or impact:
        with open_store(place.db_path, read_only=True) as store:
            resting = trace_back(
                store.db, wanted, of=thing, by_impact=impact, limit=limit, read_url=read_typed_url
            )
        _show_back(resting, by_impact=impact, as_json=as_json)
        return 0
    if thing is not None:
        raise click.UsageError(
            "--of says what --back or --impact are to look for: name one of them"
        )
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


def _show_back(found: Back, *, by_impact: bool, as_json: bool) -> None:
    if as_json:
        print_json(found)
    elif found.name is None:
        click.echo(
            "nothing is known by that name; `provenance search` finds names that are mistyped",
            err=True,
        )
    else:
        console = stdout_console()
        render = render_impact if by_impact else render_back
        _print(console, render(found, width=_width(console)))


def _width(console: Console) -> int:
    return console.width if console.is_terminal else shutil.get_terminal_size((100, 24)).columns


def show_trace(console: Console, found: Trace, place: Workplace) -> None:
    """Print a trace as a tree; captures name the WARC files of the workplace's archive."""
    warc_folder = place.archive_root / "warc"
    _print(console, render_trace(found, width=_width(console), warc_folder=str(warc_folder)))
    has_captures = any(each.captures for claim in found.claims for each in claim.citations)
    if has_captures and not warc_folder.exists():
        click.echo(
            f"provenance: the archived pages are not in {place.archive_root}\n"
            "  → name the archive of this database with --archive",
            err=True,
        )


def _print(console: Console, lines: Iterable[TreeLine]) -> None:
    for line in lines:
        text = Text().append(line.branches, style="dim").append(line.text, style=_style_of(line))
        console.print(text, soft_wrap=True)


def _style_of(line: TreeLine) -> str:
    """A source is shown in the colour of its state, everything else in that of its role."""
    if line.role != "source":
        return _STYLES[line.role]
    state = line.text.partition(":")[0]
    return _STYLES_OF_STATES.get(state, "yellow")
