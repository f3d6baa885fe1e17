"""SARIF 2.1.0: what code scanners, editors and other people's dashboards read. PURE.

Regions are said in lines, columns and offsets of the file as decoded, in code points.
Word files and PDFs have neither lines nor text that a tool could count in: their results
have a logical location ("note 12, paragraph 1") instead, and no region. `fixes` are
given where an edit can be said in the file's own characters for sure. Rules have no
`helpUri` (it must be absolute, and a checkout is nobody's web page): `help` holds the page.
"""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from provenance.cite.places import describe_place
from provenance.formats.strangers import storable
from provenance.model import Severity
from provenance.validate.records import DraftFinding
from provenance.validate.report.baseline import FINGERPRINT, Baseline, KnownFinding
from provenance.validate.report.records import (
    ReportedDocument,
    SourceEdit,
    SourceLines,
    Unread,
    path_for_tools,
)
from provenance.validate.rule import Rule
from provenance.validate.rules import page_of, page_source
from provenance.version import __version__

__all__ = ["render_sarif"]

Json = dict[str, object]

# The OASIS schema; 2.1.0 with errata 01.
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_SAFE = "Safe: `provenance validate --fix` makes it as well."
_UNSAFE = "To be looked at by a person before it is made."
_SUPPRESSED = {"suppressed": "inSource", "waived": "external"}
_MIME_TYPES = {
    "text": "text/plain",
    "markdown": "text/markdown",
    "html": "text/html",
    "rst": "text/x-rst",
    "wikitext": "text/x-wiki",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class _LookedAt(NamedTuple):
    """A document, its number among the artifacts, and how places in it are said."""

    document: ReportedDocument
    number: int
    lines: SourceLines


def render_sarif(
    documents: Sequence[ReportedDocument],
    rules: Sequence[Rule],
    *,
    baseline: Baseline | None = None,
    unread: Sequence[Unread] = (),
    exit_code: int | None = None,
) -> str:
    """Return the SARIF log of one run over documents, as JSON with a line end.

    `rules` are those that were asked, `exit_code` is what the command will end with. With a
    baseline every result says whether it is new, unchanged or (of documents looked at) absent.
    """
    numbers = {rule.code: index for index, rule in enumerate(rules)}
    results: list[Json] = []
    for index, document in enumerate(documents):
        looked_at = _LookedAt(document, index, SourceLines(document.draft.parsed.document))
        results += (_result(looked_at, each, numbers, baseline) for each in document.findings)
        if baseline is not None:
            gone = baseline.gone_from(document.path, document.findings)
            results += (_absent(each, index, numbers) for each in gone)
    run: Json = {
        "tool": {"driver": _driver(rules)},
        "invocations": [_invocation(unread, exit_code)],
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The folder in which provenance was started."}}
        },
        "artifacts": [_artifact(each) for each in documents],
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": "provenance/validate/"},
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return storable(json.dumps(log, ensure_ascii=False, indent=1)) + "\n"


def _driver(rules: Sequence[Rule]) -> Json:
    return {
        "name": "provenance",
        "fullName": "provenance validate",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
    }


def _rule(rule: Rule) -> Json:
    said: Json = {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [f"FN{rule.code[2]}xx"], "page": f"docs/rules/{rule.code}.md"},
    }
    page, source = page_of(rule), page_source(rule)
    if page is None or source is None:
        return said
    summary = page.summary[:1].upper() + page.summary[1:]
    said["shortDescription"] = {"text": summary}
    said["fullDescription"] = {"text": " ".join(page.about.split()) or summary}
    why, mend = (page.sections.get(each, "").strip() for each in ("Why it matters", "Fix"))
    said["help"] = {"text": f"{page.about}\n\n{why}\n\n{mend}", "markdown": f"# {source.strip()}"}
    return said


def _invocation(unread: Sequence[Unread], exit_code: int | None) -> Json:
    said: Json = {"executionSuccessful": not unread}
    if exit_code is not None:
        said["exitCode"] = exit_code
    if unread:
        said["toolExecutionNotifications"] = [
            {
                "level": "error",
                "message": _message(each.message),
                "locations": [{"physicalLocation": {"artifactLocation": _location(each.path)}}],
            }
            for each in unread
        ]
    return said


