"""The table as a page for people, and its versions, which are stored with every verdict."""

import os
from pathlib import Path

from provenance.fetch.classify import RULE_SET_VERSION, RULES
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
