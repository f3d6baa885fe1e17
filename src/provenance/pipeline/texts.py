"""Captures and copies of mementos -> readable text: decoded, extracted in the cage, kept as `conversion` records."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from provenance.fetch.head import HeadError, parse_head
from provenance.formats.body import decode_body
from provenance.formats.titles import is_no_title
from provenance.keep.archive import Archive
from provenance.link.extractor import Extractor
from provenance.model import Capture, Extract, TextLine, WarcPlace
from provenance.pipeline.progress import Progress
from provenance.pipeline.workplace import Workplace
from provenance.store.mementos import CopiedPayload, copies_without_text
from provenance.store.read import payloads_without_text
from provenance.store.write import Store

__all__ = ["extract_texts", "text_line"]

_Readable = Capture | CopiedPayload


async def extract_texts(
    store: Store, archive: Archive, workplace: Workplace, progress: Progress
) -> int:
    """Extract the text of every payload that has none yet; return how many were read.

    Nothing that a page does can stop this: what cannot be read has a reason instead
    of a text, and is not tried again by the same extractor. Cancelled, it keeps what was read.
    """
    captures: list[_Readable] = [
        *payloads_without_text(store.db),
        *copies_without_text(store.db),
    ]
    if not captures:
        return 0
    size = workplace.settings.archive.batch
    with progress("Reading pages", len(captures)) as stage:
        async with Extractor(workplace.settings.extract) as extractor:
            for first in range(0, len(captures), size):
                batch = captures[first : first + size]
                tasks = [
                    asyncio.ensure_future(_extract(extractor, archive, workplace, capture))
                    for capture in batch
                ]
                try:
                    await asyncio.gather(*tasks)
                finally:  # of a batch that is cut off, what was read is read
                    read = [
                        (capture, task.result())
                        for capture, task in zip(batch, tasks, strict=True)
                        if task.done() and not task.cancelled() and task.exception() is None
                    ]
                    _keep(store, archive, workplace, read)
                for capture in batch:
                    stage.advance(capture.final_url)
    return len(captures)


async def _extract(
    extractor: Extractor, archive: Archive, workplace: Workplace, capture: _Readable
) -> Extract:
    record = archive.read(_place_of(capture))
    limits = workplace.settings.fetch
    headers = _headers_of(record.http_head)
    decoded = decode_body(
        headers, record.payload, limits.max_decoded_bytes, limits.max_decoded_ratio
    )
    # with its parameters: the charset stands there
    declared = next((value for name, value in headers if name.lower() == "content-type"), "")
    return await extractor.extract(decoded.data, declared, capture.final_url)


def _headers_of(http_head: bytes | None) -> tuple[tuple[str, str], ...]:
    try:
        return parse_head(http_head or b"", "GET").headers
    except HeadError:
        return ()


def _place_of(capture: _Readable) -> WarcPlace:
    return WarcPlace(capture.warc_file, capture.warc_offset, capture.warc_length)


def _keep(
    store: Store,
    archive: Archive,
    workplace: Workplace,
    read: Sequence[tuple[_Readable, Extract]],
) -> None:
    lines, texts = [], {}
    for capture, extract in read:
        warc = None
        if extract.text:
            origin = archive.payload_at(_place_of(capture))
            warc = archive.add_text(extract.text, capture.payload_sha256, origin)
        texts[capture.payload_sha256] = extract.text
        lines.append(text_line(capture.payload_sha256, extract, warc, workplace.clock()))
    written = archive.commit(lines)
    store.apply_texts(
        (line, position, texts[line.payload_sha256])
        for line, position in written
        if isinstance(line, TextLine)
    )


def text_line(
    payload_sha256: str, extract: Extract, warc: WarcPlace | None, at: datetime
) -> TextLine:
    """Return the line by which the text of a payload counts; `warc` is where the text stands."""
    return TextLine(
        at=at,
        payload_sha256=payload_sha256,
        text_sha256=extract.text_sha256,
        extractor=extract.extractor,
        # "403 Forbidden" over a page that was none is what a server calls itself
        title=None if is_no_title(extract.title) else extract.title,
        authors=extract.authors,
        date=extract.date,
        language=extract.language,
        reason=extract.reason,
        warc=warc,
        warc_ends={},
    )
