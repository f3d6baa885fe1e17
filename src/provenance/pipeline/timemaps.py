"""`export --format timemap`: every copy of a source that is known, ours and others', RFC 7089."""

from provenance.keep.memento_index import NamedCopy
from provenance.keep.memento_links import write_timemap
from provenance.keep.reader import ArchiveReader
from provenance.model import WarcPlace
from provenance.pipeline.catchup import open_store
from provenance.pipeline.export_forms import named_copies
from provenance.pipeline.withdraw import resolve_source
from provenance.pipeline.workplace import Workplace
from provenance.store.copies import read_captures
from provenance.store.database import Database, Row
from provenance.store.lookup import read_mementos
from provenance.store.rows import parse_time
from provenance.trace.export.records import Places
from provenance.trace.export.texts import in_path
from provenance.trace.export.timemap import TimeMapPlaces, write_timemap_json

__all__ = ["export_timemap"]


def export_timemap(
    workplace: Workplace, source: str, base_url: str = "", *, as_json: bool = False
) -> str:
    """Return the TimeMap of a source, in link-format or as JSON.

    Without `base_url` (the address of the desk) our captures are named by the id of their WARC
    record (`urn:uuid:…`), since they have no address on the web; those that were withdrawn are left
    out, and so are mementos of which nobody knows the moment.

    Raises:
        UsageError: there is no database, or `source` names none, or several.
        CorruptRecord: a capture's record cannot be read.
    """
    base = base_url.rstrip("/")
    with open_store(workplace.db_path, read_only=True) as store:
        named = resolve_source(store.db, source)
        url = store.db.value("SELECT url FROM sources WHERE source_id = ?", (named.id,))
        if base:
            copies = named_copies(store.db, named.id, Places(base))
        else:
            copies = _copies_by_record(store.db, named.id, ArchiveReader(workplace.archive_root))
    original = url or f"urn:provenance:{named.id}"
    places = _places(base, original)
    if as_json:
        return write_timemap_json(original, places, copies)
    return write_timemap(original, places.link, copies, places.timegate)


def _places(base: str, original: str) -> TimeMapPlaces:
    if not base or "://" not in original:
        return TimeMapPlaces()
    return TimeMapPlaces(
        link=f"{base}/timemap/link/{in_path(original)}",
        json=f"{base}/timemap/json/{in_path(original)}",
        timegate=f"{base}/timegate/{in_path(original)}",
    )


def _copies_by_record(db: Database, source_id: str, archive: ArchiveReader) -> list[NamedCopy]:
    captures = read_captures(db, source_id)
    copies = [_copy_of(archive, row) for row in captures if row["withdrawn_at"] is None]
    return copies + [
        NamedCopy(row["uri_m"], parse_time(row["at"]))
        for row in read_mementos(db, source_id)
        if row["at"] is not None
    ]


def _copy_of(archive: ArchiveReader, row: Row) -> NamedCopy:
    place = WarcPlace(row["warc_file"], row["warc_offset"], row["warc_length"])
    return NamedCopy(archive.read(place).record_id.strip("<>"), parse_time(row["at"]))
