"""What was seen -> ok, gone, temporary, blocked, wall or not_checkable, and by which rule. PURE.

The first rule of the table that applies decides; its order is part of it::

    failures     there is no answer
    bot walls    a machine was refused: says nothing of the page
    statuses     what the server says outright
    parked       the domain is for sale
    login, pay   two signs of a wall
    public view  what was asked for in place of a page does not show what was cited
    soft 404     two signs of a missing page; one of a strong kind is a suspicion (temporary)
    ok           none of these

No single sign of a page's text makes it gone or walled: "has been removed" stands
in a W3C standard. A rule that changes its answers gets a new version, which is
stored with every verdict.
"""

import functools
import re

from provenance.fetch import signs
from provenance.fetch.policy import TRANSIENT_STATUSES
from provenance.fetch.rule import Rule, all_of, any_of, header, status, two_of
from provenance.fetch.seen import BodyFacts, Known, Seen, read_seen
from provenance.formats.body import decode_body
from provenance.formats.page import PageFacts, is_html, read_page_facts
from provenance.model import Failure, FailureKind, Outcome, Verdict, Visit

__all__ = [
    "OUTCOME_OF_FAILURE",
    "RULES",
    "RULE_SET_VERSION",
    "describe_drift",
    "find_cause_of_drift",
    "is_page",
    "judge",
    "observe",
    "read_page",
]

# Goes up whenever a row comes, goes, moves or changes its answers; kept with every observation.
RULE_SET_VERSION = 2


# Judging looks at the first megabyte of a page; decoding more is for whoever keeps it.
_JUDGED_BYTES = 1_000_000
_JUDGED_RATIO = 1000

OUTCOME_OF_FAILURE: dict[FailureKind, Outcome] = {
    "offline": "temporary",
    "nxdomain": "gone",
    "dns": "temporary",
    "guard": "not_checkable",
    "refused": "temporary",
    "unreachable": "temporary",
    "timeout": "temporary",
    "tls": "temporary",
    "reset": "temporary",
    "protocol": "temporary",
    "redirects": "temporary",
    "robots": "blocked",
    "robots_unavailable": "temporary",
    "later": "temporary",
    "unsupported": "not_checkable",
    "cut": "not_checkable",
}


def _akamai(seen: Seen) -> str | None:
    server = seen.last.header("server") or ""
    return "AkamaiGHost" if "akamaighost" in server.lower() else None


def _status_proves_nothing(seen: Seen) -> str | None:
    host = seen.final.host
    if seen.last.status == 200 and not signs.few_words(seen):
        return None  # what shows this much is no shell of a page
    if seen.has_trait(host, "status_proves_nothing") and seen.last.status in {200, 400, 403, 404}:
        return (
            f"{host} shows posts only to who is logged in; HTTP {seen.last.status} proves nothing"
        )
    return None


# RFC 9110, section 14.4; eighteen digits are more bytes than there are anywhere.
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})", re.IGNORECASE)


def _other_status(seen: Seen) -> str | None:
    return None if 200 <= seen.last.status < 300 else f"HTTP {seen.last.status}"


def _part_unasked(seen: Seen) -> str | None:
    """Return what part of a page came where nobody asked for a part."""
    if seen.last.status != 206:
        return None
    told = seen.last.header("content-range") or "no Content-Range"
    whole = _CONTENT_RANGE.fullmatch(told.strip())
    is_whole = whole is not None and int(whole[1]) == 0 and int(whole[2]) + 1 == int(whole[3])
    return None if is_whole else f"HTTP 206, {told[:80]}"


def _legal(seen: Seen) -> str | None:
    return f"HTTP 451{signs.blocked_by(seen)}" if seen.last.status == 451 else None


_REFUSING = status(401, 403, 405, 406, 429, 503)
_MISSING = (
    signs.redirected_to_root,
    signs.url_says_missing,
    signs.title_says_missing,
    signs.short_notice_of_missing,
    signs.empty_body,
    signs.sibling_is_the_same,
)

