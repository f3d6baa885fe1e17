"""An ingest whose sources are fetched by several processes, and archived by one."""

from pathlib import Path

from msgspec.structs import replace

from provenance import IngestOptions
from provenance.demo.web import SampleWeb
from support.keeping import check_with_strangers
from support.workplace import STAND_INS, a_draft, a_workplace, ingest_text, query, web_settings


def test_what_processes_fetch_is_archived_as_one_process_would(
    tmp_path: Path, web: SampleWeb
) -> None:
    draft = a_draft([f"https://{host}/page/{number}" for host in STAND_INS for number in range(2)])
    found = []
    for processes in (1, 3):
        settings = web_settings(web)
        settings = replace(settings, fetch=replace(settings.fetch, processes=processes))
        folder = tmp_path / str(processes)
        folder.mkdir()
        workplace = a_workplace(folder, settings)
        report = ingest_text(workplace, folder / "a.txt", draft, IngestOptions())
        assert report.fetch.archived == report.fetch.sources == 2 * len(STAND_INS)
        check_with_strangers(workplace.archive_root)
        assert len(list((workplace.archive_root / "warc").rglob("*.warc.gz"))) == 1
        found.append(
            query(
                workplace,
                "SELECT url, status, payload_sha256, payload_bytes, media_type"
                " FROM captures ORDER BY url",
            )
        )
    assert found[0] == found[1]
