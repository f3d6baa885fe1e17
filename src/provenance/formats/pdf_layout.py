"""PDF bytes in, the pieces of text on each page out, each with its place, size and weight.

Beside `formats/pdf.py` the only importer of pypdfium2; what is said there about the
cage holds here too. Nothing is put in order here and nothing joined: that is pure
work, done in `cite/readers/`. About 3 µs a character (37 pages in 0.45 s).

Coordinates are points (1/72 inch) from the lower left corner of the page as shown.
"""

import ctypes
import math
import re
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from provenance.formats.pdf import PdfText, open_pdf, read_metadata

__all__ = ["LinkArea", "PageLayout", "PdfLayout", "Rule", "TextRun", "read_pdf_layout"]

_HYPHENS_AT_LINE_END = {0x02, 0xFFFE}  # what PDFium gives for a hyphen that ends a line
_BLANKS = {0x09, 0x20, 0xA0, 0x2002, 0x2003, 0x2009, 0x200A, 0x202F, 0x3000}
_LINE_BREAKS = {0x0A, 0x0D}
_BOLD = re.compile(
    r"bold|black|heavy|demi|medi(?:um)?\b|^(?:[A-Z]{6}\+)?(?:CMBX|SFBX)", re.IGNORECASE
)
_BOLD_WEIGHT = 600
# In shares of the size of type. Between words stand 0.25 in running text, 0.15 where it is set tight.
_WORD_GAP = 0.15
_RUN_GAP = 1.5
_SAME_BASELINE = 0.05
_RULE_THICKNESS = 2.5
_LEAST_RULE = 30.0
# A page with more drawn objects than this is a chart, and no rule above notes is looked for.
_MAX_OBJECTS = 5000
_MAX_LINKS = 2000
_FONT_NAME_BYTES = 128
_URI_BYTES = 4096


