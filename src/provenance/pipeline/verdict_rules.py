"""The rules by which looks are judged, as rows that a page can show."""

from typing import NamedTuple

from provenance.fetch.classify import OUTCOME_OF_FAILURE, RULES
from provenance.model import FailureKind, Outcome

__all__ = ["LookRule", "look_rules"]

_FAILURES: dict[FailureKind, str] = {
    "offline": "Nothing else answers either: this machine is offline, which says nothing of the page.",
    "nxdomain": "The host's name does not exist, while other names do.",
    "dns": "The host's name could not be looked up just now.",
    "guard": "The address lies inside a private network, where nothing is asked.",
    "refused": "The host refuses connections just now.",
    "unreachable": "No way leads to the host just now.",
    "timeout": "The host did not answer in time.",
    "tls": "The host's certificate is wrong, or the connection cannot be encrypted.",
    "reset": "The connection ended before the answer did.",
    "protocol": "What came back is no web page.",
    "redirects": "The host leads around in a circle, or nowhere.",
    "robots": "The host's robots.txt asks programs to stay away from the page.",
    "robots_unavailable": "Whether programs may ask could not be learned just now.",
    "later": "The host asked us to come back later.",
    "unsupported": "The address is of a kind that is not looked at.",
    "cut": "The note shows only the beginning of the address.",
}


class LookRule(NamedTuple):
    """A rule by its name, what a look that it applies to has seen, and why."""

    name: str
    outcome: Outcome
    why: str


def look_rules() -> tuple[LookRule, ...]:
    """Return the rules in the order in which they are asked: why there was no answer, then what the answer says."""
    failures = (LookRule(kind, OUTCOME_OF_FAILURE[kind], why) for kind, why in _FAILURES.items())
    rows = (LookRule(rule.name, rule.outcome, rule.why) for rule in RULES)
    last = LookRule("ok", "ok", "None of the others: the page came.")
    return (*failures, *rows, last)
