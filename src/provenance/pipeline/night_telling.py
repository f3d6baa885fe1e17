"""Telling people of a night, also where the run that found it out was killed before it told anybody.

A report is in the journal before anybody hears of it, and what was told of is not told again. Between
the two a run can be killed, its disk be full, its reader be gone. So the archive's folder keeps the name
of the last night of which people were told; a night that finds another one before it tells of that one
first. A message is sent twice where a run is killed behind the sending, and never lost by it.
"""

from pathlib import Path

from provenance.keep.disk import archive_faults, replace_file
from provenance.model import NightReport
from provenance.pipeline.catchup import open_store
from provenance.pipeline.night_outputs import tell_people
from provenance.pipeline.workplace import Workplace
from provenance.store.watching import read_night

__all__ = ["tell_people_of_nights"]


def tell_people_of_nights(workplace: Workplace, report: NightReport) -> tuple[str, ...]:
    """Send the message about a night, behind that about the one before where nobody was told of it.

    Returns a sentence for each message that failed; it is not sent again.

    Raises:
        SettingsError: the file of services cannot be read, or apprise is not installed.
        ArchiveError: that people were told could not be written down.
    """
    if not workplace.settings.night.notify_file:
        return ()
    mark = workplace.archive_root / ".night.told"
    missed = _missed(workplace, report, mark)
    nights = (report,) if missed is None else (missed, report)
    failed = tuple(said for each in nights for said in tell_people(each, workplace.settings))
    replace_file(mark, f"{report.run.id}\n".encode())
    return failed


def _missed(workplace: Workplace, report: NightReport, mark: Path) -> NightReport | None:
    """Return the night before where people are told of nights and were not told of that one."""
    previous = report.run.previous
    with archive_faults(mark, "read"):
        told = mark.read_bytes().decode("utf-8", "replace").strip() if mark.exists() else None
    if previous is None or told is None or told == previous:
        return None
    with open_store(workplace.db_path, read_only=True) as store:
        return read_night(store.db, previous)
