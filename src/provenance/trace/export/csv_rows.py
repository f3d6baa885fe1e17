"""CSV (RFC 4180): one row per claim and citation, the columns of the view `claim_sources`. PURE.

A cell that a spreadsheet would compute (`=`, `+`, `-`, `@`, a tab or a line's end in front, also in
their wide forms) gets an apostrophe before it: who reads it by program takes that one off again.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from provenance.trace.export.records import Places

__all__ = ["COLUMNS", "write_csv"]

COLUMNS = (
    "document_id", "document_title", "document_published", "claim_id", "claim_start", "claim_end",
    "claim_text", "label", "citation_index", "kind", "raw", "url", "canonical_url", "access",
    "source_id", "state", "capture_id", "captured_at", "capture", "warc_file", "warc_offset",
    "warc_length", "payload_sha256", "evidence_verdict", "evidence_score", "evidence_method",
    "evidence_exact", "evidence_reason",
)  # fmt: skip
_BOM = "\ufeff"
_COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(
    rows: Iterable[dict[str, Any]], places: Places, *, has_bom: bool = False
) -> Iterator[str]:
    """Yield the head and a line a row. `has_bom` is for Excel, which else takes UTF-8 for something else.

    `capture` is where the desk shows the capture, or its name where no desk is named.
    """
    yield (_BOM if has_bom else "") + _line(COLUMNS)
    for row in rows:
        id_ = row["capture_id"]
        shown = {**row, "capture": places.of("captures", id_) if id_ else None}
        yield _line(shown[name] for name in COLUMNS)


def _line(cells: Iterable[object]) -> str:
    return ",".join(map(_cell, cells)) + "\r\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return repr(value)
    text = value.replace("\0", "\ufffd")  # spreadsheets end there, csv readers refuse
    if text.startswith(_COMPUTED):
        text = f"'{text}"
    if any(sign in text for sign in ',"\r\n'):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text
