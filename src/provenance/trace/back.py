"""Walk the chain backwards: which claims rest on this, what they would be left with, what repeats."""

from collections import Counter
from collections.abc import Callable, Sequence

from provenance.formats.strangers import storable
from provenance.store.back import (
    MOST_CLAIMS,
    MOST_SOURCES,
    Ground,
    Thing,
    claims_on,
    find_ground,
    sources_of,
)
from provenance.store.database import Database, Row
from provenance.store.support import Support, read_support
from provenance.trace.back_records import (
    Back,
    BackClaim,
    BackSource,
    Levels,
    Repeat,
    SharedPassage,
)
from provenance.trace.impact import weigh
from provenance.trace.records import document_of
from provenance.trace.repeats import group_repeats

__all__ = ["trace_back"]

ReadUrl = Callable[[str], tuple[str, ...]]
_SHOWN_SOURCES = 50
_SHOWN_REPEATS = 50


def trace_back(
    db: Database,
    query: str,
    *,
    of: Thing | None = None,
    by_impact: bool = False,
    limit: int = 100,
    read_url: ReadUrl = lambda _: (),
) -> Back:
    """Return the claims that rest on what `query` names, and what each would be left with without it.

    Claims come by document, the latest first, or `by_impact`: those that lose most first. Counts
    are of all claims (up to `MOST_CLAIMS`, see `is_bounded`), `limit` of them are told.
    """
    query = storable(query)
    ground = find_ground(db, query, read_url(query), of)
    if ground is None:
        return Back(query=query, of=of, name=None)
    rows = claims_on(db, ground.source_ids)
    claims = _weighed(db, rows[:MOST_CLAIMS], ground)
    shown = sorted(claims, key=lambda claim: claim.impact.rank) if by_impact else claims
    levels = Counter(claim.impact.level for claim in claims)
    return Back(
        query=query,
        of=ground.of,
        name=ground.name,
        is_bounded=len(rows) > MOST_CLAIMS or len(ground.source_ids) >= MOST_SOURCES,
        source_count=len(ground.source_ids),
        document_count=len({claim.document.id for claim in claims}),
        claim_count=len(claims),
        levels=Levels(levels["only"], levels["stranded"], levels["others"]),
        sources=tuple(
            BackSource(**row) for row in sources_of(db, ground.source_ids, _SHOWN_SOURCES)
        ),
        claims=tuple(shown[:limit]),
        repeats=_repeats(claims),
        passages=_shared_passages(claims),
    )


def _weighed(db: Database, rows: Sequence[Row], ground: Ground) -> list[BackClaim]:
    keys = {row["claim_key"] for row in rows}
    behind = read_support(db, keys, payloads=ground.payloads, uri_m=ground.uri_m)
    return [_claim(row, behind[row["claim_key"]], ground) for row in rows]


def _claim(row: Row, behind: Sequence[Support], ground: Ground) -> BackClaim:
    gone = frozenset(ground.source_ids)
    cited = [each for each in behind if each.source_id in gone]
    return BackClaim(
        id=row["claim_id"],
        document=document_of(row),
        text=row["text"],
        labels=tuple(dict.fromkeys(each.label for each in cited)),
        source_ids=tuple(dict.fromkeys(each.source_id for each in cited)),
        impact=weigh(behind, gone, is_copy=ground.is_copy),
    )


def _repeats(claims: Sequence[BackClaim]) -> tuple[Repeat, ...]:
    """Claims that say the same, or nearly, in several documents, the most repeated first."""
    groups = group_repeats([claim.text for claim in claims])
    found = []
    for group in groups:
        same = [claims[place] for place in group]
        documents = tuple(dict.fromkeys(claim.document.id for claim in same))
        if len(documents) > 1:
            found.append(Repeat(same[0].text, tuple(claim.id for claim in same), documents))
    found.sort(key=lambda repeat: -len(repeat.document_ids))
    return tuple(found[:_SHOWN_REPEATS])


def _shared_passages(claims: Sequence[BackClaim]) -> tuple[SharedPassage, ...]:
    """Passages that several claims rest on, those with the most first: what else a passage supports."""
    by_passage: dict[tuple[str, str], list[BackClaim]] = {}
    for claim in claims:
        kept = claim.impact.kept
        if kept is not None and kept.exact is not None:
            copy = kept.capture_id or kept.attachment_id or kept.uri_m or ""
            by_passage.setdefault((copy, kept.exact), []).append(claim)
    found = [
        SharedPassage(exact, copy, tuple(claim.id for claim in same))
        for (copy, exact), same in by_passage.items()
        if len(same) > 1
    ]
    found.sort(key=lambda passage: -len(passage.claim_ids))
    return tuple(found[:_SHOWN_REPEATS])
