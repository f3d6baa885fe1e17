"""Cut addresses in a document, what surrounds them, and the whole addresses that it shows. PURE."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from provenance.cite.addresses import find_addresses
from provenance.cite.prefixes import has_enough_path
from provenance.cite.repair import mend_address, trim_address
from provenance.formats.url import parse_address
from provenance.model import Citation, Note, Parsed

__all__ = [
    "Cut",
    "Key",
    "cut_of",
    "find_cuts",
    "same_note_addresses",
    "short_forms",
    "whole_addresses",
]

# A citation in a document: its note's id and its index there.
Key = tuple[str, int]


class Cut(Struct, frozen=True):
    """A citation whose address is cut, with what identifies its note elsewhere.

    `also` are the short forms that stand for it, `beside` the canonical URLs of the
    note's whole addresses.
    """

    note_id: str
    label: str
    citation: Citation
    also: tuple[Key, ...]
    beside: frozenset[str]

    @property
    def key(self) -> Key:
        """What the citation is called among those of its document."""
        return self.note_id, self.citation.index

    @property
    def url(self) -> str:
        """The address as the note has it, with its `...`."""
        return self.citation.url or ""


def find_cuts(parsed: Parsed) -> tuple[Cut, ...]:
    """Return the cut citations of a document that show enough to be asked about."""
    cut = [
        (note, citation)
        for note in parsed.notes
        for citation in note.citations
        if citation.truncated and citation.url and has_enough_path(citation.url)
    ]
    also = short_forms(parsed) if cut else {}
    return tuple(cut_of(note, citation, also) for note, citation in cut)


def cut_of(note: Note, citation: Citation, also: Mapping[Key, tuple[Key, ...]]) -> Cut:
    """Return a citation with its surroundings; `also` is what `short_forms` found."""
    beside = frozenset(_whole_canonicals(note)) - {citation.canonical_url}
    key = (note.id, citation.index)
    return Cut(note.id, note.label, citation, also.get(key, ()), frozenset(filter(None, beside)))


def short_forms(parsed: Parsed) -> dict[Key, tuple[Key, ...]]:
    """Return, by (note id, index), the citations that stand for another one, through others too."""
    meant: dict[Key, Key] = {}
    forms: dict[Key, list[Key]] = {}
    for note in parsed.notes:
        for citation in note.citations:
            if citation.antecedent is not None:
                before = (citation.antecedent.note_id, citation.antecedent.index)
                meant[note.id, citation.index] = meant.get(before, before)
                forms.setdefault(meant.get(before, before), []).append((note.id, citation.index))
    return {key: tuple(found) for key, found in forms.items()}


def _whole_canonicals(note: Note) -> Iterable[str]:
    return (c.canonical_url for c in note.citations if c.canonical_url and not c.truncated)


def whole_addresses(parsed: Parsed) -> tuple[tuple[str, str], ...]:
    """Return every whole address of a document with where it stands ("note 12", "the text")."""
    found: dict[str, str] = {}
    for note in parsed.notes:
        for citation in note.citations:
            if citation.url and not citation.truncated:
                found.setdefault(citation.url, f"note {note.label}")
    for link in parsed.document.links:
        if parse_address(link.href):
            found.setdefault(link.href, "a link")
    text = parsed.document.text
    for raw in find_addresses(text, 0, len(text)):
        if not raw.is_cut:
            found.setdefault(mend_address(text, trim_address(text, raw)).url, "the text")
    return tuple(found.items())


def same_note_addresses(cut: Cut, page: Parsed) -> tuple[tuple[str, str], ...] | None:
    """Return the whole addresses of the note on `page` that is the cut one's; None where none is.

    It has the same label. Where the cut note shows whole addresses, the page's has one
    of them at least; where it shows none, no other note of the page has its label.
    """
    same = [note for note in page.notes if note.label == cut.label]
    if cut.beside:
        same = [note for note in same if cut.beside & set(_whole_canonicals(note))]
    if len(same) != 1:
        return None
    return tuple(
        (citation.url, f"note {cut.label}")
        for citation in same[0].citations
        if citation.url and not citation.truncated and citation.canonical_url not in cut.beside
    )
