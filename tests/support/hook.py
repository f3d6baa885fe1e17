"""A webhook on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Hook(NamedTuple):
    """Where it is, and what it was told."""

    address: str
    told: list[dict[str, Any]]


@contextmanager
def a_hook(status: int = 200) -> Iterator[Hook]:
    """Take what is posted, and answer with `status`."""
    told: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Hook(f"json://127.0.0.1:{server.server_port}", told)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
