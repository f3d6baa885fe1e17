"""What went wrong, said twice: as a page for people, as JSON (RFC 9457) for programs."""

from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from provenance.errors import ProvenanceError
from provenance.web.views import render

__all__ = [
    "PROBLEM_TYPE",
    "Problem",
    "answer_problem",
    "problem_of_error",
    "say_problem",
    "wants_page",
]

PROBLEM_TYPE = "application/problem+json"
# The house's own exit codes (errors.py) in the words of HTTP: 2 is the asker's fault, 3 ours.
_STATUS_BY_EXIT_CODE = {2: 422, 3: 500}


class Problem(Exception):
    """An answer that is none: a status, what is wrong, and what to do about it."""

    def __init__(
        self, status: int, title: str, *, hint: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.hint = hint
        self.headers = headers or {}


def problem_of_error(error: ProvenanceError) -> Problem:
    """Return what the house raised as an answer."""
    return Problem(_STATUS_BY_EXIT_CODE.get(error.exit_code, 500), error.message, hint=error.hint)


def say_problem(problem: Problem) -> dict[str, Any]:
    """Return a problem as RFC 9457 has it; `hint` is ours."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
    }
    return {**said, "hint": problem.hint} if problem.hint else said


def wants_page(scope: Scope) -> bool:
    """Tell whether a person asked, with a browser, rather than a program or a script of ours."""
    request = Request(scope)
    return not scope["path"].startswith("/api/") and "text/html" in request.headers.get(
        "accept", ""
    )


def answer_problem(scope: Scope, problem: Problem) -> Response:
    """Return the answer in the form that was asked for."""
    if wants_page(scope):
        page = render(
            "problem.html",
            title=problem.title,
            hint=problem.hint,
            status=f"{problem.status} {_phrase(problem.status)}",
        )
        return Response(
            page, problem.status, media_type="text/html; charset=utf-8", headers=problem.headers
        )
    return JSONResponse(
        say_problem(problem), problem.status, headers=problem.headers, media_type=PROBLEM_TYPE
    )


def problem_of_http(error: HTTPException) -> Problem:
    """Return what the framework raised (404, 405) as an answer."""
    return Problem(error.status_code, _phrase(error.status_code), headers=dict(error.headers or {}))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Problem"
