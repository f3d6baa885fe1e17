"""The catalogue's second part: pages that are not the page. Every row of the table is here."""

from support.hostile_web import BODY, REPORT, TITLE, WORDS, Behaviour, Reply, expect
from support.web import page, redirect

__all__ = ["STATUSES", "WALLS"]

NOTICE = "<title>{}</title><h1>{}</h1><p>Some words.</p>"
SHORT = "<title>A report</title><p>Some words.</p>"


def answers(
    name: str,
    sentence: str,
    ends: str,
    body: str | bytes = "",
    status: str = "200 OK",
    *,
    host: str = "",
    holds: str = "",
    shows: str = "",
    **headers: str,
) -> Behaviour:
    """Return a behaviour that is one well-formed answer."""
    outcome, rule = expect(ends)
    routes: dict[str, Reply] = {"/reports/x": page(body, status, **headers)}
    return Behaviour(name, sentence, outcome, rule, routes, host=host, holds=holds, shows=shows)


def leads(
    name: str,
    sentence: str,
    ends: str,
    to: str,
    body: str | bytes = BODY,
    *,
    host: str = "",
    at: str = "/reports/x",
    shows: str = "",
) -> Behaviour:
    """Return a behaviour that leads to a page elsewhere, which answers 200."""
    outcome, rule = expect(ends)
    target = to.removeprefix("http://") if to.startswith("http") else to
    url = f"http://{host or name.replace('_', '-') + '.test'}{at}"
    return Behaviour(
        name,
        sentence,
        outcome,
        rule,
        {at: redirect(to), target.partition("?")[0]: page(body)},
        url,
        host=host,
        hops=2,
        shows=shows,
    )


