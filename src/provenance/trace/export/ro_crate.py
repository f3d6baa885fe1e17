"""RO-Crate 1.1: what a folder of research data holds, as JSON-LD beside the data. PURE.

`ro-crate-metadata.json` stands in the folder that it describes. Data entities are the files that
are told; documents and cited sources are contextual entities, which need not be in the folder.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from provenance.trace.export.records import Places, Reference
from provenance.trace.export.texts import as_uri

__all__ = ["Crate", "CrateDocument", "CrateFile", "write_ro_crate"]

# Schema.org took `sha256` up after the context of 1.1 was made (RO-Crate 1.1, appendix on JSON-LD:
# terms of one's own go beside it).
_CONTEXT = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "http://schema.org/sha256"}]
_CONFORMS = "https://w3id.org/ro/crate/1.1"
_RIGHTS = {
    "@id": "#rights",
    "@type": "CreativeWork",
    "name": "Rights stay where they were",
    "description": (
        "Captured pages belong to those who published them; nothing here is licensed to be"
        " published again."
    ),
}


class CrateFile(msgspec.Struct, frozen=True):
    """A file of the folder: its path in it, with `/`; what is not known is None."""

    path: str
    name: str
    media_type: str
    size_bytes: int | None = None
    sha256: str | None = None


class CrateDocument(msgspec.Struct, frozen=True):
    """A document whose citations are told; `sources` are the ids of what it cites."""

    id: str
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    language: str | None
    origin_url: str | None
    sha256: str
    sources: tuple[str, ...]


class Crate(msgspec.Struct, frozen=True):
    """The folder itself; `published` is a day or a moment (ISO 8601), required by RO-Crate."""

    name: str
    description: str
    published: str
    files: tuple[CrateFile, ...]


def write_ro_crate(
    crate: Crate,
    documents: Iterable[CrateDocument],
    references: Iterable[Reference],
    places: Places,
) -> Iterator[str]:
    """Yield the metadata document, an entity a line; the root comes last, when all is known that it names."""
    yield f'{{"@context":{msgspec.json.encode(_CONTEXT).decode()},"@graph":[\n'
    yield _line(
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": _CONFORMS},
            "about": {"@id": "./"},
        }
    )
    mentioned = []
    for document in documents:
        entity = _document(document, places)
        mentioned.append({"@id": entity["@id"]})
        yield _line(entity)
    for reference in references:
        yield _line(_source(reference, places))
    for file in crate.files:
        yield _line(_file(file))
    yield _line(_RIGHTS)
    root = _known(
        {
            "@id": "./",
            "@type": "Dataset",
            "name": crate.name,
            "description": crate.description,
            "datePublished": crate.published,
            "license": {"@id": "#rights"},
            "hasPart": [{"@id": _path(file)} for file in crate.files],
            "mentions": mentioned,
        }
    )
    yield msgspec.json.encode(root).decode() + "\n]}\n"


def _line(entity: dict[str, Any]) -> str:
    return msgspec.json.encode(_known(entity)).decode() + ",\n"


def _known(entity: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entity.items() if value not in (None, "", [], ())}


def _path(file: CrateFile) -> str:
    return quote(file.path)


def _file(file: CrateFile) -> dict[str, Any]:
    size = None if file.size_bytes is None else str(file.size_bytes)
    return {
        "@id": _path(file),
        "@type": "File",
        "name": file.name,
        "encodingFormat": file.media_type,
        "contentSize": size,
        "sha256": file.sha256,
    }


def _document(document: CrateDocument, places: Places) -> dict[str, Any]:
    return {
        "@id": places.of("documents", document.id),
        "@type": "CreativeWork",
        "name": document.title or document.id,
        "author": list(document.authors),
        "datePublished": document.published,
        "inLanguage": document.language,
        "sha256": document.sha256,
        "url": as_uri(document.origin_url) if document.origin_url else None,
        "citation": [{"@id": places.of("sources", id_)} for id_ in document.sources],
    }


def _source(reference: Reference, places: Places) -> dict[str, Any]:
    names = [" ".join(filter(None, (name.given, name.family or name.literal)))
             for name in reference.authors]  # fmt: skip
    copy = reference.elsewhere
    return {
        "@id": places.of("sources", reference.source_id),
        "@type": "Book" if reference.type == "book" else "CreativeWork",
        "identifier": reference.key,
        "name": reference.title,
        "author": names,
        "datePublished": str(reference.issued or ""),
        "isbn": reference.isbn,
        "url": as_uri(reference.url) if reference.url else None,
        "archivedAt": {"@id": as_uri(copy.uri_m)} if copy else None,
        "sha256": reference.kept.payload_sha256 if reference.kept else None,
    }
