"""A citation template written out as the wiki page shows it, with what it says kept as data.

The order is that of the CS1 templates: people, date, title, where it appeared, publisher,
pages, identifiers, archived copy, day of access. The words are the writer's own; only
the punctuation between them is added.
"""

from functools import cache

from provenance.cite.readers.flow import Flow
from provenance.cite.readers.wikitext_facts import (
    Render,
    address_of,
    first_address,
    mark_of_fields,
    year_in,
)
from provenance.cite.readers.wikitext_fields import Fields, name_fields
from provenance.cite.readers.wikitext_templates import Call
from provenance.cite.readers.wikitext_words import ShortCite
from provenance.model import CitationMark, Link
from provenance.text import Span

__all__ = ["write_archived_copy", "write_citation", "write_short_citation"]

# field -> what stands before and behind its value, in the order in which the page shows them
_BEHIND_TITLE = (
    ("trans_title", " [", "]"), ("subtitle", ". ", ""), ("type", " (", ")"), ("edition", ", ", ""), ("work", ". ", ""),
    ("series", ". ", ""), ("volume", ". ", ""), ("issue", " (", ")"), ("agency", ". ", ""), ("place", ". ", ""),
    ("publisher", ". ", ""), ("pages", ", p. ", ""), ("arxiv", ". arXiv:", ""), ("doi", ". doi:", ""),
    ("isbn", ". ISBN ", ""), ("issn", ". ISSN ", ""), ("oclc", ". OCLC ", ""), ("lccn", ". LCCN ", ""),
    ("jstor", ". JSTOR ", ""), ("pmid", ". PMID ", ""), ("pmc", ". PMC ", ""), ("bibcode", ". Bibcode:", ""),
    ("hdl", ". hdl:", ""), ("id", ". ", ""), ("quote", ". ", ""),
)  # fmt: skip
_ENDS = (".", "?", "!", "…")
_PLACES_IN_WORK = (
    ("p", ", p. "), ("page", ", p. "), ("1p", ", p. "), ("pp", ", pp. "), ("pages", ", pp. "), ("1pp", ", pp. "),
    ("loc", ", "), ("at", ", "), ("1loc", ", "), ("ps", ""),
)  # fmt: skip
_NAMES_OF_SHORT_CITE = ("last", "last1", "last2", "last3", "1a1", "1a2", "year", "1y")


def write_citation(source: str, call: Call, render: Render, flow: Flow) -> None:
    """Write a citation template to `flow`, and the mark that says what it cites."""
    fields = name_fields(source, call)
    # a note inside a value is met once, however often its words are asked for
    written = _Written(source, cache(render), flow)
    written.write_people(fields)
    written.write_date(fields)
    written.write_titles(fields)
    for field, before, behind in _BEHIND_TITLE:
        written.write(fields.get(field), before, behind)
    written.write_copy(fields)
    written.write(fields.get("access_date"), ". Retrieved ")
    if written.has_words:
        mark = mark_of_fields(source, fields, written.render, written.start, flow.length)
        flow.citations.append(mark)


def write_short_citation(
    source: str, call: Call, render: Render, flow: Flow, shape: ShortCite
) -> None:
    """Write a Harvard template (`{{sfn|Smith|2001|p=12}}`): names and year that stand for a full citation."""
    written = _Written(source, render, flow)
    named = (call.values[name] for name in _NAMES_OF_SHORT_CITE if name in call.values)
    spans = [span for span in call.places if span.of(source).strip()] or list(named)
    words = [render(span).words() for span in spans]
    year = year_in(words[-1]) if words else None
    people = spans[:-1] if year else spans
    if shape.opened and spans:
        flow.insert(shape.opened)
    for index, span in enumerate(people):
        written.write(span, ("" if not index else " & " if index == len(people) - 1 else ", "))
    if year:
        written.write(spans[-1], shape.before_year if people else "")
    for name, before in _PLACES_IN_WORK:
        written.write(call.values.get(name), before)
    if shape.closed and spans:
        flow.insert(shape.closed)
    if written.has_words:
        authors = tuple(words[: len(people)])
        flow.citations.append(CitationMark(written.start, flow.length, authors=authors, date=year))


