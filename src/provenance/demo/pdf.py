"""A small PDF written by hand: one page, one font, text that can be read back.

Written as ISO 32000-1 section 7.5 lays a file out (header, objects, cross-reference
table, trailer), because a demonstration needs twenty lines of text and no library.
"""

import textwrap
from collections.abc import Sequence

__all__ = ["write_pdf"]

_LINE_WIDTH_CHARACTERS = 84  # what fits between the margins of A4 in 11 point Helvetica
_MAX_LINES = 44  # what fits on the page at 16 points a line

_PAGE = b"/MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>"


def write_pdf(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return a PDF of one A4 page with a title and paragraphs.

    Only characters of Windows-1252 can be shown; others become question marks.

    Raises:
        ValueError: the text does not fit on one page.
    """
    lines = [title, ""]
    for paragraph in paragraphs:
        lines += [*textwrap.wrap(paragraph, _LINE_WIDTH_CHARACTERS), ""]
    if len(lines) > _MAX_LINES:
        raise ValueError(f"{len(lines)} lines do not fit on the page's {_MAX_LINES}")
    shown = b"\n".join(b"(%s) Tj T*" % _escaped(line) for line in lines)
    stream = b"BT /F1 11 Tf 16 TL 56 780 Td\n%s\nET" % shown
    return _file_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R %s >>" % _PAGE,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Title (%s) /Producer (provenance sample web) >>" % _escaped(title),
        ]
    )


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252", errors="replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file_of(objects: Sequence[bytes]) -> bytes:
    """Lay numbered objects out with the table of their byte offsets; the last one is the Info."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table_at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    out += b"startxref\n%d\n%%%%EOF\n" % table_at
    return bytes(out)
