"""`provenance fixity`: the archive read again, every digest compared."""

from datetime import datetime, timedelta

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from provenance.cli.console import show_progress, stdout_console
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    workplace_of,
)
from provenance.cli.output import plural, print_json
from provenance.formats.strangers import printable
from provenance.keep.fixity_finding import Finding
from provenance.pipeline.fixity import FixityReport, check_fixity

_SHOWN = 100
_INDENT = (0, 0, 0, 2)


@click.command("fixity")
@click.option("--full", is_flag=True, help="Start over where an earlier check was cut short.")
@click.option(
    "--since",
    "since_days",
    metavar="DAYS",
    type=click.FloatRange(min=0),
    help="Read no WARC file again that was found whole within so many days and did not change.",
)
@db_option
@archive_option
@config_option
@json_option
def command(
    *,
    full: bool,
    since_days: float | None,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Read the archive again and compare every digest with index, journals and database.

    Changes nothing but archive/fixity/, where it keeps how far it got and what it saw. A check
    that was cut short goes on where it was. Exit code 1 if anything differs.
    """
    place = workplace_of(db, archive, config)
    since = _since(place.clock(), since_days)
    report = check_fixity(place, full=full, since=since, progress=show_progress)
    if as_json:
        print_json(_as_json(report))
    else:
        _show(stdout_console(), report)
    return 1 if report.run.differences else 0


def _since(now: datetime, days: float | None) -> datetime | None:
    return None if days is None else now - timedelta(days=days)


def _as_json(report: FixityReport) -> dict[str, object]:
    return {
        "schema": "provenance.fixity/1",
        "run": report.run,
        "resumed": report.resumed,
        "recorded": report.recorded,
        "found": report.found,
        "findings": [
            {
                "kind": each.kind,
                "difference": each.is_difference,
                "what": each.what,
                "file": each.file,
                "byte": each.byte,
                "message": each.message,
                "expected": each.expected,
                "found": each.found,
                "cure": each.cure,
            }
            for each in report.findings
        ],
    }


def _show(console: Console, report: FixityReport) -> None:
    differences = [each for each in report.findings if each.is_difference]
    notes = [each for each in report.findings if not each.is_difference]
    for each in (differences + notes)[:_SHOWN]:
        _show_finding(console, each)
    if report.found > _SHOWN:
        console.print(Text(f"… {report.found:,} in all; --json lists {len(report.findings):,}"))
    run = report.run
    read = f"{plural(run.files, 'WARC file')}, {plural(run.records, 'record')}, "
    read += f"{plural(run.lines, 'journal line')}, {plural(run.rows, 'row')} compared"
    if run.carried:
        read += f" ({run.carried:,} files not read again)"
    console.print(Text(read))
    style = "bold red" if run.differences else "bold green"
    verdict = f"{plural(run.differences, 'difference')}, {plural(run.notes, 'note')}"
    console.print(Text(verdict, style=style))


def _show_finding(console: Console, each: Finding) -> None:
    where = each.file if each.byte is None else f"{each.file} byte {each.byte:,}"
    style = "red" if each.is_difference else "dim"
    console.print(Text.assemble((each.kind, style), "  ", printable(f"{where}: {each.message}")))
    if each.expected or each.found:
        said = f"expected {each.expected or 'nothing'}, found {each.found or 'nothing'}"
        console.print(Padding(Text(printable(said), style="dim"), _INDENT, expand=False))
    if each.cure:
        console.print(
            Padding(Text(f"→ {printable(each.cure)}", style="dim"), _INDENT, expand=False)
        )
