"""The probe of a host: does a path that nobody wrote give the same page? PURE.

One probe a host and day, and only where a look left a doubt: a site that answers
200 for everything is told by nothing else.
"""

from provenance.fetch import signs
from provenance.fetch.seen import Known, read_seen
from provenance.formats.page import PageFacts
from provenance.formats.url import parse_address
from provenance.model import Verdict, Visit

__all__ = ["sibling_url", "wants_probe"]

_DOUBTS = (signs.title_says_missing, signs.short_notice_of_missing, signs.title_changed)


def wants_probe(visit: Visit, page: PageFacts | None, known: Known, verdict: Verdict) -> bool:
    """Tell whether one sign of a missing page was seen that the page of a random path would prove."""
    if known.sibling is not None or page is None or sibling_url(visit.url, "x") is None:
        return False
    if verdict.rule == "soft_404_suspected":
        return True
    seen = read_seen(visit, page, known)
    return verdict.outcome == "ok" and seen is not None and any(sign(seen) for sign in _DOUBTS)


def sibling_url(url: str, token: str) -> str | None:
    """Return a URL beside this one, its last segment a `token`; None beside a front page.

    >>> sibling_url("https://a.test/2023/12/report.html?id=7#x", "zqxj")
    'https://a.test/2023/12/zqxj'
    """
    address = parse_address(url)
    if address is None or address.path.strip("/") == "":
        return None
    folder = address.path.rstrip("/").rpartition("/")[0]
    origin = address.href.partition("#")[0].partition("?")[0].removesuffix(address.path)
    return f"{origin}{folder}/{token}"
