"""The second origin answers what was signed, to tabs and frames, under headers that let nothing happen."""

import asyncio
import itertools
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import httpx
import pytest

from provenance.settings import FetchSettings
from provenance.store.database import open_database
from provenance.web.app import LOOPBACK_NAMES
from provenance.web.archived.origin import frame_sources, make_archived_app
from provenance.web.archived.place import ArchivedPlace, by_port
from provenance.web.archived.shower import CAPABILITY_S, Shower, Wanted
from provenance.web.library import Library
from provenance.web.problems import Problem

BASE = "http://127.0.0.1:8322"


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def ask(app: Any, target: str, method: str = "GET", **headers: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, target, headers=named)

    return asyncio.run(send())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shower(library: Library, clock: Clock) -> Iterator[Shower]:
    with Shower(library, FetchSettings(), now=clock) as made:
        yield made


@pytest.fixture
def app(shower: Shower) -> Any:
    return make_archived_app(shower, hosts=LOOPBACK_NAMES)


@pytest.fixture
def wanted(library: Library) -> Wanted:
    """A capture of the demonstration with a claim that finds something in it."""
    with open_database(library.db_path, read_only=True) as db:
        row = db.rows(
            "SELECT e.capture_id, c.claim_id FROM evidence e JOIN claims c ON c.claim_key = e.claim_key"
            " JOIN captures p ON p.capture_id = e.capture_id"
            " WHERE e.exact IS NOT NULL AND p.media_type = 'text/html' ORDER BY e.score DESC, c.claim_id LIMIT 1"
        )[0]
    return Wanted("capture", row["capture_id"], row["claim_id"])


def test_a_signed_address_shows_the_page_with_its_passage(
    app: Any, shower: Shower, wanted: Wanted
) -> None:
    answer = ask(app, shower.address(wanted, "127.0.0.1:8321"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.count('<mark class="chosen" id="passage">') == 1


def test_every_answer_forbids_whatever_a_page_could_do(
    app: Any, shower: Shower, wanted: Wanted
) -> None:
    for target in (shower.address(wanted, "127.0.0.1:8321"), "/", "/captures/x/page?key=1"):
        headers = ask(app, target).headers
        policy = dict(part.partition(" ")[::2] for part in headers["content-security-policy"].split("; "))  # fmt: skip
        assert policy["sandbox"] == ""
        assert policy["default-src"] == "'none'"
        assert policy["img-src"] == "data:"
        assert policy["form-action"] == policy["base-uri"] == "'none'"
        assert re.fullmatch("'sha256-[A-Za-z0-9+/=]{44}'", policy["style-src"])
        assert set(policy) == {"sandbox", "default-src", "img-src", "style-src", "form-action", "base-uri", "frame-ancestors"}  # fmt: skip
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "set-cookie" not in headers
        assert "service-worker-allowed" not in headers
        assert "access-control-allow-origin" not in headers


def test_only_the_page_that_asked_for_it_may_frame_it(
    app: Any, shower: Shower, wanted: Wanted
) -> None:
    policy = ask(app, shower.address(wanted, "desk.example:8321")).headers[
        "content-security-policy"
    ]
    assert policy.endswith("frame-ancestors http://desk.example:8321 https://desk.example:8321")
    refused = ask(app, "/").headers["content-security-policy"]
    assert refused.endswith("frame-ancestors 'none'")


def test_an_address_holds_for_a_quarter_of_an_hour(
    app: Any, shower: Shower, wanted: Wanted, clock: Clock
) -> None:
    target = shower.address(wanted, "127.0.0.1:8321")
    clock.now += CAPABILITY_S - 1
    assert ask(app, target).status_code == 200
    clock.now += 2
    over = ask(app, target)
    assert over.status_code == 404
    assert "Open it again from its capture" in over.text


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (r"until=\d+", "until=99999999999"),
        (r"claim=[^&]*", "claim=another"),
        (r"start=-1", "start=0"),
        (r"by=[^&]*", "by=evil.example"),
        (r"captures/", "attachments/"),
        (r"/page", "/screenshot"),
        (r"key=.*", "key="),
        (r"&key=.*", ""),
        (r"key=.", "key=\u00fc"),
        (r"key=(.*)", r"key=\1&until=99999999999"),
        (r"\?", "?until=99999999999&"),
    ],
    ids=["until", "claim", "span", "framer", "kind", "shows", "no_key", "unsigned", "odd_key", "added", "before"],
)  # fmt: skip
def test_whoever_changes_an_address_sees_nothing(
    app: Any, shower: Shower, wanted: Wanted, what: str, instead: str
) -> None:
    target = shower.address(wanted, "127.0.0.1:8321")
    changed = re.sub(what, instead, target, count=1)
    assert changed != target
    answer = ask(app, changed)
    assert answer.status_code == 404
    assert "passage" not in answer.text.replace("archived", "")


