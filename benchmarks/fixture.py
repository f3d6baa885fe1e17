"""A web of 250 hosts on loopback for benchmarks: pages, latencies, faults, TLS, and who came when.

A child process serves it, so that its CPU time is nobody's. Hosts are 127.1.1.1 to
127.1.10.25, all on one port. A URL is `/<kind>/<number>.html?u=…`, and its kind says
what happens::

    ok  200 with a page of 30 to 150 kB          mv  301 to the same page
    s   200 with a page of 2 kB                  nf  404
    fb  403                                      er  500
    ra  503 + Retry-After: 1 once, then ok       sl  ok after 5 s
    to  no answer for 60 s

"ok" on port 9, where nobody listens, is the kind `refused`. The pages are composed
from made-up words; gzip takes them to about 0.35 of their size.
"""

import asyncio
import gzip
import multiprocessing
import random
import resource
import ssl
import tempfile
import time
from collections.abc import Iterable
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

HOSTS = tuple(f"127.1.{a}.{b}" for a in range(1, 11) for b in range(1, 26))
PAGES = 1000
_SLOW_S, _HANGING_S = 5.0, 60.0
_MIX = {"ok": 4000, "mv": 250, "nf": 250, "fb": 150, "er": 100, "ra": 100, "sl": 100, "to": 25, "refused": 25}  # fmt: skip
_CLEAN = {"ok": 4250, "mv": 250, "nf": 250, "fb": 150, "er": 100}
_SYLLABLES = "ka mo ti ra ne su lo vi da pe gu sha ber tor lin mar con ment ing al".split()


class Shape(NamedTuple):
    """How a web answers: after so many milliseconds, gzipped to whoever takes it, under TLS."""

    latency_ms: float = 0.0
    gzip: bool = False
    tls: bool = False

    def __str__(self) -> str:
        body = "gzip" if self.gzip else "plain"
        return f"{'https' if self.tls else 'http'}, {body} bodies, {self.latency_ms:g} ms"


def compose_pages(count: int) -> list[bytes]:
    """Return so many pages of 30 to 150 kB, the same ones every time."""
    rng = random.Random(20231216)
    words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(6000)]
    common = words[:400]
    return [_compose_page(number, rng, words, common) for number in range(count)]


def _compose_page(number: int, rng: random.Random, words: list[str], common: list[str]) -> bytes:
    def sentence() -> str:
        chosen = [rng.choice(common if rng.random() < 0.6 else words) for _ in range(rng.randint(8, 28))]  # fmt: skip
        return " ".join(chosen).capitalize() + "."

    parts = [
        (
            f"<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>Report {number}: {sentence()[:60]}"
            f"</title><link rel=canonical href=/ok/{number}.html></head><body><article><h1>{sentence()}</h1>\n"
        )
    ]
    size, target = 0, min(150_000, 30_000 + int(rng.expovariate(1 / 30_000)))
    while size < target:
        tail = f'<a href="https://example.org/{rng.getrandbits(48):x}">{rng.choice(words)}</a>'
        part = f"<p>{' '.join(sentence() for _ in range(rng.randint(2, 6)))} {tail}</p>\n"
        parts.append(part)
        size += len(part)
    return "".join([*parts, "</article></body></html>\n"]).encode()


def small_page(number: str) -> bytes:
    """Return a page of 2 kB that no other number has."""
    text = f"<p>Page {number} says what page {number} says, and nothing else.</p>\n" * 28
    return f"<html><head><title>Page {number}</title></head><body><h1>Page {number}</h1>{text}</body></html>".encode()


class Request(NamedTuple):
    """What of a request the web answers to."""

    method: str
    path: str
    host: str
    takes_gzip: bool


class Web:
    """The pages and the memory of one child process."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.pages = compose_pages(PAGES)
        self.zipped = [gzip.compress(page, 6, mtime=0) for page in self.pages] if shape.gzip else []
        self.jitter = random.Random(5)
        self.forget()

    def forget(self) -> None:
        self.seen: set[tuple[str, str]] = set()
        self.last_s: dict[str, float] = {}
        self.smallest_gap_s = float("inf")
        self.requests: dict[str, int] = {}
        self.most_under_way: dict[str, int] = {}
        self.under_way: dict[str, int] = {}

    def begin(self, host: str) -> None:
        """Note when a request came: what politeness promises is measured here."""
        now_s = time.monotonic()
        if host in self.last_s:
            self.smallest_gap_s = min(self.smallest_gap_s, now_s - self.last_s[host])
        self.last_s[host] = now_s
        self.requests[host] = self.requests.get(host, 0) + 1
        self.under_way[host] = self.under_way.get(host, 0) + 1
        self.most_under_way[host] = max(self.under_way[host], self.most_under_way.get(host, 0))

    def end(self, host: str) -> None:
        self.under_way[host] -= 1

    def answer(self, request: Request) -> tuple[bytes, float]:
        """Return the bytes to send and after how many seconds."""
        wait_s = self.shape.latency_ms / 1000 * self.jitter.uniform(0.8, 1.2)
        kind, _, rest = request.path.lstrip("/").partition("/")
        number = rest.partition(".")[0]
        if kind == "mv":
            return _reply(
                request, "301 Moved Permanently", b"", f"Location: /ok/{rest}\r\n"
            ), wait_s
        if kind in {"nf", "fb", "er"}:
            status = {"nf": "404 Not Found", "fb": "403 Forbidden", "er": "500 Server Error"}[kind]
            return _reply(request, status, b"<html><h1>%s</h1></html>" % status.encode()), wait_s
        if kind == "ra" and (request.host, request.path) not in self.seen:
            self.seen.add((request.host, request.path))
            return _reply(request, "503 Unavailable", b"later", "Retry-After: 1\r\n"), wait_s
        if kind == "robots.txt":
            return _reply(request, "200 OK", b"User-agent: *\nAllow: /\n"), wait_s
        if kind == "s":
            return _reply(request, "200 OK", small_page(number)), wait_s
        wait_s += {"sl": _SLOW_S, "to": _HANGING_S}.get(kind, 0.0)
        if self.zipped and request.takes_gzip:
            body = self.zipped[int(number) % PAGES]
            return _reply(request, "200 OK", body, "Content-Encoding: gzip\r\n"), wait_s
        return _reply(request, "200 OK", self.pages[int(number) % PAGES]), wait_s


def _reply(request: Request, status: str, body: bytes, more: str = "") -> bytes:
    kind = "text/plain" if request.path == "/robots.txt" else "text/html; charset=utf-8"
    head = f"HTTP/1.1 {status}\r\nServer: fixture\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + (b"" if request.method == "HEAD" else body)


class Session(asyncio.Protocol):
    """One connection; requests carry no body and are answered in their order."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.host = transport.get_extra_info("sockname")[0]
        self.is_open = True

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.is_open = False

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
            takes_gzip = b"gzip" in head
            self.web.begin(self.host)
            reply, wait_s = self.web.answer(Request(method, path, self.host, takes_gzip))
            if wait_s:
                asyncio.get_running_loop().call_later(wait_s, self.send, reply)
            else:
                self.send(reply)

    def send(self, reply: bytes) -> None:
        self.web.end(self.host)
        if self.is_open:
            self.transport.write(reply)


