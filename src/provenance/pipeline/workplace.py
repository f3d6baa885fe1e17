"""Where a run works: the database, the archive, the settings and the clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from provenance.settings import Settings

__all__ = ["Workplace", "utc_now"]


def utc_now() -> datetime:
    """Return the time as an aware UTC datetime."""
    return datetime.now(UTC)


class Workplace(Struct, frozen=True):
    """One database with one archive; `clock` returns aware UTC datetimes."""

    db_path: Path
    archive_root: Path
    settings: Settings = Settings()
    clock: Callable[[], datetime] = utc_now
