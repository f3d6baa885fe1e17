"""HTML with places: a Beautiful Soup tree whose every string knows where it stands in the source.

The only importer of bs4. Beautiful Soup tells the place of a tag but not of a
string, and an entity is shorter as read than as written; so the parser is made to
note, for each stretch of text, which stretch of the source it came from. That is
what lets an editor be shown, and a fix be made, at the right character.
"""

import html.entities
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from bs4 import BeautifulSoup
from bs4.builder._htmlparser import BeautifulSoupHTMLParser, HTMLParserTreeBuilder
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from provenance.formats.markup import end_of_markup, read_href

__all__ = [
    "HtmlTag",
    "HtmlText",
    "PageMeta",
    "SourcePiece",
    "is_visible_text",
    "parse_html",
    "place_of_tag",
    "read_page_meta",
    "words_of",
]

HtmlTag = Tag
# As deep as browsers nest tags; what is deeper stands beside. Each text would cost all tags around it.
_MAX_DEPTH = 512
_UNSEEN = frozenset({"script", "style", "template"})


class SourcePiece(NamedTuple):
    """`text` as read and the half-open range of the source that it was written as."""

    text: str
    start: int
    end: int


class HtmlText(NavigableString):
    """A string of the tree with the pieces of source that it came from, in order."""

    pieces: tuple[SourcePiece, ...] = ()


class _PlacedParser(BeautifulSoupHTMLParser):
    """Notes where each piece of text stands before handing it to the tree."""

    soup: "_PlacedSoup"

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]], handle_empty_element: bool = True
    ) -> None:
        raw = self.get_starttag_text() or ""
        if tag == "a" and "&" in raw and (href := read_href(raw)) is not None:
            attrs = [("href", href) if name == "href" else (name, other)
                     for name, other in attrs]  # fmt: skip
        if len(self.soup.tagStack) > _MAX_DEPTH:
            self.soup.popTag()
        super().handle_starttag(tag, attrs, handle_empty_element)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self.soup.line_starts[line - 1] + column

    def handle_data(self, data: str) -> None:
        start = self._offset()
        self.take(data, start, start + len(data))

    def handle_charref(self, name: str) -> None:
        start = self._offset()
        number, _, rest = self._dereference_numeric_character_reference(name)
        end = self._end_of_reference(start + 2 + len(name))
        # lone surrogates and NUL come out as U+FFFD, as the HTML standard has it
        self.take((number or "\ufffd") + rest, start, end)

    def handle_entityref(self, name: str) -> None:
        start = self._offset()
        end = self._end_of_reference(start + 1 + len(name))
        has_semicolon = end > start + 1 + len(name)
        # without a semicolon only the old names are references: `&lang=en` is part of an address
        key = name + ";" if has_semicolon else name
        self.take(html.entities.html5.get(key, self.rawdata_between(start, end)), start, end)

    def rawdata_between(self, start: int, end: int) -> str:
        """Return the source as written."""
        return self.soup.source[start:end]

    def _end_of_reference(self, end: int) -> int:
        return end + 1 if self.soup.source[end : end + 1] == ";" else end

    def take(self, text: str, start: int, end: int) -> None:
        """Hand over text with its place in the source."""
        if not text:
            return
        self.soup.pending.append(SourcePiece(text, start, end))
        self.soup.handle_data(text)


class _PlacedBuilder(HTMLParserTreeBuilder):
    def feed(self, markup: Any, _parser_class: type | None = None) -> None:
        arguments, options = self.parser_args
        assert self.soup is not None
        parser = _PlacedParser(self.soup, *arguments, **options)
        end = end_of_markup(markup)
        parser.feed(markup[:end])
        parser.close()
        parser.take(markup[end:], end, len(markup))
        parser.already_closed_empty_element = []


class _PlacedSoup(BeautifulSoup):
    def __init__(self, source: str) -> None:
        self.source = source
        self.pending: list[SourcePiece] = []
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", source))]
        super().__init__(
            source, builder=_PlacedBuilder(), element_classes={NavigableString: HtmlText}
        )

    def object_was_parsed(
        self,
        o: PageElement,
        parent: Tag | None = None,
        most_recent_element: PageElement | None = None,
    ) -> None:
        if isinstance(o, NavigableString):
            if isinstance(o, HtmlText):
                o.pieces = tuple(self.pending)
            self.pending = []
        super().object_was_parsed(o, parent, most_recent_element)


def parse_html(source: str) -> BeautifulSoup:
    """Return the tree of an HTML document; its strings are `HtmlText`. Never fails on bad markup."""
    return _PlacedSoup(source)


def place_of_tag(soup: Tag, tag: Tag) -> int:
    """Return where a tag's `<` stands in the source; `soup` is what `parse_html` returned."""
    if not isinstance(soup, _PlacedSoup) or tag.sourceline is None:
        return 0
    return soup.line_starts[tag.sourceline - 1] + (tag.sourcepos or 0)


def is_visible_text(element: PageElement) -> bool:
    """Tell whether a node is text that a reader sees (no comment, doctype or CDATA)."""
    return isinstance(element, NavigableString) and not isinstance(element, PreformattedString)


