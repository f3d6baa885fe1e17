"""How old is what is known of a draft's sources: every report that leans on it says so. PURE."""

from provenance.validate.draft import Draft

__all__ = ["describe_age"]


def describe_age(draft: Draft) -> str:
    """Say how old the knowledge of a draft's sources is: "41 of 54 sources looked at 3 to 12 days ago".

    Nothing where nobody was asked, where there are no sources, and where a look just now learnt nothing.
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
    seen = sum(each.checked_at is not None for each in known)
    sources = "1 source" if len(draft.sources) == 1 else f"{len(draft.sources):,} sources"
    return f"{seen:,} of {sources} looked at {_span(newest, oldest)}"


def _span(newest: int, oldest: int) -> str:
    if oldest == 0:
        return "today"
    ago = f"{oldest:,} {'day' if oldest == 1 else 'days'} ago"
    if newest == oldest:
        return ago
    return f"{newest:,} to {ago}" if newest else f"today to {ago}"
