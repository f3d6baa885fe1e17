"""A web on loopback that answers in a thread of its own, beside commands that are run by the test."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from support.web import Web

__all__ = ["web_beside"]


@contextlib.contextmanager
def web_beside() -> Iterator[Web]:
    """Yield a web that serves until the end of the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    web = Web()
    asyncio.run_coroutine_threadsafe(web.__aenter__(), loop).result()
    try:
        yield web
    finally:
        asyncio.run_coroutine_threadsafe(web.__aexit__(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
