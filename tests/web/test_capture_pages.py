"""The pages, files and JSON of copies: captures, what persons brought, what other archives hold."""

import gzip
import hashlib
import html
import io
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import fastwarc.warc
import jsonschema
import pytest
from msgspec.structs import replace

from provenance import Workplace
from provenance.demo.run import Demonstration
from provenance.pipeline.attach import AttachOrder, attach
from provenance.pipeline.reviewing import ReviewOrder, review
from provenance.pipeline.withdraw import Order, withdraw
from provenance.settings import FetchSettings
from provenance.store.database import open_database
from provenance.web.archived.shower import Shower, Wanted
from provenance.web.library import Library
from support.archived_desk import Told, ingest_pages
from support.asking_web import Asking, asking
from support.brought import MHTML, PNG
from support.copied import copy_workplace
from support.workplace import Later

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "provenance.capture-1.schema.json"
PAGE = b"<html><title>Brought</title><p>The ferry ran aground at dawn.<script>owned()</script></p></html>"


class Desk(NamedTuple):
    """A desk over a copy of the demonstration in which a person brought and withdrew something."""

    ask: Asking
    workplace: Workplace
    capture: dict[str, Any]
    withdrawn: dict[str, Any]
    memento: str
    attachments: dict[str, str]

    def html(self, path: str) -> str:
        answer = self.ask.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture(scope="module")
