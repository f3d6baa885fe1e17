"""Short forms: which earlier citation a note without date and address stands for.

A short form repeats publisher and title of something cited in full before. It is
resolved only when exactly one earlier work fits: a wrong link is worse than a
missing one.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from provenance.model import Antecedent, Citation, Note

__all__ = ["resolve_antecedents"]

_NOT_WORD = re.compile(r"[\W_]+")


class _Cited(NamedTuple):
    place: Antecedent
    citation: Citation


def resolve_antecedents(notes: Sequence[Note]) -> list[Note]:
    """Return the notes with each short form tied to its antecedent."""
    by_title: dict[str, list[_Cited]] = {}
    resolved = []
    for note in notes:
        citations = tuple(_resolve(citation, by_title) for citation in note.citations)
        for citation in citations:
            if citation.title and citation.antecedent is None:
                place = Antecedent(note.label, citation.index, note.id)
                by_title.setdefault(_normal(citation.title), []).append(_Cited(place, citation))
        resolved.append(replace(note, citations=citations) if citations != note.citations else note)
    return resolved


def _resolve(citation: Citation, by_title: dict[str, list[_Cited]]) -> Citation:
    if citation.kind != "work" or citation.url or citation.date or not citation.title:
        return citation
    fitting = [
        cited
        for cited in by_title.get(_normal(citation.title), ())
        if _fits(citation, cited.citation)
    ]
    if (
        len({(cited.citation.kind, cited.citation.date, cited.citation.url) for cited in fitting})
        != 1
    ):
        return citation
    full = fitting[0]
    return replace(
        citation, kind=full.citation.kind, access=full.citation.access, antecedent=full.place
    )


def _fits(short: Citation, full: Citation) -> bool:
    """Tell whether who a short form names is who the full form names: publisher, or an author's surname."""
    named = _normal(short.publisher)
    surnames = {_normal(author).rpartition(" ")[2] for author in full.authors}
    return not named or named == _normal(full.publisher) or named in surnames


def _normal(words: str | None) -> str:
    return _NOT_WORD.sub(" ", words or "").casefold().strip()
