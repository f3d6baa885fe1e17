"""What a request is about: what its address names, for a page and for its JSON alike.

What names nothing is a `Problem` that says so, and where one finds what there is.
"""

from datetime import date

from starlette.requests import Request

from provenance.formats.strangers import storable
from provenance.store.database import Database
from provenance.store.source_read import find_source
from provenance.trace.capture_records import CopyKind
from provenance.trace.captures import Held, find_copy
from provenance.trace.document_records import DocumentText
from provenance.trace.documents import read_document
from provenance.trace.night_runs import ToldRun, read_run
from provenance.trace.nights import Night, report_night
from provenance.trace.source_records import SourceReport
from provenance.trace.sources import SourcePages, report_source
from provenance.watch.verdict import derive_state
from provenance.web.library import Library
from provenance.web.problems import Problem

__all__ = [
    "desk_address",
    "find_document",
    "find_held",
    "find_night",
    "find_run",
    "find_source_name",
    "find_source_report",
    "no_such_claim",
]


def desk_address(request: Request) -> str:
    """Return the address of the desk as it was asked for, without a slash at its end."""
    return str(request.base_url).rstrip("/")


def find_document(db: Database, document_id: str, version: int | None) -> DocumentText:
    """Return one version of a document, the current one for None.

    Raises:
        Problem: there is no such document or version (404).
    """
    found = read_document(db, document_id, version)
    if found is None:
        raise Problem(404, "There is no such document", hint="/documents lists those there are")
    return found


def no_such_claim() -> Problem:
    """Return what is said of a claim's id that the store does not know."""
    return Problem(404, "There is no such claim", hint="a document that is read anew has new ones")


def find_held(library: Library, kind: CopyKind, id_: str, claim_id: str = "") -> Held:
    """Return a copy; what was found in it for `claim_id` stands first.

    Raises:
        Problem: there is none with this id (404).
    """
    with library.reading() as db:
        held = find_copy(db, library.archive(), kind, id_, claim_id=claim_id)
    if held is None:
        raise Problem(
            404, f"There is no such {kind}", hint="its source lists the copies that there are"
        )
    return held


def find_source_report(db: Database, source_id: str, pages: SourcePages) -> SourceReport:
    """Return what is known of a source.

    Raises:
        Problem: there is no such source (404), or no such page of a list (422).
    """
    try:
        report = report_source(db, source_id, pages)
    except ValueError:
        raise Problem(
            422, "There is no such page of this list", hint="follow the links of the first page"
        ) from None
    if report is None:
        raise _no_such_source()
    return report


def find_source_name(db: Database, source_id: str) -> str:
    """Return what people know a source by.

    Raises:
        Problem: there is no such source (404).
    """
    found = find_source(db, source_id)
    if found is None:
        raise _no_such_source()
    return str(found["title"] or found["url"] or found["publisher"] or source_id)


def _no_such_source() -> Problem:
    return Problem(404, "There is no such source", hint="/sources lists those that documents cite")


def find_night(db: Database, day: date, behind: str | None) -> Night:
    """Return what the looks of a day (UTC) said.

    Raises:
        Problem: there is no such page of its changes (422).
    """
    try:
        return report_night(db, day, derive_state, behind)
    except ValueError:
        raise Problem(
            422, "There is no such page of this night", hint=f"/nights/{day} is its first"
        ) from None


def find_run(db: Database, run_id: str) -> ToldRun:
    """Return what a nightly run told.

    Raises:
        Problem: there was no such run (404).
    """
    found = read_run(db, storable(run_id))
    if found is None:
        raise Problem(404, "There was no such run", hint="/nights/runs lists those there were")
    return found
