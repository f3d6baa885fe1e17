"""A web of small pages on loopback, in threads of the test's own process, that counts what is asked."""

import contextlib
import hashlib
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from provenance.settings import FetchSettings, Settings

# of eight domains: the hosts of one domain are all given to the same fetching process
HOSTS = tuple(f"desk.river{number}.example" for number in range(8))


class CountingWeb:
    """Every path of `HOSTS` is a page of its own, some 2 KB, after a short pause."""

    def __init__(self, pause_s: float = 0.0) -> None:
        self.asked: Counter[str] = Counter()
        self._refusals: dict[str, tuple[int, dict[str, str]]] = {}
        self._pages: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        turn = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                url = f"http://{self.headers['Host']}{self.path}"
                if self.path == "/robots.txt":
                    self._send(404, b"")
                    return
                with turn:
                    web.asked[url] += 1
                time.sleep(pause_s)
                if (page := web._pages.get(url)) is not None:
                    self._send(*page)
                    return
                if (refusal := web._refusals.get(self.headers["Host"])) is not None:
                    self._send(refusal[0], b"", refusal[1])
                    return
                words = hashlib.sha256(url.encode()).hexdigest()
                self._send(200, f"<title>{words}</title><p>{url} {words * 30}</p>".encode())

            def _send(self, status: int, body: bytes, more: dict[str, str] | None = None) -> None:
                self.send_response(status)
                for name, value in (more or {}).items():
                    self.send_header(name, value)
                if "Content-Type" not in (more or {}):
                    self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # the run that asked was killed
                    super().handle()

        web = self
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def refuse(self, host: str, status: int, headers: dict[str, str]) -> None:
        """Answer whatever is asked of a host with a status and nothing else, from now on."""
        self._refusals[host] = (status, headers)

    def serve(self, url: str, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer one URL so from now on, whatever its host does."""
        self._pages[url] = (status, body, headers)

    def settings(self) -> Settings:
        """Settings that lead to it."""
        address = f"127.0.0.1:{self._server.server_address[1]}"
        return Settings(
            fetch=FetchSettings(
                per_host_interval_s=0.001,
                connect_to={f"{host}:80": address for host in HOSTS},
                allow_networks=("127.0.0.0/8",),
                nameservers=("127.0.0.1:9",),
            )
        )
