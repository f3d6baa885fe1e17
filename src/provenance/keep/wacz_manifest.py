"""The words of a WACZ package: its manifest, its digest file, its pages. PURE.

WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/) for the package, WACZ Auth 0.1.0
for `signedData`. JSON is written with sorted keys and without spaces to spare, so that
the same content gives the same bytes.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from provenance.version import __version__

__all__ = [
    "ABOUT_PATH",
    "CONTENTS_PATH",
    "DIGEST_PATH",
    "EXTRACT_PATH",
    "INDEX_PATH",
    "MANIFEST_PATH",
    "PAGES_PATH",
    "SOFTWARE",
    "SUMS_PATH",
    "DigestFile",
    "Manifest",
    "Page",
    "Resource",
    "SignedData",
    "TimeStamp",
    "digest_of",
    "encode",
    "make_manifest",
    "page_line",
    "pages_head",
    "wacz_time",
]

WACZ_VERSION = "1.1.1"
SOFTWARE = f"provenance/{__version__}"
MANIFEST_PATH = "datapackage.json"
DIGEST_PATH = "datapackage-digest.json"
# CDXJ inside; pywb looks for no other name, and ReplayWeb.page checks the digest of no other
INDEX_PATH = "indexes/index.cdx"
PAGES_PATH = "pages/pages.jsonl"
CONTENTS_PATH = "provenance/contents.jsonl"
# of an evidence bundle: a package with these beside the archive
EXTRACT_PATH = "provenance/extract.sqlite"
SUMS_PATH = "provenance/SHA256SUMS"
ABOUT_PATH = "provenance/README.txt"


class Resource(Struct, frozen=True):
    """One file of the package with its digest (`sha256:` and lower-case hex) and size."""

    name: str
    path: str
    hash: str
    bytes: int


class Manifest(Struct, frozen=True, omit_defaults=True):
    """`datapackage.json`. `created` is the moment of the latest thing in the package."""

    resources: tuple[Resource, ...]
    created: str = ""
    title: str = ""
    software: str = ""
    wacz_version: str = ""
    profile: str = ""
    main_page_url: str | None = msgspec.field(default=None, name="mainPageUrl")
    main_page_date: str | None = msgspec.field(default=None, name="mainPageDate")


class SignedData(Struct, frozen=True, omit_defaults=True):
    """An anonymous signature of WACZ Auth 0.1.0: of the text `hash`, by the key that stands beside it.

    `signature` and `public_key` (a SubjectPublicKeyInfo) are base64 of DER or raw bytes.
    A package that another program signed for a domain has `domain_cert` and no key.
    """

    hash: str
    created: str
    software: str = ""
    version: str = ""
    signature: str = ""
    public_key: str = msgspec.field(default="", name="publicKey")
    domain: str = ""
    domain_cert: str = msgspec.field(default="", name="domainCert")


class TimeStamp(Struct, frozen=True):
    """An RFC 3161 time stamp over the bytes of `datapackage.json`.

    `response` is the authority's TimeStampResp (DER in base64), `chain` the certificates
    in PEM that lead from its signer to a root, as they were trusted when it was made.
    """

    authority: str
    response: str
    chain: str


class DigestFile(Struct, frozen=True, omit_defaults=True):
    """`datapackage-digest.json`; `time_stamp` is ours beside what the specifications name."""

    path: str
    hash: str
    signed_data: SignedData | None = msgspec.field(default=None, name="signedData")
    time_stamp: TimeStamp | None = msgspec.field(default=None, name="timeStamp")


class Page(Struct, frozen=True, omit_defaults=True):
    """A line of `pages.jsonl`: a capture that a person would open."""

    id: str
    url: str
    ts: str
    title: str | None = None
    cited: str | None = None


def wacz_time(at: datetime) -> str:
    """Return a moment as WACZ has it: to the second, as its index.

    >>> wacz_time(datetime(2026, 11, 22, 10, 0, 7, 999, tzinfo=UTC))
    '2026-11-22T10:00:07Z'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def pages_head() -> bytes:
    """Return the first line of `pages.jsonl`."""
    head = {"format": "json-pages-1.0", "hasText": False, "id": "pages", "title": "All pages"}
    return msgspec.json.encode(head, order="sorted")


def page_line(page: Page) -> bytes:
    """Return a page's line, without line feed."""
    return msgspec.json.encode(page, order="sorted")


def make_manifest(
    resources: Sequence[Resource], *, title: str, created: str, main_page: Page | None
) -> Manifest:
    """Return the manifest of a package that holds these files."""
    return Manifest(
        resources=tuple(resources),
        created=created,
        title=title,
        software=SOFTWARE,
        wacz_version=WACZ_VERSION,
        profile="data-package",
        main_page_url=main_page.url if main_page else None,
        main_page_date=main_page.ts if main_page else None,
    )


def encode(value: Manifest | DigestFile) -> bytes:
    """Return the bytes of a manifest or digest file."""
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n"


def digest_of(data: bytes) -> str:
    """Return the digest as the package writes it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
