"""Files of word processors that are not read: named, with what to do about it."""

from typing import NamedTuple

__all__ = ["ForeignFormat", "find_foreign_format"]


class ForeignFormat(NamedTuple):
    """What a file is, as it goes behind "the file is …", and what a person can do."""

    what: str
    hint: str


_SAVE_AS = "open it in {} and save it as .docx"
_WORD = _SAVE_AS.format("Word or LibreOffice")
_PASSWORD = ForeignFormat(
    "encrypted with a password", "open it in Word and save it without the password"
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of OLE files (MS-CFB) say in UTF-16 what they hold.
_OLE_STREAMS = (
    ("EncryptedPackage", _PASSWORD),
    ("WordDocument", ForeignFormat("a Word 97–2003 document (.doc)", _WORD)),
    ("Workbook", ForeignFormat("an Excel workbook (.xls)", "copy the text into a .docx")),
    (
        "PowerPoint Document",
        ForeignFormat("a PowerPoint presentation (.ppt)", "copy the text into a .docx"),
    ),
)
_OLD_OFFICE = ForeignFormat("a file of an old Office program", _WORD)
# OpenDocument and EPUB packages begin with an entry named `mimetype`, stored as it is (ODF 1.3 part 2, 3.3).
_MIMETYPES = (
    (
        b"application/vnd.oasis.opendocument.text",
        ForeignFormat("an OpenDocument text (.odt)", _SAVE_AS.format("LibreOffice")),
    ),
    (
        b"application/vnd.oasis.opendocument",
        ForeignFormat("an OpenDocument file, but no text", "copy the text into a .docx"),
    ),
    (b"application/epub+zip", ForeignFormat("an EPUB book", "convert it to .docx or HTML")),
)
_MIMETYPE_AT = 30
_PAGES = ForeignFormat("a Pages document", "export it from Pages as Word (.docx)")
_ZIP = ForeignFormat("a ZIP archive", "unpack it and hand over the document inside")
_BEGINNINGS = (
    (b"{\\rtf", ForeignFormat("a rich text document (.rtf)", _WORD)),
    (b"\xffWPC", ForeignFormat("a WordPerfect document", _SAVE_AS.format("LibreOffice"))),
    (b"\x89PNG\r\n", ForeignFormat("a picture", "hand over the text: pictures are not read")),
    (b"\xff\xd8\xff", ForeignFormat("a picture", "hand over the text: pictures are not read")),
)


def find_foreign_format(data: bytes) -> ForeignFormat | None:
    """Return which format of a known program, that is not read here, bytes are in; None for all others.

    To be asked once it is sure that they are in none that is read.
    """
    if data.startswith(_OLE):
        return next(
            (found for name, found in _OLE_STREAMS if name.encode("utf-16-le") in data), _OLD_OFFICE
        )
    if data.startswith(b"PK\x03\x04"):
        return _find_package(data)
    return next((found for begins, found in _BEGINNINGS if data.startswith(begins)), None)


def _find_package(data: bytes) -> ForeignFormat:
    if data.startswith(b"mimetype", _MIMETYPE_AT):
        start = _MIMETYPE_AT + len(b"mimetype")
        for mimetype, found in _MIMETYPES:
            # an extra field of a few bytes may stand between the name and the content
            if mimetype in data[start : start + len(mimetype) + 64]:
                return found
    return _PAGES if b"Index/Document.iwa" in data or b"index.apxl" in data else _ZIP
