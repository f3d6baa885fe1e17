"""What there is to judge of a claim: each source that it cites with each copy of it that is held."""

from collections.abc import Iterator
from typing import NamedTuple

from provenance.store.database import Database
from provenance.store.reviews import HeldText, copies_to_review, read_text_of
from provenance.trace.records import TracedCitation, TracedEvidence
from provenance.web.claim_view import ClaimView

__all__ = ["Choice", "choices_of", "held_text"]

# Of a long text the beginning is shown to be selected from; words from further on can be typed.
_MOST_CHARS = 200_000
_MOST_COPIES = 50
_PAGES = {"capture": "/captures/", "attachment": "/attachments/"}
_SAID = {"capture": "archived", "attachment": "brought", "memento": "kept by another archive"}


class Choice(NamedTuple):
    """A copy of a source. `value` is what the form sends: both ids; `held` is None where none is held."""

    value: str
    source: str
    copy: str
    link: str
    held: HeldText | None
    evidence: TracedEvidence | None


def choices_of(db: Database, view: ClaimView) -> tuple[Choice, ...]:
    """Return what can be judged, in the order of the notes; what is shown first of a source first."""
    published = view.claim.document.published
    found: dict[str, Choice] = {}
    for _, cited in view.notes:
        for each in cited:
            if each.citation.source is not None:
                copies = copies_to_review(db, each.citation.source.id, published)[:_MOST_COPIES]
                for choice in _of(each.citation, each.citation.source.id, copies):
                    found.setdefault(choice.value, choice)
    return tuple(found.values())


def _of(cited: TracedCitation, source_id: str, copies: list[HeldText]) -> Iterator[Choice]:
    named = ", ".join(filter(None, (cited.publisher, cited.title))) or cited.url or cited.raw
    shown = {
        each.capture_id or each.attachment_id or each.uri_m: each
        for each in reversed(cited.evidence)
    }
    order = {name: number for number, name in enumerate(reversed(shown))}
    for copy in sorted(copies, key=lambda copy: order.get(copy.id, len(order))):
        day = f" {copy.at[:16].replace('T', ' ')}" if copy.at else ""
        link = f"{_PAGES[copy.kind]}{copy.id}" if copy.kind in _PAGES else ""
        said = f"{_SAID[copy.kind]}{day}"
        yield Choice(f"{source_id} {copy.id}", named, said, link, copy, shown.get(copy.id))
    if not copies:
        yield Choice(f"{source_id} ", named, "no copy is held", "", None, shown.get(None))


def held_text(db: Database, copy: HeldText | None) -> str:
    """Return the text of a copy, or the beginning of a long one; empty where there is none."""
    found = read_text_of(db, copy.text_payload) if copy else None
    return found[0][:_MOST_CHARS] if found else ""
