"""Word files as something to write on: the parts' own XML is changed at the place, nothing is written anew. PURE.

New words take the look of the run that they are put into, inside the tracked insertion, the
comment or the content control around it. Deleted words of tracked changes are no words of the document and
are never touched. A part that is not changed stays byte for byte, in its place in the ZIP file.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.docx import TypedPlace, find_typed_places
from provenance.errors import UnreadableDocument
from provenance.formats.zip_members import ZipMembers
from provenance.model import Document
from provenance.validate.fix.changes import Change, Paper, Refused, Run, find_changes
from provenance.validate.fix.word_links import find_link_changes
from provenance.validate.fix.word_scan import ScannedPart, scan_part
from provenance.validate.records import Edit

__all__ = ["WordSheet", "open_word_file"]

_XML_BLANKS = " \t\r\n"
_BREAKS = lazy_pattern("[\n\r\t\v\f]")
_NO_XML = lazy_pattern("[\x00-\x08\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# What ends a link: of an element, and of a field in several runs.
_LINK_END = lazy_pattern(r"</[\w.-]+:t>\s*</[\w.-]+:r>\s*</[\w.-]+:hyperlink>")
_FIELD_END = lazy_pattern(
    r"</[\w.-]+:t>\s*</[\w.-]+:r>\s*(?:<[\w.-]+:proofErr\b[^<>]*/>\s*)*<[\w.-]+:r\b[^<>]*>(?:(?!</?[\w.-]+:r\b).){0,2000}?"
    r"<[\w.-]+:fldChar\b[^<>]*\bend\b[^<>]*/>\s*</[\w.-]+:r>"
)
_RUN_PREFIX = lazy_pattern(r"</([\w.-]+):t>")


def open_word_file(data: bytes, document: Document) -> "WordSheet | Refused":
    """Return a Word file as something to write on, or why it is not."""
    try:
        members = ZipMembers(data)
        places = find_typed_places(data)
        if any(name.startswith("_xmlsignatures/") for name in members.names):
            return Refused("the Word file is signed: mending would break the signature")
        parts: dict[str, ScannedPart] = {}
        for name in {place.part for place in places}:
            part = scan_part(members.read(name))
            if part is None:
                return Refused(f"{name} in the Word file is not UTF-8: save it anew with Word")
            parts[name] = part
    except UnreadableDocument as error:
        return Refused(f"the Word file cannot be written: {error.message}")
    return WordSheet(document, members, parts, places)


class WordSheet:
    """A Word file. Changes are places in the characters of its parts."""

    def __init__(
        self,
        document: Document,
        members: ZipMembers,
        parts: dict[str, ScannedPart],
        places: Sequence[TypedPlace],
    ) -> None:
        self._document = document
        self._members = members
        self._parts = parts
        self._sources = {name: part.source for name, part in parts.items()}
        self._places = places
        self._runs = sorted(run for place in places for run in _runs_of(place, parts[place.part]))
        self._starts = [run.start for run in self._runs]
        self._ends = [run.end for run in self._runs]  # in order too: no two runs overlap

    def locate(self, edit: Edit, spelling: int) -> tuple[Change, ...] | Refused:
        """Return the changes that make an edit."""
        if spelling:
            return Refused("the words cannot be written in another way")
        if edit.in_target:
            return self._retarget(edit)
        if _BREAKS.search(edit.replacement):
            return Refused("a new line or a tab needs a new paragraph: make it in Word")
        if _NO_XML.search(edit.replacement):
            return Refused("the new words hold characters that no Word file can hold")
        runs = self._runs_at(edit)
        if edit.start == edit.end and (apart := self._insert_apart(runs, edit)):
            return apart
        return find_changes(
            Paper(self._document.text, self._sources, escape, lambda _gap: 0), runs, edit
        )

    def write(self, changes: Iterable[Change]) -> bytes:
        """Return the file with these changes."""
        by_part: dict[str, list[Change]] = {}
        for change in changes:
            by_part.setdefault(change.part, []).append(change)
        return self._members.replace(
            {
                name: self._written(name, sorted(found, key=lambda one: (one.start, one.end)))
                for name, found in by_part.items()
            }
        )

    def _written(self, name: str, changes: list[Change]) -> bytes:
        source = self._sources.get(name) or self._members.read(name).decode("utf-8")
        part = self._parts.get(name)
        if part is not None:
            changes = _with_kept_blanks(part, changes)
        out: list[str] = []
        copied = 0
        for change in changes:
            out += (source[copied : change.start], change.words)
            copied = change.end
        return "".join((*out, source[copied:])).encode()

    def _runs_at(self, edit: Edit) -> list[Run]:
        return self._runs[
            bisect_left(self._ends, edit.start) : bisect_right(self._starts, edit.end)
        ]

    def _retarget(self, edit: Edit) -> tuple[Change, ...] | Refused:
        if _NO_XML.search(edit.replacement) or _BREAKS.search(edit.replacement):
            return Refused("the new target holds characters that no Word file can hold")
        places = [
            place for place in self._places if place.start < edit.end and edit.start < place.end
        ]
        if not places or len({place.part for place in places}) != 1:
            return Refused("there is no link at this place")
        part = self._parts[places[0].part]
        texts = [part.texts[place.element] for place in places if place.element in part.texts]
        return find_link_changes(places[0].part, part, texts, self._members, edit)

    def _insert_apart(self, runs: Sequence[Run], edit: Edit) -> tuple[Change, ...] | None:
        """New words behind the end of a link, where they are no part of it; None where none ends there."""
        before = next((run for run in reversed(runs) if run.end == edit.start), None)
        behind = next((run for run in runs if run.start == edit.start), None)
        if before is None or any(run.start < edit.start < run.end for run in runs):
            return None
        source = self._sources[before.part]
        ended = _LINK_END.match(source, before.source_end) or _FIELD_END.match(
            source, before.source_end
        )
        if ended is None:
            return None
        if behind is not None and behind.part == before.part and self._is_plain(behind):
            place = behind.source_start
            return (Change(before.part, place, place, escape(edit.replacement)),)
        prefix = _RUN_PREFIX.match(ended[0])
        w = prefix[1] if prefix else "w"
        words = f'<{w}:r><{w}:t xml:space="preserve">{escape(edit.replacement)}</{w}:t></{w}:r>'
        return (Change(before.part, ended.end(), ended.end(), words),)

    def _is_plain(self, run: Run) -> bool:
        """Whether a run stands in no link."""
        texts = self._parts[run.part].texts.values()
        return any(
            text.target is None and text.start <= run.source_start <= text.end for text in texts
        )


def _runs_of(place: TypedPlace, part: ScannedPart) -> list[Run]:
    """The stretches of a `w:t` that the reader's text shows, piece by piece (an entity is one)."""
    text = part.texts.get(place.element)
    if text is None or text.is_alternative:
        return []  # Word keeps a second copy of what stands in alternatives
    runs = []
    offset = place.start - place.skipped
    for piece in text.pieces:
        start, end = max(offset, place.start), min(offset + len(piece.text), place.end)
        if start < end:
            is_verbatim = len(piece.text) == piece.end - piece.start
            begin = piece.start + (start - offset if is_verbatim else 0)
            last = piece.end - (offset + len(piece.text) - end if is_verbatim else 0)
            runs.append(Run(start, end, place.part, begin, last))
        offset += len(piece.text)
    return runs


