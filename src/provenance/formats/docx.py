"""Word files (.docx, .docm): a ZIP of XML parts that point at each other by relationships.

Own and small, on `zipfile` and lxml: python-docx reads every picture into memory, knows
neither notes nor the Strict namespaces, and loses text in silence behind a DOCTYPE. Here
nothing is read before its size is known, only the parts that are asked for are read, and
a part that declares a DOCTYPE is refused: Office Open XML has none (ECMA-376 part 2, 10.1.3).
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import lxml.etree  # type: ignore[import-untyped]

from provenance.errors import UnreadableDocument

__all__ = ["WordPackage", "XmlElement", "attribute_of", "child_of", "children_of", "name_of"]

# An lxml element; the functions below say all that readers ask of one.
XmlElement = Any

# Long books with pictures unpack to some 50 MB; deflate reaches 1,032:1 at most, XML of Word about 30:1.
_MAX_UNPACKED_BYTES = 200_000_000
_MAX_PART_BYTES = 64_000_000
_MAX_RATIO = 200
_RATIO_MATTERS_FROM_BYTES = 10_000_000
_MAX_ENTRIES = 10_000
_PROLOG_BYTES = 4096
# ECMA-376 part 2, C.4; the other ways may ask for gigabytes of memory before the first byte comes.
_PACKED_BY = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_SAVE_ANEW = "open it in Word or LibreOffice and save it anew as .docx"
_OTHER_OFFICE = {
    "xl/workbook.xml": "an Excel workbook",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "visio/document.xml": "a Visio drawing",
}

# Strict files (ISO 29500) name the same things by other URIs; both get the same short names.
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
}
_URIS: dict[str, list[str]] = {}
for _uri, _prefix in _PREFIXES.items():
    _URIS.setdefault(_prefix, []).append(_uri)


@lru_cache(maxsize=4096)
def _short_name(tag: str) -> str:
    uri, _, local = tag.removeprefix("{").rpartition("}")
    return f"{_PREFIXES.get(uri, '?' if uri else '')}:{local}"


def name_of(element: XmlElement) -> str:
    """Return an element's name with its usual prefix (`w:p`), `?:` for a namespace not listed."""
    return _short_name(element.tag)


def attribute_of(element: XmlElement, name: str) -> str | None:
    """Return an attribute by its short name (`w:val`, or `Id` without a prefix)."""
    prefix, _, local = name.rpartition(":")
    if not prefix:
        found: str | None = element.get(local)
        return found
    for uri in _URIS[prefix]:
        found = element.get(f"{{{uri}}}{local}")
        if found is not None:
            return found
    return None


def children_of(element: XmlElement, name: str) -> Iterator[XmlElement]:
    """Return the children of that name, in order."""
    return (child for child in element if name_of(child) == name)


def child_of(element: XmlElement | None, *path: str) -> XmlElement | None:
    """Return the first child of that name, its first child of the next name and so on."""
    for name in path:
        if element is None:
            return None
        element = next(children_of(element, name), None)
    return element


class _Relation:
    """One line of a .rels part."""

    def __init__(self, element: XmlElement, folder: str) -> None:
        self.kind = (element.get("Type") or "").rpartition("/")[2]
        self.target = element.get("Target") or ""
        self.is_external = (element.get("TargetMode") or "").lower() == "external"
        # a target is relative to the folder of the part, `/word/x.xml` to the package
        self.part = posixpath.normpath(posixpath.join("/", folder, self.target)).lstrip("/")


