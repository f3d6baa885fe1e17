"""`provenance parse`: read and parse only."""

from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from provenance.cite.contract import parse_to_json
from provenance.cite.parse import parse_document
from provenance.cite.places import PlaceFinder, describe_place
from provenance.cli.console import plural, print_json, stdout_console
from provenance.cli.faults import name_input
from provenance.cli.options import config_option, json_option, read_settings
from provenance.errors import UnreadableDocument
from provenance.model import Citation, Note, Parsed
from provenance.pipeline.inputs import Input, RawDocument, read_input
from provenance.pipeline.reading import DocumentReader
from provenance.settings import Settings


@click.command("parse")
@click.argument("path")
@config_option
@json_option
def command(path: str, *, config: str | None, as_json: bool) -> int:
    """Read and parse a document; touches neither network nor store. - reads standard input."""
    parsed = _parse(path, read_settings(config))
    if as_json:
        print_json(parse_to_json(parsed))
    else:
        _show(stdout_console(), parsed, Path(path).name)
    return 0


def _parse(path: str, settings: Settings) -> Parsed:
    raw = read_input(Input(path, "stdin" if path == "-" else "file"), settings.ingest, _refuse_url)
    try:
        with DocumentReader(settings.extract) as reader:
            return parse_document(reader.read(raw.data, raw.name))
    except UnreadableDocument as error:
        said = name_input("standard input" if path == "-" else path, error.message)
        raise UnreadableDocument(
            said, hint=error.hint, source=error.source, span=error.span
        ) from error


def _refuse_url(url: str) -> RawDocument:
    raise click.UsageError(f"parse reads no URL: {url}")


def _show(console: Console, parsed: Parsed, name: str) -> None:
    said = parsed.document.metadata
    console.print(Text(said.title or name, style="bold"))
    about = " · ".join(filter(None, (", ".join(said.authors), said.published, said.origin_url)))
    if about:
        console.print(Text(about, style="dim"), soft_wrap=True)
    kinds = Counter(citation.kind for note in parsed.notes for citation in note.citations)
    counted = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.most_common())
    sizes = (plural(len(parsed.claims), "claim"), plural(len(parsed.notes), "note"))
    console.print(Text(", ".join((*sizes, counted or "no citations"))))
    console.print()
    for note in parsed.notes:
        _show_note(console, note)
    _show_findings(console, parsed, name)


def _show_findings(console: Console, parsed: Parsed, name: str) -> None:
    """One line a finding, `draft.txt:12:5 FN102 …`: editors and grep go by lines."""
    places = PlaceFinder(parsed.document)
    if parsed.notes and parsed.findings:
        console.print()
    for finding in parsed.findings:
        place = places.find(finding.start)
        line = Text(f"{name}:{describe_place(place)} ", style="dim")
        line.append(f"{finding.rule} ", style="yellow" if finding.severity != "error" else "red")
        label = f"[{finding.label}]"
        is_named = finding.label is None or label in finding.message
        line.append("" if is_named else f"{label} ", style="bold cyan")
        line.append(finding.message, style="default not bold")
        console.print(line, soft_wrap=not console.is_terminal)


def _show_note(console: Console, note: Note) -> None:
    label = f"[{note.label}]"
    if not note.citations:
        console.print(Text(f"{label:>6} ", style="bold cyan").append("empty", style="yellow"))
    for citation in note.citations:
        line = Text(f"{label:>6} ", style="bold cyan")
        line.append(f"{citation.kind.replace('_', ' '):<14}", style="dim not bold")
        console.print(line.append(_named(citation), style="default not bold"), soft_wrap=True)
        label = ""


def _named(citation: Citation) -> str:
    if citation.url:
        return citation.url + ("  (cut)" if citation.truncated else "")
    if not (citation.publisher or citation.title):
        return " ".join(citation.raw.split())
    return " · ".join(filter(None, (citation.publisher, citation.title, citation.date)))