def _artifact(document: ReportedDocument) -> Json:
    read = document.draft.parsed.document
    said: Json = {"location": _location(document.path), "hashes": {"sha-256": read.sha256}}
    if document.encoding:
        said["encoding"] = document.encoding
    if read.format in _MIME_TYPES:
        said["mimeType"] = _MIME_TYPES[read.format]
    return said


def _location(path: str, index: int | None = None) -> Json:
    """Return an artifactLocation: an absolute path as a file URI, any other below the root."""
    name = storable(path_for_tools(path))
    is_drive = name[1:3] == ":/"
    said: Json = (
        {"uri": "file://" + "/" * is_drive + quote(name, safe="/:" if is_drive else "/")}
        if name.startswith("/") or is_drive
        else {"uri": quote(name), "uriBaseId": _ROOT}
    )
    if index is not None:
        said["index"] = index
    return said


def _message(text: str) -> Json:
    """Return a message; braces are doubled (SARIF 3.11.5), and nothing reads as a link (3.11.6)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _result(
    looked_at: _LookedAt, found: DraftFinding, numbers: dict[str, int], baseline: Baseline | None
) -> Json:
    said: Json = {
        "ruleId": found.rule,
        **({"ruleIndex": numbers[found.rule]} if found.rule in numbers else {}),
        "level": _LEVELS[found.severity],
        "message": _message(found.message),
        "locations": [_place(looked_at, found)],
        "partialFingerprints": {FINGERPRINT: found.fingerprint},
    }
    if found.standing in _SUPPRESSED:
        said["suppressions"] = [
            {
                "kind": _SUPPRESSED[found.standing],
                "status": "accepted",
                "justification": found.reason or "no reason is given",
            }
        ]
    if baseline is not None:
        said["baselineState"] = (
            "unchanged" if baseline.knows(looked_at.document.path, found) else "new"
        )
    if fix := _fix(looked_at, found):
        said["fixes"] = [fix]
    named = (("label", found.label), ("url", found.url), ("sourceId", found.source_id))
    if properties := {name: value for name, value in named if value is not None}:
        said["properties"] = properties
    return said


def _place(looked_at: _LookedAt, found: DraftFinding) -> Json:
    document, number, lines = looked_at
    physical: Json = {"artifactLocation": _location(document.path, number)}
    said: Json = {"physicalLocation": physical}
    if lines.has_lines:
        span = lines.span_of(found.start, found.end)
        physical["region"] = _region(lines, span.start, span.end)
    elif where := describe_place(found.place):
        kind = "page" if found.place.page is not None else "paragraph"
        said["logicalLocations"] = [{"fullyQualifiedName": where, "kind": kind}]
    return said


def _region(lines: SourceLines, start: int, end: int) -> Json:
    first, last = lines.place_of(start), lines.place_of(end)
    return {
        "startLine": first.line,
        "startColumn": first.column,
        "endLine": last.line,
        "endColumn": last.column,
        "charOffset": start,
        "charLength": end - start,
    }


def _fix(looked_at: _LookedAt, found: DraftFinding) -> Json | None:
    document, number, lines = looked_at
    if found.fix is None or not found.fix.edits:
        return None
    edits = lines.edits_of(found.fix)
    if not edits:
        return None
    return {
        "description": {"text": _SAFE if found.fix.safe else _UNSAFE},
        "artifactChanges": [
            {
                "artifactLocation": _location(document.path, number),
                "replacements": list(_replacements(edits, lines)),
            }
        ],
    }


def _replacements(edits: Sequence[SourceEdit], lines: SourceLines) -> Iterator[Json]:
    for span, replacement in edits:
        yield {
            "deletedRegion": _region(lines, span.start, span.end),
            "insertedContent": {"text": replacement},
        }


def _absent(known: KnownFinding, index: int, numbers: dict[str, int]) -> Json:
    return {
        "ruleId": known.rule,
        **({"ruleIndex": numbers[known.rule]} if known.rule in numbers else {}),
        "level": _LEVELS.get(known.severity, "warning"),  # type: ignore[call-overload]
        "message": _message(known.message),
        "locations": [{"physicalLocation": {"artifactLocation": _location(known.path, index)}}],
        "partialFingerprints": {FINGERPRINT: known.fingerprint},
        "baselineState": "absent",
    }
