"""What a person names as OLD and NEW -> what is compared: files, standard input, versions out of the store."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from provenance.cite.parse import PARSER_VERSION, parse_document
from provenance.errors import UnreadableDocument, UsageError
from provenance.formats.strangers import storable
from provenance.pipeline.catchup import open_store
from provenance.pipeline.inputs import Input, RawDocument, read_input
from provenance.pipeline.reading import DocumentReader
from provenance.settings import Settings
from provenance.store.database import Database
from provenance.store.lookup import documents_named
from provenance.store.versions import StoredVersion, count_versions, read_version
from provenance.validate.compare_reading import reading_of
from provenance.validate.compare_records import Reading

__all__ = ["Readings", "name_versions", "reading_of_version"]

_VERSION = re.compile(r"(?P<name>.+)@(?P<version>[0-9]{1,9})", re.DOTALL)


def name_versions(names: Sequence[str], versions: tuple[int, int] | None) -> tuple[str, str]:
    """Return OLD and NEW as two names, whichever way they were said.

    Raises:
        UsageError: it is not two things that are named.
    """
    if versions is not None:
        if len(names) != 1:
            raise UsageError("--versions takes one document", hint="name it by id, path or title")
        first, second = (f"{names[0]}@{each}" for each in versions)
        return first, second
    if len(names) != 2:
        raise UsageError(
            "compare takes two: the older draft and the newer",
            hint="of a stored document, name it once with --versions 1 2",
        )
    if list(names) == ["-", "-"]:
        raise UsageError("standard input is one draft: name a file for the other")
    return names[0], names[1]


class Readings:
    """Reads what is compared; store and reader are opened when they are needed.

    ::

        with Readings(settings, Path("provenance.db")) as readings:
            old, new = readings.read("draft.docx@1"), readings.read("draft.docx")
    """

    def __init__(self, settings: Settings, db_path: Path) -> None:
        self._settings = settings
        self._db_path = db_path
        self._stack = ExitStack()
        self._reader = self._stack.enter_context(DocumentReader(settings.extract))
        self._db: Database | None = None
        self._parser: str | None = None  # that what was read so far was read by

    def __enter__(self) -> "Readings":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def read(self, name: str, *, is_stored: bool = False) -> Reading:
        """Return a file (or `-`), else a stored document's version: `NAME@2`, or `NAME` for its latest.

        With `is_stored` no file is looked for.

        Raises:
            UnreadableDocument: the file is no document, or there is nothing of this name.
            UsageError: the store has no such version, or several documents of this name, or
            another parser has read what this one is compared with.
            StoreError: the database cannot be used.
        """
        if not is_stored and (name == "-" or _is_file(name)):
            return self._read_file(name)
        return self._read_stored(name)

    def _read_file(self, name: str) -> Reading:
        raw = read_input(
            Input(name, "stdin" if name == "-" else "file"), self._settings.ingest, _refuse
        )
        shown = "standard input" if name == "-" else storable(name)
        try:
            parsed = parse_document(self._reader.read(raw.data, raw.name))
        except UnreadableDocument as error:
            said = error.message if shown in error.message else f"{shown}: {error.message}"
            raise UnreadableDocument(said, hint=error.hint) from error
        self._refuse_other_parsers(PARSER_VERSION)
        return reading_of(parsed, shown)

    def _read_stored(self, name: str) -> Reading:
        match = _VERSION.fullmatch(name)
        wanted = match["name"] if match else name
        if not self._db_path.exists():
            raise UnreadableDocument(
                f"{name}: no such file",
                hint=f"a stored document needs a database, and {self._db_path} is not there: --db names another",
            )
        db = self._open()
        document_id = self._find(db, wanted, name)
        versions = count_versions(db, document_id)
        number = int(match["version"]) if match and wanted != name else versions
        stored = read_version(db, document_id, number)
        if stored is None:
            there = "only version 1" if versions == 1 else f"versions 1 to {versions}"
            raise UsageError(f"{wanted} has no version {number}", hint=f"there is {there}")
        self._refuse_other_parsers(stored.parser)
        return reading_of_version(stored, wanted)

    def _refuse_other_parsers(self, parser: str) -> None:
        """What two parsers made of one text may differ where the text does not."""
        if self._parser not in {None, parser}:
            raise UsageError(
                "the two were read by different versions of the parser, and would seem to differ where they do not",
                hint="`provenance rebuild` reads every stored version anew",
            )
        self._parser = parser

    def _find(self, db: Database, wanted: str, name: str) -> str:
        found = documents_named(db, wanted)
        if not found:
            raise UnreadableDocument(
                f"{name}: no such file, and no document of this name in {self._db_path}",
                hint="`provenance search` finds what is stored",
            )
        if len(found) > 1:
            raise UsageError(f"{wanted!r} may be {', '.join(found[:5])}", hint="name one by its id")
        return found[0]

    def _open(self) -> Database:
        if self._db is None:
            self._db = self._stack.enter_context(open_store(self._db_path, read_only=True)).db
        return self._db


def _is_file(name: str) -> bool:
    """Tell whether a name is meant as a file's: it is there, or it cannot be anything else."""
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False  # too long for a path, or with a NUL: a title may be


def reading_of_version(stored: StoredVersion, wanted: str) -> Reading:
    """Return a stored version as one side of a comparison; `wanted` is what it was asked for by."""
    return Reading(
        name=storable(wanted),
        sha256=stored.sha256,
        text=stored.text,
        claims=stored.claims,
        notes=stored.notes,
        source_map=stored.source_map,
        title=stored.title,
        document_id=stored.document_id,
        version=stored.version,
    )


def _refuse(url: str) -> RawDocument:
    raise UnreadableDocument(f"{url} is an address, and compare reads files")
