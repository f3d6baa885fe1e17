"""`provenance dump`: every row as JSON lines, to compare two stores with diff."""

import sys

import click
import msgspec

from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    workplace_of,
)
from provenance.pipeline.catchup import open_store
from provenance.store.dump import dump_rows


@click.command("dump")
@click.option(
    "--stable",
    is_flag=True,
    help="Leave out times, durations, WARC file and offset: what differs between two honest runs.",
)
@db_option
@archive_option
@config_option
def command(*, stable: bool, db: str, archive: str, config: str | None) -> int:
    """Print every row of the store as JSON lines, in a fixed order."""
    place = workplace_of(db, archive, config)
    stream = sys.stdout.buffer
    with open_store(place.db_path, read_only=True) as store:
        for row in dump_rows(store.db, stable=stable):
            stream.write(msgspec.json.encode(row) + b"\n")
    stream.flush()
    return 0
