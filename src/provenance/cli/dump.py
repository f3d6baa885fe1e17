"""`provenance dump`: every row as JSON lines, to compare two stores with diff."""

import sys
from pathlib import Path

import click
import msgspec

from provenance.cli.options import db_option
from provenance.pipeline.catchup import open_store
from provenance.store.dump import dump_rows


@click.command("dump")
@click.option(
    "--stable",
    is_flag=True,
    help="Leave out times, durations, WARC file and offset: what differs between two honest runs.",
)
@db_option
def command(*, stable: bool, db: str) -> int:
    """Print every row of the store as JSON lines, in a fixed order."""
    stream = sys.stdout.buffer
    with open_store(Path(db), read_only=True) as store:
        for row in dump_rows(store.db, stable=stable):
            stream.write(msgspec.json.encode(row) + b"\n")
    stream.flush()
    return 0
