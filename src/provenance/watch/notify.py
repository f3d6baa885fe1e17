"""Telling people that a night changed something: mail, chat, webhooks, through apprise (extra `notify`).

The addresses of services hold passwords and tokens. They stand in a file of their own, one a line,
and are in no message and no log: a service is named by its kind and its line.
"""

import importlib.util
import logging
import threading
import warnings
from pathlib import Path
from typing import Any

from msgspec import Struct

from provenance.errors import SettingsError
from provenance.watch.report.notice import Notice

__all__ = ["Sent", "Service", "check_installed", "notify", "read_services"]

# Characters: mail takes as much; Telegram, which knows a few tags, takes 4,096.
_ROOM_FOR_HTML = 32_768

# So long a service may take in all: apprise bounds each wait of its own, and an answer that drips has no end.
PATIENCE_S = 60.0

_NOT_INSTALLED = "night.notify_file needs the extra `notify`: pip install 'provenance-desk[notify]'"

_log = logging.getLogger("provenance.notify")


class Service(Struct, frozen=True):
    """A service to tell, by its address (https://appriseit.com/services/), and where that stands."""

    url: str
    line: int


class Sent(Struct, frozen=True):
    """What became of one message: `why` is empty where it was taken."""

    service: str
    line: int
    why: str = ""


def read_services(path: Path) -> tuple[Service, ...]:
    """Return the services of a file: an address a line; empty lines and lines from `#` on say nothing.

    Raises:
        SettingsError: the file cannot be read, or names no service.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(
            f"night.notify_file {path}: {why}",
            hint="write one service address a line into it, or take the setting out",
        ) from error
    services = tuple(
        Service(line.strip(), number)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    )
    if not services:
        raise SettingsError(
            f"night.notify_file {path} names no service",
            hint="write one address a line, such as mailto://… or slack://…, or take the setting out",
        )
    return services


def check_installed() -> None:
    """Tell whether apprise is there, without the half second of loading it.

    Raises:
        SettingsError: it is not.
    """
    if importlib.util.find_spec("apprise") is None:
        raise SettingsError(_NOT_INSTALLED)


def notify(
    notice: Notice, services: tuple[Service, ...], *, patience_s: float = PATIENCE_S
) -> tuple[Sent, ...]:
    """Send a message to every service, one after the other; a failure is a value, and stops nobody.

    What a service has not done after `patience_s` seconds counts as failed, though it may still be done.

    Raises:
        SettingsError: the extra `notify` is not installed.
    """
    apprise = _apprise()
    _keep_quiet()
    return tuple(_send_in_time(apprise, notice, service, patience_s) for service in services)


def _apprise() -> Any:
    try:
        with warnings.catch_warnings():
            # apprise asks for `imghdr` while it loads, which Python will drop.
            warnings.simplefilter("ignore", DeprecationWarning)
            import apprise

            apprise.Apprise.instantiate("json://localhost")  # loads all that it knows, lazily
    except ImportError as error:
        raise SettingsError(_NOT_INSTALLED) from error
    return apprise


def _send_in_time(apprise: Any, notice: Notice, service: Service, patience_s: float) -> Sent:
    """Send in a thread that nobody waits for at the end: there is no other way out of an answer that drips."""
    taken: list[Sent] = []

    def send() -> None:
        taken.append(_send(apprise, notice, service))

    thread = threading.Thread(target=send, name="notify", daemon=True)
    thread.start()
    thread.join(patience_s)
    return (
        taken[0] if taken else Sent(_kind(service), service.line, f"no answer in {patience_s:g} s")
    )


def _kind(service: Service) -> str:
    return service.url.partition("://")[0].lower() if "://" in service.url else "unknown"


def _send(apprise: Any, notice: Notice, service: Service) -> Sent:
    kind = _kind(service)
    sender = apprise.Apprise()
    try:
        # False where the address says nothing to apprise; a message to no service counts as failed too.
        if not sender.add(service.url) or len(sender) == 0:
            return Sent(kind, service.line, "the address is none that apprise knows")
        wants_html = _wants_html(apprise, sender[0])
        taken = sender.notify(
            title=notice.title,
            body=notice.html if wants_html else notice.text,
            body_format=apprise.NotifyFormat.HTML if wants_html else apprise.NotifyFormat.TEXT,
        )
    except Exception as error:  # noqa: BLE001 - any of 173 plugins may raise anything
        _log.debug("a message failed", exc_info=True)
        return Sent(kind, service.line, type(error).__name__)
    return Sent(kind, service.line, "" if taken else "the service did not take it")


def _wants_html(apprise: Any, plugin: Any) -> bool:
    """Tell whether a service is best told in HTML, as mail is; a chat that knows a few tags is not."""
    is_html = plugin.resolve_format(None) == apprise.NotifyFormat.HTML
    return bool(is_html and plugin.body_maxlen >= _ROOM_FOR_HTML)


def _keep_quiet() -> None:
    """Keep what apprise says of addresses out of the log, passwords and all, unless all is asked for.

    For good: what answers too late may still speak when everything else is over.
    """
    logging.getLogger("apprise").disabled = not _log.isEnabledFor(logging.DEBUG)
