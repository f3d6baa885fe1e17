"""`provenance rejudge`: stored looks judged again by today's rules."""

from typing import TYPE_CHECKING

import click
import msgspec

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
from provenance.formats.strangers import printable

if TYPE_CHECKING:
    from provenance.pipeline.rejudge import RejudgeReport

_SHOWN_SOURCES = 20


@click.command("rejudge")
@db_option
@archive_option
@config_option
@json_option
@click.option("--apply", is_flag=True, help="Let the new judgements count; the first ones stay.")
@click.option(
    "--facts", is_flag=True, help="Judge by the facts kept with each look; reads no archive."
)
def command(
    *, db: str, archive: str, config: str | None, as_json: bool, apply: bool, facts: bool
) -> int:
    """Judge every stored look by today's rules and show what would change.

    Looks are read back from the archive where it holds them, else from the facts that were
    kept. Without --apply nothing is written.
    """
    workplace = workplace_of(db, archive, config)
    report = provenance.rejudge(
        workplace, apply=apply, from_archive=not facts, progress=show_progress
    )
    if as_json:
        print_json({"schema": "provenance.rejudge/1", **msgspec.to_builtins(report)})
    else:
        _show(report)
    return 0


def _show(report: "RejudgeReport") -> None:
    told = f"{report.archive:,} from the archive, {report.facts:,} from facts"
    kept = f", {report.kept:,} left as they are (too little was kept)" if report.kept else ""
    click.echo(f"{report.checks:,} looks judged by rule set {report.rules}: {told}{kept}")
    verb = "changed" if report.applied else "would change"
    click.echo(f"{report.changed:,} {verb}, and the state of {report.sources_changed:,} sources")
    if report.states_outdated:
        renewed = "were" if report.applied else "are to be"
        click.echo(
            f"{report.states_outdated:,} states {renewed} derived anew "
            f"by version {report.state_rules} of the rules of states"
        )
    for change in report.changes:
        click.echo(
            f"\n{change.checks:,} × {change.from_rule} ({change.from_outcome}) → "
            f"{change.to_rule} ({change.to_outcome})"
        )
        for example in change.examples:
            click.echo(f"    {printable(example.url)}\n        {printable(example.reason)}")
    if report.states:
        click.echo()
    for step in report.states:
        click.echo(f"{step.sources:,} × {step.from_state} → {step.to_state}")
    for source in report.sources[:_SHOWN_SOURCES]:
        url = printable(source.url or source.source_id)
        click.echo(f"    {source.from_state} → {source.to_state}  {url}")
    left = report.sources_changed - len(report.sources[:_SHOWN_SOURCES])
    if left > 0:
        click.echo(f"    and {left:,} more (--json names them)")
    if (report.changed or report.states_outdated) and not report.applied:
        click.echo("\nNothing was written: --apply lets the new judgements count.")
