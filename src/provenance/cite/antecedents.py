"""Short forms: which citation a note without address stands for, and by what it is known.

Seven ways lead to it, each named in the antecedent's `reason`:

* "ibid": the citation before ("Ibid.", "Id. at 12", "там же", "المرجع نفسه");
* "note number": the citation of a note that is named, also a later one
  ("Doe, supra note 4", "See footnote 128", "infra n. 7");
* "author": the one work of an author cited so far ("Doe, op. cit.");
* "name given": what a note said it would call a work ("hereinafter Doe, 2017");
* "author and year": "Doe 2017, p. 8"; "short title": "Doe, Rivers, 45", where the
  full title begins with or holds these words; "title": the title said again.

Each is resolved only when exactly one work fits: a wrong link is worse than a
missing one, and the editor is shown which ones would do. A name with a year or a
short title that fits nothing is a work of its own: many notes cite a bibliography.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from provenance.cite.locators import read_alias
from provenance.cite.patterns import lazy_pattern
from provenance.cite.people import surname_of
from provenance.cite.rules import find_fault
from provenance.cite.short_forms import ShortForm, ends_like_a_work, is_piece, read_short_form
from provenance.model import Antecedent, Citation, Finding, Note

__all__ = ["resolve_antecedents"]

_NOT_WORD = lazy_pattern(r"[\W_]+")
# These say of themselves that they stand for something else: where nothing fits, that is a finding.
_ALWAYS_SHORT = frozenset({"ibid", "note", "far_back"})
_YEAR = lazy_pattern(r"(?:1[5-9]|20)\d\d")
_MOST_SHOWN = 8


class _Cited(NamedTuple):
    place: Antecedent
    citation: Citation


def resolve_antecedents(notes: Sequence[Note]) -> tuple[list[Note], list[Finding]]:
    """Return the notes with each short form tied to its antecedent, and findings for those that are not."""
    resolver = _Resolver()
    resolved = [resolver.read(note) for note in notes]
    return [resolver.look_ahead(note) for note in resolved], resolver.findings


class _Resolver:
    """What was cited so far: read note by note, in order; then once more for what leads forward."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._by_title: dict[str, list[_Cited]] = {}
        self._by_author: dict[str, list[_Cited]] = {}
        self._by_alias: dict[str, list[_Cited]] = {}
        self._by_note: dict[tuple[str, str], list[_Cited]] = {}
        self._before: list[_Cited] = []
        self._is_adjacent = True
        self._is_unread = False
        self._list = ""
        self._ahead: set[tuple[str, int]] = set()

    def read(self, note: Note) -> Note:
        """Return the note with its short forms resolved, and remember what it cites."""
        if note.list != self._list:
            self._list, self._before, self._is_adjacent = note.list, [], True
            self._is_unread = False
        cited: list[_Cited] = []
        citations = []
        for citation in note.citations:
            found = self._resolve(note, citation, cited)
            citations.append(found)
            if found.kind != "commentary":
                place = found.antecedent or Antecedent(note.label, found.index, note.id)
                cited.append(_Cited(place, found))
                if found.antecedent is None:
                    self._remember(cited[-1])
        # "Ibid." behind a note that only comments: nobody can say what stood before it
        self._is_adjacent = bool(cited)
        pieces = len(cited) > 1 and all(is_piece(one.citation) for one in cited)
        self._is_unread = pieces or (not cited and ends_like_a_work(note.text))
        self._before = cited or self._before
        self._by_note.setdefault((note.list, note.label), []).extend(cited)
        return replace(note, citations=tuple(citations))

    def look_ahead(self, note: Note) -> Note:
        """Return the note with the references to later notes resolved."""
        if not any((note.id, citation.index) in self._ahead for citation in note.citations):
            return note
        citations = [
            self._resolve_note(note, citation, form)
            if (note.id, citation.index) in self._ahead
            and (form := read_short_form(citation.raw)) is not None
            else citation
            for citation in note.citations
        ]
        return replace(note, citations=tuple(citations))

    def _remember(self, cited: _Cited) -> None:
        citation = cited.citation
        if citation.title:
            self._by_title.setdefault(_normal(citation.title), []).append(cited)
        for name in _names_of(citation):
            self._by_author.setdefault(name, []).append(cited)
        if alias := read_alias(citation.raw):
            self._by_alias.setdefault(_normal(alias), []).append(cited)

    def _resolve(self, note: Note, citation: Citation, in_note: Sequence[_Cited]) -> Citation:
        if citation.kind != "work" or citation.url:
            return citation
        if named := self._known_by_alias(citation):
            return self._tie(note, citation, named, "name given")
        form = read_short_form(citation.raw)
        if form is not None and form.sort == "ibid" and self._is_unread and not in_note:
            return citation
        says_title_again = _normal(citation.title) in self._by_title and not citation.date
        if form is not None and not (form.sort == "title" and says_title_again):
            return self._resolve_form(note, citation, form, in_note)
        return self._resolve_title(note, citation) if citation.title else citation

    def _resolve_form(
        self, note: Note, citation: Citation, form: ShortForm, in_note: Sequence[_Cited]
    ) -> Citation:
        match form.sort:
            case "ibid":
                fitting = in_note[-1:] or _whole(_sources(self._before))
                return self._tie(
                    note, citation, fitting, "ibid", is_sure=bool(in_note) or self._is_adjacent
                )
            case "far_back":
                fitting = self._by_author.get(form.author or "", ())
                return self._tie(note, citation, _works(fitting), "author")
            case "author_year":
                return self._resolve_author(note, citation, form, "author and year")
            case "title":
                return self._resolve_author(note, citation, form, "short title")
            case "note" if (note.list, form.label or "") in self._by_note:
                return self._resolve_note(note, citation, form)
            case "note":
                self._ahead.add((note.id, citation.index))
                return citation

    def _known_by_alias(self, citation: Citation) -> list[_Cited]:
        """The works that are called by the first words of a citation, whole or up to its page."""
        words = _normal(citation.raw)
        if words in self._by_alias:
            return self._by_alias[words]
        parts = re.split(r"[,.]\s+(?=(?:pp?\.|at|S\.)\s?\d)", citation.raw, maxsplit=1)
        return self._by_alias.get(_normal(parts[0]), []) if len(parts) > 1 else []

    def _resolve_note(self, note: Note, citation: Citation, form: ShortForm) -> Citation:
        fitting: Sequence[_Cited] = self._by_note.get((note.list, form.label or ""), ())
        by_author = [one for one in fitting if form.author in _names_of(one.citation)]
        fits_name = form.author is None or any(_may_be_by(form.author, one) for one in fitting)
        works = _works(by_author or fitting)
        return self._tie(note, citation, works, "note number", is_sure=fits_name)

    def _resolve_author(
        self, note: Note, citation: Citation, form: ShortForm, reason: str
    ) -> Citation:
        fitting = [
            one
            for one in self._by_author.get(form.author or "", ())
            if _is_of_year(one.citation, form.year, form.letter)
            and _is_whole_name(form.name, one.citation)
            and _is_called(one.citation, form.title or citation.title)
        ]
        works = _works(fitting)
        return self._tie(note, citation, works, reason) if works else citation

    def _resolve_title(self, note: Note, citation: Citation) -> Citation:
        if citation.date:
            return citation
        fitting = [
            cited
            for cited in self._by_title.get(_normal(citation.title), ())
            if _fits(citation, cited.citation)
        ]
        works = {(full.citation.kind, full.citation.date, full.citation.url) for full in fitting}
        if not fitting:
            return citation  # the first mention of a work that has no date
        return self._tie(note, citation, fitting[:1] if len(works) == 1 else fitting, "title")

    def _tie(
        self,
        note: Note,
        citation: Citation,
        fitting: Sequence[_Cited],
        reason: str,
        *,
        is_sure: bool = True,
    ) -> Citation:
        if is_sure and len(fitting) == 1 and not _is_unresolved(fitting[0].citation):
            full = fitting[0]
            kind = (
                "work" if full.citation.kind == "web" and reason != "title" else full.citation.kind
            )
            place = replace(full.place, reason=reason)
            return replace(citation, kind=kind, access=full.citation.access, antecedent=place)
        shown = " ".join(citation.raw.split())
        names = ", ".join(list(dict.fromkeys(_places_of(fitting)))[:_MOST_SHOWN])
        message = (
            f"“{shown}” may stand for {names}"
            if names
            else f"“{shown}” stands for nothing before it"
        )
        code = "FN202" if "," in names else "FN201"
        self.findings.append(find_fault(code, message, note.label, citation.start, citation.end))
        return citation


