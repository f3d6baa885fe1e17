"""What a look brings and the archive must not hold again, since it was taken out of it."""

from provenance.formats.ids import sha256_hex
from provenance.model import Visit
from provenance.store.database import Database
from provenance.store.withdrawals import (
    find_tombstone,
    has_withdrawals,
    sources_withdrawn_forever,
)

__all__ = ["Withheld"]


class Withheld:
    """Asks of every visit whether it may be archived; as of the start of a run.

    Only a writer withdraws, and there is one at a time: nothing is withdrawn meanwhile.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._forever = sources_withdrawn_forever(db)
        self._has_any = has_withdrawals(db)

    def reason(self, source_id: str, visit: Visit, rendered: bytes = b"") -> str | None:
        """Return why nothing of a visit may be kept; None where it may.

        A body of any hop, or the document that a browser made of it, that was withdrawn, from whichever source, counts, and everything
        of a source that was withdrawn for ever.
        """
        if not visit.hops or not self._has_any:
            return None
        if source_id in self._forever:
            return self._forever[source_id]
        bodies = [*(hop.body for hop in visit.hops), rendered]
        stone = find_tombstone(self._db, {sha256_hex(body) for body in bodies if body})
        return stone.reason if stone else None
