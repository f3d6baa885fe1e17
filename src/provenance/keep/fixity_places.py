"""What journals and database say that the archive holds, laid side by side for comparison.

Two joins, both in scratch buckets so that memory stays bounded: by WARC file, of every
place that anybody names with the record that stands there; and by key, of each journal line
with the row that came of it.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from provenance.keep.fixity_buckets import Buckets
from provenance.keep.fixity_finding import Finding, FindingKind
from provenance.model import (
    AttachmentLine,
    CheckLine,
    DocumentLine,
    JournalLine,
    MementoLine,
    RecoveryLine,
    SubmissionLine,
    TextLine,
    WarcPlace,
    WithdrawalLine,
)

__all__ = ["Kept", "Places", "Wanted", "kept_of"]

# table -> the types of record that its places may lead to
RECORD_TYPES: dict[str, frozenset[str]] = {
    "captures": frozenset({"response", "revisit"}),
    "documents": frozenset({"resource"}),
    "texts": frozenset({"conversion"}),
    "attachments": frozenset({"resource", "response", "revisit"}),
    "mementos": frozenset({"resource", "response", "revisit"}),
    "recoveries": frozenset({"response", "revisit"}),
}
_TABLES = (*RECORD_TYPES, "checks", "submissions", "withdrawals")
_LATEST_COUNTS = frozenset({"documents", "texts", "mementos", "submissions", "recoveries"})
_NO_ROW_NEEDED = frozenset({"recoveries"})  # a line about what is read otherwise today has none
_NO_DIGEST = bytes(32)
# offset, length, table, digest, origin, byte
_WANTED = ">QQB32sHQ"
# table, key, who says it, number, value, origin, byte
_SAID = ">B16sBQ16sHQ"
# Who says it, in the order in which entries of one key are sorted; a later line is one that the
# database need not know of yet.
_BY_STORE, _BY_JOURNAL, _WITHDRAWN, _BY_LATER_LINE = range(4)
_BUCKETS = 256


class Kept(NamedTuple):
    """What one line or row says is kept: `key` names the row of `table`, `said` what must agree.

    `place` and `digest` (SHA-256, hex) are of the record, None where it has none.
    """

    table: str
    key: str
    place: WarcPlace | None
    digest: str | None
    said: str = ""

    def value(self) -> bytes:
        """Return what line and row must agree on, as 16 bytes."""
        # a document's row keeps the place of the version that was stored first
        place = None if self.table == "documents" else self.place
        return _short(f"{place}\x1f{self.digest}\x1f{self.said}")


class Wanted(NamedTuple):
    """A record that something speaks of; `origin` and `byte` are where it does."""

    offset: int
    length: int
    table: str
    digest: str | None
    origin: str
    byte: int

    @property
    def said_at(self) -> str:
        """Where it is spoken of, in words: a table, or a journal's file and its byte."""
        is_row = self.origin.startswith("table ")
        return self.origin if is_row else f"{self.origin} byte {self.byte:,}"


def kept_of(line: JournalLine) -> list[Kept]:  # noqa: PLR0911 - one for each kind
    """Return what a journal line says is kept."""
    match line:
        case DocumentLine():
            return [Kept("documents", line.document_id, line.warc, line.sha256)]
        case CheckLine():
            check, c = line.check, line.capture
            # what was seen; what rules say of it may be said anew
            said = f"{check.source_id} {check.http_status}"
            made = [Kept("checks", check.id, None, None, said)]
            if c is not None:
                place = WarcPlace(c.warc_file, c.warc_offset, c.warc_length)
                made.append(Kept("captures", c.id, place, c.payload_sha256, c.source_id))
            return made
        case TextLine():
            return [Kept("texts", line.payload_sha256, line.warc, line.text_sha256)]
        case RecoveryLine():
            key = f"{line.sha256} {line.note_id} {line.index}"
            return [Kept("recoveries", key, line.warc, None)]
        case AttachmentLine():
            a = line.attachment
            place = WarcPlace(a.warc_file, a.warc_offset, a.warc_length)
            return [Kept("attachments", a.id, place, a.payload_sha256, a.source_id)]
        case MementoLine():
            look, copy = line.lookup, line.lookup.copy
            key = f"{look.source_id} {look.archive}"
            place_of_copy = copy.warc if copy else None
            digest = copy.payload_sha256 if copy else None
            return [Kept("mementos", key, place_of_copy, digest, look.outcome)]
        case SubmissionLine():
            s = line.submission
            return [Kept("submissions", f"{s.source_id} {s.service}", None, None, s.outcome)]
        case WithdrawalLine():
            w = line.withdrawal
            return [Kept("withdrawals", w.id, None, w.payload_sha256)]
        case _:  # a judgement keeps nothing: it is derived from a check
            return []


