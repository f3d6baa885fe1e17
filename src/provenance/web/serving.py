"""From settings to a server that listens: who may ask, at which address, with which desk."""

import asyncio
import socket
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from provenance.errors import SettingsError
from provenance.pipeline.source_looks import LiveLooks
from provenance.pipeline.validation import Desk, read_house
from provenance.pipeline.workplace import Workplace
from provenance.settings import Settings
from provenance.validate.draft import AskKnowledge
from provenance.validate.house import House
from provenance.web.access import Door, is_loopback
from provenance.web.app import LOOPBACK_NAMES, make_app
from provenance.web.archived.origin import make_archived_app
from provenance.web.archived.place import ArchivedPlace, by_port
from provenance.web.archived.shower import Shower
from provenance.web.audit import AuditFault, AuditLog, Entry
from provenance.web.connections import (
    ImpatientProtocol,
    allow_many_files,
    make_impatient_loop,
)
from provenance.web.library import Library
from provenance.web.tokens import Keyring
from provenance.web.workbench import Workbench

__all__ = ["Listening", "serve"]

_BACKLOG = 128
_CLOSING_S = 3
_THIS_MACHINE = ["127.0.0.1", "::1"]
# Any address: the names it is asked for by have to be told.
_UNNAMED = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - named to be refused


class Listening(NamedTuple):
    """Where to listen; with a certificate and key (PEM files) over TLS.

    `archive_port` is where archived pages are shown: 0 any, None the next one or, on loopback, any.
    """

    host: str
    port: int
    tls_cert: str = ""
    tls_key: str = ""
    archive_port: int | None = None


def serve(
    settings: Settings,
    listening: Listening,
    *,
    house: str | None,
    stored: AskKnowledge | None,
    library: Library,
    by: str,
    say: Callable[[str], None],
) -> None:
    """Serve until interrupted; `say` is told the address when it can be asked.

    `by` is who acts where nobody is asked for a token, `stored` says what the store knows of sources.

    Raises:
        SettingsError: the address asks for a token, a name or TLS that is not there, or is taken.
    """
    hosts = _check(settings, listening)
    style = read_house(Path(house) if house else None, settings)
    door = Door(settings.serve, now=time.monotonic, host=by)
    with (
        _listen(listening, listening.port) as bound,
        _listen_beside(listening, bound) as beside,
        _open_workbench(settings, style, stored) as workbench,
        Shower(library, settings.fetch, now=time.time) as shower,
    ):
        place = ArchivedPlace(
            shower, _port_of(beside), _port_of(bound), settings.serve.archive_origin
        )
        desk = make_app(
            workbench, door, library, hosts=hosts, archived=place,
            audit=_open_audit(settings, library, is_guarded=not door.is_open),
            workplace=Workplace(library.db_path, library.archive_root, settings),
            max_body_bytes=settings.ingest.max_document_bytes,
        )  # fmt: skip
        names = hosts | {urlsplit(place.origin).hostname or ""} - {""}
        app = by_port(desk, make_archived_app(shower, hosts=names), place.port)
        server = uvicorn.Server(_how(app, listening, behind_proxy=settings.serve.behind_proxy))
        say(_address(listening, bound))  # it listens already: who asks now waits a moment
        _run(server, [bound, beside])


def _run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
    allow_many_files()
    with asyncio.Runner(loop_factory=make_impatient_loop) as runner:
        runner.run(server.serve(sockets=sockets))


def _open_workbench(settings: Settings, style: House, stored: AskKnowledge | None) -> Workbench:
    return Workbench(
        lambda today: Desk(settings, style, today=today, ask=stored),
        settings.serve,
        today=_today,
        make_looks=lambda: LiveLooks(settings, stored=stored),
        stored=stored,
    )


