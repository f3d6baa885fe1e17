"""The store's schema: who wrote the file, and the steps from an empty one to today's.

A migration is a named function that is never changed once released; the next
change is a new function below the last. `migrate` runs inside the caller's
write transaction, so that of several processes that open a new file at once one
migrates and the others find it done.
"""

from collections.abc import Callable

from sqlite_utils import Database as UtilsDatabase
from sqlite_utils import Migrations

from provenance.errors import NewerStore, StoreError
from provenance.store.document_indices import DOCUMENT_INDEX_STATEMENTS
from provenance.store.due_tables import DUE_STATEMENTS
from provenance.store.evidence_tables import EVIDENCE_DUE_STATEMENTS
from provenance.store.folding import bare_words
from provenance.store.holding_tables import HOLDING_STATEMENTS
from provenance.store.judged_view import JUDGED_VIEW_STATEMENTS
from provenance.store.judgement_tables import JUDGEMENT_STATEMENTS
from provenance.store.name_tables import MEMENTO_NAME_STATEMENTS, NAME_STATEMENTS
from provenance.store.night_tables import NIGHT_STATEMENTS
from provenance.store.review_tables import REVIEW_STATEMENTS
from provenance.store.rot_tables import ROT_STATEMENTS
from provenance.store.tables import (
    CITATION_DETAIL_STATEMENTS,
    FTS_STATEMENTS,
    RECOVERY_STATEMENTS,
    TABLE_STATEMENTS,
)
from provenance.store.text_tables import TEXT_DUE_STATEMENTS
from provenance.store.views import HELD_VIEW_STATEMENTS, VIEW_STATEMENTS
from provenance.store.watch_tables import WATCH_STATEMENTS

__all__ = ["LATEST_VERSION", "check_identity", "migrate"]

# "PrvD" as a big-endian integer: how `file` and we tell this file from another program's.
APPLICATION_ID = 0x50727644

migrations = Migrations("provenance")


@migrations()
def m001_lay_the_tables(db: UtilsDatabase) -> None:
    """Lay tables, full-text indices and the stable views."""
    for statement in (*TABLE_STATEMENTS, *FTS_STATEMENTS, *VIEW_STATEMENTS):
        db.execute(statement)


@migrations()
def m002_keep_recoveries(db: UtilsDatabase) -> None:
    """Keep what was decided about cut addresses."""
    for statement in RECOVERY_STATEMENTS:
        db.execute(statement)


@migrations()
def m003_keep_what_prose_notes_say(db: UtilsDatabase) -> None:
    """Keep pages, day of access, ISBN, archived copy, and why a short form means what it means."""
    for statement in CITATION_DETAIL_STATEMENTS:
        db.execute(statement)


@migrations()
def m004_keep_holdings(db: UtilsDatabase) -> None:
    """Keep attachments, what other archives hold and were asked to hold, withdrawals, judgements."""
    for statement in (*HOLDING_STATEMENTS, *JUDGEMENT_STATEMENTS, *HELD_VIEW_STATEMENTS):
        db.execute(statement)


@migrations()
def m005_keep_reviews(db: UtilsDatabase) -> None:
    """Keep what persons say of evidence, and evidence for copies that are no captures."""
    for statement in (*REVIEW_STATEMENTS, *JUDGED_VIEW_STATEMENTS):
        db.execute(statement)


@migrations()
def m006_find_notes_and_names(db: UtilsDatabase) -> None:
    """Find notes by their words, names by how they are spelled or nearly so, claims by authors."""
    db.conn.create_function("bare_words", 1, bare_words, deterministic=True)
    for statement in NAME_STATEMENTS:
        db.execute(statement)


@migrations()
def m007_find_looks_by_time(db: UtilsDatabase) -> None:
    """Find what was looked at and captured on a day."""
    for statement in NIGHT_STATEMENTS:
        db.execute(statement)


@migrations()
def m008_list_documents(db: UtilsDatabase) -> None:
    """Walk documents by the day they were published on and by title."""
    for statement in DOCUMENT_INDEX_STATEMENTS:
        db.execute(statement)


@migrations()
def m009_mark_what_evidence_waits_for(db: UtilsDatabase) -> None:
    """Mark sources whose claims were not held against all copies, so that nobody has to search for them."""
    for statement in EVIDENCE_DUE_STATEMENTS:
        db.execute(statement)


@migrations()
def m010_find_mementos_by_address(db: UtilsDatabase) -> None:
    """Find the source of a copy in another archive by the copy's address."""
    for statement in MEMENTO_NAME_STATEMENTS:
        db.execute(statement)


@migrations()
def m011_keep_nights(db: UtilsDatabase) -> None:
    """Keep what persons and other archives say of states, and what nights found."""
    for statement in (
        *WATCH_STATEMENTS,
        *DUE_STATEMENTS,
        *ROT_STATEMENTS,
        *TEXT_DUE_STATEMENTS,
    ):
        db.execute(statement)


_STEPS: tuple[Callable[[UtilsDatabase], None], ...] = (
    m001_lay_the_tables,
    m002_keep_recoveries,
    m003_keep_what_prose_notes_say,
    m004_keep_holdings,
    m005_keep_reviews,
    m006_find_notes_and_names,
    m007_find_looks_by_time,
    m008_list_documents,
    m009_mark_what_evidence_waits_for,
    m010_find_mementos_by_address,
    m011_keep_nights,
)
LATEST_VERSION = len(_STEPS)


def _pragma(db: UtilsDatabase, name: str) -> int:
    return int(db.conn.execute(f"PRAGMA {name}").fetchone()[0])


def check_identity(db: UtilsDatabase, path: str, *, can_upgrade: bool) -> None:
    """Refuse what is no store of ours, or of a version that we cannot read.

    Raises:
        NewerStore: a later version of provenance wrote it.
        StoreError: another program's database; or, where nothing may be
            upgraded, an empty one or that of an earlier version.
    """
    version = _pragma(db, "user_version")
    is_ours = _pragma(db, "application_id") == APPLICATION_ID
    is_empty = db.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not is_ours and not is_empty:
        raise StoreError(
            f"database {path} belongs to another program", hint="name another file with --db"
        )
    if version > LATEST_VERSION:
        raise NewerStore(
            f"database {path} was written by a later version of provenance "
            f"(schema {version}, this one knows {LATEST_VERSION})",
            hint="upgrade provenance, or name another file with --db",
        )
    if version < LATEST_VERSION and not can_upgrade:
        raise StoreError(
            f"database {path} holds schema {version} and this version reads {LATEST_VERSION}",
            hint="`provenance ingest` or `provenance rebuild` brings it up to date",
        )


def migrate(db: UtilsDatabase, path: str) -> None:
    """Bring the schema up to date; the caller holds the write transaction."""
    check_identity(db, path, can_upgrade=True)  # again: now nobody else can change it
    if _pragma(db, "user_version") == LATEST_VERSION:
        return
    migrations.apply(db)
    # a rebuild is equal to what it replaces, row for row: when it was made is no content
    db.execute("UPDATE _sqlite_migrations SET applied_at = ''")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {LATEST_VERSION}")
