"""The scheduler and its workers. The only importer of distributed.

The scheduler is only asked to call our functions with our bytes, in the process that we name: what
it would do by itself with the tasks of a worker that it lost is not wanted (cluster/task.py).
"""

import asyncio
import contextlib
import ipaddress
import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from provenance.cluster import task
from provenance.errors import ProvenanceError, SettingsError, UsageError
from provenance.settings import ClusterSettings

__all__ = ["Pool", "PoolLost", "check_address"]

_ANSWER_S = 10.0
# A document that takes a worker so long is read here.
_READ_S = 120.0


class PoolLost(Exception):
    """The scheduler does not answer any more."""


def check_address(address: str, settings: ClusterSettings) -> None:
    """Refuse an address at which strangers could give the workers something to run.

    Raises:
        UsageError: it is no address of a scheduler, or plain beyond loopback.
        SettingsError: `tls://`, and a certificate is not named.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"tcp", "tls"} or not parts.hostname or not _has_port(address):
        raise UsageError(
            f"{address} is no address of a scheduler",
            hint="name it as tls://HOST:PORT, or tcp://127.0.0.1:PORT on this machine",
        )
    if parts.scheme == "tls":
        missing = [
            key for key in ("ca_file", "cert_file", "key_file") if not getattr(settings, key)
        ]
        if missing:
            raise SettingsError(
                f"tls:// needs cluster.{', cluster.'.join(missing)}",
                hint="docs/scale.md shows how to make the certificates",
            )
        return
    if not _is_loopback(parts.hostname) and not settings.allow_plain_tcp:
        raise UsageError(
            f"{address} is plain TCP beyond this machine: whoever reaches it can run anything there",
            hint="use tls:// with cluster.ca_file, cert_file and key_file; set "
            "cluster.allow_plain_tcp only on a network that nobody else is on",
        )


def _has_port(address: str) -> bool:
    try:
        return urlsplit(address).port is not None
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Pool:
    """An async context manager: connected to a scheduler for the length of a block.

    Raises:
        UsageError, SettingsError: as `check_address`, or the extra `cluster` is not installed.
        ProvenanceError: no scheduler answers.
    """

    def __init__(self, address: str, settings: ClusterSettings) -> None:
        check_address(address, settings)
        self._address = address
        self._settings = settings
        self._client: Any = None

    async def __aenter__(self) -> Self:
        connecting = _connect(self._address, self._settings, asynchronous=True)
        try:
            self._client = await connecting
        except Exception as error:
            raise _unreachable(self._address, error) from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.abandon()

    async def abandon(self) -> None:
        """Let go of the scheduler, whether it answers or not."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await asyncio.wait_for(client._close(fast=True), _ANSWER_S)
        except Exception:  # a lost scheduler cannot be said goodbye to
            logging.getLogger("provenance.cluster").debug("the scheduler was left", exc_info=True)

    async def workers(self) -> dict[str, int]:
        """Return the workers that the scheduler knows, by address, and how many tasks each takes.

        Raises:
            PoolLost: it does not answer.
        """
        if self._client is None or self._client.status != "running":
            raise PoolLost
        try:
            found: dict[str, int] = await asyncio.wait_for(self._client.nthreads(), _ANSWER_S)
        except Exception as error:
            raise PoolLost from error
        return dict(found)

    async def greet(self, address: str, message: bytes) -> bytes:
        """Have one worker's process read a greeting; return its answer.

        Raises:
            PoolLost: it did not come to it.
        """
        try:
            coming = self._client.run(task.greet, message, workers=[address])
            said: dict[str, bytes] = await asyncio.wait_for(coming, _ANSWER_S)
            return said[address]
        except Exception as error:
            raise PoolLost from error

    def give(self, address: str, message: bytes, key: str) -> "asyncio.Future[bytes]":
        """Give a shard to one worker; what comes of it is its answer, or an exception."""
        return self._submit(task.look_at, message, key, [address])

    def _submit(
        self, function: Any, message: bytes, key: str, workers: Sequence[str] | None
    ) -> "asyncio.Future[bytes]":
        future = self._client.submit(
            function, message, key=key, workers=workers, allow_other_workers=False, pure=False,
            retries=0,
        )  # fmt: skip

        async def result() -> bytes:
            answer: bytes = await future.result()
            return answer

        return asyncio.ensure_future(result())


class BlockingPool:
    """Calls `task.read` on whichever worker is free, for whoever has no event loop."""

    def __init__(self, address: str, settings: ClusterSettings) -> None:
        check_address(address, settings)
        self._address = address
        self._settings = settings
        self._client: Any = None

    def open(self) -> None:
        """Connect.

        Raises:
            UsageError, ProvenanceError: as `Pool`.
        """
        self._client = _connect(self._address, self._settings, asynchronous=False)

    def submit(self, message: bytes) -> Callable[[], bytes | None]:
        """Begin a call; what is returned waits for its answer: None where nobody gave one."""
        future = self._client.submit(task.read, message, pure=False, retries=0)

        def wait() -> bytes | None:
            try:
                answer: bytes = future.result(timeout=_READ_S)
            except Exception:  # noqa: BLE001 - whatever it was, it is done here
                return None
            return answer

        return wait

    def close(self) -> None:
        """Let go of the scheduler."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                client.close(timeout=_ANSWER_S)


def _connect(address: str, settings: ClusterSettings, *, asynchronous: bool) -> Any:
    """Return a client, which is still to be awaited where it is `asynchronous`."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            "--cluster needs the extra `cluster`",
            hint="pip install 'provenance-desk[cluster]'",
        ) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is lost we say ourselves
    try:
        return Client(  # type: ignore[no-untyped-call]
            address, asynchronous=asynchronous, timeout=settings.connect_timeout_s,
            set_as_default=False, security=_security(address, settings),
        )  # fmt: skip
    except Exception as error:
        raise _unreachable(address, error) from error


def _security(address: str, settings: ClusterSettings) -> Any:
    if not address.startswith("tls://"):
        return None
    from distributed.security import Security

    return Security(  # type: ignore[no-untyped-call]
        require_encryption=True,
        tls_ca_file=settings.ca_file,
        tls_client_cert=settings.cert_file,
        tls_client_key=settings.key_file,
    )


def _unreachable(address: str, error: BaseException) -> ProvenanceError:
    return ProvenanceError(
        f"no scheduler answers at {address}: {_first_line(error)}",
        hint="start one with `dask scheduler`, or run without --cluster",
    )


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
