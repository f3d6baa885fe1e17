"""Which citations point to the same thing: the sources of a document.

A source's id is a digest of its key, and its key says what the thing *is*: the
canonical URL of a page, publisher, title and date of a report, the name of a
database together with whose it is. So the same page cited in two updates, or by
twitter.com here and x.com there, is one source, on every machine.
"""

import re
from collections.abc import Iterable, Sequence

from provenance.cite.archives import original_of, read_wrapped_copy
from provenance.cite.numbered import number_of_paper
from provenance.cite.patterns import lazy_pattern
from provenance.formats.hosts import access_of_host
from provenance.formats.ids import make_id
from provenance.formats.url import canonical_url, host_of
from provenance.model import Citation, CitedMemento, Metadata, Note, Parsed, Source, SourceMap

__all__ = ["identify_sources", "source_of_address"]

_WORD = lazy_pattern(r"[^\W_]+")
_SMALL_WORDS = frozenset("a an the of on in for and s own our my their data".split())
_OLD_ISBN = 10
_ACRONYM = lazy_pattern(r"\(([A-Z]{2,10})s?\)")


def identify_sources(parsed: Parsed) -> SourceMap:
    """Return the sources that a document cites, in the order of their first citation."""
    scope = _scope_of(parsed.document.metadata, parsed.document.sha256)
    sources: dict[str, Source] = {}
    source_ids: dict[tuple[str, int], str] = {}
    mementos: dict[str, CitedMemento] = {}
    cited = {(note.id, citation.index): citation for note, citation in _citations_of(parsed.notes)}
    for place, citation in cited.items():
        before = citation.antecedent
        # what a short form stands for may also come later: "see note 128 below"
        full = cited.get((before.note_id, before.index), citation) if before else citation
        source = _source_of(full, scope, parsed.document.sha256)
        sources.setdefault(source.id, source)
        source_ids[place] = source.id
        for copy in _copies_of(citation):
            mementos.setdefault(copy, _memento_of(source.id, copy))
    return SourceMap(tuple(sources.values()), source_ids, tuple(mementos.values()))


def source_of_address(url: str) -> Source:
    """Return the source that a citation of this whole address points to."""
    canonical = canonical_url(original_of(url) or url)
    key = f"web {canonical}"
    return Source(
        id=make_id("source", key),
        key=key,
        kind="web",
        url=original_of(url) or url,
        canonical_url=canonical,
        host=host_of(canonical),
        access=access_of_host(host_of(canonical) or ""),
    )


def _copies_of(citation: Citation) -> Iterable[str]:
    """The links into web archives that a citation holds: its own address, or the one beside it."""
    if citation.archive_of and citation.url:
        yield citation.url
    if citation.archive_url:
        yield citation.archive_url


def _citations_of(notes: Sequence[Note]) -> Iterable[tuple[Note, Citation]]:
    return (
        (note, citation)
        for note in notes
        for citation in note.citations
        if citation.kind != "commentary"
    )


def _source_of(citation: Citation, scope: str, sha256: str) -> Source:
    key = _key_of(citation, scope, sha256)
    # what is fetched is the page itself, not the copy of it that a note links to
    url = citation.archive_of or citation.url
    return Source(
        id=make_id("source", key),
        key=key,
        kind=citation.kind,
        url=url,
        canonical_url=citation.canonical_url,
        host=host_of(citation.canonical_url) if citation.canonical_url else None,
        truncated=citation.truncated,
        publisher=citation.publisher,
        title=citation.title,
        date=citation.date,
        access=citation.access,
    )


def _key_of(citation: Citation, scope: str, sha256: str) -> str:
    if citation.canonical_url is not None:
        return f"web {citation.canonical_url}"
    if citation.kind == "on_request":
        return f"on_request {_name_of_data(citation.title or citation.raw)} | {scope}"
    return _key_without_address(citation, sha256)


def _key_without_address(citation: Citation, sha256: str) -> str:
    """The number or the title of a work, else its words in this document."""
    if citation.isbn is not None:
        return f"isbn {_isbn_13(citation.isbn)}"
    if citation.kind == "work" and (number := number_of_paper(citation.raw)):
        return f"paper {number}"
    if citation.kind in {"subscription", "work"} and citation.title:
        words = (_normal(citation.publisher), _normal(citation.title), citation.date or "")
        return f"{citation.kind} {' | '.join(words)}"
    if citation.truncated:
        # `https://...` here and `https://...` there are cut from addresses that nobody knows
        return f"{citation.kind} {citation.raw} at {citation.start} | {sha256}"
    # an interview, a scrap, a book without a title: nothing but this document says what it is
    return f"{citation.kind} {_normal(citation.raw) or citation.raw} | {sha256}"


def _isbn_13(isbn: str) -> str:
    """The thirteen digits of an ISBN of ten, so that a book's two numbers are one (ISO 2108)."""
    if len(isbn) != _OLD_ISBN:
        return isbn
    digits = f"978{isbn[:-1]}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _scope_of(metadata: Metadata, sha256: str) -> str:
    """Whose "author's database" it is: the authors', else the publishing site's, else this document's."""
    if metadata.authors:
        return ", ".join(sorted(_normal(author) for author in metadata.authors))
    return (metadata.origin_url and host_of(metadata.origin_url)) or sha256


def _normal(words: str | None) -> str:
    return " ".join(_WORD.findall((words or "").casefold()))


def _name_of_data(title: str) -> str:
    """One name for "Author's database of significant activity (SIGACT)" and "… of SIGACTs"."""
    for match in _ACRONYM.finditer(title):
        title = _drop_spelled_out(title, match)
    words = (word.removesuffix("s") for word in _WORD.findall(title.casefold()))
    return " ".join(word for word in words if word and word not in _SMALL_WORDS)


def _drop_spelled_out(title: str, acronym: re.Match[str]) -> str:
    """Drop the words whose beginnings, put together, spell the acronym that follows them."""
    words = list(_WORD.finditer(title, 0, acronym.start()))
    for first in range(len(words) - 1, -1, -1):
        if _spells([word[0].upper() for word in words[first:]], acronym[1]):
            return title[: words[first].start()] + acronym[1] + title[acronym.end() :]
    return title


def _spells(words: Sequence[str], acronym: str) -> bool:
    """Tell whether one or more letters from the start of each word, in order, make the acronym."""
    if not words:
        return not acronym
    longest = min(len(words[0]), len(acronym))
    return any(
        words[0].startswith(acronym[:size]) and _spells(words[1:], acronym[size:])
        for size in range(1, longest + 1)
    )


def _memento_of(source_id: str, url: str) -> CitedMemento:
    wrapped = read_wrapped_copy(url)
    return CitedMemento(
        source_id,
        wrapped.archive if wrapped else host_of(url) or "",
        url,
        wrapped.at if wrapped else None,
    )