def desk(demonstrated: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("copies")
    place = replace(
        demonstrated.workplace,
        db_path=folder / "provenance.db",
        archive_root=folder / "archive",
    )
    shutil.copy(demonstrated.workplace.db_path, place.db_path)
    shutil.copytree(demonstrated.workplace.archive_root, place.archive_root)
    with open_database(place.db_path, read_only=True) as db:
        first, second = db.rows(
            "SELECT p.*, c.claim_id, e.exact FROM captures p JOIN evidence e ON e.capture_id = p.capture_id"
            " JOIN claims c ON c.claim_key = e.claim_key"
            " WHERE e.exact IS NOT NULL AND p.media_type = 'text/html' GROUP BY p.source_id"
            " ORDER BY max(e.score) DESC, p.source_id LIMIT 2"
        )
    names = {"page.html": PAGE, "page.mhtml": MHTML, "picture.png": PNG}
    for name, data in names.items():
        (folder / name).write_bytes(data)
    report = attach(place, AttachOrder(
        source=first["source_id"], files=tuple(str(folder / name) for name in names), why="for <the> record", by="ada <b>",
    ))  # fmt: skip
    assert report.faults == ()
    attachments = {each.attachment.name: each.attachment.id for each in report.attached}
    _copy_a_memento(place.db_path, first)
    withdraw(place, Order(what=second["capture_id"], reason="a <court> said so", by="ada"))
    library = Library(place.db_path, place.archive_root)
    with asking(library=library) as ask:
        memento = f"{first['source_id']}/web.archive.example"
        yield Desk(ask, place, first, second, memento, attachments)
    library.close()


def _copy_a_memento(db_path: Path, row: dict[str, Any]) -> None:
    """Say of a capture's record that it is another archive's copy: the rows are what `mementos` writes."""
    with sqlite3.connect(db_path) as db:
        db.execute(
            "INSERT OR REPLACE INTO memento_lookups (source_id, archive, at, url, outcome, reason, uri_m, memento_at,"
            ' status, "count", media_type, payload_sha256, payload_bytes, warc_file, warc_offset, warc_length)'
            " VALUES (?, 'web.archive.example', ?, ?, 'found', '', 'https://web.archive.example/x', ?, 200, 1, ?, ?, ?, ?, ?, ?)",
            (row["source_id"], row["at"], row["url"], row["at"], row["media_type"], row["payload_sha256"],
             row["payload_bytes"], row["warc_file"], row["warc_offset"], row["warc_length"]),
        )  # fmt: skip


def test_a_capture_says_when_whence_and_that_its_digest_matches(desk: Desk) -> None:
    c = desk.capture
    page = desk.html(f"/captures/{c['capture_id']}?view=record")
    for expected in (
        c["payload_sha256"], c["warc_file"], f"at byte {c['warc_offset']}", "digest matches", "HTTP 200",
        html.escape(c["final_url"]), "this installation", "Content-Type", f"/sources/{c['source_id']}",
    ):  # fmt: skip
        assert expected in page, expected


def test_a_capture_has_its_json_and_the_json_its_schema(desk: Desk) -> None:
    copies = [
        f"captures/{desk.capture['capture_id']}?claim={desk.capture['claim_id']}",
        f"captures/{desk.withdrawn['capture_id']}",
        f"mementos/{desk.memento}",
        *(f"attachments/{each}" for each in desk.attachments.values()),
    ]
    described = described_schema(desk)
    for path in copies:
        said = desk.ask.get(f"/api/{path}")
        assert said.status_code == 200, path
        jsonschema.validate(said.json(), described)
        page = desk.html(f"/{path}")
        assert (
            f'rel="alternate" type="application/json" href="/api/{path.partition("?")[0]}"' in page
        )


def described_schema(desk: Desk) -> dict[str, Any]:
    paths = desk.ask.get("/api/openapi.json").json()["paths"]
    answers = paths["/api/captures/{capture_id}"]["get"]["responses"]
    schema: dict[str, Any] = answers["200"]["content"]["application/json"]["schema"]
    return schema


def test_the_schema_that_is_written_down_is_the_one_that_is_kept(desk: Desk) -> None:
    described = described_schema(desk)
    written = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(written)
    about = {name: written[name] for name in ("$schema", "$id", "title")}
    assert {**described, **about} == written
    assert described["properties"]["fixity"]["properties"]["state"]["enum"]


def test_the_passage_of_a_claim_is_marked_in_the_text_and_stands_first_in_the_json(
    desk: Desk,
) -> None:
    c = desk.capture
    path = f"captures/{c['capture_id']}?claim={c['claim_id']}"
    page = desk.html(f"/{path}&view=text")
    found = re.findall(r'<mark class="chosen" id="passage">([^<]*)</mark>', page)
    first = desk.ask.get(f"/api/{path}").json()["passages"][0]
    assert first["claim_id"] == c["claim_id"]
    assert [html.unescape(each) for each in found] == [first["exact"]]


def test_a_text_that_alone_shows_the_passage_is_opened_at_it(desk: Desk) -> None:
    c = desk.capture
    answer = desk.ask.get(
        f"/captures/{c['capture_id']}?claim={c['claim_id']}", headers={"Accept": "text/html"}
    )
    assert answer.status_code == 303
    assert (
        answer.headers["location"]
        == f"/captures/{c['capture_id']}?view=text&claim={c['claim_id']}#passage"
    )


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [(4, 12, 1), (12, 4, 0), (-1, -1, 0), (10**9, 10**9 + 5, 0), (0, 10**9, 1), (5, 5, 0)],
    ids=["a_span", "backwards", "none", "outside", "past_the_end", "empty"],
)
def test_any_span_of_the_text_can_be_marked(desk: Desk, start: int, end: int, count: int) -> None:
    id_ = desk.attachments["page.html"]
    page = desk.html(f"/attachments/{id_}?start={start}&end={end}&view=text")
    assert page.count('id="passage"') == count


def test_what_a_person_brought_is_labelled_as_that(desk: Desk) -> None:
    page = desk.html(f"/attachments/{desk.attachments['page.html']}?view=text")
    assert "Brought" in page
    assert "ada &lt;b&gt;" in page
    assert "for &lt;the&gt; record" in page
    assert "no capture of ours" in page
    assert "The ferry ran aground at dawn." in page
    assert "Captured" not in page


def test_another_archives_copy_is_labelled_as_that(desk: Desk) -> None:
    page = desk.html(f"/mementos/{desk.memento}?view=record")
    assert "<bdi>web.archive.example</bdi> captured it" in page
    assert "no capture of ours" in page
    assert "https://web.archive.example/x" in page


