"""Any markup in, the words between its tags out: the cheapest reading, for what defeats a parser.

For pages nested deeper than libxml2 goes (256 levels) and for XML. The standard
library's parser keeps no tree, so that depth does not hurt it; some malformed
input makes it quadratic, which is the cage's business. PURE.
"""

import re
from html.parser import HTMLParser

__all__ = ["strip_markup"]

_SPACES = re.compile(r"[ \t\r\n\f]+")  # HTML's white space: a no-break space is a character
_SILENT = {"script", "style", "template", "noscript", "svg", "math"}
# Elements inside a line; any other tag begins a new one.
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q "
    "ruby s samp small span strike strong sub sup time tt u var wbr".split()
)


def strip_markup(source: str) -> str:
    r"""Return the text of a page or an XML document: one line a block, no empty lines.

    >>> strip_markup("<h1>Mali</h1><p>JNIM <b>attacked</b> a&nbsp;convoy.<script>x()</script>")
    'Mali\nJNIM attacked a\xa0convoy.'
    """
    words = _Words()
    words.feed(source)
    words.close()
    lines = "".join(words.parts).split("\n")
    return "\n".join(clean for line in lines if (clean := _SPACES.sub(" ", line).strip()))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if self._silent is None and tag in _SILENT:
            self._silent = tag
        if tag not in _INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = None
        if tag not in _INLINE:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in _INLINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._silent is None:
            self.parts.append(_SPACES.sub(" ", data))

    def unknown_decl(self, data: str) -> None:
        if self._silent is None and data.startswith("CDATA["):
            # feeds carry pages in there, mark-up and all
            self.parts.append(strip_markup(data.removeprefix("CDATA[")))