def words_of(tag: Tag) -> str:
    """Return the words that a reader sees in a tag, runs of blanks made one.

    Not `Tag.get_text`: that compares classes exactly and finds no `HtmlText`.
    """
    parts = (
        str(node) if isinstance(node, HtmlText) else " "
        for node in tag.descendants
        if (isinstance(node, HtmlText) and node.parent and node.parent.name not in _UNSEEN)
        or (isinstance(node, Tag) and node.name == "br")
    )
    return " ".join("".join(parts).split())


class PageMeta(NamedTuple):
    """What a page's head says about it; dates as written, empty strings left out."""

    title: str | None
    authors: tuple[str, ...]
    published: str | None
    canonical: str | None
    language: str | None


_TITLE_NAMES = ("citation_title", "og:title", "dc.title", "twitter:title")
_AUTHOR_NAMES = ("citation_author", "author", "dc.creator", "article:author", "byl")
_DATE_NAMES = (
    "citation_publication_date",
    "article:published_time",
    "dc.date",
    "dcterms.date",
    "date",
    "datepublished",
)
_PAGE_ADDRESS = re.compile(r"https?://[^/?#]+[/?]+[^/]")
_SITE_SUFFIX = re.compile(r"\s+[|–—-]\s+[^|]{3,60}$")


def read_page_meta(soup: BeautifulSoup) -> PageMeta:
    """Read title, authors, date, canonical URL and language from head, headline and JSON-LD."""
    named: dict[str, list[str]] = {}
    for tag in soup.find_all("meta"):
        name = str(tag.get("name") or tag.get("property") or tag.get("itemprop") or "").lower()
        if name and (content := str(tag.get("content") or "").strip()):
            named.setdefault(name, []).append(content)
    linked = _first_linked_data(soup)
    return PageMeta(
        title=_title(soup, named) or linked.get("headline") or _headline(soup),
        authors=_authors(named, linked),
        published=_first(named, _DATE_NAMES) or linked.get("datePublished"),
        canonical=_canonical(soup, named),
        language=str(soup.html.get("lang") or "") or None if soup.html else None,
    )


def _authors(named: dict[str, list[str]], linked: dict[str, Any]) -> tuple[str, ...]:
    """The names in the head, unless the JSON-LD has all of them and more."""
    names = [
        name
        for name in named.get(_first_key(named, _AUTHOR_NAMES), [])
        if not name.startswith("http")
    ]
    others: list[str] = linked.get("authors", [])
    return tuple(others if set(names) <= set(others) else names)


def _first_key(named: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((name for name in names if name in named), "")


def _first(named: dict[str, list[str]], names: tuple[str, ...]) -> str | None:
    values = named.get(_first_key(named, names))
    return values[0] if values else None


def _title(soup: BeautifulSoup, named: dict[str, list[str]]) -> str | None:
    """The declared title, unless it is the site's name: some sites declare that on every page."""
    declared = _first(named, _TITLE_NAMES)
    shown = words_of(soup.title) if soup.title else ""
    is_site_name = declared is not None and shown.endswith((f"| {declared}", f"- {declared}"))
    if is_site_name or declared is None or declared in named.get("og:site_name", ()):
        return None
    # `Duck - Wikipedia`, where the page's headline is `Duck`
    short = _SITE_SUFFIX.sub("", declared)
    return short if any(words_of(one) == short for one in soup.find_all("h1")) else declared


def _headline(soup: BeautifulSoup) -> str | None:
    shown = words_of(soup.title) if soup.title else ""
    for heading in soup.find_all("h1"):
        words = words_of(heading)
        # some sites print their own name as the headline of every page
        if words and not shown.endswith(tuple(f" {dash} {words}" for dash in "|-–—·")):
            return words
    return _SITE_SUFFIX.sub("", shown) or None


def _canonical(soup: BeautifulSoup, named: dict[str, list[str]]) -> str | None:
    link = soup.find("link", rel="canonical")
    candidates = [str(link.get("href") or "")] if isinstance(link, Tag) else []
    candidates += named.get("og:url", [])
    # a site's root is declared by pages that do not know their own address
    return next((url for url in candidates if _PAGE_ADDRESS.match(url)), None)


def _first_linked_data(soup: BeautifulSoup) -> dict[str, Any]:
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            data = json.loads("".join(map(str, script.contents)))
        except (ValueError, RecursionError):
            continue
        for item in _items_of(data):
            if "headline" in item or "datePublished" in item:
                return {
                    "headline": _text_or_none(item.get("headline")),
                    "datePublished": _text_or_none(item.get("datePublished")),
                    "authors": list(_author_names(item.get("author"))),
                }
    return {}


def _items_of(data: Any) -> Iterator[dict[str, Any]]:
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            yield from (
                (part for part in graph or () if isinstance(part, dict))
                if isinstance(graph, list)
                else ()
            )


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _author_names(author: Any) -> Iterator[str]:
    for one in author if isinstance(author, list) else [author]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str) and name:
            yield name
