"""`doctor`: will it work here? Each question is asked, whatever came of the one before.

Nothing is changed: a folder is tried with a file that has no name, and the lock only where
there is one. Nothing is asked of the network unless that is wanted.
"""

import asyncio
from collections.abc import Callable, Iterator

from msgspec import Struct

from provenance.errors import ProvenanceError, SettingsError
from provenance.pipeline.doctor_machine import (
    Finding,
    examine_browser,
    examine_extras,
    examine_open_files,
    examine_packages,
    examine_python,
    examine_sqlite,
)
from provenance.pipeline.doctor_nights import examine_log, examine_nights
from provenance.pipeline.doctor_place import (
    examine_archive,
    examine_clock,
    examine_disk,
    examine_store,
)
from provenance.pipeline.workplace import Workplace

__all__ = ["Examined", "examine"]

_Question = Callable[[Workplace], Iterator[Finding]]


class Examined(Struct, frozen=True):
    """Everything that was asked; `works` unless something is bad."""

    findings: tuple[Finding, ...]

    @property
    def works(self) -> bool:
        """Whether nothing is in the way of the main job."""
        return all(finding.verdict != "bad" for finding in self.findings)


def examine(
    workplace: Workplace, settings_fault: SettingsError | None = None, *, online: bool = False
) -> Examined:
    """Ask everything; `online` also asks the name service for the canary names.

    `settings_fault` is why the settings of `workplace` are the defaults and not the file's.
    """
    if settings_fault is None:
        questions = _QUESTIONS
    else:
        fault = Finding("settings", "bad", settings_fault.message, settings_fault.hint)
        questions = {**_QUESTIONS, "settings": lambda _: iter([fault])}
    if online:
        questions = {**questions, "network": _network}
    found = [finding for name, ask in questions.items() for finding in _asked(name, ask, workplace)]
    return Examined(tuple(found))


def _asked(name: str, ask: _Question, workplace: Workplace) -> Iterator[Finding]:
    """What stops one question is the answer to it."""
    try:
        yield from ask(workplace)
    except ProvenanceError as error:
        yield Finding(name, "bad", error.message, error.hint)
    except OSError as error:
        yield Finding(
            name, "bad", f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
        )


def _settings(workplace: Workplace) -> Iterator[Finding]:
    settings = workplace.settings
    if settings.sign.key_file:
        from provenance.keep.signature import Signer

        Signer(settings.sign.key_file)
    if settings.timestamp.url or settings.timestamp.ca_file:
        from provenance.keep.timestamp import read_roots

        read_roots(settings)
    if settings.fetch.contact:
        yield Finding("settings", "good", "read; hosts are told whom to write to")
    else:
        yield Finding("settings", "note", "read; no host is told whom to write to",
                      "set fetch.contact to an address of yours")  # fmt: skip


def _roots(workplace: Workplace) -> Iterator[Finding]:
    from provenance.fetch.transport import make_tls_context

    count = make_tls_context(workplace.settings.fetch).cert_store_stats()["x509_ca"]
    if count:
        yield Finding("certificates", "good", f"{count} roots")
    else:
        yield Finding("certificates", "bad", "no root is trusted: no https host can be reached",
                      "install certifi anew, or the system's ca-certificates")  # fmt: skip


def _network(workplace: Workplace) -> Iterator[Finding]:
    names = ", ".join(workplace.settings.vantage.canaries)
    if asyncio.run(_vantage(workplace)) == "online":
        yield Finding("network", "good", f"the name service knows {names}")
    else:
        yield Finding("network", "bad", f"the name service knows none of {names}",
                      "check the connection, and fetch.nameservers where it is set")  # fmt: skip


async def _vantage(workplace: Workplace) -> str:
    from provenance.fetch.resolve import Resolver

    resolver = Resolver(workplace.settings.fetch, workplace.settings.vantage)
    try:
        return await resolver.vantage()
    finally:
        await resolver.aclose()


_QUESTIONS: dict[str, _Question] = {
    "python": examine_python,
    "sqlite": examine_sqlite,
    "packages": examine_packages,
    "extras": examine_extras,
    "browser": examine_browser,
    "settings": _settings,
    "certificates": _roots,
    "archive": examine_archive,
    "database": examine_store,
    "write-ahead log": examine_log,
    "night": examine_nights,
    "disk": examine_disk,
    "clock": examine_clock,
    "open files": examine_open_files,
}
