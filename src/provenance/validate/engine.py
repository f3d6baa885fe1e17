"""A draft and the rules in, findings out: levels of the house, waivers, suppressions. PURE."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from provenance.cite.places import PlaceFinder
from provenance.model import Severity
from provenance.validate.draft import Draft
from provenance.validate.records import DraftFinding, Found
from provenance.validate.rule import Rule

__all__ = ["SEVERITIES", "find_findings", "is_at_least", "worst_of"]

# From the mildest on.
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


def is_at_least(severity: Severity, least: Severity) -> bool:
    """Tell whether a severity is as bad as `least`, or worse."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(least)


def find_findings(draft: Draft, rules: Iterable[Rule]) -> tuple[DraftFinding, ...]:
    """Return what the rules find, in the order of the text."""
    places = PlaceFinder(draft.parsed.document)
    seen: Counter[tuple[str, str]] = Counter()
    findings = []
    for rule, found in sorted(
        _all_found(draft, rules), key=lambda each: (each[1].start, each[0].code)
    ):
        words = draft.text[found.start : found.end]
        seen[rule.code, words] += 1
        findings.append(
            DraftFinding(
                rule.code,
                rule.name,
                found.severity or rule.severity,
                found.message,
                found.label,
                found.start,
                found.end,
                places.find(found.start),
                found.fix,
                found.url,
                found.source_id,
                fingerprint=_fingerprint(rule.code, words, seen[rule.code, words]),
            )
        )
    return tuple(findings)


def _all_found(draft: Draft, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Found]]:
    for rule in rules:
        for found in rule.check(draft):
            yield rule, found


def _fingerprint(code: str, words: str, number: int) -> str:
    said = "\x00".join((code, " ".join(words.split()), str(number)))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def worst_of(findings: Sequence[DraftFinding]) -> Severity | None:
    """Return the worst severity of the open ones."""
    found = {finding.severity for finding in findings if finding.standing == "open"}
    return next((each for each in reversed(SEVERITIES) if each in found), None)
