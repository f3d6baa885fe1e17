"""What the query of /documents and /api/documents may say."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

from provenance.model import SourceState
from provenance.store.documents_read import DocumentQuery, Sorting

__all__ = ["DOCUMENTS_A_PAGE", "AskedDocuments"]

DOCUMENTS_A_PAGE = 25


class AskedDocuments:
    """What the query of an address asks for, for the page and for its JSON."""

    def __init__(
        self,
        *,
        q: Annotated[str, Query(max_length=200, description="Part of the title or path.")] = "",
        year: Annotated[
            int | None, Query(ge=1, le=9998, description="The year it was published in.")
        ] = None,
        state: Annotated[
            SourceState | None, Query(description="It cites a source in this state.")
        ] = None,
        sort: Annotated[Sorting, Query(description="In which order.")] = "newest",
        after: Annotated[
            str | None, Query(max_length=200, description="Go on behind the document with this id.")
        ] = None,
        before: Annotated[
            str | None, Query(max_length=200, description="Those before the document with this id.")
        ] = None,
    ) -> None:
        self.query = DocumentQuery(q.strip(), year, state, sort, after, before)

    def link(self, **changes: object) -> str:
        """Return the query of an address that asks for the same but for `changes`, from the first page."""
        asked = self.query
        same = {"q": asked.words, "year": asked.year, "state": asked.state, "sort": asked.sorting}
        said: dict[str, object] = {
            name: value for name, value in {**same, **changes}.items() if value
        }
        if said.get("sort") == "newest":
            del said["sort"]
        return "?" + urlencode(said) if said else "/documents"
