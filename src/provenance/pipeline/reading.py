"""The door to the document readers: what may take the process with it is read in a child."""

from types import TracebackType
from typing import TYPE_CHECKING, Self, assert_never

import msgspec

from provenance.cite.document import read_document
from provenance.cite.sniff import is_caged_format
from provenance.errors import UnreadableDocument
from provenance.model import Document
from provenance.settings import ExtractSettings

if TYPE_CHECKING:
    from provenance.formats.cage import Cage, Refused

__all__ = ["DocumentReader", "read_job"]

_WORKER = "provenance.pipeline.reading:read_job"


class _Job(msgspec.Struct, frozen=True):
    """What the child is asked to read."""

    data: bytes
    name: str


class _Reply(msgspec.Struct, frozen=True):
    """The document, or why there is none."""

    document: Document | None = None
    message: str = ""
    hint: str = ""


class DocumentReader:
    """Reads documents of every format; the child process starts with the first PDF or Word file.

    ::

        with DocumentReader(settings.extract) as reader:
            document = reader.read(data, "draft.docx")
    """

    def __init__(self, settings: ExtractSettings) -> None:
        self._settings = settings
        self._cage: Cage | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._cage is not None:
            self._cage.close()

    def read(self, data: bytes, name: str = "") -> Document:
        """Read a document from its bytes; `name` (a path or URL) is only a hint.

        Raises:
            UnreadableDocument: it is no document, or reading it took too much time or memory.
        """
        if is_caged_format(data):
            return self._read_in_cage(data, name)
        return read_document(data, name)

    def _read_in_cage(self, data: bytes, name: str) -> Document:
        from provenance.formats.cage import Done, Refused  # asyncio costs as much as all of `parse`

        result = self._open_cage().run_sync(msgspec.msgpack.encode(_Job(data, name)))
        match result:
            case Done(value):
                return _unpack(value)
            case Refused():
                raise UnreadableDocument(
                    f"{name or 'the document'} cannot be read: {_reason(result, self._settings)}",
                    hint="export it anew from the program that made it",
                )
            case _:
                assert_never(result)

    def _open_cage(self) -> "Cage":
        if self._cage is None:
            from provenance.formats.cage import Cage

            self._cage = Cage(
                _WORKER,
                workers=1,
                timeout_s=self._settings.timeout_s,
                memory_bytes=self._settings.memory_bytes,
            )
        return self._cage


def read_job(job: bytes) -> bytes:
    """Read one document inside the child; the worker of the cage."""
    asked = msgspec.msgpack.decode(job, type=_Job)
    try:
        return msgspec.msgpack.encode(_Reply(read_document(asked.data, asked.name)))
    except UnreadableDocument as error:
        return msgspec.msgpack.encode(_Reply(None, error.message, error.hint))


def _unpack(value: bytes) -> Document:
    reply = msgspec.msgpack.decode(value, type=_Reply)
    if reply.document is None:
        raise UnreadableDocument(reply.message, hint=reply.hint)
    return reply.document


def _reason(refused: "Refused", settings: ExtractSettings) -> str:
    match refused.reason:
        case "timeout":
            return f"it took more than {settings.timeout_s:g} s"
        case "memory":
            return f"it needs more than {settings.memory_bytes / 1e6:.0f} MB of memory"
        case _:
            return (
                f"its reader failed ({refused.detail})" if refused.detail else "its reader failed"
            )
