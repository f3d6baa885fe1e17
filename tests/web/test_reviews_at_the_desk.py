"""An editor says whether a passage supports a claim: it is kept, it wins, and nobody else can say it."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provenance.demo.run import Demonstration
from provenance.keep.lock import WriterLock
from provenance.settings import ServeSettings
from provenance.settings_services import TokenSettings
from provenance.web.library import Library
from provenance.web.tokens import hash_token, make_token
from support.asking_web import Asking, asking
from support.copied import copy_workplace

PAGE = {"Accept": "text/html"}
TOKENS = {name: make_token(name) for name in ("ada", "bo")}
SERVE = ServeSettings(
    tokens=(
        TokenSettings(name="ada", role="editor", scrypt=hash_token(TOKENS["ada"])),
        TokenSettings(name="bo", role="reader", scrypt=hash_token(TOKENS["bo"])),
    )
)
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def own(demonstrated: Demonstration, tmp_path: Path) -> Iterator[Library]:
    """A copy of the demonstration that can be written to."""
    place = copy_workplace(demonstrated.workplace, tmp_path)
    library = Library(place.db_path, place.archive_root)
    yield library
    library.close()


@pytest.fixture
def desk(own: Library) -> Iterator[Asking]:
    with asking(library=own) as web:
        yield web


@pytest.fixture
def guarded(own: Library) -> Iterator[Asking]:
    with asking(library=own, serve=SERVE) as web:
        yield web


def found_passage(library: Library) -> dict[str, str]:
    """A claim with a passage that the method found."""
    with library.reading() as db:
        row = db.first(
            "SELECT c.claim_id, e.source_id, e.capture_id, e.exact, t.text FROM evidence e"
            " JOIN claims c ON c.claim_key = e.claim_key JOIN captures p ON p.capture_id = e.capture_id"
            " JOIN texts t ON t.payload_sha256 = p.payload_sha256"
            " WHERE e.verdict = 'supported' ORDER BY e.evidence_id LIMIT 1"
        )
    assert row is not None
    return dict(row)


def form_of(web: Asking, claim: str, headers: dict[str, str] | None = None) -> dict[str, str]:
    """What the first form of the claim's panel would send, without a decision."""
    panel = web.get(f"/claims/{claim}?part=1", headers=PAGE | (headers or {})).text
    form = re.findall(
        r'<form method="post" action="/claims/[^"]+/reviews">(.*?)</form>', panel, re.DOTALL
    )[0]
    return dict(re.findall(r'name="(csrf|of)" value="([^"]*)"', form))


def standing(library: Library) -> list[tuple[str, str, str]]:
    with library.reading() as db:
        rows = db.rows('SELECT decision, "by", exact FROM reviews WHERE overruled_by IS NULL')
    return [(row["decision"], row["by"], row["exact"]) for row in rows]


def journal(library: Library) -> list[dict[str, Any]]:
    files = sorted((library.archive_root / "reviews").glob("*.jsonl"))
    return [json.loads(line)["review"] for file in files for line in file.read_text().splitlines()]


