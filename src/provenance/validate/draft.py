"""A document as the rules see it: parsed, its sources identified, with what is known of them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, wraps
from typing import NamedTuple, Protocol, TypeVar, cast

from msgspec import Struct

from provenance.cite.sources import identify_sources
from provenance.model import (
    Citation,
    Claim,
    Note,
    Outcome,
    Parsed,
    Severity,
    Source,
    SourceMap,
    SourceState,
)
from provenance.text import Span
from provenance.validate.addresses import Written, read_written
from provenance.validate.house import House
from provenance.validate.records import Fix, Found
from provenance.validate.suppress import Suppression, read_suppressions

__all__ = [
    "AskKnowledge",
    "Cited",
    "Draft",
    "Knowledge",
    "Known",
    "KnownCopy",
    "found_in",
    "nothing_known",
    "once_a_draft",
]


class KnownCopy(Struct, frozen=True):
    """A copy in somebody else's archive (memento); `at` is when it was taken."""

    archive: str
    uri_m: str
    at: datetime | None = None


class Known(Struct, frozen=True):
    """What is known of one source: from the store, or from a look at it just now.

    `outcome`, `rule` and `reason` are those of its last verdict, `state_reason` is why all its looks
    together amount to `state` ("gone 2/3"). `final_url` is where the last look ended after
    redirects, `moved_to` the same where every redirect was a permanent one. `title` and
    `published` (ISO day) are what the page says of itself. `captures` is how many of ours
    there are, None where the archive was not asked. `checked_at` None: never looked at.
    `confirmed` are claims, in their words, of which a person said that this source supports them.
    """

    source_id: str
    state: SourceState = "unchecked"
    outcome: Outcome | None = None
    rule: str = ""
    reason: str = ""
    state_reason: str = ""
    checked_at: datetime | None = None
    last_ok: datetime | None = None
    http_status: int | None = None
    final_url: str | None = None
    moved_to: str | None = None
    title: str | None = None
    published: str | None = None
    captures: int | None = None
    captured_at: datetime | None = None
    mementos: tuple[KnownCopy, ...] = ()
    attachments: int = 0
    confirmed: tuple[str, ...] = ()


class Knowledge(Protocol):
    """What somebody knows of sources: the store, the live web, or nobody."""

    def of(self, source_id: str) -> Known | None:
        """Return what is known of a source; None where it is not known at all."""
        ...

    def texts_of(self, source_id: str) -> Sequence[str]:
        """Return the archived texts of a source (captures and attachments), newest first."""
        ...


class _Nothing:
    def of(self, source_id: str) -> Known | None:  # noqa: ARG002 - the protocol's signature
        return None

    def texts_of(self, source_id: str) -> Sequence[str]:  # noqa: ARG002 - the protocol's signature
        return ()


nothing_known: Knowledge = _Nothing()

# Asked once a draft, for all of its sources together.
AskKnowledge = Callable[[Sequence[Source]], Knowledge]


class Cited(NamedTuple):
    """A citation with its note and its source (None for commentary)."""

    note: Note
    citation: Citation
    source: Source | None


def found_in(
    cited: Cited,
    message: str,
    span: Span | None = None,
    fix: Fix | None = None,
    severity: Severity | None = None,
) -> Found:
    """Return what was found about a citation: at `span` of the document, else at the whole citation."""
    citation, source = cited.citation, cited.source
    return Found(
        message,
        span.start if span else citation.start,
        span.end if span else citation.end,
        cited.note.label,
        fix,
        url=citation.canonical_url or (source.canonical_url if source else None),
        source_id=source.id if source else None,
        severity=severity,
    )


_T = TypeVar("_T")


