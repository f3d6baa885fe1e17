"""One claim with all that stands behind it, as the panel beside a document shows it."""

from itertools import groupby
from typing import NamedTuple

from provenance.store.database import Database
from provenance.trace.chain import trace_by_id
from provenance.trace.records import TracedCapture, TracedCitation, TracedClaim, TracedEvidence
from provenance.web.finding import no_such_claim

__all__ = ["CitedView", "ClaimView", "view_claim"]

_SHOWN_CAPTURES = 3
_WEIGHT = {"supported": 2, "partial": 1}


class CitedView(NamedTuple):
    """One citation. `first` is the evidence that is shown open, `others` what other copies gave.

    `earlier` counts the captures that are not among `captures` (the latest first).
    """

    citation: TracedCitation
    first: TracedEvidence | None
    others: tuple[TracedEvidence, ...]
    captures: tuple[TracedCapture, ...]
    earlier: int

    @property
    def described(self) -> str:
        """Publisher, title and date, as far as the note tells them."""
        cited = self.citation
        return ", ".join(filter(None, (cited.publisher, cited.title, cited.date)))


class ClaimView(NamedTuple):
    """A claim, and its citations by the notes that name them."""

    claim: TracedClaim
    notes: tuple[tuple[str, tuple[CitedView, ...]], ...]

    @property
    def best(self) -> CitedView | None:
        """The citation whose passage says most for the claim, where several were looked into."""
        looked = [each for _, cited in self.notes for each in cited if each.first]
        return max(looked, key=_says, default=None) if len(looked) > 1 else None


def _says(cited: CitedView) -> tuple[bool, int, float]:
    """Order by who says it (a person before a method), what, how surely; the first of equals is meant."""
    first = cited.first
    if first is None or not first.exact:
        return (False, 0, 0.0)
    return (first.method == "person", _WEIGHT.get(first.verdict, 0), first.score or 0.0)


def view_claim(db: Database, claim_id: str, document_id: str | None = None) -> ClaimView:
    """Return what stands behind a claim, in this document where it stands in several.

    Raises:
        Problem: there is no such claim (404).
    """
    claims = trace_by_id(db, claim_id).claims
    here = [claim for claim in claims if claim.document.id == document_id] or claims
    if not here:
        raise no_such_claim()
    notes = tuple(
        (label, tuple(map(_view_citation, group)))
        for label, group in groupby(here[0].citations, key=lambda cited: cited.label)
    )
    return ClaimView(here[0], notes)


def _view_citation(citation: TracedCitation) -> CitedView:
    evidence = citation.evidence
    return CitedView(
        citation=citation,
        first=evidence[0] if evidence else None,
        others=evidence[1:],
        captures=citation.captures[: -_SHOWN_CAPTURES - 1 : -1],
        earlier=max(0, len(citation.captures) - _SHOWN_CAPTURES),
    )
