"""What the rows tell of sources before they are looked at: asked for many at once, since a look is cheap.

Two statements for hundreds of sources in place of six for each: a night of a hundred thousand looks
spent a third of its time in asking one source's questions one by one.
"""

from collections.abc import Collection

from msgspec import Struct

from provenance.model import Capture
from provenance.store.database import Database
from provenance.store.read import CAPTURE
from provenance.store.rot import BASE, FIRST_CITED
from provenance.store.rows import json_text, parse_time
from provenance.store.withdrawals import NOT_WITHDRAWN

__all__ = ["Before", "read_before"]

_WIDTH = CAPTURE.count(",") + 1
# Correlated, since each has an index of its own that stops at the first row.
_DAYS = f"SELECT value, {FIRST_CITED.format(source='w.value')} FROM json_each(?) w"  # noqa: S608
_LATEST = f"""
SELECT c.rowid FROM captures c WHERE c.source_id = wanted.key AND {NOT_WITHDRAWN}
ORDER BY c.at DESC, c.capture_id DESC LIMIT 1
"""  # noqa: S608 - put together from constants
_HOLDER = """
SELECT p.rowid FROM captures p WHERE p.payload_sha256 = c.payload_sha256 AND p.revisit_of IS NULL
ORDER BY p.at, p.capture_id LIMIT 1
"""
_BEFORE = f"""
SELECT wanted.key,
  (SELECT payload_sha256 FROM captures WHERE source_id = wanted.key ORDER BY at DESC LIMIT 1),
  (SELECT facts FROM checks WHERE capture_id = c.capture_id ORDER BY at LIMIT 1),
  b.title,
  {CAPTURE}, {CAPTURE.replace("c.", "h.")}
FROM json_each(?) wanted
LEFT JOIN captures c ON c.rowid = ({_LATEST})
LEFT JOIN captures h ON h.rowid = ({_HOLDER})
LEFT JOIN texts b ON b.text_key = ({BASE.format(wanted="text_key", source="wanted.key", day="wanted.value")})
"""  # noqa: S608


class Before(Struct, frozen=True):
    """What is known of a source before a look.

    `latest` is its latest capture that was not withdrawn, `holder` the capture that holds that body,
    `facts` the JSON of the look that gave `latest`. `last_payload` is that of the latest capture,
    withdrawn or not. `title` is that of the copy which claims lean on.
    """

    latest: Capture | None = None
    holder: Capture | None = None
    facts: str | None = None
    last_payload: str | None = None
    title: str | None = None


def read_before(db: Database, source_ids: Collection[str]) -> dict[str, Before]:
    """Return what is known of each of these sources, by id."""
    found = {}
    days = dict(db.tuples(_DAYS, (json_text(list(source_ids)),)))
    for source_id, last, facts, title, *both in db.tuples(_BEFORE, (json_text(days),)):
        latest = _capture_of(both[:_WIDTH])
        # most bodies are held by the capture that is the latest
        is_own = latest is not None and both[_WIDTH] == latest.id
        holder = latest if is_own else _capture_of(both[_WIDTH:])
        found[source_id] = Before(latest, holder, facts, last, title)
    return found


def _capture_of(row: list[object]) -> Capture | None:
    if row[0] is None:
        return None
    row[2] = parse_time(str(row[2]))
    return Capture(*row)  # type: ignore[arg-type] # the columns are its fields, in order