def _is_unresolved(citation: Citation) -> bool:
    """Tell whether a citation is itself a short form for nobody knows what."""
    if citation.antecedent is not None or citation.kind != "work" or citation.url:
        return False
    form = read_short_form(citation.raw)
    return form is not None and form.sort in _ALWAYS_SHORT


def _may_be_by(name: str, cited: _Cited) -> bool:
    """Tell whether a name may be that of a citation's author: it is said there, or no author is."""
    citation = cited.citation
    return not citation.authors or name in _normal(citation.raw).split()


def _whole(cited: Sequence[_Cited]) -> Sequence[_Cited]:
    """Leave out what only is a piece of one work's description, if one work remains."""
    whole = [one for one in cited if not is_piece(one.citation)]
    return whole if len(whole) == 1 else cited


def _works(fitting: Iterable[_Cited]) -> list[_Cited]:
    """One for each work, the first citation of it; who repeats a work is that work."""
    return list(
        {(one.place.note_id, one.place.index): one for one in reversed([*fitting])}.values()
    )[::-1]


def _sources(fitting: Iterable[_Cited]) -> list[_Cited]:
    """One for each source: a note may name one page twice, or a work and "ibid." behind it."""
    return list(
        {
            one.citation.canonical_url or (one.place.note_id, one.place.index): one
            for one in reversed(_works(fitting))
        }.values()
    )[::-1]


