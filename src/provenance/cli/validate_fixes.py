"""Drafts mended from the command line: written, or shown as a patch."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from provenance.cite.places import describe_place
from provenance.cli.output import plural
from provenance.formats.strangers import printable, storable
from provenance.pipeline.validation import Desk, Validated
from provenance.validate.fix.outcome import Left
from provenance.validate.records import DraftFinding

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
        click.echo(
            f"{name}{_place_of(left.finding)} is not mended: {printable(left.reason)}", err=True
        )
    if len(refused) > _REASONS_SHOWN:
        click.echo(f"{name}: {len(refused) - _REASONS_SHOWN:,} more are not mended", err=True)
    after = mended.looked
    return Validated(each.path, after.data, after.draft, _without_promises(after.findings, refused))


def _place_of(finding: DraftFinding) -> str:
    place = describe_place(finding.place)
    label = f" [{finding.label}]" if finding.label is not None else ""
    return f":{place}: {finding.rule}{label}" if place else f": {finding.rule}{label}"


def _without_promises(
    findings: Sequence[DraftFinding], refused: Sequence[Left]
) -> tuple[DraftFinding, ...]:
    """What could not be mended just now is not said to be mended by the same command."""
    ids = {left.finding.fingerprint for left in refused}
    return tuple(replace(one, fix=None) if one.fingerprint in ids else one for one in findings)


def show_patch(desk: Desk, each: Validated, fixes: Fixes) -> bool:
    """Print what mending a draft would change; True where it would change anything."""
    from provenance.pipeline.mending import mend_draft
    from provenance.validate.fix.diff import make_patch

    mended = mend_draft(desk, each, unsafe=fixes.unsafe)
    patch = make_patch(each, mended.looked)
    sys.stdout.buffer.write(storable(patch).encode())
    sys.stdout.buffer.flush()
    return bool(patch)
