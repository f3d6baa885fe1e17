"""What rests on a thing: from a source, host, author, copy or document back to the claims.

Every reading of what was asked for ends in sources; the claims that cite them rest on the thing.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Literal

from msgspec import Struct

from provenance.formats.strangers import storable
from provenance.formats.url import canonical_url
from provenance.store.database import Database, Row
from provenance.store.filters import hosts_below
from provenance.store.lookup import documents_named, sources_by_url
from provenance.store.rows import json_text

__all__ = [
    "MOST_CLAIMS",
    "MOST_SOURCES",
    "THINGS",
    "Ground",
    "Thing",
    "claims_on",
    "find_ground",
    "sources_of",
]

Thing = Literal["claim", "source", "capture", "memento", "document", "host", "publisher", "author"]
# In the order in which a question is read: what names one thing for sure comes first.
THINGS: tuple[Thing, ...] = (
    "claim", "source", "capture", "document", "memento", "host", "publisher", "author",
)  # fmt: skip
# A social network has a hundred thousand sources: so many are read, and the answer says so.
MOST_SOURCES = 5_000
MOST_CLAIMS = 5_000


class Ground(Struct, frozen=True):
    """What was asked for, as it was understood.

    `name` is what people call it, `source_ids` are the sources that it is, in no order.
    `payloads` are the copies that go with it where it is a copy; its source stays then.
    """

    of: Thing
    name: str
    source_ids: tuple[str, ...]
    payloads: tuple[str, ...] = ()
    uri_m: str | None = None

    @property
    def is_copy(self) -> bool:
        """Whether only a copy is meant, and the source itself would remain."""
        return bool(self.payloads) or self.uri_m is not None


def find_ground(
    db: Database, query: str, urls: Sequence[str], of: Thing | None = None
) -> Ground | None:
    """Return what `query` names, read as `of` or by the first reading that fits anything."""
    wanted = storable(query.strip())
    for thing in THINGS if of is None else (of,):
        found = _READINGS[thing](db, wanted, urls) if wanted else None
        if found is not None:
            return found
    return None


def _claim(db: Database, wanted: str, _: Sequence[str]) -> Ground | None:
    """A claim is read as all that it cites: what else rests on that, and says the same."""
    row = db.first("SELECT text FROM claims WHERE claim_id = ? LIMIT 1", (wanted,))
    sources = db.column(
        "SELECT DISTINCT i.source_id FROM claims c JOIN markers m ON m.claim_key = c.claim_key"
        " JOIN citations i ON i.note_key = m.note_key"
        " WHERE c.claim_id = ? AND i.source_id IS NOT NULL",
        (wanted,),
    )
    return Ground("claim", row["text"], tuple(sources)) if row else None


def _source(db: Database, wanted: str, urls: Sequence[str]) -> Ground | None:
    found = db.column("SELECT source_id FROM sources WHERE source_id = ?", (wanted,))
    # a bare host is no address of a page: whoever types one means the host
    is_address = "/" in wanted.partition("://")[2] or "/" in wanted.rstrip("/")
    if not found and (is_address or " " in wanted):
        found = sources_by_url(db, wanted, urls)
    return Ground("source", _shown(db, found[0]), tuple(found)) if found else None


def _shown(db: Database, source_id: str) -> str:
    shown: str | None = db.value(
        "SELECT coalesce(url, title, publisher) FROM sources WHERE source_id = ?", (source_id,)
    )
    return shown or source_id


def _capture(db: Database, wanted: str, _: Sequence[str]) -> Ground | None:
    for table, key in (("captures", "capture_id"), ("attachments", "attachment_id")):
        row = db.first(
            f"SELECT source_id, at, payload_sha256 FROM {table} WHERE {key} = ?",  # noqa: S608
            (wanted,),
        )
        if row is not None:
            kind = "capture" if table == "captures" else "attachment"
            name = f"{kind} of {row['at'][:10]} of {_shown(db, row['source_id'])}"
            return Ground("capture", name, (row["source_id"],), (row["payload_sha256"],))
    return None


def _memento(db: Database, wanted: str, _: Sequence[str]) -> Ground | None:
    rows = db.rows(
        "SELECT source_id, NULL AS payload FROM cited_mementos WHERE uri_m = ?1"
        " UNION SELECT source_id, payload_sha256 FROM memento_lookups WHERE uri_m = ?1",
        (wanted,),
    )
    sources = tuple(sorted({row["source_id"] for row in rows}))
    payloads = tuple(sorted({row["payload"] for row in rows} - {None}))
    return Ground("memento", wanted, sources, payloads, wanted) if rows else None


def _document(db: Database, wanted: str, _: Sequence[str]) -> Ground | None:
    """A document is a source where others cite it: by the address that it was published at."""
    found = db.rows(
        "SELECT d.document_id, k.title, coalesce(d.origin_url, k.origin_url) AS url FROM documents d"
        " JOIN contents k ON k.content_key = d.content_key"
        " WHERE d.document_id IN (SELECT value FROM json_each(?)) ORDER BY d.document_id",
        (json_text(documents_named(db, wanted)),),
    )
    urls = [canonical_url(row["url"]) for row in found if row["url"]]
    sources = db.column(
        "SELECT source_id FROM json_each(?) w CROSS JOIN sources s ON s.canonical_url = w.value",
        (json_text(urls),),
    )
    if not found:
        return None
    return Ground("document", found[0]["title"] or found[0]["document_id"], tuple(sources))


def _host(db: Database, wanted: str, _: Sequence[str]) -> Ground | None:
    if " " in wanted:
        return None
    hosts = hosts_below(db, wanted)
    sources = db.column(
        "SELECT source_id FROM json_each(?) w CROSS JOIN sources s ON s.host = w.value LIMIT ?",
        (json_text(hosts), MOST_SOURCES),
    )
    return (
        Ground("host", ", ".join(hosts[:3]) + _rest(len(hosts) - 3), tuple(sources))
        if sources
        else None
    )


def _rest(count: int) -> str:
    return f" and {count} more" if count > 0 else ""


def _publisher(db: Database, wanted: str, _: Sequence[str]) -> Ground | None:
    rows = db.rows(
        "SELECT source_id, publisher FROM sources"
        " WHERE publisher = ? COLLATE NOCASE AND publisher IS NOT NULL LIMIT ?",
        (wanted, MOST_SOURCES),
    )
    sources = tuple(row["source_id"] for row in rows)
    return Ground("publisher", rows[0]["publisher"], sources) if rows else None


def _author(db: Database, wanted: str, _: Sequence[str]) -> Ground | None:
    """By the notes that name the author, and by the archived pages that do."""
    rows = db.rows(
        "SELECT DISTINCT a.author, i.source_id FROM cited_authors a JOIN citations i"
        " ON i.note_key = a.note_key AND i.citation_index = a.citation_index"
        " WHERE a.author = ?1 AND i.source_id IS NOT NULL"
        " UNION SELECT a.author, c.source_id FROM page_authors a"
        " JOIN texts x ON x.text_key = a.text_key"
        " JOIN captures c ON c.payload_sha256 = x.payload_sha256 WHERE a.author = ?1 LIMIT ?2",
        (wanted, MOST_SOURCES),
    )
    sources = tuple(sorted({row["source_id"] for row in rows}))
    return Ground("author", rows[0]["author"], sources) if rows else None


_READINGS: dict[Thing, Callable[[Database, str, Sequence[str]], Ground | None]] = {
    "claim": _claim,
    "source": _source,
    "capture": _capture,
    "memento": _memento,
    "document": _document,
    "host": _host,
    "publisher": _publisher,
    "author": _author,
}


def claims_on(db: Database, source_ids: Collection[str]) -> list[Row]:
    """Return the claims of current versions that cite any of these, the latest document first.

    Columns: claim_key, claim_id, text, document_id, title, published, path. Where there are more
    than `MOST_CLAIMS`, some `MOST_CLAIMS` and one of them come.
    """
    return db.rows(
        """
        SELECT DISTINCT c.claim_key, c.claim_id, c.text, d.document_id, k.title, k.published, d.path
        FROM (SELECT DISTINCT m.claim_key FROM json_each(?) w
          CROSS JOIN citations i ON i.source_id = w.value
          CROSS JOIN notes n ON n.note_key = i.note_key
          CROSS JOIN documents d ON d.content_key = n.content_key
          CROSS JOIN markers m ON m.note_key = i.note_key LIMIT ?) g
        CROSS JOIN claims c ON c.claim_key = g.claim_key
        CROSS JOIN contents k ON k.content_key = c.content_key
        CROSS JOIN documents d ON d.content_key = c.content_key
        ORDER BY k.published DESC, d.document_id, c.ordinal
        """,
        (json_text(sorted(source_ids)), MOST_CLAIMS + 1),
    )


def sources_of(db: Database, source_ids: Collection[str], limit: int) -> list[Row]:
    """Return sources as they are shown, those that most notes cite first."""
    return db.rows(
        """
        SELECT s.source_id AS id, s.kind, coalesce(s.url, s.title, s.publisher, s.source_id) AS shown,
          s.host, t.state, t.reason, t.last_ok, t.captures,
          (SELECT count(*) FROM citations i WHERE i.source_id = s.source_id) AS notes
        FROM json_each(?) w CROSS JOIN sources s ON s.source_id = w.value
        LEFT JOIN states t ON t.source_id = s.source_id
        ORDER BY notes DESC, s.source_id LIMIT ?
        """,
        (json_text(sorted(source_ids)), limit),
    )
