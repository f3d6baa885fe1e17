"""Every rule's page is true: its example fires it, "use instead" is clean, its fix makes the one the other."""

import importlib
import pkgutil
from collections.abc import Callable

import pytest

from provenance.cite.parse import parse_document
from provenance.validate import rules
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.fix.mend import mend
from provenance.validate.house import House, parse_house
from provenance.validate.rule import Page, Rule, read_page
from provenance.validate.rules import all_rules
from support.draft_blocks import NAMES as NAMES_OF_FILES
from support.draft_blocks import data_of, document_of, form_of
from support.mending import TODAY, Seen
from support.told_knowledge import ask_told

NAMES = sorted(each.name for each in pkgutil.iter_modules(rules.__path__) if each.name[:2] == "fn")


def rule_and_page(name: str) -> tuple[Rule, Page]:
    module = importlib.import_module(f"{rules.__name__}.{name}")
    return module.RULE, read_page(module.__doc__ or "")


def looker(page: Page, section: str) -> Callable[[bytes], Seen]:
    """What validates bytes as the draft of a section: under every rule, the page's house and knowledge."""
    form = form_of(page.blocks(section))
    blocks = {**page.blocks("Example"), **page.blocks(section)}
    house = parse_house(blocks["house"], "house.toml") if "house" in blocks else House()

    def look(data: bytes) -> Seen:
        draft = Draft(parse_document(document_of(form, data)), house=house, today=TODAY)
        if "known" in blocks:
            draft.knowledge = ask_told(blocks["known"])(draft.source_map.sources)
        return Seen(NAMES_OF_FILES[form], data, draft, find_findings(draft, all_rules()))

    return look


def looked(page: Page, section: str) -> Seen:
    blocks = page.blocks(section)
    return looker(page, section)(data_of(form_of(blocks), blocks[form_of(blocks)]))


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
    assert rule.code in {finding.rule for finding in looked(page, "Example").findings}
    found = looked(page, "Use instead").findings
    assert [each for each in found if each.standing == "open"] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_asks_about_sources_says_so_and_no_other_does(name: str) -> None:
    """A waiver of it is not called unused where nobody was asked."""
    rule, page = rule_and_page(name)
    example = looked(page, "Example").draft
    unasked = Draft(example.parsed, house=example.house, today=TODAY)
    if rule.asks_knowledge:
        assert list(rule.check(unasked)) == []
    elif rule.review is None:
        assert list(rule.check(unasked)) != []


@pytest.mark.parametrize("name", NAMES)
def test_the_fix_makes_the_example_what_to_use_instead(name: str) -> None:
    rule, page = rule_and_page(name)
    example = looked(page, "Example")
    found = [each for each in example.findings if each.rule == rule.code and each.fix]
    said = page.sections["Fix"].split(":")[0]
    if said == "None":
        assert not found
        return
    assert {each.fix.safe for each in found if each.fix} == {said == "Safe"}
    only = {each.fingerprint for each in found}
    done = mend(example, looker(page, "Example"), unsafe=said == "Unsafe", only=only)
    assert {each.rule for each in done.fixed} == {rule.code}, [each.reason for each in done.left]
    form = form_of(page.blocks("Use instead"))
    assert done.data.decode() == page.blocks("Use instead")[form]
