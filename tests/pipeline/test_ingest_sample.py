"""The main job on the sample update: what counts, what is kept, what can be asked afterwards."""

import urllib.parse
from pathlib import Path
from typing import NamedTuple

import pytest

from provenance import IngestOptions, IngestReport, Workplace, ingest
from provenance.demo.sample import sample_update_path
from provenance.demo.scenes import load_scenes
from provenance.demo.web import SampleWeb
from provenance.formats.ids import sha256_hex
from provenance.keep.reader import ArchiveReader
from provenance.model import WarcPlace
from provenance.pipeline.catchup import open_store
from provenance.store.search import search
from provenance.trace.chain import trace
from support.keeping import check_with_strangers
from support.workplace import (
    Later,
    a_draft,
    a_workplace,
    all_rows,
    archive_files,
    ingest_text,
    query,
    web_settings,
)


class Done(NamedTuple):
    workplace: Workplace
    report: IngestReport


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, web: SampleWeb) -> Done:
    workplace = a_workplace(tmp_path_factory.mktemp("sample"), web_settings(web))
    return Done(workplace, ingest([str(sample_update_path())], workplace))


def outcomes(report: IngestReport) -> dict[str, str]:
    return {result.url: result.outcome for result in report.results if result.url}


def test_the_counts_add_up_and_are_those_of_the_database(done: Done) -> None:
    fetch = done.report.fetch
    counted = fetch.archived + fetch.unchanged + fetch.failed + fetch.not_checkable
    assert counted == fetch.sources == sum(fetch.by_outcome.values())
    (document,) = done.report.documents
    assert document.new
    assert document.sources == fetch.sources
    assert query(
        done.workplace,
        "SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM notes),"
        " (SELECT count(*) FROM citations), (SELECT count(DISTINCT source_id) FROM citations)",
    ) == [(document.claims, document.notes, document.citations, document.sources)]
    assert min(fetch.archived, fetch.failed, fetch.not_checkable) > 5


def test_every_web_source_has_one_check_and_no_other_source_has_any(done: Done) -> None:
    rows = query(
        done.workplace,
        "SELECT s.kind, count(k.check_id) FROM sources s"
        " LEFT JOIN checks k USING (source_id) GROUP BY s.source_id",
    )
    assert {count for kind, count in rows if kind == "web"} == {1}
    assert {count for kind, count in rows if kind != "web"} == {0}
    assert {kind for kind, _ in rows} >= {"web", "subscription", "on_request", "communication"}


def test_each_kind_of_page_has_the_outcome_that_it_deserves(done: Done) -> None:
    seen = outcomes(done.report)
    assert seen == {
        **seen,
        "https://www.courrier-du-fleuve.example/1142/societe/droits-d-accostage-la-colere-des-bateliers": "ok",
        "https://www.orrinbasin.example/sites/default/files/publication/low_water_bulletin_2024.pdf": "ok",
        "https://www.financialtide.example/content/7c1d0a52-millet-prices-ouldane": "wall",
        "https://www.facepages.example/UpperOrrinGovernorate/posts/912733": "wall",
        "https://www.lapsed-gazette.example/2022/navy-list": "gone",
        "https://www.closedarchive.example/documents/luom-mandate": "blocked",
        "https://www.strategyreview.example/online-analysis/online-analysis//2...": "not_checkable",
    }
    assert set(done.report.fetch.by_outcome) == {
        "ok", "gone", "temporary", "blocked", "wall", "not_checkable",
    }  # fmt: skip


def test_there_is_a_capture_of_every_page_and_of_nothing_else(done: Done) -> None:
    rows = query(
        done.workplace,
        "SELECT k.outcome, k.capture_id IS NOT NULL, count(c.capture_id) FROM checks k"
        " LEFT JOIN captures c USING (source_id) GROUP BY k.check_id",
    )
    assert {(outcome == "ok", bool(has), count) for outcome, has, count in rows} == {
        (True, True, 1),
        (False, False, 0),
    }


