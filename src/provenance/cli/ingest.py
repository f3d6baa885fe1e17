"""`provenance ingest`: the main job."""

import click

import provenance
from provenance.cli.console import show_progress, stdout_console
from provenance.cli.faults import describe_fault
from provenance.cli.hired import cluster_option, hire_from, readers_from
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    workplace_of,
)
from provenance.cli.output import print_json
from provenance.cli.summary import show_summary
from provenance.pipeline.report import IngestOptions, IngestReport

_UNREADABLE = 2


@click.command("ingest")
@click.argument("inputs", nargs=-1, required=True, metavar="PATH_OR_URL…")
@click.option("--no-fetch", is_flag=True, help="Read and store the documents, leave sources alone.")
@click.option("--offline", is_flag=True, help="Use only what the archive holds; look at nothing.")
@cluster_option
@click.option("--document", metavar="ID", help="The document that the input is a version of.")
@db_option
@archive_option
@config_option
@json_option
def command(
    inputs: tuple[str, ...],
    *,
    no_fetch: bool,
    offline: bool,
    cluster: str | None,
    document: str | None,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Take in updates: parse, fetch, archive, extract, link, store.

    Files, folders, globs, URLs, or - for standard input. The same command again adds
    nothing; after a crash it does the rest.
    """
    if document is not None and len(inputs) != 1:
        raise click.UsageError("--document takes exactly one input")
    workplace = workplace_of(db, archive, config)
    options = IngestOptions(fetch=not no_fetch, offline=offline, document_id=document)
    hire = hire_from(cluster, workplace)
    elsewhere = readers_from(cluster, workplace)
    report = provenance.ingest(
        inputs, workplace, options, show_progress, hire=hire, elsewhere=elsewhere
    )
    if as_json:
        print_json(report.to_json())
    elif report.documents:
        show_summary(stdout_console(), report, workplace)
    return _exit_code(report)


def _exit_code(report: IngestReport) -> int:
    for fault in report.faults:
        click.echo(describe_fault(fault.path, fault.message, fault.hint), err=True)
    return _UNREADABLE if report.faults else 0
