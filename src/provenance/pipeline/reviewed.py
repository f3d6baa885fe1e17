"""What a reviewer's order is about: one claim, one source that it cites, one copy of that source."""

from collections.abc import Sequence

from msgspec import Struct

from provenance.cite.typed import read_typed_url
from provenance.errors import UsageError
from provenance.store import lookup
from provenance.store.database import Database, Row
from provenance.store.lookup import FoundClaim
from provenance.store.naming import sources_named
from provenance.store.reviews import HeldText, copies_to_review, first_capture_of
from provenance.store.withdrawals import withdrawn_before

__all__ = ["Subject", "find_copy", "find_subject"]

_MOST_LISTED = 8


class Subject(Struct, frozen=True):
    """A claim and a source that it cites; `shown` is how the note names it, `copies` what is held."""

    claim: FoundClaim
    source_id: str
    shown: str
    copies: tuple[HeldText, ...]


def find_subject(db: Database, claim: str, source: str | None) -> Subject:
    """Return the one claim and the one source that a person means.

    A claim is named by its id, or as DOCUMENT:LABEL; the source by its id, the URL as cited, or
    its place (LABEL or LABEL:INDEX, counted from 0), and need not be named where there is one.

    Raises:
        UsageError: none fits, or several do; the message names them.
    """
    found = _find_claim(db, claim.strip())
    rows = [row for row in lookup.read_citations(db, found) if row["source_id"] is not None]
    chosen = _find_source(db, found, rows, source)
    copies = copies_to_review(db, chosen["source_id"], found.published)
    return Subject(found, chosen["source_id"], _shown(chosen), tuple(copies))


def _find_claim(db: Database, named: str) -> FoundClaim:
    document, _, label = named.rpartition(":")
    label = label.strip().removeprefix("[").removesuffix("]")
    found = lookup.claims_by_id(db, named) or (
        lookup.claims_by_label(db, document.strip(), label) if document and label else []
    )
    by_id = {claim.id: claim for claim in reversed(found)}
    if len(by_id) == 1:
        return found[0]
    if not found:
        raise UsageError(
            f"no claim is known as {named!r}",
            hint="name its id as `provenance trace` prints it, or DOCUMENT:LABEL (draft.txt:12)",
        )
    listed = "; ".join(f"{claim.id} “{claim.text}”" for claim in found[:_MOST_LISTED])
    raise UsageError(f"{named!r} names {len(by_id)} claims: {listed}", hint="name one by its id")


def _find_source(db: Database, claim: FoundClaim, rows: Sequence[Row], named: str | None) -> Row:
    if not rows:
        raise UsageError(
            f"the claim {claim.id} cites no source", hint="there is nothing to judge it by"
        )
    fitting = rows
    if named is not None:
        known = {each.id for each in sources_named(db, named, read_typed_url(named))}
        fitting = [
            row
            for row in rows
            if row["source_id"] in known
            or named.strip() in {row["label"], f"{row['label']}:{row['citation_index']}"}
        ]
    sources = {row["source_id"] for row in fitting}
    if len(sources) == 1:
        return fitting[0]
    listed = "; ".join(
        f"{row['label']}:{row['citation_index']} {_shown(row)}" for row in (fitting or rows)
    )
    if not fitting:
        raise UsageError(f"the claim does not cite {named!r}; it cites {listed}")
    raise UsageError(
        f"the claim cites {len(sources)} sources: {listed}",
        hint="name one with --source, such as --source "
        f"{fitting[0]['label']}:{fitting[0]['citation_index']}",
    )


def _shown(row: Row) -> str:
    return str(row["url"] or row["raw"])


def find_copy(db: Database, subject: Subject, named: str) -> HeldText:
    """Return the copy that a person names: a capture's or attachment's id, a memento's address.

    Raises:
        UsageError: it is not of this source, or not held any more.
    """
    named = named.strip()
    wanted = first_capture_of(db, named) or named
    for copy in subject.copies:
        if copy.id == wanted:
            return copy
    gone = withdrawn_before(db, wanted)
    if gone is not None:
        raise UsageError(f"{named} was withdrawn on {gone.at:%Y-%m-%d}: {gone.reason}")
    listed = ", ".join(copy.id for copy in subject.copies[:_MOST_LISTED]) or "no copy at all"
    raise UsageError(f"{named} is no copy of {subject.shown}; the archive holds {listed}")
