"""Where a request may go: connect_to, name service and guard put together."""

from typing import NamedTuple

from provenance.errors import SettingsError
from provenance.fetch.guard import Guard
from provenance.fetch.resolve import Resolver
from provenance.formats.url import Address, is_ip_address, parse_address
from provenance.model import Failure
from provenance.settings import FetchSettings

__all__ = ["Route", "Router"]


class Route(NamedTuple):
    """Addresses that were checked, to be connected to as they stand: no second look-up."""

    addresses: tuple[str, ...]
    port: int


class Router:
    """Finds the route to a URL's host, or says why there is none."""

    def __init__(self, settings: FetchSettings, guard: Guard, resolver: Resolver) -> None:
        self._guard = guard
        self._resolver = resolver
        self._stand_ins = dict(
            _read_stand_in(written, target) for written, target in settings.connect_to.items()
        )

    async def find_route(self, address: Address) -> Route | Failure:
        """Return the checked addresses of a URL; any forbidden one refuses the host.

        A public address has no route from a vantage that is offline. Stand-ins and
        intranets are reached without an internet.
        """
        stand_in = self._stand_ins.get((address.host, address.port))
        if stand_in is not None:
            return self._check_stand_in(address, stand_in)
        resolution = await self._resolver.resolve(address.host)
        if isinstance(resolution, Failure):
            return resolution
        refusal = self._guard.refuse_addresses(resolution.addresses)
        if refusal is not None:
            return refusal
        is_public = all(map(self._guard.is_public, resolution.addresses))
        if is_public and await self._resolver.vantage() == "offline":
            # whatever answers here (a portal, a filter, nothing at all) is not the host
            return Failure("offline")
        return Route(resolution.addresses, address.port)

    def _check_stand_in(self, address: Address, route: Route) -> Route | Failure:
        target = route.addresses[0]
        reason = self._guard.refuse_address(target)
        if reason is None:
            return route
        prefix = 128 if ":" in target else 32
        return Failure(
            "guard",
            f"fetch.connect_to sends {address.host}:{address.port} to {target}, which is {reason}: "
            f'fetch.allow_networks has to hold "{target}/{prefix}" or a wider network',
        )


def _read_stand_in(written: str, target: str) -> tuple[tuple[str, int], Route]:
    host, port = _split_port(written, "host:port", written)
    address, target_port = _split_port(target, "address:port", written)
    if not is_ip_address(address):
        raise SettingsError(f"fetch.connect_to.{written!r}: {address!r} is no address but a name")
    named = parse_address(f"http://{host}:{port}/")
    if named is None:
        raise SettingsError(f"fetch.connect_to.{written!r}: {host!r} is no host")
    return (named.host, port), Route((address.strip("[]"),), target_port)


def _split_port(text: str, form: str, key: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65536:
        raise SettingsError(f"fetch.connect_to.{key!r}: {text!r} is not of the form `{form}`")
    return host, int(port)
