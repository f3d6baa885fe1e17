"""`provenance search`: full text over claims and archived pages."""

from collections.abc import Iterable

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from provenance.cli.console import stdout_console
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    workplace_of,
)
from provenance.cli.output import plural, print_json
from provenance.formats.strangers import printable, storable
from provenance.pipeline.catchup import open_store
from provenance.store.search import SearchResult, TextHit, search
from provenance.text import Span

_INDENT = (0, 0, 0, 2)


@click.command("search")
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1), help="Hits at most."
)
@db_option
@archive_option
@config_option
@json_option
def command(
    text: tuple[str, ...],
    *,
    limit: int,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Search claims and archived text; all words must occur, "quoted words" in their order."""
    place = workplace_of(db, archive, config)
    query = storable(" ".join(text))
    with open_store(place.db_path, read_only=True) as store:
        found = search(store.db, query, limit=limit)
    if as_json:
        print_json(
            {
                "schema": "provenance.search/1",
                "query": query,
                "claims": found.claims,
                "texts": found.texts,
            }
        )
    elif found.claims or found.texts:
        _show(stdout_console(), found)
    else:
        click.echo("nothing found", err=True)
    return 0


def _show(console: Console, found: SearchResult) -> None:
    if found.claims:
        console.print(Text(plural(len(found.claims), "claim"), style="bold"))
    for claim in found.claims:
        console.print(_marked(claim.text, claim.ranges))
        about = f"{claim.document_name} · {claim.claim_id}"
        console.print(Padding(Text(printable(about), style="dim"), _INDENT, expand=False))
    if found.texts:
        console.print(Text(plural(len(found.texts), "archived text"), style="bold"))
    for hit in found.texts:
        console.print(_marked(" ".join(hit.snippet.split("\n")), hit.ranges))
        about = " · ".join(filter(None, (hit.title, hit.url, hit.at[:10], _whose(hit))))
        console.print(Padding(Text(printable(about), style="dim"), _INDENT, expand=False))


def _whose(hit: TextHit) -> str:
    """Say of a text that is no capture of ours whose it is."""
    if hit.capture_id:
        return ""
    return f"brought: {hit.attachment_id}" if hit.attachment_id else "another archive's copy"


def _marked(text: str, ranges: Iterable[Span]) -> Text:
    marked = Text(text)
    for start, end in ranges:
        marked.stylize("bold yellow", start, end)
    return marked
