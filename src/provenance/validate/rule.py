"""What a rule is: a code, a name, a severity, a check, and a page that is its module's docstring.

A module of `rules/` holds one rule and is called `fnNNN_name.py`. Its docstring is its
page (docs/rules/FNNNN.md is made of it), in this order::

    \"\"\"FN103 glued-addresses: two addresses stand together with nothing between them.

    <what it flags, in a paragraph or two>

    ## Why it matters
    …
    ## Example
    ```text
    <a whole small draft on which the rule fires>
    ```
    ## Use instead
    ```text
    <the same draft, on which no rule fires>
    ```
    ## Fix
    Safe: … | Unsafe: … | None: …
    \"\"\"

The info string of a block says what it is: `text`, `markdown`, `html`, `rst` or `wikitext` is the draft;
so are `cp1252` (text in that encoding), `bytes` (text where backslash, x and two hexadecimal digits are a byte) and `word`, a Word file of one paragraph a line: `{1}` calls footnote 1, which a line `{1}: words` holds,
`{deleted: words}` is a tracked deletion, a line `{numbering}: eachPage` restarts the numbers, a line
`{embedded}: words` embeds a file;
`house` is a house.toml and `known` (TOML, `[[source]]` tables with `url` and the fields of
`draft.Known`) what is known of sources; these two, given in the example, hold for both.
The tests run every page: the example fires the rule, "use instead" is clean under every
rule, and where there is a fix, the fixed example is "use instead", character by character.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

from provenance.model import Severity
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.waivers import Stale

__all__ = ["Page", "Rule", "read_page"]

_TITLE = re.compile(r"(?P<code>FN\d{3}) (?P<name>[a-z0-9-]+): (?P<summary>[^\n]+)\n")
_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)
_FIXES: Mapping[str, Literal["safe", "unsafe", "none"]] = {
    "Safe": "safe",
    "Unsafe": "unsafe",
    "None": "none",
}
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Rule(NamedTuple):
    """One rule. `check` is pure: the same draft gives the same findings, in the order of the text.

    `review` is what a rule about exceptions says when all others have spoken. With `asks_knowledge`
    it says nothing where nobody was asked about the sources: silent, it then proves nothing.
    """

    code: str
    name: str
    severity: Severity
    check: Callable[[Draft], Iterable[Found]]
    review: Callable[[Draft, Stale], Iterable[Found]] | None = None
    asks_knowledge: bool = False


class Page(NamedTuple):
    """A rule's page, read: sections and blocks by their names."""

    code: str
    name: str
    summary: str
    about: str
    sections: Mapping[str, str]

    @property
    def fix(self) -> Literal["safe", "unsafe", "none"]:
        """What mends a finding: the first word under "Fix"."""
        return _FIXES[self.sections["Fix"].partition(":")[0]]

    def blocks(self, section: str) -> dict[str, str]:
        """Return the blocks of a section by info string."""
        return dict(_BLOCK.findall(self.sections.get(section, "")))


def read_page(docstring: str) -> Page:
    """Return the page that a rule's docstring holds.

    Raises:
        ValueError: its first line is not `FNnnn name: summary`.
    """
    title = _TITLE.match(docstring)
    if title is None:
        raise ValueError(f"a rule's page begins with `FNnnn name: summary`, not {docstring[:60]!r}")
    about, *rest = _SECTION.split(docstring[title.end() :])
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    return Page(title["code"], title["name"], title["summary"].strip(), about.strip(), sections)
