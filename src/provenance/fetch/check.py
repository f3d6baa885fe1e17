"""Are these settings such that a fetch could be made with them? Asked before any work begins."""

from provenance.fetch.guard import Guard
from provenance.fetch.resolve import Resolver
from provenance.fetch.route import Router
from provenance.fetch.transport import make_tls_context
from provenance.formats.sites import read_sites
from provenance.settings import Settings

__all__ = ["check_fetch_settings"]


def check_fetch_settings(settings: Settings) -> None:
    """Read every network, stand-in, name server, certificate and site table that the settings name.

    Raises:
        SettingsError: naming the key (`fetch.allow_networks: …`).
    """
    fetch = settings.fetch
    Router(fetch, Guard(fetch), Resolver(fetch, settings.vantage))
    make_tls_context(fetch)
    read_sites(fetch.sites)
