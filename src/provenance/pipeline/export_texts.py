"""`export` in one of the forms that other programs read: a file of its own, or a stream.

A file takes its place when it is whole: whoever is killed meanwhile leaves the old one, or none.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from provenance.errors import UsageError
from provenance.keep.disk import archive_faults, sync_folder
from provenance.pipeline.catchup import open_store
from provenance.pipeline.export_choice import Choice, resolve_choice
from provenance.pipeline.export_forms import FORMS, Export
from provenance.pipeline.workplace import Workplace
from provenance.store.database import Database
from provenance.store.export_read import at_one_moment
from provenance.trace.export.records import Places

__all__ = [
    "TextOrder",
    "TextReport",
    "begin_export",
    "export_to_file",
    "opened_export",
    "write_whole",
]


class TextOrder(Struct, frozen=True):
    """What to export and how: `form` is one of `FORMS`, `base_url` where the desk's pages are.

    `is_ascii` is for BibTeX, `has_bom` for CSV.
    """

    form: str
    choice: Choice = Choice()
    base_url: str = ""
    is_ascii: bool = False
    has_bom: bool = False


class TextReport(Struct, frozen=True):
    """What was written. `records` counts references, rows or claims, whichever the form is made of."""

    path: str
    size_bytes: int
    sha256: str
    title: str
    records: int


@contextlib.contextmanager
def opened_export(workplace: Workplace, order: TextOrder) -> Iterator[tuple[Export, Iterator[str]]]:
    """Lend an export and the text that it writes, piece by piece, for the length of a block.

    Raises:
        UsageError: there is no database, or nothing (or too much) is named so.
    """
    with open_store(workplace.db_path, read_only=True) as store, at_one_moment(store.db):
        yield begin_export(store.db, workplace.archive_root, order)


def begin_export(
    db: Database, archive_root: Path, order: TextOrder
) -> tuple[Export, Iterator[str]]:
    """Return an export out of an open store and the text that it writes."""
    export = Export(
        db,
        resolve_choice(db, order.choice),
        places=Places(order.base_url.rstrip("/")),
        archive_root=archive_root,
        is_ascii=order.is_ascii,
        has_bom=order.has_bom,
    )
    return export, FORMS[order.form].write(export)


def export_to_file(workplace: Workplace, order: TextOrder, out: Path) -> TextReport:
    """Write an export; the same store and order give the same bytes.

    Raises:
        UsageError: as in `opened_export`, or nothing can be written there.
        ArchiveError: the disk is full or failing.
    """
    with opened_export(workplace, order) as (export, pieces):
        size, digest = write_whole(out, pieces)
        return TextReport(str(out), size, digest, export.chosen.title, export.records)


def write_whole(out: Path, pieces: Iterable[str]) -> tuple[int, str]:
    """Write text in UTF-8 to a file that is there whole or not at all; return its size and SHA-256."""
    if out.is_dir():
        raise UsageError(f"{out} is a folder", hint="name a file with -o")
    fresh = out.with_name(f".{out.name}.new")
    digest, size = hashlib.sha256(), 0
    try:
        file = fresh.open("wb")
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise UsageError(
            f"cannot write {out}: {error.strerror}",
            hint="name a file in a folder of yours with -o",
        ) from error
    try:
        with archive_faults(out, "write"):
            with file:
                for piece in pieces:
                    data = piece.encode("utf-8", "replace")
                    digest.update(data)
                    size += file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(out)
            sync_folder(out.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()
