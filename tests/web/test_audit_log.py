"""The audit log: only ever added to, one line each whatever strangers type, kept when moved away, never skipped."""

import json
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provenance.settings import ServeSettings
from provenance.web.audit import AuditFault, AuditLog, Entry
from provenance.web.tokens import Person, hash_token, make_token
from support.asking_web import asking

ADA = Person("ada", "editor")
TOKEN = make_token()
HASHED = hash_token(TOKEN)
PAGE = {"Accept": "text/html"}


class Clock:
    now = datetime(2024, 3, 8, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def lines_of(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def test_a_line_says_who_what_where_when_and_how_it_ended(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", clock=Clock())
    log.write(Entry("review", "done", ADA, "192.0.2.7", "claim c1"))
    assert lines_of(log.path) == [
        {"at": "2024-03-08T12:00:00.000+00:00", "event": "review", "outcome": "done", "who": "ada",
         "role": "editor", "address": "192.0.2.7", "what": "claim c1"}
    ]  # fmt: skip


HOSTILE = ["\nforged", "\r\n{}", "\x1b[2Jgone", "\u202ereversed", "\u2028next", "\x00", "\x7f\x9b31m", '"}{"', "\ud800", "x" * 100_000]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE, ids=ascii)
def test_whatever_a_stranger_types_stays_within_its_line(tmp_path: Path, typed: str) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.write(Entry("gate", typed, None, typed, typed))
    log.write(Entry("login", "ok", ADA))
    written = log.path.read_bytes()
    assert written.count(b"\n") == 2
    assert all(0x20 <= byte < 0x7F for byte in written.replace(b"\n", b""))
    assert len(written) < 10_000
    assert [line["event"] for line in lines_of(log.path)] == ["gate", "login"]


def test_a_log_that_was_moved_away_is_begun_anew(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.write(Entry("login", "ok", ADA))
    log.path.rename(tmp_path / "audit.1.jsonl")
    log.write(Entry("logout", "ok", ADA))
    assert [line["event"] for line in lines_of(log.path)] == ["logout"]
    assert [line["event"] for line in lines_of(tmp_path / "audit.1.jsonl")] == ["login"]


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.write(Entry("login", "ok", ADA))
    assert log.path.stat().st_mode & 0o777 == 0o600


def test_half_a_line_of_a_full_disk_spoils_no_other(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.path.write_bytes(b'{"at": "2024-03-0')
    log.write(Entry("login", "ok", ADA))
    half, whole = log.path.read_bytes().splitlines()
    assert half == b'{"at": "2024-03-0'
    assert json.loads(whole)["event"] == "login"


def test_many_threads_write_whole_lines(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")

    def write(name: str) -> None:
        for number in range(20):
            log.write(Entry("review", "done", Person(name, "editor"), what=str(number)))

    threads = [threading.Thread(target=write, args=(f"p{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = [(line["who"], line["what"]) for line in lines_of(log.path)]
    assert sorted(said) == sorted((f"p{a}", str(b)) for a in range(8) for b in range(20))


def test_strangers_cannot_fill_the_disk_and_are_counted(tmp_path: Path) -> None:
    clock = Clock()
    log = AuditLog(tmp_path / "audit.jsonl", clock=clock)
    for _ in range(1000):
        log.note(Entry("login", "limited", None, "10.0.0.1"))
    log.write(Entry("review", "done", ADA))  # persons are always written down
    assert len(lines_of(log.path)) == 121
    clock.now += timedelta(minutes=1)
    log.note(Entry("login", "wrong", None, "10.0.0.1"))
    said = [(line["event"], line["outcome"], line["what"]) for line in lines_of(log.path)[-3:]]
    assert said[0] == ("review", "done", "")
    assert said[1] == ("audit", "dropped", "880 lines")
    assert said[2] == ("login", "wrong", "")


def no_folder(folder: Path) -> Path:
    return folder / "nowhere" / "audit.jsonl"


def a_folder(folder: Path) -> Path:
    (folder / "audit.jsonl").mkdir()
    return folder / "audit.jsonl"


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "audit.jsonl")
    return folder / "audit.jsonl"


@pytest.mark.parametrize("broken", [no_folder, a_folder, a_pipe], ids=lambda make: make.__name__)
def test_a_log_that_cannot_be_written_lets_nobody_write(
    tmp_path: Path, broken: object, caplog: pytest.LogCaptureFixture
) -> None:
    path = broken(tmp_path)  # type: ignore[operator]
    log = AuditLog(path)
    with pytest.raises(AuditFault, match="audit"):
        log.write(Entry("review", "asked", ADA))
    log.note(Entry("taken", "200", ADA))
    assert "cannot write to the audit log" in caplog.text
    with asking(token_scrypt=HASHED, audit_path=path) as web:
        seal, cookie = web.seal_of("/login"), web.cookies
        visit = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookie.items())}
        answer = web("POST", "/login", data={"token": TOKEN, "csrf": seal}, headers=PAGE | visit)
        assert answer.status_code == 503
        assert "audit log" in answer.text
        assert "provenance_session" not in answer.headers.get("set-cookie", "")


def test_the_log_tells_of_logins_guesses_and_what_pages_of_others_tried() -> None:
    with asking(
        token_scrypt=HASHED, serve=ServeSettings(logins_per_minute=2), peer="192.0.2.7"
    ) as web:

        def sign(token: str) -> int:
            web.cookies.clear()
            seal = web.seal_of("/login")
            visit = "; ".join(f"{name}={value}" for name, value in web.cookies.items())
            sent = web(
                "POST", "/login", data={"token": token, "csrf": seal}, headers={"Cookie": visit}
            )
            return sent.status_code

        assert [sign(TOKEN), sign("guess-one"), sign("guess-two"), sign("guess-three")] == [
            303,
            401,
            401,
            429,
        ]
        web.post("/login", b"x", headers={"Origin": "https://evil.example"})
        web.get("/validate", headers={"Host": "evil.example"})
        web.get("/api/rules", headers={"Authorization": "Bearer guess-four"})
        said = [(line["event"], line["outcome"][:8], line["who"]) for line in web.audited()]
        text = json.dumps(web.audited())
    assert said == [
        ("login", "ok", "editor"), ("login", "wrong", ""), ("login", "wrong", ""), ("login", "limited", ""),
        ("gate", "403 This", ""), ("gate", "421 This", ""), ("token", "limited", ""),
    ]  # fmt: skip
    assert "guess" not in text
    assert TOKEN not in text
    assert text.count("192.0.2.7") == len(said)
