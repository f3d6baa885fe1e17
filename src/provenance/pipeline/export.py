"""`export`: a package for other people, made of what the archive holds.

What stands where: `store.bundles` says which captures there are, `bundle_records` which
records those need, `keep.wacz` writes them down, `keep.signature` and `keep.timestamp` seal.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from provenance.errors import UsageError
from provenance.formats.ids import sha256_hex
from provenance.keep.reader import ArchiveReader
from provenance.keep.wacz import new_package
from provenance.keep.wacz_manifest import DigestFile, wacz_time
from provenance.pipeline.bundle import Bundle, first_page
from provenance.pipeline.catchup import open_store
from provenance.pipeline.export_choice import Choice, resolve_choice
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.workplace import Workplace
from provenance.store.export_read import at_one_moment
from provenance.store.rows import parse_time

if TYPE_CHECKING:
    from provenance.keep.signature import Signer

__all__ = ["Choice", "ExportReport", "PackageSeal", "export_wacz", "report_on"]


class ExportReport(Struct, frozen=True):
    """What the package holds. `signed_by` is the public key's SHA-256, `stamped_by` the authority.

    `missing` counts records that a capture leans on and that are not in the archive's index.
    """

    path: str
    size_bytes: int
    manifest_sha256: str
    title: str
    documents: int
    sources: int
    captures: int
    attachments: int
    mementos: int
    records: int
    withdrawn: int
    missing: int
    signed_by: str | None
    stamped_by: str | None
    warnings: tuple[str, ...]


def export_wacz(
    workplace: Workplace, choice: Choice, out: Path, progress: Progress = silent_progress
) -> ExportReport:
    """Write a WACZ package with the captures, copies, documents and texts of a choice.

    The same archive and choice give the same bytes; a time stamp alone differs. What was
    withdrawn is left out and named. An authority that does not answer is a warning.

    Raises:
        UsageError: nothing is named so, nothing is archived of it, or `out` cannot be written.
        SettingsError: the key or the authority's certificates cannot be read.
        CorruptRecord: a record is not what its digest says; no package is made.
    """
    seal = PackageSeal(workplace)
    archive = ArchiveReader(workplace.archive_root)
    with open_store(workplace.db_path, read_only=True) as store, at_one_moment(store.db):
        chosen = resolve_choice(store.db, choice)
        with new_package(out) as writer, writer.sorting() as pages, writer.sorting() as contents:
            bundle = Bundle(store.db, archive, pages, contents)
            bundle.gather(chosen.documents, chosen.sources)
            if not len(bundle.records):
                raise UsageError(
                    "nothing of this is archived", hint="`provenance ingest` fetches sources"
                )
            bundle.write(writer, archive, progress)
            manifest = writer.finish(
                title=chosen.title,
                created=wacz_time(parse_time(bundle.latest)),
                main_page=first_page(pages),
                seal=seal,
            )
    return report_on(out, chosen.title, bundle, manifest, seal)


def report_on(
    out: Path, title: str, bundle: Bundle, manifest: bytes, seal: "PackageSeal"
) -> ExportReport:
    """Return what came of a package that was written."""
    warnings = list(seal.warnings)
    if bundle.records.missing:
        warnings.append(
            f"{bundle.records.missing} records that captures lean on are not in the archive's index:"
            " run `provenance fixity`"
        )
    return ExportReport(
        path=str(out),
        size_bytes=out.stat().st_size,
        manifest_sha256=sha256_hex(manifest),
        title=title,
        documents=bundle.counts["1 document"],
        sources=bundle.counts["2 source"],
        captures=bundle.counts["3 capture"],
        attachments=bundle.counts["4 attachment"],
        mementos=bundle.counts["5 memento"],
        records=bundle.copied,
        withdrawn=bundle.counts["6 withdrawn"],
        missing=bundle.records.missing,
        signed_by=seal.signed_by,
        stamped_by=seal.stamped_by,
        warnings=tuple(warnings),
    )


def _signer_of(key_file: str) -> "Signer | None":
    if not key_file:
        return None
    from provenance.keep import signature  # cryptography, which most packages do without

    return signature.Signer(key_file)


class PackageSeal:
    """Signs and stamps a manifest as the settings say; a key that cannot be read is told at once."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self.signed_by: str | None = None
        self.stamped_by: str | None = None
        self.warnings: list[str] = []
        self._signer = _signer_of(workplace.settings.sign.key_file)
        if workplace.settings.timestamp.url:
            from provenance.keep.timestamp import read_roots

            read_roots(workplace.settings)

    def __call__(self, manifest: bytes, digest: DigestFile) -> DigestFile:
        """Return the digest file with the signature and the time stamp that the settings ask for."""
        if self._signer is not None:
            from provenance.keep.signature import fingerprint_of

            created = msgspec.json.decode(manifest)["created"]
            signed = self._signer.sign(digest.hash, created)
            self.signed_by = fingerprint_of(signed)
            digest = msgspec.structs.replace(digest, signed_data=signed)
        if self._workplace.settings.timestamp.url:
            digest = self._stamp(manifest, digest)
        return digest

    def _stamp(self, manifest: bytes, digest: DigestFile) -> DigestFile:
        from provenance.keep.timestamp import Unstamped, ask_for_stamp

        stamp = ask_for_stamp(manifest, self._workplace.settings, self._workplace.clock)
        if isinstance(stamp, Unstamped):
            self.warnings.append(f"no time stamp: {stamp.reason}")
            return digest
        self.stamped_by = stamp.authority
        return msgspec.structs.replace(digest, time_stamp=stamp)
