"""What each form of export is made of: a choice out of the store in, text out, piece by piece."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from provenance.cite.people import is_organisation
from provenance.keep.memento_index import NamedCopy
from provenance.pipeline.export_choice import Chosen
from provenance.store import export_read
from provenance.store.bundles import sources_of_documents
from provenance.store.database import Database, Row
from provenance.store.lookup import claims_by_source, read_mementos
from provenance.store.rows import parse_time
from provenance.trace.chain import trace_by_id
from provenance.trace.export.annotations import write_annotations
from provenance.trace.export.bibtex import write_bibtex
from provenance.trace.export.csl_json import write_csl_json
from provenance.trace.export.csv_rows import write_csv
from provenance.trace.export.prov_json import ProvDocument, write_prov_json
from provenance.trace.export.records import Places, Reference
from provenance.trace.export.references import read_references
from provenance.trace.export.ris import write_ris
from provenance.trace.export.ro_crate import Crate, CrateDocument, CrateFile, write_ro_crate
from provenance.trace.export.robust_links import write_robust_links
from provenance.trace.records import TracedClaim

__all__ = ["FORMS", "Export", "Form", "named_copies"]

_T = TypeVar("_T")
_ALL_CLAIMS = -1  # LIMIT of SQLite: no limit
_WARC = "application/warc"


class Export:
    """One export: where it reads, what is chosen, how it is written. `records` counts what went out."""

    def __init__(
        self,
        db: Database,
        chosen: Chosen,
        *,
        places: Places,
        archive_root: Path,
        is_ascii: bool = False,
        has_bom: bool = False,
    ) -> None:
        self.db = db
        self.chosen = chosen
        self.places = places
        self.archive_root = archive_root
        self.is_ascii = is_ascii
        self.has_bom = has_bom
        self.records = 0

    def counted(self, things: Iterable[_T]) -> Iterator[_T]:
        """Yield what there is, and count it."""
        for thing in things:
            self.records += 1
            yield thing

    def references(self) -> Iterator[Reference]:
        """Yield the chosen sources; of one document's the copies nearest to its day."""
        one = self.chosen.documents or ()
        near = export_read.first_published(self.db, one[0]) if len(one) == 1 else None
        rows = export_read.sources_to_export(self.db, self.chosen.sources, near)
        return self.counted(read_references(rows, is_organisation))

    def rows(self) -> Iterator[Row]:
        """Yield the rows of claims and citations."""
        return self.counted(
            export_read.claim_rows(self.db, self.chosen.documents, self.chosen.named)
        )

    def documents(self) -> Iterator[Row]:
        """Yield the chosen documents."""
        return export_read.documents_to_export(self.db, self.chosen.documents)

    def claims_of(self, document: Row) -> Iterator[TracedClaim]:
        """Yield a document's claims with all that stands behind them."""
        for claim_id in export_read.claims_to_export(self.db, document["content_key"]):
            for claim in trace_by_id(self.db, claim_id).claims:
                if claim.document.id == document["document_id"]:
                    yield claim

    def claims_of_sources(self) -> Iterator[TracedClaim]:
        """Yield the claims that cite a source which was named itself; of their citations only those."""
        named = set(self.chosen.named or ())
        covered = set(self.chosen.documents or ())
        for source_id in sorted(named):
            for found in claims_by_source(self.db, [source_id], _ALL_CLAIMS):
                if found.document_id in covered:
                    continue
                for claim in trace_by_id(self.db, found.id).claims:
                    if claim.document.id == found.document_id:
                        yield _only(claim, source_id)

    def claims(self) -> Iterator[TracedClaim]:
        """Yield all claims that are asked for, document by document."""
        for document in self.documents():
            yield from self.claims_of(document)
        yield from self.claims_of_sources()


class Form(msgspec.Struct, frozen=True):
    """A form of export: the ending of its files, its media type, what writes it."""

    ending: str
    media_type: str
    write: Callable[[Export], Iterator[str]]


def _only(claim: TracedClaim, source_id: str) -> TracedClaim:
    kept = tuple(each for each in claim.citations if each.source and each.source.id == source_id)
    return msgspec.structs.replace(claim, citations=kept)


def _csl_json(export: Export) -> Iterator[str]:
    return write_csl_json(export.references(), export.places)


