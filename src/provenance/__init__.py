"""provenance: from a claim in an analyst's update to the archived page that it leans on.

The flow, with the names that a program needs::

    bytes ── read_document ──▶ Document ── parse_document ──▶ Parsed(claims, notes)
                                                                │
                                             identify_sources ──┴──▶ SourceMap
    Desk(settings, read_house(None), today=…).validate(bytes, name) ──▶ Validated(draft, findings)
    ingest(names, Workplace(db, archive, settings))
        Fetcher.visits ──▶ Visit ── observe ──▶ Verdict
        Archive.add_visit, commit ──▶ WARC records, journal lines
        Store.apply_… ──▶ rows        Extractor.extract ──▶ Extract
    run_night(Workplace) ──▶ NightReport(changes, hosts, states)
    rebuild(Workplace)                      trace.chain.trace(db, query) ──▶ Trace
    open_database(path)                     store.search.search(db, text) ──▶ SearchResult

Names are imported when they are first used, so that `import provenance` is cheap.
"""

import importlib

from provenance.version import __version__

# By this name type checkers know it. `typing` itself is a third of what loads before a command can
# answer a Ctrl-C without a traceback (`__main__`).
TYPE_CHECKING = False
if TYPE_CHECKING:
    from provenance.cite.contract import parse_to_json
    from provenance.cite.document import read_document
    from provenance.cite.parse import parse_document
    from provenance.cite.sources import identify_sources
    from provenance.errors import ProvenanceError
    from provenance.fetch.classify import observe
    from provenance.fetch.fetcher import Fetcher
    from provenance.formats.url import canonical_url
    from provenance.keep.archive import Archive
    from provenance.keep.reader import ArchiveReader
    from provenance.link.extractor import Extractor
    from provenance.pipeline.catchup import rebuild
    from provenance.pipeline.main_job import ingest
    from provenance.pipeline.nightly import run_night
    from provenance.pipeline.rejudge import rejudge
    from provenance.pipeline.report import IngestOptions, IngestReport
    from provenance.pipeline.validation import Desk, read_house
    from provenance.pipeline.workplace import Workplace
    from provenance.settings import Settings, load_settings
    from provenance.store.database import open_database

__all__ = [
    "Archive",
    "ArchiveReader",
    "Desk",
    "Extractor",
    "Fetcher",
    "IngestOptions",
    "IngestReport",
    "ProvenanceError",
    "Settings",
    "Workplace",
    "__version__",
    "canonical_url",
    "identify_sources",
    "ingest",
    "load_settings",
    "observe",
    "open_database",
    "parse_document",
    "parse_to_json",
    "read_document",
    "read_house",
    "rebuild",
    "rejudge",
    "run_night",
]

_HOMES = {
    "Archive": "keep.archive",
    "ArchiveReader": "keep.reader",
    "Desk": "pipeline.validation",
    "Extractor": "link.extractor",
    "Fetcher": "fetch.fetcher",
    "IngestOptions": "pipeline.report",
    "IngestReport": "pipeline.report",
    "ProvenanceError": "errors",
    "Settings": "settings",
    "Workplace": "pipeline.workplace",
    "canonical_url": "formats.url",
    "identify_sources": "cite.sources",
    "ingest": "pipeline.main_job",
    "load_settings": "settings",
    "observe": "fetch.classify",
    "open_database": "store.database",
    "parse_document": "cite.parse",
    "parse_to_json": "cite.contract",
    "read_document": "cite.document",
    "read_house": "pipeline.validation",
    "rebuild": "pipeline.catchup",
    "rejudge": "pipeline.rejudge",
    "run_night": "pipeline.nightly",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'provenance' has no attribute {name!r}")
    return getattr(importlib.import_module(f"provenance.{home}"), name)
