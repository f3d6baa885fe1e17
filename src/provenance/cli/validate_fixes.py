"""Drafts mended from the command line: written, or shown as a patch."""

import sys
from pathlib import Path

import click
from msgspec import Struct

from provenance.cli.output import plural
from provenance.formats.strangers import printable, storable
from provenance.pipeline.validation import Desk, Validated

__all__ = ["Fixes", "mend_one", "show_patch"]

_REASONS_SHOWN = 5


class Fixes(Struct, frozen=True):
    """What is to be mended, and whether it is written or only shown."""

    are_made: bool = False
    shows_patch: bool = False
    unsafe: bool = False


def mend_one(desk: Desk, each: Validated, fixes: Fixes) -> Validated:
    """Mend a draft in its file (standard input: on standard output); return it as it is then.

    Raises:
        UsageError: the file may not be written, or was changed meanwhile.
        ProvenanceError: the disk is full or failing.
    """
    from provenance.pipeline.mending import mend_draft, write_mended

    mended = mend_draft(desk, each, unsafe=fixes.unsafe)
    name = printable(storable(each.path))
    if each.path == "-":
        sys.stdout.buffer.write(mended.data)
        sys.stdout.buffer.flush()
    elif mended.is_changed:
        written = write_mended(Path(each.path), each.data, mended.data)
        kept = (
            f"; the old file is {printable(storable(str(written.backup)))}"
            if written.backup
            else ""
        )
        click.echo(f"{name}: {plural(len(mended.fixed), 'finding')} mended{kept}", err=True)
    refused = [
        left for left in mended.left if left.finding.fix and (left.finding.fix.safe or fixes.unsafe)
    ]
    for left in refused[:_REASONS_SHOWN]:
        click.echo(f"{name}: {left.finding.rule} is left: {printable(left.reason)}", err=True)
    if len(refused) > _REASONS_SHOWN:
        click.echo(f"{name}: {len(refused) - _REASONS_SHOWN:,} more are left", err=True)
    after = mended.looked
    return Validated(each.path, after.data, after.draft, after.findings)


def show_patch(desk: Desk, each: Validated, fixes: Fixes) -> bool:
    """Print what mending a draft would change; True where it would change anything."""
    from provenance.pipeline.mending import mend_draft
    from provenance.validate.fix.diff import make_patch

    mended = mend_draft(desk, each, unsafe=fixes.unsafe)
    patch = make_patch(each, mended.looked)
    sys.stdout.buffer.write(storable(patch).encode())
    sys.stdout.buffer.flush()
    return bool(patch)
