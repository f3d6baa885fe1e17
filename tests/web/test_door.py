"""Who has the token comes in; who guesses is not listened to; a session ends."""

import asyncio
import re
from typing import Any

import pytest

from provenance.errors import SettingsError
from provenance.settings import ServeSettings
from provenance.settings_services import TokenSettings
from provenance.web.access import Door, TooManyGuesses
from provenance.web.tokens import Keyring, Person, hash_token, is_token, make_token
from support.asking_web import Asking, asking, clean_draft

TOKEN = make_token()
HASHED = hash_token(TOKEN)
PAGE = {"Accept": "text/html"}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def shown_form(web: Asking, path: str = "/login") -> tuple[dict[str, str], str]:
    """The headers that a browser sends back with the form, and what the form carries."""
    page = web.get(path, headers=PAGE)
    seal = re.findall(r'name="csrf" value="([^"]*)"', page.text)[0]
    return PAGE | cookie_of(page), seal


def cookie_of(answer: Any) -> dict[str, str]:
    """The first cookie that an answer sets, as it is sent back."""
    said = answer.headers.get("set-cookie", "")
    return {"Cookie": said.split(";")[0]} if said else {}


def sign_in(web: Asking, token: str = TOKEN, *, path: str = "/login", **more: str) -> Any:
    headers, seal = shown_form(web, path)
    fields = {"token": token, "csrf": seal, **more}
    return web("POST", "/login", files={key: (None, value) for key, value in fields.items()}, headers=headers)  # fmt: skip


def log_in(web: Asking, token: str = TOKEN) -> int:
    status: int = sign_in(web, token).status_code
    return status


@pytest.mark.parametrize("path", ["/validate", "/rules", "/rules/FN103", "/", "/nothing"])
def test_without_a_session_a_person_is_led_to_the_door(path: str) -> None:
    with asking(token_scrypt=HASHED) as web:
        answer = web.get(path, headers=PAGE)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
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
        answer = sign_in(web)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        said = answer.headers["set-cookie"].lower()
        assert all(word in said for word in ("httponly", "secure", "samesite=strict", "path=/"))
        assert said.startswith("__host-")
        assert "domain" not in said
        assert TOKEN.lower() not in said
        cookie = cookie_of(answer)
        page = web.get("/validate", headers=PAGE | cookie)
        assert page.status_code == 200
        seal = re.findall(r'name="csrf" value="([^"]*)"', page.text)[0]
        assert web.post("/logout", headers=cookie).status_code == 403  # without the form's seal
        assert web.get("/validate", headers=PAGE | cookie).status_code == 200
        assert web("POST", "/logout", data={"csrf": seal}, headers=cookie).status_code == 303
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


def a_door(clock: Clock, **settings: Any) -> Door:
    return Door(ServeSettings(token_scrypt=HASHED, **settings), now=clock)


def tried(door: Door, token: str, address: str) -> str:
    """What a token is answered: a name, "wrong" or "wait"."""
    try:
        person = asyncio.run(door.person_of_token(token, address))
    except TooManyGuesses:
        return "wait"
    return person.name if person else "wrong"


def test_one_who_guesses_does_not_lock_out_another() -> None:
    door = a_door(Clock(), logins_per_minute=2)
    assert [tried(door, "guess", "10.0.0.1") for _ in range(3)] == ["wrong", "wrong", "wait"]
    assert tried(door, TOKEN, "10.0.0.1") == "wait"
    assert tried(door, TOKEN, "10.0.0.2") == "editor"


def test_of_ipv6_a_whole_network_guesses_as_one() -> None:
    door = a_door(Clock(), logins_per_minute=3)
    said = [tried(door, "guess", f"2001:db8:0:7::{number:x}") for number in range(1, 6)]
    assert said == ["wrong"] * 3 + ["wait"] * 2
    assert tried(door, "guess", "2001:db8:0:8::1") == "wrong"
    mapped = [tried(door, "guess", each) for each in ("::ffff:192.0.2.1", "192.0.2.1") * 2]
    assert mapped == ["wrong"] * 3 + ["wait"]


