"""What a source was before the first signs that stand now: what the last alarm, or its end, was told of. PURE.

A first sign is told to nobody. Between a wall that was told of and the page that is there again may lie
one look that found it gone: the wall is over then, and a wall that comes after it is the same one.
"""

from provenance.model import CitationKind, State
from provenance.model.history import History
from provenance.watch.alarm import stage_of
from provenance.watch.verdict import derive_state

__all__ = ["settled_state"]

# Looks that are gone back through: first signs are settled after two or three.
_MOST_LOOKS = 20


def settled_state(history: History, *, kind: CitationKind, source_id: str) -> State:
    """Return the last state in a history that was no first sign; the earliest that was asked where all were.

    >>> from datetime import UTC, datetime, timedelta
    >>> from provenance.model import CheckFacts
    >>> at = datetime(2026, 3, 1, tzinfo=UTC)
    >>> looks = [CheckFacts(at + timedelta(days=day), outcome, outcome)
    ...          for day, outcome in ((0, "wall"), (1, "wall"), (30, "gone"))]
    >>> settled_state(History(tuple(looks)), kind="web", source_id="s").state
    'walled'
    """
    state = derive_state(history, kind=kind, source_id=source_id)
    for _ in range(_MOST_LOOKS):
        if stage_of(state) != "watch" or not history.checks:
            break
        history = history.before(max(check.at for check in history.checks))
        state = derive_state(history, kind=kind, source_id=source_id)
    return state
