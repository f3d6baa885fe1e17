"""Full-text search over claims, notes and archived texts (FTS5, ranked by bm25), with filters.

All words must be there, in any script, whatever their case and diacritics; those that stand in the
order in which they were typed come up. See `matching` for what may be typed, `filters` for what
narrows, `candidates` for why a common word costs no more than a rare one, `likeness` for names that
are nearly what was typed.
"""

from collections.abc import Collection

from msgspec import Struct

from provenance.store.candidates import Candidates, find_candidates, is_common
from provenance.store.database import Database, Row
from provenance.store.filters import FoundIn, SearchFilters, passing
from provenance.store.likeness import HostHit, TitleHit, hosts_like, titles_like
from provenance.store.matching import (
    CLOSE,
    OPEN,
    match_expression,
    phrase_expression,
    unmark,
)
from provenance.store.rows import json_text
from provenance.text import Span

__all__ = [
    "EVERYTHING",
    "ClaimHit",
    "NoteHit",
    "SearchResult",
    "TextHit",
    "match_expression",
    "search",
]

EVERYTHING: tuple[FoundIn, ...] = ("claims", "notes", "texts")
_SNIPPET_TOKENS = 32

_CLAIMS = """
SELECT c.claim_key AS key, c.claim_id, d.document_id, k.title AS document_title,
  d.path AS document_path, k.published, c.text,
  highlight(claims_fts, 0, :open, :close) AS marked
FROM claims_fts
JOIN claims c ON c.claim_key = claims_fts.rowid
JOIN contents k ON k.content_key = c.content_key
JOIN documents d ON d.content_key = c.content_key
WHERE claims_fts MATCH :words AND claims_fts.rowid IN (SELECT value FROM json_each(:keys))
"""
_NOTES = f"""
SELECT n.note_key AS key, n.note_id, n.label, d.document_id, k.title AS document_title,
  d.path AS document_path, k.published,
  snippet(notes_fts, 0, :open, :close, '…', {_SNIPPET_TOKENS}) AS marked,
  (SELECT c.claim_id FROM markers m JOIN claims c ON c.claim_key = m.claim_key
   WHERE m.note_key = n.note_key ORDER BY c.ordinal LIMIT 1) AS claim_id
FROM notes_fts
JOIN notes n ON n.note_key = notes_fts.rowid
JOIN contents k ON k.content_key = n.content_key
JOIN documents d ON d.content_key = n.content_key
WHERE notes_fts MATCH :words AND notes_fts.rowid IN (SELECT value FROM json_each(:keys))
"""  # noqa: S608
# What holds a text: a capture of ours, else a file that a person brought, else somebody's memento.
_TEXTS = f"""
SELECT x.text_key AS key, x.payload_sha256,
  coalesce(c.source_id, a.source_id, m.source_id) AS source_id,
  c.capture_id, a.attachment_id, m.uri_m,
  coalesce(c.at, a.made_at, a.at, m.memento_at, m.at) AS at,
  coalesce(c.final_url, a.url, m.uri_m, s.url, a.name) AS url, x.title, x.language,
  snippet(texts_fts, 1, :open, :close, '…', {_SNIPPET_TOKENS}) AS marked
FROM texts_fts
JOIN texts x ON x.text_key = texts_fts.rowid
LEFT JOIN captures c ON c.capture_id = (
  SELECT q.capture_id FROM captures q WHERE q.payload_sha256 = x.payload_sha256
  ORDER BY q.at DESC, q.capture_id LIMIT 1)
LEFT JOIN attachments a ON c.capture_id IS NULL AND a.attachment_id = (
  SELECT q.attachment_id FROM attachments q WHERE q.text_payload = x.payload_sha256
  ORDER BY q.at DESC, q.attachment_id LIMIT 1)
LEFT JOIN memento_lookups m ON c.capture_id IS NULL AND a.attachment_id IS NULL
  AND (m.source_id, m.archive) = (
  SELECT q.source_id, q.archive FROM memento_lookups q WHERE q.payload_sha256 = x.payload_sha256
  ORDER BY q.at DESC, q.source_id LIMIT 1)
LEFT JOIN sources s ON s.source_id = a.source_id
WHERE texts_fts MATCH :words AND texts_fts.rowid IN (SELECT value FROM json_each(:keys))
"""  # noqa: S608


class ClaimHit(Struct, frozen=True):
    """A claim of a current version; `ranges` are spans of `text`; a lower score is a better hit."""

    claim_id: str
    document_id: str
    document_title: str | None
    document_path: str | None
    published: str | None
    text: str
    ranges: tuple[Span, ...]
    score: float

    @property
    def document_name(self) -> str:
        """What people know the document by: its title, else the name of its file, else its id."""
        return _name_of(self)


class NoteHit(Struct, frozen=True):
    """A note of a current version; `claim_id` is the first claim that it stands behind, if any."""

    note_id: str
    label: str
    claim_id: str | None
    document_id: str
    document_title: str | None
    document_path: str | None
    published: str | None
    snippet: str
    ranges: tuple[Span, ...]
    score: float

    @property
    def document_name(self) -> str:
        """What people know the document by: its title, else the name of its file, else its id."""
        return _name_of(self)


