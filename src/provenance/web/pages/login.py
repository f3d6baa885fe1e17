"""The page that asks for the token, where one is wanted (any address but loopback), and the way out."""

import re
import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from provenance.web.access import Door, TooManyGuesses
from provenance.web.admission import MAX_TOKEN, SESSION_COOKIE, VISIT_COOKIE, too_many_guesses
from provenance.web.csrf import FIELD, Seals
from provenance.web.demands import audit_read, audit_write, need_seal, visitor_of
from provenance.web.tokens import Person
from provenance.web.views import render

__all__ = ["path_of_ours", "router"]

router = APIRouter()
_FIRST_PAGE = "/"
# printable ASCII without a backslash: browsers read `\` as `/`, and `/\host` as another host
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_MAX_FORM_PART = 4000


def path_of_ours(wished: str) -> str:
    r"""Return the page to go to after signing in: one of ours, whatever was wished for.

    >>> path_of_ours("/documents?after=x"), path_of_ours("//evil.example/"), path_of_ours("/\\evil.example")
    ('/documents?after=x', '/', '/')
    """
    is_ours = _PATH.fullmatch(wished) and not wished.startswith(("/login", "/logout"))
    return wished if is_ours else _FIRST_PAGE


@router.get("/login")
async def show_login(request: Request, next: str = "") -> Response:  # noqa: A002 - its name in the address
    """Show the form, and bind it to the browser that asked for it."""
    return _form(request, wished=next)


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Open a session for who has a token; one that was open before ends."""
    door: Door = request.app.state.door
    async with request.form(max_files=0, max_fields=5, max_part_size=_MAX_FORM_PART) as form:
        token, seal, wished = (str(form.get(name, "")) for name in ("token", FIELD, "next"))
    need_seal(request, seal, "login")
    if door.is_open:
        return _form(request, wished=wished, refused=True, status=401)
    person = await _person_of(request, door, token[:MAX_TOKEN])
    if person is None:
        return _form(request, wished=wished, refused=True, status=401)
    door.end_session(visitor_of(request).session)
    answer = RedirectResponse(path_of_ours(wished), 303)
    _set_cookie(answer, SESSION_COOKIE, door.open_session(person))
    _drop_cookie(answer, VISIT_COOKIE)
    return answer


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """End the session."""
    door: Door = request.app.state.door
    async with request.form(max_files=0, max_fields=5, max_part_size=_MAX_FORM_PART) as form:
        need_seal(request, str(form.get(FIELD, "")), "logout")
    visitor = visitor_of(request)
    if visitor.session:
        door.end_session(visitor.session)
        audit_read(request, "logout", "ok")
    answer = RedirectResponse(_FIRST_PAGE if door.is_open else "/login", 303)
    _drop_cookie(answer, SESSION_COOKIE)
    return answer


async def _person_of(request: Request, door: Door, token: str) -> Person | None:
    visitor = visitor_of(request)
    try:
        person = await door.person_of_token(token, visitor.address)
    except TooManyGuesses as guessed:
        audit_read(request, "login", "limited")
        raise too_many_guesses(guessed) from guessed
    if person is None:
        audit_read(request, "login", "wrong")
        return None
    # who comes in is written down first: where that cannot be, nobody comes in who may write
    (audit_write if person.may_write else audit_read)(request, "login", "ok", person=person)
    return person


def _form(
    request: Request, *, wished: str = "", refused: bool = False, status: int = 200
) -> Response:
    visitor = visitor_of(request)
    seals: Seals = request.app.state.seals
    visit = ""
    seal = visitor.seal
    if visitor.person is None:
        visit = secrets.token_urlsafe(16)
        seal = seals.seal(f"visit {visit}")
    page = render("login.html", refused=refused, seal=seal, wished=path_of_ours(wished))
    answer = HTMLResponse(page, status)
    if visit:
        _set_cookie(answer, VISIT_COOKIE, visit)
    return answer


def _set_cookie(answer: Response, name: str, value: str) -> None:
    answer.set_cookie(name, value, secure=True, httponly=True, samesite="strict", path="/")


def _drop_cookie(answer: Response, name: str) -> None:
    answer.delete_cookie(name, secure=True, httponly=True, samesite="strict", path="/")
