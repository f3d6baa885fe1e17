"""Every rule that a reason can name is explained where the reason leads."""

import re
from typing import get_args

import pytest
from bs4 import BeautifulSoup

from provenance.fetch.classify import OUTCOME_OF_FAILURE, RULES
from provenance.model import FailureKind, Outcome, SourceState
from provenance.pipeline.verdict_rules import look_rules
from provenance.watch import verdict
from provenance.web.pages.verdicts import STATE_RULES
from provenance.web.said import OUTCOMES
from support.asking_web import asking


def page() -> BeautifulSoup:
    with asking() as web:
        answer = web.get("/verdicts", headers={"accept": "text/html"})
    assert answer.status_code == 200  # it needs no store
    return BeautifulSoup(answer.text, "html.parser")


def test_every_rule_of_looks_has_its_row_with_what_it_says() -> None:
    soup = page()
    expected = {rule.name: rule.outcome for rule in RULES} | dict(OUTCOME_OF_FAILURE)
    assert set(expected) == {rule.name for rule in look_rules()} - {"ok"}
    for name, outcome in {**expected, "ok": "ok"}.items():
        row = soup.find("tr", id=name)
        assert row is not None, name
        assert row.select_one(".word").get_text() == outcome.replace("_", " ")
    assert set(get_args(FailureKind)) <= set(expected)


def test_every_rule_of_states_has_its_row() -> None:
    assert verdict.__doc__ is not None
    told = set(re.findall(r"^    (\w+)  ", verdict.__doc__, re.MULTILINE))
    assert told == {rule.name for rule in STATE_RULES}
    soup = page()
    assert told <= {str(row["id"]) for row in soup.select("tr[id]")}
    states = {rule.state for rule in STATE_RULES if rule.state}
    assert states <= set(get_args(SourceState))


def test_no_two_rules_share_a_name() -> None:
    ids = [str(tag["id"]) for tag in page().select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_every_outcome_is_said_in_words(outcome: str) -> None:
    assert OUTCOMES[outcome]
