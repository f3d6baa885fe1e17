"""Every rule's page is true: its example fires it, "use instead" is clean, its fix makes the one the other."""

import importlib
import pkgutil
from datetime import UTC, datetime

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.validate import rules
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House, parse_house
from provenance.validate.records import DraftFinding
from provenance.validate.rule import Page, Rule, read_page
from provenance.validate.rules import all_rules
from support.told_knowledge import ask_told

NAMES = sorted(each.name for each in pkgutil.iter_modules(rules.__path__) if each.name[:2] == "fn")
SUFFIXES = {"text": ".txt", "markdown": ".md", "html": ".html", "rst": ".rst", "wikitext": ".wiki"}


def rule_and_page(name: str) -> tuple[Rule, Page]:
    module = importlib.import_module(f"{rules.__name__}.{name}")
    return module.RULE, read_page(module.__doc__ or "")


def findings_of(page: Page, section: str) -> tuple[DraftFinding, ...]:
    blocks = {**page.blocks("Example"), **page.blocks(section)}
    form = next(each for each in page.blocks(section) if each in SUFFIXES)
    house = parse_house(blocks["house"], "house.toml") if "house" in blocks else House()
    document = read_document(blocks[form].encode(), f"draft{SUFFIXES[form]}")
    draft = Draft(
        parse_document(document), house=house, today=datetime(2024, 3, 8, tzinfo=UTC).date()
    )
    if "known" in blocks:
        draft.knowledge = ask_told(blocks["known"])(draft.source_map.sources)
    return find_findings(draft, all_rules())


@pytest.mark.parametrize("name", NAMES)
def test_a_rules_file_is_named_for_it(name: str) -> None:
    rule, page = rule_and_page(name)
    assert (page.code, page.name) == (rule.code, rule.name)
    assert name == f"{rule.code}_{rule.name}".lower().replace("-", "_")
    assert list(page.sections) == ["Why it matters", "Example", "Use instead", "Fix"]
    assert page.sections["Fix"].split(":")[0] in {"Safe", "Unsafe", "None"}


@pytest.mark.parametrize("name", NAMES)
def test_the_example_fires_the_rule_and_what_to_use_instead_is_clean(name: str) -> None:
    rule, page = rule_and_page(name)
    assert rule.code in {finding.rule for finding in findings_of(page, "Example")}
    assert findings_of(page, "Use instead") == ()
