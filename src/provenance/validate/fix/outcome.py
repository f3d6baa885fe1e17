"""What mending amounts to: which findings are fixed, which are left and why, and the new file. PURE."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from provenance.validate.draft import Draft
from provenance.validate.records import DraftFinding

__all__ = ["Left", "Looked", "Mended", "Validate"]


class Looked(Protocol):
    """A draft that was validated: its bytes, its reading, and what was found."""

    @property
    def path(self) -> str:
        """The name of its file, for messages."""
        ...

    @property
    def data(self) -> bytes:
        """The file."""
        ...

    @property
    def draft(self) -> Draft:
        """What was read."""
        ...

    @property
    def findings(self) -> tuple[DraftFinding, ...]:
        """What was found, in the order of the text."""
        ...


# Bytes of the same document, validated by the same rules; None where they cannot be read any more.
Validate = Callable[[bytes], Looked | None]


class Left(NamedTuple):
    """A finding that stands in the mended draft (its offsets are of that), and why."""

    finding: DraftFinding
    reason: str


class Mended(NamedTuple):
    """A mended draft.

    `data` is the new file, the old one where nothing could be fixed; `fixed` are the findings
    that are gone, with the offsets that they had when they were fixed; `left` are the open findings
    that the mended draft still has. `rounds` counts how often the draft was gone over,
    `looked` is the mended draft as validated.
    """

    data: bytes
    fixed: tuple[DraftFinding, ...]
    left: tuple[Left, ...]
    rounds: int
    looked: Looked

    @property
    def is_changed(self) -> bool:
        """Whether anything was fixed."""
        return bool(self.fixed)
