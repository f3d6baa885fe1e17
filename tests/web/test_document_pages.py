"""The pages Documents and Document as they are sent: what is on them, where they lead, what they weigh."""

import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from provenance.model import CitedMemento, Evidence, Marker, Metadata, Note, Parsed, Passage
from provenance.store.database import open_database
from provenance.store.evidence import put_evidence
from provenance.web.library import Library
from provenance.web.wording import score_number
from support.asking_web import Asking, asking
from support.passages_now import EDITED, PAGE, told_after
from support.records import a_check_line, a_citation, a_parsed, on_day, source_id_of
from support.stores import FilledStore

SCHEMA_FILES = Path(__file__).parents[2] / "docs" / "schema"
OPERATIONS = {
    "documents": "/api/documents",
    "document": "/api/documents/{document_id}",
    "compare": "/api/documents/{document_id}/compare",
    "trace": "/api/claims/{claim_id}",
}
HTML = {"accept": "text/html"}
TOLLS = "https://www.tolls.example/a"


class _Seen(HTMLParser):
    """What a page consists of, read by a parser that is not ours."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self) -> str:
        return "".join(self.words)


@pytest.fixture(scope="module")
def document(reader: Asking) -> dict[str, Any]:
    (entry,) = reader.get("/api/documents?q=ouldane").json()["documents"]
    said: dict[str, Any] = reader.get(f"/api/documents/{entry['id']}").json()
    return said


def claim_with(document: dict[str, Any], label: str) -> str:
    found = [
        each["id"]
        for each in document["claims"]
        if any(m["label"] == label for m in each["markers"])
    ]
    return str(found[0])


# --- the list ----------------------------------------------------------------------------------------


def test_every_document_is_listed_with_how_its_sources_stand(reader: Asking) -> None:
    seen = _Seen(reader.get("/documents?q=ouldane", headers=HTML).text)
    assert "The River Front Closes In on Ouldane" in seen.text
    assert "40 claims" in seen.text
    pictures = [each["aria-label"] for each in seen.all("svg")]
    assert re.fullmatch(r"Sources: \d+ alive(, \d+ [a-z ]+)+", pictures[0])
    assert re.fullmatch(r"Claims: \d+ supported\?(, \d+ [a-z ?]+)+", pictures[1])
    widths = [float(each["width"]) for each in seen.all("rect")]
    assert sum(widths) == pytest.approx(200, abs=0.2)


def test_the_list_is_sorted_and_narrowed_by_links(reader: Asking) -> None:
    seen = _Seen(reader.get("/documents", headers=HTML).text)
    hrefs = {each.get("href", "") for each in seen.all("a")}
    assert {"?sort=title", "?sort=oldest", "?state=dead", "?state=alive"} <= hrefs
    narrowed = _Seen(reader.get("/documents?state=dead&sort=title", headers=HTML).text)
    assert "No document is like that" in narrowed.text
    assert "?sort=title" in {each.get("href", "") for each in narrowed.all("a")}, "taken back"
    assert reader.get("/documents?state=alive&q=ouldane").text.count("<h2>") == 1


@pytest.mark.parametrize(
    "query", ["state=beloved", "sort=size", "year=never", "year=0", "limit=1&year=99999"]
)
def test_what_cannot_be_asked_is_refused_with_a_page(reader: Asking, query: str) -> None:
    answer = reader.get(f"/documents?{query}", headers=HTML)
    assert answer.status_code == 422
    assert "<h1>" in answer.text


def test_a_store_without_documents_says_what_to_do(tmp_path: Path) -> None:
    open_database(tmp_path / "provenance.db").close()
    with asking(library=Library(tmp_path / "provenance.db", tmp_path / "archive")) as ask:
        page = ask.get("/documents", headers=HTML)
    assert page.status_code == 200
    assert "provenance ingest" in page.text


def test_without_a_store_the_pages_say_so(tmp_path: Path) -> None:
    with asking(library=Library(tmp_path / "none.db", tmp_path / "archive")) as ask:
        for path in ("/documents", "/documents/document-1", "/claims/claim-1", "/api/documents"):
            answer = ask.get(path, headers=HTML)
            assert answer.status_code == 404, path
            assert "There is no store yet" in answer.text


# --- one document ------------------------------------------------------------------------------------


def test_the_text_is_there_as_written(reader: Asking, document: dict[str, Any]) -> None:
    page = reader.get(f"/documents/{document['id']}", headers=HTML).text
    written = page.partition('id="written"')[2].partition(">")[2].partition("</article>")[0]
    shown = _Seen(written)
    kept = "".join(re.sub(r"↑|Notes|references", "", shown.text).split())
    wanted = "".join(re.sub(r"Notes", "", document["text"]).split())
    assert sorted(kept) == sorted(wanted)
    assert kept[:3000] == wanted[:3000]


def test_every_marker_is_a_link_to_its_claim(reader: Asking, document: dict[str, Any]) -> None:
    seen = _Seen(reader.get(f"/documents/{document['id']}", headers=HTML).text)
    markers = [each for each in seen.all("a") if re.fullmatch(r"m\d+", each.get("id", ""))]
    spans = {(m["start"], m["end"]) for claim in document["claims"] for m in claim["markers"]}
    assert len(markers) == len(spans) == 40
    for marker in markers:
        answer = reader.get(f"/documents/{document['id']}{marker['href'].partition('#')[0]}")
        assert answer.status_code == 200
        assert answer.text.count('id="here"') == 1


def test_a_claim_is_underlined_by_what_is_known_of_it(
    reader: Asking, document: dict[str, Any]
) -> None:
    seen = _Seen(reader.get(f"/documents/{document['id']}", headers=HTML).text)
    kinds = {each["data-c"]: each.get("class", "") for each in seen.all("span") if "data-c" in each}
    meant = {"supported": "ok", "partial": "part", "not_found": "none"}
    for number, claim in enumerate(document["claims"]):
        assert kinds[str(number)] == meant.get(claim["verdict"], ""), claim
    assert {"ok", "part", ""} <= set(kinds.values())


def test_a_chosen_claim_shows_its_chain(reader: Asking, document: dict[str, Any]) -> None:
    claim = claim_with(document, "22")
    chain = reader.get(f"/api/claims/{claim}").json()["claims"][0]
    page = reader.get(f"/documents/{document['id']}?claim={claim}", headers=HTML).text
    panel = page.partition('id="chain"')[2].partition("</aside>")[0]
    seen = _Seen(panel)
    hrefs = [each.get("href", "") for each in seen.all("a")]
    for citation in chain["citations"]:
        assert citation["raw"] in seen.text
        assert citation["canonical_url"] in seen.text
        assert f"/sources/{citation['source']['id']}" in hrefs
        for capture in citation["captures"]:
            assert f"/captures/{capture['id']}?claim={claim}" in hrefs
        for memento in citation["mementos"]:
            assert memento["uri_m"] in hrefs
        for evidence in citation["evidence"]:
            assert (evidence["exact"] or "") in seen.text
            assert evidence["reason"] in seen.text
            assert evidence["score"] is None or score_number(evidence["score"]) in seen.text
    assert "supported?" in seen.text
    assert "very likely" in seen.text
    assert "gone 1/3" in seen.text
    assert reader.get(f"/claims/{claim}?part=1").text.strip() in page


def test_no_page_says_that_anything_is_true(reader: Asking, document: dict[str, Any]) -> None:
    for claim in document["claims"]:
        part = reader.get(f"/claims/{claim['id']}?part=1").text
        assert not re.search(r"\b(true|proven|verified|correct|confirmed)\b", _Seen(part).text)


def test_what_is_missing_is_said(reader: Asking, document: dict[str, Any]) -> None:
    partly = [each["id"] for each in document["claims"] if each["verdict"] == "partial"]
    parts = [_Seen(reader.get(f"/claims/{each}?part=1").text).text for each in partly]
    assert all("supported in part?" in part for part in parts)
    assert any("it does not have “" in part for part in parts)


def test_a_claim_has_an_address_of_its_own(reader: Asking, document: dict[str, Any]) -> None:
    claim = claim_with(document, "1")
    answer = reader.get(f"/claims/{claim}", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/documents/{document['id']}?claim={claim}#here"


@pytest.mark.parametrize(
    "path",
    [
        "/claims/claim-none",
        "/claims/claim-none?part=1",
        "/documents/document-none",
        "/documents/{id}?version=2",
        "/documents/{id}?claim=claim-none",
        "/documents/..%2f..%2fetc%2fpasswd",
        "/claims/%00",
        "/documents/%F0%9F%9A%A2",
        "/claims/the%20barges",
    ],
    ids=["claim", "part", "document", "version", "claim_of", "path", "nul", "ship", "words"],
)
def test_what_is_not_there_is_said(reader: Asking, document: dict[str, Any], path: str) -> None:
    answer = reader.get(path.format(id=document["id"]), headers=HTML)
    assert answer.status_code == 404
    assert "There is no such" in answer.text or "Not Found" in answer.text


def test_notes_stand_at_the_end_with_anchors(reader: Asking, document: dict[str, Any]) -> None:
    seen = _Seen(reader.get(f"/documents/{document['id']}", headers=HTML).text)
    anchors = [each["id"] for each in seen.all("li") if each.get("id", "").startswith("note-")]
    assert anchors == [f"note-{note['label']}" for note in document["notes"]]
    back = [
        each["href"]
        for each in seen.all("a")
        if each.get("href", "").startswith("#m") and each["href"] != "#main"
    ]
    ids = {each.get("id") for each in seen.all("a")}
    assert {href[1:] for href in back} <= ids
    assert len(back) == 40


def test_ids_on_a_page_are_unique(reader: Asking, document: dict[str, Any]) -> None:
    claim = claim_with(document, "1")
    for query in ("", f"?claim={claim}"):
        page = reader.get(f"/documents/{document['id']}{query}", headers=HTML).text
        ids = [attrs["id"] for _, attrs in _Seen(page).tags if "id" in attrs]
        assert len(ids) == len(set(ids)), query


def test_every_page_names_its_json(reader: Asking, document: dict[str, Any]) -> None:
    for path in ("/documents", "/documents?sort=title", f"/documents/{document['id']}"):
        seen = _Seen(reader.get(path, headers=HTML).text)
        (alternate,) = [each for each in seen.all("link") if each.get("rel") == "alternate"]
        assert alternate["type"] == "application/json"
        assert alternate["href"] == f"/api{path}"
        assert reader.get(alternate["href"]).status_code == 200


def described_schema(ask: Asking, name: str) -> dict[str, Any]:
    answers = ask.get("/api/openapi.json").json()["paths"][OPERATIONS[name]]["get"]["responses"]
    schema: dict[str, Any] = answers["200"]["content"]["application/json"]["schema"]
    return schema


@pytest.mark.parametrize("name", ["documents", "document"])
def test_the_schema_in_the_folder_is_the_one_in_the_description(reader: Asking, name: str) -> None:
    kept = json.loads((SCHEMA_FILES / f"provenance.{name}-1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(kept)
    described = {key: kept[key] for key in kept if key not in {"$schema", "$id", "title"}}
    assert described == described_schema(reader, name)


def test_the_json_is_what_its_schema_says(reader: Asking, document: dict[str, Any]) -> None:
    claim = claim_with(document, "1")
    said = {
        "documents": reader.get("/api/documents").json(),
        "document": document,
        "trace": reader.get(f"/api/claims/{claim}").json(),
    }
    for name, each in said.items():
        described = jsonschema.Draft202012Validator(described_schema(reader, name))
        described.validate(each)
        assert list(described.iter_errors({**each, "x": 1}))
    kept = json.loads((SCHEMA_FILES / "provenance.trace-1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(kept).validate(said["trace"])
    text = document["text"]
    for each in document["claims"]:
        assert text[each["start"] : each["end"]].strip()
    for note in document["notes"]:
        assert text[note["start"] : note["end"]].startswith(f"[{note['label']}]")


# --- made-up documents ---------------------------------------------------------------------------------


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[FilledStore]:
    filled = FilledStore(open_database(tmp_path / "provenance.db"))
    yield filled
    filled.db.close()


@pytest.fixture
def ask(filled: FilledStore, tmp_path: Path) -> Iterator[Asking]:
    library = Library(tmp_path / "provenance.db", tmp_path / "archive")
    with asking(library=library) as made:
        yield made
    library.close()


XSS = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}</span></article>\u202egnp.\u2066"


def test_a_claim_says_what_its_passage_has_become(filled: FilledStore, ask: Asking) -> None:
    told_after([PAGE, EDITED, EDITED], filled=filled)
    claim_id = filled.db.value("SELECT claim_id FROM claim_sources")
    page = ask.get(ask.get(f"/claims/{claim_id}", headers=HTML).headers["location"], headers=HTML)
    seen = _Seen(page.text)
    said = " ".join(seen.text.split())
    assert "On the page now: altered since 2023-12-23, number: 16 is now 17" in said
    assert any(link.get("href", "").endswith("/compare") for link in seen.all("a"))


def test_no_field_can_leave_its_place(filled: FilledStore, ask: Asking) -> None:
    citation = msgspec.structs.replace(
        a_citation("javascript:alert(document.domain)//" + XSS),
        url="javascript:alert(1)//" + XSS,
        canonical_url="javascript:alert(1)//" + XSS,
        kind="web",
        publisher=XSS,
        title=XSS,
        date=XSS,
    )
    parsed = a_parsed(
        {XSS: [citation], "2": ["data:text/html," + XSS]}, [(XSS, [XSS, "2"])], text=XSS * 3
    )
    said = Metadata(title=XSS, authors=(XSS,), published=XSS, data_cutoff=XSS,
                    origin_url="javascript:" + XSS, language=XSS)  # fmt: skip
    parsed = msgspec.structs.replace(
        parsed, document=msgspec.structs.replace(parsed.document, metadata=said)
    )
    source_id = source_id_of(citation)
    memento = CitedMemento(source_id, XSS, "javascript:alert(1)//" + XSS, on_day(0))
    filled.document(parsed, mementos=[memento], path=XSS)
    filled.checks(
        a_check_line(source_id, payload="p", url=XSS, capture={"media_type": XSS, "final_url": XSS})
    )
    passage = Passage(XSS, XSS, XSS, 0, 5)
    found = Evidence("c", source_id, "partial", XSS, XSS, None, 0.5, passage)
    put_evidence(filled.db, [(1, found)])
    before = a_parsed({XSS: [XSS]}, [(XSS + "Tolls rose.", [XSS])], title=XSS)
    after = a_parsed({XSS: [TOLLS + XSS], "2": [XSS]}, [(XSS + "Tolls fell.", [XSS])], title=XSS)
    for number, each in enumerate((before, after)):
        filled.document(each, document_id="document-two", path="/two", at=on_day(number))
    entry = ask.get("/api/documents").json()["documents"][0]
    claim = filled.db.value("SELECT claim_id FROM claims WHERE claim_key = 1")
    pages = [
        ask.get("/documents", headers=HTML),
        ask.get("/documents", params={"q": XSS}, headers=HTML),
        ask.get("/documents/document-two/compare", headers=HTML),
        ask.get(f"/claims/{claim}?part=1", headers=HTML),
        ask.get(ask.get(f"/claims/{claim}", headers=HTML).headers["location"], headers=HTML),
    ]
    assert entry["title"] == XSS
    for page in pages:
        assert page.status_code == 200
        seen = _Seen(page.text)
        assert not [
            each for each in seen.all("script") if not each.get("src", "").startswith("/static/")
        ]
        assert not seen.all("img")
        assert not [name for _, attrs in seen.tags for name in attrs if name.startswith("on")]
        for attrs in (attrs for _, attrs in seen.tags):
            for name in ("href", "src", "action"):
                assert not re.match(r"\s*(javascript|data):", attrs.get(name, ""), re.IGNORECASE), (
                    attrs
                )
        assert "49" not in seen.text
        assert "alert(1)" in seen.text


def test_words_turned_around_turn_nothing_else_around(filled: FilledStore, ask: Asking) -> None:
    turned = "\u202eselgrab\u2067"
    filled.document(
        a_parsed({"1": [TOLLS + "/\u202egpj.exe"]}, [(turned, ["1"])], title=turned, text=turned)
    )
    for path in ("/documents", "/documents/document-one"):
        page = ask.get(path, headers=HTML).text
        for found in re.finditer(re.escape(html.escape(turned)), page):
            before = page[: found.start()]
            inside = ("<bdi>", "<p>", "<title>", "<li id=")
            opened = max(before.rfind(each) for each in inside)
            closed = max(before.rfind(each) for each in ("</bdi>", "</p>", "</title>", "</li>"))
            assert opened > closed, page[found.start() - 80 : found.end()]
    claim = str(filled.db.value("SELECT claim_id FROM claims"))
    part = ask.get(f"/claims/{claim}?part=1").text
    assert "⟨U+202E⟩gpj.exe" in part
    assert 'href="https://www.tolls.example/a/\u202e' not in part


def test_earlier_versions_can_be_read_and_their_links_stay_there(
    filled: FilledStore, ask: Asking
) -> None:
    filled.document(a_parsed({"1": [TOLLS]}, [("Tolls rose.", ["1"])], text="Tolls rose.[1]"))
    filled.document(
        a_parsed({"1": [TOLLS]}, [("Tolls fell.", ["1"])], text="Tolls fell.[1]"), at=on_day(1)
    )
    current = _Seen(ask.get("/documents/document-one", headers=HTML).text)
    assert [each["value"] for each in current.all("option")] == ["2", "1"]
    earlier = _Seen(ask.get("/documents/document-one?version=1", headers=HTML).text)
    assert "Tolls rose." in earlier.text
    assert "This is version 1." in earlier.text
    (marker,) = [each for each in earlier.all("a") if each.get("id") == "m1"]
    page = ask.get(f"/documents/document-one{marker['href'].partition('#')[0]}", headers=HTML).text
    assert "This is version 1." in page
    assert 'id="here"' in page
    claim = re.findall(r"claim-[0-9a-f]{24}", marker["href"])[0]
    answer = ask.get(f"/claims/{claim}", headers=HTML)
    assert answer.headers["location"] == f"/documents/document-one?version=1&claim={claim}#here"
    moved = ask.get(f"/documents/document-one?claim={claim}", headers=HTML)
    assert (moved.status_code, moved.headers["location"]) == (303, f"/claims/{claim}")
    alternate = [each["href"] for each in earlier.all("link") if each.get("rel") == "alternate"]
    assert alternate == ["/api/documents/document-one?version=1"]
    assert ask.get(alternate[0]).json()["text"] == "Tolls rose.[1]"


def test_what_changed_between_versions_is_shown(filled: FilledStore, ask: Asking) -> None:
    ford = "https://www.fords.example/b"
    before = a_parsed({"1": [TOLLS]}, [("Tolls rose by a third in March.", ["1"])])
    after = a_parsed({"1": [TOLLS, ford]}, [("Tolls rose by a half in March.", ["1"])])
    filled.document(before)
    filled.document(after, at=on_day(1))
    current = _Seen(ask.get("/documents/document-one", headers=HTML).text)
    (link,) = [each["href"] for each in current.all("a") if "/compare" in each.get("href", "")]
    seen = _Seen(ask.get(link, headers=HTML).text)
    assert "Tolls rose by a gone: thirdnew: half in March." in seen.text
    assert "now cites https://www.fords.example/b" in seen.text
    (alternate,) = [each["href"] for each in seen.all("link") if each.get("rel") == "alternate"]
    said = ask.get(alternate).json()
    jsonschema.Draft202012Validator(described_schema(ask, "compare")).validate(said)
    kept = json.loads((SCHEMA_FILES / "provenance.compare-1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(kept).validate(said)
    assert (said["old"]["version"], said["new"]["version"]) == (1, 2)
    assert said == ask.get("/api/documents/document-one/compare").json()
    same = ask.get("/documents/document-one/compare?from=2&to=2", headers=HTML)
    assert "No note, claim or source changed." in same.text
    for query in ("?from=1&to=3", "?from=9"):
        assert ask.get(f"/documents/document-one/compare{query}", headers=HTML).status_code == 404
    assert ask.get("/documents/nobody/compare", headers=HTML).status_code == 404
    filled.db.execute(
        "UPDATE contents SET parser = 'older' WHERE sha256 = ?", (said["old"]["sha256"],)
    )
    assert ask.get(link, headers=HTML).status_code == 422


def long_document(notes: int) -> Parsed:
    """So many claims, each with a marker and a note of three sources; all spans as parsing leaves them."""
    body, claims, places = "", [], []
    parsed = a_parsed(
        {
            str(n): [f"https://www.h{n}-{i}.example/{n}" for i in range(3)]
            for n in range(1, notes + 1)
        },
        [
            (f"Claim number {n} says that tolls rose by {n} percent.", [str(n)])
            for n in range(1, notes + 1)
        ],
        text="",
    )
    for claim in parsed.claims:
        start = len(body)
        label = claim.markers[0].label
        end = start + len(claim.text)
        marker = Marker(label, end, end + len(label) + 2, claim.markers[0].note_id)
        claims.append(msgspec.structs.replace(claim, start=start, end=end, markers=(marker,)))
        body += f"{claim.text}[{label}]" + ("\n\n" if len(claims) % 3 == 0 else " ")
    body += "\n\nNotes\n\n"
    for note in parsed.notes:
        start = len(body)
        body += f"[{note.label}] {note.text}"
        places.append(
            Note(note.id, note.list, note.label, start, len(body), note.text, note.citations)
        )
        body += "\n"
    return msgspec.structs.replace(
        parsed,
        document=msgspec.structs.replace(parsed.document, text=body),
        claims=tuple(claims),
        notes=tuple(places),
    )


def test_a_page_of_five_hundred_notes_weighs_little_besides_its_text(
    filled: FilledStore, ask: Asking
) -> None:
    filled.document(long_document(500))
    claim = str(filled.db.value("SELECT claim_id FROM claims WHERE ordinal = 250"))
    for query in ("", f"?claim={claim}"):
        page = ask.get(f"/documents/document-one{query}", headers=HTML).content
        text = ask.get("/api/documents/document-one").json()["text"].encode()
        assert page.count(b"data-c=") >= 500
        assert len(page) - len(text) < 100_000
    assert len(ask.get(f"/claims/{claim}?part=1").content) < 20_000


def test_a_document_without_claims_or_notes_is_a_page(filled: FilledStore, ask: Asking) -> None:
    filled.document(a_parsed({}, [], text="Nothing is cited here.", title=None, published=None))
    page = _Seen(ask.get("/documents/document-one", headers=HTML).text)
    assert "Nothing is cited here." in page.text
    assert "update.txt" in page.text
    assert not page.all("svg")
    assert "undated" in _Seen(ask.get("/documents", headers=HTML).text).text


def test_a_marker_without_a_note_says_that_there_is_none(filled: FilledStore, ask: Asking) -> None:
    filled.document(a_parsed({"1": [TOLLS]}, [("Tolls rose.", ["7"])], text="Tolls rose.[7]"))
    claim = str(filled.db.value("SELECT claim_id FROM claims"))
    assert "leads to no note" in ask.get(f"/claims/{claim}?part=1").text
    page = _Seen(ask.get("/documents/document-one", headers=HTML).text)
    assert f"/sources/{source_id_of(TOLLS)}" in {each.get("href") for each in page.all("a")}


def test_a_note_that_many_claims_lean_on_leads_back_to_them(
    filled: FilledStore, ask: Asking
) -> None:
    text = "A.[1] B.[1] C.[1-2]"
    parsed = a_parsed(
        {"1": [TOLLS], "2": [TOLLS]}, [("A.", ["1"]), ("B.", ["1"]), ("C.", ["1", "2"])], text=text
    )
    places = [(0, 2, 5), (6, 8, 11), (12, 14, 19)]
    claims = tuple(
        msgspec.structs.replace(
            claim, start=start, end=end,
            markers=tuple(msgspec.structs.replace(m, start=end, end=stop) for m in claim.markers),
        )
        for claim, (start, end, stop) in zip(parsed.claims, places, strict=True)
    )  # fmt: skip
    filled.document(msgspec.structs.replace(parsed, claims=claims))
    seen = _Seen(ask.get("/documents/document-one", headers=HTML).text)
    back = [
        each["href"]
        for each in seen.all("a")
        if each.get("href", "").startswith("#m") and each["href"] != "#main"
    ]
    assert back == ["#m1", "#m2", "#m3", "#m3"]
    assert [each["id"] for each in seen.all("a") if each.get("id", "").startswith("m")] == [
        "m1",
        "m2",
        "m3",
    ]
