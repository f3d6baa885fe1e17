"""`export --format bundle`: the evidence of one document in one file that needs nothing else.

It is the WACZ package of the document (pages, records, index, manifest, seals) with more files
in it: the document's rows as a database, what other programs read of them, a list of digests
that `sha256sum` checks, and a page that says what all this is. All of it is read in one snapshot.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from provenance.keep.disk import archive_faults
from provenance.keep.reader import ArchiveReader
from provenance.keep.wacz import WaczWriter, new_package
from provenance.keep.wacz_manifest import (
    ABOUT_PATH,
    CONTENTS_PATH,
    EXTRACT_PATH,
    SUMS_PATH,
    wacz_time,
)
from provenance.model import WarcPlace
from provenance.pipeline.bundle import Bundle, first_page
from provenance.pipeline.catchup import open_store
from provenance.pipeline.export import ExportReport, PackageSeal, report_on
from provenance.pipeline.export_choice import Choice, Chosen, resolve_choice
from provenance.pipeline.export_forms import FORMS, Export
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.workplace import Workplace
from provenance.store.database import Database
from provenance.store.export_read import at_one_moment
from provenance.store.extract import ExtractScope, read_scope, write_extract
from provenance.store.rows import parse_time
from provenance.trace.export.records import Places

__all__ = ["export_bundle"]

# form of export -> its file in the bundle
_TOLD = {
    "csl-json": "provenance/references.csl.json",
    "prov-json": "provenance/prov.json",
    "annotations": "provenance/annotations.jsonld",
}
_ABOUT = """\
The evidence of one document: {title}

archive/                         the document itself, the pages that it cites as they were captured, the
                                 texts that were read out of them (WARC records)
indexes/, pages/                 for ReplayWeb.page and pywb, which open this file as a web archive (WACZ)
{contents:<32} what is in here, one line each; what was withdrawn, and why
{extract:<32} the claims, notes, sources, looks, captures and passages (SQLite); the view
                                 claim_sources has a row for each claim and what it cites
{csl:<32} the cited sources (CSL-JSON)
{prov:<32} who made what out of what (W3C PROV-JSON)
{annotations:<32} claims and the passages behind them (W3C Web Annotations)
{sums:<32} digests of these files
datapackage.json                 digests and sizes of all files, this one's too
datapackage-digest.json          the digest of datapackage.json; signature and time stamp, if there are any

A record stands in the file warc_file of archive/ at the byte warc_offset and takes warc_length bytes.

To check, with this file unpacked in a folder of its own:

    sha256sum -c {sums}
    sha256sum {sums}     as datapackage.json says of it?
    sha256sum datapackage.json           as "hash" in datapackage-digest.json says?

That these agree says that no byte was changed by accident. Whoever changes a file on purpose can change
the digests with it: only the signature (by whose key?) and the time stamp (by whose clock?) speak against that.
`provenance verify` checks all of it, and each passage against the archived text. See docs/bundles.md of the program.
"""


class _Parts(NamedTuple):
    """What is read of the store for one bundle."""

    db: Database
    chosen: Chosen
    scope: ExtractScope
    archive: ArchiveReader


def export_bundle(
    workplace: Workplace, document: str, out: Path, progress: Progress = silent_progress
) -> ExportReport:
    """Write the evidence bundle of a document, named by its id, path or title.

    The same archive gives the same bytes; a time stamp alone differs. What was withdrawn is left
    out and named. An authority that does not answer is a warning.

    Raises:
        UsageError: no document is named so, or several are, or `out` cannot be written.
        SettingsError: the key or the authority's certificates cannot be read.
        CorruptRecord: a record is not what its digest says; no bundle is made.
        ArchiveError: the disk is full or failing.
    """
    seal = PackageSeal(workplace)
    archive = ArchiveReader(workplace.archive_root)
    with open_store(workplace.db_path, read_only=True) as store, at_one_moment(store.db):
        chosen = resolve_choice(store.db, Choice(documents=(document,)))
        (document_id,) = chosen.documents or ()
        parts = _Parts(store.db, chosen, read_scope(store.db, document_id), archive)
        with new_package(out) as writer, writer.sorting() as pages, writer.sorting() as contents:
            bundle = Bundle(store.db, archive, pages, contents)
            bundle.gather(chosen.documents, chosen.sources)
            for version in parts.scope.versions:
                bundle.records.add(version["warc_file"], version["warc_offset"], with_request=False)
            places: dict[tuple[str, int], WarcPlace] = {}
            writer.places = places
            bundle.write(writer, archive, progress)
            _write_beside(parts, writer, places, out.parent)
            manifest = writer.finish(
                title=chosen.title,
                created=wacz_time(parse_time(bundle.latest)),
                main_page=first_page(pages),
                seal=seal,
            )
    return report_on(out, chosen.title, bundle, manifest, seal)


def _write_beside(
    parts: _Parts, writer: WaczWriter, places: dict[tuple[str, int], WarcPlace], folder: Path
) -> None:
    """Write what stands beside the archive: the extract, the forms of other programs, the digests."""
    with tempfile.TemporaryDirectory(prefix=".extract-", dir=folder) as scratch:
        extract = Path(scratch) / "extract.sqlite"
        with archive_faults(extract, "write"):
            write_extract(
                parts.db, parts.scope, extract, lambda file, offset: places.get((file, offset))
            )
            writer.add_file(EXTRACT_PATH, extract)
    for form, path in _TOLD.items():
        export = Export(parts.db, parts.chosen, places=Places(""), archive_root=parts.archive.root)
        writer.add_lines(path, _encoded(FORMS[form].write(export)))
    writer.add_lines(ABOUT_PATH, [_about(parts.chosen.title).encode()])
    sums = [f"{r.hash.removeprefix('sha256:')}  {r.path}\n".encode() for r in writer.resources]
    writer.add_lines(SUMS_PATH, sums)


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    return (piece.encode("utf-8", "replace") for piece in pieces)


def _about(title: str) -> str:
    return _ABOUT.format(
        title=re.sub(r"\s+", " ", title),
        contents=CONTENTS_PATH,
        extract=EXTRACT_PATH,
        sums=SUMS_PATH,
        csl=_TOLD["csl-json"],
        prov=_TOLD["prov-json"],
        annotations=_TOLD["annotations"],
    )