RULES: tuple[Rule, ...] = (
    Rule("cloudflare_challenge", "blocked", header("cf-mitigated", "challenge"),
         "Cloudflare says outright that it challenged us; its cookie alone says nothing."),
    Rule("aws_waf_challenge", "blocked", header("x-amzn-waf-action", "challenge", "captcha"),
         "AWS WAF names what it did in place of answering."),
    Rule("akamai_denied", "blocked", all_of(status(403), _akamai),
         "Akamai's own edge refuses machines with a 403; its name on another status is no refusal."),
    Rule("datadome", "blocked", all_of(_REFUSING, header("x-datadome")),
         "DataDome marks every answer, so that only a refusing status makes it a wall."),
    Rule("anubis", "blocked", signs.anubis_challenge,
         "Anubis' cookie outlives its challenge; both together are one.", "page"),
    Rule("imperva", "blocked", all_of(signs.incapsula_frame, signs.few_words),
         "A main frame with an incident number; the script stands on normal pages too.", "page"),
    Rule("challenge_page", "blocked", all_of(signs.title_says_challenge, signs.few_words),
         "A challenge's title over hardly any text; a novel may have that title.", "page", 2),
    Rule("status_999", "blocked", status(999),
         "LinkedIn's word for machines."),
    Rule("status_proves_nothing", "wall", _status_proves_nothing,
         "x.com answers 200 for posts that do not exist and 404 for posts that do.", "page"),
    Rule("status_gone", "gone", status(404, 410),
         "The server says that there is no such page."),
    Rule("login_required", "wall", status(401),
         "The server asks who we are."),
    Rule("payment_required", "wall", status(402),
         "The server asks for money."),
    Rule("legal", "wall", _legal,
         "Taken away by law: the page is there for others, and who demanded it may be named.",
         version=2),
    Rule("subscribers_only", "wall", all_of(status(403), signs.subscription_host),
         "A 403 of a host whose readers pay speaks of the subscription."),
    Rule("members_only", "wall", all_of(status(403), signs.login_host),
         "A 403 of a host that shows little to strangers speaks of the login."),
    Rule("forbidden", "blocked", status(403),
         "A machine was refused, which says nothing of the page."),
    Rule("status_transient", "temporary", status(*sorted(TRANSIENT_STATUSES)),
         "These statuses speak of the moment."),
    Rule("machine_refused", "blocked", status(405, 406, 418),
         "Statuses that servers give to what does not look like a browser."),
    Rule("not_modified", "ok", all_of(status(304), signs.was_conditional),
         "We said what we hold, and the server says that it still holds."),
    Rule("part_unasked", "temporary", _part_unasked,
         "A part of a page that nobody asked a part of; 206 over the whole of it is the page."),
    Rule("status_other", "temporary", _other_status,
         "No status that says anything of the page (a 304 that nobody asked for, too)."),
    Rule("parked", "gone",
         all_of(signs.parked, any_of(signs.offers_domain_for_sale, signs.few_words)),
         "The cited domain leads to where domains are sold.", "page"),
    Rule("for_sale", "gone",
         all_of(signs.offers_domain_for_sale,
                any_of(signs.parking_marks, signs.title_changed, signs.small_body)),
         "The domain itself is offered, and a second sign says that the page is nothing else.",
         "page"),
    Rule("login_wall", "wall", two_of(
        signs.url_says_login, signs.led_away_to_login, signs.asks_for_password, signs.login_host),
        "Two signs of a login; a login box stands on many a readable page.", "page"),
    Rule("login_form", "wall", all_of(signs.asks_for_password, signs.few_words),
         "A password field over hardly any text.", "page"),
    Rule("members_page", "wall", all_of(signs.login_host, signs.few_words),
         "A host that shows little to strangers, and showed little.", "page"),
    Rule("paywall", "wall", all_of(
        any_of(signs.declares_paywall, signs.few_words), signs.subscription_host),
        "A host whose readers pay, and the page says so or shows hardly any text.", "page"),
    Rule("paywall_teaser", "wall", all_of(signs.declares_paywall, signs.few_words),
         "The page says that readers pay, and shows a teaser.", "page"),
    Rule("no_public_view", "wall", all_of(signs.lacks_what_was_cited, signs.led_away),
         "The public view that was asked for is not offered.", "page"),
    Rule("post_not_shown", "temporary", signs.lacks_what_was_cited,
         "The public view shows other posts: one sign, no proof.", "page"),
    Rule("soft_404", "gone", two_of(*_MISSING, signs.title_changed),
         "Two signs of a missing page, or one and a changed title.", "page", 2),
    Rule("soft_404_suspected", "temporary", any_of(
        signs.redirected_to_root, signs.url_says_missing, signs.empty_body),
        "One strong sign of a missing page: no strike, and no capture either."),
)  # fmt: skip