def _short(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Places:
    """Both joins. Fill with `add_row`, `add_place` and `add_line`; scratch files go below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._wanted = Buckets(folder / "wanted", _WANTED)
        self._said = Buckets(folder / "said", _SAID)
        self._origins: dict[str, int] = {}
        self._numbers = 0

    def _origin(self, name: str) -> int:
        return self._origins.setdefault(name, len(self._origins))

    def add_row(self, kept: Kept) -> None:
        """Take what a row of the database says."""
        self.add_place(kept)
        self._say(kept.table, kept.key, _BY_STORE, kept.value(), (f"table {kept.table}", 0))

    def add_place(self, kept: Kept) -> None:
        """Take where a row says that something stands, and nothing else of it."""
        self._want(kept, f"table {kept.table}", 0)

    def add_line(self, line: JournalLine, origin: str, byte: int, *, is_applied: bool) -> None:
        """Take what a journal line says; `is_applied` if the database must know of it already."""
        for kept in kept_of(line):
            self._want(kept, origin, byte)
            who = _BY_JOURNAL if is_applied else _BY_LATER_LINE
            self._say(kept.table, kept.key, who, kept.value(), (origin, byte))
        if isinstance(line, WithdrawalLine):
            self._withdraw(line, origin, byte)

    def _withdraw(self, line: WithdrawalLine, origin: str, byte: int) -> None:
        gone = line.withdrawal
        keys = [("texts", payload) for payload in (gone.payload_sha256, *gone.texts)]
        keys += [("captures", key) for key in gone.captures]
        keys += [("attachments", key) for key in gone.attachments]
        for table, key in keys:
            self._say(table, key, _WITHDRAWN, bytes(16), (origin, byte))

    def _want(self, kept: Kept, origin: str, byte: int) -> None:
        if kept.place is not None:
            digest = bytes.fromhex(kept.digest) if kept.digest else _NO_DIGEST
            place, table = kept.place, _TABLES.index(kept.table)
            entry = (place.offset, place.length, table, digest, self._origin(origin), byte)
            self._wanted.add(place.file, *entry)

    def _say(self, table: str, key: str, who: int, value: bytes, where: tuple[str, int]) -> None:
        name = _short(f"{table}\x1f{key}")
        self._numbers += 1
        origin, byte = where
        entry = (_TABLES.index(table), name, who, self._numbers, value, self._origin(origin), byte)
        self._said.add(f"{name[0] % _BUCKETS:03}", *entry)

    def files(self) -> list[str]:
        """Return every WARC file that a place is in."""
        return self._wanted.names()

    def wanted(self, file: str) -> list[Wanted]:
        """Return the records of a WARC file that anything speaks of, by offset."""
        names = list(self._origins)
        return [
            Wanted(offset, length, _TABLES[table], digest.hex() if any(digest) else None,
                   names[origin], byte)
            for offset, length, table, digest, origin, byte in self._wanted.read(file)
        ]  # fmt: skip

    def compare_rows(self, database: str) -> Iterator[Finding]:
        """Yield how the database differs from the journals, key by key."""
        names = list(self._origins)
        for bucket in self._said.names():
            group: list[tuple[int, int, bytes, str, int]] = []
            before: tuple[int, bytes] | None = None
            for table, key, who, number, value, origin, byte in self._said.read(bucket):
                if before not in (None, (table, key)):
                    yield from _compare(_TABLES[before[0]], group, database)
                    group = []
                before = (table, key)
                group.append((who, number, value, names[origin], byte))
            if before is not None:
                yield from _compare(_TABLES[before[0]], group, database)


def _compare(
    table: str, said: list[tuple[int, int, bytes, str, int]], database: str
) -> Iterator[Finding]:
    """Compare all that is said about one key; entries are sorted by who and number."""
    if any(who == _WITHDRAWN for who, *_ in said):
        return
    rows = [value for who, _, value, _, _ in said if who == _BY_STORE]
    applied = [each for each in said if each[0] == _BY_JOURNAL]
    later = [each for each in said if each[0] == _BY_LATER_LINE]
    if not rows:
        if applied and table not in _NO_ROW_NEEDED:
            _, _, _, origin, byte = applied[-1]
            why = f"this line was applied, and table {table} of {database} has no row of it"
            yield _of_row("missing", origin, byte, why)
        return
    if not applied and not later:
        yield _of_row("extra", database, None, f"table {table} has a row without a journal line")
        return
    counting = applied[-1:] if table in _LATEST_COUNTS else applied[:1] or later[:1]
    if not {each[2] for each in (*counting, *later)} & set(rows):
        _, _, _, origin, byte = (counting or later)[-1]
        why = f"its row in table {table} of {database} says something else"
        yield _of_row("altered", origin, byte, why)


def _of_row(kind: FindingKind, file: str, byte: int | None, why: str) -> Finding:
    cure = "run `provenance rebuild`: the journals are the truth"
    return Finding(kind, "store", file, byte, why, cure=cure)