def test_another_process_knows_nothing_of_our_addresses(library: Library, shower: Shower, wanted: Wanted, clock: Clock) -> None:  # fmt: skip
    target = shower.address(wanted, "127.0.0.1:8321")
    with Shower(library, FetchSettings(), now=clock) as other:
        assert ask(make_archived_app(other, hosts=LOOPBACK_NAMES), target).status_code == 404


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"service_worker": "script"}, 403),
        ("GET", {"sec_fetch_dest": "serviceworker"}, 403),
        ("GET", {"sec_fetch_dest": "script"}, 403),
        ("GET", {"sec_fetch_dest": "image"}, 403),
        ("GET", {"sec_fetch_dest": "empty"}, 403),
        ("GET", {"sec_fetch_dest": "object"}, 403),
        ("GET", {"sec_fetch_dest": "iframe"}, 200),
        ("GET", {"sec_fetch_dest": "document"}, 200),
        ("POST", {}, 405),
        ("OPTIONS", {}, 405),
        ("GET", {"host": "evil.example"}, 421),
        ("GET", {"host": "127.0.0.1:8322@evil.example"}, 421),
    ],
    ids=[
        "service_worker", "as_service_worker", "as_script", "as_image", "by_script", "as_object", "frame", "tab",
        "post", "options", "rebound", "odd_host",
    ],
)  # fmt: skip
def test_it_is_for_tabs_and_frames_that_ask_us_by_our_name(
    app: Any, shower: Shower, wanted: Wanted, method: str, headers: dict[str, str], status: int
) -> None:
    answer = ask(app, shower.address(wanted, "127.0.0.1:8321"), method, **headers)
    assert answer.status_code == status


def test_a_head_says_the_same_without_the_page(app: Any, shower: Shower, wanted: Wanted) -> None:
    answer = ask(app, shower.address(wanted, "127.0.0.1:8321"), "HEAD")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_copy_that_is_not_there_is_said(app: Any, shower: Shower) -> None:
    for kind in ("capture", "attachment", "memento"):
        wanted = Wanted(kind, "no-such/../<script>")  # type: ignore[arg-type]
        answer = ask(app, shower.address(wanted, "127.0.0.1:8321"))
        assert answer.status_code == 404
        assert "<script" not in answer.text


