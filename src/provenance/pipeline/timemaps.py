"""`export --format timemap`: every copy of a source that is known, ours and others', RFC 7089."""

from provenance.keep.memento_index import NamedCopy
from provenance.keep.memento_links import write_timemap
from provenance.keep.reader import ArchiveReader
from provenance.model import WarcPlace
from provenance.pipeline.catchup import open_store
from provenance.pipeline.withdraw import resolve_source
from provenance.pipeline.workplace import Workplace
from provenance.store.copies import read_captures
from provenance.store.database import Row
from provenance.store.lookup import read_mementos
from provenance.store.rows import parse_time

__all__ = ["export_timemap"]


def export_timemap(workplace: Workplace, source: str) -> str:
    """Return the TimeMap of a source in link-format.

    Our captures are named by the id of their WARC record (`urn:uuid:…`), since they have no
    address on the web; those that were withdrawn are left out, and so are mementos of which
    nobody knows the moment.

    Raises:
        UsageError: there is no database, or `source` names none, or several.
        CorruptRecord: a capture's record cannot be read.
    """
    with open_store(workplace.db_path, read_only=True) as store:
        named = resolve_source(store.db, source)
        url = store.db.value("SELECT url FROM sources WHERE source_id = ?", (named.id,))
        captures = read_captures(store.db, named.id)
        mementos = read_mementos(store.db, named.id)
    archive = ArchiveReader(workplace.archive_root)
    copies = [_copy_of(archive, row) for row in captures if row["withdrawn_at"] is None]
    copies += [
        NamedCopy(row["uri_m"], parse_time(row["at"])) for row in mementos if row["at"] is not None
    ]
    return write_timemap(url or f"urn:provenance:{named.id}", None, copies)


def _copy_of(archive: ArchiveReader, row: Row) -> NamedCopy:
    place = WarcPlace(row["warc_file"], row["warc_offset"], row["warc_length"])
    return NamedCopy(archive.read(place).record_id.strip("<>"), parse_time(row["at"]))
