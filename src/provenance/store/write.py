"""Apply journal lines: the only way in which rows come to be, in a run as in a rebuild.

(`renew_content` and `renew_states` bring nothing new: they write what today's parser reads in
bytes of an applied line, and what today's rules make of applied lines, as a rebuild would.)

Each call is one transaction, which also moves the journal's position and the
committed ends of the WARC files: after a crash the database stands exactly
after some line, and the archive says which lines come next. A line at or before
the position was applied already and changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from provenance.model import (
    CheckLine,
    DocumentLine,
    JournalPosition,
    Parsed,
    RecoveryLine,
    Source,
    SourceMap,
    TextLine,
)
from provenance.store import rows
from provenance.store.contents import put_content
from provenance.store.database import Database
from provenance.store.evidence import forget_evidence_of_texts
from provenance.store.holdings import HoldingLine, apply_holding
from provenance.store.read import read_parser
from provenance.store.recoveries import apply_recovery, settled_sources
from provenance.store.rows import insert_sql
from provenance.store.states import DeriveState, refresh_states

__all__ = ["HoldingLine", "Store"]

_PUT_POSITION = insert_sql(
    "journal_positions",
    ("journal", "file", "offset"),
    "(journal) DO UPDATE SET file = excluded.file, offset = excluded.offset",
)
_PUT_END = insert_sql(
    "warc_ends",
    ("file", "end_bytes"),
    "(file) DO UPDATE SET end_bytes = max(end_bytes, excluded.end_bytes)",
)
_PUT_DOCUMENT = insert_sql(
    "documents",
    ("document_id", "seq", "content_key", "path", "origin_url"),
    "(document_id) DO UPDATE SET seq = excluded.seq, content_key = excluded.content_key, "
    "path = excluded.path, origin_url = excluded.origin_url",
)
_PUT_TEXT = insert_sql(
    "texts",
    rows.TEXT_COLUMNS,
    "(payload_sha256) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in rows.TEXT_COLUMNS[1:]),
)


class Store:
    """The writing side of the store; `derive_state` is `provenance.watch.verdict.derive_state`."""

    def __init__(self, db: Database, *, derive_state: DeriveState) -> None:
        self.db = db
        self._derive_state = derive_state

    def positions(self) -> dict[str, JournalPosition]:
        """Return, by journal, where the first line begins that was not applied yet."""
        found = self.db.rows("SELECT journal, file, offset FROM journal_positions")
        return {row["journal"]: JournalPosition(**row) for row in found}

    def warc_ends(self) -> dict[str, int]:
        """Return, by WARC file, up to which byte the applied lines speak of it."""
        found = self.db.rows("SELECT file, end_bytes FROM warc_ends")
        return {row["file"]: row["end_bytes"] for row in found}

    def apply_document(
        self,
        line: DocumentLine,
        parsed: Parsed,
        sources: SourceMap,
        position: JournalPosition,
        *,
        parser: str,
    ) -> bool:
        """Make the line's content the document's current version; tell whether it was news.

        `position` is where the next line begins, `parser` names the version of the
        parser: content read by another one is written anew.

        Raises:
            StoreError: nothing was written.
        """
        with self.db.atomic():
            if not self._is_ahead(position):
                return False
            content_key = put_content(self.db, parsed, sources, parser=parser)
            self._put_version(line, content_key)
            cited = {source.id for source in sources.sources}
            cited |= settled_sources(self.db, line.sha256)
            refresh_states(self.db, self._derive_state, cited)
            self._advance(position, line.warc_ends)
        return True

    def renew_content(self, parsed: Parsed, sources: SourceMap, *, parser: str) -> bool:
        """Write what this parser reads in a known content; tell whether another one had read it.

        Raises:
            StoreError: nothing was written.
        """
        sha256 = parsed.document.sha256
        with self.db.atomic():
            if read_parser(self.db, sha256) in (None, parser):
                return False
            put_content(self.db, parsed, sources, parser=parser)
            cited = {source.id for source in sources.sources}
            cited |= settled_sources(self.db, sha256)
            refresh_states(self.db, self._derive_state, cited)
        return True

    def apply_recoveries(self, lines: Iterable[tuple[RecoveryLine, JournalPosition]]) -> int:
        """Settle what cut addresses were, in the order of the lines; return how many were news.

        Raises:
            StoreError: nothing was written.
        """
        with self.db.atomic():
            fresh = [(line, position) for line, position in lines if self._is_ahead(position)]
            touched: set[str] = set()
            for line, _ in fresh:
                touched |= apply_recovery(self.db, line)
            refresh_states(self.db, self._derive_state, touched)
            self._advance_all((line.warc_ends, position) for line, position in fresh)
        return len(fresh)

    def apply_checks(self, lines: Iterable[tuple[CheckLine, JournalPosition]]) -> int:
        """Append checks with their captures, derive the states anew; return how many were news.

        Lines come in the journal's order. A source that no document cites (yet) gets a
        row without a description.

        Raises:
            StoreError: nothing was written.
        """
        with self.db.atomic():
            reached = self.positions()  # asked once: a batch is one journal's
            fresh = [
                (line, position)
                for line, position in lines
                if _is_news(position, reached.get(position.journal))
            ]
            if not fresh:
                return 0
            checks = [line.check for line, _ in fresh]
            captures = [line.capture for line, _ in fresh if line.capture]
            self._put_unknown_sources(checks)
            self.db.executemany(
                insert_sql("captures", rows.CAPTURE_COLUMNS, "DO NOTHING"),
                map(rows.capture_row, captures),
            )
            self.db.executemany(
                insert_sql("checks", rows.CHECK_COLUMNS, "DO NOTHING"),
                map(rows.check_row, checks),
            )
            refresh_states(self.db, self._derive_state, {check.source_id for check in checks})
            self._advance_all((line.warc_ends, position) for line, position in fresh)
        return len(fresh)

    def apply_texts(self, lines: Iterable[tuple[TextLine, JournalPosition, str]]) -> int:
        """Keep the texts of payloads, a later extraction in place of an earlier; return the news.

        States are derived anew, since a text tells better than bytes whether a page changed.

        Raises:
            StoreError: nothing was written.
        """
        with self.db.atomic():
            fresh = [item for item in lines if self._is_ahead(item[1])]
            if not fresh:
                return 0
            self.db.executemany(_PUT_TEXT, (rows.text_row(line, text) for line, _, text in fresh))
            payloads = msgspec.json.encode([line.payload_sha256 for line, _, _ in fresh])
            touched = self.db.column(
                "SELECT DISTINCT c.source_id FROM json_each(?) wanted"
                " JOIN captures c ON c.payload_sha256 = wanted.value",
                (payloads.decode(),),
            )
            # what was found in the text before is found anew
            forget_evidence_of_texts(self.db, payloads.decode())
            refresh_states(self.db, self._derive_state, touched)
            self._advance_all((line.warc_ends, position) for line, position, _ in fresh)
        return len(fresh)

    def apply_holdings(self, lines: Iterable[tuple[HoldingLine, JournalPosition]]) -> int:
        """Keep attachments, mementos, submissions, judgements, reviews, withdrawals; return how many were news.

        Raises:
            StoreError: nothing was written.
        """
        with self.db.atomic():
            fresh = [(line, position) for line, position in lines if self._is_ahead(position)]
            touched: set[str] = set()
            for line, _ in fresh:
                touched |= apply_holding(self.db, line)
            refresh_states(self.db, self._derive_state, touched)
            self._advance_all((line.warc_ends, position) for line, position in fresh)
        return len(fresh)

    def renew_states(self, source_ids: Collection[str]) -> None:
        """Derive the states of these sources by today's rules, from rows that stand already.

        Raises:
            StoreError: nothing was written.
        """
        with self.db.atomic():
            refresh_states(self.db, self._derive_state, source_ids)

    def _is_ahead(self, position: JournalPosition) -> bool:
        stored = self.db.first(
            "SELECT journal, file, offset FROM journal_positions WHERE journal = ?",
            (position.journal,),
        )
        return _is_news(position, JournalPosition(**stored) if stored else None)

    def _advance(self, position: JournalPosition, warc_ends: Mapping[str, int]) -> None:
        self.db.execute(_PUT_POSITION, (position.journal, position.file, position.offset))
        self.db.executemany(_PUT_END, sorted(warc_ends.items()))

    def _advance_all(self, reached: Iterable[tuple[Mapping[str, int], JournalPosition]]) -> None:
        ends: dict[str, int] = {}
        last: dict[str, JournalPosition] = {}
        for warc_ends, position in reached:
            last[position.journal] = max(position, last.get(position.journal, position))
            for file, end in warc_ends.items():
                ends[file] = max(end, ends.get(file, 0))
        for position in last.values():
            self._advance(position, ends)

    def _put_version(self, line: DocumentLine, content_key: int) -> None:
        current = self.db.first(
            "SELECT seq, content_key, path FROM documents WHERE document_id = ?",
            (line.document_id,),
        )
        if current and (current["content_key"], current["path"]) == (content_key, line.path):
            return
        seq = current["seq"] + 1 if current else 1
        made = rows.version_row(line, seq, content_key)
        version = dict(zip(rows.VERSION_COLUMNS, made, strict=True))
        self.db.execute(insert_sql("versions", rows.VERSION_COLUMNS), made)
        document = (line.document_id, seq, content_key, version["path"], version["origin_url"])
        self.db.execute(_PUT_DOCUMENT, document)

    def _put_unknown_sources(self, checks: Iterable[Any]) -> None:
        looked = {check.source_id: check for check in checks}
        unknown = self.db.column(
            "SELECT w.value FROM json_each(?) w WHERE NOT EXISTS ("
            "SELECT 1 FROM sources s WHERE s.source_id = w.value)",
            (msgspec.json.encode(list(looked)).decode(),),
        )
        made = (
            Source(source_id, key="", kind="web", url=looked[source_id].url)
            for source_id in unknown
        )
        self.db.executemany(
            insert_sql("sources", rows.SOURCE_COLUMNS, "DO NOTHING"), map(rows.source_row, made)
        )


def _is_news(position: JournalPosition, reached: JournalPosition | None) -> bool:
    """Tell whether a line that ends at `position` was not applied when all up to `reached` was."""
    return reached is None or reached < position
