"""What a person names -> the documents meant: files, folders, globs, URLs, standard input."""

import glob
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from provenance.errors import UnreadableDocument
from provenance.formats.strangers import storable
from provenance.pipeline.report import InputFault
from provenance.settings import IngestSettings

__all__ = ["Expanded", "Input", "RawDocument", "expand_inputs", "read_file", "read_input"]

# What the readers understand; anything else in a folder is passed over, a file named outright is tried.
READ_SUFFIXES = frozenset(
    """.txt .text .html .htm .xhtml .md .markdown .mdown .rst .rest .wiki .mediawiki .wikitext
    .docx .docm .pdf .eml .mht .mhtml""".split()
)


class Input(Struct, frozen=True):
    """One thing to read: a path, a URL or standard input (`-`)."""

    name: str
    kind: str  # "file", "url" or "stdin"


class RawDocument(Struct, frozen=True):
    """A document's bytes with where they came from.

    `path` is absolute POSIX, with U+FFFD for bytes of a file name that are no UTF-8,
    None for what is no file. `media_type` is what the server said, "" for what came from none.
    """

    data: bytes
    path: str | None
    url: str | None
    media_type: str

    @property
    def name(self) -> str:
        """What the document is called in messages and by the readers."""
        return self.path or self.url or ""


class Expanded(NamedTuple):
    """The inputs in order, each file once; the names that lead to none; the files of a folder left alone."""

    inputs: tuple[Input, ...]
    faults: tuple[InputFault, ...]
    passed_over: tuple[str, ...]


def expand_inputs(names: Iterable[str]) -> Expanded:
    """Return what the names mean, folders and globs expanded.

    A name, a match or a folder that leads nowhere stops none of the others.
    """
    expansion = _Expansion()
    for name in names:
        expansion.add(name)
    return Expanded(
        tuple(expansion.inputs.values()), tuple(expansion.faults), tuple(expansion.passed_over)
    )


class _Expansion:
    """What was found so far."""

    def __init__(self) -> None:
        self.inputs: dict[str, Input] = {}
        self.faults: list[InputFault] = []
        self.passed_over: list[str] = []

    def add(self, name: str) -> None:
        try:
            self._expand(name)
        except UnreadableDocument as error:
            self.faults.append(InputFault(storable(name), error.message, error.hint))
        except OSError as error:
            self._note(error, name)

    def _expand(self, name: str) -> None:
        path = Path(name)
        if name == "-":
            self._keep(name, "stdin")
        elif name.startswith(("http://", "https://")):
            self._keep(name, "url")
        elif "://" in name:
            raise UnreadableDocument(f"{name}: only http and https addresses are read")
        elif path.is_dir():
            self._expand_folder(path)
        elif not path.exists() and any(char in name for char in "*?["):
            self._expand_glob(name)
        else:
            path.stat()  # a name that leads nowhere is told before anything is made
            self._keep(name, "file")

    def _keep(self, name: str, kind: str) -> None:
        self.inputs.setdefault(name, Input(name, kind))

    def _expand_glob(self, pattern: str) -> None:
        # pathlib's glob takes no absolute pattern
        matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
        if not matches:
            raise UnreadableDocument(f"{pattern} matches no file")
        for match in matches:
            self.add(match)

    def _expand_folder(self, folder: Path) -> None:
        """Take every document below a folder; hidden ones are the system's, not a person's."""
        before = len(self.inputs) + len(self.faults)
        for place, folders, files in os.walk(folder, onerror=self._note):
            folders[:] = sorted(each for each in folders if not each.startswith("."))
            for file in sorted(each for each in files if not each.startswith(".")):
                path = Path(place, file)
                if path.suffix.lower() not in READ_SUFFIXES:
                    self.passed_over.append(storable(str(path)))
                elif path.is_file():
                    self._keep(str(path), "file")
                else:
                    self.faults.append(
                        InputFault(storable(str(path)), f"cannot read {path}: it leads nowhere")
                    )
        if before == len(self.inputs) + len(self.faults):
            hint = f"read are {', '.join(sorted(READ_SUFFIXES))}"
            raise UnreadableDocument(f"{folder} holds no document", hint=hint)

    def _note(self, error: OSError, name: str = "") -> None:
        name = name or str(error.filename)
        message = f"cannot read {name}: {error.strerror}"
        self.faults.append(InputFault(storable(name), storable(message)))


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
        return RawDocument(data, None, None, "")
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
    return RawDocument(data, storable(path.resolve().as_posix()), None, "")


def _refuse_too_large(name: str, size_bytes: int, limits: IngestSettings) -> None:
    if size_bytes > limits.max_document_bytes:
        raise UnreadableDocument(
            f"{name} has {size_bytes / 1e6:.0f} MB; up to {limits.max_document_bytes / 1e6:.0f} MB are read",
            hint="if it is a document, raise max_document_bytes under [ingest] in the settings",
        )
