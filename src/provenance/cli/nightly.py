"""`provenance nightly`: look at what is due, tell what changed."""

from pathlib import Path

import click
from msgspec.structs import replace

from provenance.cli.console import show_progress
from provenance.cli.hired import cluster_option, hire_from
from provenance.cli.night_text import show_report
from provenance.cli.night_told import output_options, outputs_of, read_last_night, tell_night
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
from provenance.model import NightReport
from provenance.pipeline.night_begin import plan_night
from provenance.pipeline.nightly import NightOptions, run_night
from provenance.pipeline.workplace import Workplace
from provenance.settings_night import MOST_MINUTES
from provenance.watch.due import HostPlan
from provenance.watch.report.data import plan_to_data, report_to_data

_WORSE = 1
_MOST_HOSTS = 20


@click.command("nightly")
@click.option("--max-minutes", type=click.FloatRange(min=0), metavar="N", help="End after so long.")
@click.option(
    "--max-requests", type=click.IntRange(min=0), metavar="N", help="End after so many requests."
)
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="Only sources of this host.")
@click.option(
    "--document", "documents", multiple=True, metavar="NAME", help="Only sources of this document."
)
@click.option("--dry-run", is_flag=True, help="Show what is due; ask nobody.")
@click.option(
    "--all", "everything", is_flag=True, help="Show every change, not one screen of them."
)
@click.option("--last", is_flag=True, help="Tell the last night again; ask nobody.")
@cluster_option
@output_options
@db_option
@archive_option
@config_option
@json_option
def command(
    max_minutes: float | None,
    max_requests: int | None,
    hosts: tuple[str, ...],
    documents: tuple[str, ...],
    *,
    dry_run: bool,
    everything: bool,
    last: bool,
    cluster: str | None,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
    **files: Path | None,
) -> int:
    """Look at every source that is due, judge, and report what changed since the last night.

    Exit code 0: nothing got worse; 1: something did. A run that was killed is taken up by the
    next one, and no address is asked twice. With a bound, what most rests on is asked first.
    """
    workplace = _bounded(workplace_of(db, archive, config), max_minutes, max_requests)
    options = NightOptions(hosts, documents)
    outputs = outputs_of(files, workplace)
    if dry_run:
        return _plan(workplace, options, last=last, as_json=as_json)
    report = read_last_night(workplace) if last else _run(workplace, options, cluster)
    try:
        if as_json:
            print_json(report_to_data(report))
        else:
            show_report(report, everything=everything, desk=workplace.settings.night.desk_url)
    finally:  # also where nobody reads the screen any more
        tell_night(workplace, report, outputs, people=not last)
    if last:
        return 0
    if report.run.ended_by == "signal":
        raise KeyboardInterrupt  # told like every other end by a signal, behind the report
    return _WORSE if report.is_worse else 0


def _plan(workplace: Workplace, options: NightOptions, *, last: bool, as_json: bool) -> int:
    if last:
        raise UsageError(
            "--dry-run and --last are two questions",
            hint="ask what is due, or what the last night told",
        )
    plans = plan_night(workplace, options)
    if as_json:
        print_json(plan_to_data(plans))
    else:
        _show_plan(plans)
    return 0


def _run(workplace: Workplace, options: NightOptions, cluster: str | None) -> NightReport:
    bound = workplace.settings.night.max_requests
    hire = hire_from(cluster, workplace, max_requests=bound)
    return run_night(workplace, options, show_progress, hire=hire)


def _bounded(
    workplace: Workplace, max_minutes: float | None, max_requests: int | None
) -> Workplace:
    night = workplace.settings.night
    if max_minutes is not None:
        if not max_minutes <= MOST_MINUTES:  # nor is it a number where it is `nan`
            raise click.BadParameter(f"--max-minutes is a number up to {MOST_MINUTES:,}")
        night = replace(night, max_minutes=max_minutes)
    if max_requests is not None:
        night = replace(night, max_requests=max_requests)
    return replace(workplace, settings=replace(workplace.settings, night=night))


def _show_plan(plans: list[HostPlan]) -> None:
    sources = sum(plan.sources for plan in plans)
    if not sources:
        click.echo("nothing is due")
        return
    longest = plans[0].seconds / 60
    click.echo(
        f"{plural(sources, 'source')} due at {plural(len(plans), 'host')}; politeness alone takes "
        f"{longest:,.1f} minutes"
    )
    for plan in plans[:_MOST_HOSTS]:
        host = printable(plan.host or "no host")
        click.echo(f"{plan.seconds / 60:8.1f} min  {plan.sources:7,}  {host}")
    left = len(plans) - _MOST_HOSTS
    if left > 0:
        click.echo(f"          and {plural(left, 'host')} more, none of which takes longer")