STATUSES: tuple[Behaviour, ...] = (
    answers("not_found", "404.", "gone/status_gone", SHORT, "404 Not Found"),
    answers("gone_for_good", "410.", "gone/status_gone", SHORT, "410 Gone"),
    answers("not_found_with_a_page", "404 over the whole page: the status counts.", "gone/status_gone", BODY, "404 Not Found"),
    answers("unauthorized", "401 with a question for a password.", "wall/login_required", SHORT, "401 Unauthorized",
            WWW_Authenticate="Basic realm=x"),
    answers("payment_required", "402.", "wall/payment_required", SHORT, "402 Payment Required"),
    answers("legal_reasons", "451.", "wall/legal", SHORT, "451 Unavailable For Legal Reasons"),
    answers("forbidden", "A plain 403.", "blocked/forbidden", NOTICE.format("403 Forbidden", "403 Forbidden"), "403 Forbidden"),
    answers("forbidden_by_a_paper", "403 of a host whose readers pay.", "wall/subscribers_only", SHORT, "403 Forbidden",
            host="www.ft.com"),
    answers("forbidden_by_a_network", "403 of a host that asks for a login.", "wall/members_only", SHORT, "403 Forbidden",
            host="www.linkedin.com"),
    answers("method_not_allowed", "405 to a GET.", "blocked/machine_refused", SHORT, "405 Method Not Allowed"),
    answers("teapot", "418.", "blocked/machine_refused", SHORT, "418 I'm a teapot"),
    answers("status_999", "LinkedIn's 999.", "blocked/status_999", "", "999 Request denied"),
    answers("bad_request", "400 to a plain GET.", "temporary/status_other", SHORT, "400 Bad Request"),
    answers("part_unasked", "206: the middle of a page, which nobody asked for.", "temporary/part_unasked", BODY,
            "206 Partial Content", Content_Range="bytes 500-999/5000"),
    answers("part_without_range", "206 that does not say which part.", "temporary/part_unasked", BODY, "206 Partial Content"),
    answers("part_that_is_the_whole", "206 over the whole page, as some servers answer.", "ok", BODY, "206 Partial Content",
            Content_Range=f"bytes 0-{len(BODY) - 1}/{len(BODY)}"),
    answers("range_refused", "416 to a question without a range.", "temporary/status_other", SHORT, "416 Range Not Satisfiable"),
    answers("status_600", "600, which no standard knows.", "temporary/status_other", SHORT, "600 What"),
    answers("multiple_choices", "300 with a page.", "temporary/status_other", BODY, "300 Multiple Choices"),
    answers("server_error", "500.", "temporary/status_transient", SHORT, "500 Internal Server Error"),
    answers("cloudflare_522", "522: the host behind Cloudflare is silent.", "temporary/status_transient", SHORT, "522 Origin"),
    answers("too_many_requests", "429 for ever, without a word of when.", "temporary/status_transient", "", "429 Too Many Requests"),
    answers("retry_after_hours", "503 with Retry-After: 7200.", "temporary/later", "", "503 Busy", Retry_After="7200"),
    answers("retry_after_negative", "Retry-After: -1 says nothing.", "temporary/status_transient", "", "429 Slow", Retry_After="-1"),
    answers("retry_after_fraction", "Retry-After: 1e9 says nothing.", "temporary/status_transient", "", "429 Slow", Retry_After="1e9"),
    answers("retry_after_endless", "Retry-After of forty digits says nothing.", "temporary/status_transient", "", "429 Slow",
            Retry_After="9" * 40),
    answers("retry_after_long_gone", "Retry-After: a date of 1994.", "temporary/status_transient", "", "503 Busy",
            Retry_After="Sun, 06 Nov 1994 08:49:37 GMT"),
    answers("retry_after_year_9999", "Retry-After: the last second of the year 9999.", "temporary/later", "", "503 Busy",
            Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"),
    answers("retry_after_impossible", "Retry-After: the 31st of February.", "temporary/status_transient", "", "503 Busy",
            Retry_After="Wed, 31 Feb 2027 00:00:00 GMT"),
    answers("picture", "An answer that is no HTML.", "ok", b"\x89PNG\r\n\x1a\n" + bytes(50), Content_Type="image/png"),
    answers("no_content", "204.", "temporary/soft_404_suspected", "", "204 No Content"),
    answers("not_modified", "304 to the question whether our copy still holds.", "ok/not_modified", "", "304 Not Modified",
            holds='"v1"'),
    answers("blank_page", "200 with nothing but spaces.", "temporary/soft_404_suspected", "  \n "),
)  # fmt: skip

PASSWORD = "<form><input type=password name=p></form>"
PAYS = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
ANUBIS = (
    '<title>Making sure</title><script id="anubis_challenge" type="application/json">{}</script>'
)
INCAPSULA = '<html><body><iframe src="/_Incapsula_Resource?SWUDNSAI=1&incident_id=123"></iframe></body></html>'

WALLS: tuple[Behaviour, ...] = (
    answers("cloudflare_challenge", "Cloudflare's challenge.", "blocked/cloudflare_challenge",
            NOTICE.format("Just a moment...", "Checking"), "403 Forbidden", Cf_Mitigated="challenge"),
    answers("cloudflare_challenge_as_200", "Cloudflare's challenge under 200.", "blocked/cloudflare_challenge", BODY,
            Cf_Mitigated="challenge"),
    answers("aws_challenge", "Amazon's captcha.", "blocked/aws_waf_challenge", SHORT, "405 Human", X_Amzn_Waf_Action="captcha"),
    answers("akamai_denied", "Akamai's denial.", "blocked/akamai_denied", NOTICE.format("Access Denied", "x"), "403 Forbidden",
            Server="AkamaiGHost"),
    answers("datadome", "DataDome's denial.", "blocked/datadome", SHORT, "403 Forbidden", X_DataDome="protected"),
    answers("anubis", "Anubis asks for a proof of work.", "blocked/anubis", ANUBIS, Set_Cookie="techaro.lol-anubis-auth=x"),
    answers("imperva", "Imperva's frame with an incident.", "blocked/imperva", INCAPSULA),
    answers("challenge_by_title", "A short page called `Just a moment...`.", "blocked/challenge_page",
            NOTICE.format("Just a moment...", "One moment")),
    answers("challenge_words_in_an_article", "An article about `Access denied`: no wall.", "ok",
            f"<title>Access denied</title><p>{WORDS}"),
    answers("bot_cookie_alone", "`__cf_bm` on a plain page: no wall.", "ok", BODY, Set_Cookie="__cf_bm=x"),
    answers("post_that_may_not_exist", "x.com answers 200 for posts that do not exist.", "wall/status_proves_nothing", SHORT,
            host="x.com"),
    answers("members_page", "A short page of a network's.", "wall/members_page", SHORT, host="www.facebook.com"),
    answers("teaser_of_a_paper", "Few words of a paper whose readers pay.", "wall/paywall", SHORT, host="www.economist.com"),
    answers("paywall_declared", "A long page of such a paper that says it is not free.", "wall/paywall",
            PAYS + BODY.decode(), host="www.wsj.com"),
    answers("paywall_teaser", "Few words anywhere, and `isAccessibleForFree: false`.", "wall/paywall_teaser", PAYS + SHORT),
    answers("login_form", "A password field and few words.", "wall/login_form", PASSWORD + SHORT),
    answers("login_beside_an_article", "A password field beside a whole article: no wall.", "ok", PASSWORD + BODY.decode()),
    leads("login_by_redirect", "Leads to /login, which asks for a password.", "wall/login_wall", "/login?next=x", PASSWORD + SHORT),
    leads("consent_by_redirect", "Leads to another host's consent page.", "wall/login_wall", "http://consent.shared.test/consent/me", SHORT),
    leads("parked_domain", "Leads to where domains are sold.", "gone/parked", "http://www.sedo.com/search", SHORT),
    answers("domain_for_sale", "A short page offers the domain, with a parking service's header.", "gone/for_sale",
            "<title>a.test</title><p>This domain is for sale.", X_Adblock_Key="x"),
    answers("post_not_shown", "A public view that shows other posts than the cited one.", "temporary/post_not_shown", BODY,
            shows="data-post"),
    leads("no_public_view", "A public view that leads to the channel's front.", "wall/no_public_view", "/channel/about", shows="data-post"),
    leads("home_for_all", "A missing page leads to the front page, whose title says so.", "gone/soft_404", "/",
          NOTICE.format("Page not found", "Page not found")),
    leads("home_for_all_in_silence", "A missing page leads to a plain front page.", "temporary/soft_404_suspected", "/"),
    leads("missing_by_address", "Leads to /404.html.", "temporary/soft_404_suspected", "/404.html"),
    leads("missing_by_query", "Leads to ?aspxerrorpath=.", "temporary/soft_404_suspected", "/error?aspxerrorpath=/x"),
    answers("missing_by_title", "200, and title and heading say that there is no such page.", "gone/soft_404",
            NOTICE.format("404 - Page not found", "Page not found")),
    answers("missing_in_russian", "The same in Russian.", "gone/soft_404",
            NOTICE.format("Страница не найдена", "Ошибка 404")),
    answers("missing_by_a_phrase", "`has been removed` in a standard: no missing page.", "ok",
            f"<title>{TITLE}</title><p>The section has been removed. {WORDS}"),
    answers("article_about_404", "An article called `404 Media raises funds`: no missing page.", "ok",
            f"<title>404 Media raises funds</title><p>{WORDS}"),
)  # fmt: skip

assert REPORT
