"""One document's rows, and what hangs on them, as a database of its own with the same schema.

The same rows give the same bytes, whatever else stands in the store: the store's own integer
keys are given anew, in the order of what they stand for. Left out are whose folders the document
lay in, the lines of journals and the positions in them. Places of records are those in the
package that the extract goes into; what is not in it has none ('' and 0, or NULL).
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from provenance.errors import UsageError
from provenance.model import WarcPlace
from provenance.store.database import Database, Row, open_database

__all__ = ["ExtractScope", "read_scope", "write_extract"]

PlaceOf = Callable[[str, int], WarcPlace | None]

_NOWHERE = ("", 0, 0)


class ExtractScope(NamedTuple):
    """What belongs to one document: ids, the store's keys, and the versions that come along.

    `versions` are the current one and those on which a person judged words that still stand in
    it; `sources` are those that the current version cites.
    """

    document_id: str
    content_key: int
    contents: tuple[int, ...]
    sources: tuple[str, ...]
    versions: tuple[Row, ...]


# Judgements count for the same words in any version of a document (see `judged_view`).
_JUDGED_CONTENTS = """
SELECT DISTINCT k.content_key FROM reviews s
JOIN contents k ON k.sha256 = s.content_sha256
JOIN versions v ON v.content_key = k.content_key AND v.document_id = :document
WHERE s.source_id IN (SELECT value FROM json_each(:sources))
  AND s.claim_text IN (SELECT text FROM claims WHERE content_key = :content)
"""

# In the order in which rows may refer to each other. `:one` is a source, `:content` the current
# content; the store's keys are told as they are and given anew on the way.
_CONTENTS = """SELECT * FROM contents
WHERE content_key IN (SELECT value FROM json_each(:contents)) ORDER BY sha256"""
_OF_CONTENT = (
    ("claims", "SELECT * FROM claims WHERE content_key = :content ORDER BY ordinal"),
    ("notes", "SELECT * FROM notes WHERE content_key = :content ORDER BY ordinal"),
    (
        "markers",
        """SELECT m.* FROM markers m JOIN claims c USING (claim_key)
        WHERE c.content_key = :content ORDER BY c.ordinal, m.ordinal""",
    ),
    (
        "citations",
        """SELECT i.* FROM citations i JOIN notes n USING (note_key)
        WHERE n.content_key = :content ORDER BY n.ordinal, i.citation_index""",
    ),
    (
        "cited_mementos",
        "SELECT * FROM cited_mementos WHERE content_key = :content ORDER BY source_id, uri_m",
    ),
    (
        "recoveries",
        """SELECT r.* FROM recoveries r JOIN contents k ON k.sha256 = r.sha256
        WHERE k.content_key = :content ORDER BY r.note_id, r.citation_index""",
    ),
)
_OF_SOURCE = tuple(
    (table, f"SELECT * FROM {table} WHERE source_id = :one ORDER BY {order}")  # noqa: S608
    for table, order in (
        ("states", "source_id"),
        ("captures", "capture_id"),
        ("checks", "check_id"),
        ("judgements", "check_id"),
        ("attachments", "attachment_id"),
        ("memento_lookups", "archive"),
        ("submissions", "service"),
    )
)
# The captures whose records hold what a revisit of a cited source showed, where they are another's.
_HOLDERS = """SELECT h.* FROM captures h WHERE h.capture_id IN (
    SELECT revisit_of FROM captures WHERE source_id IN (SELECT value FROM json_each(:sources)))
  AND h.source_id NOT IN (SELECT value FROM json_each(:sources)) ORDER BY h.capture_id"""
_PAYLOADS = """
SELECT payload_sha256 FROM captures WHERE source_id IN (SELECT value FROM json_each(:sources))
UNION SELECT payload_sha256 FROM attachments
  WHERE source_id IN (SELECT value FROM json_each(:sources))
UNION SELECT text_payload FROM attachments
  WHERE source_id IN (SELECT value FROM json_each(:sources))
UNION SELECT payload_sha256 FROM memento_lookups
  WHERE source_id IN (SELECT value FROM json_each(:sources)) AND payload_sha256 IS NOT NULL
ORDER BY 1"""
_WITHDRAWALS = """SELECT * FROM withdrawals
WHERE source_id IN (SELECT value FROM json_each(:sources))
  OR payload_sha256 IN (SELECT value FROM json_each(:payloads)) ORDER BY withdrawal_id"""
_REVIEWS = """SELECT * FROM reviews
WHERE source_id IN (SELECT value FROM json_each(:sources)) AND (
  claim_id IN (SELECT claim_id FROM claims WHERE content_key = :content)
  OR (claim_text IN (SELECT text FROM claims WHERE content_key = :content)
    AND content_sha256 IN (SELECT sha256 FROM contents
      WHERE content_key IN (SELECT value FROM json_each(:contents)))))
