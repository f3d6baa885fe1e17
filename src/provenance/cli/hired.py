"""`--cluster ADDRESS`: who is hired to look at sources."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provenance.pipeline.crew import Hire
    from provenance.pipeline.workplace import Workplace

__all__ = ["hire_from"]


def hire_from(address: str, workplace: "Workplace") -> "Hire":
    """Return who hires the workers of the scheduler at an address.

    Raises:
        UsageError, SettingsError: it is no address, or one that must not be used.
    """
    from provenance.cluster.crew import ClusterCrew
    from provenance.cluster.pool import check_address

    check_address(address, workplace.settings.cluster)
    return lambda store, archive, place, run: ClusterCrew(address, store, archive, place, run=run)
