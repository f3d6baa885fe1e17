"""A changed draft is a new version of the same document; what it said before stays on record."""

from pathlib import Path

import pytest

from provenance import IngestOptions, Workplace, ingest, rebuild
from provenance.demo.web import SampleWeb
from provenance.errors import UsageError
from provenance.pipeline.catchup import open_store
from provenance.trace.chain import trace
from support.workplace import (
    a_draft,
    a_workplace,
    all_rows,
    archive_files,
    ingest_text,
    query,
    web_settings,
)

FIRST, SECOND = "https://desk0.example.org/first", "https://desk0.example.org/second"
ORIGIN = "https://desk7.example.org/updates/1"


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return a_workplace(tmp_path)


def cited_now(workplace: Workplace) -> set[str]:
    return {url for (url,) in query(workplace, "SELECT url FROM claim_sources")}


def history(workplace: Workplace) -> list[tuple[int, int]]:
    """(seq, which content), the contents numbered in the order in which they came."""
    return query(workplace, "SELECT seq, content_key FROM versions ORDER BY document_id, seq")


def test_a_changed_draft_at_the_same_path_is_a_new_version(
    workplace: Workplace, tmp_path: Path
) -> None:
    path = tmp_path / "draft.txt"
    first = ingest_text(workplace, path, a_draft([FIRST]))
    second = ingest_text(workplace, path, a_draft([FIRST, SECOND]))
    third = ingest_text(workplace, path, a_draft([SECOND], word="ferries"))
    ids = {report.documents[0].id for report in (first, second, third)}
    assert len(ids) == 1
    assert all(report.documents[0].new for report in (first, second, third))
    assert cited_now(workplace) == {SECOND}
    assert history(workplace) == [(1, 1), (2, 2), (3, 3)]
    assert query(workplace, "SELECT count(*) FROM claims") == [(4,)]


def test_what_an_earlier_version_said_is_kept_and_is_not_in_the_views(
    workplace: Workplace, tmp_path: Path
) -> None:
    path = tmp_path / "draft.txt"
    ingest_text(workplace, path, a_draft([FIRST]))
    (claim_id,) = query(workplace, "SELECT claim_id FROM claims")[0]
    ingest_text(workplace, path, a_draft([SECOND], word="ferries"))
    with open_store(workplace.db_path, read_only=True) as store:
        (claim,) = trace(store.db, claim_id).claims
        assert claim.citations[0].url == FIRST
        assert trace(store.db, FIRST).claims == ()
        assert trace(store.db, "counted barges").claims == ()
        assert len(trace(store.db, "counted ferries").claims) == 1
    counted = query(workplace, "SELECT url, claims FROM source_states ORDER BY url")
    assert counted == [(FIRST, 0), (SECOND, 1)]


def test_the_old_content_again_is_current_again_and_read_only_once(
    workplace: Workplace, tmp_path: Path
) -> None:
    path = tmp_path / "draft.txt"
    old, new = a_draft([FIRST]), a_draft([SECOND])
    for text in (old, new, old):
        assert ingest_text(workplace, path, text).documents[0].new
    assert cited_now(workplace) == {FIRST}
    assert history(workplace) == [(1, 1), (2, 2), (3, 1)]
    assert not ingest_text(workplace, path, old).documents[0].new
    assert query(workplace, "SELECT count(*) FROM claims") == [(2,)]


def test_another_path_with_the_same_origin_is_the_same_document(
    workplace: Workplace, tmp_path: Path
) -> None:
    first = ingest_text(workplace, tmp_path / "a.txt", a_draft([FIRST], origin=ORIGIN))
    second = ingest_text(workplace, tmp_path / "b.txt", a_draft([SECOND], origin=ORIGIN))
    other = ingest_text(workplace, tmp_path / "c.txt", a_draft([SECOND], origin=ORIGIN + "2"))
    assert query(workplace, "SELECT DISTINCT origin_url FROM documents ORDER BY 1") == [
        (ORIGIN,),
        (ORIGIN + "2",),
    ]
    assert first.documents[0].id == second.documents[0].id != other.documents[0].id


def test_a_person_may_say_which_document_it_is(workplace: Workplace, tmp_path: Path) -> None:
    first = ingest_text(workplace, tmp_path / "a.txt", a_draft([FIRST]))
    known = first.documents[0].id
    options = IngestOptions(fetch=False, document_id=known)
    second = ingest_text(workplace, tmp_path / "b.txt", a_draft([SECOND]), options)
    assert second.documents[0].id == known
    assert cited_now(workplace) == {SECOND}
    again = ingest_text(workplace, tmp_path / "b.txt", a_draft([SECOND]))
    assert again.documents[0].id == known
    assert not again.documents[0].new


