"""POST /api/reviews: a program keeps what a person says of evidence."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from provenance.pipeline.reviewing import ReviewOrder
from provenance.web.answers import AsciiJSON
from provenance.web.api import ANSWERS_TO_A_DOCUMENT
from provenance.web.demands import need_editor, need_seal, visitor_of
from provenance.web.judging import judge
from provenance.web.problems import Problem

__all__ = ["router"]

router = APIRouter(prefix="/api")

_Name = Annotated[str, Field(min_length=1, max_length=500)]
_Words = Annotated[str, Field(max_length=4000)]
_REVIEW = {
    "type": "object",
    "required": ["schema", "new", "claim", "source", "reviews", "found"],
    "properties": {
        "schema": {"const": "provenance.review/1"},
        "new": {"type": "boolean"},
        "claim": {"type": "object", "required": ["id", "text", "document"]},
        "source": {"type": "object", "required": ["id", "shown"]},
        "reviews": {"type": "array", "minItems": 1, "items": {"type": "object"}},
        "found": {"type": ["object", "null"]},
    },
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    201: {"description": "It is kept.", "content": {"application/json": {"schema": _REVIEW}}},
    200: {
        "description": "The same stood already.",
        "content": {"application/json": {"schema": _REVIEW}},
    },
    **{
        status: answer
        for status, answer in ANSWERS_TO_A_DOCUMENT.items()
        if status in {400, 401, 403, 413, 421, 422, 429, 503}
    },
    415: {**ANSWERS_TO_A_DOCUMENT[422], "description": "It is not sent as application/json."},
}


class Said(BaseModel):
    """What is said of a claim and one copy of a source that it cites."""

    model_config = ConfigDict(extra="forbid", strict=True)

    claim: Annotated[_Name, Field(description="The claim's id.")]
    decision: Literal["confirmed", "rejected", "chosen", "undone"]
    source: Annotated[
        _Name | None, Field(description="The source's id; needed where the claim cites several.")
    ] = None
    copy_: Annotated[
        _Name | None,
        Field(alias="copy", description="A capture's or an attachment's id, a memento's address."),
    ] = None
    passage: Annotated[
        _Words | None, Field(description="With `chosen`: the words, as the archived text has them.")
    ] = None
    start: Annotated[
        int | None,
        Field(ge=0, le=2**53, description="Which place, where the words stand in several."),
    ] = None
    why: Annotated[_Words, Field(description="Why, for whoever reads it later.")] = ""


@router.post("/reviews", status_code=201, response_class=AsciiJSON, responses=_RESPONSES)
async def keep_review(request: Request, said: Said) -> Response:
    """Keep what a person says: the name beside it is that of the token. Needs the role editor."""
    person = need_editor(request, "review")
    # a form of another site cannot send this type without being asked about
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "This takes application/json")
    if visitor_of(request).session:
        need_seal(request, "", "review")
    order = ReviewOrder(
        said.claim, said.decision, person.name, said.why, said.source, said.copy_, said.passage,
        said.start,
    )  # fmt: skip
    report = await judge(request, order)
    return AsciiJSON(report.to_json(), 201 if report.is_new else 200)
