"""Keep what a person says of a source's state, for a reason and until a day; or take it back.

The journal line is the moment at which it counts; the same said again is written once. Looks go on
all the while and are kept: the first one after the last day counts for itself again. What nobody
can look at has no such look: `end_overrides` ends what is over for it.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from msgspec import Struct

from provenance.errors import UsageError
from provenance.formats.ids import make_id
from provenance.formats.strangers import storable
from provenance.keep.archive import Archive
from provenance.model import Override, OverrideLine, SourceState
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.withdraw import resolve_source
from provenance.pipeline.workplace import Workplace
from provenance.pipeline.writing import open_for_writing
from provenance.store.naming import NamedSource
from provenance.store.overrides import KnownState, last_override, overrides_over, state_of
from provenance.store.write import Store

__all__ = [
    "DAYS",
    "STATES",
    "OverrideOrder",
    "OverrideReport",
    "end_overrides",
    "last_day",
    "override",
]

STATES: tuple[SourceState, ...] = (
    "alive", "drifted", "walled", "blocked", "dead", "not_checkable",
)  # fmt: skip
"""What a person may say: what looks alone tell (unchecked, failing, revived) is not among them."""

DAYS = 90
"""For so long a word counts where no end is named: a season, then it is asked anew."""

_MOST_CHARS = 500
_END_OF_DAY = time(23, 59, 59, 999999, UTC)
_HOUSE = "provenance"
_AT_LEAST = timedelta(microseconds=1)


class _Word(NamedTuple):
    """What is said, in the order in which `Override` has it."""

    state: SourceState | None
    why: str
    by: str
    until: datetime | None


class OverrideOrder(Struct, frozen=True):
    """What a person says: `source` names one source; `state` None takes back what was said.

    `until` is the last day (UTC) on which it counts.
    """

    source: str
    state: SourceState | None
    why: str
    by: str
    until: date | None = None


class OverrideReport(Struct, frozen=True):
    """What is said now, the state before and after; `is_new` is False where it stood already.

    `override` is None where there was nothing to take back.
    """

    source: NamedSource
    override: Override | None
    is_new: bool
    before: KnownState
    now: KnownState


def last_day(workplace: Workplace, until: date | None, days: int | None) -> date:
    """Return the last day on which a word counts, as it was given or `DAYS` from today.

    Raises:
        UsageError: both are given, or the day is over.
    """
    if until is not None and days is not None:
        raise UsageError(
            "--until and --days both say when it ends", hint="say the one or the other"
        )
    today = workplace.clock().astimezone(UTC).date()
    try:
        found = until or today + timedelta(days=DAYS if days is None else days)
    except OverflowError:
        raise UsageError("there is no such day", hint="name a nearer one with --until") from None
    if found < today:
        raise UsageError(f"{found} is over", hint="name a day to come with --until")
    return found


def override(
    workplace: Workplace, order: OverrideOrder, progress: Progress = silent_progress
) -> OverrideReport:
    """Write down what a person says of a source's state, unless the same stands already.

    Raises:
        UsageError: no source or several are named, or no reason or no name is given.
        ArchiveError, StoreError: a fault of the house; nothing was said then.
    """
    word = _word_of(order)
    with open_for_writing(workplace, progress) as (store, archive):
        source = resolve_source(store.db, order.source)
        before, standing = state_of(store.db, source.id), last_override(store.db, source.id)
        if _says_the_same(standing, word):
            return OverrideReport(source, standing, False, before, before)
        said = _say(workplace, source.id, word, standing)
        _write(store, archive, [said])
        return OverrideReport(source, said, True, before, state_of(store.db, source.id))


def end_overrides(store: Store, archive: Archive, workplace: Workplace) -> int:
    """Take back every word whose last day is over and that still counts; return how many there were.

    For the end of a night: what was looked at since has ended by itself.
    """
    over = overrides_over(store.db, workplace.clock())
    word = _Word(None, "its last day is over", _HOUSE, None)
    said = [_say(workplace, each.source_id, word, each) for each in over]
    if said:
        _write(store, archive, said)
    return len(said)


def _words(what: str, said: str, option: str) -> str:
    """Return words as one line, as they are kept."""
    kept = " ".join(storable(said).split())
    if not kept:
        raise UsageError(f"a word on a state needs {what}", hint=f"say it with {option}")
    if len(kept) > _MOST_CHARS:
        raise UsageError(f"{what} may have {_MOST_CHARS} characters, and this has {len(kept):,}")
    return kept


def _word_of(order: OverrideOrder) -> _Word:
    until = None
    if order.state is not None and order.until is not None:
        until = datetime.combine(order.until, _END_OF_DAY)
    why, by = _words("a reason", order.why, "--why"), _words("a name", order.by, "--by")
    return _Word(order.state, why, by, until)


def _says_the_same(standing: Override | None, word: _Word) -> bool:
    """Tell whether it stands so already; to take back what nobody says is to say nothing."""
    if word.state is None:
        return standing is None or standing.state is None
    return standing is not None and word == (
        standing.state, standing.why, standing.by, standing.until
    )  # fmt: skip


def _say(workplace: Workplace, source_id: str, word: _Word, before: Override | None) -> Override:
    at = workplace.clock()
    if before is not None and at <= before.at:
        at = before.at + _AT_LEAST  # the clock was set back: what is said last still counts
    id_ = make_id("override", source_id, at.isoformat(), word.state or "", word.by, word.why)
    return Override(id_, source_id, at, word.by, word.why, word.state, word.until)


def _write(store: Store, archive: Archive, said: list[Override]) -> None:
    written = archive.commit([OverrideLine(each, {}) for each in said])
    store.apply_holdings(
        (line, position) for line, position in written if isinstance(line, OverrideLine)
    )