class WordPackage:
    """The parts of one Word file, by name (`word/document.xml`).

    Raises:
        UnreadableDocument: by every method, where the file is broken, hostile or no Word file.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise UnreadableDocument(
                f"the Word file is broken: {error}", hint="get a whole copy of it; is it cut off?"
            ) from error
        self._entries = _by_name(entries)
        _refuse_bombs(entries)
        self._relations: dict[str, dict[str, _Relation]] = {}
        self._refuse_doctypes()
        self.main = self._find_main()

    def read_part(self, name: str) -> XmlElement:
        """Return the root element of a part that has to be there."""
        data = self._read(name)
        if b"<!DOCTYPE" in data:
            raise _has_doctype(name)
        parser = lxml.etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = lxml.etree.fromstring(data, parser)
        except (lxml.etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableDocument(
                f"{name} inside the Word file is damaged: {error}", hint=_SAVE_ANEW
            ) from error
        return root

    def find_related(self, source: str, kind: str) -> str | None:
        """Return the name of the part that `source` has as its `kind` (the end of the relationship's type)."""
        for relation in self._relations_of(source).values():
            if relation.kind == kind and not relation.is_external:
                return relation.part
        return None

    def find_addresses(self, source: str) -> dict[str, str]:
        """Return the external targets of a part's relationships, by relationship id."""
        relations = self._relations_of(source)
        return {key: one.target for key, one in relations.items() if one.is_external}

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such a part; names of parts ignore case."""
        return name.lower() in self._entries

    def _find_main(self) -> str:
        main = self.find_related("", "officeDocument") or "word/document.xml"
        for part, what in _OTHER_OFFICE.items():
            if part in self:
                raise UnreadableDocument(
                    f"this is {what}, no Word document", hint="copy the text into a .docx"
                )
        if main not in self:
            raise UnreadableDocument(
                f"the Word file has no {main}", hint=f"part of it is missing: {_SAVE_ANEW}"
            )
        return main

    def _relations_of(self, source: str) -> dict[str, _Relation]:
        if source not in self._relations:
            folder, _, name = source.rpartition("/")
            rels = posixpath.join(folder, "_rels", f"{name}.rels")
            root = self.read_part(rels) if rels in self else ()
            self._relations[source] = {
                element.get("Id") or "": _Relation(element, folder) for element in root
            }
        return self._relations[source]

    def _read(self, name: str) -> bytes:
        entry = self._entries.get(name.lower())
        if entry is None:
            raise UnreadableDocument(
                f"{name} is missing inside the Word file, although the document points to it",
                hint=_SAVE_ANEW,
            )
        if entry.file_size > _MAX_PART_BYTES:
            raise UnreadableDocument(
                f"{name} inside the Word file unpacks to {entry.file_size / 1e6:.0f} MB,"
                f" more than {_MAX_PART_BYTES / 1e6:.0f} MB",
                hint="split the document",
            )
        return _in_utf8(self._unpack(entry, entry.file_size))

    def _unpack(self, entry: zipfile.ZipInfo, size_bytes: int) -> bytes:
        if entry.compress_type not in _PACKED_BY:
            raise UnreadableDocument(
                f"{entry.filename} inside the Word file is packed in a way that Word does not write",
                hint=_SAVE_ANEW,
            )
        try:
            with self._zip.open(entry) as packed:
                return packed.read(size_bytes)
        # ValueError: a torn directory sends `zipfile` to a place before the file's beginning
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise UnreadableDocument(
                f"{entry.filename} inside the Word file cannot be unpacked: {error}",
                hint=_SAVE_ANEW,
            ) from error

    def _refuse_doctypes(self) -> None:
        """A DOCTYPE stands before the root element: the start of each part tells, read or not."""
        for name, entry in self._entries.items():
            if not name.endswith((".xml", ".rels")):
                continue
            start = _in_utf8(self._unpack(entry, _PROLOG_BYTES))
            if b"<!DOCTYPE" in start:
                raise _has_doctype(entry.filename)


def _has_doctype(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name} inside the Word file declares a DOCTYPE, which no Word file has",
        hint=f"the file may be hostile; if you trust it, {_SAVE_ANEW}",
    )


def _by_name(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        # some writers pack with the separators of Windows, or from the root
        name = re.sub(r"[\\/]+", "/", entry.filename).lstrip("/").lower()
        if entry.flag_bits & 1:
            raise UnreadableDocument(
                "the Word file is encrypted", hint="save it without a password"
            )
        if name in found:
            raise UnreadableDocument(
                f"the Word file holds two parts named {entry.filename}: which one counts is open",
                hint=_SAVE_ANEW,
            )
        found[name] = entry
    return found


def _refuse_bombs(entries: list[zipfile.ZipInfo]) -> None:
    """Judged by the directory alone: `zipfile` never unpacks more than an entry declares."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > _MAX_ENTRIES:
        said = f"holds {len(entries)} parts"
    elif unpacked > _MAX_UNPACKED_BYTES:
        said = f"unpacks to {unpacked / 1e6:.0f} MB, more than {_MAX_UNPACKED_BYTES / 1e6:.0f} MB"
    elif unpacked > _RATIO_MATTERS_FROM_BYTES and unpacked > packed * _MAX_RATIO:
        said = f"unpacks to {unpacked // packed} times its size"
    else:
        return
    raise UnreadableDocument(
        f"the Word file {said}", hint="is it a ZIP bomb? take out large pictures, or split it"
    )


def _in_utf8(data: bytes) -> bytes:
    """Parts are UTF-8 or UTF-16 (ECMA-376 part 2, 10.1.2); the latter is said anew in UTF-8."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in data[:4]:
        big = data[:2] == b"\xfe\xff" or data[:1] == b"\0"
        return data.decode("utf-16-be" if big else "utf-16-le", "replace").lstrip("\ufeff").encode()
    return data
