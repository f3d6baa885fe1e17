"""`provenance review`: say whether a passage supports a claim."""

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
from provenance.model import ReviewDecision
from provenance.pipeline.catchup import open_store
from provenance.pipeline.reviewing import ReviewOrder, ReviewReport, review
from provenance.pipeline.workplace import Workplace
from provenance.store.gold import iter_gold

__all__ = ["command"]


@click.command("review")
@click.argument("claim", required=False, metavar="CLAIM")
@click.option("--confirm", is_flag=True, help="The passage that is shown supports the claim.")
@click.option("--reject", is_flag=True, help="It does not.")
@click.option("--passage", metavar="WORDS", help="Another passage does: its words, as archived.")
@click.option("--undo", is_flag=True, help="Take back what was said; what was found counts again.")
@click.option(
    "--source", metavar="SOURCE", help="Which source, where the claim cites several: 12:0, a URL."
)
@click.option(
    "--copy", metavar="ID", help="Which copy: a capture, an attachment, a memento's address."
)
@click.option(
    "--start", type=int, metavar="N", help="Which place, where the words stand in several."
)
@click.option(
    "--export",
    is_flag=True,
    help="Print all judgements that count as JSON lines, to measure a method by them.",
)
@click.option("--why", default="", metavar="TEXT", help="Why, for whoever reads it later.")
@by_option
@db_option
@archive_option
@config_option
@json_option
def command(
    claim: str | None,
    *,
    confirm: bool,
    reject: bool,
    passage: str | None,
    undo: bool,
    source: str | None,
    copy: str | None,
    start: int | None,
    export: bool,
    why: str,
    by: str | None,
    db: str,
    archive: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Say whether a passage supports a claim: confirm it, reject it, or quote another one.

    CLAIM is a claim's id as `trace` prints it, or DOCUMENT:LABEL (draft.txt:12). What a person says
    comes before what was found, in `trace`, in the pages and in the view `claim_sources`; what was
    found stays readable. It is kept in the archive for good, with who said it and when.
    """
    place = workplace_of(db, archive, config)
    if export:
        return _export(place)
    if claim is None:
        raise UsageError("name the claim that is judged", hint="or print all with --export")
    decision = _decision(confirm=confirm, reject=reject, passage=passage, undo=undo)
    order = ReviewOrder(claim, decision, signed_by(by), why, source, copy, passage, start)
    report = review(place, order, show_progress)
    if as_json:
        print_json(report.to_json())
    else:
        for line in _told(report):
            stdout_console().print(Text(line), soft_wrap=True)
    return 0


def _export(place: Workplace) -> int:
    with open_store(place.db_path, read_only=True) as store:
        for row in iter_gold(store.db):
            print_json({"schema": "provenance.gold/1", **row})
    return 0


def _decision(*, confirm: bool, reject: bool, passage: str | None, undo: bool) -> ReviewDecision:
    said: list[ReviewDecision] = []
    said += ["confirmed"] if confirm else []
    said += ["rejected"] if reject else []
    said += ["chosen"] if passage is not None else []
    said += ["undone"] if undo else []
    if len(said) != 1:
        raise UsageError("say one of --confirm, --reject, --passage WORDS and --undo")
    return said[0]


def _told(report: ReviewReport) -> list[str]:
    said = report.reviews[0]
    of_what = said.capture_id or said.attachment_id or said.uri_m or "the source as such"
    again = "" if report.is_new else f" (on {said.at:%Y-%m-%d} already)"
    lines = [
        f"{said.decision} by {said.by}{again}: {report.source_shown}, {of_what}",
        f"  claim    “{report.claim.text}”",
    ]
    if said.passage is not None and said.passage.exact:
        lines.append(f"  passage  “{said.passage.exact}”")
    if said.decision == "undone":
        lines.append(f"  what was found counts again: {_found(report)}")
    return [printable(line) for line in lines]


def _found(report: ReviewReport) -> str:
    if report.found is None:
        return "nothing"
    verdict = str(report.found["verdict"]).replace("_", " ")
    exact = report.found["exact"]
    return f"{verdict}, “{exact}”" if exact else f"{verdict}, {report.found['reason']}"
