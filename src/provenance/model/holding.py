"""Copies that are not our own captures, and copies that were taken out again.

A capture is what we saw ourselves. Beside it stand what a person brought (attachment), what
another archive holds (memento), what we asked another archive to hold (submission) and what was
taken out for a reason (withdrawal).
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from provenance.model.keeping import WarcPlace

MementoOutcome = Literal[
    "found",  # the archive names a copy of the page
    "none",  # it answered, and holds none
    "unknown",  # it did not answer, or with what says nothing (an empty Availability answer)
]
SubmissionOutcome = Literal[
    "queued",  # to be sent
    "asked",  # the service took it and names a job
    "done",  # the service names the memento that it made
    "refused",  # the service will not
    "unavailable",  # the service did not answer, or asked us to wait: it is sent again later
]


class AttachedRecord(Struct, frozen=True):
    """A response that a person's WARC or WACZ holds of the source, as that file states it."""

    url: str
    at: datetime
    status: int
    media_type: str
    payload_sha256: str
    payload_bytes: int


class Attachment(Struct, frozen=True):
    """A copy of a source that a person brought: it may carry evidence, and is no capture of ours.

    `at` is when it was attached, `made_at` when the copy was made, where the file says so (a
    WARC or WACZ). `name` is the file's own name, `url` the address that it says it shows.
    The bytes stand in a WARC `resource` record at the place named. `text_payload` is the
    digest of the payload whose text is shown: of the file itself, of a page in an MHTML, of
    the response in a WARC or WACZ that fits best; `records` are all such responses.
    """

    id: str
    source_id: str
    at: datetime
    by: str
    why: str
    name: str
    media_type: str
    payload_sha256: str
    payload_bytes: int
    warc_file: str
    warc_offset: int
    warc_length: int
    text_payload: str
    url: str | None = None
    made_at: datetime | None = None
    records: tuple[AttachedRecord, ...] = ()


class MementoCopy(Struct, frozen=True):
    """Another archive's copy of a page, copied into ours as what it is: never a capture of ours."""

    media_type: str
    payload_sha256: str
    payload_bytes: int
    warc: WarcPlace


class MementoLookup(Struct, frozen=True):
    """What one archive answered when it was asked for copies of a source's URL.

    `uri_m`, `memento_at`, `status` are of the copy nearest before `near` (the date of
    citation), else nearest after; only copies of an answer with status 200 count. `count`
    is how many it named.
    """

    source_id: str
    archive: str
    at: datetime
    url: str
    outcome: MementoOutcome
    reason: str
    near: datetime | None = None
    uri_m: str | None = None
    memento_at: datetime | None = None
    status: int | None = None
    count: int = 0
    copy: MementoCopy | None = None


class Submission(Struct, frozen=True):
    """One step of asking an archive to keep a page: the latest of a source and service counts."""

    source_id: str
    service: str
    at: datetime
    url: str
    outcome: SubmissionOutcome
    reason: str = ""
    job_id: str | None = None
    uri_m: str | None = None


class WordsPlace(Struct, frozen=True, order=True):
    """A JSON value in a journal's line that repeats words of a page: month's file, offset and length in bytes."""

    journal: str
    file: str
    offset: int
    length: int


class Withdrawal(Struct, frozen=True):
    """A tombstone: what was taken out of the archive, when, by whom and why. The digest stays.

    One for each payload. `places` are the records whose bytes were overwritten (response,
    revisit, resource, conversion), `captures` and `attachments` the ids that went with them,
    `text_sha256` that of the text that was extracted, `texts` the payloads whose texts went: its
    own, or that of a page inside it; `words` what journals repeated of it. Where it is `forever`, nothing that `source_id` shows
    later is archived either.
    """

    id: str
    source_id: str
    at: datetime
    by: str
    reason: str
    payload_sha256: str
    text_sha256: str | None
    captures: tuple[str, ...]
    attachments: tuple[str, ...]
    places: tuple[WarcPlace, ...]
    texts: tuple[str, ...] = ()
    forever: bool = False
    words: tuple[WordsPlace, ...] = ()
