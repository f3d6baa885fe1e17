"""Take copies out of the archive for a reason: what goes, what leans on it, and doing it.

The journal line comes first and is all that counts (`keep.tombstone`); from there the
bytes, the index, the rows and the database's free pages follow, each of which a later run
does again where a crash kept it undone.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from provenance.cite.typed import read_typed_url
from provenance.errors import UsageError
from provenance.formats.ids import make_id
from provenance.keep.archive import Archive
from provenance.keep.holders import Holders, find_holders
from provenance.keep.redaction import Going, find_words
from provenance.model import WarcPlace, Withdrawal, WithdrawalLine
from provenance.pipeline.catchup import open_store
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.workplace import Workplace
from provenance.pipeline.writing import open_for_writing
from provenance.store.database import Database
from provenance.store.held import (
    Dependents,
    HeldCopy,
    copies_of_payload,
    copies_of_source,
    count_dependents,
    document_places,
    find_copy,
    is_text_held,
    places_beside,
    text_sha256_of,
)
from provenance.store.naming import NamedSource, sources_named
from provenance.store.withdrawals import scrub, withdrawn_before

__all__ = ["Order", "Plan", "WithdrawReport", "plan_withdrawal", "resolve_source", "withdraw"]


class Order(Struct, frozen=True):
    """What a person asks for; `what` names a source, a capture or an attachment."""

    what: str
    reason: str
    by: str
    forever: bool = False


class Plan(Struct, frozen=True):
    """The copies that would go: all with these payloads, of whichever source."""

    source_id: str
    copies: tuple[HeldCopy, ...]
    dependents: Dependents

    @property
    def payloads(self) -> tuple[str, ...]:
        """The digests of what would go."""
        return tuple(sorted({copy.payload_sha256 for copy in self.copies}))


class WithdrawReport(Struct, frozen=True):
    """What was taken out; `kept_documents` are ingested documents of the same bytes, which stay.

    `scrubbed` is False where words may still stand in free pages of the database, which the
    next run wipes.
    """

    withdrawals: tuple[Withdrawal, ...]
    dependents: Dependents
    kept_documents: tuple[str, ...]
    scrubbed: bool


def resolve_source(db: Database, query: str) -> NamedSource:
    """Return the one source that a person means.

    Raises:
        UsageError: none fits, or several do; the message names them.
    """
    found = sources_named(db, query, read_typed_url(query))
    if not found:
        raise UsageError(
            f"no source is known as {query!r}",
            hint="name its id, the URL as it is cited, or a note: draft.txt#12 or draft.txt#12:1",
        )
    if len(found) > 1:
        listed = "; ".join(
            " ".join(filter(None, (source.note, source.shown, f"({source.id})")))
            for source in found
        )
        raise UsageError(
            f"{query!r} may mean {len(found)} sources: {listed}",
            hint="name one by its id, or by its place in the note as above (#12:1)",
        )
    return found[0]


def plan_withdrawal(workplace: Workplace, order: Order) -> Plan:
    """Return what an order would take out, without a change.

    Raises:
        UsageError: it names nothing, or nothing that is held.
    """
    _check(order)
    with open_store(workplace.db_path, read_only=True) as store:
        return _plan(store.db, order)


def _check(order: Order) -> None:
    if not order.reason.strip():
        raise UsageError("a withdrawal needs a reason", hint="say it with --reason")


def _plan(db: Database, order: Order) -> Plan:
    named = order.what.strip()
    if named.startswith(("capture-", "attachment-")):
        if order.forever:
            raise UsageError("only a source can be withdrawn for ever", hint="name the source")
        chosen = find_copy(db, named)
        source_id = chosen[0].source_id if chosen else ""
    else:
        source_id = resolve_source(db, named).id
        chosen = copies_of_source(db, source_id)
    if not chosen:
        gone = withdrawn_before(db, source_id or named)
        when = f": withdrawn on {gone.at:%Y-%m-%d} by {gone.by} ({gone.reason})" if gone else ""
        raise UsageError(
            f"the archive holds no copy of {named}" + when,
            hint="`provenance trace` shows what is held and what was withdrawn",
        )
    copies = _with_the_same_bytes(db, chosen)
    sources = {copy.source_id for copy in copies}
    return Plan(source_id, copies, count_dependents(db, sources))


def _with_the_same_bytes(db: Database, chosen: Sequence[HeldCopy]) -> tuple[HeldCopy, ...]:
    """Return these copies and all that hold one of their payloads, also inside another file."""
    found: dict[tuple[str, str, str], HeldCopy] = {}
    todo, done = {copy.payload_sha256 for copy in chosen}, set[str]()
    while todo:
        payload = min(todo)
        for copy in copies_of_payload(db, payload):
            found[copy.kind, copy.id, copy.source_id] = copy
        done.add(payload)
        todo = (todo | {copy.payload_sha256 for copy in found.values()}) - done
    return tuple(found[key] for key in sorted(found))


def withdraw(
    workplace: Workplace, order: Order, progress: Progress = silent_progress
) -> WithdrawReport:
    """Take out what an order names, and return what that was.

    Raises:
        UsageError: it names nothing, or nothing that is held.
        ArchiveError, StoreError: a fault of the house; from the journal line on, the next
            run of any command that writes finishes the withdrawal.
    """
    _check(order)
    with open_for_writing(workplace, progress) as (store, archive):
        plan = _plan(store.db, order)
        archive.write_indexes()
        documents = document_places(store.db, plan.payloads)
        holders = _find_holders(store.db, archive, plan)
        withdrawals = [
            _withdrawal(store.db, plan, order, payload, holders, documents, workplace.clock())
            for payload in plan.payloads
        ]
        lines = archive.withdraw(_with_words(archive, plan, withdrawals))
        store.apply_holdings(
            (line, position) for line, position in lines if isinstance(line, WithdrawalLine)
        )
        is_scrubbed = scrub(store.db)
    return WithdrawReport(
        tuple(withdrawals), plan.dependents, tuple(sorted(set(documents.values()))), is_scrubbed
    )


def _with_words(
    archive: Archive, plan: Plan, withdrawals: Sequence[Withdrawal]
) -> list[Withdrawal]:
    """Return withdrawals with the words of their pages that journals repeat."""
    going = [
        Going(
            each.payload_sha256,
            frozenset(each.texts),
            frozenset(each.places),
            frozenset(c.source_id for c in plan.copies if c.payload_sha256 == each.payload_sha256),
            each.at,
        )
        for each in withdrawals
    ]
    words = find_words(archive.root, going)
    return [replace(each, words=words[each.payload_sha256]) for each in withdrawals]


def _find_holders(db: Database, archive: Archive, plan: Plan) -> Holders:
    """Return the records to take out: of the payloads that go, and of texts that go with them.

    The text of a page inside a person's file goes with that file, unless another copy shows
    the same page.
    """
    going = set(plan.payloads)
    shown = {copy.text_payload for copy in plan.copies} - going
    return find_holders(
        archive.root, going | {each for each in shown if not is_text_held(db, each, going)}
    )


def _withdrawal(  # noqa: PLR0917 - what a withdrawal is made of
    db: Database,
    plan: Plan,
    order: Order,
    payload: str,
    holders: Holders,
    documents: Mapping[tuple[str, int], str],
    at: datetime,
) -> Withdrawal:
    copies = [copy for copy in plan.copies if copy.payload_sha256 == payload]
    inside = {copy.text_payload for copy in copies} - {payload}
    texts = (payload, *sorted(inside & holders.texts.keys()))
    places = _places(copies, holders, texts, places_beside(db, _ids(copies, "capture")))
    return Withdrawal(
        id=make_id("withdrawal", at.isoformat(), payload),
        source_id=plan.source_id,
        at=at,
        by=order.by,
        reason=order.reason.strip(),
        payload_sha256=payload,
        text_sha256=text_sha256_of(db, copies[0].text_payload),
        captures=_ids(copies, "capture"),
        attachments=_ids(copies, "attachment"),
        places=tuple(place for place in places if (place.file, place.offset) not in documents),
        texts=texts,
        forever=order.forever,
    )


def _places(
    copies: Sequence[HeldCopy], holders: Holders, texts: Sequence[str], beside: Set[WarcPlace]
) -> list[WarcPlace]:
    """Return the records of a payload (the first of `texts`), beside it, and of the texts, in order."""
    found = {copy.place for copy in copies} | holders.payloads[texts[0]] | beside
    found = found.union(*(holders.texts[each] for each in texts))
    return sorted(found, key=lambda place: (place.file, place.offset))


def _ids(copies: Sequence[HeldCopy], kind: str) -> tuple[str, ...]:
    return tuple(sorted(copy.id for copy in copies if copy.kind == kind))
