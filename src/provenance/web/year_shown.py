"""The year's picture as pages show it: made once for many readers, for it takes some tenths of a second."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from starlette.requests import Request

from provenance.model import YearPicture
from provenance.store.database import Database
from provenance.watch.year import picture_year

__all__ = ["YearShown", "year_of"]

# While looks come in, the picture is made anew no oftener than this; and where none come, today's
# rules and what persons said are seen after this.
_AT_LEAST_S = 60.0
_AT_MOST_S = 600.0


class _Kept(NamedTuple):
    made_s: float
    looks: int
    year: YearPicture


class YearShown:
    """Makes the picture when it is asked for and keeps it for minutes; `clock` says what is now."""

    def __init__(
        self, clock: Callable[[], datetime], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._kept: _Kept | None = None
        self._turn = threading.Lock()

    def picture(self, db: Database) -> YearPicture:
        """Return the year as it was some minutes ago at most; who comes while it is made waits for it."""
        looks = int(db.value("SELECT max(rowid) FROM checks") or 0)
        with self._turn:
            kept = self._kept
            if kept is None or self._is_stale(kept, looks):
                kept = _Kept(self._monotonic(), looks, picture_year(db, self._clock()))
                self._kept = kept
            return kept.year

    def _is_stale(self, kept: _Kept, looks: int) -> bool:
        age_s = self._monotonic() - kept.made_s
        return age_s >= (_AT_MOST_S if looks == kept.looks else _AT_LEAST_S)


def year_of(request: Request) -> YearShown:
    """Return the picture of the application that was asked."""
    shown: YearShown = request.app.state.year
    return shown
