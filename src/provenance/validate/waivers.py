"""What is let pass: suppressions in the document, waivers of the house; and what of them is past or idle. PURE."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from provenance.formats.url import canonical_url
from provenance.validate.draft import Draft
from provenance.validate.house import Waiver
from provenance.validate.records import DraftFinding, Standing
from provenance.validate.suppress import Suppression

__all__ = ["Passing", "Stale"]


class Stale(NamedTuple):
    """Exceptions that let nothing pass any more, known when all rules have spoken.

    `expired` are those that would have let findings pass and are past their day, with these
    findings; `idle` the ones that had nothing to let pass although their rule looked.
    """

    expired: Sequence[tuple[Waiver | Suppression, Sequence[DraftFinding]]]
    idle: Sequence[Waiver | Suppression]


class _Entry:
    """An exception and the findings it met."""

    def __init__(self, said: Waiver | Suppression, rules: Sequence[str], url: str | None) -> None:
        self.said = said
        self.rules = frozenset(rules)
        self.url = url
        self.met: list[DraftFinding] = []


class Passing:
    """Decides of each finding of one draft whether it is let pass; `path` is the draft's file."""

    def __init__(self, draft: Draft, path: str = "") -> None:
        self._draft = draft
        self._path = path
        self._suppressions = [
            _Entry(said, said.rules, None) for said in draft.suppressions if not said.problem
        ]
        self._waivers = [
            _Entry(said, (said.rule,), said.url and canonical_url(said.url))
            for said in draft.house.waiver
            if said.document is None or self._is_called(said.document)
        ]

    def standing_of(self, finding: DraftFinding) -> tuple[Standing, str]:
        """Return where a finding stands, and why; one past its day is noted and lets nothing pass."""
        for entry in self._suppressions:
            said = entry.said
            assert isinstance(said, Suppression)
            if _names(entry, finding) and said.covers(finding.start, finding.place):
                entry.met.append(finding)
                if said.until is None or said.until >= self._draft.today:
                    return "suppressed", said.reason
        for entry in self._waivers:
            waiver = entry.said
            assert isinstance(waiver, Waiver)
            if _names(entry, finding) and self._fits(entry, waiver, finding):
                entry.met.append(finding)
                if waiver.expires >= self._draft.today:
                    return "waived", f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
        return "open", ""

    def stale(self, ran: Iterable[tuple[str, str]]) -> Stale:
        """Return the exceptions that are past or idle; `ran` are code and name of every rule that looked."""
        looked = {word for rule in ran for word in rule}
        expired = [
            (each.said, each.met) for each in self._all() if each.met and self._is_past(each)
        ]
        idle = [
            each.said
            for each in self._all()
            if not each.met and each.rules <= looked and self._is_about_this(each)
        ]
        return Stale(expired, idle)

    def _all(self) -> list[_Entry]:
        return [*self._suppressions, *self._waivers]

    def _is_past(self, entry: _Entry) -> bool:
        said = entry.said
        until = said.expires if isinstance(said, Waiver) else said.until
        return until is not None and until < self._draft.today

    def _is_about_this(self, entry: _Entry) -> bool:
        """Tell whether an exception speaks of this document, and not of another of the house."""
        return isinstance(entry.said, Suppression) or entry.said.document is not None

    def _is_called(self, name: str) -> bool:
        said = self._draft.parsed.document
        if f"/{self._path}".endswith(f"/{name}"):
            return True
        return name in {said.sha256, said.metadata.origin_url, said.metadata.title}

    def _fits(self, entry: _Entry, waiver: Waiver, finding: DraftFinding) -> bool:
        if waiver.label is not None and waiver.label != finding.label:
            return False
        if entry.url is None:
            return True
        return finding.url is not None and canonical_url(finding.url) == entry.url


def _names(entry: _Entry, finding: DraftFinding) -> bool:
    return finding.rule in entry.rules or finding.name in entry.rules
