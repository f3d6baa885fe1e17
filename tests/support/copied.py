"""A store and its archive once more, for a test that writes to them."""

import shutil
from pathlib import Path

from msgspec.structs import replace

from provenance.pipeline.workplace import Workplace
from provenance.store.database import open_database

__all__ = ["copy_workplace"]


def copy_workplace(place: Workplace, folder: Path) -> Workplace:
    """Copy `provenance.db` and `archive/` into a folder, as they are at this moment."""
    made = replace(place, db_path=folder / "provenance.db", archive_root=folder / "archive")
    shutil.copytree(place.archive_root, made.archive_root)
    with open_database(place.db_path, read_only=True) as db:
        db.execute("VACUUM INTO ?", (str(made.db_path),))
    return made
