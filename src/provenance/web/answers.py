"""What the API answers: records as JSON, and how its description (OpenAPI) tells of them."""

from typing import Any

import msgspec
from fastapi.responses import JSONResponse

from provenance.web.problems import PROBLEM_TYPE
from provenance.web.record_schema import schema_of_record

__all__ = ["AsciiJSON", "answers_of", "problem_answers", "say_record"]

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "hint": {"type": "string"},
    },
    "additionalProperties": False,
}
# What may be said instead of an answer that is read from the store.
_PROBLEMS = {
    401: "The token is missing or wrong (where one is wanted).",
    403: "This may not be asked by whoever asks.",
    404: "There is no such thing, or no store yet.",
    421: "The server was asked for by a name that is not one of its own.",
    422: "A parameter is wrong.",
    429: "Too many wrong tokens.",
    503: "Too many readers at once.",
}


class AsciiJSON(JSONResponse):
    """JSON that says every character, lone surrogates too, in ASCII: no text makes an answer fail."""

    def render(self, content: Any) -> bytes:
        """Return the bytes."""
        import json

        return json.dumps(content, separators=(",", ":")).encode("ascii")


def say_record(record: msgspec.Struct) -> AsciiJSON:
    """Return a record as an answer: all of its fields, by their names."""
    return AsciiJSON(msgspec.to_builtins(record))


def problem_answers(described: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of an operation that says a problem with these statuses."""
    content = {PROBLEM_TYPE: {"schema": _PROBLEM}}
    return {status: {"description": said, "content": content} for status, said in described.items()}


def answers_of(record: type, name: str, description: str) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of an operation that answers with a record that says `"schema": name`."""
    content = {"application/json": {"schema": schema_of_record(record, name)}}
    return {200: {"description": description, "content": content}, **problem_answers(_PROBLEMS)}
