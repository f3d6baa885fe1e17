"""A database without its archive: said before anything is made in its place."""

from pathlib import Path

import pytest

from provenance import ArchiveReader, IngestOptions, Workplace, ingest
from provenance.errors import ArchiveError

UPDATE = "An update\n\nIt rained.[1]\n\nReferences\n\n[1] https://a.example/x\n"


def test_an_archive_that_is_not_where_it_was_is_named_and_not_made_anew(tmp_path: Path) -> None:
    update = tmp_path / "update.txt"
    update.write_text(UPDATE, encoding="utf-8")
    place = Workplace(tmp_path / "p.db", tmp_path / "archive")
    ingest([str(update)], place, IngestOptions(fetch=False))
    place.archive_root.rename(tmp_path / "moved")
    with pytest.raises(ArchiveError, match=r"there is no .*archive"):
        ingest([str(update)], place, IngestOptions(fetch=False))
    assert not place.archive_root.exists()
    (tmp_path / "moved").rename(place.archive_root)
    assert not ingest([str(update)], place, IngestOptions(fetch=False)).documents[0].new
    assert len(list(ArchiveReader(place.archive_root).journal_lines())) == 1
