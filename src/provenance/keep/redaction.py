"""Words of withdrawn pages in the journals: found before a withdrawal, blanked in place after it.

A check keeps title, headings and first words of its page for later judgements, a text its title
and authors, a person's review the passage that it is about, a night's report the passages that
were not what they had been. Each is one JSON value of a line: it is overwritten by the empty value of its kind
and spaces, of the same length, so that every line stays where it is and stays a line. As with
tombstones the withdrawal's own line is on disk first and names every place, so that whatever
was interrupted is finished by the next writer, before it reads a line.
"""

import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from provenance.errors import CorruptRecord
from provenance.keep.disk import archive_faults
from provenance.keep.journal import Journal
from provenance.model import (
    CheckLine,
    NightLine,
    ReviewLine,
    TextLine,
    WarcPlace,
    Withdrawal,
    WordsPlace,
)

__all__ = ["Going", "blank_words", "find_words"]

# What of a check's facts was taken from the page itself, and from the page beside it that a soft 404
# gives for any path.
_PAGE_WORDS = tuple(
    ("check", "facts", *above, name)
    for above in (("page",), ("probe", "page"))
    for name in ("title", "text_start", "headings")
)
_TITLE_BEFORE = ("check", "facts", "title_before")
_TEXT_WORDS = (("title",), ("authors",))
_REVIEW_WORDS = tuple(("review", "passage", name) for name in ("exact", "prefix", "suffix"))
_PASSAGE_WORDS = ("before", "now", "said")
_Line = CheckLine | TextLine | ReviewLine | NightLine
_Path = tuple[str | int, ...]
_JOURNALS = frozenset({"checks", "texts", "reviews", "nights"})
_FILE = re.compile(r"[0-9]{4}-[0-9]{2}\.jsonl")
_BLANKS = {b'"': b'""', b"[": b"[]"}
_BLANK = re.compile(r'""|\[\s*\]')
_SPACE = re.compile(r"[ \t\r\n]*")
_raw_decode = json.JSONDecoder().raw_decode


class Going(NamedTuple):
    """What a withdrawal takes along: `payload`, `texts` (at `places`), what its `sources` show.

    Titles that later looks of these sources compared with go where they were written up to `until`.
    """

    payload: str
    texts: frozenset[str]
    places: frozenset[WarcPlace]
    sources: frozenset[str]
    until: datetime


def find_words(root: Path, going: Iterable[Going]) -> dict[str, tuple[WordsPlace, ...]]:
    """Return by payload where the journals below `root` hold words of what goes.

    Reads four journals once, whatever the number of payloads. A value that stands in the lines of
    two payloads is found for both.
    """
    wanted = tuple(going)
    found: dict[str, list[WordsPlace]] = {each.payload: [] for each in wanted}
    for name, line, file, start, end in _lines(root):
        paths = [(each.payload, _paths(line, each)) for each in wanted]
        if not any(each for _, each in paths):
            continue
        with archive_faults(root / name / file, "read"), (root / name / file).open("rb") as raw:
            raw.seek(start)
            text = raw.read(end - start).decode("utf-8")
        for payload, own in paths:
            spans = filter(None, (_span(text, path) for path in own))
            found[payload] += [
                WordsPlace(name, file, start + len(text[:at].encode()), len(text[at:to].encode()))
                for at, to in spans
            ]
    return {payload: tuple(places) for payload, places in found.items()}


def _lines(root: Path) -> Iterator[tuple[str, _Line, str, int, int]]:
    """Yield the lines that may hold words: journal, line, file, first byte and the byte behind it."""
    journals: tuple[
        Journal[CheckLine] | Journal[TextLine] | Journal[ReviewLine] | Journal[NightLine], ...
    ] = (
        Journal(root / "checks", CheckLine),
        Journal(root / "texts", TextLine),
        Journal(root / "reviews", ReviewLine),
        Journal(root / "nights", NightLine),
    )
    for journal in journals:
        file, start = "", 0
        for line, behind in journal.read():
            start = start if behind.file == file else 0
            yield journal.name, line, behind.file, start, behind.offset
            file, start = behind.file, behind.offset


