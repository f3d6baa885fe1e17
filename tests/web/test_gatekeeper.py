"""What every request passes first: who is asked, who sent it, how much."""

import asyncio
from typing import Any

import pytest

from provenance.web.gatekeeper import name_of_host
from support.asking_web import asking, clean_draft

REBOUND = ["evil.example", "evil.example:8321", "127.0.0.1.evil.example", "", "a@127.0.0.1", "[::2]",
           "127.0.0.1:99999", "127.0.0.1/x", "127.0.0.1:8321 ", "localhost.", "0.0.0.0"]  # fmt: skip


@pytest.mark.parametrize("host", REBOUND)
def test_a_name_that_is_not_ours_is_not_answered(host: str) -> None:
    with asking() as web:
        answer = web.get("/api/rules", headers={"Host": host})
    assert answer.status_code == 421
    assert "FN103" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8321", "LOCALHOST:9000", "localhost", "[::1]:8321"])
def test_our_own_names_are_answered_at_any_port(host: str) -> None:
    with asking() as web:
        assert web.get("/validate", headers={"Host": host}).status_code == 200


OF_OTHERS = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://127.0.0.1:8321", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://127.0.0.1:8321.evil.example"},
    {"Origin": ""},
]


@pytest.mark.parametrize("headers", OF_OTHERS, ids=lambda headers: "+".join(headers.values()))
@pytest.mark.parametrize("path", ["/api/validate", "/api/mend", "/validate/look", "/login"])
def test_what_a_page_of_others_sends_is_refused(path: str, headers: dict[str, str]) -> None:
    with asking() as web:
        assert web.post(path, clean_draft(), headers=headers).status_code == 403


def test_our_own_page_and_programs_are_served() -> None:
    ours = {"Origin": "http://127.0.0.1:8321", "Sec-Fetch-Site": "same-origin"}
    with asking() as web:
        assert web.post("/api/validate", clean_draft(), headers=ours).status_code == 200
        assert web.post("/api/validate", clean_draft()).status_code == 200


def test_too_much_is_refused_before_it_is_read() -> None:
    with asking(max_body_bytes=1000) as web:
        answer = web.post("/api/validate", b"x" * 1001)
        assert (answer.status_code, answer.json()["status"]) == (413, 413)
        assert web.post("/api/validate", b"x" * 1000).status_code == 200


def _received(app: Any, headers: list[tuple[bytes, bytes]], parts: list[bytes]) -> tuple[int, int]:
    """Send a body in parts; return the status and how many of them were taken."""
    taken = 0
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": parts[taken - 1], "more_body": taken < len(parts)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "POST", "path": "/api/validate", "raw_path": b"/api/validate",
             "query_string": b"", "headers": [(b"host", b"localhost"), *headers], "scheme": "http",
             "server": ("127.0.0.1", 8321), "client": ("127.0.0.1", 1), "http_version": "1.1"}  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return statuses[0], taken


def test_a_body_without_a_length_is_cut_off_where_it_is_too_long() -> None:
    with asking(max_body_bytes=1000) as web:
        assert _received(web.app, [], [b"x" * 400] * 50) == (413, 3)


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"", b"\xb2", b"9" * 400])
def test_a_length_that_is_none_is_refused(length: bytes) -> None:
    with asking(max_body_bytes=1000) as web:
        status, taken = _received(web.app, [(b"content-length", length)], [b"x"])
    assert status in {400, 413}
    assert taken == 0


def test_a_socket_is_closed() -> None:
    said: list[Any] = []

    async def talk(app: Any) -> None:
        async def send(message: Any) -> None:
            said.append(message)

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        await app({"type": "websocket", "path": "/", "headers": []}, receive, send)

    with asking() as web:
        asyncio.run(talk(web.app))
    assert [message["type"] for message in said] == ["websocket.close"]


@pytest.mark.parametrize("path", ["/validate", "/rules", "/rules/FN103", "/nothing/here", "/static/desk.js",
                                  "/api/openapi.json", "/static/../app.py", "/rules/%00", "/login"])  # fmt: skip
def test_every_answer_forbids_what_our_pages_do_not_need(path: str) -> None:
    with asking() as web:
        headers = web.get(path).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] in {"no-store", "no-cache"}
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py",
                                  "/static//etc/passwd", "/static/", "/static/../../settings.py"])  # fmt: skip
def test_only_files_made_to_be_shown_are_shown(path: str) -> None:
    with asking() as web:
        answer = web.get(path)
    assert answer.status_code in {404, 405}
    assert "import" not in answer.text


def test_names_of_hosts_are_read_as_browsers_write_them() -> None:
    assert name_of_host("LOCALHOST:8000") == "localhost"
    assert name_of_host("[::1]") == "::1"
    assert [name_of_host(odd) for odd in ("a@b", "a/b", "a:b", "[::1", "a?b", "a#b")] == [""] * 6
