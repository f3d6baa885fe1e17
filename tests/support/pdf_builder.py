"""Builds small PDFs, sound and hostile, without any library."""

import re
import unicodedata
import zlib
from collections.abc import Sequence
from typing import NamedTuple

COURIER_WIDTH = 0.6  # of every character, in shares of the size of type
_RAISED = re.compile(r"\^([^^]+)\^")
_RAISED_SIZE = 0.6
_BACKWARDS = "\x00"  # before the letters of a piece of which each is drawn left of the last
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


def from_right(
    *parts: str, y: float, right: float = 528, size: float = 10, one_by_one: bool = False
) -> list[Piece]:
    """A line that begins at the right: `parts` in the order of reading, each left of the last.

    A part without Latin letters and digits is turned round and drawn, as most programs do; with
    `one_by_one` its letters are drawn in the order of reading, each left of the last.
    `^12^` is raised and smaller. All of it is drawn by `a_pdf_of_letters`.
    """
    pieces: list[Piece] = []
    at = right
    for part in parts:
        raised = _RAISED.fullmatch(part)
        text, shown = (raised[1], size * _RAISED_SIZE) if raised else (part, size)
        height = y + (size * _RAISED_BY if raised else 0)
        is_turned = not any(unicodedata.bidirectional(char) in {"L", "EN"} for char in text)
        wide = COURIER_WIDTH * shown
        if is_turned and one_by_one:
            pieces.append(Piece(_BACKWARDS + text, at - wide, height, shown))
        else:
            drawn = text[::-1] if is_turned else text
            pieces.append(Piece(drawn, at - len(text) * wide, height, shown))
        at -= len(text) * wide
    return pieces


def a_pdf_of_letters(*pages: Sequence[Piece]) -> bytes:
    """A PDF with any letters of the basic plane at the places asked for, 600 by 800 points."""
    chars = sorted({char for page in pages for piece in page for char in piece.text})
    named = "".join(f"<{ord(char):04x}> <{ord(char):04x}>\n" for char in chars)
    to_unicode = (
        "/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange\n<0000> <ffff>\n"
        f"endcodespacerange\n{len(chars)} beginbfchar\n{named}endbfchar\nendcmap end\n"
    ).encode()
    contents = [
        b"\n".join(
            b"BT /F1 %.2f Tf %.2f %.2f Td [%s] TJ ET" % (one.size, one.x, one.y, _shown(one.text))
            for one in page
        )
        for page in pages
    ]
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/Any/Encoding/Identity-H/ToUnicode 4 0 R"
        b"/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/Any/DW 600"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor 5 0 R>>]>>"
    )
    described = (
        b"<</Type/FontDescriptor/FontName/Any/Flags 4/FontBBox[0 -200 600 800]/ItalicAngle 0"
        b"/Ascent 800/Descent -200/CapHeight 700/StemV 80>>"
    )
    kids = " ".join(f"{7 + 2 * index} 0 R" for index in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>".encode(),
        font,
        b"<</Length %d>>stream\n%s\nendstream" % (len(to_unicode), to_unicode),
        described,
        b"<<>>",
    ]
    for index, content in enumerate(contents):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {8 + 2 * index} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode()
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    return _with_table(objects)


def _shown(text: str) -> bytes:
    """The codes of a piece; behind each one that goes backwards a step over two letters."""
    codes = [char.encode("utf-16-be").hex().encode() for char in text.removeprefix(_BACKWARDS)]
    step = b"> 1200 <" if text.startswith(_BACKWARDS) else b""
    return b"<" + step.join(codes) + b">"


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
