"""`provenance validate`: what is wrong with a draft's notes, where, and what mends it."""

from datetime import UTC, datetime
from pathlib import Path

import click

from provenance.cli.options import config_option, read_settings
from provenance.cli.output import print_json
from provenance.pipeline.inputs import Input, RawDocument, read_input
from provenance.pipeline.validation import Desk, Validated, read_house
from provenance.validate.engine import is_at_least, worst_of
from provenance.validate.report.data import findings_to_json

_FORMATS = ("text", "json")


@click.command("validate")
@click.argument("paths", nargs=-1, required=True)
@config_option
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("--house", metavar="PATH", help="House style [default: footnotes/house.toml].")
@click.option("--fail-on", type=click.Choice(("error", "warning", "info")), default=None)
def command(
    paths: tuple[str, ...], *, config: str | None, form: str, house: str | None, fail_on: str | None
) -> int:
    """Say what is wrong with the notes of drafts, where, and what mends it."""
    settings = read_settings(config)
    style = read_house(Path(house) if house else None)
    validated: list[Validated] = []
    with Desk(settings, style, today=datetime.now(UTC).date()) as desk:
        for path in paths:
            raw = read_input(Input(path, "file"), settings.ingest, _refuse_url)
            validated.append(desk.validate(raw.data, path))
    if form == "json":
        print_json(findings_to_json((each.path, each.findings) for each in validated))
    else:
        for each in validated:
            for found in each.findings:
                click.echo(
                    f"{each.path}:{found.place.line}:{found.place.column} {found.rule} {found.message}"
                )
    worst = [worst_of(each.findings) for each in validated]
    least = fail_on or style.fail_on
    return int(any(each is not None and is_at_least(each, least) for each in worst))  # type: ignore[arg-type]


def _refuse_url(url: str) -> RawDocument:
    raise click.UsageError(f"validate reads no URL: {url}; `provenance ingest` fetches it")
