"""The hosts that are cited, and the sources of one."""

from provenance.formats.strangers import storable
from provenance.formats.url import registrable_domain
from provenance.store import host_read
from provenance.store.database import Database
from provenance.store.read import count_states
from provenance.trace.source_records import HostCount, HostReport, Hosts, ListedSource

__all__ = ["report_host", "report_hosts"]

_PAGE_OF_HOSTS = 60
_PAGE_OF_SOURCES = 40
_MOST_RELATED = 30


def report_hosts(db: Database, behind: str = "", prefix: str = "") -> Hosts:
    """Return hosts by name: those that begin with `prefix`, from behind `behind` on.

    The states of all sources are counted on the first page alone.
    """
    found = host_read.list_hosts(
        db, _PAGE_OF_HOSTS + 1, storable(behind), storable(prefix).strip().lower()
    )
    shown = tuple(HostCount(**row) for row in found[:_PAGE_OF_HOSTS])
    return Hosts(
        states={} if behind or prefix else count_states(db),
        unaddressed=host_read.count_unaddressed(db),
        items=shown,
        next=shown[-1].host if len(found) > _PAGE_OF_HOSTS else None,
    )


def report_host(
    db: Database, host: str, behind: str | None = None, state: str | None = None
) -> HostReport:
    """Return the sources of a host; "" are those without one. One that nobody cites has none.

    `behind` is the id of the last source of the page before, `state` leaves out others.
    """
    host = storable(host).strip().lower().rstrip(".")
    domain = registrable_domain(host) if host else ""
    total = host_read.count_sources_of_host(db, host) if host else host_read.count_unaddressed(db)
    found = host_read.list_sources_of_host(db, host or None, _PAGE_OF_SOURCES + 1, behind, state)
    shown = tuple(ListedSource(**row) for row in found[:_PAGE_OF_SOURCES])
    is_first = behind is None and state is None
    related = (
        host_read.related_hosts(db, host, domain, _MOST_RELATED) if domain and is_first else []
    )
    if len(found) > _PAGE_OF_SOURCES:
        further: str | None = shown[-1].id
    else:
        further = host_read.source_behind(db, host or None, behind)
    return HostReport(
        host=host,
        domain=domain,
        sources=total,
        counted=min(total, host_read.MOST_SEARCHED),
        states=host_read.count_host_states(db, host or None, host_read.MOST_SEARCHED),
        related=tuple(HostCount(**row) for row in related),
        items=shown,
        next=further,
    )
