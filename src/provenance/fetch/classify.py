"""What was seen -> ok, gone, temporary, blocked, wall or not_checkable, and by which rule. PURE.

The first rule of the table that applies decides; its order is part of it::

    failures     there is no answer
    bot walls    a machine was refused: says nothing of the page
    statuses     what the server says outright
    parked       the domain is for sale
    login, pay   two signs of a wall
    soft 404     two signs of a missing page; one of a strong kind is a suspicion (temporary)
    ok           none of these

No single sign of a page's text makes it gone or walled: "has been removed" stands
in a W3C standard. A rule that changes its answers gets a new version, which is
stored with every verdict.
"""

from collections.abc import Callable
from typing import NamedTuple

from provenance.fetch import signs
from provenance.fetch.policy import TRANSIENT_STATUSES
from provenance.fetch.signs import Seen, read_seen
from provenance.formats.body import decode_body
from provenance.formats.hosts import has_trait
from provenance.formats.page import PageFacts, is_html, read_page_facts
from provenance.model import Failure, FailureKind, Outcome, Verdict, Visit

__all__ = ["RULES", "Rule", "is_page", "judge", "observe"]

# Judging looks at the first megabyte of a page; decoding more is for whoever keeps it.
_JUDGED_BYTES = 1_000_000
_JUDGED_RATIO = 1000

