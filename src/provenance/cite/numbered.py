"""Papers that are known by a number: laws, resolutions, orders, reports of parliaments and agencies.

`38 C.F.R. §3.12(a)` and `38 CFR § 3.12` name one thing in every document, and so does
`S/RES/2231`: the number is the paper's name, whatever is said around it. A paragraph of
a code is one thing with its sub-paragraphs; a public law is one with all its sections.
"""

import re

from provenance.cite.patterns import lazy_pattern

__all__ = ["number_of_paper"]

_SECTION = r"(?:§{1,2}|Sections?|Secs?\.)?\s?(?P<b>\d[\da-zA-Z]*(?:[.-]\d[\da-z]*)*)"
# Each row: the name of the series, and how its numbers are written.
_SERIES = tuple(
    (name, lazy_pattern(pattern))
    for name, pattern in (
        ("usc", r"\b(?P<a>\d{1,3})\s+U\.?\s?S\.?\s?C\.?(?:A\.?)?\s*" + _SECTION),
        ("cfr", r"\b(?P<a>\d{1,3})\s+C\.?\s?F\.?\s?R\.?\s*" + _SECTION),
        ("fedreg", r"\b(?P<a>\d{1,3})\s+(?:Fed\.\s?Reg\.|Federal\s+Register|FR)\s+(?P<b>\d[\d,]*\d)"),
        ("publ", r"\b(?:P\.?\s?L\.?|Pub\.?\s+L\.|Public\s+Law)\s*(?:No\.\s?)?(?P<a>\d{1,3})[-–](?P<b>\d{1,4})"),
        ("eo", r"\b(?:Executive\s+Order|Exec\.\s+Order|E\.O\.)\s+(?:No\.\s?)?(?P<a>\d{2},?\d{3})"),
        ("un", r"(?<![\w/.-])(?P<a>(?:A|S|E|ST|T|TD|HRI|CRC|CCPR|CEDAW|CAT|CERD|CRPD)(?=/[^\s,;]{0,40}\d)(?:/[A-Z0-9][\w.-]{0,30}){1,6})"),
        ("crs", r"\bCRS\s+(?:Report|In\s+Focus|Insight|Legal\s+Sidebar)\s+(?P<a>[A-Z]{1,3}\d{3,6})"),
        ("eu", r"\b(?P<a>[Dd]irective|[Rr]egulation|[Dd]ecision)\s+(?:\((?:EU|EC|EEC)\)\s*)?(?:No\.?\s)?(?P<b>\d{2,4}/\d{1,4})"),
    )
)  # fmt: skip
_MAX_CHARS = 1000


def number_of_paper(prose: str) -> str | None:
    """Return series and number of the one paper that words name, or None where they name none or several.

    >>> [number_of_paper(words) for words in ("See 38 C.F.R. §3.12(a).", "S/RES/2231 (2015), para. 4", "P.L. 116-92; P.L. 105-261")]
    ['cfr 38 3.12', 'un s/res/2231', None]
    """
    found = {
        " ".join([name, *(part.lower().replace(",", "") for part in match.groups())])
        for name, pattern in _SERIES
        for match in pattern.finditer(prose[:_MAX_CHARS])
    }
    if len(found) > 1:
        # an order or a law that is printed in the register is known by its own number
        found = {number for number in found if not number.startswith("fedreg ")}
    return re.sub(r"[.-]+$", "", found.pop()) if len(found) == 1 else None