def write_archived_copy(source: str, call: Call, render: Render, flow: Flow) -> None:
    """Write `{{webarchive|url=…|date=…|title=…}}`: a copy in a web archive, cited by itself."""
    address = first_address(source, call.values.get("url") or call.values.get("1"))
    written = _Written(source, render, flow)
    written.write(call.values.get("title"))
    title = flow.words_since(written.start) if written.has_words else None
    if title is None:
        flow.write("Archived", call.start, call.end)
    if address:
        flow.links.append(Link(written.start, flow.length, address))
    written.write(call.values.get("date"), ", " if title else " ")
    flow.citations.append(
        CitationMark(written.start, flow.length, archive_url=address, title=title)
    )


class _Written:
    """A citation as it is written to a text: `start` is where its first word stands."""

    def __init__(self, source: str, render: Render, flow: Flow) -> None:
        self.render = render
        self.flow = flow
        self.start = flow.settle()
        self._source = source

    @property
    def has_words(self) -> bool:
        """Tell whether anything was written so far."""
        return self.flow.length > self.start

    def write(self, span: Span | None, before: str = "", behind: str = "") -> None:
        """Write a value with what stands around it, nothing where it shows nothing."""
        shown = self.render(span) if span is not None else None
        if shown is None or not shown.length:
            return
        if self.has_words and before.startswith(". "):
            self.stop()
            before = before[2:]
        if before and self.has_words:
            self.flow.insert(before)
        self.flow.splice(shown)
        if behind:
            self.flow.insert(behind)

    def stop(self) -> None:
        """End what was written with a full stop and a blank, unless it has ended itself."""
        if self.has_words:
            ends = self.flow.tail(2).rstrip('”"').endswith(_ENDS)
            self.flow.insert(" " if ends else ". ")

    def write_people(self, fields: Fields) -> None:
        """Write authors, or editors where no author is named: `Last, First; Last, First`."""
        people = fields.people or fields.editors
        for index, (last, first) in enumerate(people):
            self.write(last, "; " if index else "")
            self.write(first, ", ")
        if people and not fields.people:
            self.flow.insert(" (ed.)" if len(people) == 1 else " (eds.)")
        if not people:
            self.write(fields.get("authors"))

    def write_date(self, fields: Fields) -> None:
        """Write the day, or month and year, in brackets."""
        date = fields.get("date") or fields.get("year")
        if date is None or not self.render(date).length:
            return
        self.flow.insert(" (" if self.has_words else "(")
        if "month" in fields and "date" not in fields:
            self.flow.splice(self.render(fields["month"]))
            self.flow.insert(" ")
        self.flow.splice(self.render(date))
        self.flow.insert(")")

    def write_titles(self, fields: Fields) -> None:
        """Write chapter and title in quotes, the one that the address leads to as a link."""
        address = address_of(self._source, fields)
        titles = [
            name
            for name in ("chapter", "title")
            if name in fields and self.render(fields[name]).length
        ]
        for name in titles:
            self.stop()
            self.flow.insert("“")
            began = self.flow.length
            self.flow.splice(self.render(fields[name]))
            if address and name == titles[-1]:
                self.flow.links.append(Link(began, self.flow.length, address))
            self.flow.insert("”")
        if not titles:
            self.write(fields.get("url"), ". ")

    def write_copy(self, fields: Fields) -> None:
        """Write `Archived from the original on …`, the first word as a link to the copy."""
        address = first_address(self._source, fields.get("archive_url"))
        if address is None:
            return
        self.stop()
        began = self.flow.length
        self.flow.write("Archived", *fields["archive_url"])
        self.flow.links.append(Link(began, self.flow.length, address))
        self.flow.insert(" from the original")
        self.write(fields.get("archive_date"), " on ")
