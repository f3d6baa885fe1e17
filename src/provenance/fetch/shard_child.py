"""A process that looks at the URLs of some hosts and hands every visit to its parent.

Run as `python -m provenance.fetch.shard_child SOCKET BOARD`, two descriptors that it
inherits. It writes to nothing else, and ends when its parent does.
"""

import asyncio
import contextlib
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from provenance.fetch.board import Board
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.shards import LENGTH, Done, Fault, Order, Seen

__all__: list[str] = []


async def _serve(sock: socket.socket, board: Board) -> None:
    reader, writer = await asyncio.open_connection(sock=sock)
    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
    order = msgspec.msgpack.decode(await reader.readexactly(length), type=Order)
    watch = asyncio.create_task(_end_with_parent(reader))

    async def send(message: Seen | Fault | Done) -> None:
        frame = msgspec.msgpack.encode(message)
        writer.write(LENGTH.pack(len(frame)) + frame)
        await writer.drain()

    async with Fetcher(
        order.settings,
        clock=lambda: datetime.now(UTC),
        board=board,
        marks=Path(order.task.marks) if order.task.marks else None,
        max_requests=order.max_requests,
    ) as fetcher:
        told = 0
        stream = (
            fetcher.checks(order.urls)
            if order.task.is_cheap
            else fetcher.visits(order.urls, order.validators, in_order=order.task.in_order)
        )
        try:
            async with contextlib.aclosing(stream) as visits:
                async for visit in visits:
                    news, told = fetcher.meter.sent - told, fetcher.meter.sent
                    await send(Seen(visit, news))
        except ExceptionGroup as group:
            for fault in group.exceptions:
                await send(Fault(f"{type(fault).__name__}: {fault}", getattr(fault, "hint", "")))
    await send(Done(fetcher.meter.sent - told))
    watch.cancel()
    # `drain` returns while some is still in our buffer: closing sends the rest.
    writer.close()
    await writer.wait_closed()


async def _end_with_parent(reader: asyncio.StreamReader) -> None:
    """The parent says nothing after its order: whatever comes is the end of it."""
    await reader.read(1)
    os._exit(0)


def main() -> None:
    """Serve the parent that started this process."""
    sock = socket.socket(fileno=int(sys.argv[1]))
    asyncio.run(_serve(sock, Board(int(sys.argv[2]))))


if __name__ == "__main__":
    main()
