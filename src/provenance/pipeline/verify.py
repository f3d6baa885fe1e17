"""`verify`: is a package what its makers wrote? Offline, and without any store."""

from pathlib import Path
from typing import Literal

from msgspec import Struct

from provenance.keep.wacz_check import Difference, PackageSeen, check_package
from provenance.keep.wacz_manifest import DigestFile

__all__ = ["Seal", "Stamp", "Verified", "verify_package"]

SealVerdict = Literal["good", "bad", "none", "not_checked"]


class Seal(Struct, frozen=True):
    """A signature: `key_sha256` is the fingerprint of the public key, to be compared by people."""

    verdict: SealVerdict
    reason: str
    key_sha256: str | None = None


class Stamp(Struct, frozen=True):
    """A time stamp. `trusted` where its signer leads to a root that the reader named."""

    verdict: SealVerdict
    reason: str
    at: str | None = None
    signer: str | None = None
    trusted: bool = False


class Verified(Struct, frozen=True):
    """What came of one package; `is_good` where nothing in it differs and no seal is bad."""

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


def verify_package(path: Path, scratch: Path, ca_file: str = "") -> Verified:
    """Check every digest, the signature and the time stamp of a WACZ package.

    `ca_file` holds the roots (PEM) by which a time stamp is trusted; without one it is
    compared with the chain in the package, which proves less, and said to be so.

    Raises:
        UsageError: the file is no package, or its seals need an extra that is not installed.
        SettingsError: `ca_file` cannot be read.
    """
    seen = check_package(path, scratch)
    signature = _check_signature(seen.digest)
    stamp = _check_stamp(seen, ca_file)
    is_good = not seen.differences and "bad" not in {signature.verdict, stamp.verdict}
    return Verified(
        path=str(path),
        is_good=is_good,
        title=seen.manifest.title,
        created=seen.manifest.created,
        software=seen.manifest.software,
        files=seen.files,
        records=seen.records,
        manifest_sha256=seen.manifest_sha256,
        differences=seen.differences,
        signature=signature,
        time_stamp=stamp,
    )


def _check_signature(digest: DigestFile | None) -> Seal:
    signed = digest.signed_data if digest else None
    if digest is None or signed is None:
        return Seal("none", "nobody signed it")
    if signed.domain_cert or not signed.public_key:
        return Seal("not_checked", f"signed for the domain {signed.domain}: not read here")
    from provenance.keep.signature import fingerprint_of, refuse_signature

    why = refuse_signature(signed, digest.hash)
    if why:
        return Seal("bad", why, fingerprint_of(signed) or None)
    return Seal("good", "signed by this key; ask its owner whether it is theirs",
                fingerprint_of(signed))  # fmt: skip


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
