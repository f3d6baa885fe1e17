"""Documents parsed by the workers of a cluster; whatever goes wrong there is parsed here."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self

import msgspec

from provenance.cluster.orders import ReadJob, ReadReply
from provenance.cluster.pool import BlockingPool
from provenance.errors import UnreadableDocument
from provenance.pipeline.parsing import ParsedDocument
from provenance.settings import Settings
from provenance.version import __version__

__all__ = ["ClusterReader"]

_log = logging.getLogger("provenance.cluster")


class ClusterReader:
    """Others who parse documents (pipeline/parsing.py). A context manager."""

    def __init__(self, address: str, settings: Settings) -> None:
        self._limits = settings.extract
        self._pool = BlockingPool(address, settings.cluster)

    def __enter__(self) -> Self:
        self._pool.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.close()

    def begin(self, data: bytes, name: str) -> Callable[[], ParsedDocument | None]:
        """Have a document parsed by whoever is free; what is returned waits for it."""
        job = msgspec.msgpack.encode(ReadJob(__version__, data, name, self._limits))
        answer = self._pool.submit(job)

        def wait() -> ParsedDocument | None:
            said = answer()
            if said is None:
                _log.info("%s is read here: no worker answered", name)
                return None
            reply = msgspec.msgpack.decode(said, type=ReadReply)
            if reply.message:
                raise UnreadableDocument(reply.message, hint=reply.hint)
            return reply.parsed

        return wait
