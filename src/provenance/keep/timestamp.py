"""Time stamps (RFC 3161): an authority says that a manifest existed at a moment. Imports rfc3161_client.

The authority is asked through the guarded transport of `fetch`, with a nonce and the SHA-256
of the data. What it answers counts only when it is granted, of this data and this nonce, and
its signer leads to a root in `timestamp.ca_file`. Whoever verifies later needs no network.

rfc3161-client reads strict DER: answers of OpenSSL 3.0's `ts` with more than one certificate
are refused (their set is not in order), so a chain is best left out of them and in `ca_file`.
"""

import asyncio
import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct

from provenance.errors import SettingsError, UsageError
from provenance.fetch.guard import Guard
from provenance.fetch.policy import user_agent
from provenance.fetch.resolve import Resolver
from provenance.fetch.route import Router
from provenance.fetch.transport import Transport
from provenance.formats.url import parse_address
from provenance.keep.wacz_manifest import TimeStamp
from provenance.model import Exchange, Failure
from provenance.settings import Settings
from provenance.version import __version__

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

__all__ = [
    "StampSeen",
    "Unstamped",
    "ask_for_stamp",
    "check_stamp",
    "read_certificates",
    "read_roots",
]

_OK = 200
_REPLY_TYPE = "application/timestamp-reply"
_SHA256 = "2.16.840.1.101.3.4.2.1"


class Unstamped(Struct, frozen=True):
    """Why there is no time stamp: a fact about the authority, not a fault of ours."""

    reason: str


class StampSeen(Struct, frozen=True):
    """What a time stamp says. `trusted` where its signer leads to a root of the one who asks.

    `refused` says why it vouches for nothing; `at` is the authority's time, `signer` whose
    certificate signed, both as the token states them.
    """

    at: datetime | None
    signer: str
    trusted: bool
    refused: str | None = None


def read_certificates(path: str, key: str = "timestamp.ca_file") -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM file.

    Raises:
        SettingsError: it cannot be read or holds none; the message names `key`.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(Path(path).read_bytes()))
    except OSError as error:
        raise SettingsError(f"{key}: cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{key}: {path} holds no certificate in PEM") from error


def read_roots(settings: Settings) -> tuple[x509.Certificate, ...]:
    """Return the certificates of `timestamp.ca_file`.

    Raises:
        SettingsError: it is not set, cannot be read or holds none.
    """
    if not settings.timestamp.ca_file:
        raise SettingsError(
            "timestamp.ca_file is not set, and timestamp.url is",
            hint="name the authority's root certificate (PEM): what it says is checked at once",
        )
    return read_certificates(settings.timestamp.ca_file)


def ask_for_stamp(
    data: bytes, settings: Settings, clock: Callable[[], datetime]
) -> TimeStamp | Unstamped:
    """Ask the authority of the settings for a time stamp over `data`.

    Raises:
        UsageError: the extra `timestamp` is not installed.
        SettingsError: `timestamp.ca_file` cannot be read.
    """
    chain = read_roots(settings)
    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
    except ImportError as error:
        raise UsageError(
            "timestamp.url is set, and what reads time stamps is not installed",
            hint="install provenance-desk[timestamp]",
        ) from error
    request = (
        TimestampRequestBuilder()
        .data(data)
        .hash_algorithm(HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )
    answer = asyncio.run(_post(request.as_bytes(), settings, clock))
    reply = _reply_of(answer)
    if isinstance(reply, Unstamped):
        return reply
    seen = _check(reply, data, chain, chain, nonce=request.nonce)
    if seen.refused or not seen.trusted:
        why = seen.refused or "its signer does not lead to a root in timestamp.ca_file"
        return Unstamped(f"what {settings.timestamp.url} answered is no time stamp of this: {why}")
    pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain)
    return TimeStamp(
        settings.timestamp.url, base64.b64encode(reply).decode("ascii"), pem.decode("ascii")
    )


