"""Who has the token comes in; who guesses is not listened to; a session ends."""

import pytest

from provenance.settings import ServeSettings
from provenance.web.access import Door, hash_token, is_token, make_token
from support.asking_web import Asking, asking, clean_draft

TOKEN = make_token()
HASHED = hash_token(TOKEN)
PAGE = {"Accept": "text/html"}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def log_in(web: Asking, token: str = TOKEN) -> int:
    return web("POST", "/login", files={"token": (None, token)}, headers=PAGE).status_code


@pytest.mark.parametrize("path", ["/validate", "/rules", "/rules/FN103", "/", "/nothing"])
def test_without_a_session_a_person_is_led_to_the_door(path: str) -> None:
    with asking(token_scrypt=HASHED) as web:
        answer = web.get(path, headers=PAGE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert web.get("/login", headers=PAGE).status_code == 200
        assert web.get("/static/desk.css").status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/validate", "/api/mend", "/validate/look", "/validate", "/logout"]
)
def test_without_a_session_nothing_is_done(path: str) -> None:
    with asking(token_scrypt=HASHED) as web:
        answer = web.post(path, clean_draft())
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "barges" not in answer.text
        assert web.get("/api/openapi.json").status_code == 401


@pytest.mark.parametrize("path", ["/login/../api/rules", "/static/../api/rules", "/login%2f../api/rules", "//api/rules",
                                  "/loginx", "/static/..%2fvalidate"])  # fmt: skip
def test_no_way_leads_around_the_door(path: str) -> None:
    with asking(token_scrypt=HASHED) as web:
        answer = web.get(path)
    assert answer.status_code in {401, 404, 303}
    assert "FN103" not in answer.text


def test_the_token_opens_a_session_and_the_cookie_is_kept_from_scripts() -> None:
    with asking(token_scrypt=HASHED) as web:
        answer = web("POST", "/login", files={"token": (None, TOKEN)}, headers=PAGE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/validate")
        said = answer.headers["set-cookie"].lower()
        assert all(word in said for word in ("httponly", "secure", "samesite=strict", "path=/"))
        assert TOKEN.lower() not in said
        cookie = {"Cookie": answer.headers["set-cookie"].split(";")[0]}
        assert web.get("/validate", headers=PAGE | cookie).status_code == 200
        assert web.post("/logout", headers=cookie).status_code == 303
        assert web.get("/validate", headers=PAGE | cookie).status_code == 303


def test_programs_show_the_token_with_each_request() -> None:
    with asking(token_scrypt=HASHED) as web:
        shown = {"Authorization": f"Bearer {TOKEN}"}
        assert web.post("/api/validate", clean_draft(), headers=shown).status_code == 200
        wrong = {"Authorization": f"Bearer {TOKEN}x"}
        assert web.post("/api/validate", clean_draft(), headers=wrong).status_code == 401
        assert (
            web.post(
                "/api/validate", clean_draft(), headers={"Authorization": f"Basic {TOKEN}"}
            ).status_code
            == 401
        )


def test_who_guesses_is_not_listened_to_until_the_minute_is_over() -> None:
    clock = Clock()
    with asking(token_scrypt=HASHED, serve=ServeSettings(logins_per_minute=3), now=clock) as web:
        assert [log_in(web, f"guess {number}") for number in range(5)] == [401, 401, 401, 429, 429]
        assert (
            log_in(web) == 429
        )  # not even the right one: a guess must not tell itself by its answer
        assert web.post("/api/validate", headers={"Authorization": "Bearer x"}).status_code == 429
        clock.now += 61
        assert log_in(web) == 303


def test_one_who_guesses_does_not_lock_out_another() -> None:
    clock = Clock()
    door = Door(HASHED, now=clock, session_s=60.0, logins_per_minute=2)
    assert [door.knows("guess", "10.0.0.1") for _ in range(2)] == [False, False]
    assert door.wait_s("10.0.0.1") == 60.0
    assert door.wait_s("10.0.0.2") == 0.0
    assert door.knows(TOKEN, "10.0.0.2")


def test_a_session_ends() -> None:
    clock = Clock()
    door = Door(HASHED, now=clock, session_s=60.0, logins_per_minute=2)
    session = door.open_session()
    clock.now += 59
    assert door.has_session(session)
    clock.now += 2
    assert not door.has_session(session)
    assert not door.has_session("")


def test_sessions_do_not_grow_without_end() -> None:
    door = Door(HASHED, now=Clock(), session_s=60.0, logins_per_minute=2)
    sessions = [door.open_session() for _ in range(1100)]
    assert not door.has_session(sessions[0])
    assert door.has_session(sessions[-1])
    assert sum(map(door.has_session, sessions)) == 1000


def test_a_hash_is_of_one_token_and_salted() -> None:
    assert is_token(TOKEN, HASHED)
    assert not is_token(TOKEN[:-1], HASHED)
    assert not is_token("", HASHED)
    assert hash_token(TOKEN) != HASHED
    assert TOKEN not in HASHED


@pytest.mark.parametrize("token", ["", "\ud800", "x" * 100_000, "\x00", "ß" * 900])
def test_odd_tokens_are_wrong_tokens(token: str) -> None:
    with asking(token_scrypt=HASHED) as web:
        body = token.encode("utf-8", "surrogatepass")
        status = web("POST", "/login", files={"token": (None, body)}, headers=PAGE).status_code
    assert status in {400, 401, 413, 422}


def test_where_the_door_stands_open_nobody_signs_in() -> None:
    with asking() as web:
        assert log_in(web) == 401
        assert "set-cookie" not in web.get("/validate", headers=PAGE).headers