class TextRun(NamedTuple):
    """Characters of one size and weight on one baseline; `edges` holds the left edge of each."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool
    edges: tuple[float, ...]
    after_blank: bool


class Rule(NamedTuple):
    """A thin horizontal line."""

    left: float
    right: float
    y: float


class LinkArea(NamedTuple):
    """One rectangle of a link annotation and the address that it leads to."""

    left: float
    bottom: float
    right: float
    top: float
    uri: str


class PageLayout(NamedTuple):
    """What stands on one page, in the order of the file, which need not be that of reading."""

    width: float
    height: float
    runs: tuple[TextRun, ...]
    rules: tuple[Rule, ...]
    links: tuple[LinkArea, ...]


class PdfLayout(NamedTuple):
    """The pages and what the file says about itself (`about.pages` is empty)."""

    pages: tuple[PageLayout, ...]
    about: PdfText


class _Glyph(NamedTuple):
    char: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool
    after_blank: bool


_EMPTY_PAGE = PageLayout(0.0, 0.0, (), (), ())


def read_pdf_layout(data: bytes) -> PdfLayout:
    """Return the layout of every page; a page that cannot be read, or a scan, is empty.

    Raises:
        UnreadableDocument: no PDF, cut off, or locked with a password.
    """
    document = open_pdf(data)
    try:
        pages = tuple(_read_page(document, index) for index in range(len(document)))
        return PdfLayout(pages, read_metadata(document))
    finally:
        document.close()


def _read_page(document: pypdfium2.PdfDocument, index: int) -> PageLayout:
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return _EMPTY_PAGE  # one broken page does not take the others with it
    try:
        text_page = page.get_textpage()
        try:
            turned = _Turn(page)
            runs = tuple(_runs_of(_glyphs_of(text_page, turned)))
            links = tuple(_links_of(document, page, turned))
            return PageLayout(turned.width, turned.height, runs, tuple(_rules_of(page)), links)
        finally:
            text_page.close()
    except pypdfium2.PdfiumError:
        return _EMPTY_PAGE
    finally:
        page.close()


class _Turn:
    """Turns the coordinates of a page that is shown rotated (tables in landscape)."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._quarters = (page.get_rotation() // 90) % 4
        self.width, self.height = page.get_size()  # as shown

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the page is shown."""
        match self._quarters:
            case 1:
                return y, self.height - x
            case 2:
                return self.width - x, self.height - y
            case 3:
                return self.width - y, x
            case _:
                return x, y

    def direction(self, x: float, y: float) -> tuple[float, float]:
        """Return which way a vector of the page is shown."""
        for _ in range(self._quarters):
            x, y = y, -x
        return x, y


def _glyphs_of(text_page: pypdfium2.PdfTextPage, turned: _Turn) -> Iterator[_Glyph]:
    """Yield what is printed upright, without blanks; marks the glyphs that a blank stands before."""
    handle, count = text_page.raw, text_page.count_chars()
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    to_x, to_y, to_box = ctypes.byref(x), ctypes.byref(y), ctypes.byref(box)
    style: tuple[float, bool, bool] | None = None
    asked: float = -1.0
    is_blank = True
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(handle, index)
        if code in _BLANKS or code in _LINE_BREAKS or code == 0:
            is_blank, style = True, None
            continue
        size = pdfium.FPDFText_GetFontSize(handle, index)
        if style is None or size != asked:
            style, asked = _style_of(handle, index, size, turned), size
        if not style[2] or not pdfium.FPDFText_GetCharOrigin(handle, index, to_x, to_y):
            continue
        pdfium.FPDFText_GetLooseCharBox(handle, index, to_box)
        left, _ = turned.point(box.left, box.bottom)
        right, _ = turned.point(box.right, box.top)
        _, baseline = turned.point(x.value, y.value)
        char = "-" if code in _HYPHENS_AT_LINE_END else _char_of(code)
        yield _Glyph(
            char, min(left, right), max(left, right), baseline, style[0], style[1], is_blank
        )
        is_blank = False


def _char_of(code: int) -> str:
    """A character, or U+FFFD for half a surrogate pair and what is no character at all."""
    return chr(code) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"


def _style_of(
    handle: pdfium.FPDF_TEXTPAGE, index: int, size: float, turned: _Turn
) -> tuple[float, bool, bool]:
    """The size as shown, whether it is bold, and whether it is upright."""
    matrix = pdfium.FS_MATRIX()
    is_upright = True
    if pdfium.FPDFText_GetMatrix(handle, index, matrix):
        along = turned.direction(matrix.a, matrix.b)
        is_upright = along[0] > 0 and abs(along[1]) <= abs(along[0]) / 8
        size *= math.hypot(matrix.c, matrix.d) or 1.0
    name = ctypes.create_string_buffer(_FONT_NAME_BYTES)
    pdfium.FPDFText_GetFontInfo(handle, index, name, _FONT_NAME_BYTES, ctypes.c_int())
    is_bold = (
        pdfium.FPDFText_GetFontWeight(handle, index) >= _BOLD_WEIGHT
        or _BOLD.search(name.value.decode("latin-1")) is not None
    )
    return size, is_bold, is_upright


def _runs_of(glyphs: Iterator[_Glyph]) -> Iterator[TextRun]:
    run: list[_Glyph] = []
    for glyph in glyphs:
        if run and not _goes_on(run[-1], glyph):
            yield _run_of(run)
            run = []
        run.append(glyph)
    if run:
        yield _run_of(run)


def _goes_on(last: _Glyph, glyph: _Glyph) -> bool:
    size = last.size
    return (
        abs(glyph.size - size) <= _SAME_BASELINE * size
        and abs(glyph.baseline - last.baseline) <= _SAME_BASELINE * size
        and glyph.left - last.right <= _RUN_GAP * size
        # the letters of a ligature share one box
        and (glyph.left >= last.right - 0.5 * size or glyph.left == last.left)
        and glyph.is_bold == last.is_bold
    )


def _run_of(glyphs: list[_Glyph]) -> TextRun:
    chars: list[str] = []
    edges: list[float] = []
    for index, glyph in enumerate(glyphs):
        gap = glyph.left - glyphs[index - 1].right if index else 0.0
        if index and (glyph.after_blank or gap > _WORD_GAP * glyph.size):
            chars.append(" ")
            edges.append(glyphs[index - 1].right)
        chars.append(glyph.char)
        edges.append(glyph.left)
    first, last = glyphs[0], glyphs[-1]
    return TextRun(
        "".join(chars),
        first.left,
        last.right,
        first.baseline,
        first.size,
        first.is_bold,
        tuple(edges),
        first.after_blank,
    )


def _rules_of(page: pypdfium2.PdfPage) -> Iterator[Rule]:
    count = pdfium.FPDFPage_CountObjects(page.raw)
    if count > _MAX_OBJECTS:
        return
    edges = [ctypes.c_float() for _ in range(4)]
    for index in range(count):
        drawn = pdfium.FPDFPage_GetObject(page.raw, index)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind not in {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE}:
            continue
        if not pdfium.FPDFPageObj_GetBounds(drawn, *map(ctypes.byref, edges)):
            continue
        left, bottom, right, top = (edge.value for edge in edges)
        if top - bottom <= _RULE_THICKNESS and right - left >= _LEAST_RULE:
            yield Rule(left, right, (top + bottom) / 2)


def _links_of(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, turned: _Turn
) -> Iterator[LinkArea]:
    position, link, box = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    for _ in range(_MAX_LINKS):
        if not pdfium.FPDFLink_Enumerate(page.raw, position, link):
            return
        uri = _uri_of(document, link)
        if uri and pdfium.FPDFLink_GetAnnotRect(link, box):
            left, bottom = turned.point(box.left, box.bottom)
            right, top = turned.point(box.right, box.top)
            yield LinkArea(
                min(left, right), min(bottom, top), max(left, right), max(bottom, top), uri
            )


def _uri_of(document: pypdfium2.PdfDocument, link: pdfium.FPDF_LINK) -> str:
    action = pdfium.FPDFLink_GetAction(link)
    if not action:
        return ""
    buffer = ctypes.create_string_buffer(_URI_BYTES)
    length = pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, _URI_BYTES)
    if not 1 < length <= _URI_BYTES:
        return ""
    return buffer.raw[: length - 1].decode("utf-8", "replace").strip()