async def _post(
    query: bytes, settings: Settings, clock: Callable[[], datetime]
) -> Exchange | Failure:
    fetch, wanted = settings.fetch, settings.timestamp
    address = parse_address(wanted.url)
    if address is None:
        return Failure("unsupported", "no http or https URL")
    guard = Guard(fetch)
    if refusal := guard.refuse_url(address, wanted.url):
        return refusal
    resolver = Resolver(fetch, settings.vantage)
    transport = Transport(fetch, Router(fetch, guard, resolver), clock=clock)
    headers = {
        "User-Agent": user_agent(fetch, __version__),
        "Content-Type": "application/timestamp-query",
        "Accept": _REPLY_TYPE,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    try:
        return await transport.look(
            address,
            headers,
            method="POST",
            content=query,
            max_body_bytes=wanted.max_reply_bytes,
        )
    finally:
        await resolver.aclose()
        await transport.aclose()


def _reply_of(answer: Exchange | Failure) -> bytes | Unstamped:
    if isinstance(answer, Failure):
        return Unstamped(f"no answer: {answer.kind}: {answer.detail}".rstrip(": "))
    kind = (answer.header("content-type") or "").partition(";")[0].strip().lower()
    if answer.status != _OK or kind != _REPLY_TYPE:
        return Unstamped(f"{answer.url} answered HTTP {answer.status} with {kind or 'no type'}")
    if answer.truncated:
        return Unstamped(f"{answer.url} answered with more than timestamp.max_reply_bytes")
    return answer.body


def check_stamp(stamp: TimeStamp, data: bytes, roots: Sequence[x509.Certificate]) -> StampSeen:
    """Say what a stored time stamp vouches for, offline.

    `trusted` is by `roots`, the certificates of whoever asks. Without them the stamp is
    checked against the chain that was stored beside it, which anybody could have made, and
    is not trusted.

    Raises:
        UsageError: the extra `timestamp` is not installed.
    """
    try:
        import rfc3161_client  # noqa: F401 - so that its absence has a message
    except ImportError as error:
        raise UsageError(
            "there is a time stamp, and what reads it is not installed",
            hint="install provenance-desk[timestamp]",
        ) from error
    try:
        reply = base64.b64decode(stamp.response, validate=True)
    except (binascii.Error, ValueError):
        return StampSeen(None, "", trusted=False, refused="it is not base64")
    return _check(reply, data, _chain_of(stamp), roots, nonce=None)


def _chain_of(stamp: TimeStamp) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(stamp.chain.encode()))
    except ValueError:
        return ()


def _check(
    reply: bytes,
    data: bytes,
    chain: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    nonce: int | None,
) -> StampSeen:
    from rfc3161_client import decode_timestamp_response

    try:
        response = decode_timestamp_response(reply)
        at, signer = _words_of(response)
    except ValueError as error:
        return StampSeen(None, "", trusted=False, refused=f"unreadable or not granted: {error}")
    if why := _refusal(response, data, [*roots, *chain], nonce):
        return StampSeen(at, signer, trusted=False, refused=why)
    trusted = bool(roots) and _refusal(response, data, roots, nonce) is None
    return StampSeen(at, signer, trusted)


def _words_of(response: "TimeStampResponse") -> tuple[datetime, str]:
    """The authority's time, and the subject of the certificate that its token is signed with."""
    certificates = [
        x509.load_der_x509_certificate(der) for der in response.signed_data.certificates
    ]
    signers = response.signed_data.signer_infos
    named = {(info.issuer, info.serial_number) for info in signers}
    subjects = [
        certificate.subject.rfc4514_string()
        for certificate in certificates
        if (certificate.issuer, certificate.serial_number) in named
    ]
    return response.tst_info.gen_time.astimezone(UTC), next(iter(subjects), "")


def _refusal(
    response: "TimeStampResponse",
    data: bytes,
    trusted: Sequence[x509.Certificate],
    nonce: int | None,
) -> str | None:
    from rfc3161_client import VerificationError, VerifierBuilder

    if response.tst_info.message_imprint.hash_algorithm.dotted_string != _SHA256:
        return "its imprint is no SHA-256"
    if not trusted:
        return "there is no certificate to check it by"
    verifier = VerifierBuilder(roots=list(dict.fromkeys(trusted)), nonce=nonce).build()
    try:
        verifier.verify_message(response, data)
    except (VerificationError, ValueError) as error:
        return str(error)
    return None
