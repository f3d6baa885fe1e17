"""`provenance withdraw`: take a copy out of the archive for a reason."""

import sys
from typing import Any

import click

from provenance.cli.attach import by_option, signed_by
from provenance.cli.console import show_progress
from provenance.cli.options import (
    archive_option,
    config_option,
    db_option,
    json_option,
    workplace_of,
)
from provenance.cli.output import plural, print_json
from provenance.errors import UsageError
from provenance.pipeline.withdraw import (
    Order,
    Plan,
    WithdrawReport,
    plan_withdrawal,
    withdraw,
)

__all__ = ["command"]


@click.command("withdraw")
@click.argument("what", metavar="SOURCE_OR_CAPTURE_OR_ATTACHMENT")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stays in the tombstone.")
@by_option
@click.option(
    "--forever",
    is_flag=True,
    help="Archive nothing of this source later either, whatever it shows.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@db_option
@archive_option
@config_option
@json_option
def command(
    what: str,
    *,
    reason: str,
    by: str | None,
    forever: bool,
    yes: bool,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Take copies out of the archive for good; a tombstone with digest, date and reason stays.

    Of a source everything is taken out that the archive holds of it; of a capture or an
    attachment (by id) all copies of the same bytes. The looks stay known; the bytes, the text
    and every quotation go. This cannot be undone.
    """
    place = workplace_of(db, archive, config)
    order = Order(what, reason, signed_by(by), forever)
    plan = plan_withdrawal(place, order)
    if not yes and not _is_confirmed(plan):
        click.echo("nothing was withdrawn", err=True)
        return 0
    report = withdraw(place, order, show_progress)
    if as_json:
        print_json(_to_json(plan, report, order))
    else:
        _tell(report)
    return 0


def _is_confirmed(plan: Plan) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            f"{_counted(plan)} would be taken out for good, and nobody can be asked",
            hint="say --yes",
        )
    click.echo(f"{_counted(plan)} will be taken out for good.", err=True)
    return click.confirm("Withdraw?", err=True)


def _counted(plan: Plan) -> str:
    names = {"capture": "capture", "attachment": "attachment", "memento": "copied memento"}
    kinds = [copy.kind for copy in plan.copies]
    copies = [plural(kinds.count(kind), name) for kind, name in names.items() if kind in kinds]
    leaning = plan.dependents
    of = f" of {plural(leaning.sources, 'source')}" if leaning.sources > 1 else ""
    evidence = f", {plural(leaning.evidence, 'quotation')}" if leaning.evidence else ""
    lean = "leans" if leaning.claims == 1 else "lean"
    on_which = f"on which {plural(leaning.claims, 'claim')} {lean}{evidence}"
    return f"{' and '.join(copies)}{of}, {on_which},"


def _tell(report: WithdrawReport) -> None:
    for each in report.withdrawals:
        click.echo(f"withdrawn {each.payload_sha256}: {plural(len(each.places), 'record')}")
    if report.kept_documents:
        kept = ", ".join(report.kept_documents)
        click.echo(f"the same bytes stay as a document that was ingested: {kept}", err=True)


def _to_json(plan: Plan, report: WithdrawReport, order: Order) -> dict[str, Any]:
    return {
        "schema": "provenance.withdraw/1",
        "source_id": plan.source_id,
        "reason": order.reason.strip(),
        "by": order.by,
        "forever": order.forever,
        "withdrawals": [
            {
                "id": each.id,
                "at": each.at,
                "payload_sha256": each.payload_sha256,
                "text_sha256": each.text_sha256,
                "captures": each.captures,
                "attachments": each.attachments,
                "records": len(each.places),
                "record_bytes": sum(place.length for place in each.places),
            }
            for each in report.withdrawals
        ],
        "dependents": report.dependents,
        "kept_documents": report.kept_documents,
        "scrubbed": report.scrubbed,
    }
