"""A small Word file written by hand: paragraphs, a heading, core properties.

Written as ECMA-376 lays a package out (part 1, 11.3.10; part 2, 9), because a demonstration
needs six parts of XML and no library. The same words give the same bytes.
"""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

__all__ = ["DOCX_TYPE", "write_docx"]

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{DOCX_TYPE}.main+xml"/>'
    '<Override PartName="/docProps/core.xml"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties"'
    ' Target="docProps/core.xml"/></Relationships>'
)
# ZIP knows no day before this one; without it, each writing would have its own bytes.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


def write_docx(title: str, author: str, published: str, paragraphs: Sequence[str]) -> bytes:
    """Return a Word file with a title and paragraphs; `published` (ISO 8601) is its creation."""
    body = "".join(map(_paragraph, (title, *paragraphs)))
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_WORDS}"><w:body>{body}</w:body></w:document>',
        "docProps/core.xml": _core(title, author, published),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, _NO_DAY), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _core(title: str, author: str, published: str) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{published}T00:00:00Z</dcterms:created>'
        "</cp:coreProperties>"
    )