@pytest.mark.parametrize("kind", ["captures", "attachments", "mementos"])
def test_a_record_is_handed_out_as_it_stands_in_the_archive(desk: Desk, kind: str) -> None:
    name = {
        "captures": desk.capture["capture_id"],
        "attachments": desk.attachments["picture.png"],
        "mementos": desk.memento,
    }[kind]
    answer = desk.ask.get(f"/{kind}/{name}/record")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/warc"
    assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.warc\.gz"', answer.headers["content-disposition"])  # fmt: skip
    (record,) = fastwarc.warc.ArchiveIterator(io.BytesIO(answer.content), verify_digests=True)
    said = desk.ask.get(f"/api/{kind}/{name}").json()
    assert record.headers["WARC-Payload-Digest"] == f"sha256:{said['payload_sha256']}"
    assert gzip.decompress(answer.content).startswith(b"WARC/1.1\r\n")


def test_a_payload_is_handed_out_byte_for_byte_and_never_shown_by_us(desk: Desk) -> None:
    for path, suffix in (
        (f"captures/{desk.capture['capture_id']}", "html"),
        (f"attachments/{desk.attachments['page.mhtml']}", "mhtml"),
        (f"attachments/{desk.attachments['picture.png']}", "png"),
        (f"mementos/{desk.memento}", "html"),
    ):
        answer = desk.ask.get(f"/{path}/payload")
        said = desk.ask.get(f"/api/{path}").json()
        assert hashlib.sha256(answer.content).hexdigest() == said["payload_sha256"]
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith('attachment; filename="')
        assert answer.headers["content-disposition"].endswith(f'.{suffix}"')
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_text_is_handed_out_as_the_offsets_count_it(desk: Desk) -> None:
    c = desk.capture
    text = desk.ask.get(f"/captures/{c['capture_id']}/text").content.decode()
    said = desk.ask.get(f"/api/captures/{c['capture_id']}?claim={c['claim_id']}").json()
    assert hashlib.sha256(text.encode()).hexdigest() == said["text"]["sha256"]
    assert len(text) == said["text"]["characters"]
    first = said["passages"][0]
    assert text[first["start"] : first["end"]] == first["exact"]


def test_of_what_was_withdrawn_only_the_tombstone_is_left(desk: Desk) -> None:
    c = desk.withdrawn
    path = f"captures/{c['capture_id']}"
    for view in ("", "page", "text", "record"):
        page = desk.html(f"/{path}?claim={c['claim_id']}&view={view}")
        assert "Withdrawn" in page
        assert "a &lt;court&gt; said so" in page
        assert c["payload_sha256"] in page or view != "record"
        assert c["exact"] not in html.unescape(page)
        assert f"/{path}/record" not in page
    for part in ("record", "payload", "text"):
        assert desk.ask.get(f"/{path}/{part}").status_code == 410
    said = desk.ask.get(f"/api/{path}").json()
    assert said["fixity"]["state"] == "withdrawn"
    assert said["headers"] == []
    assert c["exact"] not in str(said)


@pytest.mark.parametrize(
    "path",
    [
        "/captures/no-such", "/attachments/no-such", "/mementos/no/such", "/captures/no-such/record",
        "/captures/..%2f..%2fetc%2fpasswd", "/captures/%3Cscript%3E/payload", "/captures/x'%20OR%201=1--",
        "/attachments/no-such/text", "/mementos/no/such/payload",
    ],
    ids=["capture", "attachment", "memento", "record", "up", "script", "sql", "text", "payload"],
)  # fmt: skip
def test_a_copy_that_is_not_there_is_404(desk: Desk, path: str) -> None:
    assert desk.ask.get(path).status_code == 404
    page = desk.ask.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    "query",
    [
        "start=x",
        "start=-2",
        "end=99999999999999999999",
        "view=else",
        "at=1.5",
        "claim=" + "x" * 201,
    ],
    ids=["no_number", "negative", "huge", "no_view", "fraction", "long_claim"],
)
def test_a_wrong_parameter_is_422(desk: Desk, query: str) -> None:
    assert desk.ask.get(f"/captures/{desk.capture['capture_id']}?{query}").status_code == 422