def _serve(shape: Shape, certificate: bytes, hosts: tuple[str, ...], pipe: Pipe) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_serve_until_told(shape, certificate, hosts, pipe))


async def _serve_until_told(
    shape: Shape, certificate: bytes, hosts: tuple[str, ...], pipe: Pipe
) -> None:
    loop, web, done = asyncio.get_running_loop(), Web(shape), asyncio.Event()
    tls = _tls_context(certificate) if shape.tls else None
    first = await loop.create_server(lambda: Session(web), hosts[0], 0, ssl=tls, backlog=1024)
    port = first.sockets[0].getsockname()[1]
    for host in hosts[1:]:
        await loop.create_server(lambda: Session(web), host, port, ssl=tls, backlog=1024)

    def obey() -> None:
        try:
            word = pipe.recv()
        except EOFError:
            word = "end"
        if word == "forget":
            web.forget()
            pipe.send(None)
        elif word == "tell":
            at_once = max(web.most_under_way.values(), default=0)
            pipe.send((web.requests, web.smallest_gap_s, at_once))
        else:
            done.set()

    loop.add_reader(pipe.fileno(), obey)
    pipe.send(port)
    await done.wait()


def _tls_context(certificate: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(certificate)
        file.flush()
        context.load_cert_chain(file.name)
    return context


class Fixture:
    """The web while it runs: `with Fixture(Shape()) as web: web.port`."""

    def __init__(self, shape: Shape) -> None:
        import trustme  # here: who is measured imports this module too, and pays for no authority

        self.shape = shape
        authority = trustme.CA()
        leaf = authority.issue_cert(*HOSTS)
        certificate = leaf.private_key_pem.bytes() + b"".join(
            part.bytes() for part in leaf.cert_chain_pems
        )
        self._pipe, there = multiprocessing.Pipe()
        self._child = multiprocessing.Process(
            target=_serve, args=(shape, certificate, HOSTS, there), daemon=True
        )
        self._folder = tempfile.TemporaryDirectory()
        self.ca_file = Path(self._folder.name, "ca.pem")
        authority.cert_pem.write_to_path(str(self.ca_file))

    def __enter__(self) -> Self:
        self._child.start()
        self.port: int = self._pipe.recv()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self._pipe.send("end")
        self._child.join(5)
        self._child.terminate()
        self._folder.cleanup()

    def forget(self) -> None:
        """Begin anew: counts, gaps, and which 503 was said already."""
        self._pipe.send("forget")
        self._pipe.recv()

    def tell(self) -> tuple[dict[str, int], float, int]:
        """Return the requests by host, the smallest gap in seconds, the most at once on one host."""
        self._pipe.send("tell")
        told: tuple[dict[str, int], float, int] = self._pipe.recv()
        return told

    def url(self, host: str, path: str) -> str:
        return f"{'https' if self.shape.tls else 'http'}://{host}:{self.port}{path}"

    def links(self, mix: str) -> dict[str, str]:
        """Return 5,000 URLs with their kinds, 20 a host: `mix` or `clean`."""
        kinds = [
            kind
            for kind, count in {"mix": _MIX, "clean": _CLEAN}[mix].items()
            for _ in range(count)
        ]
        rng = random.Random(7)
        rng.shuffle(kinds)
        found = [self._link(HOSTS[at % len(HOSTS)], kind, at) for at, kind in enumerate(kinds)]
        rng.shuffle(found)
        return dict(found)

    def _link(self, host: str, kind: str, at: int) -> tuple[str, str]:
        path = f"/{'ok' if kind == 'refused' else kind}/{at * 7919 % PAGES}.html?u={at}"
        url = self.url(host, path)
        return (url.replace(f":{self.port}/", ":9/") if kind == "refused" else url), kind

    def pages(self, count: int, *, small: bool = False) -> list[str]:
        """Return the URLs of so many pages that differ, over all hosts."""
        kind = "s" if small else "ok"
        return [self.url(HOSTS[n % len(HOSTS)], f"/{kind}/{n}.html") for n in range(count)]


def write_lines(path: Path, lines: Iterable[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
