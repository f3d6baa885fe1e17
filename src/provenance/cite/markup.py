"""Which markup a text without a telling name is written in: wikitext or reStructuredText, if any.

One sign alone may stand in any text ([[links]] in notebooks, {{fields}} in letters); two
kinds do not meet by chance, and one of them must be a sign that no other format has.
"""

import re
from typing import Literal

from provenance.cite.patterns import lazy_pattern

__all__ = ["sniff_markup"]

_SNIFFED_CHARS = 65536
_MIN_SIGNS = 2
# The first of each row is the sign that no other format has; where it stands alone it tells nothing.
_WIKITEXT_NOTE = lazy_pattern(
    r"<ref(?:\s+(?:name|group)\s{0,3}=[^<>\n]{1,200})?\s{0,3}/?>", re.IGNORECASE
)
_WIKITEXT_HEADING = lazy_pattern(r"^={2,6}[^=\n]{1,120}={2,6}[ \t\r]*$", re.MULTILINE)
_WIKITEXT_SIGNS = (
    lazy_pattern(r"\[\[[^\[\]\n]{1,200}\]\]"),
    lazy_pattern(r"\{\{[^{}\n|]{1,60}[|}]"),
    lazy_pattern(r"'''[^'\n]{1,200}'''"),
)
_RST_NOTE = lazy_pattern(
    r"^\.\. \[(?:\d{1,4}|#[\w.+-]{0,80}|\*|[A-Za-z][\w.+-]{0,80})\](?:[ \t]|\r?$)", re.MULTILINE
)
_RST_MARKER = lazy_pattern(r"\[(?:\d{1,4}|#[\w.+-]{0,80}|\*|[A-Za-z][\w.+-]{0,80})\]_(?!\w)")
_RST_EXPLICIT = lazy_pattern(
    r"^\.\. (?:[a-z][\w-]{0,40}::|_[^:\n]{1,120}:|\|[^|\n]{1,80}\| [a-z-]{1,40}::)", re.MULTILINE
)
_RST_SIGNS = (
    lazy_pattern(r"``[^`\n]{1,200}``"),
    lazy_pattern(r":[a-z][\w:.-]{0,40}:`[^`\n]{1,200}`"),
    lazy_pattern(r"^[^\s][^\n]{0,200}\n([=\-~^\"'#*+])\1{2,200}[ \t\r]*$", re.MULTILINE),
    lazy_pattern(r"`[^`\n]{1,200}`__?(?!\w)"),
)


def sniff_markup(text: str) -> Literal["wikitext", "rst"] | None:
    r"""Return the markup that a text is written in, None where its signs tell neither.

    >>> sniff_markup("== Geese ==\nThey fly.<ref>A book</ref>"), sniff_markup("A plain text.[1]")
    ('wikitext', None)
    """
    head = text[:_SNIFFED_CHARS]
    has_note, has_heading = bool(_WIKITEXT_NOTE.search(head)), bool(_WIKITEXT_HEADING.search(head))
    others = sum(1 for sign in _WIKITEXT_SIGNS if sign.search(head))
    if (has_note or has_heading) and has_note + has_heading + others >= _MIN_SIGNS:
        return "wikitext"
    has_note, has_marker = bool(_RST_NOTE.search(text)), bool(_RST_MARKER.search(text))
    has_explicit = bool(_RST_EXPLICIT.search(head))
    others = sum(1 for sign in _RST_SIGNS if sign.search(head))
    if has_note and has_marker:
        return "rst"
    return "rst" if has_explicit and has_note + has_marker + others >= _MIN_SIGNS else None
