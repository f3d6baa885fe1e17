"""Annotations of a GitHub workflow: `::error file=…,line=…,title=…::message`. PURE.

GitHub keeps ten errors, ten warnings and ten notices of a step and drops the others
without a word: the worst come first here, and a last notice counts what is left out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from provenance.cite.places import describe_place
from provenance.model import Severity
from provenance.validate.records import DraftFinding
from provenance.validate.report.baseline import Baseline
from provenance.validate.report.records import (
    ReportedDocument,
    SourceLines,
    Unread,
    path_for_tools,
)

__all__ = ["render_github"]

# Of one kind, of one step: "Usage limits" of GitHub's documentation of annotations.
_MOST_OF_A_KIND = 10
_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render_github(
    documents: Sequence[ReportedDocument],
    *,
    baseline: Baseline | None = None,
    unread: Sequence[Unread] = (),
    most: int = _MOST_OF_A_KIND,
) -> str:
    """Return the workflow commands for the open findings, one a line; "" where there are none.

    What a baseline knows is left out.
    """
    lines = []
    used: Counter[str] = Counter()
    left: Counter[str] = Counter()
    # one notice is kept for saying what was left out
    room = {"error": most, "warning": most, "notice": most - 1}
    for kind, line in _annotations(documents, baseline, unread):
        if used[kind] < room[kind]:
            used[kind] += 1
            lines.append(line)
        else:
            left[kind] += 1
    if left:
        lines.append(f"::notice title=provenance::{_data(_say_what_is_left(left))}")
    return "".join(f"{line}\n" for line in lines)


def _annotations(
    documents: Sequence[ReportedDocument], baseline: Baseline | None, unread: Sequence[Unread]
) -> Iterator[tuple[str, str]]:
    for each in unread:
        path = _property(path_for_tools(each.path))
        yield "error", f"::error file={path},title=unreadable::{_data(each.message)}"
    for document in documents:
        shown = [
            finding
            for finding in document.findings
            if finding.standing == "open"
            and not (baseline is not None and baseline.knows(document.path, finding))
        ]
        lines = SourceLines(document.draft.parsed.document) if shown else None
        for finding in shown:
            kind = _COMMANDS[finding.severity]
            yield kind, _command(kind, document.path, finding, lines)


def _command(kind: str, path: str, finding: DraftFinding, lines: SourceLines | None) -> str:
    properties = {"file": path_for_tools(path)}
    message = finding.message
    if lines is not None and lines.has_lines:
        properties |= _region(finding, lines)
    elif where := describe_place(finding.place):
        message = f"{where}: {message}"
    properties["title"] = f"{finding.rule} {finding.name}"
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {said}::{_data(message)}"


def _region(finding: DraftFinding, lines: SourceLines) -> dict[str, str]:
    """Return lines and columns; columns only within one line, or GitHub refuses the place."""
    span = lines.span_of(finding.start, finding.end)
    first, last = lines.place_of(span.start), lines.place_of(max(span.start, span.end - 1))
    said = {"line": str(first.line), "endLine": str(last.line)}
    if first.line == last.line:
        said |= {"col": str(first.column), "endColumn": str((last.column or 0) + 1)}
    return said


def _say_what_is_left(left: Counter[str]) -> str:
    counted = [
        f"{left[kind]:,} more {kind}{'' if left[kind] == 1 else 's'}"
        for kind in ("error", "warning", "notice")
        if left[kind]
    ]
    said = counted[0] if len(counted) == 1 else f"{', '.join(counted[:-1])} and {counted[-1]}"
    return f"{said}: GitHub shows ten of a kind; `provenance validate` and its SARIF show all"


def _data(text: str) -> str:
    """Return text as the data of a command: one line, and never the old `##[command]` form."""
    said = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return said.replace("##[", "## [")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
