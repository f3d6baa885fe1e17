"""The sample web: real TLS on loopback, standing in for every host of the sample update.

Two listeners on 127.0.0.1, one for https and one for http; the host is known by
SNI and Host header. A client reaches it through `connect_to`, as with curl's
`--connect-to`: names, certificates and Host stay those of the URL.

As a program it prints the settings to use and serves until it is interrupted::

    python -m provenance.demo.web --stand-in-for www.some-paper.org > sample-web.toml
"""

import argparse
import asyncio
import json
import signal
import socket
import ssl
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from msgspec.structs import replace

from provenance.demo.certificates import CertificateDesk
from provenance.demo.names import NameServer
from provenance.demo.replies import Clerk, Reply, Request
from provenance.demo.scenes import load_hosts, table
from provenance.demo.wire import converse
from provenance.settings import Settings, VantageSettings

__all__ = ["SampleWeb", "Served", "main", "settings_toml"]

_LOOPBACK = "127.0.0.1"
_NETWORK = "127.0.0.0/8"
_PER_HOST_INTERVAL_S = 0.05  # a demonstration on loopback need not wait for its own hosts
_TLS_SHUTDOWN_S = 1.0  # asyncio's default of 30 s lets a client that says no goodbye hold us up
_LOG_LENGTH = 10_000


class Served(NamedTuple):
    """One line of the sample web's log."""

    scheme: str
    host: str
    target: str
    status: int


