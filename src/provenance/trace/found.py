"""What a search says: the record that `provenance search --json` and `/api/search` encode."""

from collections.abc import Collection

from msgspec import Struct

from provenance.formats.strangers import storable
from provenance.store.database import Database
from provenance.store.filters import FoundIn, SearchFilters
from provenance.store.likeness import HostHit, TitleHit
from provenance.store.search import EVERYTHING, ClaimHit, NoteHit, SearchResult, TextHit, search

__all__ = ["Found", "find"]

SCHEMA = "provenance.search/1"


class Found(Struct, frozen=True, kw_only=True):
    """The answer to one question; `counts` and `bounded` as in `SearchResult`."""

    schema: str = SCHEMA
    query: str
    filters: SearchFilters
    claims: tuple[ClaimHit, ...]
    notes: tuple[NoteHit, ...]
    texts: tuple[TextHit, ...]
    titles: tuple[TitleHit, ...]
    hosts: tuple[HostHit, ...]
    counts: dict[str, int]
    bounded: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found at all."""
        return not (self.claims or self.notes or self.texts or self.titles or self.hosts)


def find(
    db: Database,
    query: str,
    filters: SearchFilters,
    *,
    limit: int,
    prefix: bool = False,
    within: Collection[FoundIn] = EVERYTHING,
) -> Found:
    """Search; see `provenance.store.search.search`."""
    query = storable(query)
    result: SearchResult = search(
        db, query, limit=limit, prefix=prefix, filters=filters, within=within
    )
    return Found(
        query=query,
        filters=filters,
        **{name: getattr(result, name) for name in result.__struct_fields__},
    )
