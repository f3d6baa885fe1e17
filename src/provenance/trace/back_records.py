"""What a backward trace says: records that encode to `provenance trace --back --json`."""

from msgspec import Struct

from provenance.store.back import Thing
from provenance.trace.impact import Impact
from provenance.trace.records import TracedDocument

__all__ = ["Back", "BackClaim", "BackSource", "Levels", "Repeat", "SharedPassage"]

SCHEMA = "provenance.back/1"


class BackSource(Struct, frozen=True):
    """A source that was meant: how it stands, how many captures we have, how many notes cite it."""

    id: str
    kind: str
    shown: str
    host: str | None
    state: str | None
    reason: str | None
    last_ok: str | None
    captures: int | None
    notes: int


class BackClaim(Struct, frozen=True):
    """A claim that rests on the thing, by which markers and sources, and what it would be left with."""

    id: str
    document: TracedDocument
    text: str
    labels: tuple[str, ...]
    source_ids: tuple[str, ...]
    impact: Impact


class Repeat(Struct, frozen=True):
    """Claims that say the same, or nearly, in several documents."""

    text: str
    claim_ids: tuple[str, ...]
    document_ids: tuple[str, ...]


class SharedPassage(Struct, frozen=True):
    """A passage of one copy (its id, or a memento's address) that several claims rest on."""

    exact: str
    copy: str
    claim_ids: tuple[str, ...]


class Levels(Struct, frozen=True):
    """How many claims would be left with what (see `trace.impact`)."""

    only: int = 0
    stranded: int = 0
    others: int = 0


class Back(Struct, frozen=True, kw_only=True):
    """The answer to one question; `name` is None where nothing is known by it.

    Of `is_bounded` answers the counts say "at least": only so many were looked at.
    """

    schema: str = SCHEMA
    query: str
    of: Thing | None
    name: str | None
    is_bounded: bool = False
    source_count: int = 0
    document_count: int = 0
    claim_count: int = 0
    levels: Levels = Levels()
    sources: tuple[BackSource, ...] = ()
    claims: tuple[BackClaim, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    passages: tuple[SharedPassage, ...] = ()
