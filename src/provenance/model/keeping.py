"""Records of keeping and linking: Exchange -> Capture -> Extract -> Evidence."""

from datetime import datetime

from msgspec import Struct

from provenance.model.words import EvidenceVerdict


class WarcPlace(Struct, frozen=True):
    """Where one record stands: file below the archive's `warc/`, offset and length in stored bytes."""

    file: str
    offset: int
    length: int


class Capture(Struct, frozen=True):
    """Our archived copy of a source at one moment; the place is that of its response record.

    `payload_sha256` is over the body with content-encoding kept. For a revisit the
    body stands in the capture `revisit_of` names.
    """

    id: str
    source_id: str
    at: datetime
    url: str
    final_url: str
    status: int
    media_type: str
    warc_file: str
    warc_offset: int
    warc_length: int
    payload_sha256: str
    payload_bytes: int
    truncated: str | None = None
    revisit_of: str | None = None


class Extract(Struct, frozen=True):
    """The readable text of a payload: what every passage's offsets refer to.

    `extractor` names tool and version. Where there is no text, `reason` says why
    and `text` is empty.
    """

    text: str
    text_sha256: str
    extractor: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None
    reason: str | None = None


class Passage(Struct, frozen=True):
    """A span of a capture's text (W3C TextQuoteSelector and TextPositionSelector)."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


class Evidence(Struct, frozen=True):
    """Claim x copy: the passage with its score, or the reason why there is none.

    The copy is a capture; or an attachment, or another archive's copy (`uri_m`) that ours holds.
    """

    claim_id: str
    source_id: str
    verdict: EvidenceVerdict
    method: str
    reason: str
    capture_id: str | None = None
    score: float | None = None
    passage: Passage | None = None
    attachment_id: str | None = None
    uri_m: str | None = None
