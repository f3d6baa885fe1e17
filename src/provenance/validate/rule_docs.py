"""`docs/rules/`: a page for each rule and an index of all, made of the rules' own docstrings. PURE.

`make docs` writes them; a test says when they no longer are what would be written.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from provenance.validate.rule import Page, Rule
from provenance.validate.rules import all_rules, page_of

__all__ = ["Documented", "documented_rules", "write_docs"]

_GROUPS = {
    "0": "Numbers, markers, and the file itself",
    "1": "Addresses",
    "2": "Descriptions",
    "3": "State of the source",
    "4": "Evidence",
    "9": "The house style",
}
_INDEX = """# Rules

What `provenance validate` looks at, one page a rule. Each page says what the rule flags, why it matters, and shows a
small draft on which it fires beside the same draft mended; the tests run every one of them. An *error* keeps a
reader from the source, or says something wrong; a *warning* is what an editor would mend; an *info* is worth knowing.
`footnotes/house.toml` sets another level for a rule, by code or by name. A *safe* fix changes neither what is cited nor what
is said (`--fix`); an *unsafe* one wants a look (`--unsafe-fixes`).

These pages are made of the rules themselves (`make docs`): edit `src/provenance/validate/rules/`, not them.
"""


class Documented(NamedTuple):
    """A rule with its page."""

    rule: Rule
    page: Page


def documented_rules() -> list[Documented]:
    """Return every rule that has a page, with it, by code."""
    pages = ((rule, page_of(rule)) for rule in all_rules())
    return [Documented(rule, page) for rule, page in pages if page is not None]


def write_docs(rules: Iterable[Documented]) -> dict[str, str]:
    """Return the files of `docs/rules/` by name."""
    documented = list(rules)
    pages = {f"{each.rule.code}.md": _write_page(each) for each in documented}
    return {"README.md": _write_index(documented), **pages}


def _write_page(each: Documented) -> str:
    page = each.page
    said = f"{_sentence(page.summary)}\n\n*{each.rule.severity}* · fix: *{each.page.fix}* · [all rules](README.md)"
    parts = [f"# {page.code} {page.name}", said, page.about]
    parts += [f"## {name}\n\n{words.strip()}" for name, words in page.sections.items()]
    return "\n\n".join(parts) + "\n"


def _write_index(documented: Iterable[Documented]) -> str:
    parts = [_INDEX]
    for digit, group in groupby(documented, key=lambda each: each.rule.code[2]):
        rows = "".join(
            f"| [{each.rule.code}]({each.rule.code}.md) | {each.rule.name} | {each.rule.severity} "
            f"| {each.page.fix} | {_sentence(each.page.summary)} |\n"
            for each in group
        )
        parts.append(
            f"## {_GROUPS[digit]}\n\n| code | name | severity | fix | what it says |\n|---|---|---|---|---|\n{rows}"
        )
    return "\n".join(parts)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
