"""Builds small PDFs, sound and hostile, without any library."""

import re
import zlib
from collections.abc import Sequence
from typing import NamedTuple

COURIER_WIDTH = 0.6  # of every character, in shares of the size of type
_RAISED = re.compile(r"\^([^^]+)\^")
_RAISED_SIZE = 0.6
_RAISED_BY = 0.35


class Piece(NamedTuple):
    """Text at a place of the page, set in Courier: each character is 0.6 of the size wide."""

    text: str
    x: float
    y: float
    size: float = 10
    is_bold: bool = False


class RuleAt(NamedTuple):
    """A thin horizontal line."""

    left: float
    right: float
    y: float


class LinkAt(NamedTuple):
    """A link annotation over a rectangle."""

    left: float
    bottom: float
    right: float
    top: float
    uri: str


Shown = Piece | RuleAt | LinkAt


def set_lines(
    lines: Sequence[str], *, x: float = 72, top: float = 700, size: float = 10, bold: bool = False
) -> list[Shown]:
    """Lines below each other, 1.2 of the size apart; `^12^` is raised and smaller."""
    pieces: list[Shown] = []
    for number, line in enumerate(lines):
        at, y = x, top - number * 1.2 * size
        for index, part in enumerate(_RAISED.split(line)):
            is_raised = index % 2 == 1
            shown = size * _RAISED_SIZE if is_raised else size
            if part:
                pieces.append(
                    Piece(part, at, y + (size * _RAISED_BY if is_raised else 0), shown, bold)
                )
            at += len(part) * COURIER_WIDTH * shown
    return pieces


def a_set_pdf(*pages: Sequence[Shown], title: str = "", author: str = "") -> bytes:
    """A PDF whose pages hold text, rules and links at the places asked for (600 by 800 points)."""
    return _assemble(
        [_drawn(page) for page in pages],
        info=f"/Title({title})/Author({author})",
        annotations=[[one for one in page if isinstance(one, LinkAt)] for page in pages],
    )


def _drawn(page: Sequence[Shown]) -> bytes:
    out = []
    for one in page:
        match one:
            case Piece(text, x, y, size, is_bold):
                font = b"F3" if is_bold else b"F2"
                out.append(
                    b"BT /%s %.2f Tf %.2f %.2f Td (%s) Tj ET" % (font, size, x, y, _escape(text))
                )
            case RuleAt(left, right, y):
                out.append(b"%.2f %.2f %.2f 0.5 re f" % (left, y, right - left))
            case LinkAt():
                pass
    return b"\n".join(out)


def a_pdf(
    *pages: list[str], title: str = "", author: str = "", created: str = "", language: str = ""
) -> bytes:
    """A PDF with one list of lines a page, in WinAnsi; U+00AD where a soft hyphen stands."""
    return _assemble(
        [_content(lines) for lines in pages],
        info=f"/Title({title})/Author({author})/CreationDate({created})",
        catalog=f"/Lang({language})" if language else "",
    )


def a_flate_bomb(size_bytes: int) -> bytes:
    """A PDF of about a four-hundredth of this size, whose only page inflates to it."""
    unit = b"BT /F1 9 Tf (A) Tj ET "
    packer = zlib.compressobj(9)
    block = unit * 50_000
    packed = b"".join(packer.compress(block) for _ in range(size_bytes // len(block)))
    return _assemble([packed + packer.flush()], content_filter="/Filter/FlateDecode")


def _content(lines: list[str]) -> bytes:
    shown = b" ".join(b"(" + _escape(line) + b") Tj T*" for line in lines)
    return b"BT /F1 10 Tf 12 TL 50 700 Td " + shown + b" ET"


def _escape(line: str) -> bytes:
    escaped = line.encode("cp1252").replace(b"\\", b"\\\\")
    return escaped.replace(b"(", b"\\(").replace(b")", b"\\)")


def _assemble(
    contents: list[bytes],
    info: str = "",
    catalog: str = "",
    content_filter: str = "",
    annotations: Sequence[Sequence[LinkAt]] = (),
) -> bytes:
    first = 7
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(contents)))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>".encode(),
        *(
            b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % name
            for name in (b"Helvetica", b"Courier", b"Courier-Bold")
        ),
        f"<<{info}>>".encode("cp1252"),
    ]
    for index, content in enumerate(contents):
        links = "".join(map(_annotation, annotations[index])) if annotations else ""
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {first + 2 * index + 1} 0 R"
            f"/Annots[{links}]/Resources<</Font<</F1 3 0 R/F2 4 0 R/F3 5 0 R>>>>>>".encode()
        )
        head = f"<</Length {len(content)}{content_filter}>>stream\n".encode()
        objects.append(head + content + b"\nendstream")
    return _with_table(objects)


def _annotation(link: LinkAt) -> str:
    box = f"{link.left:.2f} {link.bottom:.2f} {link.right:.2f} {link.top:.2f}"
    return f"<</Type/Annot/Subtype/Link/Rect[{box}]/A<</S/URI/URI({link.uri})>>>>"


def _with_table(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + content + b"endobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R/Info 6 0 R>>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF" % start)
