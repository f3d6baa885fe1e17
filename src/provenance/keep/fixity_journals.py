"""The journals, read to the end whatever stands in them: what is unreadable is a finding, not an end."""

import contextlib
import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from provenance.errors import CorruptRecord
from provenance.keep.disk import archive_faults
from provenance.keep.fixity_finding import Finding, FindingKind
from provenance.keep.fixity_ledger import Seen
from provenance.keep.journal import Journal
from provenance.keep.reader import Journals
from provenance.model import JournalLine, JournalPosition, WithdrawalLine

__all__ = ["JournalFile", "JournalTally", "read_journals"]

# No line comes near (a check is some 2 KB); what is longer is read past in pieces.
_MAX_LINE_BYTES = 64 << 20
_RESTORE = "restore the file from a copy of the archive"

TakeLine = Callable[[JournalLine, JournalPosition, int], None]


class JournalFile(NamedTuple):
    """One month of a journal as it was read: whole lines only, `end` bytes.

    The SHA-256 is of these bytes with spaces where a withdrawal names words: so it is the same
    before and after they are blanked, which a crash may put off to the next writer.
    """

    name: str
    end: int
    sha256: str


class JournalTally(Struct):
    """What came of reading all journals."""

    lines: int = 0
    read_bytes: int = 0
    files: list[JournalFile] = []
    findings: list[Finding] = []


def read_journals(root: Path, take: TakeLine, before: Mapping[str, Seen]) -> JournalTally:
    """Hand every line to `take` with the position behind it and the byte where it begins.

    `before` says by file what an earlier reading saw: journals only grow, so that what was
    there must be there still, byte for byte.
    """
    tally = JournalTally()
    blanked = _blanked(root)
    for journal in Journals.below(root):
        decoder = msgspec.json.Decoder(journal.line_type)
        months = journal.months()
        known = {name for name in before if name.startswith(f"{journal.name}/")}
        for path in months:
            name = f"{journal.name}/{path.name}"
            known.discard(name)
            seen = before.get(name)
            words = blanked.get(name, _Words())
            if seen is not None and words.at is not None and words.at > seen.at:
                seen = replace(seen, sha256="")  # of words that a withdrawal names since
            reading = _Reading(name, seen, tally, words.spans, is_last=path == months[-1])
            with archive_faults(path, "read"), path.open("rb") as file:
                for start, data in reading.lines(file):
                    behind = JournalPosition(journal.name, path.name, start + len(data))
                    _take(decoder, data, behind, start=start, take=take, tally=tally)
        for name in sorted(known):
            message = "this journal file was there before, and is gone"
            tally.findings.append(Finding("missing", "journal", name, None, message, cure=_RESTORE))
    return tally


class _Words(Struct):
    """Words of a journal file that were withdrawn: when last, and where they stand, in bytes."""

    at: datetime | None = None
    spans: list[tuple[int, int]] = []


def _blanked(root: Path) -> dict[str, _Words]:
    """Return by journal file what was withdrawn in it, in the order in which it stands there."""
    found: dict[str, _Words] = {}
    journal = Journal(root / "withdrawals", WithdrawalLine)
    with contextlib.suppress(CorruptRecord):  # said where that journal is read itself
        for line, _ in journal.read():
            for place in line.withdrawal.words:
                words = found.setdefault(f"{place.journal}/{place.file}", _Words())
                words.at = max(line.withdrawal.at, words.at or line.withdrawal.at)
                words.spans.append((place.offset, place.offset + place.length))
    for words in found.values():
        words.spans.sort()
    return found


def _take(
    decoder: msgspec.json.Decoder[JournalLine],
    data: bytes,
    behind: JournalPosition,
    *,
    start: int,
    take: TakeLine,
    tally: JournalTally,
) -> None:
    tally.lines += 1
    try:
        line = decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        name = f"{behind.journal}/{behind.file}"
        why = f"this line cannot be read: {error}"
        tally.findings.append(Finding("unreadable", "journal", name, start, why, cure=_RESTORE))
    else:
        take(line, behind, start)


class _Reading:
    """One file on its way: its lines, its digest, and what it was when it was read before."""

    def __init__(
        self,
        name: str,
        before: Seen | None,
        tally: JournalTally,
        words: list[tuple[int, int]],
        *,
        is_last: bool,
    ) -> None:
        self._name = name
        self._words = deque(words)
        self._before = before
        self._tally = tally
        self._is_last = is_last

    def lines(self, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
        """Yield every whole line with the byte at which it begins."""
        digest, offset = hashlib.sha256(), 0
        mark = self._before.end if self._before else None
        seen_then = digest.hexdigest() if mark == 0 else None
        while data := file.readline(_MAX_LINE_BYTES):
            if not data.endswith(b"\n"):
                self._end_torn(offset, len(data))
                break
            digest.update(self._without_words(data, offset))
            yield offset, data
            offset += len(data)
            if offset == mark:
                seen_then = digest.hexdigest()
        self._tally.read_bytes += offset
        self._tally.files.append(JournalFile(self._name, offset, digest.hexdigest()))
        if self._before and (seen_then is None or self._before.sha256 not in {seen_then, ""}):
            self._say_altered(offset, seen_then)

    def _without_words(self, data: bytes, offset: int) -> bytes:
        """Return a line with spaces for the words in it that were withdrawn, blank already or not."""
        end, spans = offset + len(data), self._words
        if not spans or spans[0][0] >= end:
            return data
        line = bytearray(data)
        while spans and spans[0][0] < end:
            start, behind = (at - offset for at in spans.popleft())
            line[start:behind] = b" " * len(line[start:behind])
        return bytes(line)

    def _end_torn(self, offset: int, size: int) -> None:
        if self._is_last:
            finding = Finding(
                "uncommitted", "journal", self._name, offset,
                f"{size:,} bytes of a line that was never committed",
                cure="the next run moves them to uncommitted/",
            )  # fmt: skip
        else:
            finding = Finding(
                "unreadable", "journal", self._name, offset,
                "its last line has no end, and a later file follows", cure=_RESTORE,
            )  # fmt: skip
        self._tally.findings.append(finding)

    def _say_altered(self, end: int, found: str | None) -> None:
        assert self._before
        kind: FindingKind
        if end < self._before.end:
            message = (
                f"it held {self._before.end:,} bytes of lines and holds {end:,}: lines are lost"
            )
            kind = "missing"
        else:
            message = f"its first {self._before.end:,} bytes are not what they were"
            kind = "altered"
        self._tally.findings.append(
            Finding(
                kind,
                "journal",
                self._name,
                None,
                f"{message} on {self._before.at:%Y-%m-%d}",
                self._before.sha256,
                found,
                _RESTORE,
            )
        )
