"""How old is what is known of a draft's sources: every report that leans on it says so. PURE."""

from collections.abc import Sequence

from provenance.validate.draft import Draft, Known

__all__ = ["describe_age"]


def describe_age(draft: Draft) -> str:
    """Say how old the knowledge of a draft's sources is: "41 of 54 sources looked at 3 to 12 days ago".

    Those that were asked for and refused (by the guard, by robots.txt) are counted apart. Nothing where nobody was asked, where there are no sources, and where a look just now learnt nothing.
    """
    if draft.knowledge is None or not draft.sources:
        return ""
    known = [each for source in draft.sources.values() if (each := draft.known(source))]
    if not known:
        return "nothing is known of the sources: `provenance ingest` looks at them"
    if draft.known_as_of is None:
        return ""
    # a look of this minute may be of tomorrow already, where the draft's day is another zone's
    oldest, newest = (max(0, (draft.today - at.date()).days) for at in draft.known_as_of)
    asked = [each for each in known if each.checked_at is not None]
    barred = [each for each in asked if each.state == "not_checkable"]
    sources = "1 source" if len(draft.sources) == 1 else f"{len(draft.sources):,} sources"
    seen = f"{len(asked) - len(barred):,} of {sources} looked at {_span(newest, oldest)}"
    return f"{seen}; {_why_not(barred)}" if barred else seen


def _why_not(barred: Sequence[Known]) -> str:
    """A look that was refused is none, and who asked for it wants to know why."""
    reasons = {each.reason for each in barred}
    why = f": {reasons.pop()}" if len(reasons) == 1 and all(reasons) else ""
    return f"{len(barred):,} cannot be looked at{why}"


def _span(newest: int, oldest: int) -> str:
    if oldest == 0:
        return "today"
    ago = f"{oldest:,} {'day' if oldest == 1 else 'days'} ago"
    if newest == oldest:
        return ago
    return f"{newest:,} to {ago}" if newest else f"today to {ago}"
