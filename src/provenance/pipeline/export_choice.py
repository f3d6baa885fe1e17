"""What is to be exported: documents and sources as a person names them, and their ids."""

from msgspec import Struct

from provenance.errors import UsageError
from provenance.pipeline.withdraw import resolve_source
from provenance.store.bundles import documents_chosen, sources_of_documents
from provenance.store.database import Database
from provenance.store.lookup import documents_named

__all__ = ["Choice", "Chosen", "resolve_choice", "resolve_document"]


class Choice(Struct, frozen=True):
    """What is asked for: documents and sources as a person names them; nothing named is all."""

    documents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Chosen(Struct, frozen=True):
    """Ids of what was asked for; None is all.

    `sources` are those that the documents cite and those that were `named` themselves.
    """

    documents: tuple[str, ...] | None
    sources: tuple[str, ...] | None
    title: str
    named: tuple[str, ...] | None = None


def resolve_choice(db: Database, choice: Choice) -> Chosen:
    """Return the ids of what is asked for.

    Raises:
        UsageError: nothing is named so, or several things are.
    """
    if not choice.documents and not choice.sources:
        return Chosen(None, None, "All documents and their sources")
    documents = [resolve_document(db, name) for name in choice.documents]
    named = [resolve_source(db, name).id for name in choice.sources]
    sources = [*sources_of_documents(db, documents), *named]
    titles = [row["title"] or row["document_id"] for row in documents_chosen(db, documents)]
    title = " · ".join([*titles, *choice.sources])
    return Chosen(tuple(documents), tuple(sources), title, tuple(named))


def resolve_document(db: Database, name: str) -> str:
    """Return the one document that is meant; where several fit, none of them is.

    Raises:
        UsageError: no document is named so, or several are.
    """
    found = documents_named(db, name)
    if not found:
        raise UsageError(
            f"no document {name!r} is in the store", hint="`provenance search` finds what is"
        )
    if len(found) > 1:
        raise UsageError(
            f"document {name!r} may be {', '.join(found[:5])}", hint="name one by its id"
        )
    return found[0]
