"""Every row of the store as JSON-able dicts in a fixed order, to compare two stores with `diff`.

The store's own integer keys never show: rows refer to each other by id. A full
dump of a store and of its rebuild are equal. A *stable* dump leaves out what
differs between two honest runs of the same work: times and what is derived from
them, durations, places in WARC files, positions, ids that hold a time, response
headers; and a row that is told twice then (a source looked at twice because a
run was killed) is told once.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from provenance.store.database import Database

__all__ = ["dump_rows"]


class _Table(NamedTuple):
    """`sql` gives the rows in order; `unstable` are the columns that a stable dump leaves out."""

    name: str
    sql: str
    unstable: frozenset[str] = frozenset()
    is_stable: bool = True


_PLACE = frozenset({"warc_file", "warc_offset", "warc_length"})

_TABLES = (
    _Table(
        "documents",
        """SELECT d.document_id, d.seq, k.sha256, d.path, d.origin_url
        FROM documents d JOIN contents k USING (content_key) ORDER BY d.document_id""",
    ),
    _Table(
        "versions",
        """SELECT v.document_id, v.seq, k.sha256, v.at, v.path, v.origin_url, v.size_bytes,
          v.warc_file, v.warc_offset, v.warc_length
        FROM versions v JOIN contents k USING (content_key) ORDER BY v.document_id, v.seq""",
        _PLACE | {"at"},
    ),
    _Table(
        "contents",
        """SELECT sha256, parser, format, title, authors, published, data_cutoff, origin_url,
          language, text, findings FROM contents ORDER BY sha256""",
    ),
    _Table(
        "claims",
        """SELECT k.sha256, c.ordinal, c.claim_id, c.start, c."end", c.text, c.section
        FROM claims c JOIN contents k USING (content_key) ORDER BY k.sha256, c.ordinal""",
    ),
    _Table(
        "notes",
        """SELECT k.sha256, n.ordinal, n.note_id, n.list, n.label, n.start, n."end", n.text
        FROM notes n JOIN contents k USING (content_key) ORDER BY k.sha256, n.ordinal""",
    ),
    _Table(
        "markers",
        """SELECT k.sha256, c.claim_id, m.ordinal, m.label, m.start, m."end", n.note_id,
          m.repeats_note
        FROM markers m JOIN claims c USING (claim_key)
        JOIN contents k ON k.content_key = c.content_key
        LEFT JOIN notes n ON n.note_key = m.note_key
        ORDER BY k.sha256, c.ordinal, m.ordinal""",
    ),
    _Table(
        "citations",
        """SELECT k.sha256, n.note_id, i.citation_index, i.kind, i.start, i."end", i.raw, i.url,
          i.canonical_url, i.truncated, i.hidden, i.href, i.repairs, i.publisher, i.title,
          i.authors, i.date, i.access, i.access_url, i.archive_of, i.antecedent_label,
          i.antecedent_index, i.antecedent_note, i.antecedent_reason, i.pages, i.accessed,
          i.isbn, i.archive_url, i.source_id
        FROM citations i JOIN notes n USING (note_key) JOIN contents k USING (content_key)
        ORDER BY k.sha256, n.ordinal, i.citation_index""",
    ),
    _Table("sources", "SELECT * FROM sources ORDER BY source_id"),
    _Table(
        "cited_mementos",
        """SELECT m.source_id, m.uri_m, k.sha256, m.archive, m.at
        FROM cited_mementos m JOIN contents k USING (content_key)
        ORDER BY m.source_id, m.uri_m, k.sha256""",
    ),
    _Table(
        "recoveries",
        """SELECT sha256, note_id, citation_index, at, decision, rule, reason, cut, url,
          canonical_url, source_id, cut_source_id, warc_file, warc_offset, warc_length, line
        FROM recoveries ORDER BY sha256, note_id, citation_index""",
        _PLACE | {"at", "line"},
    ),
    _Table(
        "captures",
        "SELECT * FROM captures ORDER BY capture_id",
        _PLACE | {"capture_id", "at", "revisit_of"},
    ),
    _Table(
        "checks",
        "SELECT * FROM checks ORDER BY check_id",
        frozenset({"check_id", "at", "elapsed_ms", "capture_id", "facts"}),
    ),
    _Table(
        "judgements", "SELECT * FROM judgements ORDER BY check_id", frozenset({"check_id", "at"})
    ),
    _Table(
        "attachments",
        "SELECT * FROM attachments ORDER BY attachment_id",
        _PLACE | {"attachment_id", "at"},
    ),
    _Table(
        "memento_lookups",
        "SELECT * FROM memento_lookups ORDER BY source_id, archive",
        _PLACE | {"at"},
    ),
    _Table(
        "submissions", "SELECT * FROM submissions ORDER BY source_id, service", frozenset({"at"})
    ),
    _Table(
        "withdrawals",
        "SELECT * FROM withdrawals ORDER BY withdrawal_id",
        frozenset({"withdrawal_id", "at", "captures", "attachments", "places"}),
    ),
    _Table(
        "texts",
        """SELECT payload_sha256, text_sha256, at, extractor, title, authors, date, language,
          reason, warc_file, warc_offset, warc_length, text FROM texts ORDER BY payload_sha256""",
        _PLACE | {"at"},
    ),
    _Table("names", "SELECT kind, name, uses FROM names ORDER BY kind, name", frozenset({"uses"})),
    _Table(
        "cited_authors",
        """SELECT a.author, k.sha256, n.note_id, a.citation_index FROM cited_authors a
        JOIN notes n USING (note_key) JOIN contents k USING (content_key)
        ORDER BY a.author, k.sha256, n.note_id, a.citation_index""",
    ),
    _Table(
        "page_authors",
        """SELECT a.author, x.payload_sha256 FROM page_authors a JOIN texts x USING (text_key)
        ORDER BY a.author, x.payload_sha256""",
    ),
    _Table(
        "evidence",
        """SELECT e.evidence_id, c.claim_id, e.source_id, e.capture_id, e.attachment_id, e.uri_m,
          e.verdict, e.score,
          e.exact, e.prefix, e.suffix, e.start, e."end", e.method, e.reason
        FROM evidence e JOIN claims c USING (claim_key) ORDER BY e.evidence_id""",
        frozenset({"evidence_id", "capture_id", "attachment_id"}),
    ),
    _Table(
        "reviews",
        "SELECT * FROM reviews ORDER BY review_id",
        frozenset({"review_id", "at", "capture_id", "attachment_id", "overruled_by"}),
    ),
    _Table(
        "drifts",
        "SELECT * FROM drifts ORDER BY source_id, text_sha256",
        # which of the host's other pages had been seen by then
        frozenset({"share", "words_lost", "words_gained", "said", "drift"}),
    ),
    _Table(
        "followed",
        """SELECT f.source_id, k.sha256, c.claim_id, f.text_sha256, f.state, f.score, f.reason,
          f.was, f.now, f.start, f."end"
        FROM followed f JOIN claims c USING (claim_key) JOIN contents k USING (content_key)
        ORDER BY f.source_id, k.sha256, c.claim_id, f.text_sha256""",
    ),
    _Table(
        "overrides",
        "SELECT * FROM overrides ORDER BY override_id",
        frozenset({"override_id", "at", "until", "overruled_by"}),
    ),
    _Table(
        "opinions",
        "SELECT * FROM opinions ORDER BY source_id, at, who",
        frozenset({"at", "seen_at"}),
    ),
    _Table("nights", "SELECT * FROM nights ORDER BY night_id", is_stable=False),
    _Table(
        "states",
        "SELECT * FROM states ORDER BY source_id",
        frozenset({"last_checked", "last_ok", "next_due", "checks", "captures"}),
    ),
    _Table(
        "journal_positions", "SELECT * FROM journal_positions ORDER BY journal", is_stable=False
    ),
    _Table("warc_ends", "SELECT * FROM warc_ends ORDER BY file", is_stable=False),
)


def dump_rows(db: Database, *, stable: bool) -> Iterator[dict[str, Any]]:
    """Yield every row of every table, its table's name under `table`, in a fixed order."""
    for table in _TABLES:
        if not stable:
            for row in db.rows(table.sql):
                yield {"table": table.name, **row}
        elif table.is_stable:
            yield from _stable_rows(db, table)


def _stable_rows(db: Database, table: _Table) -> Iterator[dict[str, Any]]:
    encoded = {
        msgspec.json.encode({name: row[name] for name in row if name not in table.unstable})
        for row in db.rows(table.sql)
    }
    for line in sorted(encoded):
        yield {"table": table.name, **msgspec.json.decode(line)}
