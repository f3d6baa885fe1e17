"""PDF bytes in, text by page out. With `pdf_layout.py` the only importer of pypdfium2.

PDFium aborts the process when memory runs out, follows no clock and is not
thread-safe: call this only inside the cage (`formats/cage.py`).

PDFium gives the lines of a page as laid out, parted by CR LF, and where it takes
a hyphen at the end of a line for a soft one it puts one character (U+0002,
elsewhere U+FFFE) in place of hyphen and line break. What was broken for the
layout is joined again here: words at soft hyphens, URLs at the end of a full line.
"""

import ctypes
import re
from datetime import date

import pypdfium2
import pypdfium2.raw as pdfium
from msgspec import Struct
from msgspec.structs import replace

from provenance.errors import UnreadableDocument

__all__ = [
    "PDF_READER",
    "PdfText",
    "join_broken_lines",
    "open_pdf",
    "read_metadata",
    "read_pdf",
]

PDF_READER = f"pypdfium2 {pypdfium2.PYPDFIUM_INFO.version}"

_SOFT_HYPHENS = re.compile("[\x02\ufffe]")
_URL_AT_END = re.compile(r"(?:https?://|www\.)[^\s<>\"]*\Z", re.IGNORECASE)
_WORD = re.compile(r"[^\s<>\"]+")
_BREAKS_AFTER = "/-_=&?%#~+:"
_MARKS_OF_A_URL = "/-_=&?%#~."
# Type differs in width: a line this much shorter than the page's longest one (in characters)
# may yet have been full. Seen: footnotes of 128 characters a line below a body of 104.
_FULL_LINE = 0.85
_DIGIT = re.compile("[0-9]")
_LIST_NUMBER = re.compile(r"\[?[0-9]{1,3}[.)\]]?(?:\s|\Z)")
_PDF_DATE = re.compile(r"(?:D:)?([0-9]{4})([0-9]{2})([0-9]{2})")
_LANGUAGE_BYTES = 128


class PdfText(Struct, frozen=True):
    """The text of each page and what the file says about itself.

    `created` is ISO `YYYY-MM-DD`: when the file was made, which for most reports
    is the day of publication and for a scan is not. `language` is a BCP 47 tag.
    """

    pages: tuple[str, ...]
    title: str | None = None
    authors: tuple[str, ...] = ()
    created: str | None = None
    language: str | None = None


def read_pdf(data: bytes) -> PdfText:
    """Return the text of a PDF, page by page; a page without text (a scan) is empty.

    Raises:
        UnreadableDocument: no PDF, cut off, or locked with a password.
    """
    document = open_pdf(data)
    try:
        pages = tuple(_read_page(document, index) for index in range(len(document)))
        return replace(read_metadata(document), pages=pages)
    finally:
        document.close()


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """Return the opened document, which the caller closes.

    Raises:
        UnreadableDocument: no PDF, cut off, or locked with a password.
    """
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(
            f"no readable PDF: {_reason(error)}",
            hint="export it anew, without a password, from the program that made it",
        ) from error


def read_metadata(document: pypdfium2.PdfDocument) -> PdfText:
    """Return what the file says about itself, without its pages."""
    said = document.get_metadata_dict()
    return PdfText(
        pages=(),
        title=_clean(said.get("Title", "")) or None,
        authors=_split_authors(_clean(said.get("Author", ""))),
        created=_parse_date(said.get("CreationDate", "")),
        language=_read_language(document),
    )


def _reason(error: pypdfium2.PdfiumError) -> str:
    words = str(error)
    return "locked with a password" if "password" in words.lower() else words


def _read_page(document: pypdfium2.PdfDocument, index: int) -> str:
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return ""  # one broken page does not take the others with it
    try:
        text_page = page.get_textpage()
        try:
            return join_broken_lines(text_page.get_text_bounded())
        finally:
            text_page.close()
    except pypdfium2.PdfiumError:
        return ""
    finally:
        page.close()


def join_broken_lines(page: str) -> str:
    r"""Return a page's text with the words and URLs mended that the layout broke.

    Lines end with LF. A line break inside running text stays a line break: only
    the layout knows whether it ends a paragraph.

    >>> join_broken_lines("the under\x02standing of Franco\x02German ties")
    'the understanding of Franco-German ties'
    >>> join_broken_lines("as seen at https://a.example/2023/12/\r\nattack-in-mali today")
    'as seen at https://a.example/2023/12/attack-in-mali today'
    """
    lines = [line.rstrip() for line in page.replace("\0", "").replace("\r\n", "\n").split("\n")]
    width = int(_FULL_LINE * max(map(len, lines), default=0))
    joined: list[str] = []
    length = 0  # of the last line as laid out: a URL may go on over several
    for line in lines:
        if joined and _is_broken_url(joined[-1], line, length, width):
            joined[-1] += line
        else:
            joined.append(line)
        length = len(line)
    return "\n".join(map(_mend_hyphens, joined)).strip("\n")


def _is_broken_url(before: str, after: str, length: int, width: int) -> bool:
    """Tell whether the line `after` goes on with the URL that `before` ends in.

    `length` is that of the line before as laid out, `width` that of a full line:
    where nothing else tells, a next word that would have fitted begins a new thought.
    """
    word = _WORD.match(after)
    if word is None or not _URL_AT_END.search(before) or _LIST_NUMBER.match(after):
        return False
    if _URL_AT_END.match(word[0]):
        return False  # the next URL
    core = word[0].rstrip(".,;:)]")
    has_marks = any(mark in core for mark in _MARKS_OF_A_URL)
    is_full = length + len(word[0]) > width
    if before[-1] in _BREAKS_AFTER:
        return has_marks or _DIGIT.search(core) is not None or (is_full and core.islower())
    if before.endswith("."):  # the end of a sentence, or the dot of a host
        return "/" in core and core[0].islower()
    if word[0][0] in _MARKS_OF_A_URL:
        return is_full and len(core) > 1
    return has_marks and length >= width


def _mend_hyphens(line: str) -> str:
    """Put back or take out the hyphens that PDFium marked at the ends of lines."""

    def mend(match: re.Match[str]) -> str:
        before, after = line[: match.start()], line[match.end() :]
        is_word = before[-1:].islower() and after[:1].islower()
        return "" if is_word and not _URL_AT_END.search(before) else "-"

    return _SOFT_HYPHENS.sub(mend, line)


def _clean(value: str) -> str:
    return " ".join(value.replace("\0", " ").split())


def _split_authors(value: str) -> tuple[str, ...]:
    """Return the names: parted by `;`, or by commas where every part is more than one word."""
    if ";" in value:
        return tuple(name.strip() for name in value.split(";") if name.strip())
    parts = [part.strip() for part in value.split(",")]
    if len(parts) > 1 and all(" " in part for part in parts):
        return tuple(parts)
    return (value,) if value else ()


def _parse_date(value: str) -> str | None:
    """Return the day of a PDF date such as `D:20231213101112+01'00'`."""
    match = _PDF_DATE.match(value)
    if match is None:
        return None
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


def _read_language(document: pypdfium2.PdfDocument) -> str | None:
    buffer = (ctypes.c_ushort * _LANGUAGE_BYTES)()
    length = pdfium.FPDFCatalog_GetLanguage(document, buffer, ctypes.sizeof(buffer))
    if not 2 < length <= ctypes.sizeof(buffer):
        return None
    return bytes(buffer)[: length - 2].decode("utf-16-le", "replace").strip() or None
