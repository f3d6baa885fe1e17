"""What a check costs: CPU seconds per 1,000, on a loopback server in a child process.

    python benchmarks/fetch.py [--urls 3000] [--hosts 150] [--rounds 3]

Four ways to do the same work in one run (GET, keep-alive, one queue per host):

    floor       asyncio + httptools, nothing else: no checks, no records
    transport   our transport by itself: guarded addresses, exact bytes, deadlines
    fetcher     all of it: guard, robots.txt, gate, records, retries, verdict
    httpx       httpx.AsyncClient with one httpcore pool

Hosts are ports' worth of `hN.test` names led to loopback by connect_to. Read the
ratios: the machine's load moves the figures.
"""

import argparse
import asyncio
import multiprocessing
import resource
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe

import httptools
import httpx

from provenance.fetch.classify import observe
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.guard import Guard
from provenance.fetch.resolve import Resolver
from provenance.fetch.route import Router
from provenance.fetch.transport import Transport
from provenance.formats.url import parse_address
from provenance.model import Exchange
from provenance.settings import FetchSettings, Settings

BODY = b"<html><head><title>A page</title></head><body><p>" + b"word " * 400 + b"</p></body></html>"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Server(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(NO_ROBOTS if data.startswith(b"GET /robots.txt ") else PAGE)


def serve(pipe: Pipe) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(
            Server, "127.0.0.1", 0, backlog=4096
        )
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


async def by_host(urls: dict[str, list[str]], check: Callable[[str], Awaitable[None]]) -> None:
    async def queue(own: list[str]) -> None:
        for url in own:
            await check(url)

    await asyncio.gather(*(queue(own) for own in urls.values()))


class Bare(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def on_message_complete(self) -> None:
        self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    async def ask(self, request: bytes) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.done = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        await self.done


async def run_floor(urls: dict[str, list[str]], port: int) -> None:
    loop = asyncio.get_running_loop()

    async def queue(host: str, own: list[str]) -> None:
        transport, bare = await loop.create_connection(Bare, "127.0.0.1", port)
        for url in own:
            path = url.split("/", 3)[3]
            await bare.ask(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n".encode())
        transport.close()

    await asyncio.gather(*(queue(host, own) for host, own in urls.items()))


def settings_for(urls: dict[str, list[str]], port: int) -> Settings:
    connect_to = {f"{host}:80": f"127.0.0.1:{port}" for host in urls}
    return Settings(fetch=FetchSettings(
        connect_to=connect_to, allow_networks=("127.0.0.0/8",), per_host_interval_s=0.0,
        concurrency=len(urls),
    ))  # fmt: skip


async def run_transport(urls: dict[str, list[str]], port: int) -> None:
    settings = settings_for(urls, port)
    router = Router(
        settings.fetch, Guard(settings.fetch), Resolver(settings.fetch, settings.vantage)
    )
    transport = Transport(settings.fetch, router, clock=lambda: datetime.now(UTC))

    async def check(url: str) -> None:
        address = parse_address(url)
        assert address is not None
        found = await transport.look(address, {"Accept": "*/*"})
        assert isinstance(found, Exchange)
        assert found.status == 200

    await by_host(urls, check)
    await transport.aclose()


async def run_fetcher(urls: dict[str, list[str]], port: int) -> None:
    flat = [url for own in urls.values() for url in own]
    async with Fetcher(settings_for(urls, port), clock=lambda: datetime.now(UTC)) as fetcher:
        async for visit in fetcher.visits(flat):
            verdict, _ = observe(visit)
            assert verdict.outcome == "ok", verdict


async def run_httpx(urls: dict[str, list[str]], port: int) -> None:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=len(urls))
    async with httpx.AsyncClient(limits=limits, trust_env=False, timeout=60) as client:

        async def check(url: str) -> None:
            host, path = url.split("/", 3)[2:]
            response = await client.get(f"http://127.0.0.1:{port}/{path}", headers={"Host": host})
            assert response.status_code == 200

        await by_host(urls, check)


WAYS = {"floor": run_floor, "transport": run_transport, "fetcher": run_fetcher, "httpx": run_httpx}


def measure(way: str, urls: dict[str, list[str]], port: int) -> tuple[float, float]:
    """Return CPU and wall seconds per 1,000 checks of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    started_s = time.perf_counter()
    asyncio.run(WAYS[way](urls, port))
    wall_s = time.perf_counter() - started_s
    now = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    thousands = sum(map(len, urls.values())) / 1000
    return cpu_s / thousands, wall_s / thousands


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls", type=int, default=3000)
    parser.add_argument("--hosts", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    port = here.recv()
    hosts = [f"h{number}.test" for number in range(args.hosts)]
    per_host = args.urls // args.hosts
    urls = {host: [f"http://{host}/p/{n}" for n in range(per_host)] for host in hosts}
    print(
        f"{args.hosts} hosts x {per_host} URLs, {len(BODY)} bytes a page, median of {args.rounds}"
    )
    print(f"{'way':<10} {'CPU s / 1,000':>14} {'wall s / 1,000':>15} {'x floor':>8}")
    figures: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for _ in range(args.rounds):
        for way, taken in figures.items():
            taken.append(measure(way, urls, port))
    floor = statistics.median(cpu for cpu, _ in figures["floor"])
    for way, taken in figures.items():
        cpu = statistics.median(cpu for cpu, _ in taken)
        wall = statistics.median(wall for _, wall in taken)
        print(f"{way:<10} {cpu:>14.3f} {wall:>15.3f} {cpu / floor:>8.1f}")
    server.terminate()


if __name__ == "__main__":
    main()