ORDER BY review_id"""
_EVIDENCE = """SELECT e.* FROM evidence e JOIN claims c USING (claim_key)
WHERE c.content_key = :content ORDER BY e.evidence_id"""

# What a row says in the extract whatever it says in the store.
_SAID: dict[str, dict[str, Any]] = {
    "documents": {"path": None},
    "versions": {"path": None},
    "recoveries": {"line": ""},
    "withdrawals": {"places": "[]", "scrubbed": 1},
}
_MUST_HAVE_A_PLACE = {"versions", "captures", "attachments"}
_KEYS = {"contents": "content_key", "claims": "claim_key", "notes": "note_key", "texts": "text_key"}


def read_scope(db: Database, document_id: str) -> ExtractScope:
    """Return what belongs to the current version of a document.

    Raises:
        UsageError: there is no such document.
    """
    content = db.value("SELECT content_key FROM documents WHERE document_id = ?", (document_id,))
    if content is None:
        raise UsageError(f"no document {document_id} is in the store")
    sources = db.column(
        "SELECT DISTINCT i.source_id FROM notes n JOIN citations i USING (note_key)"
        " WHERE n.content_key = ? AND i.source_id IS NOT NULL ORDER BY 1",
        (content,),
    )
    told = {"document": document_id, "content": content, "sources": json.dumps(sources)}
    contents = sorted({content, *db.column(_JUDGED_CONTENTS, told)})
    versions = db.rows(
        "SELECT * FROM versions v WHERE v.document_id = ? AND (v.seq = (SELECT seq FROM documents"
        " WHERE document_id = v.document_id) OR (v.content_key <> ? AND v.content_key IN"
        " (SELECT value FROM json_each(?)))) ORDER BY v.seq",
        (document_id, content, json.dumps(contents)),
    )
    return ExtractScope(document_id, content, tuple(contents), tuple(sources), tuple(versions))


def write_extract(db: Database, scope: ExtractScope, path: Path, place_of: PlaceOf) -> None:
    """Write the extract to a file that is not there yet.

    `place_of` tells where the record at a place of the archive stands in the package, None where
    it is not in it. The caller holds a snapshot of the store.

    Raises:
        StoreError: the disk is full or failing.
    """
    with open_database(path) as out:
        out.execute("PRAGMA synchronous = OFF")  # whoever is cut short begins anew
        with out.atomic():
            writer = _Writer(out, place_of)
            for table, rows in _tables(db, scope):
                writer.put(table, rows)
            out.execute("DELETE FROM _evidence_due")
            for index in ("claims_fts", "notes_fts", "texts_fts", "names_fts"):
                out.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608
        # any client reads it, from a folder that may not be written too
        out.value("PRAGMA journal_mode = DELETE")
        out.execute("VACUUM")


def _tables(db: Database, scope: ExtractScope) -> Iterator[tuple[str, list[Row]]]:
    """Yield rows in an order in which each finds what it refers to; no more at once than of a source."""
    told: dict[str, Any] = {
        "content": scope.content_key,
        "contents": json.dumps(scope.contents),
        "sources": json.dumps(scope.sources),
    }
    yield "contents", db.rows(_CONTENTS, told)
    yield (
        "documents",
        db.rows("SELECT * FROM documents WHERE document_id = ?", (scope.document_id,)),
    )
    yield "versions", list(scope.versions)
    holders = db.rows(_HOLDERS, told)
    for source_id in sorted({*scope.sources, *(row["source_id"] for row in holders)}):
        yield "sources", db.rows("SELECT * FROM sources WHERE source_id = ?", (source_id,))
    for table, sql in _OF_CONTENT:
        yield table, db.rows(sql, told)
    yield "captures", holders
    for source_id in scope.sources:
        for table, sql in _OF_SOURCE:
            yield table, db.rows(sql, {"one": source_id})
    payloads = db.column(_PAYLOADS, told)
    for payload in payloads:
        yield "texts", db.rows("SELECT * FROM texts WHERE payload_sha256 = ?", (payload,))
    yield "withdrawals", db.rows(_WITHDRAWALS, {**told, "payloads": json.dumps(payloads)})
    yield "reviews", db.rows(_REVIEWS, told)
    yield "evidence", db.rows(_EVIDENCE, told)


class _Writer:
    """Puts rows into the extract: keys given anew, places those of the package."""

    def __init__(self, out: Database, place_of: PlaceOf) -> None:
        self._out = out
        self._place_of = place_of
        self._keys: dict[str, dict[int, int]] = {key: {} for key in _KEYS.values()}

    def put(self, table: str, rows: list[Row]) -> None:
        if not rows:
            return
        names = list(rows[0])
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" * len(names))
        told = [self._told(table, row) for row in rows]
        self._out.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - names of ours
            [[row[name] for name in names] for row in told],
        )

    def _told(self, table: str, row: Row) -> Row:
        told = {**row, **_SAID.get(table, {})}
        for name, known in self._keys.items():
            old = row.get(name)
            if old is None:
                continue
            told[name] = (
                known.setdefault(old, len(known) + 1) if _KEYS.get(table) == name else known[old]
            )
        if "warc_file" in row:
            told |= self._place(table, row)
        return told

    def _place(self, table: str, row: Row) -> Row:
        file = row["warc_file"]
        place = self._place_of(file, row["warc_offset"]) if file else None
        if place is not None:
            stands: tuple[Any, ...] = (place.file, place.offset, place.length)
        else:
            stands = _NOWHERE if table in _MUST_HAVE_A_PLACE else (None, None, None)
        return dict(zip(("warc_file", "warc_offset", "warc_length"), stands, strict=True))
