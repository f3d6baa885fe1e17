"""PDF bytes in, the pieces of text on each page out, each with its place, size and weight.

With `pdf.py` and `pdf_drawn.py` the only importer of pypdfium2; what is said there about the
cage holds here too. Nothing is put in order here and nothing joined: that is pure
work, done in `cite/readers/`. About 3 µs a character (37 pages in 0.45 s).

Coordinates are points (1/72 inch) from the lower left corner of the page as shown.
"""

import ctypes
import math
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from provenance.formats.pdf import PdfText, open_pdf, read_metadata
from provenance.formats.pdf_drawn import LinkArea, Rule, Turn, links_of, rules_of

__all__ = ["LinkArea", "PageLayout", "PdfLayout", "Rule", "TextRun", "read_pdf_layout"]

_HYPHENS_AT_LINE_END = {0x02, 0xFFFE}  # what PDFium gives for a hyphen that ends a line
_BLANKS = {0x00, 0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x2002, 0x2003, 0x2009, 0x200A, 0x202F, 0x3000}
_BOLD = re.compile(
    r"bold|black|heavy|demi|medi(?:um)?\b|^(?:[A-Z]{6}\+)?(?:CMBX|SFBX)", re.IGNORECASE
)
_BOLD_WEIGHT = 600
# Hebrew to Arabic Extended-A, and the forms of their letters.
_RIGHTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# In shares of the size of type. Between words stand 0.25 in running text, 0.15 where it is set tight.
_WORD_GAP = 0.15
_RUN_GAP = 1.5
_SAME_BASELINE = 0.05
# Points: no page is larger than 14,400 (ISO 32000, annex C); further away, and where a torn file
# gives no number at all, nothing is shown.
_FAR = 20_000.0
_FONT_NAME_BYTES = 128
_DIGITS = range(ord("0"), ord("9") + 1)
# Fonts have raised digits of their own: they stand on the line's baseline, and only their ink is
# raised, 0.36 of the size in those measured. Ink of a plain digit begins at or below the baseline.
_RAISED_INK = 0.2
_RAISED_DIGIT_SIZE = 0.6
# Codes of ligatures in fonts that do not say what their codes mean: TeX's T1 and OT1 encodings.
# (OT1 has "fl" at 0x0D, which PDFium gives for a line's end.)
_UNNAMED_LIGATURES = {
    0x1B: "ff", 0x1C: "fi", 0x1D: "fl", 0x1E: "ffi", 0x1F: "ffl",
    0x0B: "ff", 0x0C: "fi", 0x0E: "ffi", 0x0F: "ffl",
}  # fmt: skip


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


class PageLayout(NamedTuple):
    """What stands on one page, in the order of the file, which need not be that of reading.

    Where there are letters from the right (Hebrew, Arabic) each character is a run of its own.
    """

    width: float
    height: float
    runs: tuple[TextRun, ...]
    rules: tuple[Rule, ...]
    links: tuple[LinkArea, ...]
    has_rightward: bool = False
    is_mirrored: bool = False


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


class _Style(NamedTuple):
    """How characters are set: the size that the file asks for, and the size as shown."""

    asked: float
    size: float
    is_bold: bool
    is_upright: bool


_EMPTY_PAGE = PageLayout(0.0, 0.0, (), (), ())


def read_pdf_layout(data: bytes) -> PdfLayout:
    """Return the layout of every page; a page that cannot be read, or a scan, is empty.

    Raises:
        UnreadableDocument: no PDF, cut off, or locked with a password.
    """
    document = open_pdf(data)
    try:
        pages = tuple(_read_page(document, index) for index in range(len(document)))
        if not any(page.runs for page in pages):
            pages = tuple(_read_sideways(document, index, page) for index, page in enumerate(pages))
        return PdfLayout(pages, read_metadata(document))
    finally:
        document.close()


def _read_sideways(document: pypdfium2.PdfDocument, index: int, as_shown: PageLayout) -> PageLayout:
    """Read a page turned to the side that shows most of its text upright; as shown where none does."""
    turns = [as_shown, *(_read_page(document, index, further) for further in (1, 3, 2))]
    return max(turns, key=lambda page: sum(len(run.text) for run in page.runs))


