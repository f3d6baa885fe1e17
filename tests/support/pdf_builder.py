"""Builds small PDFs, sound and hostile, without any library."""

import zlib


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
    contents: list[bytes], info: str = "", catalog: str = "", content_filter: str = ""
) -> bytes:
    first = 5
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(contents)))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        f"<<{info}>>".encode("cp1252"),
    ]
    for index, content in enumerate(contents):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {first + 2 * index + 1} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode()
        )
        head = f"<</Length {len(content)}{content_filter}>>stream\n".encode()
        objects.append(head + content + b"\nendstream")
    return _with_table(objects)


def _with_table(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + content + b"endobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R/Info 4 0 R>>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF" % start)
