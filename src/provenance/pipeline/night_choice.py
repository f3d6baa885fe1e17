"""What a night is narrowed to: hosts and documents, as a person names them."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from provenance.errors import UsageError
from provenance.formats.strangers import storable
from provenance.pipeline.export_choice import resolve_document
from provenance.store.database import Database

__all__ = ["NightOptions", "resolve_options"]


class NightOptions(Struct, frozen=True):
    """What a night is to look at, of what is due: all of it, or these hosts and documents only."""

    hosts: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


def resolve_options(db: Database, options: NightOptions) -> NightOptions:
    """Return the options with hosts as they are stored, and ids in place of what documents are called.

    A name that fits nothing would make a quiet night of every typing error.

    Raises:
        UsageError: no source has such a host, or a name fits no document or several.
    """
    return NightOptions(
        tuple(_find_hosts(db, options.hosts)),
        tuple(resolve_document(db, name) for name in options.documents),
    )


def _find_hosts(db: Database, named: Iterable[str]) -> Iterator[str]:
    for name in named:
        host = storable(name.strip().lower())
        if db.first("SELECT 1 FROM sources WHERE host = ? LIMIT 1", (host,)) is None:
            raise UsageError(
                f"no source has the host {host}",
                hint=f"`provenance search --host {host} WORDS` looks below it too",
            )
        yield host
