"""Which source a person means: by its id, as a note cites it, or by its URL."""

import re
from collections.abc import Sequence

from msgspec import Struct

from provenance.formats.strangers import storable
from provenance.store.database import Database
from provenance.store.lookup import documents_named, sources_by_url
from provenance.store.rows import json_text

__all__ = ["NamedSource", "sources_named"]

# "draft.txt#12", "draft.txt#12:1": document, label, and the index of one of several citations
_NOTE = re.compile(r"(?P<document>.+)#\[?(?P<label>[^#:\[\]]+)\]?(?::(?P<index>\d+))?")


class NamedSource(Struct, frozen=True):
    """A source as it is shown to somebody who has to choose; `note` is how a note names it."""

    id: str
    shown: str
    note: str | None = None


def sources_named(db: Database, query: str, urls: Sequence[str] = ()) -> list[NamedSource]:
    """Return the sources that `query` may mean, by the first reading that fits any.

    In this order: a source's id; `DOCUMENT#LABEL` or `DOCUMENT#LABEL:INDEX` (the index of a
    citation counts from 0, as in `parse --json`), with a document named as for `trace`; a URL
    as cited in any spelling, or a memento's. `urls` are what a typed text may mean.
    """
    query = storable(query.strip())
    return _by_id(db, [query]) or _by_note(db, query) or _by_id(db, sources_by_url(db, query, urls))


def _by_id(db: Database, source_ids: Sequence[str]) -> list[NamedSource]:
    found = db.rows(
        "SELECT source_id, coalesce(url, title, publisher, \"key\", '') AS shown FROM sources"
        " WHERE source_id IN (SELECT value FROM json_each(?)) ORDER BY source_id",
        (json_text(list(source_ids)),),
    )
    return [NamedSource(row["source_id"], row["shown"] or row["source_id"]) for row in found]


def _by_note(db: Database, query: str) -> list[NamedSource]:
    match = _NOTE.fullmatch(query)
    if match is None:
        return []
    documents = documents_named(db, match["document"].strip())
    found = db.rows(
        """
        SELECT DISTINCT i.source_id, i.raw, n.label, i.citation_index
        FROM json_each(?1) wanted
        JOIN documents d ON d.document_id = wanted.value
        JOIN notes n ON n.content_key = d.content_key
        JOIN citations i ON i.note_key = n.note_key
        WHERE n.label = ?2 AND i.source_id IS NOT NULL AND (?3 IS NULL OR i.citation_index = ?3)
        ORDER BY n.note_key, i.citation_index
        """,
        (json_text(documents), match["label"].strip(), match["index"] and int(match["index"])),
    )
    named = [
        NamedSource(row["source_id"], row["raw"], f"#{row['label']}:{row['citation_index']}")
        for row in found
    ]
    first: dict[str, NamedSource] = {}
    for source in named:
        first.setdefault(source.id, source)
    return list(first.values())