def traced(web: Asking, claim: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    answer = web.get(f"/api/claims/{claim}", headers=headers or {}).json()
    first: dict[str, Any] = answer["claims"][0]["citations"][0]["evidence"][0]
    return first


def signed_in(web: Asking, name: str) -> dict[str, str]:
    page = web.get("/login", headers=PAGE)
    seal = re.findall(r'name="csrf" value="([^"]*)"', page.text)[0]
    visit = {"Cookie": page.headers["set-cookie"].split(";")[0]}
    answer = web("POST", "/login", data={"token": TOKENS[name], "csrf": seal}, headers=visit)
    assert answer.status_code == 303
    return {"Cookie": answer.headers["set-cookie"].split(";")[0]}


@pytest.mark.parametrize("decision", ["confirmed", "rejected"])
def test_what_an_editor_says_at_the_panel_is_kept_and_wins(
    desk: Asking, own: Library, decision: str
) -> None:
    found = found_passage(own)
    sent = form_of(desk, found["claim_id"]) | {"decision": decision, "why": "I read it.\r\nTwice."}
    answer = desk("POST", f"/claims/{found['claim_id']}/reviews", data=sent, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/claims/{found['claim_id']}")
    (kept,) = journal(own)
    assert (kept["decision"], kept["by"], kept["why"]) == (decision, "ada", "I read it.\nTwice.")
    first = traced(desk, found["claim_id"])
    assert first["method"] == "person"
    assert "ada" in first["reason"]
    panel = desk.get(f"/claims/{found['claim_id']}?part=1", headers=PAGE).text
    assert "Take back what was said" in panel
    # sent twice by an impatient finger, it is one word
    desk("POST", f"/claims/{found['claim_id']}/reviews", data=sent, headers=PAGE)
    assert len(journal(own)) == 1
    back = form_of(desk, found["claim_id"]) | {"decision": "undone"}
    assert (
        desk("POST", f"/claims/{found['claim_id']}/reviews", data=back, headers=PAGE).status_code
        == 303
    )
    assert traced(desk, found["claim_id"])["method"] != "person"
    told = [(line["event"], line["outcome"], line["who"]) for line in desk.audited()]
    assert told == [("review", each, "ada") for each in ("asked", "written", "asked", "stood already", "asked", "written")]  # fmt: skip
    assert found["claim_id"] in desk.audited()[0]["what"]


def test_another_passage_is_chosen_by_its_words(desk: Asking, own: Library) -> None:
    found = found_passage(own)
    pieces = re.split(r"(?<=\.)\s+", found["text"])
    other = next(each for each in pieces if len(each) > 20 and each not in found["exact"])
    at = f"/claims/{found['claim_id']}/reviews"
    of = f"{found['source_id']} {found['capture_id']}"
    page = desk("GET", at, params={"of": of}, headers=PAGE).text
    assert "The text of the copy" in page
    sent = {"csrf": desk.seal_of(at), "of": of, "decision": "chosen", "passage": other, "why": ""}
    assert desk("POST", at, data=sent, headers=PAGE).status_code == 303
    assert standing(own) == [("chosen", "ada", other)]


def test_words_that_stand_nowhere_are_said_and_what_was_typed_stays(
    desk: Asking, own: Library
) -> None:
    found = found_passage(own)
    at = f"/claims/{found['claim_id']}/reviews"
    typed = {"decision": "chosen", "passage": "Words <b>of nobody</b>", "why": "because & so on"}
    sent = {"csrf": desk.seal_of(at), "of": f"{found['source_id']} {found['capture_id']}", **typed}
    answer = desk("POST", at, data=sent, headers=PAGE)
    assert answer.status_code == 422
    assert "these words stand in no copy" in answer.text
    assert "Words &lt;b&gt;of nobody&lt;/b&gt;</textarea>" in answer.text
    assert "because &amp; so on</textarea>" in answer.text
    assert standing(own) == []
    assert desk.audited()[-1]["outcome"].startswith("refused: these words")


def test_while_a_run_writes_the_form_keeps_what_was_typed(desk: Asking, own: Library) -> None:
    found = found_passage(own)
    at = f"/claims/{found['claim_id']}/reviews"
    sent = form_of(desk, found["claim_id"]) | {"decision": "confirmed", "why": "typed at length"}
    lock = WriterLock(own.archive_root / ".lock", 0.0)
    try:
        answer = desk("POST", at, data=sent, headers=PAGE)
    finally:
        lock.release()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "A run is writing" in answer.text
    assert "typed at length</textarea>" in answer.text
    assert 'value="confirmed" checked' in answer.text
    assert desk("POST", at, data=sent, headers=PAGE).status_code == 303


BROKEN = {
    "no decision": {"decision": ""}, "a decision of nobody's": {"decision": "deleted"},
    "no such source": {"of": "source-of-nobody x"}, "a copy of another source": {"of": "{source} capture-of-nobody"},
    "a place that is none": {"start": "-1"}, "a place in other digits": {"start": "\u0661"}, "a huge place": {"start": "9" * 30},
    "a long reason": {"why": "x" * 5000},
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_meant_is_said(desk: Asking, own: Library, what: str) -> None:
    found = found_passage(own)
    sent = form_of(desk, found["claim_id"]) | {"decision": "confirmed"} | BROKEN[what]
    sent["of"] = sent["of"].replace("{source}", found["source_id"])
    answer = desk("POST", f"/claims/{found['claim_id']}/reviews", data=sent, headers=PAGE)
    assert answer.status_code == 422, answer.text
    assert 'role="alert"' in answer.text
    assert "--" not in re.sub(r"<!--.*?-->", "", answer.text)
    assert standing(own) == []


def test_a_claim_that_is_not_there_is_not_judged(desk: Asking) -> None:
    assert desk.get("/claims/claim-of-nobody/reviews", headers=PAGE).status_code == 404
    sent = {"csrf": desk.seal_of("/login"), "of": "x y", "decision": "confirmed"}
    assert desk("POST", "/claims/claim-of-nobody/reviews", data=sent, headers=PAGE).status_code in {
        404,
        422,
    }


def test_readers_read_and_do_not_judge(guarded: Asking, own: Library) -> None:
    found = found_passage(own)
    at = f"/claims/{found['claim_id']}/reviews"
    bo, ada = signed_in(guarded, "bo"), signed_in(guarded, "ada")
    panel = guarded.get(f"/claims/{found['claim_id']}?part=1", headers=PAGE | bo).text
    assert "found by" in panel
    assert "/reviews" not in panel
    assert "/reviews" in guarded.get(f"/claims/{found['claim_id']}?part=1", headers=PAGE | ada).text
    seal = re.findall(
        r'name="csrf" value="([^"]*)"', guarded.get("/validate", headers=PAGE | bo).text
    )[0]
    sent = {
        "csrf": seal,
        "of": f"{found['source_id']} {found['capture_id']}",
        "decision": "confirmed",
    }
    assert guarded("POST", at, data=sent, headers=PAGE | bo).status_code == 403
    assert guarded.get(at, headers=PAGE | bo).status_code == 403
    bearer = {"Authorization": f"Bearer {TOKENS['bo']}"}
    said = {"claim": found["claim_id"], "source": found["source_id"], "decision": "confirmed"}
    assert guarded("POST", "/api/reviews", json=said, headers=bearer).status_code == 403
    assert guarded("POST", "/api/validate", content=b"A draft.", headers=bearer).status_code == 200
    refused = [line for line in guarded.audited() if line["outcome"].startswith("refused: readers")]
    assert [(line["who"], line["role"]) for line in refused] == [("bo", "reader")] * 3
    assert standing(own) == []


def test_only_a_form_of_this_session_judges(guarded: Asking, own: Library) -> None:
    found = found_passage(own)
    at = f"/claims/{found['claim_id']}/reviews"
    ada, again = signed_in(guarded, "ada"), signed_in(guarded, "ada")
    right = form_of(guarded, found["claim_id"], ada) | {"decision": "confirmed"}
    others = form_of(guarded, found["claim_id"], again)["csrf"]
    for seal in ("", others, "0" * 64):
        assert (
            guarded("POST", at, data=right | {"csrf": seal}, headers=PAGE | ada).status_code == 403
        )
    assert (
        guarded(
            "POST", at, data=right, headers=PAGE | ada | {"Origin": "https://evil.example"}
        ).status_code
        == 403
    )
    said = {"claim": found["claim_id"], "source": found["source_id"], "decision": "confirmed"}
    # a session's cookie alone does not do for the API, either
    assert guarded("POST", "/api/reviews", json=said, headers=ada).status_code == 403
    assert standing(own) == []
    assert (
        guarded(
            "POST", "/api/reviews", json=said, headers=ada | {"X-CSRF-Token": right["csrf"]}
        ).status_code
        == 201
    )
    assert [each[1] for each in standing(own)] == ["ada"]


def test_programs_judge_with_their_token_and_no_name_but_its_own(
    guarded: Asking, own: Library
) -> None:
    found = found_passage(own)
    said = {
        "claim": found["claim_id"],
        "source": found["source_id"],
        "copy": found["capture_id"],
        "decision": "rejected",
    }
    bearer = {"Authorization": f"Bearer {TOKENS['ada']}"}
    made = guarded("POST", "/api/reviews", json=said, headers=bearer)
    assert (made.status_code, made.json()["schema"], made.json()["new"]) == (
        201,
        "provenance.review/1",
        True,
    )
    assert made.json()["reviews"][0]["by"] == "ada"
    again = guarded("POST", "/api/reviews", json=said, headers=bearer)
    assert (again.status_code, again.json()["new"]) == (200, False)
    assert again.json()["reviews"] == made.json()["reviews"]
    for wrong in (
        {**said, "by": "eve"},
        {**said, "decision": "deleted"},
        {**said, "start": -1},
        {},
        [],
    ):
        assert guarded("POST", "/api/reviews", json=wrong, headers=bearer).status_code == 422
    assert guarded("POST", "/api/reviews", json=said).status_code == 401


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/json"])  # fmt: skip
def test_what_a_form_of_others_could_send_is_no_json(desk: Asking, own: Library, kind: str) -> None:
    found = found_passage(own)
    said = json.dumps(
        {"claim": found["claim_id"], "source": found["source_id"], "decision": "confirmed"}
    )
    answer = desk.post("/api/reviews", said, headers={"Content-Type": kind})
    assert answer.status_code in {415, 422}
    assert standing(own) == []


def test_what_cannot_be_written_down_is_not_done(own: Library, tmp_path: Path) -> None:
    found = found_passage(own)
    said = {"claim": found["claim_id"], "source": found["source_id"], "decision": "confirmed"}
    with asking(library=own, audit_path=tmp_path / "nowhere" / "audit.jsonl") as web:
        answer = web("POST", "/api/reviews", json=said)
        assert (answer.status_code, answer.json()["status"]) == (503, 503)
        assert (
            web.get(f"/captures/{found['capture_id']}/record").status_code == 200
        )  # reading goes on
    assert standing(own) == []
    assert not (own.archive_root / "reviews").exists() or journal(own) == []


HOSTILE = ["<script>alert(1)</script>", "{{7*7}}", "\u202e\x1b[2J\x00\r\nX: y", "' OR 1=1;--", "\"onmouseover=\"alert(1)"]  # fmt: skip


@pytest.mark.parametrize("why", HOSTILE, ids=ascii)
def test_whatever_is_typed_is_shown_as_it_was_typed(desk: Asking, own: Library, why: str) -> None:
    found = found_passage(own)
    sent = form_of(desk, found["claim_id"]) | {"decision": "confirmed", "why": why}
    assert (
        desk("POST", f"/claims/{found['claim_id']}/reviews", data=sent, headers=PAGE).status_code
        == 303
    )
    panel = desk.get(f"/claims/{found['claim_id']}?part=1", headers=PAGE).text
    assert "<script>alert" not in panel
    assert 'onmouseover="alert' not in panel
    assert ": 49" not in panel


def test_what_is_taken_away_is_written_down(guarded: Asking, own: Library) -> None:
    found = found_passage(own)
    bo = signed_in(guarded, "bo")
    at = f"/captures/{found['capture_id']}"
    assert guarded.get(f"{at}/record", headers=bo).status_code == 200
    assert guarded.get(f"{at}/payload", headers=bo).status_code == 200
    assert guarded.get("/captures/capture-of-nobody/record", headers=bo).status_code == 404
    taken = [
        (line["who"], line["outcome"], line["what"])
        for line in guarded.audited()
        if line["event"] == "taken"
    ]
    assert taken == [("bo", "200", f"{at}/record"), ("bo", "200", f"{at}/payload"), ("bo", "404", "/captures/capture-of-nobody/record")]  # fmt: skip


def test_editors_at_once_lose_nothing_and_write_nothing_twice(desk: Asking, own: Library) -> None:
    """The archive has one writer: who comes while another writes waits, or is told to try again."""
    with own.reading() as db:
        claims = db.rows(
            "SELECT DISTINCT c.claim_id, e.source_id, e.capture_id FROM evidence e"
            " JOIN claims c ON c.claim_key = e.claim_key WHERE e.exact IS NOT NULL ORDER BY 1 LIMIT 6"
        )
    answers: list[int] = []

    def say(row: dict[str, str]) -> None:
        said = {
            "claim": row["claim_id"],
            "source": row["source_id"],
            "copy": row["capture_id"],
            "decision": "confirmed",
        }
        for _ in range(30):
            status = desk("POST", "/api/reviews", json=said).status_code
            answers.append(status)
            if status != 503:
                return

    threads = [threading.Thread(target=say, args=(dict(row),)) for row in (*claims, *claims)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 201, 503}
    assert answers.count(201) == len(claims)
    assert answers.count(200) == len(claims)
    assert sorted(each["claim_id"] for each in journal(own)) == sorted(
        row["claim_id"] for row in claims
    )
    told = [line["outcome"] for line in desk.audited()]
    assert told.count("asked") == len(answers)
    assert told.count("written") == len(claims)
