"""The web of the scripted year on loopback: hosts, a name service and a web archive, in one thread.

It answers as the script has it (`scripted_year_answers`). One address of 127.0.0.0/8 is
taken with the ports 8080 and 8443, so that addresses (and what is derived from their
digests) are the same in every run.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from provenance.settings import (
    ExtractSettings,
    FetchSettings,
    MementoSettings,
    Settings,
    VantageSettings,
)
from support.scripted_year import Year
from support.scripted_year_answers import ARCHIVE, CANARY, PORT, TLS_PORT, Answers

__all__ = ["ScriptedWeb"]


class ScriptedWeb:
    """The web of a year; a context manager. `answers.night` says which night it is."""

    def __init__(self, year: Year, folder: Path) -> None:
        self.answers = Answers(year)
        self._ca = trustme.CA()
        self._ca_file = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(str(self._ca_file))
        self._contexts: dict[tuple[str, bool], ssl.SSLContext] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._fault: BaseException | None = None
        self.address = ""
        self.dns_port = 0

    def settings(self, **fetch: object) -> Settings:
        """Return settings that lead here and wait for nothing."""
        values: dict[str, object] = {
            "per_host_interval_s": 0.0,
            "attempts": 1,
            "first_byte_timeout_s": 2.0,
            "connect_timeout_s": 5.0,
            "lookup_timeout_s": 10.0,  # it always answers; a machine may be busy
            "allow_networks": ("127.0.0.0/8",),
            "ca_file": str(self._ca_file),
            "nameservers": (f"{self.address}:{self.dns_port}",),
        }
        archive = f"http://{ARCHIVE}:{PORT}"
        return Settings(
            fetch=FetchSettings(**(values | fetch)),  # type: ignore[arg-type]
            vantage=VantageSettings((CANARY,)),
            extract=ExtractSettings(workers=1),  # each night starts its own: half a second of CPU
            mementos=MementoSettings(cdx_url=f"{archive}/cdx", replay_url=f"{archive}/web/"),
        )

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(30)
        if self._fault is not None:
            raise self._fault
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            servers = await self._listen()
            names, _ = await self._loop.create_datagram_endpoint(
                lambda: _Names(self), local_addr=(self.address, 0)
            )
            self.dns_port = names.get_extra_info("sockname")[1]
        except BaseException as fault:
            self._fault = fault
            self._ready.set()
            return
        self._ready.set()
        await self._stop.wait()
        names.close()
        for server in servers:
            server.close()
        await asyncio.sleep(0)

    async def _listen(self) -> list[asyncio.Server]:
        """Take the first address of ours whose two ports are free."""
        assert self._loop is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert("unknown.example").configure_cert(context)
        context.sni_callback = self._choose_certificate
        for last in range(1, 255):
            self.address = f"127.83.19.{last}"
            with contextlib.suppress(OSError):
                plain = await self._loop.create_server(lambda: _Http(self), self.address, PORT)
                try:
                    tls = await self._loop.create_server(
                        lambda: _Http(self), self.address, TLS_PORT, ssl=context
                    )
                except OSError:
                    plain.close()
                    continue
                return [plain, tls]
        raise OSError("no address of 127.83.19.0/24 has the ports 8080 and 8443 free")

    def _choose_certificate(self, made: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        host = self.answers.hosts.get(name or "")
        is_over = (
            host is not None
            and self.answers.year.trouble(host, self.answers.night) == "tls_expired"
        )
        key = (name or "", is_over)
        if key not in self._contexts:
            self._contexts[key] = context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            ends = datetime.now(UTC) - timedelta(days=1) if is_over else None
            self._ca.issue_cert(name or "unknown.example", not_after=ends).configure_cert(context)
        made.context = self._contexts[key]


class _Http(asyncio.Protocol):
    """One connection: request heads in, whole responses out."""

    def __init__(self, web: ScriptedWeb) -> None:
        self._web = web
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while b"\r\n\r\n" in self._held:
            head, _, self._held = self._held.partition(b"\r\n\r\n")
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        target = head.split(b" ", 2)[1].decode()
        lines = [line for line in head.split(b"\r\n")[1:] if line[:5].lower() == b"host:"]
        name = lines[0][5:].strip().decode().partition(":")[0] if lines else ""
        said = self._web.answers.answer(name, target, head)
        if said is None:
            raw = self._transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()  # type: ignore[attr-defined]
        elif said:
            self._transport.write(said)  # type: ignore[attr-defined]


class _Names(asyncio.DatagramProtocol):
    """The name service: A records of a minute, an RCODE, nothing for AAAA."""

    def __init__(self, web: ScriptedWeb) -> None:
        self._web = web

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        labels, at = [], 12
        while size := data[at]:
            labels.append(data[at + 1 : at + 1 + size].decode())
            at += size + 1
        question, is_a = data[12 : at + 5], data[at + 1 : at + 3] == b"\0\1"
        found = self._web.answers.lookup(".".join(labels).lower(), self._web.address)
        if found is None:
            return
        code = found if isinstance(found, int) else 0
        answers = 1 if isinstance(found, str) and is_a else 0
        reply = data[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, answers, 0, 0) + question
        if answers:
            reply += b"\xc0\x0c\0\1\0\1" + struct.pack(">IH", 60, 4) + socket.inet_aton(str(found))
        self._transport.sendto(reply, addr)  # type: ignore[attr-defined]
