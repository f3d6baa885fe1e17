"""What is kept of a look is enough to judge it again, without the archive."""

import json
from typing import Any

import msgspec
import pytest

from provenance.fetch.classify import RULE_SET_VERSION, judge, observe
from provenance.fetch.facts import FACTS_VERSION, facts_of, known_of_facts, remember
from provenance.fetch.seen import Known
from provenance.formats.sites import Asked, our_sites
from provenance.model import Failure, Visit, WarcPlace
from support.looks import AT, LONG, a_look, a_sibling

CONDITIONAL = b'GET / HTTP/1.1\r\nHost: a.test\r\nIf-None-Match: W/"x"\r\n\r\n'
SHELL = "<title>The Studio</title><p>" + " ".join(f"programme{n}" for n in range(300))
LOOKS: dict[str, tuple[Visit, dict[str, Any]]] = {
    "ok": (a_look(), {}),
    "pdf": (a_look("%PDF-1.4", Content_Type="application/pdf"), {}),
    "cloudflare": (a_look("x", 403, cf_mitigated="challenge"), {}),
    "aws": (a_look("", 202, x_amzn_waf_action="captcha"), {}),
    "akamai": (a_look("no", 403, Server="AkamaiGHost"), {}),
    "datadome": (a_look("no", 403, X_DataDome="protected"), {}),
    "anubis": (
        a_look(
            "<title>Oh noes!</title><script id='anubis_challenge'>{}</script>",
            Set_Cookie="techaro.lol-anubis-auth=secret; Path=/",
        ),
        {},
    ),
    "imperva": (a_look("<iframe src='/_Incapsula_Resource?a=1&incident_id=1-2'></iframe>"), {}),
    "challenge": (a_look("<title>Just a moment...</title>"), {}),
    "forbidden": (a_look("no", 403), {}),
    "legal": (a_look("no", 451, Link='<https://court.test/>; rel="blocked-by"'), {}),
    "not_modified": (a_look("", 304, asked=CONDITIONAL), {}),
    "gone": (a_look("no", 404), {}),
    "login": (a_look("<p>Sign in", to="https://a.test/login?next=/report"), {}),
    "paywall": (
        a_look('<script type="application/ld+json">{"isAccessibleForFree":false}</script><p>few'),
        {},
    ),
    "empty": (a_look(""), {}),
    "blank": (a_look(" \n\t "), {}),
    "for_sale": (a_look("<p>This domain is for sale"), {}),
    "parked_by_cookie": (
        a_look(
            "<p>This domain is for sale<!--" + "x" * 4000, Set_Cookie="parking_session=abc; path=/"
        ),
        {},
    ),
    "to_root": (a_look(SHELL, to="https://a.test/"), {}),
    "to_root_and_title": (a_look(SHELL, to="https://a.test/"), {"title": "Sixteen attacks"}),
    "to_root_and_sibling": (a_look(SHELL, to="https://a.test/"), {"sibling": a_sibling(SHELL)}),
    "post_not_shown": (a_look(LONG, url="https://t.me/s/a/1"), {"shows": "data-post=1"}),
    "timeout": (Visit("https://a.test/", AT, (), Failure("timeout", "no byte in 20 s")), {}),
    "robots": (Visit("https://a.test/", AT, (), Failure("robots", "/x")), {}),
}


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_is_judged_the_same_from_its_facts(name: str) -> None:
    visit, told = LOOKS[name]
    known = Known(**told)
    verdict, page = observe(visit, known)
    asked = Asked(visit.url, "t.me", known.shows) if known.shows else None
    facts = facts_of(visit, page, known, asked=asked)
    read = json.loads(json.dumps(facts))
    again = remember(visit.url, visit.at, read)
    assert again.has_page
    known_again = known_of_facts(read, our_sites())
    assert judge(again.visit, again.page, known_again, again.body) == verdict


def test_facts_name_version_rules_and_the_record_of_each_hop() -> None:
    visit = a_look(to="https://a.test/new")
    _, page = observe(visit)
    places = [WarcPlace("2026/a.warc.gz", 0, 10), WarcPlace("2026/a.warc.gz", 20, 30)]
    facts: Any = facts_of(visit, page, Known(), places, probe=WarcPlace("b", 1, 2))
    assert (facts["v"], facts["rules"]) == (FACTS_VERSION, RULE_SET_VERSION)
    first, last = facts["hops"]
    assert (first["status"], first["location"]) == (302, "https://a.test/new")
    assert (first["warc"], last["warc"]) == (["2026/a.warc.gz", 0, 10], ["2026/a.warc.gz", 20, 30])
    assert (last["ip"], last["at"], last["elapsed_ms"]) == ("192.0.2.1", AT.isoformat(), 5)
    assert "probe" not in facts


def test_cookies_are_kept_by_name_only_and_long_values_cut() -> None:
    visit = a_look(Set_Cookie="session=very-secret; Path=/", Link="<" + "x" * 5000 + ">")
    _, page = observe(visit)
    text = json.dumps(facts_of(visit, page, Known()))
    assert "very-secret" not in text
    assert "session=" in text
    assert len(text) < 4000


def test_facts_of_a_long_page_are_small() -> None:
    visit = a_look("<title>T</title><p>" + "words of a long report " * 50_000)
    _, page = observe(visit)
    assert page is not None
    assert len(msgspec.json.encode(facts_of(visit, page, Known()))) < 2_000


EARLY: dict[str, Any] = {
    "hops": [{"url": "https://a.test/x", "status": 200, "ip": "192.0.2.1"}],
    "headers": [["Content-Type", "text/html"]],
    "body_bytes": 12,
    "truncated": None,
}


def test_facts_of_an_early_version_say_that_the_page_is_lost() -> None:
    told = remember("https://a.test/x", AT, EARLY)
    assert not told.has_page
    assert told.page is None
    assert told.visit.last is not None
    assert told.visit.last.header("content-type") == "text/html"
    assert judge(told.visit, None, Known(), told.body).outcome == "ok"


def test_facts_of_an_early_failure_are_read() -> None:
    told = remember("https://a.test/", AT, {"failure": {"kind": "offline", "detail": ""}})
    assert told.visit.vantage == "offline"
    assert judge(told.visit, None).rule == "offline"
