"""Full-text search over claims and archived texts (FTS5, ranked by bm25).

What a person types is never FTS5 syntax: words are looked for as they stand, all
of them, `"words in quotes"` as a phrase, and every other sign is taken as text.
"""

import re

from msgspec import Struct

from provenance.formats.strangers import storable
from provenance.store.database import Database
from provenance.store.folding import bare_word
from provenance.text import Span

__all__ = ["ClaimHit", "SearchResult", "TextHit", "match_expression", "search"]

# Noncharacters: they stand in no sound text, and where they do only the highlighting suffers.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_SNIPPET_TOKENS = 32
# FTS5 gives up on expressions that nest too deep; nobody types so many words.
_MAX_TERMS = 60
_MAX_TERM_CHARS = 2_000
_TERM = re.compile(r'"([^"]*)"|(\S+)')

_CLAIMS = """
SELECT c.claim_id, d.document_id, k.title AS document_title, d.path AS document_path, c.text,
  highlight(claims_fts, 0, ?, ?) AS marked, claims_fts.rank AS score
FROM claims_fts
JOIN claims c ON c.claim_key = claims_fts.rowid
JOIN contents k ON k.content_key = c.content_key
JOIN documents d ON d.content_key = c.content_key
WHERE claims_fts MATCH ?
ORDER BY claims_fts.rank LIMIT ?
"""
# What holds a text: a capture of ours, else a file that a person brought, else somebody's memento.
_TEXTS = f"""
SELECT x.payload_sha256, coalesce(c.source_id, a.source_id, m.source_id) AS source_id,
  c.capture_id, a.attachment_id, m.uri_m,
  coalesce(c.at, a.made_at, a.at, m.memento_at, m.at) AS at,
  coalesce(c.final_url, a.url, m.uri_m, s.url, a.name) AS url, x.title,
  snippet(texts_fts, 1, ?, ?, '…', {_SNIPPET_TOKENS}) AS marked, texts_fts.rank AS score
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
WHERE texts_fts MATCH ? AND coalesce(c.source_id, a.source_id, m.source_id) IS NOT NULL
ORDER BY texts_fts.rank LIMIT ?
"""  # noqa: S608


class ClaimHit(Struct, frozen=True):
    """A claim of a current version; `ranges` are spans of `text`; a lower score is a better hit."""

    claim_id: str
    document_id: str
    document_title: str | None
    document_path: str | None
    text: str
    ranges: tuple[Span, ...]
    score: float

    @property
    def document_name(self) -> str:
        """What people know the document by: its title, else the name of its file, else its id."""
        return (
            self.document_title or (self.document_path or "").rpartition("/")[2] or self.document_id
        )


class TextHit(Struct, frozen=True):
    """A passage of an archived text; `ranges` are spans of `snippet`, `at` is when it was made.

    Exactly one is set of `capture_id` (the latest of ours), `attachment_id` (a person brought
    it, and no capture of ours shows it) and `uri_m` (only the copy of another archive does).
    """

    payload_sha256: str
    source_id: str
    capture_id: str | None
    attachment_id: str | None
    uri_m: str | None
    at: str
    url: str
    title: str | None
    snippet: str
    ranges: tuple[Span, ...]
    score: float


class SearchResult(Struct, frozen=True):
    """What a search found, each list best first."""

    claims: tuple[ClaimHit, ...]
    texts: tuple[TextHit, ...]


def match_expression(query: str, *, prefix: bool = False, phrase: bool = False) -> str:
    """Return the FTS5 expression for what a person typed; empty where it holds no word.

    With `prefix` the last word may go on, with `phrase` all of it stands in this order.

    >>> print(match_expression('NEAR("Mali OR)'))
    "NEAR(""Mali" AND "OR)"
    >>> print(match_expression('"central Mali" att', prefix=True))
    "central Mali" AND "att" *
    """
    # FTS5 reads its expression as a C string, which ends at NUL.
    sound = storable(query).replace("\0", " ")
    terms = [sound] if phrase else [quoted or word for quoted, word in _TERM.findall(sound)]
    wordy = [_shortened(term) for term in terms if any(map(str.isalnum, term))]
    asked = [
        _either_way(term, " *" if prefix and number == len(wordy) else "")
        for number, term in enumerate(wordy, start=1)
    ]
    return " AND ".join(asked[:_MAX_TERMS])


def _either_way(term: str, suffix: str) -> str:
    """Ask for a term as it was typed, and bare where that is something else."""
    forms = dict.fromkeys((term, " ".join(map(bare_word, term.split()))))
    asked = ['"' + form.replace('"', '""') + '"' + suffix for form in forms]
    return asked[0] if len(asked) == 1 else f"({' OR '.join(asked)})"


def _shortened(term: str) -> str:
    if len(term) <= _MAX_TERM_CHARS:
        return term
    head = term[:_MAX_TERM_CHARS]
    return head.rpartition(" ")[0] or head


def search(db: Database, query: str, *, limit: int = 20, prefix: bool = False) -> SearchResult:
    """Return at most `limit` claims and as many archived texts that hold all words of `query`.

    Letters match without regard to case and diacritics. Every text is a legal query;
    one without any word finds nothing.
    """
    expression = match_expression(query, prefix=prefix)
    if not expression:
        return SearchResult((), ())
    parameters = (_OPEN, _CLOSE, expression, limit)
    claims = []
    for row in db.rows(_CLAIMS, parameters):
        _, ranges = _unmark(row.pop("marked"))
        claims.append(ClaimHit(**row, ranges=ranges))
    texts = []
    for row in db.rows(_TEXTS, parameters):
        snippet, ranges = _unmark(row.pop("marked"))
        texts.append(TextHit(**row, snippet=snippet, ranges=ranges))
    return SearchResult(tuple(claims), tuple(texts))


def _unmark(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Return the text without its marks, and the spans that they stood around."""
    parts: list[str] = []
    ranges: list[Span] = []
    length = 0
    opened: int | None = None
    for part in re.split(f"([{_OPEN}{_CLOSE}])", marked):
        if part == _OPEN:
            opened = length
        elif part == _CLOSE:
            if opened is not None:
                ranges.append(Span(opened, length))
            opened = None
        else:
            parts.append(part)
            length += len(part)
    return "".join(parts), tuple(ranges)