def _with_kept_blanks(part: ScannedPart, changes: list[Change]) -> list[Change]:
    """Changes with what lets Word keep a blank that now begins or ends a `w:t`."""
    more: list[Change] = []
    starts = [one.start for one in changes]
    for text in part.texts.values():
        near = changes[bisect_left(starts, text.start) : bisect_right(starts, text.end)]
        inside = [one for one in near if one.end <= text.end]
        if not inside or text.is_preserved:
            continue
        old = part.source[text.start : text.end]
        first = text.start + len(old) - len(old.lstrip(_XML_BLANKS))
        last = max(first, text.end - (len(old) - len(old.rstrip(_XML_BLANKS))))
        new = _changed(part.source, first, last, inside)
        if new == new.strip(_XML_BLANKS):
            continue
        # blanks at the ends that did not count so far would count from now on
        more += [
            Change(inside[0].part, start, end, "")
            for start, end in ((text.start, first), (last, text.end))
            if start < end
        ]
        name = part.source.index("t", text.tag) + 1
        more.append(Change(inside[0].part, name, name, ' xml:space="preserve"'))
    return sorted([*changes, *more], key=lambda one: (one.start, one.end))


def _changed(source: str, start: int, end: int, changes: Sequence[Change]) -> str:
    out: list[str] = []
    for change in changes:
        out += (source[start : change.start], change.words)
        start = change.end
    return "".join((*out, source[start:end]))
