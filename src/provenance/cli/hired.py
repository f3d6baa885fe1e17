"""`--cluster ADDRESS`: who is hired to look at sources."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from provenance.errors import UsageError

if TYPE_CHECKING:
    from provenance.pipeline.crew import Hire
    from provenance.pipeline.parsing import ParseElsewhere
    from provenance.pipeline.workplace import Workplace

__all__ = ["cluster_option", "hire_from", "readers_from"]

_F = TypeVar("_F", bound=Callable[..., Any])

cluster_option = click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Let the workers of a dask scheduler look at sources: tls://HOST:PORT.",
)


def hire_from(
    address: str | None, workplace: "Workplace", *, max_requests: int = 0
) -> "Hire | None":
    """Return who hires the workers of the scheduler at an address, None where none is named.

    Raises:
        UsageError, SettingsError: it is no address, one that must not be used, or together with a
            bound of requests, which nobody could keep.
    """
    if address is None:
        return None
    from provenance.cluster.crew import ClusterCrew
    from provenance.cluster.pool import check_address

    check_address(address, workplace.settings.cluster)
    if max_requests:
        raise UsageError(
            "requests are counted in one process: workers of a cluster cannot keep --max-requests",
            hint="bound the run with --max-minutes",
        )
    return lambda store, archive, place, run: ClusterCrew(address, store, archive, place, run=run)


def readers_from(address: str | None, workplace: "Workplace") -> "ParseElsewhere | None":
    """Return who has documents parsed by the workers of a scheduler, None where none is named."""
    if address is None:
        return None
    from provenance.cluster.reading import ClusterReader

    return lambda: ClusterReader(address, workplace.settings)
