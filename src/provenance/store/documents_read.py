"""Which documents there are, a page of them at a time, and how what they say is sourced.

Pages are cut by key: where one goes on is said by the document behind which it does, so that the
thousandth page costs what the first does, and a document that comes in meanwhile moves nothing.
"""

from collections.abc import Collection
from typing import Literal, NamedTuple

from provenance.formats.strangers import storable
from provenance.store.database import Database, Row
from provenance.store.rows import json_text

__all__ = [
    "MOST_COUNTED",
    "DocumentQuery",
    "Sorting",
    "count_documents",
    "count_source_states",
    "list_years",
    "select_documents",
]

Sorting = Literal["newest", "oldest", "title"]


MOST_COUNTED = 1_000


class DocumentQuery(NamedTuple):
    """Which documents are wanted, and which page of them.

    Those whose title or path holds `words`, that were published in `year`, that cite a source in
    `state`; `after` or `before` is the id of the document next to the page.
    """

    words: str = ""
    year: int | None = None
    state: str | None = None
    sorting: Sorting = "newest"
    after: str | None = None
    before: str | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether not all documents are wanted."""
        return bool(self.words) or self.year is not None or self.state is not None


# The expressions are those of the indices in `document_indices`: written otherwise they are not used.
_DAY = "coalesce(k.published, '')"
_TITLE = "lower(coalesce(k.title, ''))"
_ORDERS: dict[Sorting, tuple[str, str]] = {
    "newest": (_DAY, "DESC"),
    "oldest": (_DAY, "ASC"),
    "title": (_TITLE, "ASC"),
}
_COLUMNS = """
SELECT d.document_id AS id, k.content_key, k.title, k.published, d.path, d.origin_url, k.sha256,
  v.at, v.seq AS version,
  (SELECT count(*) FROM versions w WHERE w.document_id = d.document_id) AS versions,
  (SELECT count(*) FROM claims c WHERE c.content_key = d.content_key) AS claims,
  (SELECT count(*) FROM notes n WHERE n.content_key = d.content_key) AS notes
"""
# CROSS JOIN keeps the order of the loops: the index that sorts is walked, and left when the page is full.
_FROM = """
FROM contents k
CROSS JOIN documents d ON d.content_key = k.content_key
CROSS JOIN versions v ON v.document_id = d.document_id AND v.seq = d.seq
"""
# Of a rare state its few sources lead to their documents; of a common one nearly every document
# has some, and asking each in turn fills a page soon.
_RARE = 2_000
_COUNT_STATE = f"SELECT count(*) FROM (SELECT 1 FROM states WHERE state = ? LIMIT {_RARE + 1})"  # noqa: S608
_IN_RARE_STATE = """
k.content_key IN (
  SELECT n.content_key FROM states t
  CROSS JOIN citations i ON i.source_id = t.source_id CROSS JOIN notes n ON n.note_key = i.note_key
  WHERE t.state = :state)
"""
_IN_COMMON_STATE = """
EXISTS (
  SELECT 1 FROM notes n
  CROSS JOIN citations i ON i.note_key = n.note_key
  CROSS JOIN states t ON t.source_id = i.source_id
  WHERE n.content_key = k.content_key AND t.state = :state)
"""
# From the first day of each year to the first behind it: as many steps as there are years.
_YEARS = """
WITH RECURSIVE firsts (day) AS (
  SELECT min(coalesce(published, '')) FROM contents WHERE coalesce(published, '') >= '0001'
  UNION ALL
  SELECT (SELECT min(coalesce(published, '')) FROM contents
          WHERE coalesce(published, '') > substr(day, 1, 4) || char(0x10FFFF))
  FROM firsts WHERE day IS NOT NULL)
