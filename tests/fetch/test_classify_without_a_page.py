"""Rows that only a page can meet are passed over where there is none: no answer changes by it."""

import inspect
import itertools

import pytest

from provenance.fetch import signs
from provenance.fetch.classify import RULES, _rules_for, judge
from provenance.fetch.rule import Sign, all_of, any_of, header, needs_page, of_page, status, two_of
from provenance.fetch.seen import Known, Seen, Sibling, read_seen
from provenance.formats.page import PageFacts
from support.looks import a_look

_STATUSES = (200, 206, 304, 401, 403, 404, 405, 451, 503)
_CITED = "https://ford.example/tolls/2024/june.html"
_ENDS = (
    None,
    "https://ford.example/",
    "https://ford.example/404.html",
    "https://ford.example/login?next=/tolls",
    "https://sedoparking.com/ford.example",
    "https://x.com/ferry/status/1",
    "https://www.instagram.com/p/ford/",
)
_HEADERS: tuple[dict[str, str], ...] = (
    {}, {"cf-mitigated": "challenge"}, {"set-cookie": "parking_session=1"},
    {"set-cookie": "anubis-auth=1"}, {"x-adblock-key": "1"}, {"server": "AkamaiGHost"},
)  # fmt: skip
_KNOWN = (
    Known(),
    Known(title="Tolls of June", words=frozenset(f"word{n}" for n in range(60)), shows="tolls",
          sibling=Sibling("https://ford.example/x", 200, PageFacts(title="Not found"))),
)  # fmt: skip


def seen_without_page() -> list[Seen]:
    found = []
    for code, end, headers, known in itertools.product(_STATUSES, _ENDS, _HEADERS, _KNOWN):
        seen = read_seen(a_look("", code, url=_CITED, to=end, **headers), None, known)
        assert seen is not None
        found.append(seen)
    return found


SEEN = seen_without_page()
OF_PAGE = sorted(name for name, sign in inspect.getmembers(signs, inspect.isfunction) if needs_page(sign))  # fmt: skip


@pytest.mark.parametrize("name", OF_PAGE)
def test_a_sign_of_a_page_is_never_seen_without_one(name: str) -> None:
    sign: Sign = getattr(signs, name)
    assert not any(map(sign, SEEN))


def test_a_verdict_without_a_page_is_that_of_the_whole_table() -> None:
    names = set()
    for seen in SEEN:
        rule = next((rule for rule in RULES if rule.applies(seen)), None)
        verdict = judge(seen.visit, None, seen.known)
        assert verdict.rule == (rule.name if rule else "ok")
        names.add(verdict.rule)
    assert len(names) > 12  # else the looks above tell nothing


def test_only_rows_of_the_page_are_passed_over() -> None:
    kept = _rules_for(200, has_page=False)
    assert kept == tuple(rule for rule in _rules_for(200) if not needs_page(rule.applies))
    assert {"parked", "challenge_page", "paywall"}.isdisjoint(rule.name for rule in kept)
    assert {"soft_404", "login_wall", "cloudflare_challenge"} <= {rule.name for rule in kept}


def test_joined_signs_know_whether_they_need_a_page() -> None:
    page, head = of_page(lambda _: "seen"), header("server")
    assert [needs_page(sign) for sign in (page, head, status(404))] == [True, False, False]
    assert (needs_page(all_of(head, page)), needs_page(all_of(head, head))) == (True, False)
    assert (needs_page(any_of(page, page)), needs_page(any_of(head, page))) == (True, False)
    assert (needs_page(two_of(head, page)), needs_page(two_of(head, head, page))) == (True, False)
