"""Names to addresses, and whether we are on the internet at all. The only importer of dnspython.

The system's own look-up cannot tell "there is no such name" from "the name
service is out of order", and that difference decides whether a source counts as
gone. So RCODEs are read here, and NXDOMAIN counts only from a resolver that
answers the canary names in the same run.
"""

import asyncio
import contextlib
from pathlib import Path
from typing import NamedTuple

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from provenance.errors import SettingsError
from provenance.formats.url import is_ip_address
from provenance.model import Failure, Vantage
from provenance.settings import FetchSettings, VantageSettings

__all__ = ["Resolution", "Resolver"]

_CANARY_S = 3.0
# Answers are shared for their TTL within these bounds: a run is short, a TTL of 0 is common.
_SHORTEST_TTL_S, _LONGEST_TTL_S = 5.0, 600.0
_NXDOMAIN_TTL_S = 60.0
_DNS_PORT = 53


class Resolution(NamedTuple):
    """The addresses of a host, IPv4 first, each as a literal; `ttl_s` is how long they hold."""

    addresses: tuple[str, ...]
    ttl_s: float


class _Cached(NamedTuple):
    answer: Resolution | Failure
    expires_s: float


class Resolver:
    """Resolves names: the hosts file first, then the name service. One per run."""

    def __init__(
        self,
        fetch: FetchSettings,
        vantage: VantageSettings,
        *,
        hosts_file: Path = Path("/etc/hosts"),
        canary_s: float = _CANARY_S,
    ) -> None:
        self._lookup_s, self._canary_s = fetch.lookup_timeout_s, canary_s
        self._nameservers = tuple(_read_nameserver(text) for text in fetch.nameservers)
        self._canaries = vantage.canaries
        self._hosts_file = hosts_file
        self._hosts: dict[str, tuple[str, ...]] | None = None
        self._stub: dns.asyncresolver.Resolver | None = None
        self._cache: dict[str, _Cached] = {}
        self._pending: dict[str, asyncio.Task[Resolution | Failure]] = {}
        self._vantage: asyncio.Task[Vantage] | None = None

    async def resolve(self, host: str) -> Resolution | Failure:
        """Return every address of a host, or why there is none.

        A failure is `offline` where the canaries do not answer either, `nxdomain`
        only for RCODE 3, else `dns`. Concurrent calls for one name share one query.
        """
        if is_ip_address(host):
            return Resolution((host.strip("[]"),), _LONGEST_TTL_S)
        cached = self._cache.get(host)
        if cached is not None and cached.expires_s > asyncio.get_running_loop().time():
            return cached.answer
        task = self._pending.get(host)
        if task is None:
            task = asyncio.create_task(self._resolve_and_keep(host))
            self._pending[host] = task
        return await asyncio.shield(task)

    async def vantage(self) -> Vantage:
        """Return "online" if any canary name has an address, asked once per run.

        Without canaries nobody asks: we count as online, and NXDOMAIN proves nothing.
        """
        if not self._canaries:
            return "online"
        if self._vantage is None:
            self._vantage = asyncio.create_task(self._ask_canaries())
        return await asyncio.shield(self._vantage)

    async def aclose(self) -> None:
        """Stop every look-up that is under way."""
        tasks: list[asyncio.Task[Resolution | Failure] | asyncio.Task[Vantage]] = [
            *self._pending.values()
        ]
        if self._vantage is not None:
            tasks.append(self._vantage)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _resolve_and_keep(self, host: str) -> Resolution | Failure:
        try:
            answer = await self._resolve(host)
        finally:
            self._pending.pop(host, None)
        ttl_s = _seconds_to_keep(answer)
        if ttl_s:
            expires_s = asyncio.get_running_loop().time() + ttl_s
            self._cache[host] = _Cached(answer, expires_s)
        return answer

    async def _resolve(self, host: str) -> Resolution | Failure:
        listed = self._read_hosts_file().get(host.rstrip("."))
        if listed:
            return Resolution(listed, _LONGEST_TTL_S)
        answer = await self._ask_both_families(host)
        if isinstance(answer, Failure) and await self.vantage() == "offline":
            return Failure("offline")
        if isinstance(answer, Failure) and answer.kind == "nxdomain" and not self._canaries:
            return Failure("dns", f"{answer.detail}, but no canary vouches for the name service")
        return answer

    async def _ask_both_families(self, host: str) -> Resolution | Failure:
        answers = await asyncio.gather(
            self._ask(host, "A", self._lookup_s), self._ask(host, "AAAA", self._lookup_s)
        )
        found = [answer for answer in answers if isinstance(answer, Resolution)]
        if found:
            addresses = tuple(address for answer in found for address in answer.addresses)
            return Resolution(addresses, min(answer.ttl_s for answer in found))
        failures = [answer for answer in answers if isinstance(answer, Failure)]
        # NXDOMAIN speaks of the name, whatever the type: both have to say it
        return max(failures, key=lambda failure: failure.kind != "nxdomain")

    async def _ask(self, host: str, family: str, lifetime_s: float) -> Resolution | Failure:
        try:
            name = dns.name.from_text(host.rstrip(".") + ".")
            answer = await self._stub_resolver().resolve(
                name, family, raise_on_no_answer=False, lifetime=lifetime_s, search=False
            )
        except dns.resolver.NXDOMAIN:
            return Failure("nxdomain", f"{host} does not exist (NXDOMAIN)")
        except dns.exception.DNSException as error:
            return Failure("dns", f"{host}: {type(error).__name__}")
        except (OSError, UnicodeError) as error:
            return Failure("dns", f"{host}: {error}")
        if answer.rrset is None:
            return Failure("dns", f"{host} has no {family} record")
        return Resolution(tuple(record.address for record in answer.rrset), float(answer.rrset.ttl))

    async def _ask_canaries(self) -> Vantage:
        asked = [
            asyncio.create_task(self._ask(name, "A", self._canary_s)) for name in self._canaries
        ]
        try:
            for task in asyncio.as_completed(asked):
                if isinstance(await task, Resolution):
                    return "online"
            return "offline"
        finally:
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    def _stub_resolver(self) -> dns.asyncresolver.Resolver:
        """Return the stub resolver; made late, since a machine may have no resolv.conf."""
        if self._stub is None:
            self._stub = dns.asyncresolver.Resolver(configure=not self._nameservers)
            if self._nameservers:
                self._stub.nameservers = list(self._nameservers)
        return self._stub

    def _read_hosts_file(self) -> dict[str, tuple[str, ...]]:
        if self._hosts is None:
            text = ""
            with contextlib.suppress(OSError):
                text = self._hosts_file.read_text(encoding="utf-8", errors="replace")
            self._hosts = parse_hosts_file(text)
        return self._hosts


