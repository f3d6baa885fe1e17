"""Each row of the table with its exact reason, and what is only just no case of it."""

import pytest

from provenance.formats.titles import is_no_title
from support.looks import LONG, a_look, judged

WORDS_199 = "<p>" + "word " * 199
WORDS_200 = "<p>" + "word " * 200
PAYS = '<script type="application/ld+json">{"isAccessibleForFree":false}</script>'
ANUBIS = "<script id='anubis_challenge'></script>"
COOKIE = "techaro.lol-anubis-auth=1"
FRAME = "<iframe src='/_Incapsula_Resource?x=1&incident_id=1-2'></iframe>"
SALE = "<p>This domain is for sale"
PAD = "<!--" + "x" * 4000 + "-->"

TOLD = {
    "akamai": (a_look("no", 403, Server="AkamaiGHost"), "akamai_denied", "HTTP 403; AkamaiGHost"),
    "not_akamai": (a_look("no", 403, Server="nginx"), "forbidden", "HTTP 403"),
    "akamai_ok": (a_look("no", 200, Server="AkamaiGHost"), "ok", "HTTP 200"),
    "datadome": (a_look("n", 403, X_DataDome="Yes"), "datadome", "HTTP 403; x-datadome: yes"),
    "datadome_ok": (a_look(X_DataDome="Yes"), "ok", "HTTP 200"),
    "aws": (a_look("", 202, x_amzn_waf_action=" Captcha "), "aws_waf_challenge",
            "x-amzn-waf-action: captcha"),
    "aws_allow": (a_look(x_amzn_waf_action="allow"), "ok", "HTTP 200"),
    "anubis": (a_look(ANUBIS, Set_Cookie=COOKIE), "anubis", "Anubis challenge"),
    "anubis_script": (a_look(ANUBIS), "ok", "HTTP 200"),
    "anubis_cookie": (a_look("<p>x", Set_Cookie=COOKIE), "ok", "HTTP 200"),
    "another_cookie": (a_look(ANUBIS, Set_Cookie="session=anubis"), "ok", "HTTP 200"),
    "imperva": (a_look(FRAME), "imperva", "Imperva incident frame; only 0 words"),
    "imperva_in_a_page": (a_look(FRAME + LONG), "ok", "HTTP 200"),
    "challenge": (a_look("<title>Robot check</title>" + WORDS_199), "challenge_page",
                  "title 'Robot check'; only 199 words"),
    "no_challenge": (a_look("<title>Robot check</title>" + WORDS_200), "ok", "HTTP 200"),
    "x_shell": (a_look("<p>x", url="https://x.com/a/status/1"), "status_proves_nothing",
                "x.com shows posts only to who is logged in; HTTP 200 proves nothing"),
    "x_400": (a_look(LONG, 400, url="https://x.com/a"), "status_proves_nothing",
              "x.com shows posts only to who is logged in; HTTP 400 proves nothing"),
    "x_403": (a_look(LONG, 403, url="https://x.com/a"), "status_proves_nothing",
              "x.com shows posts only to who is logged in; HTTP 403 proves nothing"),
    "x_401": (a_look("", 401, url="https://x.com/a"), "login_required", "HTTP 401"),
    "ft_403": (a_look("no", 403, url="https://ft.com/x"), "subscribers_only",
               "HTTP 403; ft.com is for subscribers"),
    "vk_403": (a_look("no", 403, url="https://vk.com/x"), "members_only",
               "HTTP 403; vk.com asks for a login"),
    "parked": (a_look(SALE, to="https://sedo.com/x"), "parked",
               "parked at sedo.com; offers the domain for sale"),
    "parked_few": (a_look("<p>Hello", to="https://sedo.com/x"), "parked",
                   "parked at sedo.com; only 1 words"),
    "parking_itself": (a_look("<p>Hello", url="https://sedo.com/a", to="https://www.sedo.com/x"),
                       "ok", "HTTP 200"),
    "not_led_to_parking": (a_look("<p>Hello", url="https://sedo.com/a"), "ok", "HTTP 200"),
    "parked_long": (a_look(LONG, to="https://sedo.com/x"), "ok", "HTTP 200"),
    "sale_cookie": (a_look(SALE + PAD, Set_Cookie="parking_session=1"), "for_sale",
                    "offers the domain for sale; a parking service's cookie"),
    "sale_header": (a_look(SALE + PAD, X_Adblock_Key="k"), "for_sale",
                    "offers the domain for sale; a parking service's header"),
    "login": (a_look(LONG, to="https://a.test/login"), "login_wall",
              "ends at a.test/login; redirected away from the cited page"),
    "login_host": (a_look(LONG, to="https://accounts.b.test/x"), "login_wall",
                   "ends at accounts.b.test/x; redirected away from the cited page"),
    "login_to_login": (a_look(LONG, url="https://a.test/login", to="https://a.test/signin"),
                       "ok", "HTTP 200"),
    "sso_to_sso": (a_look(LONG, url="https://sso.a.test/x", to="https://sso.a.test/y"),
                   "ok", "HTTP 200"),
    "password_and_url": (a_look("<input type=password>" + LONG, url="https://a.test/login"),
                         "login_wall", "ends at a.test/login; asks for a password"),
    "form": (a_look("<input type=password>" + WORDS_199), "login_form",
             "asks for a password; only 199 words"),
    "form_in_a_page": (a_look("<input type=password>" + WORDS_200), "ok", "HTTP 200"),
    "member": (a_look("<p>x", url="https://vk.com/a"), "members_page",
               "vk.com asks for a login; only 1 words"),
    "paywall": (a_look(PAYS + LONG, url="https://ft.com/a"), "paywall",
                "isAccessibleForFree: false; ft.com is for subscribers"),
    "teaser": (a_look(PAYS + "<p>x"), "paywall_teaser",
               "isAccessibleForFree: false; only 1 words"),
    "pays_in_full": (a_look(PAYS + LONG), "ok", "HTTP 200"),
    "free": (a_look(PAYS.replace("false", "true") + "<p>x"), "ok", "HTTP 200"),
    "empty": (a_look(" \n"), "soft_404_suspected", "an empty body"),
    "root": (a_look(LONG, to="https://a.test/"), "soft_404_suspected",
             "/2023/12/report leads to the front page"),
    "root_to_root": (a_look(LONG, url="https://a.test/", to="https://b.test/en/"), "ok", "HTTP 200"),
    "root_with_query": (a_look(LONG, to="https://a.test/?p=7"), "ok", "HTTP 200"),
    "short": (a_look(LONG, url="https://bit.ly/x", to="https://a.test/"), "ok", "HTTP 200"),
    "four_to_one": (a_look(LONG, url="https://a.test/a/b/c/d", to="https://a.test/news"),
                    "soft_404_suspected", "/a/b/c/d leads to /news"),
    "three_to_one": (a_look(LONG, url="https://a.test/a/b/c", to="https://a.test/news"),
                     "ok", "HTTP 200"),
    "four_to_two": (a_look(LONG, url="https://a.test/a/b/c/d", to="https://a.test/n/e"),
                    "ok", "HTTP 200"),
    "missing_url": (a_look(LONG, to="https://a.test/x?aspxerrorpath=/y"), "soft_404_suspected",
                    "the final address holds ?aspxerrorpath="),
    "missing_from_the_start": (a_look(LONG, url="https://a.test/404/x", to="https://a.test/404/y"),
                               "ok", "HTTP 200"),
    "title_and_heading": (a_look("<title>Page not found</title><h1>Not found</h1>" + "<p>w " * 100),
                          "soft_404",
                          "title 'Page not found'; heading 'Not found' over 102 words"),
    "title_and_few": (a_look("<title>Page not found</title>" + "<p>w " * 50), "soft_404",
                      "title 'Page not found'; only 50 words"),
    "title_and_more": (a_look("<title>Page not found</title>" + "<p>w " * 51), "ok", "HTTP 200"),
    "heading_alone": (a_look("<title>News</title><h1>Not found</h1><p>w"), "ok", "HTTP 200"),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_a_verdict_has_its_rule_and_says_exactly_what_was_seen(case: str) -> None:
    look, rule, reason = TOLD[case]
    verdict = judged(look)
    assert (verdict.rule, verdict.reason) == (rule, reason)


@pytest.mark.parametrize("title", ["Xanthippe", "X", "XX | Studio"])
def test_a_title_of_capital_x_is_a_title(title: str) -> None:
    assert not is_no_title(title)
