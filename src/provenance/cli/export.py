"""`provenance export`: a package for other people, a file for other programs."""

import sys
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
from provenance.formats.url import parse_address
from provenance.pipeline.export import ExportReport, export_wacz
from provenance.pipeline.export_bundle import export_bundle
from provenance.pipeline.export_choice import Choice
from provenance.pipeline.export_forms import FORMS
from provenance.pipeline.export_texts import TextOrder, export_to_file, opened_export
from provenance.pipeline.timemaps import export_timemap
from provenance.pipeline.workplace import Workplace

_TIMEMAPS = ("timemap", "timemap-json")


@click.command("export")
@click.option(
    "--format",
    "kind",
    metavar="NAME",
    type=click.Choice(["wacz", "bundle", *FORMS, *_TIMEMAPS]),
    required=True,
    help="wacz: a web archive that pywb and ReplayWeb.page open. bundle: all evidence of one --document,"
    " a wacz with its rows (SQLite) and what other programs read in it. csl-json, bibtex, ris:"
    " bibliographies. csv: claims and what they cite. annotations: claims tied to passages (W3C)."
    " prov-json: who made what out of what (W3C). robust-links: links that name their copies (HTML)."
    " ro-crate: a description of the archive's folder. timemap, timemap-json: every known copy of one"
    " source, ours and others' (RFC 7089).",
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
    "--out",
    "--output",
    "output",
    required=True,
    metavar="FILE",
    help="Where it goes (- for standard output; a wacz or bundle needs a file).",
)
@click.option(
    "--base-url",
    metavar="URL",
    default="",
    help="Where the desk's pages are, so that captures get addresses; without it they are named.",
)
@click.option("--ascii", "is_ascii", is_flag=True, help="bibtex: accents as TeX's commands.")
@click.option(
    "--bom", "has_bom", is_flag=True, help="csv: begin with a byte order mark, for Excel."
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
    base_url: str,
    is_ascii: bool,
    has_bom: bool,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Write what is known for other programs: of documents, of sources, or of all.

    A wacz or a bundle is signed with the key that `sign.key_file` names and time-stamped by the authority
    at `timestamp.url`; `provenance verify` checks it, offline.
    """
    workplace = workplace_of(db, archive, config)
    _check_base(base_url)
    if kind in _TIMEMAPS:
        if len(sources) != 1 or documents or as_json:
            raise click.UsageError(
                "a TimeMap is of one source: name it with --source, without --json"
            )
        told = export_timemap(workplace, sources[0], base_url, as_json=kind == "timemap-json")
        with click.open_file(output, "w", encoding="utf-8") as file:
            file.write(told)
        return 0
    if kind in FORMS:
        order = TextOrder(kind, Choice(documents, sources), base_url, is_ascii, has_bom)
        return _export_text(workplace, order, output, as_json=as_json)
    if kind == "bundle" and (len(documents) != 1 or sources):
        raise click.UsageError("a bundle is of one document: name it with --document")
    return _export_package(workplace, Choice(documents, sources), kind, output, as_json=as_json)


def _check_base(base_url: str) -> None:
    if base_url and parse_address(base_url) is None:
        raise click.UsageError(
            f"--base-url {printable(base_url)} is no address: write it like https://desk.example"
        )


def _export_text(workplace: Workplace, order: TextOrder, output: str, *, as_json: bool) -> int:
    if output == "-":
        if as_json:
            raise click.UsageError("--json says what was written to a file: name one with -o")
        with opened_export(workplace, order) as (_, pieces):
            for piece in pieces:
                sys.stdout.buffer.write(piece.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        return 0
    report = export_to_file(workplace, order, Path(output))
    if as_json:
        print_json({"schema": "provenance.export/1", "format": order.form,
                    **msgspec.to_builtins(report)})  # fmt: skip
        return 0
    click.echo(f"{printable(report.path)}  {report.size_bytes:,} bytes")
    click.echo(f"  {plural(report.records, 'record')}, sha256:{report.sha256}")
    return 0


def _export_package(
    workplace: Workplace, choice: Choice, kind: str, output: str, *, as_json: bool
) -> int:
    if output == "-":  # a ZIP archive is written back and forth, which no pipe can be
        raise UsageError("a package needs a file", hint="name one with -o")
    if kind == "bundle":
        report = export_bundle(workplace, choice.documents[0], Path(output), show_progress)
    else:
        report = export_wacz(workplace, choice, Path(output), show_progress)
    for warning in report.warnings:
        stderr_console().print(f"provenance: {printable(warning)}", markup=False, soft_wrap=True)
    if as_json:
        print_json({"schema": "provenance.export/1", "format": kind,
                    **msgspec.to_builtins(report)})  # fmt: skip
    else:
        _show(report)
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
