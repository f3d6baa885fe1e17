"""The faults of the house.

A dead link, a cut URL, a paywall are facts about the world: they are values
(`Failure`, `Finding`), never exceptions. What is raised is only what keeps the
program from doing its work::

    ProvenanceError                  exit  what it means
    ├── UsageError                    2    the command cannot mean this
    ├── SettingsError                 2    provenance.toml says something impossible
    ├── UnreadableDocument            2    the file is no document that can be read
    ├── StoreError                    3    the database cannot be used
    │   └── NewerStore                3    it was written by a later version
    └── ArchiveError                  3    the archive cannot be used
        ├── ArchiveBusy               3    another process writes to it
        ├── CorruptRecord             3    a record is not what its digest says
        ├── WithdrawnRecord           3    a record was taken out, and its reader did not ask
        └── FixityError               3    the archive and its index disagree
"""

from provenance.text import Span

__all__ = [
    "ArchiveBusy",
    "ArchiveError",
    "CorruptRecord",
    "FixityError",
    "NewerStore",
    "ProvenanceError",
    "SettingsError",
    "StoreError",
    "UnreadableDocument",
    "UsageError",
    "WithdrawnRecord",
]


class ProvenanceError(Exception):
    """Base of every error that provenance raises on purpose.

    `message` says what is wrong and where; `hint` says what to do about it. Where a
    place is known, `source` is the line of text and `span` the offending part of it, to
    be drawn under the message.
    """

    exit_code = 3

    def __init__(
        self, message: str, *, hint: str = "", source: str = "", span: Span | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.source = source
        self.span = span


class UsageError(ProvenanceError):
    """The command cannot mean this."""

    exit_code = 2


class SettingsError(ProvenanceError):
    """The settings file says something impossible; the message names file and key."""

    exit_code = 2


class UnreadableDocument(ProvenanceError):
    """The bytes are no document that can be read."""

    exit_code = 2


class StoreError(ProvenanceError):
    """The database cannot be used: read-only, corrupt, full disk."""


class NewerStore(StoreError):
    """The database was written by a later version of provenance."""


class ArchiveError(ProvenanceError):
    """The archive cannot be used: no permission, full disk, not a directory."""


class ArchiveBusy(ArchiveError):
    """Another process is writing to the archive."""


class CorruptRecord(ArchiveError):
    """A record is not what its length or digest says."""


class WithdrawnRecord(ArchiveError):
    """A record was taken out for a reason: what stands there now must not pass for it."""


class FixityError(ArchiveError):
    """The archive and its index disagree."""
