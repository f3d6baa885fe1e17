"""The application: pages, API, files, and what every request passes before them."""

from collections.abc import Iterable

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from provenance.errors import ProvenanceError
from provenance.pipeline.workplace import Workplace
from provenance.version import __version__
from provenance.web import (
    api,
    api_back,
    api_captures,
    api_documents,
    api_nights,
    api_reviews,
    api_search,
    api_sources,
)
from provenance.web.access import Door
from provenance.web.admission import Admission
from provenance.web.archived.place import ArchivedPlace
from provenance.web.audit import AuditLog
from provenance.web.csrf import Seals
from provenance.web.gatekeeper import Gatekeeper
from provenance.web.library import Library
from provenance.web.pages import (
    back,
    capture_files,
    captures,
    claims,
    document,
    documents,
    exports,
    login,
    memento,
    night_runs,
    nights,
    reviews,
    rules,
    search,
    sources,
    validate,
    verdicts,
)
from provenance.web.problems import (
    Problem,
    answer_problem,
    problem_of_error,
    problem_of_http,
)
from provenance.web.views import DeskNow, seen_by_templates
from provenance.web.workbench import Workbench
from provenance.web.year_shown import YearShown

__all__ = ["LOOPBACK_NAMES", "make_app"]

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
# One module each: what programs are answered (in the OpenAPI), what people see.
_APIS = (
    api,
    api_back,
    api_captures,
    api_documents,
    api_nights,
    api_reviews,
    api_search,
    api_sources,
)
_PAGES = (
    login,
    night_runs,  # before the days, of which none is called "runs"
    nights,
    validate,
    verdicts,
    rules,
    sources,
    captures,
    capture_files,
    documents,
    document,
    claims,
    reviews,
    search,
    back,
    exports,
    memento,
)
_ABOUT = (
    "Documents, their claims, what stands behind each, and search over all of it, where there is a"
    " database; what is wrong with the notes of a draft, and what mends it. No draft that is sent"
    " here is stored; a review of evidence is, for good, and takes an editor."
)


def make_app(
    workbench: Workbench,
    door: Door,
    library: Library,
    *,
    audit: AuditLog,
    workplace: Workplace,
    hosts: Iterable[str],
    max_body_bytes: int,
    archived: ArchivedPlace | None = None,
) -> ASGIApp:
    """Return the application; `hosts` are the names that it answers to, without ports.

    `workplace` is where what persons say is written: it is the library's own.

    `archived` is where archived pages are shown; without it only their texts are.
    """
    seals = Seals()
    app = FastAPI(
        title="provenance",
        version=__version__,
        description=_ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,  # these pages fetch their scripts from elsewhere
        redoc_url=None,
    )
    app.state.workbench = workbench
    app.state.door = door
    app.state.library = library
    app.state.archived = archived
    app.state.seals = seals
    app.state.audit = audit
    app.state.workplace = workplace
    app.state.year = YearShown(workplace.clock)
    _add_routes(app)
    admitted = Admission(app, door=door, seals=seals, audit=audit)
    furnished = seen_by_templates(admitted, lambda: DeskNow(library.is_there, not door.is_open))
    return Gatekeeper(furnished, hosts=hosts, max_body_bytes=max_body_bytes, audit=audit)


def _add_routes(app: FastAPI) -> None:
    for answers in _APIS:
        app.include_router(answers.router)
    for page in _PAGES:
        app.include_router(page.router, include_in_schema=False)
    app.mount("/static", StaticFiles(packages=[("provenance.web", "static")]), name="static")
    app.add_exception_handler(Problem, _answer)
    app.add_exception_handler(ProvenanceError, _answer)
    app.add_exception_handler(HTTPException, _answer)
    app.add_exception_handler(RequestValidationError, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    match error:
        case Problem():
            problem = error
        case ProvenanceError():
            problem = problem_of_error(error)
        case HTTPException():
            problem = problem_of_http(error)
        case RequestValidationError():
            problem = Problem(422, "; ".join(map(_say_parameter, error.errors())))
        case _:
            raise error
    return answer_problem(request.scope, problem)


def _say_parameter(fault: dict[str, object]) -> str:
    where = fault.get("loc", ())
    name = where[-1] if isinstance(where, tuple) and where else "the request"
    return f"{name}: {fault.get('msg', 'is wrong')}"
