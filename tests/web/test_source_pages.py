"""The Source page and its JSON: complete, in pages by key, and nothing hostile in it is more than text."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from bs4 import BeautifulSoup

from provenance.formats.ids import sha256_hex
from provenance.model import Passage, Review
from provenance.store.reviews import apply_review
from support.asking_web import Asking
from support.histories import (
    BARGES,
    HOSTILE,
    HOSTILE_CITATION,
    OLD_TEXT,
    TOLLS,
    TOLLS_URL,
    a_store_with_history,
    day,
)
from support.records import a_check_line, a_citation, a_parsed, a_text_line, source_id_of
from support.stores import FilledStore

EVIL = source_id_of(HOSTILE_CITATION)
PAGES = (
    f"/sources/{TOLLS}",
    f"/sources/{BARGES}",
    f"/sources/{EVIL}",
    f"/sources/{TOLLS}/compare",
    "/sources",
    "/sources?host=tolls.example",
    "/sources?host=",
    "/nights",
    "/nights/2020-01-06",
    "/verdicts",
)


def soup_of(of_history: Asking, path: str) -> BeautifulSoup:
    answer = of_history.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def words_of(soup: Any) -> str:
    return " ".join(soup.get_text(" ").split())


def test_a_source_says_how_it_stands_and_why(of_history: Asking) -> None:
    soup = soup_of(of_history, f"/sources/{TOLLS}")
    said = words_of(soup.select_one(".whystate"))
    assert "drifted It answers, and no longer says what it did. Because: the text changed" in said
    assert soup.select_one('.whystate a[href="/verdicts#last_look"]')
    assert "12 in 3 documents" in said
    link = soup.select_one(f'.address a[href="{TOLLS_URL}"]')
    assert link is not None
    assert {"noreferrer", "noopener", "nofollow"} <= set(link["rel"])


def test_the_last_look_says_where_it_was_led(of_history: Asking) -> None:
    hops = [words_of(hop) for hop in soup_of(of_history, f"/sources/{TOLLS}").select(".hops li")]
    assert hops == [f"301 {TOLLS_URL}", "200 https://tolls.example/new"]


def test_captures_say_which_bytes_they_share(of_history: Asking) -> None:
    said = of_history.get(f"/api/sources/{TOLLS}").json()
    assert said["source"]["captures"] == 174
    newest = said["captures"]["items"][0]
    assert newest["revisit_of"] == newest["same_as"]
    first = of_history.get(f"/api/sources/{TOLLS}?captures=2020-01-13T~x").json()["captures"][
        "items"
    ]
    assert [(each["same_as"], each["withdrawn"]) for each in first] == [(None, None)]


def test_the_picture_is_there_for_eyes_and_for_ears(of_history: Asking) -> None:
    soup = soup_of(of_history, f"/sources/{TOLLS}")
    picture = soup.select_one("svg[role=img][aria-labelledby=history-said]")
    assert picture is not None
    title = picture.find(id="history-said")
    assert "gone 15" in title.get_text()
    header = [cell.get_text() for cell in soup.select(".timeline thead th")]
    gone = sum(
        int(row.select("td")[header.index("gone") - 1].get_text() or 0)
        for row in soup.select(".timeline tbody tr")
    )
    assert gone == 15
    assert not soup.select("[style]")


@pytest.mark.parametrize("list_", ["looks", "captures", "claims"])
def test_lists_go_on_where_they_stopped_until_all_was_shown(of_history: Asking, list_: str) -> None:
    seen: list[str] = []
    further: str | None = None
    while True:
        asked = {list_: further} if further else {}
        said = of_history.get(f"/api/sources/{TOLLS}", params=asked).json()[list_]
        seen += [each["id"] for each in said["items"]]
        further = said["next"]
        if further is None:
            break
    assert len(seen) == len(set(seen)) == {"looks": 200, "captures": 174, "claims": 12}[list_]


def test_claims_of_a_much_cited_source_come_in_pages_the_latest_document_first() -> None:
    filled = FilledStore()
    for number in range(12):
        parsed = a_parsed(
            {"1": [TOLLS_URL], "2": [TOLLS_URL]},
            [(f"Claim {claim} of {number}.", ["1", "2"]) for claim in range(9)],
            title=f"Update {number}", published=f"2023-01-{number % 6 + 1:02}",
        )  # fmt: skip
        filled.document(parsed, document_id=f"document-{number}", path=None)
    from provenance.trace.sources import SourcePages, report_source

    seen: list[tuple[str | None, str, int]] = []
    pages = SourcePages()
    while True:
        report = report_source(filled.db, TOLLS, pages)
        assert report is not None
        assert (report.claims.total, report.claims.documents) == (108, 12)
        seen += [(c.document.published, c.document.id, c.start) for c in report.claims.items]
        assert all(claim.labels == ("1", "2") for claim in report.claims.items)
        if report.claims.next is None:
            break
        pages = SourcePages(claims=report.claims.next)
    assert len(set(seen)) == len(seen) == 108
    assert [each[0] for each in seen] == sorted((each[0] for each in seen), reverse=True)
    assert seen == sorted(seen, key=lambda each: (-int((each[0] or "")[-2:]), each[1], each[2]))


def test_a_source_that_nobody_looked_at_has_a_page_too() -> None:
    filled = FilledStore()
    book = a_citation("A. Writer, The Tolls of the River (Town: Press, 2019).")
    filled.document(a_parsed({"1": ["https://new.example/x"], "2": [book]}))
    from provenance.trace.sources import report_source
    from provenance.web.source_picture import picture_source

    report = report_source(filled.db, source_id_of("https://new.example/x"))
    assert report is not None
    assert (report.source.state, report.looks.items, report.captures.items) == ("unchecked", (), ())
    picture = picture_source(filled.db, report)
    assert picture is not None
    assert [mark.kind for mark in picture.marks] == ["cited"]
    assert picture.strips == ()


@pytest.mark.parametrize("path", PAGES, ids=range(len(PAGES)))
def test_no_page_is_large_and_each_names_its_json(of_history: Asking, path: str) -> None:
    answer = of_history.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert len(answer.content) < 100_000
    named = BeautifulSoup(answer.text, "html.parser").select_one('link[rel=alternate][type="application/json"]')  # fmt: skip
    if path != "/verdicts":
        assert named is not None
        assert of_history.get(str(named["href"])).status_code == 200


@pytest.mark.parametrize("path", PAGES, ids=range(len(PAGES)))
def test_hostile_texts_are_texts_everywhere(of_history: Asking, path: str) -> None:
    soup = soup_of(of_history, path)
    assert [tag.get("src") for tag in soup.select("script, img, iframe, object, embed, form[action^=http]")] in ([], ["/static/vendor/htmx-2.0.11.min.js"])  # fmt: skip
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag
        for name in ("href", "action"):
            target = str(tag.get(name, ""))
            assert not re.match(r"\s*(javascript|data|vbscript):", target, re.IGNORECASE), tag
    if EVIL in path:
        assert "document.title='owned'" in words_of(soup)
        assert "{{7*7}}" in words_of(soup)


def test_what_is_hostile_stands_in_the_json_as_it_is(of_history: Asking) -> None:
    answer = of_history.get(f"/api/sources/{EVIL}")
    said = answer.json()
    assert said["source"]["title"] == HOSTILE
    assert said["looks"]["items"][0]["reason"] == HOSTILE
    assert said["submissions"][0]["reason"] == HOSTILE
    assert said["withdrawals"][0]["forever"] is True
    assert answer.content.isascii()


@pytest.mark.parametrize(
    "path",
    [
        "/sources/source-000000000000000000000000",
        "/sources/..%2f..%2fetc%2fpasswd",
        "/sources/'%20OR%201=1--",
        "/sources/%00",
        "/sources/source-000000000000000000000000/compare",
        f"/sources/{TOLLS}/compare?from=capture-000000000000000000000000&to=x",
        f"/sources/{BARGES}/compare",
    ],
    ids=["unknown", "traversal", "injection", "nul", "compare unknown", "capture unknown", "one capture"],
)  # fmt: skip
def test_what_is_not_there_is_said_with_words(of_history: Asking, path: str) -> None:
    page = of_history.get(path, headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "<h1>" in page.text
    if "%2f" not in path:
        assert of_history.get(f"/api{path}").json()["title"]


@pytest.mark.parametrize("token", ["x", "~", "x~", "~1", "a~b~-1", "a~99999999999", "🚢~x"])
def test_no_list_goes_on_from_where_it_never_stopped(of_history: Asking, token: str) -> None:
    answer = of_history.get(f"/api/sources/{TOLLS}", params={"claims": token})
    assert answer.status_code == 422, answer.text


def test_captures_of_another_source_are_not_compared(of_history: Asking) -> None:
    others = of_history.get(f"/api/sources/{BARGES}").json()["captures"]["items"][0]["id"]
    mine = of_history.get(f"/api/sources/{TOLLS}").json()["captures"]["items"][0]["id"]
    assert (
        of_history.get(f"/api/sources/{TOLLS}/compare?from={others}&to={mine}").status_code == 404
    )


def test_a_comparison_tells_what_became_of_each_passage_the_worst_first(of_history: Asking) -> None:
    said = of_history.get(f"/api/sources/{TOLLS}/compare").json()
    fates = [(each["fate"], each["exact"], len(each["claims"])) for each in said["passages"]]
    assert fates == [
        ("missing", "The ford is closed in the dry month.", 3),
        ("altered", "The toll at the upper ford is 16 crowns for a barge.", 3),
        ("reworded", "Carts pay half of that.", 3),
        ("intact", "Boats that carry salt go free.", 3),
    ]
    assert said["said"] == ["some of the text changed: 21 words gone, 15 new (47 %)"]
    back = of_history.get(
        f"/api/sources/{TOLLS}/compare?from={said['new']['id']}&to={said['old']['id']}"
    ).json()
    assert (back["words_lost"], back["words_gained"]) == (15, 21)


def test_what_a_person_said_of_a_passage_stands_in_place_of_what_was_found(tmp_path: Path) -> None:
    from provenance.trace.sources import report_source
    from provenance.web.capture_comparison import compare_captures

    db = a_store_with_history(tmp_path / "provenance.db", weeks=120, hostile=False)
    rows = db.rows(
        "SELECT c.claim_id, c.text, k.sha256 FROM claims c JOIN contents k USING (content_key)"
        " ORDER BY c.claim_key"
    )
    salt, carts = (next(row for row in rows if word in row["text"]) for word in ("Salt", "Carts"))
    capture_id = db.value(
        "SELECT capture_id FROM captures WHERE source_id = ? ORDER BY at LIMIT 1", (TOLLS,)
    )
    start = OLD_TEXT.index("Children ride free")
    children = Passage("Children ride free on market days.", "", "", start, start + 34)

    def say(decision: str, row: dict[str, Any], passage: Passage | None) -> None:
        said = {
            "id": f"review-{row['claim_id']}", "claim_id": row["claim_id"], "source_id": TOLLS,
            "at": day(900), "by": "Ada", "decision": decision, "why": "I read it",
            "claim_text": row["text"], "content_sha256": row["sha256"], "capture_id": capture_id,
            "payload_sha256": sha256_hex(b"old"), "passage": passage,
        }  # fmt: skip
        review = msgspec.convert(said, Review, from_attributes=True)
        with db.atomic():
            apply_review(db, review)

    say("rejected", salt, children)  # as `review --reject` writes it: with what was shown
    say("chosen", carts, children)
    found = compare_captures(db, TOLLS, None, None)
    by_claim = {claim.claim_id: each.exact for each in found.passages for claim in each.claims}
    assert salt["claim_id"] not in by_claim
    assert by_claim[carts["claim_id"]] == children.exact
    assert len(by_claim) == 11  # of twelve claims one has no passage any more
    report = report_source(db, TOLLS)
    assert report is not None
    said = {claim.id: claim.evidence for claim in report.claims.items}
    assert said[carts["claim_id"]].method == "person"  # type: ignore[union-attr]
    assert "Ada" in said[salt["claim_id"]].reason  # type: ignore[union-attr]
    assert {claim.without_it for claim in report.claims.items} == {"only"}
    db.close()


def test_captures_with_the_same_text_differ_nowhere(of_history: Asking) -> None:
    captures = of_history.get(f"/api/sources/{TOLLS}").json()["captures"]["items"]
    said = of_history.get(
        f"/api/sources/{TOLLS}/compare?from={captures[1]['id']}&to={captures[0]['id']}"
    ).json()
    assert (said["same_bytes"], said["same_text"], said["changes"]) == (True, True, 0)
    page = soup_of(
        of_history, f"/sources/{TOLLS}/compare?from={captures[1]['id']}&to={captures[0]['id']}"
    )
    assert "The bytes are the same." in words_of(page)


def test_a_withdrawn_capture_shows_its_tombstone_instead_of_its_words(of_history: Asking) -> None:
    captures = of_history.get(f"/api/sources/{EVIL}").json()["captures"]["items"]
    ids = [each["id"] for each in reversed(captures)]
    said = of_history.get(f"/api/sources/{EVIL}/compare?from={ids[0]}&to={ids[1]}").json()
    assert said["old"]["withdrawn"]["reason"] == HOSTILE
    assert said["share"] is None
    page = soup_of(of_history, f"/sources/{EVIL}/compare?from={ids[0]}&to={ids[1]}")
    assert "was withdrawn" in words_of(page)


def test_many_changes_come_in_pages_and_none_is_left_out() -> None:
    from provenance.web.capture_comparison import compare_captures

    filled = FilledStore()
    url = "https://long.example/x"
    source = source_id_of(url)
    filled.document(a_parsed({"1": [url]}))
    old = [f"At mile {number} stands the toll house of {number * 7}." for number in range(900)]
    new = [line if number % 9 else f"Nothing of {number}." for number, line in enumerate(old)]
    filled.texts(a_text_line("old", "\n".join(old)), a_text_line("new", "\n".join(new)))
    filled.checks(a_check_line(source, day(0), payload="old"), a_check_line(source, day(1), payload="new"))  # fmt: skip
    shown: list[tuple[str, int | None, int | None]] = []
    lines, at = 0, 0
    while True:
        found = compare_captures(filled.db, source, None, None, at)
        for stretch in found.stretches:
            lines += stretch.skipped + len(stretch.lines)
            shown += [(each.op, each.old, each.new) for each in stretch.lines]
        if found.next is None:
            break
        at = found.next
    assert len(shown) == len(set(shown))
    assert sum(op != "same" for op, _, _ in shown) == found.changes == 2 * 100
    assert lines == 900 + 100


def test_hosts_are_listed_by_name_and_searched_by_how_they_begin(of_history: Asking) -> None:
    said = of_history.get("/api/hosts").json()
    assert [(each["host"], each["sources"]) for each in said["items"]] == [
        ("barges.example", 1),
        ("tolls.example", 1),
    ]
    assert said["unaddressed"] == 1
    assert said["states"] == {"drifted": 2, "failing": 1}
    found = of_history.get("/api/hosts?begins=TO").json()["items"]
    assert [each["host"] for each in found] == ["tolls.example"]
    assert "No host that is cited begins like that." in of_history.get("/sources?begins=%25_").text


def test_sources_of_a_host_are_found_in_pages_by_state_with_their_relatives() -> None:
    from provenance.trace.hosts import report_host

    filled = FilledStore()
    urls = [f"https://fords.example/{number}" for number in range(95)]
    urls += [f"https://{name}.fords.example/" for name in ("lower", "upper")]
    urls.append("https://notfords.example/")
    filled.document(a_parsed({str(number): [url] for number, url in enumerate(urls)}))
    filled.checks(*(a_check_line(source_id_of(url), payload=url, url=url) for url in urls[:50]))
    first = report_host(filled.db, "FORDS.example.")
    assert (first.sources, first.states) == (95, {"alive": 50, "unchecked": 45})
    assert [each.host for each in first.related] == ["lower.fords.example", "upper.fords.example"]
    seen = [each.id for each in first.items]
    further = first.next
    while further:
        report = report_host(filled.db, "fords.example", further)
        seen += [each.id for each in report.items]
        further = report.next
    assert seen == [source_id_of(url) for url in urls[:95]]
    assert all(each.claims == 1 for each in first.items)
    alive = report_host(filled.db, "fords.example", None, "alive")
    assert len(alive.items) == 40
    assert {each.state for each in alive.items} == {"alive"}
    nobody = report_host(filled.db, "nobody.example")
    assert (nobody.sources, nobody.items, nobody.next) == (0, (), None)


def test_the_answers_are_what_the_schemas_and_the_description_say(of_history: Asking) -> None:
    schemas = Path(__file__).parents[2] / "docs" / "schema"
    described = of_history.get("/api/openapi.json").json()["paths"]
    asked = {
        "source": [("/sources/{source_id}", f"/sources/{each}") for each in (TOLLS, BARGES, EVIL)],
        "sources": [("/sources", "/sources?host=tolls.example"), ("/sources", "/sources?host=")],
        "hosts": [("/hosts", "/hosts")],
        "capture-comparison": [
            ("/sources/{source_id}/compare", f"/sources/{TOLLS}/compare"),
        ],
        "nights": [("/nights", "/nights")],
        "night": [("/nights/{day}", "/nights/2020-01-06"), ("/nights/{day}", "/nights/2021-03-01")],
    }
    for name, operations in asked.items():
        kept = json.loads((schemas / f"provenance.{name}-1.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(kept)
        for operation, path in operations:
            answer = described[f"/api{operation}"]["get"]["responses"]["200"]
            schema = answer["content"]["application/json"]["schema"]
            assert {key: kept[key] for key in schema} == schema, name
            said = of_history.get(f"/api{path}").json()
            jsonschema.validate(said, kept)
            assert said["schema"] == f"provenance.{name}/1"


ODD = ["..", "a..b", "xn--", "\0", "%", "🚢", "a" * 255, " ", "[::1]", "' OR 1=1--", "{{7*7}}", "\u202e"]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_nothing_that_is_asked_is_a_fault_of_the_house(of_history: Asking, odd: str) -> None:
    asked = [
        ("/sources", {"host": odd}),
        ("/sources", {"begins": odd}),
        ("/sources", {"host": "tolls.example", "after": odd}),
        ("/sources", {"host": "tolls.example", "state": odd}),
        (f"/sources/{TOLLS}", {"looks": odd}),
        (f"/sources/{TOLLS}/compare", {"from": odd}),
        (f"/sources/{TOLLS}/compare", {"line": odd}),
        ("/nights", {"before": odd}),
        ("/nights/2020-01-06", {"after": odd}),
    ]
    for path, parameters in asked:
        page = of_history.get(path, params=parameters, headers={"accept": "text/html"})
        said = of_history.get(f"/api{path}", params=parameters)
        assert page.status_code < 500, (path, parameters)
        assert said.status_code < 500, (path, parameters)
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", page.text), "a template was injected"
        assert "\u202e" not in BeautifulSoup(page.text, "html.parser").title.get_text()  # type: ignore[union-attr]


def compared(old: str, new: str, *, quoted: str = "") -> Any:
    """Two texts of one source, compared; a claim leans on `quoted` in the earlier one."""
    from provenance.web.capture_comparison import compare_captures

    filled = FilledStore()
    url = "https://long.example/x"
    source = source_id_of(url)
    filled.document(a_parsed({"1": [url]}))
    filled.texts(a_text_line("old", old), a_text_line("new", new))
    filled.checks(a_check_line(source, day(0), payload="old"), a_check_line(source, day(1), payload="new"))  # fmt: skip
    if quoted:
        claim = filled.db.first("SELECT c.claim_id, k.sha256 FROM claims c JOIN contents k USING (content_key)")  # fmt: skip
        assert claim is not None
        start = old.index(quoted)
        said = Review(
            id="review-1", claim_id=claim["claim_id"], source_id=source, at=day(2), by="Ada",
            decision="chosen", why="", claim_text="", content_sha256=claim["sha256"],
            capture_id=filled.db.value("SELECT capture_id FROM captures ORDER BY at LIMIT 1"),
            payload_sha256=sha256_hex(b"old"),
            passage=Passage(quoted, "", "", start, start + len(quoted)),
        )  # fmt: skip
        with filled.db.atomic():
            apply_review(filled.db, said)
    return compare_captures(filled.db, source, None, None)


def test_a_page_of_very_many_lines_is_compared_as_far_as_is_said() -> None:
    """Half a million lines of one letter took most of a minute and a gigabyte."""
    found = compared("a\nb\n" * 12_000, "b\nc\n" * 12_000)
    assert found.is_cut
    assert 0 < found.changes <= 2 * 20_000
    assert not compared("a\nb\n" * 100, "b\nc\n" * 100).is_cut


def test_what_stands_behind_what_was_compared_is_not_called_missing() -> None:
    words = "The ford is closed in the dry month."
    near, far = "Tolls rose.\n", "Tolls rose.\n" * 90_000
    found = compared(f"{near}{words}\n", f"{far}{words}\n", quoted=words)
    assert found.is_cut
    assert [each.fate for each in found.passages] == []
    found = compared(f"{near}{words}\n", near, quoted=words)
    assert [each.fate for each in found.passages] == ["missing"]


def test_comparisons_take_turns(of_history: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    from provenance.web import capture_comparison

    monkeypatch.setattr(capture_comparison, "_MOST_WAIT_S", 0.01)
    with capture_comparison._AT_ONCE:
        busy = of_history.get(f"/api/sources/{TOLLS}/compare")
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
    assert of_history.get(f"/api/sources/{TOLLS}/compare").status_code == 200