def test_many_addresses_together_guess_no_more_than_so_much() -> None:
    clock = Clock()
    door = a_door(clock, logins_per_minute=3, logins_per_minute_in_all=10)
    assert tried(door, TOKEN, "192.0.2.9") == "editor"
    said = [tried(door, "guess", f"10.0.{number}.1") for number in range(200)]
    assert said == ["wrong"] * 10 + ["wait"] * 190
    assert len(door.guesses) <= 11  # nobody is remembered who was not listened to
    assert tried(door, TOKEN, "10.9.9.9") == "wait"
    # who worked from there before is not locked out by the others, and may not guess more than one may
    assert tried(door, TOKEN, "192.0.2.9") == "editor"
    assert [tried(door, "guess", "192.0.2.9") for _ in range(4)] == ["wrong"] * 3 + ["wait"]
    clock.now += 61
    assert tried(door, TOKEN, "10.9.9.9") == "editor"


def test_guesses_at_once_are_no_more_than_one_after_the_other() -> None:
    door = a_door(Clock(), logins_per_minute=4)

    async def storm() -> list[object]:
        tries = (door.person_of_token(f"guess {number}", "10.0.0.1") for number in range(50))
        return await asyncio.gather(*tries, return_exceptions=True)

    said = asyncio.run(storm())
    assert said.count(None) == 4
    assert sum(isinstance(each, TooManyGuesses) for each in said) == 46


def test_who_is_at_work_is_not_locked_out_by_guesses() -> None:
    with asking(token_scrypt=HASHED, serve=ServeSettings(logins_per_minute=2)) as web:
        cookie = cookie_of(sign_in(web))
        assert [log_in(web, "guess") for _ in range(3)] == [401, 401, 429]
        assert web.get("/validate", headers=PAGE | cookie).status_code == 200


EDITOR = Person("editor", "editor")


def knows(door: Door, *sessions: str) -> bool:
    return door.person_of_session(sessions) is not None


def test_a_session_ends() -> None:
    clock = Clock()
    door = a_door(clock, session_hours=1.0)
    session = door.open_session(EDITOR)
    clock.now += 3599
    assert knows(door, session)
    clock.now += 2
    assert not knows(door, session)
    assert not knows(door, "")


def test_a_session_that_rests_ends_earlier() -> None:
    clock = Clock()
    door = a_door(clock, session_idle_minutes=10.0)
    session = door.open_session(EDITOR)
    for _ in range(5):
        clock.now += 590
        assert knows(door, session)
    clock.now += 601
    assert not knows(door, session)


def test_sessions_do_not_grow_without_end() -> None:
    door = a_door(Clock())
    first = door.open_session(Person("ada", "reader"))
    flood = [door.open_session(EDITOR) for _ in range(1100)]
    assert knows(door, first)  # whoever opens too many closes their own
    assert sum(knows(door, each) for each in flood) == 100
    crowd = [door.open_session(Person(f"p{number}", "reader")) for number in range(1100)]
    assert sum(knows(door, each) for each in crowd) == 1000


def test_a_session_that_a_stranger_put_beside_ours_makes_none_count() -> None:
    door = a_door(Clock())
    own, tossed = door.open_session(EDITOR), door.open_session(Person("mallory", "reader"))
    assert not knows(door, own, tossed)
    assert knows(door, own, "what never was one")
    assert knows(door, own, own)


def test_a_session_from_before_is_not_kept_when_signing_in() -> None:
    with asking(token_scrypt=HASHED) as web:
        planted = {"Cookie": "__Host-provenance_session=chosen-by-somebody-else"}
        headers, seal = shown_form(web)
        headers["Cookie"] += "; " + planted["Cookie"]
        answer = web("POST", "/login", data={"token": TOKEN, "csrf": seal}, headers=headers)
        assert answer.status_code == 303
        assert "chosen" not in answer.headers["set-cookie"]
        assert web.get("/validate", headers=PAGE | planted).status_code == 303
        first = cookie_of(answer)
        page = web.get("/login", headers=PAGE | first)
        again = re.findall(r'name="csrf" value="([^"]*)"', page.text)[0]
        second = web("POST", "/login", data={"token": TOKEN, "csrf": again}, headers=first)
        assert cookie_of(second) != first
        assert web.get("/validate", headers=PAGE | cookie_of(second)).status_code == 200
        assert web.get("/validate", headers=PAGE | first).status_code == 303


WISHES = {"/documents": "/documents", "/search?q=a%20b": "/search?q=a%20b", "": "/", "//evil.example/": "/",
          "https://evil.example/": "/", "/\\evil.example": "/", "/\t/evil.example": "/", "javascript:alert(1)": "/",
          "/\r\nSet-Cookie: a=b": "/", "evil.example": "/", "/login?next=/": "/", "///evil.example": "/"}  # fmt: skip