def test_a_store_that_is_not_there_is_said(app: Any, shower: Shower, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def gone(_: Wanted) -> None:
        raise Problem(404, "There is no store yet")

    monkeypatch.setattr(shower, "show", gone)
    answer = ask(app, shower.address(wanted, "127.0.0.1:8321"))
    assert answer.status_code == 503
    assert "There is no store yet" in answer.text


def test_a_page_that_keeps_its_parser_busy_is_given_up(library: Library, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("provenance.web.archived.shower._TIMEOUT_S", 0.5)
    from provenance.web.archived.page import ShowJob

    with Shower(library, FetchSettings(), now=clock) as shower:
        shown = shower._ask(ShowJob(b"<div>" * 200_000, "text/html"))
        assert (shown.kind, shown.reason) == ("none", "it takes too long to read it")
        assert shower._ask(ShowJob(b"<div>" * 200_000, "text/html")) is shown  # and not tried again
        fine = shower._ask(ShowJob(b"<p>toll</p>", "text/html"))
        assert fine.body == "<p>toll</p>"


def test_a_page_that_was_given_up_is_tried_again_after_a_while(library: Library, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """A busy machine may be to blame."""
    from provenance.formats.cage import Cage, CageResult, Done, Refused
    from provenance.web.archived.page import ShowJob, show_job

    answers: list[CageResult] = [Refused("timeout"), Refused("timeout")]

    def answer(_: Cage, frame: bytes) -> CageResult:
        return answers.pop() if answers else Done(show_job(frame))

    monkeypatch.setattr(Cage, "run_sync", answer)
    with Shower(library, FetchSettings(), now=clock) as shower:
        job = ShowJob(b"<p>toll</p>", "text/html")
        shower._ask(job)
        clock.now += 200
        assert shower._ask(job).kind == "none"
        assert len(answers) == 1  # not tried again so soon
        clock.now += 200
        shower._ask(job)
        clock.now += 400
        assert shower._ask(job).body == "<p>toll</p>"


def test_pages_that_take_long_keep_few_threads_waiting(library: Library, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from provenance.formats.cage import Cage, CageResult, Refused
    from provenance.web.archived.page import ShowJob

    going_on = threading.Event()

    def wait(_: Cage, frame: bytes) -> CageResult:
        going_on.wait(20)
        return Refused("crash", frame.hex())

    monkeypatch.setattr(Cage, "run_sync", wait)
    with Shower(library, FetchSettings(), now=clock) as shower, ThreadPoolExecutor(40) as threads:
        asked = [
            threads.submit(shower._ask, ShowJob(b"%d" % number, "text/html"))
            for number in range(40)
        ]
        try:
            sent_away = list(itertools.islice(as_completed(asked, timeout=10), 34))
            waiting = [each for each in asked if not each.done()]
            assert len(waiting) == 6
            assert {each.result().reason for each in sent_away} == {
                "other pages are being read just now: try again"
            }
        finally:
            going_on.set()


def test_what_was_shown_is_kept_but_not_without_end(library: Library, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("provenance.web.archived.shower._MOST_KEPT_CHARACTERS", 100)
    from provenance.web.archived.page import ShowJob

    with Shower(library, FetchSettings(), now=clock) as shower:
        first = shower._ask(ShowJob(b"<p>" + b"a" * 60, "text/html"))
        assert shower._ask(ShowJob(b"<p>" + b"a" * 60, "text/html")) is first
        shower._ask(ShowJob(b"<p>" + b"b" * 60, "text/html"))
        assert shower._ask(ShowJob(b"<p>" + b"a" * 60, "text/html")) is not first


def test_the_frame_is_at_our_other_port_or_where_the_settings_say(shower: Shower) -> None:
    from starlette.requests import Request

    def frame(place: ArchivedPlace, host: str, scheme: str = "http") -> str:
        scope = {"type": "http", "scheme": scheme, "path": "/", "query_string": b"", "server": ("127.0.0.1", 8321),
                 "headers": [(b"host", host.encode())]}  # fmt: skip
        made = place.frame(Request(scope), Wanted("capture", "x"))
        return (
            f"{made.address.partition('/captures')[0]} {made.policy.rpartition('frame-src ')[2]}"
            if made
            else ""
        )

    beside = ArchivedPlace(shower, 9000, 8321)
    assert frame(beside, "localhost:8321") == "http://localhost:9000 http://localhost:9000"
    assert frame(beside, "[::1]:8321") == "http://[::1]:9000 http:"
    assert frame(ArchivedPlace(shower, 9000, 443), "desk.example", "https") == "https://desk.example:9000 https://desk.example:9000"  # fmt: skip
    assert frame(beside, "desk.example") == ""  # a proxy asked
    named = ArchivedPlace(shower, 9000, 8321, "https://pages.desk.example")
    assert frame(named, "desk.example") == "https://pages.desk.example https://pages.desk.example"


def test_a_content_policy_names_hosts_in_both_schemes_and_any_for_ipv6() -> None:
    assert frame_sources("a.example:1") == "http://a.example:1 https://a.example:1"
    assert frame_sources("[::1]:1") == "http: https:"


def test_what_comes_in_at_the_one_port_never_reaches_the_other() -> None:
    def named(name: str) -> Any:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": name.encode()})

        return app

    both = by_port(named("desk"), named("archived"), 8322)
    said = []

    async def send(message: dict[str, Any]) -> None:
        said.append(message.get("body", b""))

    for server in (("127.0.0.1", 8321), ("127.0.0.1", 8322), None):
        scope: Any = {"type": "http", "server": server, "headers": [(b"host", b"127.0.0.1:8322")]}
        asyncio.run(both(scope, None, send))  # type: ignore[arg-type]
    assert b" ".join(filter(None, said)) == b"desk archived desk"