class TextHit(Struct, frozen=True):
    """A passage of an archived text; `ranges` are spans of `snippet`, `at` is when it was made.

    Exactly one is set of `capture_id` (the latest of ours), `attachment_id` (a person brought
    it, and no capture of ours shows it) and `uri_m` (only the copy of another archive does).
    `start` and `end` say where in the stored text the snippet stands.
    """

    payload_sha256: str
    source_id: str
    capture_id: str | None
    attachment_id: str | None
    uri_m: str | None
    at: str
    url: str
    title: str | None
    language: str | None
    snippet: str
    ranges: tuple[Span, ...]
    score: float
    start: int | None = None
    end: int | None = None


class SearchResult(Struct, frozen=True):
    """What a search found, each list best first.

    `counts` says how many claims, notes and texts there are, shown or not. Of a list named in
    `bounded` there are more: only the latest read were looked at and ranked. `titles` and `hosts`
    are names that read nearly like what was typed.
    """

    claims: tuple[ClaimHit, ...] = ()
    notes: tuple[NoteHit, ...] = ()
    texts: tuple[TextHit, ...] = ()
    titles: tuple[TitleHit, ...] = ()
    hosts: tuple[HostHit, ...] = ()
    counts: dict[str, int] = {}
    bounded: tuple[str, ...] = ()


def _name_of(hit: ClaimHit | NoteHit) -> str:
    return hit.document_title or (hit.document_path or "").rpartition("/")[2] or hit.document_id


def search(
    db: Database,
    query: str,
    *,
    limit: int = 20,
    prefix: bool = False,
    filters: SearchFilters | None = None,
    within: Collection[FoundIn] = EVERYTHING,
) -> SearchResult:
    """Return at most `limit` claims, notes and archived texts each that hold all words of `query`.

    Every text is a legal query; one without any word finds nothing. With `prefix` the last word
    may go on. Names like the query are looked up where nothing narrows the search.
    """
    filters = filters or SearchFilters()
    words, phrase = _expressions(db, query, prefix=prefix)
    if not words:
        return SearchResult(counts=dict.fromkeys(EVERYTHING, 0))
    found: dict[FoundIn, Candidates] = {
        of: find_candidates(db, of, (words, phrase), passing(db, filters, of), limit)
        for of in EVERYTHING
        if of in within
    }

    def rows(of: FoundIn, sql: str, shown: str) -> list[Row]:
        return _rows(db, sql, words, found[of], shown)[:limit] if of in found else []

    return SearchResult(
        claims=tuple(ClaimHit(**row) for row in rows("claims", _CLAIMS, "")),
        notes=tuple(NoteHit(**row) for row in rows("notes", _NOTES, "snippet")),
        texts=tuple(
            TextHit(**{**row, **_place(db, row)}) for row in rows("texts", _TEXTS, "snippet")
        ),
        titles=() if filters.is_narrow else titles_like(db, query),
        hosts=() if filters.is_narrow else hosts_like(db, query),
        counts={of: found[of].found if of in found else 0 for of in EVERYTHING},
        bounded=tuple(of for of in EVERYTHING if of in found and found[of].is_bounded),
    )


def _expressions(db: Database, query: str, *, prefix: bool) -> tuple[str, str]:
    """Return what a row has to match, and what the words in their order match; "" without any word."""
    last = match_expression(query.rsplit(maxsplit=1)[-1]) if prefix and query.strip() else ""
    # "and" goes on as "andiron" too, but whoever typed a common word meant that
    if last and is_common(db, last):
        prefix = False
    return match_expression(query, prefix=prefix), phrase_expression(query, prefix=prefix)


def _rows(db: Database, sql: str, words: str, found: Candidates, shown: str) -> list[Row]:
    """Return what is shown of the candidates, in their order, under the column `shown` if any."""
    if not found.scored:
        return []
    keys = json_text([key for key, _ in found.scored])
    scores = dict(found.scored)
    order = {key: place for place, (key, _) in enumerate(found.scored)}
    rows = db.rows(sql, {"open": OPEN, "close": CLOSE, "words": words, "keys": keys})
    for row in rows:
        text, row["ranges"] = unmark(row.pop("marked"))
        row["score"] = scores[row["key"]]
        if shown:
            row[shown] = text
    rows.sort(key=lambda row: order[row["key"]])
    return [{name: row[name] for name in row if name != "key"} for row in rows]


def _place(db: Database, row: Row) -> Row:
    """Return where in its text a snippet stands: FTS5 does not say."""
    words = row["snippet"].strip("…")
    found = db.value(
        "SELECT instr(text, ?) FROM texts WHERE payload_sha256 = ?", (words, row["payload_sha256"])
    )
    return {"start": found - 1, "end": found - 1 + len(words)} if words and found else {}
