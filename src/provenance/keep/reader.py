"""The archive for those who only read: no lock, nothing is changed. Safe for several threads."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from provenance.errors import ArchiveError, FixityError, WithdrawnRecord
from provenance.keep.disk import archive_faults
from provenance.keep.journal import Journal
from provenance.keep.records import EarlierPayload
from provenance.keep.tombstone import TOMBSTONE_FIELD, is_tombstone
from provenance.keep.warc import StoredRecord, read_fields, read_record
from provenance.model import (
    AttachmentLine,
    CheckLine,
    DocumentLine,
    JournalLine,
    JournalPosition,
    JudgementLine,
    MementoLine,
    NightLine,
    OpinionLine,
    OverrideLine,
    RecoveryLine,
    ReviewLine,
    SubmissionLine,
    TextLine,
    WarcPlace,
    WithdrawalLine,
)

__all__ = ["ArchiveReader", "Journals"]


class Journals(NamedTuple):
    """The journals, in the order in which they must be applied."""

    documents: Journal[DocumentLine]
    recoveries: Journal[RecoveryLine]
    checks: Journal[CheckLine]
    texts: Journal[TextLine]
    attachments: Journal[AttachmentLine]
    mementos: Journal[MementoLine]
    submissions: Journal[SubmissionLine]
    judgements: Journal[JudgementLine]
    reviews: Journal[ReviewLine]
    overrides: Journal[OverrideLine]
    opinions: Journal[OpinionLine]
    nights: Journal[NightLine]
    withdrawals: Journal[WithdrawalLine]

    @classmethod
    def below(cls, root: Path) -> "Journals":
        """Return the journals of an archive."""
        return cls(
            Journal(root / "documents", DocumentLine),
            Journal(root / "recoveries", RecoveryLine),
            Journal(root / "checks", CheckLine),
            Journal(root / "texts", TextLine),
            Journal(root / "attachments", AttachmentLine),
            Journal(root / "mementos", MementoLine),
            Journal(root / "submissions", SubmissionLine),
            Journal(root / "judgements", JudgementLine),
            Journal(root / "reviews", ReviewLine),
            Journal(root / "overrides", OverrideLine),
            Journal(root / "opinions", OpinionLine),
            Journal(root / "nights", NightLine),
            Journal(root / "withdrawals", WithdrawalLine),
        )

    def append(
        self, lines: Sequence[JournalLine], encoded: Sequence[bytes], at: datetime
    ) -> dict[int, JournalPosition]:
        """Put lines on disk, journal after journal; return the position behind each, by its index."""
        positions: dict[int, JournalPosition] = {}
        for journal in self:
            own = [i for i, line in enumerate(lines) if _JOURNAL_OF[type(line)] == journal.name]
            if own:
                behind = journal.append_encoded([encoded[i] for i in own], at)
                journal.sync()
                positions.update(zip(own, behind, strict=True))
        return positions


_JOURNAL_OF: dict[type, str] = {
    DocumentLine: "documents",
    RecoveryLine: "recoveries",
    CheckLine: "checks",
    TextLine: "texts",
    AttachmentLine: "attachments",
    MementoLine: "mementos",
    SubmissionLine: "submissions",
    JudgementLine: "judgements",
    ReviewLine: "reviews",
    OverrideLine: "overrides",
    OpinionLine: "opinions",
    NightLine: "nights",
    WithdrawalLine: "withdrawals",
}


class ArchiveReader:
    """Reads records and journal lines below `root`; an archive that does not exist yet is empty.

    Raises:
        ArchiveError: `root` is there and no folder.
    """

    def __init__(self, root: Path) -> None:
        with archive_faults(root, "open"):
            is_folder = root.is_dir() or not root.exists()
        if not is_folder:
            raise ArchiveError(f"{root} is no folder", hint="name a folder with --archive")
        self.root = root
        self._journals = Journals.below(root)

    def read(self, place: WarcPlace) -> StoredRecord:
        """Return the record at a place.

        Raises:
            CorruptRecord: length or a digest is not what the record says, or it is missing.
            WithdrawnRecord: it was taken out.
            FixityError: the place names a file outside the archive.
        """
        record = read_record(self._path_of(place), place.offset, place.length)
        if is_tombstone(record):
            raise _withdrawn(place)
        return record

    def _path_of(self, place: WarcPlace) -> Path:
        if place.file.startswith("/") or ".." in place.file.split("/"):
            raise FixityError(f"{place.file} is no file of the archive")
        return self.root / "warc" / place.file

    def read_stored(self, place: WarcPlace) -> bytes:
        """Return the record at a place as it is stored: one gzip member, which has been checked.

        Raises:
            as `read`.
        """
        self.read(place)
        path = self.root / "warc" / place.file
        with archive_faults(path, "read"), path.open("rb") as file:
            file.seek(place.offset)
            return file.read(place.length)

    def read_payload(self, place: WarcPlace) -> bytes:
        """Return a record's payload, content-encoding kept.

        A revisit's is empty: read that of the capture that it names.
        """
        return self.read(place).payload

    def read_text(self, place: WarcPlace) -> str:
        """Return the text of a `conversion` record, character for character as it was added."""
        return self.read(place).payload.decode("utf-8", "surrogatepass")

    def payload_at(self, place: WarcPlace) -> EarlierPayload:
        """Return how a later record refers to the one at a place: by its own URL, date and id.

        Replay finds the body of a revisit by exactly these, so they are read from the
        record and not put together from what else is known of it.
        """
        named = read_fields(self._path_of(place), place.offset, place.length)
        if TOMBSTONE_FIELD.lower() in named:
            raise _withdrawn(place)
        url, date = named.get("warc-target-uri"), named.get("warc-date")
        if url is None or date is None:
            raise FixityError(f"the record at byte {place.offset} of {place.file} has no address")
        return EarlierPayload(url, datetime.fromisoformat(date), named.get("warc-record-id"))

    def journal_lines(
        self, after: Mapping[str, JournalPosition] | None = None
    ) -> Iterator[tuple[JournalLine, JournalPosition]]:
        """Yield every journal's lines in the order of `Journals`, each with the position behind it.

        `after` says by journal name up to where the lines are known already.

        Raises:
            CorruptRecord: a complete line is not JSON or of another shape.
            FixityError: a position of `after` is none that the journal has.
        """
        known = after or {}
        for journal in self._journals:
            yield from journal.read(known.get(journal.name))


def _withdrawn(place: WarcPlace) -> WithdrawnRecord:
    return WithdrawnRecord(
        f"the record at byte {place.offset} of {place.file} was withdrawn",
        hint="`provenance trace` says when and why",
    )
