"""The door to the cage: a payload in, its `Extract` out, whatever the payload is."""

import os
from types import TracebackType
from typing import Self, assert_never

import msgspec

from provenance.formats.cage import Cage, Done, Refused
from provenance.formats.ids import sha256_hex
from provenance.model import Extract
from provenance.settings import ExtractSettings

__all__ = ["Extractor"]

_WORKER = "provenance.link.extract:extract_job"
# What the cage itself answers with, when no reader came to an end.
_NO_READER = "provenance 2"


class Extractor:
    """Turns payloads into text in child processes, as many as there are cores.

    ::

        async with Extractor(settings.extract) as extractor:
            extract = await extractor.extract(data, "text/html; charset=utf-8", url)

    Children start when the first payload comes, which costs a second.
    """

    def __init__(self, settings: ExtractSettings) -> None:
        self._max_full_html_bytes = settings.max_full_html_bytes
        self._cage = Cage(
            _WORKER,
            workers=settings.workers or len(os.sched_getaffinity(0)),
            timeout_s=settings.timeout_s,
            memory_bytes=settings.memory_bytes,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cage.close()  # kills, and does not wait for what runs

    async def extract(self, data: bytes, media_type: str, url: str) -> Extract:
        """Return the text of a payload; arguments as in `link.extract.extract_payload`.

        A payload that cannot be read gives an empty text and the reason: "timeout",
        "memory", "crash: SIGSEGV", "unsupported type image/png", "no text", …

        Raises:
            ProvenanceError: the child processes cannot be started.
        """
        # by name and not by import: trafilatura stays out of this process
        job = {
            "data": data,
            "media_type": media_type,
            "url": url,
            "max_full_html_bytes": self._max_full_html_bytes,
        }
        result = await self._cage.run(msgspec.msgpack.encode(job))
        match result:
            case Done(value):
                return msgspec.msgpack.decode(value, type=Extract)
            case Refused():
                return _explain(result)
            case _:
                assert_never(result)


def _explain(refused: Refused) -> Extract:
    reason: str = refused.reason
    if refused.reason in {"crash", "error"} and refused.detail:
        reason = f"{refused.reason}: {refused.detail}"
    return Extract(text="", text_sha256=sha256_hex(b""), extractor=_NO_READER, reason=reason)
