"""What `html.parser` reads otherwise than browsers do: PURE, text in, places and values out."""

import html
import re

__all__ = ["end_of_markup", "read_href"]

_MAX_UNCLOSED = 64
_ATTRIBUTE = re.compile(r"""\s([^\s=>/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")
_REFERENCE_IN_ATTRIBUTE = re.compile(r"&(?:#\d+;?|#[xX][0-9a-fA-F]+;?|\w+;|\w+(?![=\w]))")


def read_href(start_tag: str) -> str | None:
    """Return the first href of a start tag, its references read as the HTML standard has it.

    In an attribute `&copy=2` stays what it is; `html.parser` of Python 3.11 makes
    it `©=2`, and so two URLs of one.

    >>> read_href('<a class="x" href="https://a.org/?b=1&amp;c=2&copy=3">')
    'https://a.org/?b=1&c=2&copy=3'
    """
    for name, *values in _ATTRIBUTE.findall(start_tag):
        if name.lower() == "href":
            return _REFERENCE_IN_ATTRIBUTE.sub(
                lambda match: html.unescape(match[0]), "".join(values)
            )
    return None


def end_of_markup(source: str) -> int:
    """Where nothing but tags or comments follows that never close.

    `html.parser` looks to the end of the file for the close of each of them: a few
    cost nothing, thousands cost the square of the file. What follows is read as text.
    """
    after_tags = source.rfind(">") + 1
    if source.count("<", after_tags) > _MAX_UNCLOSED:
        return source.find("<", after_tags)
    after_comments = source.rfind("-->") + 1
    if source.count("<!--", after_comments) > _MAX_UNCLOSED:
        return source.find("<!--", after_comments)
    return len(source)