def test_a_wall_is_archived_as_what_was_seen(done: Done) -> None:
    url = "https://www.financialtide.example/content/7c1d0a52-millet-prices-ouldane"
    warcs = archive_files(done.workplace)
    indexed = b"".join(data for name, data in warcs.items() if name.endswith(".cdxj"))
    assert url.encode() in indexed
    assert query(done.workplace, "SELECT 1 FROM captures WHERE url = ?", url) == []


def test_every_capture_can_be_read_back_with_its_digest(done: Done) -> None:
    reader = ArchiveReader(done.workplace.archive_root)
    places = query(
        done.workplace, "SELECT warc_file, warc_offset, warc_length, payload_sha256 FROM captures"
    )
    for file, offset, length, digest in places:
        record = reader.read(WarcPlace(file, offset, length))
        if record.type == "response":
            assert sha256_hex(record.payload) == digest
    assert check_with_strangers(done.workplace.archive_root) > 2 * len(places)


def test_what_a_page_says_is_found_in_every_language(done: Done) -> None:
    kept = {
        url
        for (url,) in query(
            done.workplace,
            "SELECT c.final_url FROM captures c JOIN texts t USING (payload_sha256)"
            " WHERE t.reason IS NULL",
        )
    }
    said = [
        scene
        for scene in load_scenes()
        if scene.passage and scene.does != "changing page" and quote(scene.url) in kept
    ]
    assert {scene.language for scene in said} >= {"en", "fr", "ar", "ru"}
    with open_store(done.workplace.db_path, read_only=True) as store:
        for scene in said:
            hits = search(store.db, scene.passage.rstrip(".")).texts
            assert quote(scene.url) in {hit.url for hit in hits}, scene.passage
        assert search(store.db, "zzzunheardof") == search(store.db, "")


def quote(url: str) -> str:
    return urllib.parse.quote(url, safe=":/@?=&#%")


@pytest.mark.parametrize(
    "spelling",
    [
        "https://www.radio-orrin.example/24117-liberation-de-31-bateliers-a-ouldane",
        "http://radio-orrin.example/24117-liberation-de-31-bateliers-a-ouldane",
        "https://www.radio-orrin dot example/24117-liberation-de-31-bateliers-a-ouldane",
        "WWW.RADIO-ORRIN.EXAMPLE/24117-liberation-de-31-bateliers-a-ouldane",
        "https://www.radio-orrin.example/24117-liberation-de-31-bateliers-a-ouldane?utm_source=x",
        "https://www.radio-orrin.example/24117-liberation-de-31-bateliers-a-ouldane#top",
    ],
)
def test_a_claim_is_found_by_any_spelling_of_its_url(done: Done, spelling: str) -> None:
    with open_store(done.workplace.db_path, read_only=True) as store:
        (claim,) = trace(store.db, spelling).claims
    assert [citation.label for citation in claim.citations] == ["6", "6", "6"]
    assert claim.citations[2].captures


def test_a_claim_is_found_by_text_by_id_and_by_document_and_label(done: Done) -> None:
    document = done.report.documents[0].id
    with open_store(done.workplace.db_path, read_only=True) as store:
        (by_label,) = trace(store.db, f"{document}:12").claims
        assert trace(store.db, f"{document}:[12]").claims == (by_label,)
        assert trace(store.db, by_label.id).claims == (by_label,)
        assert by_label in trace(store.db, by_label.text).claims
        assert by_label in trace(store.db, "recruits herders landing rights").claims
        assert trace(store.db, f"{document}:999").claims == ()
        assert trace(store.db, "words that nobody wrote").claims == ()
    whole, cut = by_label.citations[1], by_label.citations[0]
    assert whole.captures
    assert whole.captures[0].status == 200
    assert cut.source is not None
    assert cut.source.state == "not_checkable"


