"""`provenance rebuild`: the database anew from the archive."""

import click

import provenance
from provenance.cli.console import show_progress
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    workplace_of,
)
from provenance.cli.output import print_json


@click.command("rebuild")
@db_option
@archive_option
@config_option
@json_option
def command(*, db: str, archive: str, config: str | None, as_json: bool) -> int:
    """Make the database anew from the archive; the old one stays until the new one is complete."""
    applied = provenance.rebuild(workplace_of(db, archive, config), show_progress)
    if as_json:
        print_json({"schema": "provenance.rebuild/1", "db": db, "lines": applied})
    else:
        click.echo(f"{db} made anew from {applied:,} journal lines of {archive}/")
    return 0
