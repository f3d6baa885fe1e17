"""`provenance attach`: keep a copy that a person brings."""

import getpass
import os
from datetime import UTC, datetime
from typing import Any

import click
import msgspec
from rich.text import Text

from provenance.cli.console import show_progress, stdout_console
from provenance.cli.faults import describe_fault
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    workplace_of,
)
from provenance.cli.output import print_json
from provenance.formats.strangers import printable
from provenance.pipeline.attach import Attached, AttachOrder, AttachReport, attach

__all__ = ["by_option", "command", "signed_by"]

_UNREADABLE = 2

by_option = click.option(
    "--by",
    metavar="NAME",
    envvar="PROVENANCE_BY",
    show_envvar=True,
    help="Who says so [default: the name you are logged in by].",
)


def signed_by(given: str | None) -> str:
    """Return who does it: as said, else the name of the account."""
    if given and given.strip():
        return given.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return str(os.getuid())


@click.command("attach")
@click.argument("source", metavar="SOURCE")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--why", required=True, metavar="TEXT", help="Why it may be kept, and where it is from."
)
@by_option
@click.option(
    "--made-at",
    metavar="DATE",
    help="When the copies were made (ISO 8601) [default: as the file says, if it does].",
)
@db_option
@archive_option
@config_option
@json_option
def command(
    source: str,
    files: tuple[str, ...],
    *,
    why: str,
    by: str | None,
    made_at: str | None,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Keep copies of a source that you may lawfully hold.

    They may be PDF, HTML, MHTML, PNG, JPEG, WebP, TIFF, plain text, DOCX, WARC or WACZ.

    SOURCE is a source's id, its URL as cited, or a note: draft.txt#12, or draft.txt#12:1 where
    it names several (counted from 0). What a file is is told by its content. Such a copy is shown as
    yours, never as a capture.
    """
    order = AttachOrder(source, files, why, signed_by(by), _moment(made_at))
    report = attach(workplace_of(db, archive, config), order, show_progress)
    if as_json:
        print_json(_to_json(report))
    else:
        for done in report.attached:
            stdout_console().print(Text(_told(done, report)), soft_wrap=True)
    for done in report.attached:
        if done.unread:
            _warn_of(done)
    for fault in report.faults:
        click.echo(describe_fault(fault.path, fault.message, fault.hint), err=True)
    return _UNREADABLE if report.faults else 0


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError as error:
        raise click.BadParameter(f"{written!r} is no date, such as 2023-12-15") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _warn_of(done: Attached) -> None:
    said = f"{done.attachment.name} is kept, and no text came out of it: {done.unread}"
    click.echo(
        f"provenance: {printable(said)}\n"
        f"  → if it is damaged, withdraw {done.attachment.id} and attach a sound copy",
        err=True,
    )


def _told(done: Attached, report: AttachReport) -> str:
    made = done.attachment
    if not done.is_new:
        return f"{made.name}: attached before, on {made.at:%Y-%m-%d} by {made.by}"
    of_what = f", {len(made.records)} responses of it" if made.records else ""
    return (
        f"{made.name}: {made.media_type}{of_what}, attached to {report.source.shown} as {made.id}"
    )


def _to_json(report: AttachReport) -> dict[str, Any]:
    return {
        "schema": "provenance.attach/1",
        "source": {"id": report.source.id, "shown": report.source.shown},
        "attachments": [
            {**msgspec.to_builtins(each.attachment), "new": each.is_new} for each in report.attached
        ],
        "faults": [msgspec.to_builtins(fault) for fault in report.faults],
    }
