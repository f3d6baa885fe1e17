"""Every rule's page is true: its example fires it, "use instead" is clean, its fix makes the one the other."""

import importlib
import pkgutil
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from provenance.cite.parse import parse_document
from provenance.text import Span
from provenance.validate import rules
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House, parse_house
from provenance.validate.records import DraftFinding
from provenance.validate.rule import Page, Rule, read_page
from provenance.validate.rules import all_rules
from support.draft_blocks import document_of, form_of
from support.told_knowledge import ask_told

NAMES = sorted(each.name for each in pkgutil.iter_modules(rules.__path__) if each.name[:2] == "fn")


def rule_and_page(name: str) -> tuple[Rule, Page]:
    module = importlib.import_module(f"{rules.__name__}.{name}")
    return module.RULE, read_page(module.__doc__ or "")


def draft_of(page: Page, section: str) -> Draft:
    blocks = {**page.blocks("Example"), **page.blocks(section)}
    house = parse_house(blocks["house"], "house.toml") if "house" in blocks else House()
    document = document_of(page.blocks(section))
    draft = Draft(
        parse_document(document), house=house, today=datetime(2024, 3, 8, tzinfo=UTC).date()
    )
    if "known" in blocks:
        draft.knowledge = ask_told(blocks["known"])(draft.source_map.sources)
    return draft


def findings_of(page: Page, section: str) -> tuple[DraftFinding, ...]:
    return find_findings(draft_of(page, section), all_rules())


def mended(draft: Draft, findings: Iterable[DraftFinding]) -> str:
    """The file's text after the fixes of some findings, from the last place to the first."""
    document = draft.parsed.document
    text = draft.text if document.source is None else document.source
    edits = {edit for finding in findings if finding.fix for edit in finding.fix.edits}
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        span = Span(edit.start, edit.end)
        start, end = document.offsets.to_source(span) if document.offsets else span
        if edit.in_target:
            (href,) = (each.href for each in document.links if (each.start, each.end) == span)
            start = text.rindex(href, 0, start)
            end = start + len(href)
        text = text[:start] + edit.replacement + text[end:]
    return text


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
    found = findings_of(page, "Use instead")
    assert [each for each in found if each.standing == "open"] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_fix_makes_the_example_what_to_use_instead(name: str) -> None:
    rule, page = rule_and_page(name)
    draft = draft_of(page, "Example")
    found = [
        each for each in find_findings(draft, all_rules()) if each.rule == rule.code and each.fix
    ]
    said = page.sections["Fix"].split(":")[0]
    if said == "None":
        assert not found
        return
    assert {each.fix.safe for each in found if each.fix} == {said == "Safe"}
    form = form_of(page.blocks("Use instead"))
    assert mended(draft, found) == page.blocks("Use instead")[form]
