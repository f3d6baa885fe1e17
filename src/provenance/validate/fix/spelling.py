r"""How words are written in a format so that it reads them as words. PURE.

The first spelling writes them as a person would; the second escapes all that the format could read
as markup, for where the first was read otherwise (`_` and `*` in Markdown, `|` inside
a template of a wiki).
"""

import re
from collections.abc import Callable

from provenance.cite.patterns import lazy_pattern

__all__ = ["seam_of", "spell_address", "spell_words"]

_MARKDOWN_SIGNS = lazy_pattern(r"([\\`*_\[\]<>#|~!])")
_RST_SIGNS = lazy_pattern(r"([\\*`_|])")
_WIKI_SIGNS = lazy_pattern(r"[\[\]{}|=<>'~]")
_REFERENCE = lazy_pattern(r"&(?:#\d|#[xX][0-9a-fA-F]|\w+;)")
_QUOTES = {'"': "&quot;", "'": "&#39;"}
# What ends something that began before: new words that stand between two things stand behind it.
_SEAMS = {
    "html": lazy_pattern(
        r"(?:</(?:a|abbr|b|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u)\s*>)*",
        re.IGNORECASE,
    ),
    "markdown": lazy_pattern(
        r"[*_~`]*(?:\]\((?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+\"[^\"\n]*\")?\s*\)|\]\[[^\[\]\n]*\]|>)?"
    ),
    "rst": lazy_pattern(r"(?:\s*<[^<>]*>)?(?:``|`__?|\*{1,2}|_)?"),
    "wikitext": lazy_pattern(r"'*\]{0,2}'*"),
}


def spell_words(words: str, file_format: str, spelling: int) -> str:
    r"""Return words as they are written in the running text of a format.

    >>> spell_words("a_b & c", "markdown", 0), spell_words("a_b & c", "markdown", 1)
    ('a_b & c', 'a\\_b & c')
    """
    if file_format == "html":
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escape = _ESCAPED.get(file_format) if spelling else None
    return escape(words) if escape else words


def _escape_wiki(words: str) -> str:
    return _WIKI_SIGNS.sub(lambda match: f"&#{ord(match[0])};", words)


_ESCAPED: dict[str, Callable[[str], str]] = {
    "markdown": lambda words: _MARKDOWN_SIGNS.sub(r"\\\1", words),
    "rst": lambda words: _RST_SIGNS.sub(r"\\\1", words),
    "wikitext": _escape_wiki,
}


def spell_address(url: str, before: str, quote: str, spelling: int) -> str:
    """Return an address as the value of an HTML attribute, in the manner of the value `before`.

    A bare `&` stays bare where the file writes it so, unless it would be read as a reference.
    """
    is_bare = "&" in before and not _REFERENCE.search(before) and not _REFERENCE.search(url)
    written = url if is_bare and not spelling else url.replace("&", "&amp;")
    return written.replace(quote, _QUOTES[quote]) if quote else written


def seam_of(gap: str, file_format: str) -> int:
    """Return how far into markup between two stretches of words something new between them belongs.

    >>> seam_of('</a><a href="https://b.example/">', "html")
    4
    """
    pattern = _SEAMS.get(file_format)
    match = pattern.match(gap) if pattern else None
    return match.end() if match else 0
