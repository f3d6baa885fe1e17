"""How often may somebody be wrong: wrong tokens from one address, and from everywhere, in a minute.

A try is counted before it is looked at and given back where it was right, so that many at once get no
more than one after the other. Of IPv6 the first 64 bits are one address: a household has them all.
From a botnet come few guesses from each of many addresses, hence the limit for all together;
an address from which a right token came before is not bound by that one, or the botnet would
lock out those who work here. Sessions are bound by neither.
"""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock

from msgspec import Struct

__all__ = ["Guesses", "network_of"]

_MINUTE_S = 60.0
_MAX_TRUSTED = 1000
_MAX_NAME = 64


class _Counted(Struct):
    """Tries since `since` (seconds of a steady clock)."""

    since: float
    count: int = 0


class Guesses:
    """Counts wrong tokens. `now` is a steady clock in seconds.

    Memory is bounded by `in_all`: past it nobody new is counted, because nobody new is listened to.
    """

    def __init__(self, now: Callable[[], float], *, per_address: int, in_all: int) -> None:
        self._now = now
        self._per_address = per_address
        self._in_all = in_all
        self._all = _Counted(now())
        self._by_network: dict[str, _Counted] = {}
        self._trusted: dict[str, None] = {}
        self._lock = Lock()

    def wait_s(self, address: str) -> float:
        """Return for how long an address is not listened to; 0.0 where it is."""
        with self._lock:
            return self._wait_s(network_of(address))

    def take(self, address: str) -> float:
        """Count a try and return 0.0, or return for how long it has to wait."""
        network = network_of(address)
        with self._lock:
            wait_s = self._wait_s(network)
            if wait_s > 0:
                return wait_s
            self._by_network.setdefault(network, _Counted(self._now())).count += 1
            self._all.count += 1
            return 0.0

    def give_back(self, address: str) -> None:
        """Say of a counted try that the token was right."""
        network = network_of(address)
        with self._lock:
            counted = self._by_network.get(network)
            if counted is not None and counted.count > 0:
                counted.count -= 1
            self._all.count = max(0, self._all.count - 1)
            self._trusted.pop(network, None)
            self._trusted[network] = None
            while len(self._trusted) > _MAX_TRUSTED:
                del self._trusted[next(iter(self._trusted))]

    def __len__(self) -> int:
        return len(self._by_network)

    def _wait_s(self, network: str) -> float:
        self._forget_what_is_over()
        waits = [0.0]
        counted = self._by_network.get(network)
        if counted is not None and counted.count >= self._per_address:
            waits.append(counted.since + _MINUTE_S - self._now())
        if network not in self._trusted and self._all.count >= self._in_all:
            waits.append(self._all.since + _MINUTE_S - self._now())
        return max(waits)

    def _forget_what_is_over(self) -> None:
        now = self._now()
        if now >= self._all.since + _MINUTE_S:
            self._all = _Counted(now)
        over = [
            each for each, counted in self._by_network.items() if now >= counted.since + _MINUTE_S
        ]
        for each in over:
            del self._by_network[each]


def network_of(address: str) -> str:
    """Return what counts as one address.

    >>> network_of("192.0.2.7"), network_of("2001:db8::1:2:3:4"), network_of("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7')
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:_MAX_NAME]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((int(found), 64), strict=False))
    return str(found)
