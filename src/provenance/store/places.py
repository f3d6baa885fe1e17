"""Every row that a journal line made, with what it says is kept and where: for fixity.

Rows are read in pages by their keys: a store of any size takes little memory, and other
processes may write meanwhile.
"""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from provenance.model import WarcPlace
from provenance.store.database import Database, Row

__all__ = ["KeptRow", "kept_rows", "kept_versions"]

_PAGE = 1_000


class KeptRow(NamedTuple):
    """`key` names the row in `table`; `place` and `digest` (SHA-256, hex) are of its record.

    `said` is what else its line must agree with. `is_whole` is False where the row's own
    text is not what its digest says.
    """

    table: str
    key: str
    place: WarcPlace | None
    digest: str | None
    said: str
    is_whole: bool = True


# table -> key columns for paging, and the select; `said` is spelled as fixity spells a line's
_QUERIES: dict[str, tuple[tuple[str, ...], str]] = {
    "captures": (
        ("capture_id",),
        """SELECT capture_id AS key, capture_id, warc_file, warc_offset, warc_length,
          payload_sha256 AS digest, source_id AS said FROM captures""",
    ),
    "checks": (
        ("check_id",),
        """SELECT check_id AS key, check_id, source_id || ' '
          || coalesce(http_status, 'None') AS said FROM checks""",
    ),
    "documents": (
        ("document_id",),
        """SELECT d.document_id AS key, d.document_id, v.warc_file, v.warc_offset, v.warc_length,
          c.sha256 AS digest FROM documents d JOIN contents c ON c.content_key = d.content_key
          JOIN versions v ON v.document_id = d.document_id AND v.seq = d.seq""",
    ),
    "texts": (
        ("text_key",),
        """SELECT payload_sha256 AS key, text_key, warc_file, warc_offset, warc_length,
          text_sha256 AS digest, text FROM texts""",
    ),
    "recoveries": (
        ("sha256", "note_id", "citation_index"),
        """SELECT sha256 || ' ' || note_id || ' ' || citation_index AS key, sha256, note_id,
          citation_index, warc_file, warc_offset, warc_length FROM recoveries""",
    ),
    "attachments": (
        ("attachment_id",),
        """SELECT attachment_id AS key, attachment_id, warc_file, warc_offset, warc_length,
          payload_sha256 AS digest, source_id AS said FROM attachments""",
    ),
    "mementos": (
        ("source_id", "archive"),
        """SELECT source_id || ' ' || archive AS key, source_id, archive, warc_file, warc_offset,
          warc_length, payload_sha256 AS digest, outcome AS said FROM memento_lookups""",
    ),
    "submissions": (
        ("source_id", "service"),
        """SELECT source_id || ' ' || service AS key, source_id, service, outcome AS said
          FROM submissions""",
    ),
    "withdrawals": (
        ("withdrawal_id",),
        """SELECT withdrawal_id AS key, withdrawal_id, payload_sha256 AS digest
          FROM withdrawals""",
    ),
}
# an earlier version of a document: its bytes are kept, its row is compared with nothing else
_VERSIONS = """
SELECT v.document_id AS key, v.document_id, v.seq, v.warc_file, v.warc_offset, v.warc_length,
  c.sha256 AS digest FROM versions v JOIN contents c ON c.content_key = v.content_key
"""


def kept_rows(db: Database) -> Iterator[KeptRow]:
    """Yield every row whose journal line says that something is kept, table by table."""
    for table, (keys, sql) in _QUERIES.items():
        for row in _pages(db, sql, keys):
            yield _kept(table, row)


def kept_versions(db: Database) -> Iterator[KeptRow]:
    """Yield every version of every document, for the place of its bytes."""
    for row in _pages(db, _VERSIONS, ("v.document_id", "v.seq")):
        yield _kept("documents", row)


def _pages(db: Database, sql: str, keys: tuple[str, ...]) -> Iterator[Row]:
    wanted = ", ".join(keys)
    names = [key.rpartition(".")[2] for key in keys]
    qualified = wanted if keys[0] != "document_id" else "d.document_id"
    marks = ", ".join("?" * len(keys))
    behind: tuple[object, ...] = ()
    while True:
        where = f" WHERE ({qualified}) > ({marks})" if behind else ""
        rows = db.rows(f"{sql}{where} ORDER BY {qualified} LIMIT {_PAGE}", behind)
        yield from rows
        if len(rows) < _PAGE:
            return
        behind = tuple(rows[-1][name] for name in names)


def _kept(table: str, row: Row) -> KeptRow:
    place = None
    if row.get("warc_file") is not None:
        place = WarcPlace(row["warc_file"], row["warc_offset"], row["warc_length"])
    digest = row.get("digest")
    text = row.get("text")
    is_whole = text is None or place is None or _is_text(text, digest)
    return KeptRow(table, row["key"], place, digest, row.get("said") or "", is_whole)


def _is_text(text: str, digest: str | None) -> bool:
    # a row holds U+FFFD where the text has what SQLite cannot say: then its digest differs by right
    return "\ufffd" in text or hashlib.sha256(text.encode("utf-8")).hexdigest() == digest
