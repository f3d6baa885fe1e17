"""MediaWiki wikitext: the words as the wiki page shows them, notes where its lists stand.

Own scanner: mwparserfromhell keeps no places in the source and takes quadratic time on
unclosed tags. `wikitext_pairs` says which brackets belong together, `wikitext_walk` walks the
source once. No template is expanded: citation templates are written out by the names of
their values, boxes show only what they cite. Line and column of every span lead into the file;
a note's lead to its `<ref>`.
"""

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.wikitext_walk import WikitextWalk
from provenance.formats.dates import find_dates
from provenance.model import Document, Finding, Metadata

__all__ = ["read_wikitext"]

# `<pre>` at the head of a proposal: `  Title: …`, and further lines of a value indented deeper.
_HEADER = lazy_pattern(r"\s*<pre>\s*\n(?P<lines>(?:[ \t]+\S[^\n]*\n)+)</pre>")
_HEADER_LINE = lazy_pattern(r"^[ \t]{1,4}(?P<name>[A-Z][A-Za-z-]{1,30}):[ \t]*(?P<value>.*)$")
_DISPLAY_TITLE = lazy_pattern(r"\{\{\s*DISPLAYTITLE\s*:(?P<title>[^{}\n]{1,300})\}\}")
_ADDRESS_OF_PERSON = lazy_pattern(r"\s*<[^<>\s]*@?[^<>]*>")
_MARKUP = lazy_pattern(r"'{2,}|</?i>|</?b>")


def read_wikitext(source: str, sha256: str, findings: tuple[Finding, ...] = ()) -> Document:
    """Return the document that a wikitext describes."""
    walk = WikitextWalk(source)
    flow = walk.read()
    return flow.make_document(
        "wikitext", source, sha256, _metadata_of(source, walk.title), findings
    )


def _metadata_of(source: str, bold: str | None) -> Metadata:
    """What a header in `<pre>` says, else the title that is set, else the first words in bold."""
    header = _read_header(source)
    shown = _DISPLAY_TITLE.search(source)
    title = _MARKUP.sub("", shown["title"]).strip() if shown else bold
    dates = find_dates(" ".join(header.get("created", []) + header.get("assigned", [])))
    authors = header.get("author", []) + header.get("authors", [])
    return Metadata(
        title=" ".join(header.get("title", [])) or title,
        authors=tuple(
            name for author in authors if (name := _ADDRESS_OF_PERSON.sub("", author).strip(" ,"))
        ),
        published=dates[0].iso if dates else None,
    )


def _read_header(source: str) -> dict[str, list[str]]:
    header = _HEADER.match(source)
    fields: dict[str, list[str]] = {}
    name = ""
    for line in header["lines"].splitlines() if header else ():
        if field := _HEADER_LINE.match(line):
            name = field["name"].lower()
        value = field["value"] if field else line
        if name and value.strip():
            fields.setdefault(name, []).append(value.strip())
    return fields
