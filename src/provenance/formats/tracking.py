"""Parameters of a query that say how a reader came to a page, and nothing of what the page is."""

__all__ = ["query_without_tracking"]

# Parameters that say how a reader came to the page and never what the page is.
_TRACKING_PARAMETERS = frozenset(
    [
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "_hsenc",
        "_hsmi",
        "ref_src",
        "ref_url",
        "cmpid",
        "ncid",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "mibextid",
        "__cft__[0]",
        "__tn__",
        "_ga",
        "_gl",
    ]
)
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_")
_TRACKING_BY_HOST = {
    "x.com": frozenset({"s", "t", "cxt", "refsrc"}),
    "youtube.com": frozenset({"si", "feature", "pp", "ab_channel"}),
    "youtu.be": frozenset({"si", "feature"}),
}


def query_without_tracking(query: str, host: str) -> str:
    """Return a query without what tracks on this host (in small letters, without `www.`).

    >>> query_without_tracking("id=1&s=20&utm_source=b", "x.com")
    'id=1'
    """
    own = _TRACKING_BY_HOST.get(host, frozenset())
    kept = []
    for pair in query.split("&"):
        name = pair.partition("=")[0].lower()
        if name in _TRACKING_PARAMETERS or name in own or name.startswith(_TRACKING_PREFIXES):
            continue
        kept.append(pair)
    return "&".join(kept)
