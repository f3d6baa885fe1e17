"""Which of the titles and names that a page offers are its own. PURE."""

import re

__all__ = ["choose_title", "split_authors"]

# More words are no name but a sentence, a menu or a box ("Authority control databases …").
_MAX_WORDS_OF_A_NAME = 6
_DIGIT = re.compile("[0-9]")


def choose_title(declared: str | None, heading: str | None, site: str | None) -> str | None:
    """Return the page's title: as declared, unless that only names the site.

    Some sites declare their own name as the title of every page (`og:title`); it
    then equals the part of `<title>` behind the last separator, here `site`.

    >>> choose_title("Institute", "Assessment, March 5", "Institute")
    'Assessment, March 5'
    """
    if declared and not (heading and site and declared.strip() == site.strip()):
        return declared.strip()
    return heading.strip() if heading else None


def split_authors(names: str | None) -> tuple[str, ...]:
    """Return the names in a list parted by `;`, without what cannot be a name.

    >>> split_authors("Liam Karr; Updated 12 May; Press ISW")
    ('Liam Karr', 'Press ISW')
    """
    parts = (part.strip() for part in (names or "").split(";"))
    return tuple(
        part
        for part in parts
        if part and len(part.split()) <= _MAX_WORDS_OF_A_NAME and not _DIGIT.search(part)
    )
