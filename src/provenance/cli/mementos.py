"""`provenance mementos`: ask other people's archives."""

import click

from provenance.cli.console import show_progress, stdout_console
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    workplace_of,
)
from provenance.cli.output import plural, print_json
from provenance.cli.summary import show_mementos
from provenance.formats.strangers import printable
from provenance.keep.memento import list_archives
from provenance.pipeline.memento_round import RoundReport, visit_other_archives
from provenance.pipeline.report import SubmitReport


@click.command("mementos")
@click.argument("sources", nargs=-1, metavar="[SOURCE…]")
@click.option("--submit", is_flag=True, help="Also ask the archive of [submit] to keep live pages.")
@db_option
@archive_option
@config_option
@json_option
def command(
    sources: tuple[str, ...],
    *,
    submit: bool,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Look up copies of what is gone, walled or blocked in the archives that the settings name.

    A source is named by its id, its URL as cited, or a note (draft.txt#12); none named is
    all. An archive is asked about a source once in `mementos.again_after_days`; one that does
    not answer is asked again by the next run.
    """
    workplace = workplace_of(db, archive, config)
    report = visit_other_archives(workplace, sources, submit=submit, progress=show_progress)
    if as_json:
        print_json({"schema": "provenance.mementos/1", "mementos": report.mementos,
                    "submitted": report.submitted})  # fmt: skip
    else:
        _show(report, bool(list_archives(workplace.settings.mementos)))
    return 0


def _show(report: RoundReport, any_is_named: bool) -> None:
    found = report.mementos
    if found.asked or found.with_memento or found.silent:
        show_mementos(stdout_console(), found)
    else:
        why_none = "was asked" if any_is_named else "is named"
        click.echo(f"{found.absent:,} gone, walled or blocked; no archive {why_none}")
    if not any_is_named:
        said = "provenance: the settings name no archive to ask"
        click.echo(f"{said}\n  → set mementos.cdx_url, availability_url or timemap_urls", err=True)
    if report.submitted is not None:
        _show_submitted(report.submitted)


def _show_submitted(sent: SubmitReport) -> None:
    if not sent.service:
        click.echo("nothing is sent: no service is named")
        click.echo("  → set submit.save_url to have live pages kept", err=True)
        return
    ends = {"kept": sent.done, "refused": sent.refused, "not now": sent.unavailable,
            "under way": sent.pending, "waiting": sent.left}  # fmt: skip
    told = ", ".join(f"{count:,} {word}" for word, count in ends.items() if count)
    click.echo(f"{plural(sent.asked, 'page')} sent to {sent.service}{': ' if told else ''}{told}")
    if sent.silent:
        click.echo(f"  {sent.service} was not asked any more: {printable(sent.silent)}")
