"""What is drawn on a page of a PDF besides its text: rules, and the areas of its links.

With `pdf.py` and `pdf_layout.py` the only importer of pypdfium2.
"""

import ctypes
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

__all__ = ["LinkArea", "Rule", "Turn", "links_of", "rules_of"]

_RULE_THICKNESS = 2.5
_LEAST_RULE = 30.0
# A page with more drawn objects than this is a chart, and no rule above notes is looked for.
_MAX_OBJECTS = 5000
_MAX_LINKS = 2000
_URI_BYTES = 4096


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


class Turn:
    """Turns the coordinates of a page that is shown rotated (tables in landscape).

    `further_quarters` turns it beyond that: a page may be shown with its text on the side.
    """

    def __init__(self, page: pypdfium2.PdfPage, further_quarters: int = 0) -> None:
        self._quarters = (page.get_rotation() // 90 + further_quarters) % 4
        self.is_upright = self._quarters == 0
        self.width, self.height = page.get_size()  # as shown
        if further_quarters % 2:
            self.width, self.height = self.height, self.width

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


def rules_of(page: pypdfium2.PdfPage, turned: Turn) -> Iterator[Rule]:
    """Yield the thin horizontal lines of a page, none where there are too many drawings."""
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
        left, bottom = turned.point(edges[0].value, edges[1].value)
        right, top = turned.point(edges[2].value, edges[3].value)
        left, right, bottom, top = (
            min(left, right),
            max(left, right),
            min(bottom, top),
            max(bottom, top),
        )
        if top - bottom <= _RULE_THICKNESS and right - left >= _LEAST_RULE:
            yield Rule(left, right, (top + bottom) / 2)


def links_of(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, turned: Turn
) -> Iterator[LinkArea]:
    """Yield the areas of the links that lead to an address, not those inside the document."""
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