def test_the_second_run_adds_nothing(done: Done) -> None:
    rows, files = all_rows(done.workplace.db_path), archive_files(done.workplace)
    again = ingest([str(sample_update_path())], done.workplace)
    assert all_rows(done.workplace.db_path) == rows
    assert archive_files(done.workplace) == files
    assert not again.documents[0].new
    assert again.fetch.archived == 0
    assert again.fetch.unchanged == done.report.fetch.archived
    assert again.fetch.by_outcome == done.report.fetch.by_outcome


def test_the_twin_in_html_is_a_version_of_the_same_document_with_fewer_cut_urls(
    tmp_path: Path,
) -> None:
    workplace = a_workplace(tmp_path)
    options = IngestOptions(fetch=False)
    text = ingest([str(sample_update_path())], workplace, options)
    twin = ingest([str(sample_update_path("sample-update.html"))], workplace, options)
    assert text.documents[0].id == twin.documents[0].id
    assert text.documents[0].claims == twin.documents[0].claims
    assert text.documents[0].citations == twin.documents[0].citations
    cut = query(
        workplace,
        "SELECT v.seq, sum(i.truncated) FROM versions v JOIN notes n USING (content_key)"
        " JOIN citations i USING (note_key) GROUP BY v.seq ORDER BY v.seq",
    )
    assert cut[0][1] > cut[1][1] == 0


def test_no_fetch_asks_nobody_and_a_later_run_does_the_rest(tmp_path: Path, web: SampleWeb) -> None:
    workplace = a_workplace(tmp_path, web_settings(web))
    path = tmp_path / "draft.txt"
    asked = len(web.log)
    report = ingest_text(workplace, path, a_draft(["https://desk0.example.org/no-fetch"]))
    assert len(web.log) == asked
    assert report.fetch.sources == 0
    assert query(workplace, "SELECT count(*) FROM checks") == [(0,)]
    assert query(workplace, "SELECT count(*), count(source_id) FROM claim_sources") == [(1, 1)]
    rest = ingest([str(path)], workplace)
    assert not rest.documents[0].new
    assert rest.fetch.archived == 1
    assert query(workplace, "SELECT state FROM claim_sources") == [("alive",)]


def test_a_page_that_two_sources_share_is_stored_once(tmp_path: Path, web: SampleWeb) -> None:
    """The demo web's mirror of one page: the second capture refers to the first."""
    workplace = a_workplace(tmp_path, web_settings(web))
    urls = ["https://desk0.example.org/same", "https://desk0.example.org/same?utm_source=x"]
    report = ingest_text(workplace, tmp_path / "a.txt", a_draft(urls), IngestOptions())
    assert report.documents[0].citations == 2
    assert report.fetch.sources == report.fetch.archived == 1


def test_a_page_that_changed_is_archived_again_and_one_that_did_not_is_not_stored_twice(
    tmp_path: Path, web: SampleWeb
) -> None:
    changing = changing_page()
    urls = [changing, "https://desk1.example.org/steady"]
    now = a_workplace(tmp_path, web_settings(web))
    first = ingest_text(now, tmp_path / "a.txt", a_draft(urls), IngestOptions())
    assert first.fetch.archived == 2
    later = a_workplace(tmp_path, web_settings(web), Later(days=31))
    web.turn_the_page()
    second = ingest([str(tmp_path / "a.txt")], later)
    assert (second.fetch.archived, second.fetch.unchanged) == (1, 1)
    rows = query(now, "SELECT url, count(DISTINCT payload_sha256), count(*), count(revisit_of)"
                      " FROM captures GROUP BY url ORDER BY url")  # fmt: skip
    assert {url: rest for url, *rest in rows} == {
        urls[0]: [2, 2, 0],
        urls[1]: [1, 2, 1],
    }
    check_with_strangers(now.archive_root)


def changing_page() -> str:
    return next(scene.url for scene in load_scenes() if scene.does == "changing page")
