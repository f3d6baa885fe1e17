"""The file of a draft as something to write on: edits of its words in, new bytes out. PURE.

One `Sheet` a format. It finds for every edit what has to be changed in the file, or says why
that cannot be done; `write` makes any number of such changes at once and leaves
every other byte as it is.
"""

from collections.abc import Iterable
from typing import Protocol

from provenance.model import Document
from provenance.validate.fix.changes import Change, Refused
from provenance.validate.records import Edit

__all__ = ["SPELLINGS", "Sheet", "open_sheet"]

# How often words may be spelled anew before an edit is given up: as they are, then with all
# that the format could read as markup escaped.
SPELLINGS = 2

_NOT_WRITTEN = {
    "pdf": "a PDF cannot be mended: export a Word file, or mend the draft that it was made of",
    "eml": "a mail is not mended: save its text as .html or .txt",
    "mhtml": "a saved web page of this kind is not mended: save it as .html",
}


class Sheet(Protocol):
    """A file that can be mended."""

    def locate(self, edit: Edit, spelling: int) -> tuple[Change, ...] | Refused:
        """Return the changes that make an edit, its new words in a spelling below `SPELLINGS`."""
        ...

    def write(self, changes: Iterable[Change]) -> bytes:
        """Return the file with these changes, of which no two overlap."""
        ...


def open_sheet(data: bytes, document: Document) -> Sheet | Refused:
    """Return the file as something to write on, or why it is not."""
    if document.format in _NOT_WRITTEN:
        return Refused(_NOT_WRITTEN[document.format])
    if document.format == "docx":
        from provenance.validate.fix.docx import open_word_file

        return open_word_file(data, document)
    from provenance.validate.fix.textual import open_text

    return open_text(data, document)
