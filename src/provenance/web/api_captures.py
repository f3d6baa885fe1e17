"""The JSON of copies: `/api/captures/{id}` and its like."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from provenance.trace.capture_records import SCHEMA, Copy, CopyKind
from provenance.web.api import AsciiJSON
from provenance.web.pages.captures import find_held
from provenance.web.problems import PROBLEM_TYPE

__all__ = ["COPY_SCHEMA", "router"]

router = APIRouter(prefix="/api")
Claim = Annotated[
    str,
    Query(max_length=200, description="A claim's id: what was found for it stands first."),
]
# What a record's docstring and name say of it is for readers of the source.
_WORDS = frozenset({"title", "description"})


def _schema_of_copy() -> dict[str, Any]:
    """Return the record's own JSON Schema, its parts put in where they stand: OpenAPI wants no `$defs` here."""
    (top,), parts = msgspec.json.schema_components([Copy], ref_template="{name}")

    def resolve(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return resolve(parts[node["$ref"]])
            return {
                name: {each: resolve(one) for each, one in value.items()}
                if name == "properties"
                else resolve(value)
                for name, value in node.items()
                if name not in _WORDS
            }
        return [resolve(each) for each in node] if isinstance(node, list) else node

    schema: dict[str, Any] = resolve(top)
    schema["properties"]["schema"] = {"const": SCHEMA}
    # a record writes all of its fields
    schema["required"] = sorted(schema["properties"])
    return schema


COPY_SCHEMA = _schema_of_copy()
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What is known of the copy; its record was read again for this answer.",
        "content": {"application/json": {"schema": COPY_SCHEMA}},
    },
    **{
        status: {"description": description, "content": {PROBLEM_TYPE: {}}}
        for status, description in (
            (401, "The token is missing or wrong (where one is wanted)."),
            (404, "There is no such copy, or no store yet."),
            (421, "The server was asked for by a name that is not one of its own."),
            (422, "A parameter is wrong."),
            (429, "Too many wrong tokens."),
            (503, "Too many readers at once."),
        )
    },
}


@router.get("/captures/{capture_id}", response_class=AsciiJSON, responses=_RESPONSES)
def read_capture(request: Request, capture_id: str, claim: Claim = "") -> Response:
    """Say what is known of a capture: when, from where, its digest checked now, whose evidence it is."""
    return _answer(request, "capture", capture_id, claim)


@router.get("/attachments/{attachment_id}", response_class=AsciiJSON, responses=_RESPONSES)
def read_attachment(request: Request, attachment_id: str, claim: Claim = "") -> Response:
    """Say what is known of a copy that a person brought."""
    return _answer(request, "attachment", attachment_id, claim)


@router.get("/mementos/{source_id}/{archive}", response_class=AsciiJSON, responses=_RESPONSES)
def read_memento(request: Request, source_id: str, archive: str, claim: Claim = "") -> Response:
    """Say what is known of our copy of what another archive holds."""
    return _answer(request, "memento", f"{source_id}/{archive}", claim)


def _answer(request: Request, kind: CopyKind, id_: str, claim: str) -> Response:
    held = find_held(request.app.state.library, kind, id_, claim)
    return AsciiJSON(msgspec.to_builtins(held.copy))
