"""States that today's rules derive otherwise: which would change, and deriving them again.

A state is no fact, so nothing is written down but the row: a rebuild derives the same.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from provenance.model import Verdict
from provenance.store.judgements import CheckedSource
from provenance.store.write import Store
from provenance.watch.verdict import derive_state

__all__ = ["Renewing", "StateChange", "StateStep", "change_of_state", "count_step"]

# So many states go into one transaction, so that other writers get their turn.
_BATCH = 1_000


class StateChange(Struct, frozen=True):
    """A source whose state is another by today's rules."""

    source_id: str
    url: str | None
    from_state: str
    to_state: str
    reason: str


class StateStep(Struct):
    """How many sources go from one state to another."""

    from_state: str
    to_state: str
    sources: int = 0


def change_of_state(source: CheckedSource, verdicts: Sequence[Verdict]) -> StateChange | None:
    """Return how a source's state changes where its looks, in their order, amount to these verdicts."""
    looks = tuple(
        msgspec.structs.replace(look, outcome=verdict.outcome, reason=verdict.reason)
        for look, verdict in zip(source.history.checks, verdicts, strict=True)
    )
    history = msgspec.structs.replace(source.history, checks=looks)
    state = derive_state(history, kind=source.kind, source_id=source.id)
    if state.state == source.state:
        return None
    return StateChange(source.id, source.url, source.state, state.state, state.reason)


def count_step(steps: list[StateStep], change: StateChange) -> None:
    """Count a change among those from the same state to the same."""
    ends = (change.from_state, change.to_state)
    step = next((each for each in steps if (each.from_state, each.to_state) == ends), None)
    if step is None:
        step = StateStep(*ends)
        steps.append(step)
    step.sources += 1


class Renewing:
    """Derives states again, many in one transaction; a run that was killed is simply run again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[str] = []

    def renew(self, source_id: str) -> None:
        """Derive the state of a source, now or soon."""
        self._waiting.append(source_id)
        if len(self._waiting) >= _BATCH:
            self.finish()

    def finish(self) -> None:
        """Derive what waits."""
        self._store.renew_states(self._waiting)
        self._waiting = []
