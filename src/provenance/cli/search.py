"""`provenance search`: full text over claims, notes and archived pages, with filters."""

from collections.abc import Iterable
from typing import get_args

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
from provenance.model import CitationKind, SourceState
from provenance.pipeline.catchup import open_store
from provenance.store.filters import FoundIn, SearchFilters
from provenance.store.search import EVERYTHING, TextHit
from provenance.text import Span
from provenance.trace.found import Found, find

_INDENT = (0, 0, 0, 2)
_NOUNS = {"claims": "claim", "notes": "note", "texts": "archived text"}


@click.command("search")
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1), help="Hits of a kind at most."
)
@click.option("--document", metavar="NAME", help="Only of this document: id, path or title.")
@click.option("--since", metavar="DAY", help="Published (archived texts: archived) on it or later.")
@click.option("--until", metavar="DAY", help="On it or earlier; 2024-03 and 2024 mean all of it.")
@click.option("--host", metavar="HOST", help="Citing this host, or one below it.")
@click.option("--state", metavar="STATE", type=click.Choice(get_args(SourceState)),
              help=f"Citing a source in it: {', '.join(get_args(SourceState))}.")  # fmt: skip
@click.option("--language", metavar="CODE", help="Of the document or page: en, fr.")
@click.option("--kind", metavar="KIND", type=click.Choice(get_args(CitationKind)),
              help=f"Citing such a source: {', '.join(get_args(CitationKind))}.")  # fmt: skip
@click.option("--in", "within", multiple=True, type=click.Choice(get_args(FoundIn)),
              help="Only there; may be repeated.")  # fmt: skip
@db_option
@archive_option
@config_option
@json_option
def command(
    text: tuple[str, ...],
    *,
    limit: int,
    within: tuple[FoundIn, ...],
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
    **narrowed: str | None,
) -> int:
    """Search claims, notes and archived text; all words must occur, "quoted words" in their order.

    Names of documents, works, publishers, authors and hosts are found although they are mistyped.
    """
    place = workplace_of(db, archive, config)
    query = storable(" ".join(text))
    filters = SearchFilters(**narrowed)  # type: ignore[arg-type]
    if faults := filters.faults():
        raise click.UsageError(faults[0])
    with open_store(place.db_path, read_only=True) as store:
        found = find(store.db, query, filters, limit=limit, within=within or EVERYTHING)
    if as_json:
        print_json(found)
    elif found.is_empty:
        widen = ", or leave filters out" if filters.is_narrow else ""
        click.echo(f"nothing found: try fewer words{widen}", err=True)
    else:
        _show(stdout_console(), found)
    return 0


def _show(console: Console, found: Found) -> None:
    _head(console, found, "claims")
    for claim in found.claims:
        console.print(_marked(claim.text, claim.ranges))
        _about(console, claim.document_name, claim.published, claim.claim_id)
    _head(console, found, "notes")
    for note in found.notes:
        console.print(_marked(note.snippet, note.ranges))
        _about(console, f"note [{note.label}]", note.document_name, note.published, note.claim_id)
    _head(console, found, "texts")
    for hit in found.texts:
        console.print(_marked(hit.snippet, hit.ranges))
        _about(console, hit.title, hit.url, hit.at[:10], _whose(hit))
    if found.titles or found.hosts:
        console.print(Text("named like that", style="bold"))
    for title in found.titles:
        _about(console, title.name, title.kind, title.document_id or title.source_id)
    for host in found.hosts:
        _about(console, host.host, plural(host.sources, "source"))


def _head(console: Console, found: Found, of: FoundIn) -> None:
    """Say how many there are, and how many of them are shown."""
    hits = getattr(found, of)
    if not hits:
        return
    is_bounded = of in found.bounded
    said = plural(found.counts[of], _NOUNS[of])
    said = f"more than {said}; of the latest" if is_bounded else said
    shown = f", the best {len(hits)} shown" if found.counts[of] > len(hits) or is_bounded else ""
    console.print(Text(f"{said}{shown}", style="bold"))


def _about(console: Console, *said: str | None) -> None:
    about = Text(printable(" · ".join(filter(None, said))), style="dim")
    console.print(Padding(about, _INDENT, expand=False))


def _whose(hit: TextHit) -> str:
    """Say of a text that is no capture of ours whose it is."""
    if hit.capture_id:
        return ""
    return f"brought: {hit.attachment_id}" if hit.attachment_id else "another archive's copy"


def _marked(text: str, ranges: Iterable[Span]) -> Text:
    marked = Text(printable(text))
    for start, end in ranges:
        marked.stylize("bold yellow", start, end)
    return marked
