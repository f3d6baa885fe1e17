"""Documents read and parsed: here, or by others while the ones before are written."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol

from provenance.cite.parse import parse_document
from provenance.cite.sources import identify_sources
from provenance.errors import UnreadableDocument
from provenance.model import Parsed, SourceMap
from provenance.pipeline.inputs import Input, RawDocument
from provenance.pipeline.reading import DocumentReader
from provenance.settings import ExtractSettings

__all__ = ["Elsewhere", "ParseElsewhere", "ParsedDocument", "Parser"]

ParsedDocument = tuple[Parsed, SourceMap]
# So many documents are under way elsewhere: their bytes and what was made of them are in memory.
_AHEAD = 32
# For fewer nobody is asked: to come there takes longer than to parse them.
_MANY = 8


class Elsewhere(Protocol):
    """Others who parse documents."""

    def begin(self, data: bytes, name: str) -> Callable[[], ParsedDocument | None]:
        """Have a document parsed; what is returned waits for it. None: it is to be parsed here.

        Raises:
            UnreadableDocument: when it is waited for, as `DocumentReader.read`.
        """
        ...


ParseElsewhere = Callable[[], AbstractContextManager[Elsewhere]]


class Parser:
    """Parses documents, each as `cite.parse` does. A context manager: leaving it ends its children."""

    def __init__(
        self,
        settings: ExtractSettings,
        elsewhere: ParseElsewhere | None = None,
    ) -> None:
        self._reader = DocumentReader(settings)
        self._open_elsewhere = elsewhere
        self._stack = ExitStack()
        self._begun: dict[int, Callable[[], ParsedDocument | None]] = {}

    def __enter__(self) -> "Parser":
        self._stack.enter_context(self._reader)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def ahead(
        self, inputs: Sequence[Input], read: Callable[[Input], RawDocument]
    ) -> Iterator[tuple[Input, Callable[[], RawDocument]]]:
        """Yield each input, in order, with what returns its bytes or raises `UnreadableDocument`."""
        if self._open_elsewhere is None or len(inputs) < _MANY:
            for named in inputs:
                yield named, lambda named=named: read(named)  # type: ignore[misc]
            return
        elsewhere = self._stack.enter_context(self._open_elsewhere())
        waiting: deque[tuple[Input, Callable[[], RawDocument]]] = deque()
        for named in inputs:
            waiting.append((named, self._begin(named, read, elsewhere)))
            if len(waiting) > _AHEAD:
                yield waiting.popleft()
        yield from waiting

    def _begin(
        self, named: Input, read: Callable[[Input], RawDocument], elsewhere: Elsewhere
    ) -> Callable[[], RawDocument]:
        try:
            raw = read(named)
        except UnreadableDocument as error:
            return _raising(error)
        self._begun[id(raw)] = elsewhere.begin(raw.data, raw.name)
        return lambda: raw

    def parse(self, raw: RawDocument) -> ParsedDocument:
        """Return what a document says.

        Raises:
            UnreadableDocument: it is no document, or reading it took too much time or memory.
        """
        begun = self._begun.pop(id(raw), None)
        parsed = begun() if begun is not None else None
        if parsed is not None:
            return parsed
        document = parse_document(self._reader.read(raw.data, raw.name))
        return document, identify_sources(document)


def _raising(error: UnreadableDocument) -> Callable[[], RawDocument]:
    def again() -> RawDocument:
        raise error

    return again
