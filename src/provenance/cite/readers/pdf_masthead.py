"""What a PDF says about itself: in its metadata, and in the biggest type of its first page."""

import re
from collections.abc import Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.pdf_lines import Line
from provenance.formats.dates import find_dates
from provenance.formats.pdf import PdfText
from provenance.model import Metadata

__all__ = ["fill_metadata", "title_lines"]

# Titles that programs write by themselves.
_NO_TITLE = lazy_pattern(
    r"(?:microsoft word|untitled|slide \d|document\d*\b|.*\.(?:docx?|tex|dvi|pdf|indd|rtf|pptx?|qxp)\W*\Z)",
    re.IGNORECASE,
)
_NO_AUTHOR = lazy_pattern(r"(?:anonymous|unknown|author|user|admin|owner)\b", re.IGNORECASE)
_TITLE_SIZE = 1.15
_LONGEST_TITLE = 300

# Letters of a date line besides the date: "Updated April 22, 2026", "Washington, D.C., …".
_MOST_BESIDE_DATE = 24


def fill_metadata(about: PdfText, lines: Sequence[Line], body_size: float) -> Metadata:
    """Return what the file declares; what it leaves open is read from the first page.

    A date that has a line of the first page to itself is the day of publication;
    without one it is the day on which the file was made.
    """
    first = [line for line in lines if line.page == lines[0].page]
    title = about.title if about.title and not _NO_TITLE.match(about.title) else None
    shown = " ".join(line.text.strip() for line in title_lines(first, body_size))
    return Metadata(
        title=title or shown or None,
        authors=tuple(name for name in about.authors if not _NO_AUTHOR.match(name)),
        published=_date_on_its_own(first) or about.created,
        language=about.language,
    )


def title_lines(first_page: Sequence[Line], body_size: float) -> list[Line]:
    """Return the lines in the biggest type of the first page, none where nothing is bigger."""
    biggest = max((line.size for line in first_page if len(line.text) > 2), default=0.0)
    if biggest < _TITLE_SIZE * body_size:
        return []
    title = [line for line in first_page if line.size > biggest * 0.97]
    return title if sum(len(line.text) for line in title) <= _LONGEST_TITLE else []


def _date_on_its_own(lines: Sequence[Line]) -> str | None:
    for line in lines:
        for found in find_dates(line.text):
            if len(line.text) - (found.end - found.start) <= _MOST_BESIDE_DATE:
                return found.iso
    return None
