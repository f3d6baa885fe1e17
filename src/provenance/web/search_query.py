"""What the query of /search and /api/search may say, and the addresses that say it."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query

from provenance.model import CitationKind, SourceState
from provenance.store.filters import FoundIn, SearchFilters
from provenance.store.search import EVERYTHING

__all__ = ["AskedSearch"]

_DAY = r"^\d{4}(-\d\d(-\d\d)?)?$"
_A_DAY = "a day, a month or a year: 2024-03-08, 2024-03, 2024"


def _said(value: str | None) -> str | None:
    """A field of a form that was left empty asks for nothing."""
    return (value or "").strip() or None


Words = Annotated[
    str,
    Query(
        max_length=800,
        description='What is looked for: all words must be there, "quoted words" in order.',
    ),
]
Document = Annotated[
    str, Query(max_length=300, description="Only of this document: id, path or title.")
]
Since = Annotated[
    str, Query(pattern=f"{_DAY}|^$", description=f"Published on it or later: {_A_DAY}.")
]
Until = Annotated[
    str, Query(pattern=f"{_DAY}|^$", description=f"Published on it or earlier: {_A_DAY}.")
]
Host = Annotated[str, Query(max_length=255, description="Citing this host or one below it.")]
State = Annotated[Literal[SourceState, ""], Query(description="Citing a source in this state.")]
Language = Annotated[
    str, Query(max_length=20, description="Of the document or the archived page: en, fr.")
]
Kind = Annotated[Literal[CitationKind, ""], Query(description="Citing a source of this kind.")]
Within = Annotated[
    Literal[FoundIn, ""],
    Query(alias="in", description="Only claims, notes or archived texts."),
]
Limit = Annotated[int, Query(ge=1, le=100, description="Hits of each kind at most.")]


class AskedSearch:
    """What is asked for; a form sends its empty fields too, and they narrow nothing."""

    def __init__(
        self,
        *,
        q: Words = "",
        document: Document = "",
        since: Since = "",
        until: Until = "",
        host: Host = "",
        state: State = "",
        language: Language = "",
        kind: Kind = "",
        within: Within = "",
        limit: Limit = 10,
    ) -> None:
        self.q = q.strip()
        self.within: FoundIn | None = within or None
        self.limit = limit
        self.filters = SearchFilters(
            document=_said(document),
            since=_said(since),
            until=_said(until),
            host=_said(host),
            state=state or None,
            language=_said(language),
            kind=kind or None,
        )

    @property
    def lists(self) -> tuple[FoundIn, ...]:
        """What is looked into."""
        return EVERYTHING if self.within is None else (self.within,)

    def link(self, path: str = "/search", **changes: object) -> str:
        """Return the address that asks for the same but for `changes`; it says nothing twice."""
        said: dict[str, object] = {"q": self.q, **self.set_filters(), "in": self.within}
        said |= {"limit": self.limit if self.limit != 10 else None}
        said |= {name.rstrip("_"): value for name, value in changes.items()}
        kept = {name: value for name, value in said.items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path

    def set_filters(self) -> dict[str, str]:
        """Return the filters that narrow, by name."""
        names = self.filters.__struct_fields__
        return {name: str(value) for name in names if (value := getattr(self.filters, name))}
