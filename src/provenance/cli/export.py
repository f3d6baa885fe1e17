"""`provenance export`: a package for other people."""

from pathlib import Path

import click
import msgspec

from provenance.cli.console import show_progress, stderr_console
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    workplace_of,
)
from provenance.cli.output import plural, print_json
from provenance.errors import UsageError
from provenance.formats.strangers import printable
from provenance.pipeline.export import Choice, ExportReport, export_wacz
from provenance.pipeline.timemaps import export_timemap
from provenance.pipeline.workplace import Workplace


@click.command("export")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["wacz", "timemap"]),
    required=True,
    help="wacz: a web archive that pywb and ReplayWeb.page open. timemap: every known copy of one"
    " source, ours and others', as link-format (RFC 7089).",
)
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="NAME",
    help="This document and its sources: an id, a path or a title. May be repeated.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="S",
    help="This source: an id, a URL, or a note (draft.txt#12). May be repeated.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="Where it goes (- for standard output: timemap).",
)
@db_option
@archive_option
@config_option
@json_option
def command(
    *,
    kind: str,
    documents: tuple[str, ...],
    sources: tuple[str, ...],
    output: str,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Write a package of what is archived: of documents, of sources, or of all.

    It is signed with the key that `sign.key_file` names and time-stamped by the authority
    at `timestamp.url`. `provenance verify` checks it, offline.
    """
    workplace = workplace_of(db, archive, config)
    if kind == "timemap":
        return _export_timemap(workplace, documents, sources, output, as_json=as_json)
    if output == "-":  # a ZIP archive is written back and forth, which no pipe can be
        raise UsageError("a package needs a file", hint="name one with -o")
    report = export_wacz(workplace, Choice(documents, sources), Path(output), show_progress)
    for warning in report.warnings:
        stderr_console().print(f"provenance: {printable(warning)}", markup=False, soft_wrap=True)
    if as_json:
        print_json({"schema": "provenance.export/1", "format": kind,
                    **msgspec.to_builtins(report)})  # fmt: skip
    else:
        _show(report)
    return 0


def _export_timemap(
    workplace: Workplace,
    documents: tuple[str, ...],
    sources: tuple[str, ...],
    output: str,
    *,
    as_json: bool,
) -> int:
    if len(sources) != 1 or documents or as_json:
        raise click.UsageError("a TimeMap is of one source: name it with --source, without --json")
    with click.open_file(output, "w", encoding="utf-8") as file:
        file.write(export_timemap(workplace, sources[0]))
    return 0


def _show(report: ExportReport) -> None:
    click.echo(f"{printable(str(report.path))}  {report.size_bytes:,} bytes")
    held = [
        plural(report.documents, "document"),
        plural(report.sources, "source"),
        plural(report.captures, "capture"),
        *([plural(report.attachments, "attachment")] if report.attachments else []),
        *([plural(report.mementos, "memento")] if report.mementos else []),
        plural(report.records, "record"),
    ]
    click.echo("  " + ", ".join(held))
    if report.withdrawn:
        click.echo(f"  {report.withdrawn:,} withdrawn and left out; tombstones tell why")
    click.echo(f"  manifest    sha256:{report.manifest_sha256}")
    click.echo(
        f"  signed by   {'key sha256:' + report.signed_by if report.signed_by else 'nobody'}"
    )
    click.echo(f"  time stamp  {printable(report.stamped_by or 'none')}")
