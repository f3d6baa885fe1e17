"""The report of `provenance validate` in the forms that programs read; each is imported when asked for."""

from collections.abc import Sequence

from msgspec import Struct

from provenance.model import Severity
from provenance.pipeline.report import InputFault
from provenance.pipeline.validation import Validated
from provenance.validate.report.baseline import Baseline
from provenance.validate.report.records import ReportedDocument, Unread
from provenance.validate.rule import Rule

__all__ = ["Reported", "render_report"]

_FORMATS_OF_BYTES = frozenset({"docx", "pdf", "eml", "mhtml"})


class Reported(Struct, frozen=True):
    """All that a report is made of. `code` is what the command will leave with."""

    documents: Sequence[Validated]
    faults: Sequence[InputFault]
    rules: Sequence[Rule]
    baseline: Baseline | None
    fail_on: Severity
    code: int


def render_report(form: str, reported: Reported) -> str:
    """Return the report in one of the forms `sarif`, `junit`, `github`, `html`."""
    documents = [_document(each) for each in reported.documents]
    unread = [Unread(each.path, each.message) for each in reported.faults]
    match form:
        case "sarif":
            from provenance.validate.report.sarif import render_sarif

            return render_sarif(
                documents,
                reported.rules,
                baseline=reported.baseline,
                unread=unread,
                exit_code=reported.code,
            )
        case "junit":
            from provenance.validate.report.junit import render_junit

            return render_junit(
                documents, fail_on=reported.fail_on, baseline=reported.baseline, unread=unread
            )
        case "github":
            from provenance.validate.report.github import render_github

            return render_github(documents, baseline=reported.baseline, unread=unread)
        case _:
            from provenance.validate.report.html_report import render_html

            return render_html(documents, reported.rules, baseline=reported.baseline, unread=unread)


def _document(each: Validated) -> ReportedDocument:
    return ReportedDocument(each.path, each.draft, each.findings, _encoding_of(each))


def _encoding_of(each: Validated) -> str | None:
    if each.draft.parsed.document.format in _FORMATS_OF_BYTES:
        return None
    from provenance.cite.decode import decode_document

    return decode_document(each.data).encoding
