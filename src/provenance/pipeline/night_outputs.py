"""The files that a night is told in, and the people who are told of it.

Each file is there whole or as it was before: whoever reads one meets no half of it.
"""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

from msgspec import Struct

from provenance.errors import ArchiveError, UsageError
from provenance.keep.disk import replace_file
from provenance.model import NightReport
from provenance.pipeline.workplace import Workplace
from provenance.settings import Settings
from provenance.store.database import Database
from provenance.store.touched import document_paths, list_standing
from provenance.store.watching import latest_nights

__all__ = ["Outputs", "check_outputs", "tell_people", "write_outputs"]

# Nights of a feed; readers ask for it every hour and load all of it.
_NIGHTS_OF_FEED = 30
# Results that stand unchanged in a log: GitHub takes 25,000 of a run and shows 5,000.
_MOST_STANDING = 5_000
_BAD_STATES = ("dead", "drifted", "failing", "walled", "blocked")


class Outputs(Struct, frozen=True):
    """Where to write which form of a report; None is not written."""

    markdown: Path | None = None
    html: Path | None = None
    atom: Path | None = None
    sarif: Path | None = None
    metrics: Path | None = None


def check_outputs(outputs: Outputs, workplace: Workplace) -> None:
    """Tell before a night begins what could not be written, or told, when it is over.

    Raises:
        UsageError: a file's folder is not there, or the file is none: a folder, a device, the store,
            something of the archive, or the same as that of another option.
        SettingsError: the file of services cannot be read, or apprise is not installed.
    """
    asked = {name: path.absolute() for name, path in _paths(outputs).items()}
    for name, path in asked.items():
        _check_path(f"--{name} {getattr(outputs, name)}", path, workplace)
    for (one, path), (other, same) in combinations(asked.items(), 2):
        if path.resolve() == same.resolve():
            raise UsageError(f"--{one} and --{other} name the same file", hint="name two")
    notify_file = workplace.settings.night.notify_file
    if notify_file:
        from provenance.watch.notify import check_installed, read_services

        check_installed()
        read_services(Path(notify_file))


def _paths(outputs: Outputs) -> dict[str, Path]:
    named = {name: getattr(outputs, name) for name in outputs.__struct_fields__}
    return {name: path for name, path in named.items() if path is not None}


def _check_path(option: str, path: Path, workplace: Workplace) -> None:
    if path.is_dir():
        raise UsageError(f"{option} is a folder", hint="name a file in it")
    if not path.parent.is_dir():
        raise UsageError(f"{option}: there is no folder {path.parent}", hint="make it first")
    if path.exists() and not path.is_file():  # as root a file would be put in place of /dev/null
        raise UsageError(f"{option} is no file", hint="name a file; it is replaced every night")
    found = path.resolve()
    is_ours = found == workplace.db_path.resolve()
    if is_ours or found.is_relative_to(workplace.archive_root.resolve()):
        raise UsageError(f"{option} is of the archive itself", hint="name a file elsewhere")


def write_outputs(db: Database, report: NightReport, outputs: Outputs, settings: Settings) -> None:
    """Write what was asked for.

    Raises:
        ArchiveError: a file cannot be written; all others are.
    """
    desk = settings.night.desk_url
    makers: dict[str, Callable[[], str]] = {
        "markdown": lambda: _markdown(report, desk),
        "html": lambda: _html(db, report, desk),
        "atom": lambda: _atom(db, desk),
        "sarif": lambda: _sarif(db, report),
        "metrics": lambda: _metrics(report),
    }
    faults = []
    for name, path in _paths(outputs).items():
        try:
            replace_file(path.absolute(), makers[name]().encode())
        except ArchiveError as error:
            faults.append(error)
    if faults:
        hint = "mend that; `provenance nightly --last` with the same options writes it"
        raise ArchiveError("; ".join(each.message for each in faults), hint=hint) from faults[0]


def tell_people(report: NightReport, settings: Settings) -> tuple[str, ...]:
    """Send the message about a night where anything changed; return a sentence for each that failed.

    Raises:
        SettingsError: the file of services cannot be read, or apprise is not installed.
    """
    if not settings.night.notify_file:
        return ()
    from provenance.watch.notify import notify, read_services
    from provenance.watch.report.notice import write_notice

    notice = write_notice(report, desk=settings.night.desk_url)
    if notice is None:
        return ()
    path = Path(settings.night.notify_file)
    return tuple(
        f"the message to {each.service} (line {each.line} of {path}) was not sent: {each.why}"
        for each in notify(notice, read_services(path))
        if each.why
    )


def _markdown(report: NightReport, desk: str) -> str:
    from provenance.watch.report.markdown import render_markdown

    return render_markdown(report, desk=desk)


def _html(db: Database, report: NightReport, desk: str) -> str:
    from provenance.watch.pictures import draw_year
    from provenance.watch.report.html_night import render_html
    from provenance.watch.year import picture_year

    pictures = draw_year(picture_year(db, report.run.finished))
    return render_html(report, desk=desk, pictures=pictures)


def _atom(db: Database, desk: str) -> str:
    from provenance.watch.report.atom import render_atom

    return render_atom(latest_nights(db, _NIGHTS_OF_FEED), desk=desk)


def _sarif(db: Database, report: NightReport) -> str:
    from provenance.watch.report.sarif import render_sarif

    standing = list_standing(db, _MOST_STANDING)
    in_trouble = sum(report.states.get(state, 0) for state in _BAD_STATES)
    is_cut = len(standing) == _MOST_STANDING
    named = {each for change in report.changes for each in change.documents}
    named.update(each for one in standing for each in one.documents)
    return render_sarif(
        report,
        standing,
        paths=document_paths(db, named),
        left_out=max(0, in_trouble - len(standing)) if is_cut else 0,
    )


def _metrics(report: NightReport) -> str:
    from provenance.watch.report.metrics import render_metrics

    return render_metrics(report)
