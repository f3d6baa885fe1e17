"""`verify`: is a package what its makers wrote? Offline, and without any store."""

from pathlib import Path

from msgspec import Struct

from provenance.keep.sorted_lines import SortedLines
from provenance.keep.wacz_check import Difference, PackageSeen, check_package
from provenance.keep.wacz_manifest import EXTRACT_PATH, DigestFile
from provenance.pipeline.proof import Proof, Seal, SealVerdict, Stamp, tell_proof
from provenance.pipeline.verify_extract import RecordNotes, compare_extract

__all__ = ["Compared", "Seal", "Stamp", "Verified", "verify_package"]


class Compared(Struct, frozen=True):
    """So many rows of a table were held against the package's records."""

    table: str
    rows: int


class Verified(Struct, frozen=True):
    """What came of one package; `is_good` where nothing in it differs and no seal is bad.

    `compared` counts the rows of a bundle's database that were held against the records, by
    table; empty for a package that is no bundle. `proven` and `not_proven` say in plain words
    what follows from it and what does not.
    """

    path: str
    is_good: bool
    title: str
    created: str
    software: str
    files: int
    records: int
    manifest_sha256: str
    differences: tuple[Difference, ...]
    signature: Seal
    time_stamp: Stamp
    is_bundle: bool
    compared: tuple[Compared, ...]
    proven: tuple[str, ...]
    not_proven: tuple[str, ...]


def verify_package(path: Path, scratch: Path, ca_file: str = "", key: str = "") -> Verified:
    """Check every digest, the signature and the time stamp of a WACZ package.

    Of an evidence bundle the database is held against the records too. `ca_file` holds the
    roots (PEM) by which a time stamp is trusted; without one it is compared with the chain in
    the package, which proves less, and said to be so. `key` is a public key (a PEM file, or its
    SHA-256) that must have signed it.

    Raises:
        UsageError: the file is no package, `key` is none, or its seals need an extra that is
            not installed.
        SettingsError: `ca_file` cannot be read.
    """
    wanted = _fingerprint(key)
    seen, differences, compared = _read(path, scratch)
    signature = _check_signature(seen.digest, wanted)
    stamp = _check_stamp(seen, ca_file)
    is_good = not differences and "bad" not in {signature.verdict, stamp.verdict}
    proven, not_proven = tell_proof(
        Proof(seen.manifest.created, seen.files, seen.records, compared, is_good=is_good,
              is_known=bool(wanted), signature=signature, stamp=stamp)
    )  # fmt: skip
    return Verified(
        path=str(path),
        is_good=is_good,
        title=seen.manifest.title,
        created=seen.manifest.created,
        software=seen.manifest.software,
        files=seen.files,
        records=seen.records,
        manifest_sha256=seen.manifest_sha256,
        differences=tuple(differences),
        signature=signature,
        time_stamp=stamp,
        is_bundle=_is_bundle(seen),
        compared=tuple(Compared(table, rows) for table, rows in sorted(compared.items())),
        proven=proven,
        not_proven=not_proven,
    )


def _read(path: Path, scratch: Path) -> tuple[PackageSeen, list[Difference], dict[str, int]]:
    """Read a package, and of a bundle its database: what differs, and how many rows were compared."""
    with SortedLines(scratch) as lines:
        records = RecordNotes(lines)
        seen = check_package(path, scratch, records.take)
        differences = list(seen.differences)
        is_whole = not any(each.path in ("", EXTRACT_PATH) for each in differences)
        if not (_is_bundle(seen) and is_whole):
            return seen, differences, {}  # what is not as it was made need not be understood too
        extract, found = compare_extract(path, records, scratch)
        return seen, differences + found, dict(extract.compared)


def _is_bundle(seen: PackageSeen) -> bool:
    return any(resource.path == EXTRACT_PATH for resource in seen.manifest.resources)


def _fingerprint(key: str) -> str:
    if not key:
        return ""
    from provenance.keep.signature import read_fingerprint

    return read_fingerprint(key)


def _check_signature(digest: DigestFile | None, wanted: str) -> Seal:
    signed = digest.signed_data if digest else None
    if digest is None or signed is None:
        return Seal("bad" if wanted else "none", "nobody signed it")
    if signed.domain_cert or not signed.public_key:
        verdict: SealVerdict = "bad" if wanted else "not_checked"
        return Seal(verdict, f"signed for the domain {signed.domain}: not read here")
    from provenance.keep.signature import fingerprint_of, refuse_signature

    why = refuse_signature(signed, digest.hash)
    if why:
        return Seal("bad", why, fingerprint_of(signed) or None)
    found = fingerprint_of(signed)
    if wanted and found != wanted:
        return Seal("bad", f"signed by another key than sha256:{wanted}", found)
    reason = "by the key that you named" if wanted else "ask its owner whether this key is theirs"
    return Seal("good", reason, found)


def _check_stamp(seen: PackageSeen, ca_file: str) -> Stamp:
    stamp = seen.digest.time_stamp if seen.digest else None
    if stamp is None:
        return Stamp("none", "there is none")
    from provenance.keep.timestamp import check_stamp, read_certificates

    roots = read_certificates(ca_file) if ca_file else ()
    found = check_stamp(stamp, seen.manifest_bytes, roots)
    at = found.at.strftime("%Y-%m-%dT%H:%M:%SZ") if found.at else None
    if found.refused:
        return Stamp("bad", found.refused, at, found.signer or None)
    reason = (
        "its signer leads to a root that you named"
        if found.trusted
        else "it fits the chain in the package; name the authority's root to trust it"
    )
    return Stamp("good", reason, at, found.signer or None, found.trusted)
