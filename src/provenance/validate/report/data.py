"""The JSON of `provenance validate`, in the words of the contract. PURE."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from provenance.validate.records import SEVERITIES, DraftFinding

if TYPE_CHECKING:
    from provenance.validate.report.baseline import Baseline

__all__ = ["VALIDATE_SCHEMA", "findings_to_json"]

VALIDATE_SCHEMA = "provenance.validate/1"


def findings_to_json(
    documents: Iterable[tuple[str, Sequence[DraftFinding]]], baseline: "Baseline | None" = None
) -> dict[str, object]:
    """Return the object that `validate --format json` prints, of (path, findings) pairs.

    `new` says of each finding whether the baseline has it not, null without one; the summary counts all that are open.
    """
    return {
        "schema": VALIDATE_SCHEMA,
        "documents": [
            {
                "path": path,
                "findings": [_finding(path, each, baseline) for each in findings],
                "summary": {
                    severity: sum(
                        each.severity == severity and each.standing == "open" for each in findings
                    )
                    for severity in reversed(SEVERITIES)
                },
            }
            for path, findings in documents
        ],
    }


def _finding(path: str, finding: DraftFinding, baseline: "Baseline | None") -> dict[str, object]:
    said: dict[str, object] = msgspec.to_builtins(finding)
    if finding.fix is not None:
        edits = [
            {name: getattr(edit, name) for name in edit.__struct_fields__}
            for edit in finding.fix.edits
        ]
        said["fix"] = {"safe": finding.fix.safe, "edits": edits}
    is_new = None if baseline is None else not baseline.knows(path, finding)
    return {**said, "new": is_new, "line": finding.place.line, "column": finding.place.column}