def _places_of(fitting: Sequence[_Cited]) -> Iterator[str]:
    return (
        f"citation {cited.place.index + 1} of note [{cited.place.label}]"
        for cited in fitting
        if not _is_unresolved(cited.citation)
    )


def _names_of(citation: Citation) -> set[str]:
    """By whom a work is known: its authors' surnames, or the last word of who published it."""
    names = citation.authors or ((citation.publisher,) if citation.publisher else ())
    return {name for author in names if (name := surname_of(author))}


def _is_of_year(citation: Citation, year: str | None, letter: str) -> bool:
    """Tell whether a work is of a year, and not another one of it: "1978a" is not 1978b."""
    if year is None:
        return True
    lettered = re.search(rf"{year}([a-z])\b", citation.raw)
    if letter and lettered and lettered[1] != letter:
        return False
    date = citation.date or next(iter(_YEAR.findall(citation.raw)), "")
    return date.startswith(year)


def _is_whole_name(name: str | None, citation: Citation) -> bool:
    """Tell whether a name fits: a person is known by the surname, an office by its whole name."""
    return name is None or bool(citation.authors) or _normal(name) == _normal(citation.publisher)


def _is_called(citation: Citation, short_title: str | None) -> bool:
    """Tell whether a short title is the beginning of a title, or words of it in a row."""
    if short_title is None:
        return True
    short, title = _normal(short_title), _normal(citation.title)
    return bool(short) and f" {short} " in f" {title} "


def _fits(short: Citation, full: Citation) -> bool:
    """Tell whether who a short form names is who the full form names: publisher, or an author's surname."""
    if short.authors:
        return bool(_names_of(short) & _names_of(full))
    named = _normal(short.publisher)
    return not named or named == _normal(full.publisher) or named in _names_of(full)


def _normal(words: str | None) -> str:
    return _NOT_WORD.sub(" ", words or "").casefold().strip()
