"""`provenance parse`: read and parse only."""

from pathlib import Path

import click

from provenance.cite.contract import parse_to_json
from provenance.cite.parse import parse_document
from provenance.cli.faults import name_input
from provenance.cli.options import config_option, json_option, read_settings
from provenance.cli.output import print_json
from provenance.errors import UnreadableDocument
from provenance.model import Parsed
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
        from provenance.cli.parsed import show_parsed

        show_parsed(parsed, Path(path).name)
    return 0


def _parse(path: str, settings: Settings) -> Parsed:
    is_url = path.startswith(("http://", "https://"))
    kind = "stdin" if path == "-" else "url" if is_url else "file"
    raw = read_input(Input(path, kind), settings.ingest, _refuse_url)
    try:
        with DocumentReader(settings.extract) as reader:
            return parse_document(reader.read(raw.data, raw.name))
    except UnreadableDocument as error:
        said = name_input("standard input" if path == "-" else path, error.message)
        raise UnreadableDocument(
            said, hint=error.hint, source=error.source, span=error.span
        ) from error


def _refuse_url(url: str) -> RawDocument:
    raise click.UsageError(f"parse reads no URL: {url}; `provenance ingest` fetches it")
