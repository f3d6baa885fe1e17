"""What is known of an archive before its WARC files are read: rows, journal lines, committed ends."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from provenance.errors import UsageError
from provenance.keep.fixity_finding import Finding
from provenance.keep.fixity_journals import JournalTally, read_journals
from provenance.keep.fixity_ledger import Ledger, Seen
from provenance.keep.fixity_places import Kept, Places
from provenance.keep.fixity_warc import MOST_FINDINGS
from provenance.model import JournalLine, JournalPosition, WarcPlace, Withdrawal, WithdrawalLine
from provenance.pipeline.catchup import open_store
from provenance.pipeline.progress import Progress
from provenance.pipeline.workplace import Workplace
from provenance.store.places import kept_rows, kept_versions

__all__ = ["Known", "collect"]

_RESTORE = "restore the file from a copy of the archive"
_JOURNALS_FIRST = "restore the journals from a copy first: a rebuild now would lose these rows"
_NO_LINE = (
    "if journals of an earlier month were lost, restore them from a copy; else run"
    " `provenance rebuild`: the journals are the truth"
)


class Known:
    """Places by WARC file, committed ends, withdrawals; what the journals themselves show."""

    def __init__(self, places: Places, database: Path) -> None:
        self.places = places
        self.ends: dict[str, int] = {}
        self.tally = JournalTally()
        self.rows = 0
        self.withdrawn: dict[str, dict[WarcPlace, Withdrawal]] = {}
        self._database = database
        self._applied: dict[str, JournalPosition] = {}
        self._behind: dict[str, int] = {}
        self._has_database = False
        self._payloads_withdrawn: set[str] = set()
        self._odd_texts: list[str] = []

    def take_rows(self) -> None:
        """Read the database, where there is one."""
        try:
            with open_store(self._database, read_only=True) as store:
                self._has_database = True
                self._applied = store.positions()
                for row in kept_rows(store.db):
                    self.rows += 1
                    kept = Kept(row.table, row.key, row.place, row.digest, row.said)
                    self.places.add_row(kept)
                    if not row.is_whole and len(self._odd_texts) < MOST_FINDINGS:
                        self._odd_texts.append(row.key)
                for row in kept_versions(store.db):
                    self.places.add_place(Kept(row.table, row.key, row.place, row.digest))
        except UsageError:  # there is none: the archive is read alone
            return

    def take_line(self, line: JournalLine, behind: JournalPosition, start: int) -> None:
        """Take one journal line, which begins at byte `start` and ends at `behind`."""
        for file, end in line.warc_ends.items():
            self.ends[file] = max(end, self.ends.get(file, 0))
        applied = self._applied.get(behind.journal)
        is_applied = applied is not None and behind <= applied
        if self._has_database and not is_applied:
            self._behind[behind.journal] = self._behind.get(behind.journal, 0) + 1
        if isinstance(line, WithdrawalLine):
            gone = line.withdrawal
            self._payloads_withdrawn |= {gone.payload_sha256, *gone.texts}
            for place in gone.places:
                self.withdrawn.setdefault(place.file, {}).setdefault(place, gone)
        name = f"{behind.journal}/{behind.file}"
        self.places.add_line(line, name, start, is_applied=is_applied)

    def findings(self) -> list[Finding]:
        """Return what journals and rows show without any WARC file."""
        return list(self._findings())

    def _findings(self) -> Iterator[Finding]:
        lost = list(self._lost_lines())
        yield from self.tally.findings
        yield from lost
        name = self._database.name
        for journal, count in sorted(self._behind.items()):
            yield Finding(
                "behind", "store", name, None, f"{count:,} lines of {journal}/ are not applied yet",
                cure="the next `provenance ingest` or `rebuild` applies them",
            )  # fmt: skip
        for key in self._odd_texts:
            if key not in self._payloads_withdrawn:
                yield Finding(
                    "altered", "store", name, None,
                    f"the text of payload {key} in table texts is not what its digest says",
                    cure="run `provenance rebuild`: the archive holds the text",
                )  # fmt: skip
        if self._has_database:
            is_damaged = any(each.is_difference for each in (*self.tally.findings, *lost))
            yield from self._row_findings(name, is_damaged=is_damaged)
        for file in sorted(set(self.places.files()) | set(self.ends)):
            if not is_safe_name(file):
                yield Finding(
                    "altered", "journal", file, None, "a place outside the archive is named"
                )

    def _lost_lines(self) -> Iterator[Finding]:
        """Yield the journals that end before the last line that the database knows of them."""
        ends = {file.name: file.end for file in self.tally.files}
        named = {each.file for each in self.tally.findings if each.is_difference}
        for journal, applied in sorted(self._applied.items()):
            name = f"{journal}/{applied.file}"
            end = ends.get(name)
            if name not in named and (end is None or end < applied.offset):
                how = "it is gone" if end is None else f"it ends at byte {end:,}"
                yield Finding(
                    "missing", "journal", name, end,
                    f"{self._database.name} knows its lines up to byte {applied.offset:,}, and {how}",
                    cure=_RESTORE,
                )  # fmt: skip

    def _row_findings(self, database: str, *, is_damaged: bool) -> Iterator[Finding]:
        """Yield how rows differ from lines; of rows that no line made, one finding a table.

        Where journals are damaged themselves, the rows may be all that is left of their lines:
        a rebuild, which is right otherwise, would throw them away.
        """
        lone: Counter[Finding] = Counter()
        for found in self.places.compare_rows(database):
            each = replace(found, cure=_JOURNALS_FIRST) if is_damaged else found
            if each.kind == "extra":
                lone[each if is_damaged else replace(each, cure=_NO_LINE)] += 1
            else:
                yield each
        for each, count in sorted(lone.items(), key=lambda item: item[0].message):
            more = f" ({count:,} such rows)" if count > 1 else ""
            yield replace(each, message=each.message + more)

    def files(self) -> list[str]:
        """Return every WARC file that anything speaks of."""
        named = set(self.places.files()) | set(self.ends)
        return sorted(file for file in named if is_safe_name(file))

    def seen_journals(self, run: str, at: datetime) -> list[Seen]:
        """Return the journals' files as the ledger keeps them."""
        return [
            Seen(run, at, file.name, file.end, file.sha256, records=0) for file in self.tally.files
        ]


def is_safe_name(file: str) -> bool:
    """Tell whether a name can be that of a file below `warc/`."""
    path = PurePosixPath(file)
    return not path.is_absolute() and ".." not in path.parts and "\0" not in file


def collect(workplace: Workplace, scratch: Path, ledger: Ledger, progress: Progress) -> Known:
    """Read rows, then journals; the order keeps a writer's news from looking like differences."""
    known = Known(Places(scratch), workplace.db_path)
    with progress("Reading journals and rows", 1) as stage:
        known.take_rows()
        known.tally = read_journals(workplace.archive_root, known.take_line, ledger.seen)
        stage.advance()
    return known
