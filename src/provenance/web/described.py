"""What the operations of the API that read the store answer, for the OpenAPI description."""

from typing import Any

from provenance.web.problems import PROBLEM_TYPE
from provenance.web.record_schema import schema_of_record

__all__ = ["answers_of"]

_PROBLEMS = (
    (401, "The token is missing or wrong (where one is wanted)."),
    (403, "This may not be asked by whoever asks."),
    (404, "There is no such thing, or no store yet."),
    (421, "The server was asked for by a name that is not one of its own."),
    (422, "A parameter is wrong."),
    (429, "Too many wrong tokens."),
    (503, "Too many readers at once."),
)


def answers_of(record: type, name: str, description: str) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of an operation that answers with a record that says `"schema": name`."""
    content = {"application/json": {"schema": schema_of_record(record, name)}}
    problems: dict[int | str, dict[str, Any]] = {
        status: {"description": said, "content": {PROBLEM_TYPE: {}}} for status, said in _PROBLEMS
    }
    return {200: {"description": description, "content": content}, **problems}