_OUTCOME_OF_FAILURE: dict[FailureKind, Outcome] = {
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

Sign = Callable[[Seen], str | None]


class Rule(NamedTuple):
    """A row: `applies` returns the reason where the rule applies, else None."""

    name: str
    outcome: Outcome
    applies: Sign
    version: int = 1


def all_of(*wanted: Sign) -> Sign:
    """Apply where every one of the signs is seen."""

    def applies(seen: Seen) -> str | None:
        found = [sign(seen) for sign in wanted]
        return "; ".join(filter(None, found)) if all(found) else None

    return applies


def two_of(*wanted: Sign) -> Sign:
    """Apply where at least two of the signs are seen."""

    def applies(seen: Seen) -> str | None:
        found = [reason for sign in wanted if (reason := sign(seen))]
        return "; ".join(found) if len(found) >= 2 else None

    return applies


def any_of(*wanted: Sign) -> Sign:
    """Apply where one of the signs is seen; the first is the reason."""

    def applies(seen: Seen) -> str | None:
        return next((reason for sign in wanted if (reason := sign(seen))), None)

    return applies


def status(*wanted: int) -> Sign:
    """Apply where the answer has one of these statuses."""

    def applies(seen: Seen) -> str | None:
        return f"HTTP {seen.last.status}" if seen.last.status in wanted else None

    return applies


def header(name: str, *values: str) -> Sign:
    """Apply where a header is there (and has one of these values, if any are given)."""

    def applies(seen: Seen) -> str | None:
        value = (seen.last.header(name) or "").strip().lower()
        return f"{name}: {value}" if value and (not values or value in values) else None

    return applies


def _akamai(seen: Seen) -> str | None:
    server = seen.last.header("server") or ""
    return "AkamaiGHost" if "akamaighost" in server.lower() else None


def _status_proves_nothing(seen: Seen) -> str | None:
    host = seen.final.host
    if seen.last.status == 200 and not signs.few_words(seen):
        return None  # what shows this much is no shell of a page
    if has_trait(host, "status_proves_nothing") and seen.last.status in {200, 400, 403, 404}:
        return (
            f"{host} shows posts only to who is logged in; HTTP {seen.last.status} proves nothing"
        )
    return None


def _not_modified(seen: Seen) -> str | None:
    """A 304 to a request that asked for one: the page is the one that was judged before."""
    head = seen.last.request_head.lower()
    is_asked = b"\r\nif-none-match:" in head or b"\r\nif-modified-since:" in head
    return "HTTP 304: as it was" if seen.last.status == 304 and is_asked else None


def _other_status(seen: Seen) -> str | None:
    return None if 200 <= seen.last.status < 300 else f"HTTP {seen.last.status}"


_REFUSING = status(401, 403, 405, 406, 429, 503)
_MISSING = (
    signs.redirected_to_root,
    signs.url_says_missing,
    signs.title_says_missing,
    signs.short_notice_of_missing,
    signs.empty_body,
)

RULES: tuple[Rule, ...] = (
    Rule("cloudflare_challenge", "blocked", header("cf-mitigated", "challenge")),
    Rule("aws_waf_challenge", "blocked", header("x-amzn-waf-action", "challenge", "captcha")),
    Rule("akamai_denied", "blocked", all_of(status(403), _akamai)),
    Rule("datadome", "blocked", all_of(_REFUSING, header("x-datadome"))),
    Rule("anubis", "blocked", signs.anubis_challenge),
    Rule("imperva", "blocked", all_of(signs.incapsula_frame, signs.few_words)),
    Rule("challenge_page", "blocked", all_of(signs.title_says_challenge, signs.few_words)),
    Rule("status_999", "blocked", status(999)),
    Rule("status_proves_nothing", "wall", _status_proves_nothing),
    Rule("status_gone", "gone", status(404, 410)),
    Rule("login_required", "wall", status(401)),
    Rule("payment_required", "wall", status(402)),
    Rule("legal", "wall", status(451)),
    Rule("subscribers_only", "wall", all_of(status(403), signs.subscription_host)),
    Rule("members_only", "wall", all_of(status(403), signs.login_host)),
    Rule("forbidden", "blocked", status(403)),
    Rule("status_transient", "temporary", status(*sorted(TRANSIENT_STATUSES))),
    Rule("machine_refused", "blocked", status(405, 406, 418)),
    Rule("not_modified", "ok", _not_modified),
    Rule("status_other", "temporary", _other_status),
    Rule("parked", "gone", all_of(signs.parked, any_of(signs.offers_domain_for_sale, signs.few_words))),
    Rule("login_wall", "wall", two_of(
        signs.url_says_login, signs.led_away_to_login, signs.asks_for_password, signs.login_host)),
    Rule("login_form", "wall", all_of(signs.asks_for_password, signs.few_words)),
    Rule("members_page", "wall", all_of(signs.login_host, signs.few_words)),
    Rule("paywall", "wall", all_of(
        any_of(signs.declares_paywall, signs.few_words), signs.subscription_host)),
    Rule("paywall_teaser", "wall", all_of(signs.declares_paywall, signs.few_words)),
    Rule("soft_404", "gone", two_of(*_MISSING)),
    Rule("soft_404_suspected", "temporary", any_of(
        signs.redirected_to_root, signs.url_says_missing, signs.empty_body)),
)  # fmt: skip


def judge(visit: Visit, page: PageFacts | None) -> Verdict:
    """Return what a look amounts to. `page` is None where the answer is no HTML.

    A failure's reason is its kind with its words; that of `offline` is just "offline".
    """
    if visit.failure is not None:
        return _judge_failure(visit.failure)
    seen = read_seen(visit, page)
    if seen is None:
        return Verdict("not_checkable", "no_answer", "neither an answer nor a failure")
    for rule in RULES:
        reason = rule.applies(seen)
        if reason:
            return Verdict(rule.outcome, rule.name, reason, rule.version)
    return Verdict("ok", "ok", f"HTTP {seen.last.status}")


def observe(visit: Visit) -> tuple[Verdict, PageFacts | None]:
    """Decode what a look ended with, read its facts, and judge."""
    page = None if visit.failure is not None else _read_page(visit)
    return judge(visit, page), page


def is_page(verdict: Verdict) -> bool:
    """Tell whether what was seen may count as a capture of the source.

    Challenges, logins, error pages and suspicions are kept as evidence of the
    look, never as the content.
    """
    return verdict.outcome == "ok"


def _judge_failure(failure: Failure) -> Verdict:
    outcome = _OUTCOME_OF_FAILURE[failure.kind]
    has_words = failure.detail and failure.kind != "offline"
    reason = f"{failure.kind}: {failure.detail}" if has_words else failure.kind
    return Verdict(outcome, failure.kind, reason)


def _read_page(visit: Visit) -> PageFacts | None:
    last = visit.last
    if last is None or last.method == "HEAD" or not is_html(last.header("content-type") or ""):
        return None
    decoded = decode_body(last.headers, last.body, _JUDGED_BYTES, _JUDGED_RATIO)
    return read_page_facts(decoded.data, last.header("content-type") or "")
