"""Short forms: which earlier citation a note without date and address stands for.

Three sorts: a repeated title ("Writer, “At Dawn.”"), the citation before ("Ibid.",
"Id. at 12"), another note by its number ("See note 4", "supra note 4"). Each is
resolved only when exactly one earlier work fits: a wrong link is worse than a
missing one, and the editor is shown which ones would do.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from provenance.cite.prose import names_note
from provenance.cite.rules import find_fault
from provenance.model import Antecedent, Citation, Finding, Note

__all__ = ["resolve_antecedents"]

_NOT_WORD = re.compile(r"[\W_]+")
_IBID = re.compile(r"\W*(?:ibid|ebd)\b|\W*id\.", re.IGNORECASE)
_FAR_BACK = re.compile(r"\W*(?:op\.\s*cit|loc\.\s*cit|supra|a\.\s?a\.\s?o)\b", re.IGNORECASE)


class _Cited(NamedTuple):
    place: Antecedent
    citation: Citation


def resolve_antecedents(notes: Sequence[Note]) -> tuple[list[Note], list[Finding]]:
    """Return the notes with each short form tied to its antecedent, and findings for those that are not."""
    resolver = _Resolver()
    resolved = [resolver.read(note) for note in notes]
    return resolved, resolver.findings


class _Resolver:
    """What was cited so far: read note by note, in order."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._by_title: dict[str, list[_Cited]] = {}
        self._by_note: dict[tuple[str, str], list[_Cited]] = {}
        self._before: list[_Cited] = []
        self._list = ""

    def read(self, note: Note) -> Note:
        """Return the note with its short forms resolved, and remember what it cites."""
        if note.list != self._list:
            self._list, self._before = note.list, []
        cited: list[_Cited] = []
        citations = []
        for citation in note.citations:
            found = self._resolve(note, citation, cited)
            citations.append(found)
            if found.kind != "commentary":
                place = found.antecedent or Antecedent(note.label, found.index, note.id)
                cited.append(_Cited(place, found))
            if found.title and found.antecedent is None:
                self._by_title.setdefault(_normal(found.title), []).append(cited[-1])
        self._before = cited
        self._by_note.setdefault((note.list, note.label), []).extend(cited)
        return replace(note, citations=tuple(citations))

    def _resolve(self, note: Note, citation: Citation, in_note: Sequence[_Cited]) -> Citation:
        if citation.kind != "work" or citation.url or citation.date:
            return citation
        if citation.title:
            return self._resolve_title(note, citation)
        if number := names_note(citation.raw):
            return self._tie(note, citation, self._by_note.get((note.list, number), ()))
        if _IBID.match(citation.raw):
            return self._tie(note, citation, in_note[-1:] or self._before)
        if _FAR_BACK.match(citation.raw):
            return self._tie(note, citation, ())
        return citation

    def _resolve_title(self, note: Note, citation: Citation) -> Citation:
        fitting = [
            cited
            for cited in self._by_title.get(_normal(citation.title), ())
            if _fits(citation, cited.citation)
        ]
        works = {(full.citation.kind, full.citation.date, full.citation.url) for full in fitting}
        if not fitting:
            return citation  # the first mention of a work that has no date
        return self._tie(note, citation, fitting[:1] if len(works) == 1 else fitting)

    def _tie(self, note: Note, citation: Citation, fitting: Sequence[_Cited]) -> Citation:
        if len(fitting) == 1 and not _is_unresolved(fitting[0].citation):
            full = fitting[0]
            kind = (
                "work" if full.citation.kind == "web" and not citation.title else full.citation.kind
            )
            return replace(citation, kind=kind, access=full.citation.access, antecedent=full.place)
        shown = " ".join(citation.raw.split())
        names = ", ".join(dict.fromkeys(_names_of(fitting)))
        message = (
            f"“{shown}” may stand for {names}"
            if names
            else f"“{shown}” stands for nothing before it"
        )
        self.findings.append(find_fault("FN201", message, note.label, citation.start, citation.end))
        return citation


def _is_unresolved(citation: Citation) -> bool:
    """Tell whether a citation is itself a short form for nobody knows what."""
    is_short = (
        _IBID.match(citation.raw) or _FAR_BACK.match(citation.raw) or names_note(citation.raw)
    )
    return bool(is_short) and citation.antecedent is None and citation.kind == "work"


def _names_of(fitting: Sequence[_Cited]) -> Iterator[str]:
    return (
        f"citation {cited.place.index + 1} of note [{cited.place.label}]"
        for cited in fitting
        if not _is_unresolved(cited.citation)
    )


def _fits(short: Citation, full: Citation) -> bool:
    """Tell whether who a short form names is who the full form names: publisher, or an author's surname."""
    named = _normal(short.publisher)
    surnames = {_normal(author).rpartition(" ")[2] for author in full.authors}
    return not named or named == _normal(full.publisher) or named in surnames


def _normal(words: str | None) -> str:
    return _NOT_WORD.sub(" ", words or "").casefold().strip()
