"""What changed between two versions of a stored document, for the page and for its JSON."""

from typing import Annotated

from fastapi import Query

from provenance.pipeline.comparison import reading_of_version
from provenance.store.database import Database
from provenance.store.versions import count_versions, read_version
from provenance.validate.compare import compare
from provenance.validate.compare_records import Comparison
from provenance.web.problems import Problem

__all__ = ["From", "To", "compare_versions"]

_MOST = 1_000_000
From = Annotated[
    int | None,
    Query(alias="from", ge=1, le=_MOST, description="The older version; the one before the newer."),
]
To = Annotated[
    int | None,
    Query(alias="to", ge=1, le=_MOST, description="The newer version; without it the current."),
]


def compare_versions(
    db: Database, document_id: str, old: int | None, new: int | None
) -> Comparison:
    """Return what changed from one version to another in notes, claims and sources.

    Raises:
        Problem: there is no such document or version (404), or they were read by different
            parsers and would seem to differ where they do not (422).
    """
    newer = new or count_versions(db, document_id)
    older = old or max(1, newer - 1)
    sides = [read_version(db, document_id, number) for number in (older, newer)]
    first, second = sides
    if first is None or second is None:
        raise Problem(
            404, "There is no such document or version", hint="/documents lists those there are"
        )
    if first.parser != second.parser:
        raise Problem(
            422,
            "The two were read by different versions of the parser",
            hint="`provenance rebuild` reads every stored version anew",
        )
    return compare(reading_of_version(first, document_id), reading_of_version(second, document_id))
