"""Forms that sign in or write: only our own pages, and only this session's, can send them."""

import re
from typing import Any

import pytest

from provenance.web.csrf import Seals
from provenance.web.tokens import hash_token, make_token
from support.asking_web import Asking, asking

TOKEN = make_token()
HASHED = hash_token(TOKEN)
PAGE = {"Accept": "text/html"}
OURS = {"Origin": "http://127.0.0.1:8321", "Sec-Fetch-Site": "same-origin"}


def cookie_of(answer: Any) -> dict[str, str]:
    said = answer.headers.get("set-cookie", "")
    return {"Cookie": said.split(";")[0]} if said else {}


def form_of(web: Asking, path: str, headers: dict[str, str]) -> tuple[Any, str]:
    page = web.get(path, headers=PAGE | headers)
    return page, re.findall(r'name="csrf" value="([^"]*)"', page.text)[0]


def session_of(web: Asking) -> dict[str, str]:
    page, seal = form_of(web, "/login", {})
    sent = {"token": TOKEN, "csrf": seal}
    return cookie_of(web("POST", "/login", data=sent, headers=PAGE | cookie_of(page)))


def wrong_seals(web: Asking, other: dict[str, str]) -> dict[str, str]:
    _, of_another = form_of(web, "/validate", other)
    _, of_a_stranger = form_of(web, "/login", {})
    return {
        "missing": "", "of another session": of_another, "of a stranger": of_a_stranger,
        "zeros": "0" * 64, "of another key": Seals().seal("session x"), "not ASCII": "\u0130" * 64,
        "long": "f" * 3000,
    }  # fmt: skip


def test_no_form_but_our_own_signs_anybody_out() -> None:
    with asking(token_scrypt=HASHED) as web:
        own, other = session_of(web), session_of(web)
        for what, seal in wrong_seals(web, other).items():
            answer = web("POST", "/logout", data={"csrf": seal}, headers=own | PAGE | OURS)
            assert answer.status_code == 403, what
            assert "out of date" in answer.text
        assert web.get("/validate", headers=PAGE | own).status_code == 200
        _, right = form_of(web, "/validate", own)
        refused = [line for line in web.audited() if line["event"] == "logout"]
        assert len(refused) == 7
        assert web("POST", "/logout", data={"csrf": right}, headers=own).status_code == 303
        assert web.get("/validate", headers=PAGE | own).status_code == 303
        assert web("POST", "/logout", data={"csrf": right}, headers=own).status_code == 401


def test_no_form_but_our_own_signs_anybody_in() -> None:
    with asking(token_scrypt=HASHED) as web:
        page, seal = form_of(web, "/login", {})
        other, _ = form_of(web, "/login", {})
        tries: dict[str, tuple[dict[str, str], str]] = {
            "no cookie": ({}, seal),
            "another's cookie": (cookie_of(other), seal),
            "no seal": (cookie_of(page), ""),
            "an empty cookie": ({"Cookie": "__Host-provenance_visit="}, seal),
        }
        for what, (cookie, shown) in tries.items():
            answer = web(
                "POST", "/login", data={"token": TOKEN, "csrf": shown}, headers=PAGE | cookie
            )
            assert answer.status_code == 403, what
            assert "set-cookie" not in answer.headers, what
        # a refused form is no guess: nobody is locked out by pages that send some
        right = {"token": TOKEN, "csrf": seal}
        assert web("POST", "/login", data=right, headers=cookie_of(page)).status_code == 303


def test_a_seal_of_the_sign_in_page_is_worth_nothing_in_a_session() -> None:
    with asking(token_scrypt=HASHED) as web:
        page, before = form_of(web, "/login", {})
        own = session_of(web)
        both = {"Cookie": f"{own['Cookie']}; {cookie_of(page)['Cookie']}"}
        assert web("POST", "/logout", data={"csrf": before}, headers=both).status_code == 403


def test_seals_are_one_for_each_and_tell_nothing() -> None:
    seals = Seals()
    assert seals.is_sealed(seals.seal("session a"), "session a")
    assert not seals.is_sealed(seals.seal("session a"), "session b")
    assert seals.seal("a") != Seals().seal("a")
    assert re.fullmatch(r"[0-9a-f]{64}", seals.seal("\u0130 anything"))


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_method_is_what_it_says(method: str, header: str) -> None:
    with asking(token_scrypt=HASHED) as web:
        own = session_of(web)
        answer = web(method, "/logout?_method=POST", headers=own | {header: "POST"})
        assert answer.status_code in {403, 405}
        assert web.get("/validate", headers=PAGE | own).status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/validate", "/login", "/api/validate", "/static/desk.css"])
def test_methods_that_are_not_offered_do_nothing(method: str, path: str) -> None:
    with asking() as web:
        assert web(method, path).status_code == 405
