"""Ed25519 signatures over what a package's manifest hashes to. Imports cryptography.

A key is a PEM file as OpenSSL makes it: `openssl genpkey -algorithm ed25519 -out sign.pem`.
What is signed is the text of the digest (`sha256:…`), as the anonymous signatures of
WACZ Auth 0.1.0 are; the public key stands beside it as base64 of its SubjectPublicKeyInfo.
Whose key that is, no file can say: compare `fingerprint_of` with what the signer tells you.
"""

import base64
import binascii
import hashlib
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from provenance.errors import SettingsError, UsageError
from provenance.keep.wacz_manifest import SOFTWARE, SignedData

__all__ = ["Signer", "fingerprint_of", "read_fingerprint", "refuse_signature"]

_AUTH_VERSION = "0.1.0"
_HINT = "`openssl genpkey -algorithm ed25519 -out sign.pem` makes one; sign.key_file names it"


class Signer:
    """Signs with the private key in a PEM file.

    Raises:
        SettingsError: `sign.key_file` cannot be read or holds no unlocked ed25519 key.
    """

    def __init__(self, key_file: str) -> None:
        try:
            key = load_pem_private_key(Path(key_file).read_bytes(), password=None)
        except OSError as error:
            raise SettingsError(
                f"sign.key_file: cannot read {key_file}: {error.strerror}", hint=_HINT
            ) from error
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise SettingsError(
                f"sign.key_file: {key_file} holds no private key without a password", hint=_HINT
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise SettingsError(f"sign.key_file: {key_file} is no ed25519 key", hint=_HINT)
        self._key = key

    def sign(self, digest: str, created: str) -> SignedData:
        """Return the signature of a manifest's digest."""
        public = self._key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        return SignedData(
            hash=digest,
            created=created,
            software=SOFTWARE,
            version=_AUTH_VERSION,
            signature=base64.b64encode(self._key.sign(digest.encode("ascii"))).decode("ascii"),
            public_key=base64.b64encode(public).decode("ascii"),
        )


def fingerprint_of(signed: SignedData) -> str:
    """Return the SHA-256 of the public key, in hex, as people read it to each other."""
    try:
        return hashlib.sha256(base64.b64decode(signed.public_key, validate=True)).hexdigest()
    except (binascii.Error, ValueError):
        return ""


def refuse_signature(signed: SignedData, digest: str) -> str | None:
    """Return why an anonymous signature does not vouch for `digest`, None where it does.

    Ed25519 (ours) and ECDSA (ArchiveWeb.page's; SHA-256, in both of its encodings) are read.
    """
    if signed.hash != digest:
        return "it signs another manifest"
    try:
        signature = _decoded(signed.signature)
        key = load_der_public_key(_decoded(signed.public_key))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return "its key or its signature is unreadable"
    text = digest.encode("utf-8")
    try:
        match key:
            case Ed25519PublicKey():
                key.verify(signature, text)
            case EllipticCurvePublicKey():
                key.verify(_as_der(signature, key), text, ECDSA(hashes.SHA256()))
            case _:
                return f"keys of this kind are not read: {type(key).__name__}"
    except InvalidSignature:
        return "the signature is not of this manifest by this key"
    return None


def _decoded(text: str) -> bytes:
    """Bytes of base64 in its one proper spelling: another one is another file."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("base64 with bits to spare")
    return data


def read_fingerprint(key: str) -> str:
    """Return the fingerprint that `key` gives, or that of the public key in the PEM file it names.

    Raises:
        UsageError: it is neither.
    """
    named = key.removeprefix("sha256:").lower()
    if re.fullmatch(r"[0-9a-f]{64}", named):
        return named
    hint = "give the public key as PEM (`openssl pkey -in sign.pem -pubout`) or its SHA-256"
    try:
        public = load_pem_public_key(Path(key).read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read the key {key}: {error.strerror}", hint=hint) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{key} holds no public key", hint=hint) from error
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _as_der(signature: bytes, key: EllipticCurvePublicKey) -> bytes:
    """Browsers write the two numbers of an ECDSA signature one behind the other (IEEE P1363)."""
    size = (key.key_size + 7) // 8
    if len(signature) != 2 * size:
        return signature
    first, second = signature[:size], signature[size:]
    return encode_dss_signature(int.from_bytes(first), int.from_bytes(second))