SELECT CAST(substr(day, 1, 4) AS INTEGER) FROM firsts WHERE day GLOB '[0-9][0-9][0-9][0-9]*'
"""
_STATES = """
SELECT n.content_key, coalesce(t.state, 'unchecked') AS state, count(DISTINCT i.source_id) AS sources
FROM json_each(?) wanted
CROSS JOIN notes n ON n.content_key = wanted.value
CROSS JOIN citations i ON i.note_key = n.note_key AND i.source_id IS NOT NULL
LEFT JOIN states t ON t.source_id = i.source_id
GROUP BY n.content_key, 2
"""


def select_documents(db: Database, query: DocumentQuery, limit: int) -> list[Row]:
    """Return at most `limit` documents in their current version, in the order asked for.

    Columns: id, content_key, title, published, path, origin_url, sha256, at, version, versions,
    claims, notes. With `before` they are the last ones that stand before it.
    """
    expression, direction = _ORDERS[query.sorting]
    where, parameters = _conditions(db, query)
    is_backwards = query.before is not None
    if is_backwards:
        direction = "ASC" if direction == "DESC" else "DESC"
    if key := _key_of(db, expression, query.before or query.after):
        sign = ">" if direction == "ASC" else "<"
        where.append(
            f"{expression} {sign}= :key AND ({expression} {sign} :key OR d.document_id {sign} :beside)"
        )
        parameters |= key
    found = db.rows(
        f"{_COLUMNS} {_FROM} WHERE {' AND '.join(where) or '1'}"
        f" ORDER BY {expression} {direction}, d.document_id {direction} LIMIT :limit",
        {**parameters, "limit": limit},
    )
    return found[::-1] if is_backwards else found


def _key_of(db: Database, expression: str, document_id: str | None) -> dict[str, object]:
    if document_id is None:
        return {}
    row = db.first(
        f"SELECT {expression} AS key, d.document_id AS beside FROM documents d"  # noqa: S608
        " JOIN contents k ON k.content_key = d.content_key WHERE d.document_id = ?",
        (storable(document_id),),
    )
    return row or {}


def count_documents(db: Database, query: DocumentQuery) -> int:
    """Return how many documents a query finds, whatever page of it is asked for.

    Of those that are narrowed by anything it stops at `MOST_COUNTED` + 1, which means "more": to
    count what cites a source that is alive takes seconds where there are twenty thousand.
    """
    where, parameters = _conditions(db, query)
    if not where:
        return int(db.value("SELECT count(*) FROM documents"))
    return int(
        db.value(
            "SELECT count(*) FROM (SELECT 1"  # noqa: S608
            " FROM contents k CROSS JOIN documents d ON d.content_key = k.content_key"
            f" WHERE {' AND '.join(where)} LIMIT {MOST_COUNTED + 1})",
            parameters,
        )
    )


def _conditions(db: Database, query: DocumentQuery) -> tuple[list[str], dict[str, object]]:
    where: list[str] = []
    parameters: dict[str, object] = {}
    if query.words:
        where.append("(k.title LIKE :words ESCAPE '!' OR d.path LIKE :words ESCAPE '!')")
        # LIKE reads its pattern as a C string, which ends at NUL
        held = (
            storable(query.words)
            .replace("\0", "\ufffd")
            .replace("!", "!!")
            .replace("%", "!%")
            .replace("_", "!_")
        )
        parameters["words"] = f"%{held}%"
    if query.year is not None:
        where.append(f"{_DAY} >= :first AND {_DAY} < :last")
        parameters |= {"first": f"{query.year:04}", "last": f"{query.year + 1:04}"}
    if query.state is not None:
        is_rare = db.value(_COUNT_STATE, (query.state,)) <= _RARE
        where.append(_IN_RARE_STATE if is_rare else _IN_COMMON_STATE)
        parameters["state"] = query.state
    return where, parameters


def list_years(db: Database) -> list[int]:
    """Return the years in which any document was published, the latest first."""
    return sorted(db.column(_YEARS), reverse=True)


def count_source_states(db: Database, content_keys: Collection[int]) -> dict[int, dict[str, int]]:
    """Return for each content how many of its sources are in which state."""
    counted: dict[int, dict[str, int]] = {key: {} for key in content_keys}
    for row in db.rows(_STATES, (json_text(sorted(content_keys)),)):
        counted[row["content_key"]][row["state"]] = row["sources"]
    return counted
