"""What a reading of the archive finds: one record for each thing that is not as it should be. PURE."""

from typing import Literal

from msgspec import Struct

__all__ = ["Finding", "FindingKind"]

FindingKind = Literal[
    "missing",  # something speaks of it, and it is not there
    "extra",  # it is there, and nothing that came before it speaks of it
    "altered",  # it is there, and is not what it was
    "unreadable",  # it is there, and nobody can say what it was
    "uncommitted",  # what a crash or a run that goes on left behind: it never counted
    "behind",  # derived, and older than what it is derived from: the next run brings it up
    "foreign",  # a file of another maker, which is left alone
]
_HARMLESS = frozenset({"uncommitted", "behind", "foreign"})


class Finding(Struct, frozen=True, omit_defaults=True):
    """One thing that differs, or that is worth a word.

    `what` is one of warc, record, index, journal, store. `file` is relative to the archive
    (`warc/2026/…`, `checks/2026-11.jsonl`) or the database's name; `byte` an offset into it.
    """

    kind: FindingKind
    what: str
    file: str
    byte: int | None
    message: str
    expected: str | None = None
    found: str | None = None
    cure: str = ""

    @property
    def is_difference(self) -> bool:
        """Tell whether evidence is touched, or only something that mends itself or is not ours."""
        return self.kind not in _HARMLESS
