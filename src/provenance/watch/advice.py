"""What to do about a change, in one line that a person can act on. PURE.

A cause has two texts: what the sources of a host met, and what to do about it. A change has
one: what to do, by what it turned into and by what could stand in for it.
"""

from provenance.model import ChangeGroup, NightChange, Outcome, Replacement
from provenance.watch.causes import HOME, OURS, UNREACHED, Cause

__all__ = ["advise", "advise_host", "say_cause"]

_COPY = "cite a copy where a claim needs it"
_OWNER = "ask the host's owner"
_WAIT = "nothing to do yet: it is looked at again tomorrow"
# key of a cause (`causes.cause_of`): what is said of it, what to do
_CAUSES: dict[str, tuple[str, str]] = {
    OURS: (
        "we were offline",
        "mend our own network; nothing was judged, and all is looked at again",
    ),
    UNREACHED: (
        "most hosts gave no answer",
        "look at our own network before you believe any of it",
    ),
    HOME: ("all lead to the front page", f"look for the pages' new addresses, or {_COPY}"),
    "nxdomain": ("the domain name is gone", f"{_COPY}; if it should be there, {_OWNER}"),
    "dns": ("its name service fails", _WAIT),
    "tls": ("its certificate does not hold", f"tell the host's owner; {_WAIT}"),
    "refused": ("it refuses connections", _WAIT),
    "unreachable": ("it cannot be reached", _WAIT),
    "timeout": ("it does not answer in time", _WAIT),
    "reset": ("it breaks off its answers", _WAIT),
    "robots": ("its robots.txt forbids us", f"{_OWNER} to let us in, or look by hand"),
    "robots_unavailable": ("its robots.txt fails", _WAIT),
    "later": ("it asks us to wait", "nothing to do: we come back when it says"),
    "status 429": ("it wants fewer requests", "give a contact in [fetch], or raise the host's gap"),
    "status 404": ("answers 404, no such page", f"look for the pages' new addresses, or {_COPY}"),
    "status 410": ("answers 410, taken away", _COPY),
    "soft_404": ("shows a page for missing pages", f"look for the new addresses, or {_COPY}"),
    "parked": ("the domain is parked", f"{_COPY}; do not link to it"),
    "for_sale": ("the domain is for sale", f"{_COPY}; do not link to it"),
    "login_wall": ("login wall", f"readers cannot open it: {_COPY}"),
    "login_form": ("login wall", f"readers cannot open it: {_COPY}"),
    "login_required": ("login wall", f"readers cannot open it: {_COPY}"),
    "members_only": ("login wall", f"readers cannot open it: {_COPY}"),
    "members_page": ("login wall", f"readers cannot open it: {_COPY}"),
    "status_proves_nothing": ("login wall", f"readers cannot open it: {_COPY}"),
    "no_public_view": ("login wall", f"readers cannot open it: {_COPY}"),
    "payment_required": ("paywall", f"say so in the note, and {_COPY}"),
    "subscribers_only": ("paywall", f"say so in the note, and {_COPY}"),
    "paywall": ("paywall", f"say so in the note, and {_COPY}"),
    "paywall_teaser": ("paywall", f"say so in the note, and {_COPY}"),
    "legal": ("taken away by law", _COPY),
}
_BY_OUTCOME: dict[Outcome, tuple[str, str]] = {
    "gone": ("", f"look for the pages' new addresses, or {_COPY}"),
    "temporary": ("", _WAIT),
    "blocked": (
        "refuses machines",
        "open one by hand; if it is there, `provenance override` says so",
    ),
    "wall": ("", f"readers cannot open it: {_COPY}"),
}
_BY_GROUP: dict[ChangeGroup, str] = {
    "fixed": "nothing to do: cite it as before",
    "watch": "nothing to do yet: a second look decides",
}
_BY_STATE = {
    "passage": "read what the page says now; {instead}",
    "dead": "{instead}",
    "walled": "readers meet a wall: {instead}",
    "not_checkable": "its address leads where nobody may look: {instead}",
    "blocked": "open it by hand; if it is there, say so with `provenance override`",
    "drifted": "read the page; if it is another by now, {instead}",
}
_NOTHING_KEPT = "look for another source: no copy is held"


def say_cause(cause: Cause) -> str:
    """Return what the sources of a host met, in a few words; its reason where there are none."""
    said = _CAUSES.get(cause.key) or _BY_OUTCOME.get(cause.outcome)
    if said is None or not said[0]:
        return cause.reason
    if cause.key.startswith("status ") and cause.key not in _CAUSES:
        return f"{said[0]}: {cause.reason}"
    return said[0]


def advise_host(cause: Cause) -> str:
    """Return what to do about a cause."""
    said = _CAUSES.get(cause.key) or _BY_OUTCOME.get(cause.outcome)
    return said[1] if said else "look at one of them by hand"


def advise(change: NightChange) -> str:
    """Return what to do about a change; its `advice` is not read."""
    if change.group in _BY_GROUP:
        return _BY_GROUP[change.group]
    if not change.documents_in_all:
        return "nothing to do: no current document cites it"
    is_there = change.to in {"alive", "drifted", "revived"}
    key = "passage" if is_there and change.passage in {"altered", "missing"} else change.to
    return _BY_STATE.get(key, "if it matters today, {instead}").format(
        instead=_instead(change.replacement)
    )


def _instead(replacement: Replacement | None) -> str:
    if replacement is None:
        return _NOTHING_KEPT
    match replacement.kind:
        case "redirect":
            return "cite its new address"
        case "memento":
            return f"cite the archived copy{_of(replacement)}"
        case "capture":
            return f"show our capture{_of(replacement)}"
        case "attachment":
            return f"show the copy that was brought{_of(replacement)}"


def _of(replacement: Replacement) -> str:
    return f" of {replacement.at:%Y-%m-%d}" if replacement.at else ""