def test_an_id_that_no_document_has_is_refused_and_makes_none(
    workplace: Workplace, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(a_draft([FIRST]))
    for _ in range(2):
        options = IngestOptions(fetch=False, document_id="document-typo")
        with pytest.raises(UsageError, match="no document document-typo"):
            ingest([str(path)], workplace, options)
        if not workplace.db_path.exists():
            assert not workplace.archive_root.exists()
            known = ingest_text(workplace, path, path.read_text()).documents[0].id
    assert query(workplace, "SELECT document_id FROM documents") == [(known,)]


def test_a_document_that_only_the_archive_knows_yet_may_be_named(
    workplace: Workplace, tmp_path: Path
) -> None:
    known = ingest_text(workplace, tmp_path / "a.txt", a_draft([FIRST])).documents[0].id
    for name in ("", "-wal", "-shm"):
        workplace.db_path.with_name(f"provenance.db{name}").unlink(missing_ok=True)
    options = IngestOptions(fetch=False, document_id=known)
    assert ingest_text(workplace, tmp_path / "b.txt", a_draft([SECOND]), options)
    assert query(workplace, "SELECT count(*) FROM documents") == [(1,)]


def test_several_files_cannot_be_one_document(workplace: Workplace, tmp_path: Path) -> None:
    folder = tmp_path / "drafts"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(a_draft([FIRST], title=name))
    options = IngestOptions(fetch=False, document_id="document-x")
    with pytest.raises(UsageError, match="2 files"):
        ingest([str(folder)], workplace, options)
    assert not workplace.db_path.exists()


def test_the_same_bytes_at_another_path_are_the_same_document_and_read_once(
    workplace: Workplace, tmp_path: Path
) -> None:
    first = ingest_text(workplace, tmp_path / "a.txt", a_draft([FIRST]))
    copy = ingest_text(workplace, tmp_path / "copy.txt", a_draft([FIRST]))
    assert copy.documents[0].id == first.documents[0].id
    assert query(workplace, "SELECT count(*) FROM claims") == [(1,)]
    assert query(workplace, "SELECT count(*) FROM claim_sources") == [(1,)]
    settled = all_rows(workplace.db_path), archive_files(workplace)
    for name in ("a.txt", "copy.txt", "a.txt"):
        ingest([str(tmp_path / name)], workplace, IngestOptions(fetch=False))
    assert (all_rows(workplace.db_path), archive_files(workplace)) == settled


def test_one_folder_with_copies_and_drafts_settles_at_once(
    workplace: Workplace, tmp_path: Path
) -> None:
    folder = tmp_path / "drafts"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text(a_draft([FIRST]))
    (folder / "b.txt").write_text(a_draft([FIRST]))
    (folder / "deep" / "c.TXT").write_text(a_draft([SECOND], title="Another"))
    (folder / "notes.xlsx").write_text("passed over")
    options = IngestOptions(fetch=False)
    report = ingest([str(folder), str(folder / "*.txt")], workplace, options)
    assert len(report.documents) == 3
    settled = all_rows(workplace.db_path), archive_files(workplace)
    ingest([str(folder)], workplace, options)
    assert (all_rows(workplace.db_path), archive_files(workplace)) == settled


def test_only_what_the_current_version_cites_is_looked_at(tmp_path: Path, web: SampleWeb) -> None:
    workplace = a_workplace(tmp_path, web_settings(web))
    path = tmp_path / "draft.txt"
    ingest_text(workplace, path, a_draft([FIRST]))
    report = ingest_text(workplace, path, a_draft([SECOND]), IngestOptions())
    assert [result.url for result in report.results] == [SECOND]
    assert query(workplace, "SELECT url FROM checks") == [(SECOND,)]


def test_a_document_read_from_the_web_is_known_by_its_url(tmp_path: Path, web: SampleWeb) -> None:
    workplace = a_workplace(tmp_path, web_settings(web))
    options = IngestOptions()
    first = ingest([ORIGIN], workplace, options)
    again = ingest([ORIGIN], workplace, options)
    assert first.faults == again.faults == ()
    assert first.documents[0].new
    assert not again.documents[0].new
    assert query(workplace, "SELECT path, origin_url FROM documents") == [(None, ORIGIN)]
    applied = all_rows(workplace.db_path)
    rebuild(workplace)
    assert all_rows(workplace.db_path) == applied


def test_a_url_that_is_no_page_is_a_fault_and_stops_nothing(tmp_path: Path, web: SampleWeb) -> None:
    workplace = a_workplace(tmp_path, web_settings(web))
    path = tmp_path / "a.txt"
    path.write_text(a_draft([FIRST]))
    gone = "https://www.lapsed-gazette.example/2022/navy-list"
    report = ingest([gone, str(path)], workplace)
    assert [fault.path for fault in report.faults] == [gone]
    assert "NXDOMAIN" in report.faults[0].message
    assert len(report.documents) == report.fetch.archived == 1


def test_what_an_earlier_parser_read_is_read_anew_when_it_is_ingested_again(
    workplace: Workplace, tmp_path: Path
) -> None:
    path = tmp_path / "draft.txt"
    ingest_text(workplace, path, a_draft([FIRST]))
    settled = all_rows(workplace.db_path), archive_files(workplace)
    with open_store(workplace.db_path) as store:
        store.db.execute("UPDATE contents SET parser = '0'")
        store.db.execute("UPDATE citations SET kind = 'unknown', url = NULL")
    report = ingest_text(workplace, path, a_draft([FIRST]))
    assert not report.documents[0].new
    assert (all_rows(workplace.db_path), archive_files(workplace)) == settled
