"""The door in front of the pages: says of each request who asks, or sends it away.

A person is known by a session's cookie, a program by its token in `Authorization`. Both cookies have the
prefix `__Host-`: no other host, and no page that came over plain http from elsewhere, can put one in their place.
"""

import math
import re
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from provenance.web.access import Door, TooManyGuesses
from provenance.web.audit import AuditLog, Entry
from provenance.web.csrf import Seals
from provenance.web.problems import Problem, answer_problem, wants_page
from provenance.web.tokens import Person
from provenance.web.visitor import NOW, Visitor

__all__ = ["MAX_TOKEN", "SESSION_COOKIE", "VISIT_COOKIE", "Admission", "too_many_guesses"]

SESSION_COOKIE = "__Host-provenance_session"
# what the form that asks for the token is bound to: there is no session yet
VISIT_COOKIE = "__Host-provenance_visit"
MAX_TOKEN = 1000
_MAX_COOKIES = 8
_MAX_WISH = 2000
# Bytes of the archive as they are: who took them is remembered.
_TAKEN_AWAY = re.compile(r"/(?:captures|attachments|mementos)/.+/(?:record|payload)")


class Admission:
    """An ASGI application around the pages; they find who asks in `request.state.visitor`."""

    def __init__(self, app: ASGIApp, *, door: Door, seals: Seals, audit: AuditLog) -> None:
        self._app = app
        self._door = door
        self._seals = seals
        self._audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on with who asks, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            visitor = await self._visitor(scope)
        except TooManyGuesses as guessed:
            problem = too_many_guesses(guessed)
            await answer_problem(scope, problem)(scope, receive, send)
            return
        if visitor.person is None and not _is_for_strangers(scope["path"]):
            await _send_to_the_door(scope)(scope, receive, send)
            return
        scope.setdefault("state", {})["visitor"] = visitor
        now = NOW.set(visitor)
        try:
            await self._app(scope, receive, self._watched(scope, visitor, send))
        finally:
            NOW.reset(now)

    async def _visitor(self, scope: Scope) -> Visitor:
        address = scope["client"][0] if scope.get("client") else ""
        if self._door.is_open:
            return self._bound("nobody is asked", address, self._door.host)
        cookies = _cookies(scope)
        known = self._door.person_of_session(cookies.get(SESSION_COOKIE, ()))
        if known is not None:
            return self._bound(f"session {known[1]}", address, known[0], session=known[1])
        person = await self._person_of_header(scope, address)
        if person is not None:
            return self._bound("", address, person, by_token=True)
        visits = cookies.get(VISIT_COOKIE, [""])
        return self._bound(f"visit {visits[0]}", address, None)

    def _bound(
        self,
        bound_to: str,
        address: str,
        person: Person | None,
        *,
        session: str = "",
        by_token: bool = False,
    ) -> Visitor:
        seal = self._seals.seal(bound_to)
        return Visitor(person, address, bound_to, seal, session, by_token)

    async def _person_of_header(self, scope: Scope, address: str) -> Person | None:
        kind, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return None
        token = token[:MAX_TOKEN]
        is_new = not self._door.is_proven(token)
        try:
            person = await self._door.person_of_token(token, address)
        except TooManyGuesses:
            self._audit.note(Entry("token", "limited", None, address))
            raise
        if person is None or is_new:
            self._audit.note(Entry("token", "ok" if person else "wrong", person, address))
        return person

    def _watched(self, scope: Scope, visitor: Visitor, send: Send) -> Send:
        if scope["method"] != "GET" or not _TAKEN_AWAY.fullmatch(scope["path"]):
            return send

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                outcome, what = str(message["status"]), scope["path"]
                self._audit.note(Entry("taken", outcome, visitor.person, visitor.address, what))
            await send(message)

        return watched


def too_many_guesses(guessed: TooManyGuesses) -> Problem:
    """Return what is answered to who has to wait."""
    return Problem(
        429,
        "Too many wrong tokens",
        hint="wait a minute",
        headers={"Retry-After": str(max(1, math.ceil(guessed.wait_s)))},
    )


def _is_for_strangers(path: str) -> bool:
    return path == "/login" or path.startswith("/static/")


def _send_to_the_door(scope: Scope) -> ASGIApp:
    if scope["method"] in {"GET", "HEAD"} and wants_page(scope):
        asked = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        asked = f"{asked}?{query}" if query else asked
        is_worth_it = asked != "/" and len(asked) <= _MAX_WISH
        wished = "?next=" + quote(asked, safe="/") if is_worth_it else ""
        return RedirectResponse(f"/login{wished}", 303)
    refused = Problem(
        401,
        "This needs the token",
        hint="send it as `Authorization: Bearer …`, or sign in at /login",
        headers={"WWW-Authenticate": "Bearer"},
    )
    return answer_problem(scope, refused)


def _cookies(scope: Scope) -> dict[str, list[str]]:
    """Return every value that is shown for our names: a browser sends those of others, too."""
    found: dict[str, list[str]] = {}
    for header in Headers(scope=scope).getlist("cookie"):
        for each in header.split(";"):
            name, _, value = each.strip().partition("=")
            kept = found.setdefault(name, []) if name in {SESSION_COOKIE, VISIT_COOKIE} else []
            if len(kept) < _MAX_COOKIES:
                kept.append(value)
    return found
