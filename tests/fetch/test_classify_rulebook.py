"""The table as a page for people, and its versions, which are stored with every verdict."""

import os
from pathlib import Path

import pytest

from provenance.fetch.classify import RULE_SET_VERSION, RULES, _rules_for
from provenance.fetch.rule import all_of, any_of, header, status, statuses_of, two_of
from provenance.fetch.rulebook import render_rules

PAGE = Path(__file__).parents[2] / "docs" / "rules-of-verdicts.md"

# A rule that changes its answers gets a new version, and the set one too: so this has to be edited by hand.
VERSIONS_OF_SET = {
    2: "cloudflare_challenge1 aws_waf_challenge1 akamai_denied1 datadome1 anubis1 imperva1 "
    "challenge_page2 status_9991 status_proves_nothing1 status_gone1 login_required1 "
    "payment_required1 legal2 subscribers_only1 members_only1 forbidden1 status_transient1 "
    "machine_refused1 not_modified1 part_unasked1 status_other1 parked1 for_sale1 login_wall1 "
    "login_form1 members_page1 paywall1 paywall_teaser1 no_public_view1 post_not_shown1 soft_4042 "
    "soft_404_suspected1",
}


def test_the_page_of_the_rules_is_made_from_the_table() -> None:
    """`GOLDEN=rewrite` writes it anew."""
    if os.environ.get("GOLDEN") == "rewrite":
        PAGE.write_text(render_rules(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == render_rules()


def test_order_and_versions_of_the_rules_are_those_of_the_set() -> None:
    told = " ".join(f"{rule.name}{rule.version}" for rule in RULES)
    assert told == VERSIONS_OF_SET[RULE_SET_VERSION]


def test_every_row_says_why_it_is_there() -> None:
    assert len({rule.why for rule in RULES}) == len(RULES)
    assert all(rule.why.endswith(".") and "|" not in rule.why for rule in RULES)


@pytest.mark.parametrize("code", [200, 206, 304, 403, 404, 418, 503, 599])
def test_rows_of_other_statuses_are_passed_over_and_no_other(code: int) -> None:
    kept = _rules_for(code)
    assert kept == tuple(rule for rule in RULES if rule in kept)
    for rule in RULES:
        statuses = statuses_of(rule.applies)
        assert (rule in kept) == (statuses is None or code in statuses)
    assert len(kept) < len(RULES)


def test_a_sign_knows_the_statuses_that_it_can_be_seen_with() -> None:
    named = header("server", "x")
    assert statuses_of(status(403, 503)) == {403, 503}
    assert statuses_of(named) is None
    assert statuses_of(all_of(named, status(403, 503), status(403))) == {403}
    assert statuses_of(all_of(named, named)) is None
    assert statuses_of(any_of(status(403), status(503))) == {403, 503}
    assert statuses_of(any_of(status(403), named)) is None
    assert statuses_of(two_of(status(403), named)) is None