class SampleWeb:
    """The sample web as an async context manager; it serves between enter and exit.

    `edition` chooses the text of changing pages; without it each start has its own,
    made from the clock. `stand_in_for` names real hosts for which every path answers
    with a page that says that it is a stand-in. `log` holds the last 10,000 answers.
    """

    def __init__(self, *, edition: int | None = None, stand_in_for: Iterable[str] = ()) -> None:
        self._real_hosts = tuple(sorted({name.lower().rstrip(".") for name in stand_in_for}))
        self._clerk = Clerk(
            edition=int(time.time()) if edition is None else edition, stand_in_for=self._real_hosts
        )
        self._sockets: dict[str, socket.socket] = {}
        self._servers: list[asyncio.Server] = []
        self._names: asyncio.DatagramTransport | None = None
        self._conversations: set[asyncio.Task[None]] = set()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.log: deque[Served] = deque(maxlen=_LOG_LENGTH)

    @property
    def edition(self) -> int:
        """The edition of the changing pages that is served now."""
        return self._clerk.edition

    def turn_the_page(self) -> None:
        """Go on to the next edition: changing pages show another text from now on."""
        self._clerk.edition += 1

    @property
    def ca_file(self) -> Path:
        """The certificate authority to trust, as PEM; it is removed at exit."""
        if self._folder is None:
            raise RuntimeError("the sample web is not open")
        return Path(self._folder.name) / "sample-web-ca.pem"

    @property
    def connect_to(self) -> dict[str, str]:
        """Where each `host:port` is to be found, in the form of `[fetch.connect_to]`."""
        found = {}
        for host, manners in load_hosts().items():
            if manners.answers == "not at all":
                continue
            refuses = manners.answers == "refuses"
            for port, name in ((443, "https"), (80, "http")):
                found[f"{host}:{port}"] = self._address("closed" if refuses else name)
        for host in self._real_hosts:
            found |= {f"{host}:443": self._address("https"), f"{host}:80": self._address("http")}
        return found

    def _address(self, name: str) -> str:
        return f"{_LOOPBACK}:{self._sockets[name].getsockname()[1]}"

    @property
    def name_server(self) -> str:
        """Where the sample web's own name server listens, as `address:port`."""
        if self._names is None:
            raise RuntimeError("the sample web is not open")
        address, port = self._names.get_extra_info("sockname")
        return f"{address}:{port}"

    def settings(self, base: Settings, *, with_names: bool = True) -> Settings:
        """Return settings with which the sample web is reached, all else as in `base`.

        With its own name server a run is the same with and without the internet, but
        no name outside the sample web resolves; `with_names=False` leaves names alone.
        """
        names = (self.name_server,) if with_names else base.fetch.nameservers
        fetch = replace(
            base.fetch,
            connect_to=base.fetch.connect_to | self.connect_to,
            allow_networks=(*base.fetch.allow_networks, _NETWORK),
            ca_file=str(self.ca_file),
            per_host_interval_s=_PER_HOST_INTERVAL_S,
            nameservers=names,
        )
        return replace(base, fetch=fetch)

    async def __aenter__(self) -> Self:
        """Make the certificates and open the listeners."""
        try:
            await self._open()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close listeners and connections, and remove the certificate authority."""
        await self._close()

    async def _open(self) -> None:
        hosts = load_hosts().items()
        desk = CertificateDesk(host for host, m in hosts if m.answers == "wrong name")
        self._folder = tempfile.TemporaryDirectory(prefix="provenance-sample-web-")
        desk.write_ca_file(self.ca_file)
        # Bound but never listening: the kernel refuses who connects, and nobody else gets the port.
        self._sockets = {name: _bound_socket() for name in ("closed", "http", "https")}
        await self._listen("http", None)
        await self._listen("https", desk.server_context())
        # The canaries by default, since a run that changes them asks other servers anyway.
        self._names, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: NameServer(VantageSettings().canaries), local_addr=(_LOOPBACK, 0)
        )

    async def _listen(self, scheme: str, context: ssl.SSLContext | None) -> None:
        take = partial(self._take, scheme)
        server = await asyncio.start_server(
            take,
            sock=self._sockets[scheme],
            ssl=context,
            ssl_shutdown_timeout=_TLS_SHUTDOWN_S if context else None,
        )
        self._servers.append(server)

    async def _take(
        self, scheme: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._conversations.add(task)
        try:
            await converse(reader, writer, scheme, self._answer)
            writer.close()
            await writer.wait_closed()
        except asyncio.CancelledError:
            # Swallowed: the streams of Python 3.11 log a cancelled conversation as an error.
            writer.transport.abort()
        except OSError:
            pass  # a client that has gone away without a word is no fault of the house
        finally:
            self._conversations.discard(task)

    def _answer(self, request: Request) -> Reply:
        reply = self._clerk.answer(request)
        self.log.append(Served(request.scheme, request.host, request.target, reply.status))
        return reply

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        if self._names is not None:
            self._names.close()
        conversations = list(self._conversations)
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
        for each in self._sockets.values():
            each.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._servers, self._sockets, self._folder, self._names = [], {}, None, None


def _bound_socket() -> socket.socket:
    # The protocol is named, since asyncio turns Nagle's delay off only where it reads TCP.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind((_LOOPBACK, 0))
    return bound


def settings_toml(settings: Settings) -> str:
    """Return the `[fetch]` keys that lead to the sample web, as TOML for `provenance.toml`."""
    fetch = settings.fetch
    networks = ", ".join(json.dumps(each) for each in fetch.allow_networks)
    lines = [
        "# The sample web: stand-ins on this machine, made for a demonstration.",
        "[fetch]",
        f"ca_file = {json.dumps(fetch.ca_file)}",
        f"allow_networks = [{networks}]",
        f"per_host_interval_s = {fetch.per_host_interval_s}",
        "",
        "[fetch.connect_to]",
        *_pairs(fetch.connect_to),
    ]
    return "\n".join(lines) + "\n"


def _pairs(mapping: Mapping[str, str]) -> list[str]:
    return [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in mapping.items()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the settings go to standard output, the table to standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m provenance.demo.web",
        description="Serve the sample web on loopback and print the settings that lead to it.",
    )
    parser.add_argument("--stand-in-for", metavar="HOST", action="append", default=[])
    parser.add_argument("--edition", type=int, help="which text changing pages show")
    options = parser.parse_args(arguments)
    asyncio.run(_serve_until_interrupted(options.edition, options.stand_in_for))
    return 0


async def _serve_until_interrupted(edition: int | None, stand_in_for: Sequence[str]) -> None:
    interrupted = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, interrupted.set)
    async with SampleWeb(edition=edition, stand_in_for=stand_in_for) as web:
        sys.stderr.write(table() + "\n")
        sys.stdout.write(settings_toml(web.settings(Settings(), with_names=False)))
        sys.stdout.flush()
        await interrupted.wait()


if __name__ == "__main__":
    sys.exit(main())