def _read_page(
    document: pypdfium2.PdfDocument, index: int, further_quarters: int = 0
) -> PageLayout:
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return _EMPTY_PAGE  # one broken page does not take the others with it
    try:
        text_page = page.get_textpage()
        try:
            turned = Turn(page, further_quarters)
            glyphs = list(_glyphs_of(text_page, turned))
            has_rightward = _RIGHTWARD.search("".join([glyph.char for glyph in glyphs])) is not None
            runs = [_run_of([glyph]) for glyph in glyphs] if has_rightward else _runs_of(glyphs)
            rules, links = rules_of(page, turned), links_of(document, page, turned)
            return PageLayout(
                turned.width, turned.height, tuple(runs), tuple(rules), tuple(links), has_rightward
            )
        finally:
            text_page.close()
    except pypdfium2.PdfiumError:
        return _EMPTY_PAGE
    finally:
        page.close()


def _glyphs_of(text_page: pypdfium2.PdfTextPage, turned: Turn) -> Iterator[_Glyph]:
    """Yield what is printed upright, without blanks; marks the glyphs that a blank stands before."""
    handle = text_page.raw
    ruler = _Ruler(handle, turned)
    style: _Style | None = None
    is_blank = True
    for index in range(text_page.count_chars()):
        code = pdfium.FPDFText_GetUnicode(handle, index)
        if code in _BLANKS:
            is_blank, style = True, None
            continue
        asked = pdfium.FPDFText_GetFontSize(handle, index)
        if style is None or asked != style.asked:
            style = _style_of(handle, index, asked, turned)
        if not style.is_upright or not 0 < style.size < _FAR:
            continue
        box = ruler.measure(index)
        if box and all(-_FAR < edge < _FAR for edge in box):
            char = "-" if code in _HYPHENS_AT_LINE_END else _char_of(code)
            glyph = _Glyph(char[0], *box, style.size, style.is_bold, is_blank)
            if code in _DIGITS and (rise := ruler.rise_of_ink(index)) > _RAISED_INK * style.size:
                glyph = glyph._replace(
                    baseline=glyph.baseline + rise, size=_RAISED_DIGIT_SIZE * style.size
                )
            yield glyph
            yield from (glyph._replace(char=letter, after_blank=False) for letter in char[1:])
            is_blank = False


class _Ruler:
    """Measures the characters of one page; keeps its buffers, since there are many characters."""

    def __init__(self, handle: pdfium.FPDF_TEXTPAGE, turned: Turn) -> None:
        self._handle = handle
        self._turned = turned
        self._x, self._y, self._box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
        self._ink = [ctypes.c_double() for _ in range(4)]  # left, right, bottom, top
        self._to_x, self._to_y = ctypes.byref(self._x), ctypes.byref(self._y)
        self._to_box = ctypes.byref(self._box)

    def measure(self, index: int) -> tuple[float, float, float] | None:
        """The left and the right edge of a character and its baseline, as shown."""
        if not pdfium.FPDFText_GetCharOrigin(self._handle, index, self._to_x, self._to_y):
            return None
        pdfium.FPDFText_GetLooseCharBox(self._handle, index, self._to_box)
        box, turned = self._box, self._turned
        if turned.is_upright:
            return box.left, box.right, self._y.value
        one, _ = turned.point(box.left, box.bottom)
        other, _ = turned.point(box.right, box.top)
        return min(one, other), max(one, other), turned.point(self._x.value, self._y.value)[1]

    def rise_of_ink(self, index: int) -> float:
        """How far above its baseline the character measured last begins to be seen; 0 on a turned page."""
        if not self._turned.is_upright:
            return 0.0
        pdfium.FPDFText_GetCharBox(self._handle, index, *self._ink)
        return self._ink[2].value - self._y.value


def _char_of(code: int) -> str:
    """A character, letters for an unnamed ligature, or U+FFFD for what is no character at all."""
    if code in _UNNAMED_LIGATURES:
        return _UNNAMED_LIGATURES[code]
    return chr(code) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"


def _style_of(handle: pdfium.FPDF_TEXTPAGE, index: int, asked: float, turned: Turn) -> _Style:
    """How a character is set."""
    matrix = pdfium.FS_MATRIX()
    size, is_upright = asked, True
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
    return _Style(asked, size, is_bold, is_upright)


def _runs_of(glyphs: Iterable[_Glyph]) -> Iterator[TextRun]:
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
