"""The drafts on the pages of rules, as files: text in several formats, bytes, Word files."""

import re
from collections.abc import Mapping

from provenance.cite.document import read_document
from provenance.cite.rules import find_fault
from provenance.errors import UnreadableDocument
from provenance.model import Document
from support.docx_builder import a_docx, note, paragraph, reference, run

# info string of a block -> the name of the file that it is
NAMES = {
    "text": "draft.txt",
    "markdown": "draft.md",
    "html": "draft.html",
    "rst": "draft.rst",
    "wikitext": "draft.wiki",
    "bytes": "draft.txt",
    "cp1252": "draft.txt",
    "word": "draft.docx",
}
_BYTE = re.compile(r"\\x([0-9A-F]{2})")
_NOTE_LINE = re.compile(r"^\{(\d+|numbering|embedded)\}: (.+)$")
_SIGN = re.compile(r"\{(?:deleted: ((?:[^{}]|\{\d+\})*)|(\d+))\}")


def form_of(blocks: Mapping[str, str]) -> str:
    """The info string of the block that is the draft."""
    return next(each for each in blocks if each in NAMES)


def document_of(form: str, data: bytes) -> Document:
    """The file that a block stands for, read; one that no reader takes is an empty document with FN092."""
    try:
        return read_document(data, NAMES[form])
    except UnreadableDocument as error:
        fault = find_fault("FN092", error.message)
        return Document(text="", format="text", sha256="0" * 64, findings=(fault,))


def data_of(form: str, words: str) -> bytes:
    """The bytes of the file that a block stands for."""
    match form:
        case "bytes":
            return b"".join(
                bytes.fromhex(piece) if index % 2 else piece.encode()
                for index, piece in enumerate(_BYTE.split(words))
            )
        case "cp1252":
            return words.encode("cp1252")
        case "word":
            return _word_file(words)
        case _:
            return words.encode()


def _word_file(words: str) -> bytes:
    lines = [line for line in words.splitlines() if line]
    said = {match[1]: match[2] for line in lines if (match := _NOTE_LINE.match(line))}
    body = [paragraph(_runs_of(line)) for line in lines if not _NOTE_LINE.match(line)]
    if "embedded" in said:
        body.append('<w:altChunk r:id="rId9"/>')
    counting = (
        f'<w:footnotePr><w:numRestart w:val="{said["numbering"]}"/></w:footnotePr>'
        if "numbering" in said
        else ""
    )
    notes = {int(key): note(text) for key, text in said.items() if key.isdecimal()}
    return a_docx(*body, footnotes=notes, settings=counting)


def _runs_of(line: str) -> str:
    """A paragraph's runs: `{1}` is where footnote 1 is called, `{deleted: …}` a tracked deletion."""
    made, end = [], 0
    for match in _SIGN.finditer(line):
        made.append(run(line[end : match.start()]))
        end = match.end()
        if match[2]:
            made.append(reference(int(match[2])))
        else:
            gone = (
                _runs_of(match[1]).replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
            )
            made.append(f"<w:del>{gone}</w:del>")
    made.append(run(line[end:]))
    return "".join(made)
