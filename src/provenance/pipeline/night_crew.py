"""How a night looks at its sources: in its order, until it may not any more, and not while we are cut off."""

import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping

from provenance.fetch.fetcher import Fetcher
from provenance.keep.spool import Look
from provenance.model import Source, Visit
from provenance.pipeline.conditions import Conditions, HeldPage
from provenance.pipeline.crew import Crew
from provenance.watch.outage import OutageWatch

__all__ = ["NightCrew"]


class NightCrew:
    """Stands between those who ask (the fetcher, or a `hired` crew) and those who judge.

    What a host has refused to answer for tonight was not asked, and is passed over: it stays due.
    Of what `was_passed_over` for nights already the refusal is taken for a look: else a host that
    refuses for ever would never be told of. `is_over` is asked between two looks. Afterwards `was_cut_off` tells that we reached nobody.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        outage: OutageWatch,
        is_over: Callable[[], bool],
        was_passed_over: Callable[[Source], bool],
        hired: Crew | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._outage = outage
        self._is_over = is_over
        self._was_passed_over = was_passed_over
        self._hired = hired
        self.was_cut_off = False

    @property
    def requests(self) -> int:
        """How many requests the looks of a hired crew took."""
        return self._hired.requests if self._hired is not None else 0

    async def visits(
        self, sources: Mapping[str, Source], held: Mapping[str, HeldPage]
    ) -> AsyncGenerator[Visit, None]:
        """Yield visits as they come, as long as the night goes on."""
        async with contextlib.aclosing(self._ask(sources, held)) as visits:
            async for visit in visits:
                source, failure = sources.get(visit.url), visit.failure
                was_refused = failure is not None and failure.kind == "later" and not visit.hops
                if was_refused and not (source and self._was_passed_over(source)):
                    continue
                yield visit
                if self._outage.hear(visit, source.host if source else None):
                    self.was_cut_off = True
                    return
                if self._is_over():
                    return

    def _ask(
        self, sources: Mapping[str, Source], held: Mapping[str, HeldPage]
    ) -> AsyncGenerator[Visit, None]:
        if self._hired is not None:
            return self._hired.visits(sources, held)
        return self._fetcher.visits(sources, Conditions(held), in_order=True)

    def stored(self, visit: Visit) -> Look | None:
        """Return what a hired worker has stored of a visit."""
        return self._hired.stored(visit) if self._hired is not None else None

    def put_off(self, visit: Visit) -> bool:
        """Take a visit back where a hired crew takes it."""
        return self._hired is not None and self._hired.put_off(visit)
