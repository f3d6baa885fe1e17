"""What a person sees after an ingest: what came in, what was kept, what could not be had and why."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from rich.console import Console
from rich.table import Table
from rich.text import Text

from provenance.cli.console import stranger_text
from provenance.cli.output import plural
from provenance.pipeline.report import (
    DocumentReport,
    IngestReport,
    MementoReport,
    RecoverReport,
    SourceResult,
)
from provenance.pipeline.workplace import Workplace

__all__ = ["show_mementos", "show_summary"]

_SHOWN_DOCUMENTS = 12
_SHOWN_CAUSES = 12
_REASON_CHARS = 120
_OFFLINE = (
    "offline: none of vantage.canaries has an answer, so nothing is held against these sources",
    "  → `provenance doctor --online` says what to do; the next run looks again",
)
_STYLES = {"archived": "green", "unchanged": "green", "failed": "yellow", "not_checkable": "dim"}
_WORDS = {
    "archived": "archived",
    "unchanged": "in the archive already",
    "failed": "not archived",
    "not_checkable": "cannot be fetched",
}


def show_summary(console: Console, report: IngestReport, workplace: Workplace) -> None:
    """Print documents, sources and causes, each as a small table."""
    _show_documents(console, report.documents)
    if report.results:
        _show_sources(console, report)
        _show_recovered(console, report.recovered)
        show_mementos(console, report.mementos)
        _show_causes(console, report.results)
    _show_passed_over(console, report)
    console.print(
        Text(
            f"{workplace.db_path} · {workplace.archive_root}/ · {report.elapsed_s:.1f} s",
            style="dim",
        )
    )


def _show_documents(console: Console, documents: tuple[DocumentReport, ...]) -> None:
    if not documents:
        return
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("document", overflow="fold", ratio=1)
    for name in ("claims", "notes", "citations", "sources"):
        table.add_column(name, justify="right")
    table.add_column("")
    for document in documents[:_SHOWN_DOCUMENTS]:
        table.add_row(
            stranger_text(document.title or document.path or document.id),
            *map(str, (document.claims, document.notes, document.citations, document.sources)),
            _status_of(document),
        )
    console.print(table)
    if len(documents) > _SHOWN_DOCUMENTS:
        fresh = sum(document.new for document in documents)
        console.print(
            f"… {len(documents):,} documents in all, {fresh:,} of them new,"
            f" {sum(document.claims for document in documents):,} claims"
        )
    console.print()


def _status_of(document: DocumentReport) -> Text:
    status = Text("new", style="green") if document.new else Text("known", style="dim")
    findings = document.findings
    if findings.serious:
        style = "red" if findings.error else "yellow"
        status.append(f", {plural(findings.serious, 'finding')}", style=style)
    return status


def _show_passed_over(console: Console, report: IngestReport) -> None:
    """Say what of a folder was left alone, and where the findings are told."""
    if report.passed_over:
        kinds = Counter(PurePath(path).suffix or "no suffix" for path in report.passed_over)
        counted = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(6))
        said = f"{plural(len(report.passed_over), 'file')} passed over: {counted}"
        console.print(Text(said, style="dim"))
    if any(document.findings.serious for document in report.documents):
        console.print(Text("`provenance parse PATH` shows the findings of a document", style="dim"))


def _show_sources(console: Console, report: IngestReport) -> None:
    fetch = report.fetch
    counts = {
        "archived": fetch.archived,
        "unchanged": fetch.unchanged,
        "failed": fetch.failed,
        "not_checkable": fetch.not_checkable,
    }
    console.print(Text(plural(fetch.sources, "source"), style="bold"))
    width = max(10, min(40, console.width - 40))
    for kind, count in counts.items():
        if count:
            bar = "█" * max(1, round(width * count / fetch.sources))
            line = Text(f"  {count:>5,}  ", style="bold")
            line.append(f"{_WORDS[kind]:<24}")
            line.append(bar, style=_STYLES[kind])
            console.print(line)
    console.print()


def _show_recovered(console: Console, recovered: RecoverReport) -> None:
    """Say how many cut addresses were completed; what stays cut is counted too."""
    if not recovered.cut:
        return
    line = Text(
        f"{recovered.cut:,} cut {'address' if recovered.cut == 1 else 'addresses'}", style="bold"
    )
    counts = {
        "completed": recovered.adopted,
        "fit several": recovered.ambiguous,
        "unproven": recovered.unproven,
        "left as they are": recovered.left,
        "unknown": recovered.nothing + recovered.too_short,
    }
    told = " · ".join(f"{count:,} {word}" for word, count in counts.items() if count)
    line.append(f"  {told}", style="not bold")
    console.print(line)
    console.print()


def show_mementos(console: Console, mementos: MementoReport) -> None:
    """Say of how many absent sources another archive holds a copy, where any was ever asked."""
    if not (mementos.with_memento or mementos.asked or mementos.silent):
        return
    line = Text(f"{mementos.absent:,} gone, walled or blocked: ", style="bold")
    line.append(
        f"{mementos.with_memento:,} {'has' if mementos.with_memento == 1 else 'have'} a memento"
    )
    if mementos.copied:
        line.append(f", {mementos.copied:,} copied", style="not bold")
    console.print(line)
    for silent in mementos.silent:
        left = f"; {plural(silent.left, 'source')} left for the next run" if silent.left else ""
        said = f"  {silent.archive} did not answer: {silent.reason}{left}"
        console.print(stranger_text(said, style="yellow"))
    console.print()


def _show_causes(console: Console, results: Sequence[SourceResult]) -> None:
    causes = Counter(
        (result.outcome, _short(result.reason))
        for result in results
        if result.result in {"failed", "not_checkable"}
    )
    if not causes:
        return
    console.print(Text("why not", style="bold"))
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="bold")
    table.add_column(style="yellow")
    table.add_column(overflow="fold")
    shown = causes.most_common(_SHOWN_CAUSES)
    for (outcome, reason), count in shown:
        table.add_row(f"  {count:>5,}", outcome.replace("_", " "), stranger_text(reason))
    rest = causes.total() - sum(count for _, count in shown)
    if rest:
        table.add_row(f"  {rest:>5,}", "others", "`provenance trace` shows why for each")
    console.print(table)
    console.print()
    if any(result.reason == "offline" for result in results):
        for line in _OFFLINE:
            console.print(Text(line, style="yellow"))
        console.print()


def _short(reason: str) -> str:
    """The reason as one line of a summary has room for it."""
    return reason if len(reason) <= _REASON_CHARS else reason[: _REASON_CHARS - 1] + "…"
