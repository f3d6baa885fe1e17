"""Requests that no browser sends: broken forms, bodies without end, senders who leave, far too many at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from provenance.web.gatekeeper import Gatekeeper
from support.asking_web import asking, clean_draft

FORM = {"Content-Type": "multipart/form-data; boundary=ford"}


def parts(*said: tuple[str, bytes]) -> bytes:
    body = b"".join(
        b"--ford\r\n" + head.encode("latin-1") + b"\r\n\r\n" + data + b"\r\n" for head, data in said
    )
    return body + b"--ford--\r\n"


def named(name: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"'


BROKEN = {
    "no boundary": (b"x", {"Content-Type": "multipart/form-data"}),
    "an empty boundary": (b"x", {"Content-Type": "multipart/form-data; boundary="}),
    "a long boundary": (b"x", {"Content-Type": "multipart/form-data; boundary=" + "x" * 5000}),
    "another boundary": (b"--toll\r\n", FORM),
    "no form at all": (bytes(range(256)) * 20, FORM),
    "a thousand fields": (parts(*((named(f"f{each}"), b"x") for each in range(1000))), FORM),
    "three files": (parts(*[(named("file") + '; filename="a.txt"', b"x")] * 3), FORM),
    "a part without a name": (parts(("Content-Disposition: form-data", b"x")), FORM),
    "a part without a head": (b"--ford\r\n\r\nx\r\n--ford--\r\n", FORM),
    "a head of a megabyte": (parts((named("text") + "; a=b" * 200_000, b"x")), FORM),
    "ten thousand heads": (parts((named("text") + "\r\nX-Toll: 1" * 10_000, b"x")), FORM),
    "a charset": (parts((named("text"), b"x")), {"Content-Type": FORM["Content-Type"] + "; charset=punycode"}),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_form_is_refused_in_words(what: str) -> None:
    body, headers = BROKEN[what]
    with asking(max_body_bytes=2_000_000) as web:
        answer = web.post("/validate", body, headers={**headers, "Accept": "text/html"})
        assert answer.status_code in {415, 422}, answer.text[:200]
        assert "<h1>" in answer.text
        assert web.post("/api/validate", clean_draft()).status_code == 200


Reached = list[bytes]


def guarded(reached: Reached, **limits: Any) -> Gatekeeper:
    """A gatekeeper before an application that says which bodies reached it, and works until told."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    return Gatekeeper(app, hosts=["localhost"], **{"max_body_bytes": 1000, **limits})


async def statuses_of(gate: Gatekeeper, receive: Callable[[], Awaitable[Any]]) -> list[int]:
    statuses: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "POST", "path": "/api/validate", "query_string": b"",
             "headers": [(b"host", b"localhost")]}  # fmt: skip
    await gate(scope, receive, send)
    return statuses


def test_who_sends_drop_by_drop_is_not_waited_for() -> None:
    reached: Reached = []

    async def drops() -> Any:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    gate = guarded(reached, body_timeout_s=0.05)
    assert asyncio.run(statuses_of(gate, drops)) == [408]
    assert reached == []


def test_no_work_is_done_for_who_has_left() -> None:
    reached: Reached = []
    coming = [
        {"type": "http.request", "body": b"half of it", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def half() -> Any:
        return coming.pop(0)

    assert asyncio.run(statuses_of(guarded(reached), half)) == []
    assert reached == []


def test_all_bodies_together_hold_no_more_than_so_much_and_it_is_given_back() -> None:
    reached: Reached = []
    gate = guarded(reached)

    async def storm() -> list[int]:
        go_on = asyncio.Event()

        def sender() -> Callable[[], Awaitable[Any]]:
            coming = [True, False]

            async def receive() -> Any:
                more = coming.pop(0)
                if not more:
                    await go_on.wait()
                return {"type": "http.request", "body": b"x" * 500, "more_body": more}

            return receive

        senders = [asyncio.create_task(statuses_of(gate, sender())) for _ in range(40)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        go_on.set()
        return [status for each in senders for status in await each]

    first = asyncio.run(storm())
    assert set(first) == {200, 503}
    assert first.count(503) >= 24  # 16 halves are 8 bodies of the largest size
    reached.clear()

    async def whole() -> Any:
        return {"type": "http.request", "body": b"x" * 1000, "more_body": False}

    # what was held is given back: the next ones are served
    assert [asyncio.run(statuses_of(gate, whole)) for _ in range(20)] == [[200]] * 20
    assert reached == [b"x" * 1000] * 20
