"""What the sample update becomes for other programs, as files and as downloads, read back by strangers."""

import csv
import importlib.util
import io
import json
import sqlite3
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prov.model import ProvDocument

from provenance.demo.run import Demonstration
from provenance.errors import ArchiveError, UsageError
from provenance.pipeline.export_choice import Choice
from provenance.pipeline.export_forms import FORMS
from provenance.pipeline.export_texts import (
    TextOrder,
    export_to_file,
    opened_export,
    write_whole,
)
from provenance.pipeline.workplace import Workplace
from provenance.store.database import open_database
from provenance.trace.chain import trace_by_id
from support.asking_web import Asking

DESK = "https://desk.example"


ALL = Choice()


def told(place: Demonstration | Workplace, form: str, choice: Choice = ALL, **more: Any) -> str:
    workplace = place if isinstance(place, Workplace) else place.workplace
    with opened_export(workplace, TextOrder(form, choice, **more)) as (_, pieces):
        return "".join(pieces)


def ask(place: Demonstration, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{place.workplace.db_path}?mode=ro", uri=True)
    try:
        return connection.execute(sql, parameters).fetchall()
    finally:
        connection.close()


@pytest.fixture
def document(demonstrated: Demonstration) -> str:
    sql = "SELECT document_id FROM documents d JOIN contents k USING (content_key) WHERE published = ?"
    ((found,),) = ask(demonstrated, sql, "2024-03-08")
    return str(found)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_store_gives_the_same_bytes_however_it_is_asked(
    demonstrated: Demonstration, document: str, reader: Asking, tmp_path: Path, form: str
) -> None:
    order = TextOrder(form, Choice(documents=(document,)), "http://127.0.0.1:8321")
    first = export_to_file(demonstrated.workplace, order, tmp_path / "a")
    again = export_to_file(demonstrated.workplace, order, tmp_path / "b")
    assert first.sha256 == again.sha256
    assert first.records > 10
    answer = reader.get(f"/documents/{document}/export?format={form}")
    assert answer.status_code == 200
    assert answer.content == (tmp_path / "a").read_bytes()
    assert answer.headers["content-type"] == FORMS[form].media_type
    disposition = answer.headers["content-disposition"]
    assert disposition == f'attachment; filename="{document}-{form}.{FORMS[form].ending}"'
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"], "nothing is left lying"


@pytest.mark.parametrize("form", FORMS)
def test_all_is_told_of_all_and_less_of_one_source(demonstrated: Demonstration, form: str) -> None:
    ((source,),) = ask(
        demonstrated, "SELECT source_id FROM sources WHERE title LIKE 'Boats of War%'"
    )
    everything, one = told(demonstrated, form), told(demonstrated, form, Choice(sources=(source,)))
    assert len(one) < len(everything) / 10
    assert source in one or form == "annotations", "a book on a shelf has no passage"


def test_csv_has_the_rows_of_the_view_and_says_the_same(demonstrated: Demonstration) -> None:
    rows = list(csv.DictReader(io.StringIO(told(demonstrated, "csv"), newline=""), strict=True))
    viewed = ask(demonstrated, "SELECT claim_id, label, citation_index, state, evidence_verdict FROM claim_sources")  # fmt: skip
    exported = [
        (
            row["claim_id"],
            row["label"],
            row["citation_index"],
            row["state"],
            row["evidence_verdict"],
        )
        for row in rows
    ]
    assert sorted(exported) == sorted(tuple("" if cell is None else str(cell) for cell in row) for row in viewed)  # fmt: skip
    assert len(rows) == 120


def test_prov_reads_the_whole_history_of_a_document(
    demonstrated: Demonstration, document: str
) -> None:
    text = told(demonstrated, "prov-json", Choice(documents=(document,)))
    read = ProvDocument.deserialize(content=text, format="json")
    assert json.loads(read.serialize(format="json")) == json.loads(
        ProvDocument.deserialize(content=read.serialize(format="json"), format="json").serialize(format="json")
    )  # fmt: skip
    known = {str(each.identifier) for each in read.get_records() if each.identifier}
    claims = ask(
        demonstrated,
        "SELECT DISTINCT claim_id, source_id, capture_id FROM claim_sources WHERE document_id = ?",
        document,
    )
    for claim, source, capture in claims:
        assert f"desk:{claim}" in known
        assert source is None or f"desk:{source}" in known
        assert capture is None or f"desk:{capture}" in known
    made = {
        str(each.args[0])
        for each in read.get_records()
        if each.get_type().localpart == "Generation"
    }
    assert {f"desk:{capture}" for *_, capture in claims if capture} <= made


def test_every_thing_that_prov_relates_is_told_of(
    demonstrated: Demonstration, document: str
) -> None:
    said = json.loads(told(demonstrated, "prov-json", Choice(documents=(document,))))
    known = {name for section in ("entity", "activity", "agent") for name in said[section]}
    things = {"prov:entity", "prov:activity", "prov:agent", "prov:generatedEntity", "prov:usedEntity",
              "prov:specificEntity", "prov:generalEntity"}  # fmt: skip
    related = {
        relation[role]
        for section, relations in said.items()
        if section not in {"prefix", "entity", "activity", "agent"}
        for relation in relations.values()
        for role in things & set(relation)
    }
    assert related
    assert related <= known


def test_of_all_documents_prov_is_a_bundle_each(demonstrated: Demonstration) -> None:
    read = ProvDocument.deserialize(content=told(demonstrated, "prov-json"), format="json")
    assert len(list(read.bundles)) == 2
    assert all(len(bundle.get_records()) > 100 for bundle in read.bundles)


def test_both_selectors_of_an_annotation_select_the_same_words(
    demonstrated: Demonstration, document: str
) -> None:
    said = json.loads(
        told(demonstrated, "annotations", Choice(documents=(document,)), base_url=DESK)
    )
    items = said["first"]["items"]
    assert said["total"] == len(items) > 10
    assert len({item["id"] for item in items}) == len(items)
    ((text,),) = ask(demonstrated, "SELECT k.text FROM documents d JOIN contents k USING (content_key) WHERE document_id = ?", document)  # fmt: skip
    for item in items:
        quote, position = item["body"]["selector"]
        assert text[position["start"] : position["end"]] == quote["exact"]
        target = item["target"]
        capture = target["source"].removeprefix(f"{DESK}/captures/").removesuffix("/text")
        ((page,),) = ask(demonstrated, "SELECT x.text FROM captures c JOIN texts x USING (payload_sha256) WHERE capture_id = ?", capture)  # fmt: skip
        quote, position = target["selector"]
        start, end = position["start"], position["end"]
        assert page[start:end] == quote["exact"]
        assert page[:start].endswith(quote.get("prefix", ""))
        assert page[end:].startswith(quote.get("suffix", ""))
        assert target["state"]["cached"] == f"{DESK}/captures/{capture}"


def test_rocrate_reads_the_archive_with_every_file_that_it_has(
    demonstrated: Demonstration, tmp_path: Path
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own imports
        from rocrate.rocrate import ROCrate
    folder = tmp_path / "archive"
    (folder / "warc").mkdir(parents=True)
    archive = demonstrated.workplace.archive_root
    for path in (archive / "warc").rglob("*.warc.gz"):
        link = folder / path.relative_to(archive)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    order = TextOrder("ro-crate")
    export_to_file(demonstrated.workplace, order, folder / "ro-crate-metadata.json")
    crate = ROCrate(folder)
    files = {entity.id for entity in crate.data_entities}
    assert files == {path.relative_to(archive).as_posix() for path in (archive / "warc").rglob("*.warc.gz")}  # fmt: skip
    assert crate.name == "All documents and their sources"
    mentioned = crate.root_dataset["mentions"]
    assert len(mentioned) == 2
    assert all(document["citation"] for document in mentioned)
    cited = {source.id for document in mentioned for source in document["citation"]}
    assert all(crate.dereference(name).get("name") for name in cited), "what is cited is described"


def test_ro_crate_uses_the_words_of_its_context_and_no_others(demonstrated: Demonstration) -> None:
    (data,) = Path(str(importlib.util.find_spec("rocrate").submodule_search_locations[0])).glob("data/ro-crate.jsonld")  # type: ignore[union-attr,index]  # fmt: skip
    words = set(json.loads(data.read_text("utf-8"))["@context"])
    crate = json.loads(told(demonstrated, "ro-crate"))
    assert crate["@context"] == [
        "https://w3id.org/ro/crate/1.1/context",
        {"sha256": "http://schema.org/sha256"},
    ]
    for entity in crate["@graph"]:
        assert set(entity) - {"@id", "@type"} <= words, entity
        assert entity["@type"] in words
    (root,) = (entity for entity in crate["@graph"] if entity["@id"] == "./")
    assert {"name", "description", "datePublished", "license"} <= set(root)
    assert len({entity["@id"] for entity in crate["@graph"]}) == len(crate["@graph"])


def test_of_one_document_the_copy_nearest_to_its_day_is_cited(
    demonstrated: Demonstration, document: str
) -> None:
    items = json.loads(told(demonstrated, "csl-json", Choice(documents=(document,))))
    viewed = dict(ask(demonstrated, "SELECT source_id, capture_id FROM claim_sources WHERE document_id = ? AND source_id IS NOT NULL", document))  # fmt: skip
    assert {item["custom"]["source"]: item["custom"].get("capture") for item in items} == viewed
    elsewhere = next(item for item in items if "transport.gov" in item.get("URL", ""))
    assert elsewhere["archive_location"].startswith(
        "https://web.archive.example/web/20240228101500/"
    )
    assert "web.archive" not in elsewhere["URL"], "what the note meant, not where it is kept"


def test_the_pages_of_documents_and_sources_lead_to_every_form(
    demonstrated: Demonstration, reader: Asking, document: str
) -> None:
    ((source,),) = ask(demonstrated, "SELECT min(source_id) FROM captures")
    for path in (f"/documents/{document}", f"/sources/{source}"):
        page = reader.get(path, headers={"Accept": "text/html"}).text
        for form in FORMS:
            assert f'href="{path}/export?format={form}" download' in page


def test_what_is_not_there_and_what_is_no_format_is_said(reader: Asking, document: str) -> None:
    for path, status in (
        ("/documents/no-such/export?format=csv", 404),
        ("/sources/no-such/export?format=csv", 404),
        (f"/documents/{document}/export?format=docx", 422),
        (f"/documents/{document}/export", 422),
        (f"/documents/{document}/export?format=csv&bom=perhaps", 422),
    ):
        answer = reader.get(path)
        assert answer.status_code == status, path
        assert answer.json()["title"], path
    marked = reader.get(f"/documents/{document}/export?format=csv&bom=true")
    assert marked.content.startswith(b"\xef\xbb\xbfdocument_id,")


# --- files --------------------------------------------------------------------------------------


def test_a_file_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "tolls.csv"
    write_whole(out, ["before"])

    def breaks_off() -> Iterator[str]:
        yield "half of"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(out, breaks_off())
    assert out.read_text() == "before"
    assert list(tmp_path.iterdir()) == [out]


def test_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        write_whole(tmp_path, ["x"])
    with pytest.raises(UsageError, match="No such file"):
        write_whole(tmp_path / "no" / "such", ["x"])

    def fills_the_disk() -> Iterator[str]:
        yield "x"
        raise OSError(28, "No space left on device")

    with pytest.raises(ArchiveError, match="No space left"):
        write_whole(tmp_path / "full", fills_the_disk())
    assert list(tmp_path.iterdir()) == []


def test_a_person_who_rejects_a_passage_takes_its_annotation_away(
    demonstrated: Demonstration, document: str, tmp_path: Path
) -> None:
    """Asked of a copy of the store, into which a judgement is written as `review` would."""
    copy = tmp_path / "copy.db"
    with sqlite3.connect(demonstrated.workplace.db_path) as there, sqlite3.connect(copy) as here:
        there.backup(here)
    here.close()
    there.close()
    before = json.loads(told(demonstrated, "annotations", Choice(documents=(document,))))
    target = before["first"]["items"][0]["target"]
    capture = target["source"].removeprefix("urn:provenance:")
    start = target["selector"][1]["start"]
    with open_database(copy) as db:
        row = db.first(
            "SELECT c.claim_id, c.text, e.source_id FROM evidence e JOIN claims c USING (claim_key)"
            " WHERE e.capture_id = ? AND e.start = ?",
            (capture, start),
        )
        assert row is not None
        db.execute(
            'INSERT INTO reviews (review_id, claim_id, source_id, at, "by", decision, why, claim_text,'
            " capture_id) VALUES ('review-1', ?, ?, '2024-03-09T00:00:00.000000Z', 'Ines', 'rejected',"
            " 'another barge', ?, ?)",
            (row["claim_id"], row["source_id"], row["text"], capture),
        )
        assert trace_by_id(db, row["claim_id"]).claims[0].citations
    changed = msgspec.structs.replace(demonstrated.workplace, db_path=copy)
    after = json.loads(told(changed, "annotations", Choice(documents=(document,))))
    assert after["total"] < before["total"]
    prov = json.loads(told(changed, "prov-json", Choice(documents=(document,))))
    said = prov["activity"]["desk:review-1"]
    assert (said["desk:verdict"], said["prov:startTime"]) == (
        "not_found",
        "2024-03-09T00:00:00.000000Z",
    )
    assert [agent["prov:label"] for agent in prov["agent"].values()].count("Ines") == 1
