"""JUnit XML, as Jenkins reads it: a suite a document, a case a finding. PURE.

What fails the run is a failure; what is waived, suppressed or known to a baseline is skipped; anything else
passes and says itself in `system-out`. A document without findings is one case that passes:
a suite without cases would look as if nothing had been done.
"""

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from msgspec.structs import replace

from provenance.cite.places import describe_place
from provenance.model import Severity
from provenance.validate.records import DraftFinding, is_at_least
from provenance.validate.report.baseline import Baseline
from provenance.validate.report.records import (
    ReportedDocument,
    Unread,
    count_failures,
    path_for_tools,
)

__all__ = ["render_junit"]

# What no XML 1.0 document may hold, not even as a character reference.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(
    documents: Sequence[ReportedDocument],
    *,
    fail_on: Severity,
    baseline: Baseline | None = None,
    unread: Sequence[Unread] = (),
) -> str:
    """Return the XML of one run; `fail_on` is the mildest severity that counts as a failure."""
    documents = [_with_known(document, baseline) for document in documents]
    suites = [_suite(document, fail_on) for document in documents]
    suites += [_unread_suite(each) for each in unread]
    failures = sum(count_failures(document.findings, fail_on) for document in documents)
    cases = sum(max(1, len(document.findings)) for document in documents) + len(unread)
    head = (
        f'<testsuites name="provenance validate" tests="{cases}" failures="{failures}"'
        f' errors="{len(unread)}">'
    )
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>", ""))


def _with_known(document: ReportedDocument, baseline: Baseline | None) -> ReportedDocument:
    """Return the document with what a baseline knows no longer open."""
    if baseline is None:
        return document
    findings = [
        replace(each, standing="suppressed", reason="the baseline knows it")
        if each.standing == "open" and baseline.knows(document.path, each)
        else each
        for each in document.findings
    ]
    return document._replace(findings=findings)


def _suite(document: ReportedDocument, fail_on: Severity) -> str:
    findings = document.findings
    skipped = sum(finding.standing != "open" for finding in findings)
    name = _attribute(path_for_tools(document.path))
    cases = [_case(finding, name, fail_on) for finding in findings] or [
        f'<testcase name="notes" classname={name}/>'
    ]
    head = (
        f'<testsuite name={name} tests="{len(cases)}"'
        f' failures="{count_failures(findings, fail_on)}" errors="0" skipped="{skipped}">'
    )
    return "\n".join((head, *cases, "</testsuite>"))


def _case(finding: DraftFinding, name: str, fail_on: Severity) -> str:
    where = describe_place(finding.place)
    title = _attribute(f"{finding.rule} {finding.name}" + (f" ({where})" if where else ""))
    return f"<testcase name={title} classname={name}>{_outcome(finding, fail_on)}</testcase>"


def _outcome(finding: DraftFinding, fail_on: Severity) -> str:
    said = "\n".join(_lines(finding))
    if finding.standing != "open":
        reason = f"{finding.standing}: {finding.reason or 'no reason is given'}"
        return f"<skipped message={_attribute(reason)}>{_text(said)}</skipped>"
    if is_at_least(finding.severity, fail_on):
        message = _attribute(finding.message)
        return f'<failure type="{finding.rule}" message={message}>{_text(said)}</failure>'
    return f"<system-out>{_text(said)}</system-out>"


def _lines(finding: DraftFinding) -> Iterator[str]:
    yield f"{finding.severity}: {finding.message}"
    if finding.label is not None:
        yield f"note: {finding.label}"
    if finding.url is not None:
        yield f"address: {finding.url}"


def _unread_suite(unread: Unread) -> str:
    name = _attribute(path_for_tools(unread.path))
    error = f'<error type="unreadable" message={_attribute(unread.message)}/>'
    return (
        f'<testsuite name={name} tests="1" failures="0" errors="1" skipped="0">\n'
        f'<testcase name="notes" classname={name}>{error}</testcase>\n</testsuite>'
    )


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))
