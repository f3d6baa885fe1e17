"""A certificate authority made on the fly, and one certificate for each host that is asked for."""

import ssl
from collections.abc import Callable, Iterable
from pathlib import Path

import trustme

__all__ = ["CertificateDesk"]

_ELSEWHERE = "some-other-host.example"


class CertificateDesk:
    """Issues certificates for host names when a client first asks for one of them.

    The authority's key lives in this object and dies with it. Hosts in
    `wrongly_named` are shown the certificate of another name.
    """

    def __init__(self, wrongly_named: Iterable[str] = ()) -> None:
        self._authority = trustme.CA(organization_name="Sample web of provenance (throw-away)")
        self._wrongly_named = frozenset(wrongly_named)
        self._contexts: dict[str, ssl.SSLContext] = {}

    def write_ca_file(self, path: Path) -> None:
        """Write the authority's certificate as PEM: what a client must trust."""
        self._authority.cert_pem.write_to_path(str(path))

    def server_context(self) -> ssl.SSLContext:
        """Return a context for a listener that picks the certificate by the client's SNI."""
        context = self._context_for(_ELSEWHERE)
        context.sni_callback = self._choosing()
        return context

    def _choosing(self) -> Callable[[ssl.SSLObject, str | None, ssl.SSLContext], int | None]:
        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
            if name and name not in self._wrongly_named:
                connection.context = self._context_for(name)
            return None

        return choose

    def _context_for(self, name: str) -> ssl.SSLContext:
        if name not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._authority.issue_cert(name).configure_cert(context)
            self._contexts[name] = context
        return self._contexts[name]
