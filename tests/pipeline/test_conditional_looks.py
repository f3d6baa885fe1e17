"""A page that is asked for again: has it changed since? A 304 is a capture without a body."""

from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from provenance import IngestOptions, ingest
from provenance.demo.web import SampleWeb
from support.keeping import check_with_strangers, warc_files
from support.workplace import Later, a_draft, a_workplace, ingest_text, query, web_settings

PAGE = "https://desk1.example.org/steady"


def look_thrice(folder: Path, web: SampleWeb) -> list[tuple[int, int]]:
    now = a_workplace(folder, web_settings(web))
    reports = [ingest_text(now, folder / "a.txt", a_draft([PAGE]), IngestOptions())]
    for days in (31, 93):
        later = a_workplace(folder, web_settings(web), Later(days=days))
        reports.append(ingest([str(folder / "a.txt")], later))
    return [(report.fetch.archived, report.fetch.unchanged) for report in reports]


def test_a_due_source_is_asked_with_the_validators_of_its_latest_capture(
    tmp_path: Path, web: SampleWeb
) -> None:
    assert look_thrice(tmp_path, web) == [(1, 0), (0, 1), (0, 1)]
    now = a_workplace(tmp_path, web_settings(web))
    assert query(now, "SELECT http_status, outcome, rule FROM checks ORDER BY at") == [
        (200, "ok", "ok"), (304, "ok", "not_modified"), (304, "ok", "not_modified"),
    ]  # fmt: skip
    captures = query(now, "SELECT capture_id, revisit_of, payload_sha256, payload_bytes,"
                          " media_type FROM captures ORDER BY at")  # fmt: skip
    first = captures[0]
    assert [row[1] for row in captures] == [None, first[0], first[0]]
    assert {row[2:] for row in captures} == {first[2:]}
    assert query(now, "SELECT count(*) FROM texts") == [(1,)]


def test_the_record_of_a_304_refers_to_the_one_that_holds_the_page(
    tmp_path: Path, web: SampleWeb
) -> None:
    look_thrice(tmp_path, web)
    found = []
    for path in warc_files(tmp_path / "archive"):
        with path.open("rb") as file:
            found += [
                (record.rec_headers, record.http_headers.get_statuscode())
                for record in ArchiveIterator(file)
                if record.rec_type in {"response", "revisit"}
                and record.rec_headers.get_header("WARC-Target-URI") == PAGE
            ]
    (first, ok), *revisits = found
    assert (ok, [status for _, status in revisits]) == ("200", ["304", "304"])
    for headers, _ in revisits:
        assert headers.get_header("WARC-Profile").endswith("/server-not-modified")
        assert headers.get_header("WARC-Refers-To") == first.get_header("WARC-Record-ID")
        assert headers.get_header("WARC-Refers-To-Date") == first.get_header("WARC-Date")
    check_with_strangers(tmp_path / "archive")