def _paths(line: _Line, going: Going) -> tuple[_Path, ...]:
    if isinstance(line, NightLine):
        return tuple(_paths_of_night(line, going))
    if isinstance(line, ReviewLine):
        return _REVIEW_WORDS if line.review.payload_sha256 == going.payload else ()
    if isinstance(line, TextLine):
        is_gone = line.payload_sha256 == going.payload or (
            line.payload_sha256 in going.texts and line.warc in going.places
        )
        return _TEXT_WORDS if is_gone else ()
    shows_it = line.capture is not None and line.capture.payload_sha256 == going.payload
    is_compared = line.check.source_id in going.sources and line.check.at <= going.until
    return (*(_PAGE_WORDS if shows_it else ()), *((_TITLE_BEFORE,) if is_compared else ()))


def _paths_of_night(line: NightLine, going: Going) -> Iterator[_Path]:
    """What a night quotes of the pages of these sources; why one drifted may name its title."""
    if line.report.run.finished > going.until:
        return
    for number, change in enumerate(line.report.changes):
        if change.source_id not in going.sources:
            continue
        where = ("report", "changes", number)
        if change.to == "drifted":
            yield (*where, "reason")
        for place in range(len(change.passages)):
            yield from ((*where, "passages", place, name) for name in _PASSAGE_WORDS)


def _span(text: str, path: Iterable[str | int]) -> tuple[int, int] | None:
    """Return where the value at a path of a JSON object stands; None where no words do.

    A number in the path counts the elements of an array.
    """
    at, end = 0, len(text)
    for name in path:
        if text[at] != ("[" if isinstance(name, int) else "{"):
            return None
        if isinstance(name, int):
            found = next(itertools.islice(_elements(text, at), name, None), None)
        else:
            found = next(((s, e) for key, s, e in _members(text, at) if key == name), None)
        if found is None:
            return None
        at, end = found
    if text[at] not in '"[' or _BLANK.fullmatch(text, at, end):
        return None
    return at, end


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Yield each member of the object that begins at `at`: its name, and where its value stands."""
    at = _past_space(text, at + 1)
    while text.startswith('"', at):
        key, at = _raw_decode(text, at)
        at = _past_space(text, _past_space(text, at) + 1)
        _, end = _raw_decode(text, at)
        yield key, at, end
        at = _past_space(text, _past_space(text, end) + 1)


def _elements(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield where each element of the array that begins at `at` stands."""
    at = _past_space(text, at + 1)
    while not text.startswith("]", at):
        _, end = _raw_decode(text, at)
        yield at, end
        at = _past_space(text, end)
        if not text.startswith(",", at):
            return
        at = _past_space(text, at + 1)


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def blank_words(root: Path, withdrawals: Iterable[Withdrawal]) -> None:
    """Overwrite the words that withdrawals name; for a writer, under its lock. On disk afterwards.

    What is blank already costs one short read.

    Raises:
        CorruptRecord: a place is none of a value in these journals.
        ArchiveError: a file cannot be written.
    """
    wanted: dict[tuple[str, str], set[WordsPlace]] = {}
    for withdrawal in withdrawals:
        for place in withdrawal.words:
            wanted.setdefault((place.journal, place.file), set()).add(place)
    for (journal, file), places in sorted(wanted.items()):
        if journal not in _JOURNALS or not _FILE.fullmatch(file):
            raise CorruptRecord(f"a withdrawal names words in {journal}/{file}, which holds none")
        path = root / journal / file
        with archive_faults(path, "blank withdrawn words of"), path.open("rb+") as out:
            blanked = [_blank(out.fileno(), path, place) for place in sorted(places)]
            if any(blanked):
                os.fsync(out.fileno())


def _blank(handle: int, path: Path, place: WordsPlace) -> bool:
    """Overwrite one value; False where it was blank."""
    stands = os.pread(handle, place.length, place.offset)
    empty = _BLANKS.get(stands[:1])
    if empty is None or len(stands) != place.length or b"\n" in stands:
        raise CorruptRecord(
            f"{path} holds no words at byte {place.offset}, where a withdrawal names some",
            hint="restore the file from a copy of the archive",
        )
    blank = empty + b" " * (place.length - len(empty))
    if stands == blank:
        return False
    # the first byte stays: so a write that was cut short is known, and ended by the next one
    view, offset = memoryview(blank), place.offset
    while view:
        written = os.pwrite(handle, view, offset)
        view, offset = view[written:], offset + written
    return True
