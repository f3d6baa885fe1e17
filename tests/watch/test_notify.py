"""Telling people of a night: only when something changed, without passwords in any word of ours."""

import contextlib
import json
import logging
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from provenance.errors import SettingsError
from provenance.watch.notify import Service, notify, read_services
from provenance.watch.report.notice import Notice, write_notice
from support.nights import (
    HOSTILE,
    a_blind_night,
    a_busy_night,
    a_change,
    a_hostile_night,
    a_quiet_night,
    a_report,
)

NOTICE = Notice("provenance: 1 worse", "A toll list is gone.\n", "<p>A toll list is gone.</p>")
SECRET = "s3cret-of-the-fords"


class Hook:
    """A webhook on loopback that keeps what it is told; below /bad it refuses, below /drip it never ends."""

    def __init__(self) -> None:
        told: list[tuple[str, dict[str, Any]]] = []
        self._is_over = is_over = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                told.append((self.path, json.loads(body)))
                if self.path.startswith("/drip"):
                    self.drip()
                self.send_response(500 if self.path.startswith("/bad") else 200)
                self.end_headers()

            def drip(self) -> None:
                """Send a header without end, a byte at a time: no wait between two bytes is too long."""
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Toll: ")
                with contextlib.suppress(OSError):
                    while not is_over.wait(0.02):
                        self.wfile.write(b"1")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.told = told
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.address = f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._is_over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    yield hook
    hook.close()


def test_a_service_is_told_title_and_text(hook: Hook) -> None:
    (sent,) = notify(NOTICE, (Service(f"json://{hook.address}/here", 1),))
    assert (sent.service, sent.why) == ("json", "")
    ((path, body),) = hook.told
    assert path == "/here"
    assert body["title"] == "provenance: 1 worse"
    assert body["message"].strip() == "A toll list is gone."


def test_who_asks_for_html_is_told_in_html(hook: Hook) -> None:
    notify(NOTICE, (Service(f"json://{hook.address}/?format=html", 1),))
    assert hook.told[0][1]["message"].strip() == "<p>A toll list is gone.</p>"


def test_a_service_that_fails_stops_no_other_and_is_no_success(hook: Hook) -> None:
    services = (
        Service(f"json://{hook.address}/bad", 1),
        Service(f"nonsense://{SECRET}", 2),
        Service("no address at all", 3),
        Service("json://127.0.0.1:1/nobody", 4),
        Service(f"json://{hook.address}/good", 5),
    )
    sent = notify(NOTICE, services)
    assert [(each.line, bool(each.why)) for each in sent] == [
        (1, True), (2, True), (3, True), (4, True), (5, False),
    ]  # fmt: skip
    assert [path for path, _ in hook.told] == ["/bad", "/good"]


def test_an_answer_that_drips_for_ever_is_waited_for_in_bounds(hook: Hook) -> None:
    services = (Service(f"json://{hook.address}/drip", 1), Service(f"json://{hook.address}/a", 2))
    sent = notify(NOTICE, services, patience_s=0.5)
    assert [each.why for each in sent] == ["no answer in 0.5 s", ""]
    assert [path for path, _ in hook.told] == ["/drip", "/a"]


def test_no_password_is_in_a_word_of_ours(
    hook: Hook, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        sent = notify(
            NOTICE,
            tuple(
                Service(url, number)
                for number, url in enumerate((
                    f"json://ada:{SECRET}@{hook.address}/bad", f"nonsense://{SECRET}",
                    f"slack://{SECRET}", f"mailto://ada:{SECRET}@127.0.0.1:1",
                ))
            ),
        )  # fmt: skip
    out, err = capfd.readouterr()
    assert all(each.why for each in sent)
    assert SECRET not in repr(sent) + caplog.text + out + err


def test_services_are_read_from_a_file_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "notify.txt"
    path.write_text("\ufeff# mail\nmailto://a:b@mail.example\n\n  json://127.0.0.1/x  \n", "utf-8")
    assert [(each.url, each.line) for each in read_services(path)] == [
        ("mailto://a:b@mail.example", 2), ("json://127.0.0.1/x", 4),
    ]  # fmt: skip


@pytest.mark.parametrize("content", [None, b"", b"# nobody\n", b"\xff\xfe\x00"])
def test_a_file_that_names_nobody_is_said_to(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "notify.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"notify_file .*notify\.txt") as caught:
        read_services(path)
    assert caught.value.exit_code == 2
    assert "one" in caught.value.hint


def test_nobody_is_written_to_when_nothing_changed() -> None:
    assert write_notice(a_quiet_night()) is None
    assert write_notice(a_report(a_change(group="watch", to="failing"))) is None


@pytest.mark.parametrize("night", [a_busy_night(), a_blind_night()], ids=["busy", "blind"])
def test_a_title_tells_what_changed_in_ten_words(night: Any) -> None:
    notice = write_notice(night, desk="https://desk.example")
    assert notice is not None
    assert len(notice.title.split()) <= 10
    assert len(notice.text.splitlines()) <= 42
    assert "https://desk.example/nights/run/night-1" in notice.text


def test_a_strangers_title_calls_nobody_and_is_no_markup() -> None:
    called = a_report(a_change(name="@everyone <!channel> <@U1> @here @room mail@all.example"))
    for night in (called, a_hostile_night()):
        notice = write_notice(night)
        assert notice is not None
        for body in (notice.title, notice.text, notice.html):
            assert not re.search(r"@(everyone|here|channel|all|room)|<[!@#]|&lt;[!@#]", body)
            assert "\x1b" not in body
        assert "<script" not in notice.html
    assert HOSTILE[:8] in write_notice(a_hostile_night()).text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "title", ["[Your bank](https://evil.example/)", "<https://evil.example/|Your bank>"]
)
def test_a_title_of_a_stranger_hides_no_link_in_a_chat(title: str) -> None:
    notice = write_notice(a_report(a_change(name=title)))
    assert notice is not None
    assert "Your bank" in notice.text
    assert "](https:" not in notice.text
    assert "<https:" not in notice.text


def test_an_address_that_looks_like_a_mention_stays_whole() -> None:
    url = "https://videos.example/@channels-of-the-ford"
    notice = write_notice(a_report(a_change(url=url, replacement=None)))
    assert notice is not None
    assert url in notice.html
