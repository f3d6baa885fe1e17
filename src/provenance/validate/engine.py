"""A draft and the rules in, findings out: levels of the house, waivers, suppressions. PURE."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from provenance.cite.places import PlaceFinder
from provenance.validate.draft import Draft
from provenance.validate.levels import LevelFinder
from provenance.validate.records import DraftFinding, Found
from provenance.validate.rule import Rule
from provenance.validate.waivers import Passing

__all__ = ["find_findings"]


def find_findings(
    draft: Draft, rules: Iterable[Rule], *, path: str = ""
) -> tuple[DraftFinding, ...]:
    """Return what the rules find, in the order of the text; `path` is the draft's file, for waivers.

    What is suppressed in the document or waived by the house is there too, with its reason.
    """
    chosen = tuple(rules)
    report = _Report(draft, path)
    for rule, found in sorted(_all_found(draft, chosen), key=_place_of):
        report.add(rule, found)
    stale = report.passing.stale((rule.code, rule.name) for rule in chosen if report.heard(rule))
    late = [(rule, found) for rule in chosen if rule.review for found in rule.review(draft, stale)]
    for rule, found in sorted(late, key=_place_of):
        report.add(rule, found)
    return tuple(sorted(report.findings, key=lambda each: (each.start, each.rule)))


class _Report:
    """The findings of one draft so far, each with its level and standing."""

    def __init__(self, draft: Draft, path: str) -> None:
        self.findings: list[DraftFinding] = []
        self.passing = Passing(draft, path)
        self._draft = draft
        self._levels = LevelFinder(draft)
        self._places = PlaceFinder(draft.parsed.document)
        self._seen: Counter[tuple[str, str]] = Counter()
        self._cited = {(each.citation.start, each.citation.end): each for each in draft.cited}

    def heard(self, rule: Rule) -> bool:
        """Tell whether a rule could speak: the house has not turned it off, and it had whom to ask."""
        levels = self._draft.house.rules
        is_off = "off" in (levels.get(rule.code), levels.get(rule.name))
        return not is_off and (self._draft.knowledge is not None or not rule.asks_knowledge)

    def add(self, rule: Rule, found: Found) -> None:
        """Add what a rule found, unless the house wants to hear nothing of it."""
        cited = self._cited.get((found.start, found.end))
        url = found.url or (cited.citation.canonical_url if cited else None)
        level = self._levels.level_of(rule, found, url)
        if level == "off":
            return
        words = self._draft.text[found.start : found.end]
        self._seen[rule.code, words] += 1
        finding = DraftFinding(
            rule.code,
            rule.name,
            level,
            found.message,
            found.label,
            found.start,
            found.end,
            found.place or self._places.find(found.start),
            found.fix,
            url,
            found.source_id or (cited.source.id if cited and cited.source else None),
            fingerprint=_fingerprint(rule.code, words, self._seen[rule.code, words]),
        )
        standing, reason = self.passing.standing_of(finding)
        if standing != "open":
            finding = replace(finding, standing=standing, reason=reason)
        self.findings.append(finding)


def _place_of(each: tuple[Rule, Found]) -> tuple[int, str]:
    return each[1].start, each[0].code


def _all_found(draft: Draft, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Found]]:
    for rule in rules:
        for found in rule.check(draft):
            yield rule, found


def _fingerprint(code: str, words: str, number: int) -> str:
    said = "\x00".join((code, " ".join(words.split()), str(number)))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
