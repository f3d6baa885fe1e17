"""`provenance override`: say what state a source is in, for a reason and until a day."""

from datetime import date
from typing import Any

import click
from rich.text import Text

from provenance.cli.attach import by_option, signed_by
from provenance.cli.console import show_progress, stdout_console
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    workplace_of,
)
from provenance.cli.output import print_json
from provenance.errors import UsageError
from provenance.formats.strangers import printable
from provenance.pipeline.overriding import (
    DAYS,
    STATES,
    OverrideOrder,
    OverrideReport,
    last_day,
    override,
)

__all__ = ["command"]


@click.command("override")
@click.argument("source", metavar="SOURCE")
@click.option("--state", type=click.Choice(STATES), help="The state that it is in, as you know.")
@click.option("--lift", is_flag=True, help="Take back what was said; looks count again.")
@click.option("--why", required=True, metavar="TEXT", help="Why, for whoever reads it later.")
@click.option("--until", metavar="DATE", help="The last day on which it counts (2026-03-31).")
@click.option(
    "--days",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"For so many days from today [default: {DAYS}].",
)
@by_option
@db_option
@archive_option
@config_option
@json_option
def command(
    source: str,
    *,
    state: Any,
    lift: bool,
    why: str,
    until: str | None,
    days: int | None,
    by: str | None,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Say what state a source is in where you know better than the looks at it.

    SOURCE is a source's id, its URL as cited, or a note: draft.txt#12, or draft.txt#12:1 where
    it names several (counted from 0). Looks go on and are kept; the first one after the last day
    counts for itself again.
    """
    if bool(state) == lift:
        raise UsageError("say either --state or --lift", hint="--state alive --why '…'")
    place = workplace_of(db, archive, config)
    ends = None if lift else last_day(place, _day(until), days)
    report = override(place, OverrideOrder(source, state, why, signed_by(by), ends), show_progress)
    if as_json:
        print_json(_to_json(report))
    else:
        stdout_console().print(Text(printable(_told(report))), soft_wrap=True)
    return 0


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise click.BadParameter(f"{written!r} is no date, such as 2026-03-31") from error


def _told(report: OverrideReport) -> str:
    shown, now = report.source.shown, report.now
    said = report.override
    if said is None:
        return f"{shown}: nobody said anything of its state, so that it stays {now.state}"
    if said.state is None:
        return f"{shown}: taken back; it is {now.state} ({now.reason})"
    again = "" if report.is_new else ", as it was said before"
    return f"{shown}: {now.state}{again} ({now.reason}); it was {report.before.state}"


def _to_json(report: OverrideReport) -> dict[str, Any]:
    return {
        "schema": "provenance.override/1",
        "new": report.is_new,
        "source": {"id": report.source.id, "shown": report.source.shown},
        "override": report.override,
        "before": report.before,
        "now": report.now,
    }
