"""The page of rules for people names the rules that there are, with the states that they give."""

import re
from pathlib import Path
from typing import get_args

from provenance.model import OpinionOutcome
from provenance.watch import verdict
from provenance.web.pages.verdicts import STATE_RULES

PAGE = (Path(__file__).parents[2] / "docs" / "rules-of-states.md").read_text("utf-8")


def test_the_page_has_every_rule_in_order_with_its_state() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", PAGE, re.MULTILINE)
    told = [(rule.name, rule.state) for rule in STATE_RULES]
    assert {name for name, _ in rows} == {name for name, _ in told}
    states = dict(told)
    for name, said in rows:
        if states[name] is not None:
            assert said == states[name], name
        else:
            assert " " in said, name  # in words


def test_the_page_names_the_version_and_every_opinion() -> None:
    assert f"version {verdict.STATE_RULES_VERSION})" in PAGE
    opinions = PAGE[PAGE.index("## Second opinions") :]
    for outcome in get_args(OpinionOutcome):
        assert re.search(rf"\b{outcome}\b", opinions), outcome
