"""The sample web in a thread of its own, for callers that have no event loop."""

import asyncio
import contextlib
import threading
from collections.abc import Iterable, Iterator

from provenance.demo.web import SampleWeb

__all__ = ["start_in_thread"]

_START_TIMEOUT_S = 10.0


@contextlib.contextmanager
def start_in_thread(
    *, edition: int | None = None, stand_in_for: Iterable[str] = ()
) -> Iterator[SampleWeb]:
    """Serve the sample web from a thread of its own while the block runs.

    Raises:
        OSError: no loopback port could be opened.
    """
    web = SampleWeb(edition=edition, stand_in_for=stand_in_for)
    running = _Running(web)
    thread = threading.Thread(target=running.serve, name="sample web", daemon=True)
    thread.start()
    try:
        running.wait_until_open()
        yield web
    finally:
        running.stop()
        thread.join()


class _Running:
    """A sample web's life in a thread: what the two threads tell each other."""

    def __init__(self, web: SampleWeb) -> None:
        self._web = web
        self._settled = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def serve(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for it
            self._failure = error
        finally:
            self._settled.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with self._web:
            self._settled.set()
            await self._stop.wait()

    def wait_until_open(self) -> None:
        if not self._settled.wait(_START_TIMEOUT_S):
            raise TimeoutError("the sample web did not open")
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        if self._loop is None or self._stop is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop is closed: it has stopped already
            self._loop.call_soon_threadsafe(self._stop.set)
