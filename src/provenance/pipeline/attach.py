"""Keep copies of a source that a person brings: theirs, with who, when and why; never ours.

A file's bytes stand in a `resource` record of their own address (`urn:sha256:…`): replay of
the archive never shows them in the place of the source. The journal line that names them is
the moment at which they count; their text follows in a line of its own, and where a crash
kept it undone the next `attach` reads it from the archive.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from provenance.errors import UnreadableDocument, UsageError
from provenance.formats.ids import make_id, sha256_hex
from provenance.formats.strangers import storable
from provenance.keep.archive import Archive
from provenance.keep.records import make_note, make_resource
from provenance.link.extractor import Extractor
from provenance.model import Attachment, AttachmentLine, Extract, TextLine, WarcPlace
from provenance.pipeline.bringing import AboutSource, Brought, read_brought
from provenance.pipeline.evidence import find_all_evidence
from provenance.pipeline.following import follow_all
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.report import InputFault
from provenance.pipeline.texts import text_line
from provenance.pipeline.withdraw import resolve_source
from provenance.pipeline.workplace import Workplace
from provenance.pipeline.writing import open_for_writing
from provenance.store.attachments import (
    attachments_without_text,
    cited_on,
    find_attachment,
    has_text,
    url_of_source,
)
from provenance.store.naming import NamedSource
from provenance.store.withdrawals import find_tombstone
from provenance.store.write import Store

__all__ = ["AttachOrder", "AttachReport", "Attached", "attach"]


class AttachOrder(Struct, frozen=True):
    """What a person brings: `source` names one source, `made_at` is when the copies were made."""

    source: str
    files: tuple[str, ...]
    why: str
    by: str
    made_at: datetime | None = None


class Attached(Struct, frozen=True):
    """A file as it is kept now; `is_new` is False where it was attached before.

    `unread` says why no text came out of a new one that should hold some.
    """

    attachment: Attachment
    is_new: bool
    unread: str | None = None


class AttachReport(Struct, frozen=True):
    """What became of each file; a fault is a file that cannot be attached."""

    source: NamedSource
    attached: tuple[Attached, ...]
    faults: tuple[InputFault, ...]


def attach(
    workplace: Workplace, order: AttachOrder, progress: Progress = silent_progress
) -> AttachReport:
    """Attach files to a source; one that cannot be attached stops none of the others.

    Raises:
        UsageError: no source or several are named, or no reason is given.
        ArchiveError, StoreError: a fault of the house; what was attached before it stays.
    """
    if not order.why.strip():
        raise UsageError("a copy needs a reason", hint="say it with --why")
    with open_for_writing(workplace, progress) as (store, archive):
        source = resolve_source(store.db, order.source)
        job = _Job(store, archive, workplace, order, source)
        report = asyncio.run(job.run(progress))
        find_all_evidence(store, progress)
        follow_all(store, progress)
        return report


class _Job:
    """The attaching of one order's files, one after the other."""

    def __init__(
        self,
        store: Store,
        archive: Archive,
        workplace: Workplace,
        order: AttachOrder,
        source: NamedSource,
    ) -> None:
        self._store = store
        self._archive = archive
        self._workplace = workplace
        self._order = order
        self._source = source

    async def run(self, progress: Progress) -> AttachReport:
        attached: list[Attached] = []
        faults: list[InputFault] = []
        with progress("Reading files", len(self._order.files)) as stage:
            async with Extractor(self._workplace.settings.extract) as extractor:
                await self._finish_texts(extractor)
                for name in self._order.files:
                    try:
                        attached.append(await self._take(Path(name), extractor))
                    except UnreadableDocument as error:
                        said = storable(f"cannot attach {name}: {error.message}")
                        faults.append(InputFault(storable(name), said, error.hint))
                    stage.advance(name)
        return AttachReport(self._source, tuple(attached), tuple(faults))

    async def _take(self, path: Path, extractor: Extractor) -> Attached:
        data = _read_file(path, self._workplace.settings.attach.max_bytes)
        known = find_attachment(self._store.db, self._source.id, sha256_hex(data))
        brought = read_brought(data, self._about(self._source.id), self._workplace.settings)
        self._refuse_if_withdrawn(brought)
        if known is not None:
            return Attached(known, is_new=False)
        extract = await self._extract(brought, extractor)
        attachment = self._keep(path, brought)
        if extract is not None:
            self._keep_text(attachment, extract)
        unread = extract.reason if extract is not None and not extract.text else None
        return Attached(attachment, is_new=True, unread=unread)

    def _about(self, source_id: str) -> AboutSource:
        near = cited_on(self._store.db, source_id) or self._workplace.clock()
        return AboutSource(url_of_source(self._store.db, source_id), near)

    def _refuse_if_withdrawn(self, brought: Brought) -> None:
        stone = find_tombstone(self._store.db, {brought.sha256, brought.text_payload})
        if stone is not None:
            raise UnreadableDocument(
                f"these bytes were withdrawn on {stone.at:%Y-%m-%d}: {stone.reason}"
            )

    async def _extract(self, brought: Brought, extractor: Extractor) -> Extract | None:
        """Return the text of what a file shows; None where that is known, or it shows nothing."""
        if brought.readable is None or has_text(self._store.db, brought.text_payload):
            return None
        extract = await extractor.extract(*brought.readable)
        if extract.reason is not None and "password" in extract.reason:
            raise UnreadableDocument(
                "it is locked with a password", hint="export it anew, without a password"
            )
        return extract

    def _keep(self, path: Path, brought: Brought) -> Attachment:
        at = self._workplace.clock()
        place = self._archive.add_record(make_resource(brought.data, brought.media_type, None, at))
        attachment = Attachment(
            id=make_id("attachment", self._source.id, brought.sha256),
            source_id=self._source.id,
            at=at,
            by=storable(self._order.by),
            why=storable(self._order.why.strip()),
            name=storable(path.name),
            media_type=brought.media_type,
            payload_sha256=brought.sha256,
            payload_bytes=len(brought.data),
            warc_file=place.file,
            warc_offset=place.offset,
            warc_length=place.length,
            text_payload=brought.text_payload,
            url=storable(brought.url) if brought.url else None,
            made_at=self._order.made_at or brought.made_at,
            records=brought.records,
        )
        self._archive.add_record(
            make_note(_said_of(attachment), self._archive.payload_at(place), at)
        )
        lines = self._archive.commit([AttachmentLine(attachment, {})])
        self._store.apply_holdings(
            (line, position) for line, position in lines if isinstance(line, AttachmentLine)
        )
        return attachment

    async def _finish_texts(self, extractor: Extractor) -> None:
        """Read what a crash kept unread."""
        for attachment in attachments_without_text(self._store.db):
            data = self._archive.read_payload(_place_of(attachment))
            about = self._about(attachment.source_id)
            extract = await self._extract(
                read_brought(data, about, self._workplace.settings), extractor
            )
            if extract is not None:
                self._keep_text(attachment, extract)

    def _keep_text(self, attachment: Attachment, extract: Extract) -> None:
        warc = None
        if extract.text:
            refers_to = self._archive.payload_at(_place_of(attachment))
            warc = self._archive.add_text(extract.text, attachment.text_payload, refers_to)
        line = text_line(attachment.text_payload, extract, warc, self._workplace.clock())
        lines = self._archive.commit([line])
        self._store.apply_texts(
            (line, position, extract.text) for line, position in lines if isinstance(line, TextLine)
        )


def _said_of(attachment: Attachment) -> dict[str, str]:
    """What stands beside the bytes in the WARC, for whoever has nothing but that file."""
    said = {
        "attached-to": attachment.source_id,
        "attached-by": attachment.by,
        "attached-at": attachment.at.astimezone(UTC).isoformat(),
        "why": attachment.why,
        "file-name": attachment.name,
    }
    if attachment.made_at is not None:
        said["made-at"] = attachment.made_at.isoformat()
    return said


def _place_of(attachment: Attachment) -> WarcPlace:
    return WarcPlace(attachment.warc_file, attachment.warc_offset, attachment.warc_length)


def _read_file(path: Path, max_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableDocument(str(error.strerror or error)) from error
    if len(data) > max_bytes:
        raise UnreadableDocument(
            f"it is larger than {max_bytes:,} bytes", hint="raise `attach.max_bytes` to take it"
        )
    return data