class Draft:
    """One document with everything that a rule may ask; what is derived is made once.

    `knowledge` is None where nobody was asked about sources: rules about their state then say
    nothing. `today` is the day of validation.
    """

    def __init__(
        self,
        parsed: Parsed,
        *,
        house: House,
        today: date,
        knowledge: Knowledge | None = None,
    ) -> None:
        self.parsed = parsed
        self.text = parsed.document.text
        self.house = house
        self.today = today
        self.knowledge = knowledge
        self._answers: dict[Callable[[Draft], object], object] = {}

    def answer_of(self, ask: "Callable[[Draft], _T]") -> _T:
        """Return what a function says of this draft: asked once, remembered from then on."""
        if ask not in self._answers:
            self._answers[ask] = ask(self)
        return cast("_T", self._answers[ask])

    @cached_property
    def source_map(self) -> SourceMap:
        """The sources of the document, and which citation points to which."""
        return identify_sources(self.parsed)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The sources by id."""
        return {source.id: source for source in self.source_map.sources}

    @cached_property
    def notes(self) -> Mapping[str, Note]:
        """The notes by id, in the order of the document."""
        return {note.id: note for note in self.parsed.notes}

    @cached_property
    def cited(self) -> Sequence[Cited]:
        """Every citation in the order of the document."""
        ids = self.source_map.source_ids
        return tuple(
            Cited(note, citation, self.sources.get(ids.get((note.id, citation.index), "")))
            for note in self.parsed.notes
            for citation in note.citations
        )

    @cached_property
    def written(self) -> Sequence[Written]:
        """Every address of a note as it stands there, in the order of the document."""
        return read_written(self.parsed, self.source_map.source_ids)

    @cached_property
    def suppressions(self) -> Sequence[Suppression]:
        """What the document says to ignore."""
        return read_suppressions(self.parsed)

    @cached_property
    def cited_by_note(self) -> Mapping[str, Sequence[Cited]]:
        """The citations by note id; every note is there."""
        found: dict[str, list[Cited]] = {note.id: [] for note in self.parsed.notes}
        for each in self.cited:
            found[each.note.id].append(each)
        return found

    @cached_property
    def cited_by_source(self) -> Mapping[str, Sequence[Cited]]:
        """The citations by source id, in the order of the document; every source is there."""
        found: dict[str, list[Cited]] = {source_id: [] for source_id in self.sources}
        for each in self.cited:
            if each.source is not None:
                found[each.source.id].append(each)
        return found

    @cached_property
    def claims_by_note(self) -> Mapping[str, Sequence[Claim]]:
        """The claims that stand before a marker of a note, by note id; every note is there."""
        found: dict[str, list[Claim]] = {note.id: [] for note in self.parsed.notes}
        for claim in self.parsed.claims:
            for marker in claim.markers:
                if marker.note_id is None:
                    continue
                claims = found[marker.note_id]
                # one claim's markers come together: it is the last one there, or not there yet
                if not claims or claims[-1] is not claim:
                    claims.append(claim)
        return found

    def cited_for(self, claim: Claim) -> Sequence[Cited]:
        """Return every citation of every note that a claim leans on."""
        return [
            each
            for marker in claim.markers
            if marker.note_id is not None
            for each in self.cited_by_note[marker.note_id]
        ]

    def known(self, source: Source | None) -> Known | None:
        """Return what is known of a source; None where nobody knows it or nobody was asked."""
        if source is None or self.knowledge is None:
            return None
        return self.knowledge.of(source.id)

    @cached_property
    def known_as_of(self) -> tuple[datetime, datetime] | None:
        """When the sources were looked at last: the one seen longest ago, and the latest; None without a look."""
        known = (self.known(source) for source in self.sources.values())
        times = [each.checked_at for each in known if each is not None and each.checked_at]
        return (min(times), max(times)) if times else None


def once_a_draft(ask: Callable[[Draft], _T]) -> Callable[[Draft], _T]:
    """Let several rules lean on one analysis of a draft: it is made once. Nobody may change what comes back."""

    @wraps(ask)
    def remembered(draft: Draft) -> _T:
        return draft.answer_of(ask)

    return remembered