_CAUSE_OF_DRIFT = any_of(signs.left_its_domain, signs.small_body, signs.title_changed)


def judge(
    visit: Visit,
    page: PageFacts | None,
    known: Known | None = None,
    body: BodyFacts | None = None,
) -> Verdict:
    """Return what a look amounts to. `page` is None where the answer is no HTML.

    `known` is what was known beside the look, `body` stands in for a last body that is
    not at hand. A failure's reason is its kind with its words; that of `offline` is just
    "offline".
    """
    if visit.failure is not None:
        return _judge_failure(visit.failure)
    seen = read_seen(visit, page, known, body)
    if seen is None:
        return Verdict("not_checkable", "no_answer", "neither an answer nor a failure")
    for rule in _rules_for(seen.last.status, has_page=page is not None):
        reason = rule.applies(seen)
        if reason:
            return Verdict(rule.outcome, rule.name, reason, rule.version)
    return Verdict("ok", "ok", f"HTTP {seen.last.status}")


@functools.lru_cache(maxsize=1024)
def _rules_for(status: int, *, has_page: bool = True) -> tuple[Rule, ...]:
    """The rows, in order, that such an answer can meet: most speak of one status or of a page."""
    return tuple(rule for rule in RULES if rule.may_apply_to(status, has_page=has_page))


def read_page(visit: Visit, known: Known | None = None) -> PageFacts | None:
    """Return the facts of the page that a look ended with; None where it is no HTML.

    The dearest step of judging: whoever judges one look twice reads it once.
    """
    last = visit.last
    if visit.failure is not None or last is None or last.method == "HEAD":
        return None
    content_type = last.header("content-type") or ""
    if not is_html(content_type):
        return None
    decoded = decode_body(last.headers, last.body, _JUDGED_BYTES, _JUDGED_RATIO)
    return read_page_facts(decoded.data, content_type, known.shows if known else "")


def observe(visit: Visit, known: Known | None = None) -> tuple[Verdict, PageFacts | None]:
    """Decode what a look ended with, read its facts, and judge."""
    page = read_page(visit, known)
    return judge(visit, page, known), page


def describe_drift(visit: Visit, page: PageFacts | None, known: Known) -> str | None:
    """Return why what was seen may be another's page by now (`hijacked?: …`), else None.

    Asked of pages that are ok; only looked for when the registrable domain changed, the
    body is small, or the title lost every word of the copy that claims lean on. All eleven hijacked
    domains of one list answered 200 (awesome-osint#1126).
    """
    seen = read_seen(visit, page, known)
    cause = _CAUSE_OF_DRIFT(seen) if seen else None
    topic = signs.other_topic(seen) if seen and cause else None
    return f"hijacked?: {cause}; {topic}" if topic else None


def find_cause_of_drift(visit: Visit, page: PageFacts | None, known: Known) -> str | None:
    """Return why the words of a page are to be held against those before; `known` needs none of them."""
    if page is None or not page.text_start:
        return None
    seen = read_seen(visit, page, known)
    return _CAUSE_OF_DRIFT(seen) if seen else None


def is_page(verdict: Verdict) -> bool:
    """Tell whether what was seen may count as a capture of the source.

    Challenges, logins, error pages and suspicions are kept as evidence of the
    look, never as the content.
    """
    return verdict.outcome == "ok"


def _judge_failure(failure: Failure) -> Verdict:
    outcome = OUTCOME_OF_FAILURE[failure.kind]
    has_words = failure.detail and failure.kind != "offline"
    reason = f"{failure.kind}: {failure.detail}" if has_words else failure.kind
    return Verdict(outcome, failure.kind, reason)
