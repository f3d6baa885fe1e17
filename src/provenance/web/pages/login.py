"""The page that asks for the token, where one is wanted (any address but loopback)."""

import math

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from provenance.web.access import Door
from provenance.web.problems import Problem, answer_problem, wants_page
from provenance.web.views import render

__all__ = ["ask_for_token", "router"]

router = APIRouter()
_COOKIE = "provenance_session"
_MAX_TOKEN_BYTES = 1000


async def ask_for_token(request: Request, go_on: RequestResponseEndpoint) -> Response:
    """Let a request through that has a session or shows the token, or send it to the door."""
    door: Door = request.app.state.door
    path = request.url.path
    if door.is_open or path == "/login" or path.startswith("/static/"):
        return await go_on(request)
    if door.has_session(request.cookies.get(_COOKIE, "")):
        return await go_on(request)
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        try:
            if await _is_known(door, token, _address_of(request)):
                return await go_on(request)
        except Problem as problem:
            return answer_problem(request.scope, problem)
    if request.method == "GET" and wants_page(request.scope):
        return RedirectResponse("/login", 303)
    refused = Problem(
        401,
        "This needs the token",
        hint="send it as `Authorization: Bearer …`, or sign in at /login",
        headers={"WWW-Authenticate": "Bearer"},
    )
    return answer_problem(request.scope, refused)


@router.get("/login")
async def show_login() -> Response:
    """Show the form."""
    return HTMLResponse(render("login.html", refused=False))


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Open a session for who has the token."""
    door: Door = request.app.state.door
    async with request.form(max_files=0, max_fields=5, max_part_size=_MAX_TOKEN_BYTES) as form:
        token = str(form.get("token", ""))
    if door.is_open or not await _is_known(door, token, _address_of(request)):
        return HTMLResponse(render("login.html", refused=True), 401)
    answer = RedirectResponse("/validate", 303)
    answer.set_cookie(
        _COOKIE, door.open_session(), secure=True, httponly=True, samesite="strict", path="/"
    )
    return answer


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """End the session."""
    door: Door = request.app.state.door
    door.end_session(request.cookies.get(_COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(_COOKIE, secure=True, httponly=True, samesite="strict", path="/")
    return answer


async def _is_known(door: Door, token: str, address: str) -> bool:
    wait_s = door.wait_s(address)
    if wait_s > 0:
        raise Problem(
            429,
            "Too many wrong tokens",
            hint="wait a minute",
            headers={"Retry-After": str(math.ceil(wait_s))},
        )
    return await run_in_threadpool(door.knows, token[:_MAX_TOKEN_BYTES], address)


def _address_of(request: Request) -> str:
    return request.client.host if request.client else ""