def parse_hosts_file(text: str) -> dict[str, tuple[str, ...]]:
    """Return the names of a hosts(5) file with their addresses, in the order written.

    >>> parse_hosts_file("192.0.2.1 a.test b.test # both")["b.test"]
    ('192.0.2.1',)
    """
    hosts: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        if not is_ip_address(address):
            continue
        for name in names:
            hosts[name.lower()] = (*hosts.get(name.lower(), ()), address)
    return hosts


def _seconds_to_keep(answer: Resolution | Failure) -> float:
    if isinstance(answer, Resolution):
        return min(max(answer.ttl_s, _SHORTEST_TTL_S), _LONGEST_TTL_S)
    return _NXDOMAIN_TTL_S if answer.kind in {"nxdomain", "offline"} else 0.0


def _read_nameserver(text: str) -> dns.nameserver.Nameserver:
    """Read `ip`, `ip:port` or `[ipv6]:port`."""
    host, colon, port = text.rpartition(":")
    if is_ip_address(text):
        host, port = text, str(_DNS_PORT)
    elif not (colon and is_ip_address(host) and port.isdigit()):
        raise SettingsError(f"fetch.nameservers: {text!r} is no `address` or `address:port`")
    return dns.nameserver.Do53Nameserver(host.strip("[]"), int(port))
