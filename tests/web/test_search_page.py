"""The page Search and its JSON: shareable addresses, links that lead there, hostile words that stay words."""

import html
import json
import re
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pytest

from provenance.store.database import open_database
from provenance.web.library import Library
from support.asking_web import Asking, asking
from support.records import a_parsed, source_id_of
from support.stores import FilledStore

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "provenance.search-1.schema.json"
MOST_BYTES = 100_000


def found(reader: Asking, query: str) -> dict[str, list[dict[str, object]]]:
    answer = reader.get(f"/api/search?{query}")
    assert answer.status_code == 200, answer.text
    said: dict[str, list[dict[str, object]]] = answer.json()
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    described = reader.get("/api/openapi.json").json()["paths"]["/api/search"]["get"]
    own = described["responses"]["200"]["content"]["application/json"]["schema"]
    for each in (schema, own):
        faults = jsonschema.Draft202012Validator(each).iter_errors(said)
        assert [f"{fault.json_path}: {fault.message}" for fault in faults] == []
    return said


@pytest.mark.parametrize(
    ("query", "lists"),
    [
        ("q=river+front", {"claims", "notes", "texts", "titles"}),
        ("q=river&in=notes", {"notes"}),
        ("q=meridian+inteligence+group", {"titles"}),
        ("q=social.exampel", {"hosts"}),
        ("q=river&host=social.example", {"texts", "claims", "notes"}),
        ("q=river&since=2099", set()),
        ("q=river&kind=subscription&state=&language=", {"claims", "notes"}),
        ("q=", set()),
        ("", set()),
        ("q=%F0%9F%9A%A2", set()),
    ],
)  # fmt: skip
def test_what_is_asked_is_answered_in_the_words_of_the_command(
    reader: Asking, query: str, lists: set[str]
) -> None:
    said = found(reader, query)
    got = {name for name in ("claims", "notes", "texts", "titles", "hosts") if said[name]}
    assert got <= lists | {"titles", "hosts"}
    assert bool(got) == bool(lists)
    assert lists & {"claims", "titles", "hosts"} <= got


def test_prefix_is_asked_for_by_programs_and_given_to_people(reader: Asking) -> None:
    assert found(reader, "q=barg")["claims"] == []
    assert found(reader, "q=barg&prefix=true")["claims"] != []
    assert "<mark" in reader.get("/search?q=barg").text
    assert "<mark" not in reader.get("/search?q=barg+").text  # a space ends the word


def test_every_link_of_the_page_leads_somewhere(reader: Asking) -> None:
    page = reader.get("/search?q=river+front").text
    links = {html.unescape(each) for each in re.findall(r'href="(/[^"]*)"', page)}
    assert any(link.startswith("/documents/") for link in links)
    assert any(re.match(r"/captures/.*start=\d+&end=\d+", link) for link in links)
    for link in sorted(links - {"/"}):  # which leads on to the first page there is
        assert reader.get(link).status_code in {200, 303}, link


def test_the_page_says_what_its_json_says_and_where_that_is(reader: Asking) -> None:
    page = reader.get("/search?q=toll+ferry&state=alive").text
    (alternate,) = re.findall(r'rel="alternate" type="application/json" href="([^"]+)"', page)
    assert html.unescape(alternate) == "/api/search?q=toll+ferry&state=alive"
    assert reader.get(html.unescape(alternate)).status_code == 200


def test_a_form_s_empty_fields_narrow_nothing_and_are_left_out_of_the_address(
    reader: Asking,
) -> None:
    empty = "document=&since=&until=&host=&state=&language=&kind=&in="
    answer = reader.get(f"/search?q=river&{empty}", headers={"HX-Request": "true"})
    assert answer.headers["HX-Replace-Url"] == "/search?q=river"
    assert "Narrowed by" not in answer.text
    assert "HX-Replace-Url" not in reader.get("/search?q=river").headers


@pytest.mark.parametrize(
    ("query", "help_"),
    [
        ("q=nothing+like+this+anywhere", "Fewer words"),
        ("q=%22barge+river+toll%22", "Without the marks"),
        ("q=river&since=2099", "Search everything"),
        ("", "Every claim, every note"),
    ],
    ids=["words", "marks", "filters", "empty"],
)
def test_where_there_is_nothing_the_page_says_what_to_do(
    reader: Asking, query: str, help_: str
) -> None:
    assert help_ in reader.get(f"/search?{query}").text


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' OR 1=1 --", "{{ 7*7 }}", "{% raw %}",
    "\u202egpj.exe", "\0", "NEAR(a b)", "*", '"', "a" * 800, "javascript:alert(1)", "../../etc/passwd",
    "%00", "\ufdd0", "text:x",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("field", ["q", "document", "host", "language"])
