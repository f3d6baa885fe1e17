"""A round over several processes: hosts are dealt out, visits come back to one parent.

Which process gets a host is decided by a hash of its registrable domain, so that what
belongs together (and redirects to each other) is asked by one. The parent alone
archives what comes: one writer, one journal (docs/adr/0018). A process that dies
is started anew with the URLs that it had not handed over; what it had in flight is
looked at again.
"""

import asyncio
import contextlib
import hashlib
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from typing import NamedTuple

import msgspec
from msgspec import Struct

from provenance.errors import ProvenanceError
from provenance.fetch.board import Board
from provenance.fetch.meter import Meter, share_out
from provenance.fetch.walk import Validators
from provenance.formats.url import host_of, registrable_domain
from provenance.model import Visit
from provenance.settings import Settings

__all__ = ["LENGTH", "Done", "Fault", "Order", "Seen", "Task", "deal", "visit_in_processes"]

LENGTH = struct.Struct("!Q")
# A process that dies so often without handing over a single visit is given up.
_LIVES = 3
# Visits that wait for whoever consumes them, as in rounds.py.
_MAX_WAITING_VISITS = 8


class Task(Struct, frozen=True):
    """How URLs are looked at: with `Fetcher.checks` or `visits`, and with which `marks` (a path)."""

    is_cheap: bool = False
    marks: str = ""
    in_order: bool = False


class Order(Struct, frozen=True):
    """What a process is to look at; its settings and `max_requests` are its share of the parent's."""

    settings: Settings
    urls: tuple[str, ...]
    validators: dict[str, Validators]
    task: Task = Task()
    max_requests: int = 0


class Seen(Struct, frozen=True, tag="seen"):
    """A visit that was made; `requests` were sent since the one before."""

    visit: Visit
    requests: int = 0


class Fault(Struct, frozen=True, tag="fault"):
    """A fault of the house, in words."""

    message: str
    hint: str


class Done(Struct, frozen=True, tag="done"):
    """Every URL was looked at, or its fault told, or no more requests are allowed."""

    requests: int = 0


_decode = msgspec.msgpack.Decoder(Seen | Fault | Done).decode


def deal(urls: Iterable[str], count: int) -> list[tuple[str, ...]]:
    """Return the distinct URLs of each of `count` processes; a domain's stay together, always."""
    hands: list[list[str]] = [[] for _ in range(count)]
    for url in dict.fromkeys(urls):
        host = host_of(url) or ""
        digest = hashlib.sha256((registrable_domain(host) or host).encode()).digest()
        hands[int.from_bytes(digest[:8], "big") % count].append(url)
    return [tuple(hand) for hand in hands]


async def visit_in_processes(
    urls: Iterable[str],
    validators: Mapping[str, Validators],
    settings: Settings,
    board: Board,
    *,
    task: Task,
    meter: Meter,
) -> AsyncGenerator[Visit, None]:
    """Yield the visit of each distinct URL as it comes from the process that made it.

    What all of them send is counted by `meter`; each process keeps to its share of the limit.

    Raises:
        ExceptionGroup: every fault of the house, after every other visit was yielded.
    """
    orders = _orders(urls, validators, settings, task, meter.limit - meter.sent)
    handing = _Handing(board, asyncio.Queue(_MAX_WAITING_VISITS), [], meter)
    tasks = [asyncio.create_task(_work(order, handing)) for order in orders]
    working = len(tasks)
    try:
        while working:
            visit = await handing.done.get()
            if visit is None:
                working -= 1
            else:
                yield visit
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if handing.faults:
        raise ExceptionGroup("looks that failed for reasons of the house", handing.faults)


def _orders(
    urls: Iterable[str],
    validators: Mapping[str, Validators],
    settings: Settings,
    task: Task,
    requests: int,
) -> list[Order]:
    """Return the order of each process; `requests` are left for all, under 1 where nothing bounds them."""
    hands = [hand for hand in deal(urls, settings.fetch.processes) if hand]
    bounds = share_out(max(0, requests), [len(hand) for hand in hands])
    share = share_of(settings, len(hands) or 1)
    orders = []
    for hand, bound in zip(hands, bounds, strict=True):
        known = {url: validators[url] for url in hand if url in validators}
        orders.append(Order(share, hand, known, task, bound))
    return [order for order in orders if order.max_requests or requests <= 0]


def share_of(settings: Settings, count: int) -> Settings:
    """Return the settings of one of `count` processes: the limits of the run are divided."""
    fetch = msgspec.structs.replace(
        settings.fetch,
        processes=1,
        concurrency=max(1, settings.fetch.concurrency // count),
        max_bytes_in_flight=max(1, settings.fetch.max_bytes_in_flight // count),
    )
    return msgspec.structs.replace(settings, fetch=fetch)


class _Handing(NamedTuple):
    """Where what processes make goes."""

    board: Board
    done: asyncio.Queue[Visit | None]
    faults: list[Exception]
    meter: Meter


async def _work(order: Order, handing: _Handing) -> None:
    try:
        await _hand_over(order, handing)
    except Exception as fault:  # noqa: BLE001 - raised by visit_in_processes, after the others
        handing.faults.append(fault)
    await handing.done.put(None)


async def _hand_over(order: Order, handing: _Handing) -> None:
    faults, meter = handing.faults, handing.meter
    left, lives, may_send = dict.fromkeys(order.urls), _LIVES, order.max_requests
    while left and lives:
        before = len(left)
        again = msgspec.structs.replace(order, urls=tuple(left), max_requests=may_send)
        async with _child(again, handing.board) as reader:
            async for message in _messages(reader):
                match message:
                    case Seen(visit, requests):
                        meter.count(requests)
                        may_send = max(0, may_send - requests)
                        left.pop(visit.url, None)
                        await handing.done.put(visit)
                    case Fault():
                        faults.append(ProvenanceError(message.message, hint=message.hint))
                    case Done(requests):
                        meter.count(requests)
                        return
        if order.max_requests and not may_send:
            return
        lives = _LIVES if len(left) < before else lives - 1
    if left:
        faults.append(
            ProvenanceError(
                f"a fetching process died {_LIVES} times over {len(left)} URLs, {next(iter(left))}"
                " among them",
                hint="set fetch.processes to 1 to see what it dies of",
            )
        )


@contextlib.asynccontextmanager
async def _child(order: Order, board: Board) -> AsyncIterator[asyncio.StreamReader]:
    """Start a process with its order; it is ended with the block."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own interpreter and module
            [sys.executable, "-m", "provenance.fetch.shard_child",
             str(theirs.fileno()), str(board.fd)],
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(), board.fd),
            start_new_session=True,  # a Ctrl-C is the parent's to act on
        )  # fmt: skip
    reader, writer = await asyncio.open_connection(sock=ours)
    try:
        frame = msgspec.msgpack.encode(order)
        with contextlib.suppress(OSError):  # it died already: there will be nothing to read
            writer.write(LENGTH.pack(len(frame)) + frame)
            await writer.drain()
        yield reader
    finally:
        process.kill()
        process.wait()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _messages(reader: asyncio.StreamReader) -> AsyncIterator[Seen | Fault | Done]:
    """Yield what a process says, up to the last whole message."""
    with contextlib.suppress(asyncio.IncompleteReadError, OSError):
        while True:
            (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
            yield _decode(await reader.readexactly(length))
