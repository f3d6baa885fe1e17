"""When a state is an alarm: what needs a person, what is only watched. PURE."""

from typing import Literal

from provenance.model import State

__all__ = ["Stage", "stage_of"]

Stage = Literal["fine", "watch", "bad"]

# Rules that say: look again before you tell anybody.
_FIRST_SIGNS = frozenset({"gone_counting", "first_sight", "last_look_held"})
_BAD_STATES = frozenset({"dead", "failing", "walled", "blocked", "drifted"})


def stage_of(state: State) -> Stage:
    """Return how far a state is from needing a person; what a person said of it counts as it was said.

    What was there once, and whose address leads into a private network by now, needs one too: names
    that nobody pays for any more are often sent there.

    >>> stage_of(State("failing", "gone_counting", "gone 2/3"))
    'watch'
    """
    if state.rule in _FIRST_SIGNS:
        return "watch"
    return "bad" if state.state in _BAD_STATES or _leads_nowhere(state) else "fine"


def _leads_nowhere(state: State) -> bool:
    is_seen = state.state == "not_checkable" and state.rule == "last_look"
    return is_seen and state.last_ok is not None