def _bibtex(export: Export) -> Iterator[str]:
    return write_bibtex(export.references(), export.places, is_ascii=export.is_ascii)


def _ris(export: Export) -> Iterator[str]:
    return write_ris(export.references(), export.places)


def _robust_links(export: Export) -> Iterator[str]:
    return write_robust_links(export.references(), export.places, export.chosen.title)


def _csv(export: Export) -> Iterator[str]:
    return write_csv(export.rows(), export.places, has_bom=export.has_bom)


def _annotations(export: Export) -> Iterator[str]:
    ids = (*(export.chosen.documents or ()), *(export.chosen.named or ()))
    name = f"urn:provenance:annotations:{'+'.join(ids) or 'all'}"
    claims = export.counted(export.claims())
    return write_annotations(claims, export.places, name, export.chosen.title)


def _prov_json(export: Export) -> Iterator[str]:
    is_one = len(export.chosen.documents or ()) == 1 and not export.chosen.named
    return write_prov_json(_told_documents(export), is_one=is_one)


def _told_documents(export: Export) -> Iterator[ProvDocument]:
    for document in export.documents():
        yield _told(export, document, export.claims_of(document))
    by_document: dict[str, list[TracedClaim]] = {}
    for claim in export.claims_of_sources():
        by_document.setdefault(claim.document.id, []).append(claim)
    for document in export_read.documents_to_export(export.db, tuple(by_document)):
        yield _told(export, document, by_document[document["document_id"]])


def _told(export: Export, document: Row, claims: Iterable[TracedClaim]) -> ProvDocument:
    counted = tuple(export.counted(claims))
    ids = {each.source.id for claim in counted for each in claim.citations if each.source}
    checks = export_read.checks_of_sources(export.db, sorted(ids))
    return ProvDocument(document, counted, tuple(checks))


def _ro_crate(export: Export) -> Iterator[str]:
    """Describe the archive: `ro-crate-metadata.json` belongs into the archive's folder."""
    files = tuple(
        CrateFile(
            f"warc/{name}", f"WARC file {name}", _WARC, _size(export.archive_root / "warc" / name)
        )
        for name in export_read.warc_files(
            export.db, export.chosen.documents, export.chosen.sources
        )
    )
    crate = Crate(
        export.chosen.title,
        "Documents with numbered references, and the archived copies of what they cite.",
        export_read.latest_moment(export.db) or "1970-01-01",
        files,
    )
    documents = (_crate_document(export.db, row) for row in export.documents())
    return write_ro_crate(crate, documents, export.references(), export.places)


def _crate_document(db: Database, row: Row) -> CrateDocument:
    told: dict[str, Any] = {name: row[name] for name in ("title", "published", "language", "origin_url", "sha256")}  # fmt: skip
    authors = tuple(msgspec.json.decode(row["authors"]))
    cited = tuple(sources_of_documents(db, [row["document_id"]]))
    return CrateDocument(id=row["document_id"], authors=authors, sources=cited, **told)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:  # the archive need not be here: its description says less then
        return None


def named_copies(db: Database, source_id: str, places: Places) -> list[NamedCopy]:
    """Return every copy of a source with the address that it can be had at: ours, and others'.

    What was withdrawn is left out, and so are mementos of which nobody knows the moment.
    """
    ours = export_read.captures_to_name(db, source_id)
    named = [NamedCopy(places.of("captures", row["id"]), parse_time(row["at"])) for row in ours]
    others = read_mementos(db, source_id)
    return named + [NamedCopy(row["uri_m"], parse_time(row["at"])) for row in others if row["at"]]


FORMS: dict[str, Form] = {
    "csl-json": Form("json", "application/vnd.citationstyles.csl+json", _csl_json),
    "bibtex": Form("bib", "application/x-bibtex; charset=utf-8", _bibtex),
    "ris": Form("ris", "application/x-research-info-systems; charset=utf-8", _ris),
    "prov-json": Form("provjson", "application/json", _prov_json),
    "robust-links": Form("html", "text/html; charset=utf-8", _robust_links),
    "annotations": Form("jsonld", "application/ld+json", _annotations),
    "ro-crate": Form("json", "application/ld+json", _ro_crate),
    "csv": Form("csv", "text/csv; charset=utf-8", _csv),
}
