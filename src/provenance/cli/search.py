"""`provenance search`: full text over claims and archived pages."""

from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from provenance.cli.console import print_json, stdout_console
from provenance.cli.options import db_option, json_option
from provenance.pipeline.catchup import open_store
from provenance.store.rows import storable
from provenance.store.search import SearchResult, search
from provenance.text import Span


@click.command("search")
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1), help="Hits at most."
)
@db_option
@json_option
def command(text: tuple[str, ...], *, limit: int, db: str, as_json: bool) -> int:
    """Search claims and archived text; all words must occur, "quoted words" in their order."""
    query = storable(" ".join(text))
    with open_store(Path(db), read_only=True) as store:
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
        console.print(Text(f"{len(found.claims)} claims", style="bold"))
    for claim in found.claims:
        console.print(_marked(claim.text, claim.ranges))
        console.print(
            Text(f"  {claim.document_title or claim.document_id} · {claim.claim_id}", style="dim")
        )
    if found.texts:
        console.print(Text(f"{len(found.texts)} archived pages", style="bold"))
    for hit in found.texts:
        console.print(_marked(" ".join(hit.snippet.split("\n")), hit.ranges))
        console.print(Text(f"  {hit.title or ''} · {hit.url} · {hit.at[:10]}", style="dim"))


def _marked(text: str, ranges: Iterable[Span]) -> Text:
    marked = Text(text)
    for start, end in ranges:
        marked.stylize("bold yellow", start, end)
    return marked