def test_hostile_words_stay_words_in_every_field(reader: Asking, field: str, words: str) -> None:
    asked = f"{field}={quote(words)}" + ("" if field == "q" else "&q=river")
    page = reader.get(f"/search?{asked}")
    assert page.status_code in {200, 422}
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "49" not in re.findall(r'value="([^"]*)"', page.text)
    assert reader.get(f"/api/search?{asked}").status_code in {200, 422}


@pytest.mark.parametrize(
    "query",
    ["since=yesterday", "until=2024-3", "state=gone", "kind=tweet", "in=everything", "limit=0",
     "limit=101", f"q={'x' * 801}"],
)  # fmt: skip
def test_what_can_be_no_filter_is_refused_in_words(reader: Asking, query: str) -> None:
    answer = reader.get(
        f"/api/search?q=river&{query}" if "q=" not in query else f"/api/search?{query}"
    )
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.json()["title"]


def test_the_page_stays_light(reader: Asking) -> None:
    assert len(reader.get("/search?q=river&limit=100").content) < MOST_BYTES
    assert len(reader.get("/search?q=e&limit=100").content) < MOST_BYTES


def test_without_a_store_there_is_nothing_to_search_and_that_is_said(tmp_path: Path) -> None:
    with asking(library=Library(tmp_path / "no.db", tmp_path)) as web:
        answer = web.get("/search?q=river", headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert "no store yet" in answer.text


BACK = SCHEMA.with_name("provenance.back-1.schema.json")


@pytest.mark.parametrize(
    ("query", "of"),
    [
        ("q=social.example", "host"),
        ("q=meridian+intelligence+group", "publisher"),
        ("q=https%3A%2F%2Fwww.hillcountry.example%2Freports%2F2023%2Fwho-joins-the-river-front", "source"),
        ("q=nobody.example", None),
        ("q=nobody&of=author&impact=true&limit=1", "author"),
    ],
    ids=["host", "publisher", "source", "nothing", "author"],
)  # fmt: skip
def test_what_rests_on_a_thing_is_told_as_json_and_on_a_page(
    reader: Asking, query: str, of: str | None
) -> None:
    said = reader.get(f"/api/back?{query}").json()
    schema = json.loads(BACK.read_text(encoding="utf-8"))
    described = reader.get("/api/openapi.json").json()["paths"]["/api/back"]["get"]
    for each in (schema, described["responses"]["200"]["content"]["application/json"]["schema"]):
        assert [
            fault.message for fault in jsonschema.Draft202012Validator(each).iter_errors(said)
        ] == []
    assert said["of"] == of
    page = reader.get(f"/back?{query.partition('&')[0]}")
    assert page.status_code == 200
    assert len(page.content) < MOST_BYTES
    for claim in said["claims"]:
        assert f"?claim={claim['id']}" in page.text
    for link in re.findall(r'href="(/(?:captures|attachments)/[^"]*)"', page.text)[:3]:
        assert reader.get(html.unescape(link)).status_code in {200, 303}
    (alternate,) = re.findall(r'rel="alternate" type="application/json" href="([^"]+)"', page.text)
    assert reader.get(html.unescape(alternate)).status_code == 200


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words_when_one_traces_back(reader: Asking, words: str) -> None:
    page = reader.get(f"/back?q={quote(words)}")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert reader.get(f"/api/back?q={quote(words)}").status_code == 200


def test_a_claim_of_a_megabyte_makes_no_page_of_a_megabyte(tmp_path: Path) -> None:
    """A text without a full stop is one claim; in a list its beginning, or what was found, is enough."""
    url = "https://www.tolls.example/2024/03/fords"
    long = "Tolls rose again at the ford " * 20_000 + "and a lantern burned " + "there " * 20_000
    with open_database(tmp_path / "long.db") as db:
        FilledStore(db).document(a_parsed({"1": [url]}, [(long, ["1"])]))
    library = Library(tmp_path / "long.db", tmp_path / "archive")
    try:
        with asking(library=library) as web:
            for path in ("/search?q=ford", f"/back?q={url}", f"/sources/{source_id_of(url)}"):
                page = web.get(path, headers={"accept": "text/html"})
                assert page.status_code == 200
                assert "Tolls rose" in page.text
                assert len(page.content) < MOST_BYTES
            shown = web.get("/search?q=lantern").text
        assert re.search(
            r"…[^<]{1,250}and a <mark class=\"hit\">lantern</mark> burned there", shown
        )
    finally:
        library.close()
