"""A parsed document as a person reads it: its notes line by line, then the findings."""

from collections import Counter

from rich.console import Console
from rich.text import Text

from provenance.cite.places import PlaceFinder, describe_place
from provenance.cli.console import stdout_console
from provenance.cli.output import plural
from provenance.model import Citation, Note, Parsed

__all__ = ["show_parsed"]


def show_parsed(parsed: Parsed, name: str) -> None:
    """Print a document's title, its counts, its citations and what is wrong with it.

    `name` is the file's name: each finding begins with it.
    """
    console = stdout_console()
    said = parsed.document.metadata
    console.print(Text(said.title or name, style="bold"))
    about = " · ".join(filter(None, (", ".join(said.authors), said.published, said.origin_url)))
    if about:
        console.print(Text(about, style="dim"), soft_wrap=True)
    kinds = Counter(citation.kind for note in parsed.notes for citation in note.citations)
    counted = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.most_common())
    sizes = (plural(len(parsed.claims), "claim"), plural(len(parsed.notes), "note"))
    console.print(Text(", ".join((*sizes, counted or "no citations"))))
    console.print()
    for note in parsed.notes:
        _show_note(console, note)
    _show_findings(console, parsed, name)


def _show_findings(console: Console, parsed: Parsed, name: str) -> None:
    """One line a finding, `draft.txt:12:5 FN102 …`: editors and grep go by lines."""
    places = PlaceFinder(parsed.document)
    if parsed.notes and parsed.findings:
        console.print()
    for finding in parsed.findings:
        place = places.find(finding.start)
        line = Text(f"{name}:{describe_place(place)} ", style="dim")
        line.append(f"{finding.rule} ", style="yellow" if finding.severity != "error" else "red")
        label = f"[{finding.label}]"
        is_named = finding.label is None or label in finding.message
        line.append("" if is_named else f"{label} ", style="bold cyan")
        line.append(finding.message, style="default not bold")
        console.print(line, soft_wrap=not console.is_terminal)


def _show_note(console: Console, note: Note) -> None:
    label = f"[{note.label}]"
    if not note.citations:
        console.print(Text(f"{label:>6} ", style="bold cyan").append("empty", style="yellow"))
    for citation in note.citations:
        line = Text(f"{label:>6} ", style="bold cyan")
        line.append(f"{citation.kind.replace('_', ' '):<14}", style="dim not bold")
        console.print(line.append(_named(citation), style="default not bold"), soft_wrap=True)
        label = ""


def _named(citation: Citation) -> str:
    if citation.url:
        return citation.url + ("  (cut)" if citation.truncated else "")
    if not (citation.publisher or citation.title):
        return " ".join(citation.raw.split())
    return " · ".join(filter(None, (citation.publisher, citation.title, citation.date)))
