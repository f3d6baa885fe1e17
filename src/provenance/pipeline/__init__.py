"""The main job: documents in, claims linked to archived sources, every step resumable.

inputs      files, folders, globs, URLs, standard input -> bytes
documents   bytes -> parsed, archived, one journal line, rows
looks       sources -> visits, records, checks and captures
texts       captures -> readable text, found by search
catchup     journal lines that the database has not seen -> rows (also: rebuild)
main_job    all of these in order, on one page: `ingest`

Names are imported when they are first used: `parse` needs no network and no database.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provenance.pipeline.catchup import rebuild
    from provenance.pipeline.main_job import ingest
    from provenance.pipeline.report import IngestOptions, IngestReport
    from provenance.pipeline.workplace import Workplace

__all__ = ["IngestOptions", "IngestReport", "Workplace", "ingest", "rebuild"]

_HOMES = {
    "IngestOptions": "report",
    "IngestReport": "report",
    "Workplace": "workplace",
    "ingest": "main_job",
    "rebuild": "catchup",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'provenance.pipeline' has no attribute {name!r}")
    return getattr(importlib.import_module(f"provenance.pipeline.{home}"), name)
