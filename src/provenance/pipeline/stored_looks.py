"""Looks that workers stored, read back from the archive and handed on as visits, one at a time."""

import logging
from collections.abc import AsyncGenerator, Iterable, Mapping

from msgspec.structs import replace

from provenance.errors import ArchiveError
from provenance.keep.archive import Archive
from provenance.keep.exchanges import StoredExchange
from provenance.keep.spool import Look
from provenance.model import Exchange, Source, Visit
from provenance.pipeline.conditions import HeldPage, place_of
from provenance.store.read import find_payload
from provenance.store.write import Store

__all__ = ["StoredLooks"]

_log = logging.getLogger("provenance.pipeline")
_NOT_MODIFIED = 304


class StoredLooks:
    """A crew (pipeline/crew.py) that has been: it hands on the looks that it is given."""

    def __init__(self, store: Store, archive: Archive, looks: Iterable[Look] = ()) -> None:
        self._store = store
        self._archive = archive
        self._looks = looks
        self._now: Look | None = None
        self._put_off: list[Look] = []
        self._is_late = False
        self._requests = 0

    @property
    def requests(self) -> int:
        """How many requests these looks took, robots.txt and tries again left out."""
        return self._requests

    async def visits(
        self,
        sources: Mapping[str, Source],
        held: Mapping[str, HeldPage],  # noqa: ARG002
    ) -> AsyncGenerator[Visit, None]:
        """Yield the visit of each look at one of the sources."""
        for look in self._looks:
            if look.visit.url in sources and (visit := self.take(look)) is not None:
                yield visit
        for visit in self.put_off_visits():
            yield visit

    def take(self, look: Look) -> Visit | None:
        """Return a look's visit with its bodies; None where they cannot be read."""
        try:
            hops = look.visit.hops
            if look.stored:
                hops = tuple(map(self._with_body, hops, look.stored))
        except ArchiveError as error:
            _log.warning("a look at %s is lost: %s", look.visit.url, error.message)
            return None
        self._now = look
        self._requests += 0 if self._is_late else len(look.visit.hops)
        return replace(look.visit, hops=hops)

    def _with_body(self, hop: Exchange, stored: StoredExchange) -> Exchange:
        place = stored.place
        if stored.revisit and hop.status != _NOT_MODIFIED:
            holder = find_payload(self._store.db, stored.payload_sha256)
            if holder is None:
                raise ArchiveError(f"nothing holds the payload {stored.payload_sha256}")
            place = place_of(holder)
        return replace(hop, body=self._archive.read(place).payload)

    def put_off_visits(self) -> Iterable[Visit]:
        """Yield what was put off, when nobody of the crew asks any more."""
        self._is_late = True
        while self._put_off:
            if (visit := self.take(self._put_off.pop(0))) is not None:
                yield visit

    def stored(self, visit: Visit) -> Look | None:
        """Return what is stored of the visit that was handed on last; None where nothing is."""
        now = self._now
        return now if now is not None and now.stored and now.visit.url == visit.url else None

    def put_off(self, visit: Visit) -> bool:
        """Take the visit that was handed on last back until nobody of the crew asks any more."""
        if self._is_late or self._now is None or self._now.visit.url != visit.url:
            return False
        self._put_off.append(self._now)
        return True

    @property
    def has_put_off(self) -> bool:
        """Tell whether anything was put off."""
        return bool(self._put_off)
