"""Page titles as a browser's tab shows them: the title, and behind a sign the site.

Whoever drags a tab into a note leaves `Bridge Falls | Example Institute`, `Talks Begin > Ministry of Rain > Transcript`
or `Live updates - The Example Post`, and no address: a work, although its title may be a whole sentence.
"""

import re
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern

__all__ = ["PageTitle", "read_page_title"]


class PageTitle(NamedTuple):
    """What a tab said: the page's title and its site's name."""

    title: str
    site: str


_SMALL = r"of|and|the|for|in|on|at|de|la|und|et|&|/"
_NAME = rf"[A-ZÀ-ÝА-Я\d][^\s|>»]{{0,40}}(?:\s(?:{_SMALL}|[A-ZÀ-ÝА-Я\d&][^\s|>»]{{0,40}})){{0,7}}"
_PIPED = lazy_pattern(
    rf"(?P<title>[^|>»\n]{{8,200}}?)\s(?P<sign>[|>»])\s(?P<parts>{_NAME}(?:\s(?P=sign)\s{_NAME}){{0,3}})"
)
# a dash stands in titles too: behind it only what names a paper or a site by its words
_DASHED = lazy_pattern(
    r"(?P<title>[^|>»\n]{8,200})\s[-–—]\s(?P<site>The\s[A-Z][\w’'&.]{1,30}(?:\s(?:of|and|[A-Z&][\w’'&.]{0,30})){0,4}"
    r"|(?:[A-Z][\w’'&.]{0,30}\s){0,4}(?:Post|Times|News|Journal|Telegraph|Tribune|Herald|Independent|Monitor|Wikipedia|Reuters|BBC|CNN"
    r"|YouTube|Magazine|Review|Institute|Agency|Press|Today))"
)
_SENTENCE_END = lazy_pattern(r"[^\W\d_]{3}[.!?]\s+[A-ZÀ-ÝА-Я]")
_MIN_WORDS = 3


def read_page_title(words: str) -> PageTitle | None:
    """Return title and site where the words are nothing but a page's title, else None.

    >>> read_page_title("Minister Holds a Briefing > Ministry of Rain > Transcript")
    PageTitle(title='Minister Holds a Briefing', site='Ministry of Rain')
    """
    words = words.strip(" .\u00a0")
    found = _PIPED.fullmatch(words) or _DASHED.fullmatch(words)
    if found is None or not _begins_title(found["title"]):
        return None
    named = found.groupdict()
    if "site" in named:
        return PageTitle(found["title"].strip(), named["site"])
    # a trail of crumbs leads from the site down, a row of pipes up to it
    parts = re.split(r"\s[|>»]\s", named["parts"])
    return PageTitle(found["title"].strip(), parts[-1] if named["sign"] == "|" else parts[0])


def _begins_title(title: str) -> bool:
    return (
        len(title.split()) >= _MIN_WORDS
        and (title[0].isupper() or title[0].isdigit() or title[0] in "“\"'‘")
        and not _SENTENCE_END.search(title)
        # `“Bridge Falls | Example Institute,” May 3, 2023` is quoted whole: the sign stands inside the quotes
        and title.count("“") == title.count("”")
        and title.count('"') % 2 == 0
    )
