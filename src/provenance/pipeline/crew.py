"""The seam to others who look at sources for a run, in processes and on machines of their own."""

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Protocol

from provenance.keep.archive import Archive
from provenance.keep.spool import Look
from provenance.model import Source, Visit
from provenance.pipeline.conditions import HeldPage
from provenance.pipeline.workplace import Workplace
from provenance.store.write import Store

__all__ = ["Crew", "Hire"]


class Crew(Protocol):
    """They ask and store; what it amounts to is judged and committed by the one who hired them."""

    @property
    def requests(self) -> int:
        """How many requests their looks took."""
        ...

    def visits(
        self, sources: Mapping[str, Source], held: Mapping[str, HeldPage]
    ) -> AsyncGenerator[Visit, None]:
        """Yield a visit of each source, by the URL to be asked; none of what nobody came to ask.

        Whoever may stop early closes it: then nobody of the crew asks any more.
        """
        ...

    def stored(self, visit: Visit) -> Look | None:
        """Return what a worker has stored of a visit; None where that is still to be done."""
        ...

    def put_off(self, visit: Visit) -> bool:
        """Take a visit back whose host we have to ask ourselves: it comes again when nobody else does.

        False where it came again already.
        """
        ...


# Hires a crew for the run of that name; what it has asked in an earlier life of it is not asked again.
Hire = Callable[[Store, Archive, Workplace, str], Crew]