def _how(app: ASGIApp, listening: Listening, *, behind_proxy: bool) -> uvicorn.Config:
    """Return how to serve.

    Raises:
        SettingsError: the certificate or its key cannot be used.
    """
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        server_header=False,
        http=ImpatientProtocol,
        proxy_headers=behind_proxy,
        forwarded_allow_ips=_THIS_MACHINE,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=_CLOSING_S,
        ssl_certfile=listening.tls_cert or None,
        ssl_keyfile=listening.tls_key or None,
    )
    try:
        config.load()
    except OSError as error:  # an SSLError is one
        raise SettingsError(
            f"{listening.tls_cert} and {listening.tls_key} cannot be used: {error.strerror or error}",
            hint="both are PEM files, the key without a password",
        ) from error
    return config


def _check(settings: Settings, listening: Listening) -> frozenset[str]:
    """Return the names that the server answers to; raise where it may not listen there."""
    if bool(listening.tls_cert) != bool(listening.tls_key):
        raise SettingsError("--tls-cert and --tls-key belong together")
    named = {name.lower() for name in settings.serve.hosts}
    has_token = not Keyring(settings.serve).is_empty
    if settings.serve.behind_proxy and not has_token:
        raise SettingsError(
            "serve.behind_proxy lets others in, and there is no token",
            hint="`provenance serve --new-token` makes one for serve.token_scrypt",
        )
    if is_loopback(listening.host):
        return frozenset({*LOOPBACK_NAMES, listening.host, *named})
    if not has_token:
        raise SettingsError(
            f"{listening.host} can be reached from other machines, and there is no token",
            hint="`provenance serve --new-token` makes one for serve.token_scrypt",
        )
    if not listening.tls_cert:
        raise SettingsError(
            f"{listening.host} can be reached from other machines, and the token would go there unencrypted",
            hint="name --tls-cert and --tls-key, or listen on loopback behind a proxy that speaks https (serve.hosts has its name)",
        )
    if not named and listening.host in _UNNAMED:
        raise SettingsError(
            "listening at every address, by which name is it asked for?",
            hint='name it in the settings: [serve] hosts = ["desk.example"]',
        )
    return frozenset({*named, *({listening.host.lower()} - _UNNAMED)})


def _open_audit(settings: Settings, library: Library, *, is_guarded: bool) -> AuditLog:
    """Return the audit log. Where a token is asked for, its first line says that serving began.

    Raises:
        SettingsError: it cannot be written: editors would find out when they sign in.
    """
    named = settings.serve.audit_log
    path = Path(named) if named else library.db_path.absolute().with_name("audit.jsonl")
    audit = AuditLog(path)
    if is_guarded:
        try:
            audit.write(Entry("serve", "started"))
        except AuditFault as fault:
            raise SettingsError(str(fault), hint="name another file as serve.audit_log") from fault
    return audit


def _listen_beside(listening: Listening, bound: socket.socket) -> socket.socket:
    """Listen where archived pages are shown, at another port and so on another origin."""
    if listening.archive_port is not None:
        return _listen(listening, listening.archive_port, option="--archive-port")
    following = _port_of(bound) + 1 if listening.port else 0
    try:
        return _listen(listening, following % 65_536, option="--archive-port")
    except SettingsError:
        if is_loopback(listening.host):
            return _listen(listening, 0)
        raise


def _listen(listening: Listening, port: int, *, option: str = "--port") -> socket.socket:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    # asyncio turns Nagle's delay off only for sockets that say that they are of TCP: without that a
    # small answer waits 40 ms for the client's late acknowledgement of its head
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((listening.host, port))
        bound.listen(_BACKLOG)
    except OSError as error:
        bound.close()
        raise SettingsError(
            f"cannot listen at {listening.host}:{port}: {error.strerror or error}",
            hint=f"name another {option}, 0 for any",
        ) from error
    return bound


def _address(listening: Listening, bound: socket.socket) -> str:
    scheme = "https" if listening.tls_cert else "http"
    host = f"[{listening.host}]" if ":" in listening.host else listening.host
    return f"{scheme}://{host}:{_port_of(bound)}"


def _port_of(bound: socket.socket) -> int:
    port: int = bound.getsockname()[1]
    return port


def _today() -> date:
    return datetime.now(UTC).date()
