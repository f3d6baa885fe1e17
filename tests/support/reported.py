"""Drafts that were looked at, for tests of what reports say of them."""

from collections.abc import Sequence
from datetime import date

import msgspec

from provenance.cite.decode import decode_document
from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.model import Document
from provenance.validate.draft import Draft, Knowledge
from provenance.validate.engine import find_findings
from provenance.validate.house import House
from provenance.validate.records import DraftFinding
from provenance.validate.report.records import ReportedDocument
from provenance.validate.rules import fn001_marker_without_note, fn103_glued_addresses

TODAY = date(2024, 3, 8)
# Two are enough, and others may come.
RULES = (fn001_marker_without_note.RULE, fn103_glued_addresses.RULE)
# Two addresses glued together (a safe fix), and a marker without a note.
GLUED = """A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12
"""


def reported(
    text: str | bytes = GLUED,
    path: str = "draft.txt",
    *,
    findings: Sequence[DraftFinding] | None = None,
    knowledge: Knowledge | None = None,
    house: House | None = None,
) -> ReportedDocument:
    """Look at a draft with two rules; `findings` stand in place of what the rules find."""
    data = text.encode() if isinstance(text, str) else text
    document = read_document(data, path)
    draft = Draft(
        parse_document(document), house=house or House(), today=TODAY, knowledge=knowledge
    )
    found = find_findings(draft, RULES) if findings is None else tuple(findings)
    return ReportedDocument(path, draft, found, decode_document(data).encoding)


def with_places(looked_at: ReportedDocument, document: Document) -> ReportedDocument:
    """Return the same with another document under it, as a Word file would be read."""
    parsed = msgspec.structs.replace(looked_at.draft.parsed, document=document)
    draft = Draft(parsed, house=House(), today=TODAY)
    return looked_at._replace(draft=draft)


def changed(finding: DraftFinding, **fields: object) -> DraftFinding:
    """Return a finding with some fields set otherwise."""
    return msgspec.structs.replace(finding, **fields)  # type: ignore[type-var]
