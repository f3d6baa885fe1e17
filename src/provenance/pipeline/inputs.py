"""What a person names -> the documents meant: files, folders, globs, URLs, standard input."""

import glob
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from provenance.errors import UnreadableDocument
from provenance.pipeline.report import InputFault
from provenance.settings import IngestSettings
from provenance.store.rows import storable

__all__ = ["Input", "RawDocument", "expand_inputs", "read_file", "read_input"]

# What the readers understand; anything else in a folder is passed over, a file named outright is tried.
READ_SUFFIXES = frozenset({".txt", ".text", ".html", ".htm", ".xhtml"})
_MEDIA_TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml"}


class Input(Struct, frozen=True):
    """One thing to read: a path, a URL or standard input (`-`)."""

    name: str
    kind: str  # "file", "url" or "stdin"


class RawDocument(Struct, frozen=True):
    """A document's bytes with where they came from.

    `path` is absolute POSIX, with U+FFFD for bytes of a file name that are no UTF-8,
    None for what is no file.
    """

    data: bytes
    path: str | None
    url: str | None
    media_type: str

    @property
    def name(self) -> str:
        """What the document is called in messages and by the readers."""
        return self.path or self.url or ""


def expand_inputs(names: Iterable[str]) -> tuple[list[Input], list[InputFault]]:
    """Return the inputs in order, each file once, and the names that lead to none.

    Folders and globs are expanded. A name that leads nowhere stops none of the others.
    """
    found: dict[str, Input] = {}
    faults: list[InputFault] = []
    for name in names:
        try:
            for each in _expand(name):
                found.setdefault(each.name, each)
        except UnreadableDocument as error:
            faults.append(InputFault(storable(name), error.message, error.hint))
        except OSError as error:
            message = f"cannot read {name}: {error.strerror}"
            faults.append(InputFault(storable(name), storable(message)))
    return list(found.values()), faults


def _expand(name: str) -> Iterator[Input]:
    if name == "-":
        yield Input("-", "stdin")
    elif name.startswith(("http://", "https://")):
        yield Input(name, "url")
    elif Path(name).is_dir():
        yield from _expand_folder(Path(name))
    elif not Path(name).exists() and any(char in name for char in "*?["):
        # pathlib's glob takes no absolute pattern
        matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207
        if not matches:
            raise UnreadableDocument(f"{name} matches no file")
        for match in matches:
            yield from _expand(match)
    else:
        Path(name).stat()  # a name that leads nowhere is told before anything is made
        yield Input(name, "file")


def _expand_folder(folder: Path) -> Iterator[Input]:
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in READ_SUFFIXES and path.is_file()
    )
    if not files:
        raise UnreadableDocument(
            f"{folder} holds no document", hint=f"read are {', '.join(sorted(READ_SUFFIXES))}"
        )
    yield from (Input(str(path), "file") for path in files)


def read_input(
    named: Input, limits: IngestSettings, read_url: Callable[[str], RawDocument]
) -> RawDocument:
    """Read an input's bytes.

    Raises:
        UnreadableDocument: it cannot be read, or is larger than is accepted.
    """
    if named.kind == "url":
        return read_url(named.name)
    if named.kind == "stdin":
        data = sys.stdin.buffer.read(limits.max_document_bytes + 1)
        _refuse_too_large("standard input", len(data), limits)
        return RawDocument(data, None, None, "text/plain")
    return read_file(Path(named.name), limits)


def read_file(path: Path, limits: IngestSettings) -> RawDocument:
    """Read a file.

    Raises:
        UnreadableDocument: missing, a folder, no permission, too large.
    """
    try:
        if path.is_dir():
            raise UnreadableDocument(f"{path} is a folder", hint="`ingest` takes folders")
        _refuse_too_large(str(path), path.stat().st_size, limits)
        with path.open("rb") as file:
            # not to the end: a pipe or a device has no size, and may have no end
            data = file.read(limits.max_document_bytes + 1)
        _refuse_too_large(str(path), len(data), limits)
    except OSError as error:
        raise UnreadableDocument(f"cannot read {path}: {error.strerror}") from error
    media_type = _MEDIA_TYPES.get(path.suffix.lower(), "text/plain")
    return RawDocument(data, storable(path.resolve().as_posix()), None, media_type)


def _refuse_too_large(name: str, size_bytes: int, limits: IngestSettings) -> None:
    if size_bytes > limits.max_document_bytes:
        raise UnreadableDocument(
            f"{name} has {size_bytes / 1e6:.0f} MB; up to {limits.max_document_bytes / 1e6:.0f} MB are read",
            hint="if it is a document, raise max_document_bytes under [ingest] in the settings",
        )
