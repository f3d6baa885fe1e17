"""Rules whose findings the parser makes itself: their module adds the page (and a fix)."""

from collections.abc import Iterable

from provenance.cite.rules import RULES
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule

__all__ = ["from_parser"]


def from_parser(code: str) -> Rule:
    """Return the rule that reports what the parser found under this code."""

    def check(draft: Draft) -> Iterable[Found]:
        return [
            Found(found.message, found.start, found.end, found.label)
            for found in draft.parsed.findings
            if found.rule == code
        ]

    said = RULES[code]
    return Rule(code, said.name, said.severity, check)
