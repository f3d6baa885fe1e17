"""Rules whose findings the parser makes itself: their module adds the page (and a fix)."""

from collections.abc import Callable, Iterable

from provenance.cite.rules import RULES
from provenance.model import Finding
from provenance.validate.draft import Draft
from provenance.validate.records import Fix, Found
from provenance.validate.rule import Rule

__all__ = ["Mend", "from_parser", "parser_findings"]

# What mends a finding of the parser, None where nothing does.
Mend = Callable[[Draft, Finding], Fix | None]


def parser_findings(draft: Draft, code: str) -> list[Finding]:
    """Return what the parser found under a code, in its order."""
    return [found for found in draft.parsed.findings if found.rule == code]


def from_parser(code: str, mend: Mend | None = None, *, cure: str = "") -> Rule:
    """Return the rule that reports what the parser found under this code, each with what mends it.

    `cure` says behind the parser's words what a person can do, where they do not.
    """

    def check(draft: Draft) -> Iterable[Found]:
        return [
            Found(
                f"{found.message}: {cure}" if cure else found.message,
                found.start,
                found.end,
                found.label,
                fix=mend(draft, found) if mend else None,
            )
            for found in parser_findings(draft, code)
        ]

    said = RULES[code]
    return Rule(code, said.name, said.severity, check)