def test_there_is_no_other_part_of_a_copy(desk: Desk) -> None:
    assert desk.ask.get(f"/attachments/{desk.attachments['page.html']}/else").status_code == 404


def test_a_claim_that_was_never_held_against_it_is_said(desk: Desk) -> None:
    page = desk.html(
        f"/captures/{desk.capture['capture_id']}?claim=claim-%22%3E%3Cscript%3E&view=text"
    )
    assert "was not held against that claim" in page
    assert "<script>" not in page


def test_a_record_that_was_damaged_is_not_called_sound(desk: Desk, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(desk.workplace.archive_root, archive)
    path = archive / "warc" / desk.capture["warc_file"]
    data = bytearray(path.read_bytes())
    data[desk.capture["warc_offset"] + 200] ^= 0xFF
    path.write_bytes(data)
    library = Library(desk.workplace.db_path, archive)
    with asking(library=library) as ask:
        target = f"/captures/{desk.capture['capture_id']}"
        page = ask.get(f"{target}?view=record", headers={"Accept": "text/html"}).text
        assert "The record cannot be read" in page
        assert "digest matches" not in page
        assert ask.get(f"{target}/payload").status_code == 500
        assert ask.get(f"/api{target}").json()["fixity"]["state"] == "unreadable"
    library.close()


def test_the_frame_of_a_page_is_allowed_on_its_page_and_nowhere_else(desk: Desk) -> None:
    page = desk.ask.get(f"/captures/{desk.capture['capture_id']}", headers={"Accept": "text/html"})
    assert (
        "frame-src" not in page.headers["content-security-policy"]
    )  # this desk has no second origin
    assert "<iframe" not in page.text


# -- on a store of its own ------------------------------------------------------


class Seen(NamedTuple):
    """A store in which one page was captured twice: the second time it was what it had been."""

    workplace: Workplace
    first: str
    again: str
    claim: str


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = tmp_path_factory.mktemp("twice")
    claim = "The toll at the ford was raised to 16 crowns on Monday"
    pages = {"/toll": Told(f"<title>Tolls</title><p>{claim}.</p><p>Nobody crossed.</p>".encode())}
    place = ingest_pages(folder, pages, {"/toll": claim})
    ingest_pages(folder, pages, {"/toll": claim}, clock=Later(days=60))
    with open_database(place.db_path, read_only=True) as db:
        first, again = db.rows("SELECT capture_id, revisit_of FROM captures ORDER BY at")
        claim_id = db.value("SELECT claim_id FROM claims")
    assert again["revisit_of"] == first["capture_id"]
    return Seen(place, first["capture_id"], again["capture_id"], claim_id)


@pytest.fixture
def ask(seen: Seen) -> Iterator[Asking]:
    library = Library(seen.workplace.db_path, seen.workplace.archive_root)
    with asking(library=library) as made:
        yield made
    library.close()


def test_a_page_that_came_back_unchanged_shows_the_bytes_that_were_stored_first(
    seen: Seen, ask: Asking
) -> None:
    said = ask.get(f"/api/captures/{seen.again}?claim={seen.claim}").json()
    assert said["revisit_of"] == seen.first
    assert said["fixity"] == {"state": "matches", "reason": ""}
    assert said["passages"][0]["claim_id"] == seen.claim
    first = ask.get(f"/captures/{seen.first}/payload").content
    assert ask.get(f"/captures/{seen.again}/payload").content == first
    page = ask.get(f"/captures/{seen.again}?view=record", headers={"Accept": "text/html"}).text
    assert f'href="/captures/{seen.first}"' in page


def test_captures_of_a_source_lead_to_each_other(seen: Seen, ask: Asking) -> None:
    first = ask.get(f"/api/captures/{seen.first}").json()
    again = ask.get(f"/api/captures/{seen.again}").json()
    assert (first["before"], first["after"]["id"]) == (None, seen.again)
    assert (again["before"]["id"], again["after"]) == (seen.first, None)
    page = ask.get(
        f"/captures/{seen.again}?claim={seen.claim}&view=text", headers={"Accept": "text/html"}
    ).text
    assert f'rel="prev" href="/captures/{seen.first}?claim={seen.claim}"' in page
    assert f"compare?from={seen.first}&amp;to={seen.again}" in page


def test_a_persons_word_comes_before_what_the_method_found(seen: Seen, tmp_path: Path) -> None:
    place = copy_workplace(seen.workplace, tmp_path)
    review(place, ReviewOrder(
        claim=seen.claim, decision="chosen", by="ada <b>", why="it is <there>", copy=seen.first, passage="Nobody crossed.",
    ))  # fmt: skip
    library = Library(place.db_path, place.archive_root)
    with asking(library=library) as web:
        path = f"captures/{seen.first}?claim={seen.claim}"
        first, second = web.get(f"/api/{path}").json()["passages"]
        assert (first["method"], first["verdict"], first["exact"]) == (
            "person",
            "supported",
            "Nobody crossed.",
        )
        assert second["method"] != "person"
        page = web.get(f"/{path}&view=text", headers={"Accept": "text/html"}).text
        assert '<mark class="chosen" id="passage">Nobody crossed.</mark>' in page
        assert "chosen by ada &lt;b&gt;" in page
        assert "it is &lt;there&gt;" in page
    library.close()


def test_a_screenshot_is_shown_where_there_is_one(seen: Seen, tmp_path: Path) -> None:
    place = copy_workplace(seen.workplace, tmp_path)
    (tmp_path / "shot.png").write_bytes(PNG)
    with open_database(place.db_path, read_only=True) as db:
        source = db.value("SELECT source_id FROM captures LIMIT 1")
    report = attach(
        place, AttachOrder(source=source, files=(str(tmp_path / "shot.png"),), why="x", by="ada")
    )
    at = report.attached[0].attachment
    rendered = json.dumps({"fullPage": [at.warc_file, at.warc_offset, at.warc_length]})
    with sqlite3.connect(place.db_path) as db_:
        db_.execute(
            "UPDATE checks SET facts = json_set(facts, '$.rendered', json(?)) WHERE capture_id = ?",
            (rendered, seen.first),
        )
    library = Library(place.db_path, place.archive_root)
    with asking(library=library) as web:
        said = web.get(f"/api/captures/{seen.first}").json()
        assert [each["shows"] for each in said["views"]] == ["screenshot"]
        page = web.get(f"/captures/{seen.first}?view=text", headers={"Accept": "text/html"}).text
        assert f'href="/captures/{seen.first}?view=screenshot"' in page
    with Shower(library, FetchSettings(), now=lambda: 0.0) as shower:
        shown, _ = shower.show(Wanted("capture", seen.first, shows="screenshot"))
        assert shown.kind == "picture"
        assert "data:image/png;base64," in shown.body
        none, _ = shower.show(Wanted("capture", seen.again, shows="screenshot"))
        assert (none.kind, none.reason) == ("none", "there is no screenshot of it")
    library.close()


def test_what_is_withdrawn_is_shown_by_no_address_that_was_signed_before(
    seen: Seen, tmp_path: Path
) -> None:
    place = copy_workplace(seen.workplace, tmp_path)
    library = Library(place.db_path, place.archive_root)
    with Shower(library, FetchSettings(), now=lambda: 0.0) as shower:
        wanted = Wanted("capture", seen.first, seen.claim)
        assert "The toll at the ford" in shower.show(wanted)[0].body
        withdraw(place, Order(what=seen.first, reason="asked for", by="ada"))
        for capture in (seen.first, seen.again):
            shown, copy = shower.show(wanted._replace(id=capture))
            assert (shown.kind, shown.body) == ("none", "")
            assert copy is not None
            assert copy.withdrawn is not None
    library.close()


def test_without_a_store_there_is_none_yet() -> None:
    with asking() as ask:
        for path in ("/captures/x", "/api/captures/x", "/captures/x/record"):
            assert ask.get(path).status_code == 404
