"""What the store knows of a draft's sources: read only, a few queries for all of them together."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from os import PathLike
from types import TracebackType
from typing import Any, Self

import msgspec

from provenance.model import Source
from provenance.store.database import Database, open_database
from provenance.store.knowing import (
    confirmed_claims,
    known_copies,
    known_sources,
    texts_of_source,
)
from provenance.store.rows import parse_time
from provenance.validate.draft import Known, KnownCopy
from provenance.validate.moved import moved_to

__all__ = ["KnownSources", "StoreKnowledge"]

# A page that is captured every week for a year has hardly more distinct texts than this.
_MAX_TEXTS = 50


class StoreKnowledge:
    """A store that drafts are held against; `ask` is what the desk wants.

    ::

        with StoreKnowledge.open("provenance.db") as store:
            with Desk(settings, house, today=today, ask=store.ask) as desk: ...
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    @classmethod
    def open(cls, path: str | PathLike[str]) -> Self:
        """Open a store; others may go on writing to it meanwhile.

        Raises:
            StoreError: there is none, it is of an earlier version (`provenance ingest` brings
                it up to date), of a later one, damaged, or in use.
        """
        return cls(open_database(path, read_only=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    def ask(self, sources: Sequence[Source]) -> "KnownSources":
        """Return what the store knows of these sources now.

        Raises:
            StoreError: it cannot be read.
        """
        return KnownSources(self._db, [source.id for source in sources])


class KnownSources:
    """What the store knows of the sources of one draft (`draft.Knowledge`); texts are read when asked for."""

    def __init__(self, db: Database, source_ids: Sequence[str]) -> None:
        self._db = db
        self._texts: dict[str, Sequence[str]] = {}
        copies = _copies(db, source_ids)
        confirmed: dict[str, list[str]] = defaultdict(list)
        for row in confirmed_claims(db, source_ids):
            confirmed[row["source_id"]].append(row["claim_text"])
        self._known = {
            row["source_id"]: _known(row, copies[row["source_id"]], confirmed[row["source_id"]])
            for row in known_sources(db, source_ids)
        }

    def of(self, source_id: str) -> Known | None:
        """Return what is known of a source; None where the store has never met it."""
        return self._known.get(source_id)

    def texts_of(self, source_id: str) -> Sequence[str]:
        """Return the archived texts of a source, newest first, the last 50 that differ."""
        if source_id not in self._known:
            return ()
        if source_id not in self._texts:
            self._texts[source_id] = texts_of_source(self._db, source_id, _MAX_TEXTS)
        return self._texts[source_id]


def _copies(db: Database, source_ids: Sequence[str]) -> dict[str, list[KnownCopy]]:
    found: dict[str, list[KnownCopy]] = defaultdict(list)
    for row in known_copies(db, source_ids):
        copy = KnownCopy(row["archive"], row["uri_m"], _time(row["at"]))
        found[row["source_id"]].append(copy)
    return found


def _known(row: dict[str, Any], copies: Sequence[KnownCopy], confirmed: Sequence[str]) -> Known:
    hops = msgspec.json.decode(row["hops"] or "[]")
    # what was asked in place of the address (a public view) tells nothing of where that moved
    is_itself = row["asked_instead"] is None
    return Known(
        source_id=row["source_id"],
        state=row["state"] or "unchecked",
        outcome=row["outcome"],
        rule=row["rule"] or "",
        reason=row["reason"] or "",
        state_reason=row["state_reason"] or "",
        checked_at=_time(row["last_checked"]),
        last_ok=_time(row["last_ok"]),
        http_status=row["http_status"],
        final_url=row["final_url"],
        moved_to=moved_to([(hop["url"], hop["status"]) for hop in hops]) if is_itself else None,
        title=row["title"],
        published=row["published"],
        captures=row["captures"] or 0,
        captured_at=_time(row["captured_at"]),
        mementos=tuple(copies),
        attachments=row["attachments"],
        confirmed=tuple(confirmed),
    )


def _time(text: str | None) -> datetime | None:
    return parse_time(text) if text else None
