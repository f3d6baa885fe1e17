"""Text, Markdown, HTML, reStructuredText and wikitext as something to write on. PURE.

The file stays in its own encoding, with its byte order mark, its line ends, its NUL and its
undecodable bytes: only the bytes of the changes are new.
"""

import codecs
from collections.abc import Iterable
from typing import NamedTuple

from provenance.cite.decode import decode_document
from provenance.model import Document
from provenance.text import Span
from provenance.validate.fix.changes import Change, Paper, Refused, Run, find_changes
from provenance.validate.fix.spelling import seam_of, spell_words
from provenance.validate.fix.targets import find_target
from provenance.validate.records import Edit

__all__ = ["TextSheet", "open_text"]

_BOMS = (
    codecs.BOM_UTF8,
    codecs.BOM_UTF32_LE,
    codecs.BOM_UTF32_BE,
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
)
# A file that is damaged at more places than this is no text that anybody edits.
_MAX_DAMAGED_PLACES = 2_000


class _Chunk(NamedTuple):
    """Characters of the file and the bytes that they were read from."""

    text: str
    size_bytes: int
    is_damaged: bool


def open_text(data: bytes, document: Document) -> "TextSheet | Refused":
    """Return a file of text as something to write on, or why it is not."""
    decoded = decode_document(data)
    source = document.text if document.source is None else document.source
    chunks = _chunks_of(data, decoded.encoding)
    if isinstance(chunks, Refused):
        return chunks
    if source != decoded.text or source != "".join(chunk.text for chunk in chunks):
        return Refused("the file is not read as it is written: save it as UTF-8 first")
    return TextSheet(data, document, source, decoded.encoding, chunks)


class TextSheet:
    """A file of text. Changes are places in its decoded characters."""

    def __init__(
        self, data: bytes, document: Document, source: str, encoding: str, chunks: list[_Chunk]
    ) -> None:
        self._data = data
        self._document = document
        self._source = source
        self._encoding = encoding
        self._chunks = chunks
        self._errors = "xmlcharrefreplace" if document.format == "html" else "strict"
        self._has_crlf = source.count("\r\n") * 2 > source.count("\n")

    def locate(self, edit: Edit, spelling: int) -> tuple[Change, ...] | Refused:
        """Return the changes that make an edit."""
        if edit.in_target:
            found = find_target(self._document, self._source, edit, spelling)
            changes: tuple[Change, ...] | Refused = (
                found if isinstance(found, Refused) else (found,) if found else ()
            )
        else:
            changes = find_changes(
                Paper(
                    self._document.text,
                    {"": self._source},
                    lambda words: spell_words(words, self._document.format, spelling),
                    lambda gap: seam_of(gap, self._document.format),
                    is_loose=spelling > 0,
                ),
                self._runs_at(edit),
                edit,
            )
        if isinstance(changes, Refused):
            return changes
        changes = tuple(
            change._replace(words=self._with_line_ends(change.words)) for change in changes
        )
        return next((bad for one in changes if (bad := self._unwritable(one.words))), changes)

    def write(self, changes: Iterable[Change]) -> bytes:
        """Return the file with these changes."""
        out: list[bytes] = []
        copied = 0
        places = _Places(self._chunks, self._encoding, len(self._data))
        for change in sorted(changes, key=lambda one: (one.start, one.end)):
            start, end = places.find(change.start), places.find(change.end)
            out += (self._data[copied:start], self._encoded(change.words))
            copied = end
        return b"".join((*out, self._data[copied:]))

    def _runs_at(self, edit: Edit) -> list[Run]:
        if self._document.offsets is None:
            return [Run(0, len(self._source), "", 0, len(self._source))]
        pieces = self._document.offsets.pieces_of(Span(edit.start, edit.end))
        return [Run(*derived, "", *source) for derived, source in pieces]

    def _with_line_ends(self, words: str) -> str:
        if not self._has_crlf or "\n" not in words:
            return words
        return words.replace("\r\n", "\n").replace("\n", "\r\n")

    def _encoded(self, words: str) -> bytes:
        return words.encode(self._encoding, self._errors)

    def _unwritable(self, words: str) -> Refused | None:
        try:
            self._encoded(words)
        except UnicodeEncodeError as error:
            said = words[error.start : error.end]
            return Refused(
                f"“{said}” cannot be written in {self._encoding}, the encoding of the file:"
                " save it as UTF-8 first"
            )
        return None


class _Places:
    """Finds the byte at which a character begins; to be asked in the order of the file."""

    def __init__(self, chunks: list[_Chunk], encoding: str, size_bytes: int) -> None:
        self._chunks = iter(chunks)
        self._encoding = encoding
        self._byte = size_bytes - sum(chunk.size_bytes for chunk in chunks)  # the mark in front
        self._char = 0
        self._chunk = next(self._chunks, _Chunk("", 0, is_damaged=False))
        self._start, self._start_byte = 0, self._byte

    def find(self, char: int) -> int:
        while char >= self._start + len(self._chunk.text):
            following = next(self._chunks, None)
            if following is None:
                break
            self._start += len(self._chunk.text)
            self._start_byte += self._chunk.size_bytes
            self._char, self._byte = self._start, self._start_byte
            self._chunk = following
        said = self._chunk.text[self._char - self._start : char - self._start]
        if not self._chunk.is_damaged:
            self._byte += len(said.encode(self._encoding))
        elif said:
            self._byte += self._chunk.size_bytes
        self._char = char
        return self._byte


def _chunks_of(data: bytes, encoding: str) -> list[_Chunk] | Refused:
    """The file in stretches that are whole and the damaged places between them."""
    mark = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    rest = memoryview(data)[len(mark) :]
    chunks: list[_Chunk] = []
    while rest:
        try:
            whole, damaged = len(rest), 0
            text = str(rest, encoding)
        except UnicodeDecodeError as error:
            whole, damaged = error.start, error.end - error.start
            text = str(rest[:whole], encoding)
        if text.encode(encoding) != rest[:whole]:
            return Refused(f"{encoding} cannot be written back as it was: save it as UTF-8 first")
        chunks.append(_Chunk(text, whole, is_damaged=False))
        if damaged:
            chunks.append(_Chunk("\ufffd", damaged, is_damaged=True))
        if len(chunks) > 2 * _MAX_DAMAGED_PLACES:
            return Refused("too much of the file cannot be decoded: save it as UTF-8 first")
        rest = rest[whole + damaged :]
    return chunks