@pytest.mark.parametrize("wish", WISHES, ids=repr)
def test_signing_in_leads_to_a_page_of_ours_whatever_was_wished(wish: str) -> None:
    with asking(token_scrypt=HASHED) as web:
        answer = sign_in(web, next=wish)
        assert (answer.status_code, answer.headers["location"]) == (303, WISHES[wish])
        assert "set-cookie" in answer.headers
        shown = web("GET", "/login", params={"next": wish}, headers=PAGE)
        assert f'name="next" value="{WISHES[wish]}"' in shown.text


def test_one_comes_back_to_the_page_that_one_asked_for() -> None:
    with asking(token_scrypt=HASHED) as web:
        led = web.get("/search?q=toll%20%26%20ford&kind=web", headers=PAGE).headers["location"]
        form = web.get(led, headers=PAGE).text
        wished = re.findall(r'name="next" value="([^"]*)"', form)[0].replace("&amp;", "&")
        assert wished == "/search?q=toll%20%26%20ford&kind=web"
        assert sign_in(web, next=wished).headers["location"] == wished


OWN_TOKEN = make_token("ada")
OWN = TokenSettings(name="ada", role="reader", scrypt=hash_token(OWN_TOKEN))
READER_TOKEN = make_token()


def test_every_token_is_its_holders() -> None:
    ring = Keyring(
        ServeSettings(
            token_scrypt=HASHED, reader_token_scrypt=hash_token(READER_TOKEN), tokens=(OWN,)
        )
    )
    assert ring.holder_of(TOKEN) == Person("editor", "editor")
    assert ring.holder_of(READER_TOKEN) == Person("reader", "reader")
    assert ring.holder_of(OWN_TOKEN) == Person("ada", "reader")
    for wrong in (
        "",
        "ada.",
        "ada",
        "ada." + TOKEN,
        "eve." + OWN_TOKEN[4:],
        OWN_TOKEN[4:],
        "." + TOKEN,
    ):
        assert ring.holder_of(wrong) is None, wrong


def test_as_many_hashes_are_computed_whosever_the_token_is(monkeypatch: pytest.MonkeyPatch) -> None:
    import provenance.web.tokens as tokens

    computed: list[str] = []
    real = tokens.is_token
    monkeypatch.setattr(tokens, "is_token", lambda token, hashed: computed.append(token) or real(token, hashed))  # fmt: skip
    ring = Keyring(
        ServeSettings(
            token_scrypt=HASHED, reader_token_scrypt=hash_token(READER_TOKEN), tokens=(OWN,)
        )
    )
    counts = set()
    for token in (TOKEN, READER_TOKEN, OWN_TOKEN, "guess", "ada.guess", "eve.guess", ""):
        computed.clear()
        ring.holder_of(token)
        counts.add(len(computed))
    assert counts == {2}


@pytest.mark.parametrize(
    "settings",
    [
        ServeSettings(tokens=(OWN, OWN)),
        ServeSettings(token_scrypt="scrypt$3$8$1$AAAA$AAAA"),
        ServeSettings(token_scrypt="scrypt$1073741824$8$1$AAAA$AAAA"),
        ServeSettings(token_scrypt="scrypt$16384$8$1$A$AAAA"),
    ],
    ids=["one_name_twice", "no_power_of_two", "a_terabyte", "no_base64"],
)
def test_tokens_that_cannot_be_meant_are_refused_at_the_start(settings: ServeSettings) -> None:
    with pytest.raises(SettingsError):
        Door(settings, now=Clock())


def test_a_hash_is_of_one_token_and_salted() -> None:
    assert is_token(TOKEN, HASHED)
    assert not is_token(TOKEN[:-1], HASHED)
    assert not is_token("", HASHED)
    assert hash_token(TOKEN) != HASHED
    assert TOKEN not in HASHED


@pytest.mark.parametrize("token", ["", "\ud800", "x" * 100_000, "\x00", "ß" * 900])
def test_odd_tokens_are_wrong_tokens(token: str) -> None:
    with asking(token_scrypt=HASHED) as web:
        headers, seal = shown_form(web)
        sent = {"token": (None, token.encode("utf-8", "surrogatepass")), "csrf": (None, seal)}
        status = web("POST", "/login", files=sent, headers=headers).status_code
    assert status in {400, 401, 413, 422}


def test_where_the_door_stands_open_nobody_signs_in() -> None:
    with asking() as web:
        assert log_in(web) == 401
        assert "set-cookie" not in web.get("/validate", headers=PAGE).headers
