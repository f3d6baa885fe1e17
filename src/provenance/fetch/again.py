"""When one request does not settle a look: what is asked again, and how. PURE.

A HEAD is only a hint: servers answer it with 403, 404, 405, 500 or not at all
where a GET gets the page, and a page that is not there may well answer 200. A plain
403 often means "no browser": it is asked again once with the headers that browsers
send. The name that we give stays our own.
"""

from provenance.fetch.classify import observe
from provenance.fetch.seen import Known
from provenance.formats.sites import HostTrait, SiteTable
from provenance.formats.url import host_of
from provenance.model import Visit

__all__ = ["BROWSER_HEADERS", "CHECKED_BODY_BYTES", "is_plain_refusal", "settles"]

# What a GET of a cheap look reads: as much as the rules look at.
CHECKED_BODY_BYTES = 1_000_000

# As Firefox and Chromium send them for a page that a person opened from a link in another program
# (Fetch Metadata, section 2: `none`, since no page led here).
BROWSER_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.5",
    "Upgrade-Insecure-Requests": "1",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-User": "?1",
}

# Hosts whose status proves nothing: what they say stands in the body, if anywhere.
_TELLING_BODIES: tuple[HostTrait, ...] = ("login", "subscription", "status_proves_nothing")

_RULE_OF_PLAIN_403 = "forbidden"


def is_plain_refusal(visit: Visit, sites: SiteTable) -> bool:
    """Tell whether a look ends with a 403 that bears no sign of a bot wall, login or paywall.

    `sites` is the table in force.
    """
    last = visit.last
    if last is None or last.status != 403 or visit.failure is not None:
        return False
    verdict, _ = observe(visit, Known(sites))
    return verdict.rule == _RULE_OF_PLAIN_403


def settles(visit: Visit, sites: SiteTable) -> bool:
    """Tell whether a look with HEAD says enough: a 2xx that no rule has a doubt about.

    Robots, guard, a name that does not exist and a host that wants to be left alone
    are settled too: a GET would not get any further.
    """
    if visit.failure is not None:
        return visit.failure.kind in {
            "guard", "robots", "robots_unavailable", "nxdomain", "dns", "offline", "later",
            "refused", "unreachable", "tls", "unsupported",
        }  # fmt: skip
    last = visit.last
    if last is None or not 200 <= last.status < 300:
        return False
    host = host_of(visit.final_url) or ""
    if any(sites.has_trait(host, trait) for trait in _TELLING_BODIES):
        return False
    verdict, _ = observe(visit, Known(sites))
    return verdict.outcome == "ok"
