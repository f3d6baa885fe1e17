"""The JSON API: a document's bytes are the body of the request, whatever their format."""

from collections.abc import Collection
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Query
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from provenance.validate.fix.outcome import Mended
from provenance.validate.report.data import VALIDATE_SCHEMA, findings_to_json
from provenance.web.answers import AsciiJSON, problem_answers
from provenance.web.rulebook import rulebook
from provenance.web.workbench import Workbench

__all__ = ["ANSWERS_TO_A_DOCUMENT", "Only", "answer_mended", "router"]

router = APIRouter(prefix="/api")

Name = Annotated[
    str,
    Query(
        max_length=255,
        description="What the file is called: it says how a text is read (`draft.md`), and stands"
        " in the answer as `path`.",
    ),
]
Unsafe = Annotated[bool, Query(description="Make the fixes that change what a note says, too.")]
Only = Annotated[
    list[Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]],
    Query(
        default_factory=list,
        max_length=100,
        description="Only the fixes of the findings with these fingerprints; all where none is named.",
    ),
]
_BYTES = "application/octet-stream"
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The document as it is: text, Markdown, HTML, wikitext, reStructuredText, Word, PDF.",
        "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}},
    }
}
_COUNT = {"type": "integer", "minimum": 0}
_SEVERITY = {"enum": ["error", "warning", "info"]}
_FINDING = {
    "type": "object",
    "required": [
        *("rule", "name", "severity", "message", "label", "start", "end", "line", "column", "fix"),
    ],
    "properties": {
        "rule": {"type": "string", "pattern": r"^FN\d{3}$"},
        "name": {"type": "string"},
        "severity": _SEVERITY,
        "message": {"type": "string"},
        "label": {"type": ["string", "null"]},
        "start": _COUNT,
        "end": _COUNT,
        "line": {"type": ["integer", "null"]},
        "column": {"type": ["integer", "null"]},
        "fix": {"type": ["object", "null"]},
        "standing": {"enum": ["open", "suppressed", "waived"]},
        "fingerprint": {"type": "string"},
    },
}
_VALIDATED = {
    "type": "object",
    "required": ["schema", "documents"],
    "properties": {
        "schema": {"const": VALIDATE_SCHEMA},
        "documents": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "required": ["path", "findings", "summary"],
                "properties": {
                    "path": {"type": "string"},
                    "findings": {"type": "array", "items": _FINDING},
                    "summary": {
                        "type": "object",
                        "required": ["error", "warning", "info"],
                        "properties": dict.fromkeys(("error", "warning", "info"), _COUNT),
                    },
                },
            },
        },
    },
}
_RULES = {
    "type": "object",
    "required": ["schema", "rules"],
    "properties": {
        "schema": {"const": "provenance.rules/1"},
        "rules": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "name", "severity", "summary", "page"],
                "properties": {
                    "code": {"type": "string"},
                    "name": {"type": "string"},
                    "severity": _SEVERITY,
                    "summary": {"type": "string"},
                    "page": {"type": "string"},
                },
            },
        },
    },
}


ANSWERS_TO_A_DOCUMENT = problem_answers(
    {
        400: "Content-Length is no number.",
        401: "The token is missing or wrong (where one is wanted).",
        403: "A page of another site sent this.",
        413: "The document is larger than `ingest.max_document_bytes`.",
        421: "The server was asked for by a name that is not one of its own.",
        422: "This is no document that can be read, or a parameter is wrong.",
        429: "Too many wrong tokens.",
        503: "Too many documents at once.",
    }
)


@router.post(
    "/validate",
    openapi_extra=BODY,
    response_class=AsciiJSON,
    responses={
        200: {
            "description": "What the rules found, in the words of `provenance validate --format json`.",
            "content": {"application/json": {"schema": _VALIDATED}},
        },
        **ANSWERS_TO_A_DOCUMENT,
    },
)
async def validate(request: Request, name: Name = "draft") -> Response:
    """Say what is wrong with the notes of a document. It is not stored, and nothing is fetched."""
    workbench: Workbench = request.app.state.workbench
    validated = await workbench.validate(await request.body(), name)
    said = findings_to_json([(name, validated.findings)])
    return AsciiJSON(msgspec.to_builtins(said))


@router.post(
    "/mend",
    openapi_extra=BODY,
    response_class=Response,
    responses={
        200: {
            "description": "The mended document, in the format and encoding that it came in; the"
            " same bytes where nothing could be mended.",
            "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}},
            "headers": {
                "X-Provenance-Fixed": {
                    "description": "How many findings were mended.",
                    "schema": _COUNT,
                },
                "X-Provenance-Left": {
                    "description": "Why the first of the wanted fixes that were not made was not"
                    " (percent-encoded UTF-8); empty where all were made.",
                    "schema": {"type": "string"},
                },
            },
        },
        **ANSWERS_TO_A_DOCUMENT,
    },
)
async def mend(
    request: Request, only: Only, name: Name = "draft", unsafe: Unsafe = False
) -> Response:
    """Mend a document and hand it back. Neither is stored."""
    workbench: Workbench = request.app.state.workbench
    data = await request.body()
    mended = await workbench.mend(data, name, unsafe=unsafe, only=only or None)
    return answer_mended(mended, unsafe=unsafe, only=only)


def answer_mended(mended: Mended, *, unsafe: bool, only: Collection[str]) -> Response:
    """Return a mended document, with how many findings that mended and why another was left."""
    wanted = [
        each for each in mended.left if each.finding.fix and (unsafe or each.finding.fix.safe)
    ]
    if only:
        wanted = [each for each in wanted if each.finding.fingerprint in only]
    return Response(
        mended.data,
        media_type=_BYTES,
        headers={
            "X-Provenance-Fixed": str(len(mended.fixed)),
            "X-Provenance-Left": quote(wanted[0].reason if wanted else ""),
        },
    )


@router.get(
    "/rules",
    responses={200: {"content": {"application/json": {"schema": _RULES}}}},
)
async def list_rules() -> Response:
    """List every rule; `page` is the path of its page."""
    listed = [
        {
            "code": code,
            "name": entry.rule.name,
            "severity": entry.rule.severity,
            "summary": entry.page.summary,
            "page": f"/rules/{code}",
        }
        for code, entry in rulebook().items()
    ]
    return AsciiJSON({"schema": "provenance.rules/1", "rules": listed})
