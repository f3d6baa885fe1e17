"""What a reading says, in the form in which two of them can be held against each other. PURE."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from provenance.cite.sources import identify_sources
from provenance.model import Citation, Claim, Note, Parsed, Source
from provenance.validate.compare_align import NoteTraits
from provenance.validate.compare_records import (
    CitationSide,
    ClaimSide,
    DocumentSide,
    NoteSide,
    Reading,
    SourceSide,
)
from provenance.validate.compare_words import fold, words_of

__all__ = ["CitedThing", "Side", "reading_of"]

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# How `cite.sources` ends the keys of what only one document knows: by that document.
_SCOPE_OF_DOCUMENT = re.compile(r"(?: at \d+)? \| [0-9a-f]{64}$")
_SCOPE_OF_AUTHORS = re.compile(r"^(on_request .*?) \| .*$", re.DOTALL)


def reading_of(parsed: Parsed, name: str) -> Reading:
    """Return a parsed draft as one side of a comparison."""
    document = parsed.document
    return Reading(
        name=name,
        sha256=document.sha256,
        text=document.text,
        claims=parsed.claims,
        notes=parsed.notes,
        source_map=identify_sources(parsed),
        title=document.metadata.title,
    )


class CitedThing:
    """A citation on one side, with the name of its source by which both sides know it ("" for commentary)."""

    __slots__ = ("citation", "note", "source", "thing")

    def __init__(self, note: Note, citation: Citation, source: Source | None) -> None:
        self.note = note
        self.citation = citation
        self.source = source
        self.thing = _thing_of(source) if source is not None else ""

    def shown(self) -> CitationSide:
        """Return it as it is reported."""
        said = self.citation
        return CitationSide(
            label=self.note.label,
            index=said.index,
            kind=said.kind,
            raw=said.raw,
            url=said.url,
            truncated=said.truncated,
            publisher=said.publisher,
            title=said.title,
            authors=said.authors,
            date=said.date,
            access=said.access,
            source_id=self.source.id if self.source is not None else None,
        )


def _thing_of(source: Source) -> str:
    """Return what a source is without saying in which document: an interview is the same in the next draft."""
    key = _SCOPE_OF_AUTHORS.sub(r"\1", source.key) if source.kind == "on_request" else source.key
    return _SCOPE_OF_DOCUMENT.sub("", key) or source.id


class Side:
    """One reading, with what is derived from it made once."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.claims: Sequence[Claim] = reading.claims
        self.notes: Sequence[Note] = reading.notes

    @cached_property
    def cited(self) -> Mapping[str, Sequence[CitedThing]]:
        """The citations of each note, by the note's id, commentary among them."""
        ids = self.reading.source_map.source_ids
        sources = {source.id: source for source in self.reading.source_map.sources}
        return {
            note.id: [
                CitedThing(note, each, sources.get(ids.get((note.id, each.index), "")))
                for each in note.citations
            ]
            for note in self.notes
        }

    @cached_property
    def by_thing(self) -> Mapping[str, Sequence[CitedThing]]:
        """The citations by what they cite, in the order of the text."""
        found: dict[str, list[CitedThing]] = {}
        for each in (each for cited in self.cited.values() for each in cited if each.thing):
            found.setdefault(each.thing, []).append(each)
        return found

    @cached_property
    def note_places(self) -> Mapping[str, int]:
        """The place of each note among the notes, by its id."""
        return {note.id: place for place, note in enumerate(self.notes)}

    @cached_property
    def claim_texts(self) -> Sequence[str]:
        """The folded text of each claim."""
        return [fold(claim.text) for claim in self.claims]

    @cached_property
    def note_texts(self) -> Sequence[str]:
        """The text of each note behind its printed label, as written."""
        return [_text_behind_label(note) for note in self.notes]

    def notes_of(self, claim: Claim) -> tuple[int, ...]:
        """Return the places of the notes behind a claim, each once, in the order of its markers."""
        ids = (marker.note_id for marker in claim.markers)
        places = (self.note_places.get(each) for each in ids if each is not None)
        return tuple(dict.fromkeys(each for each in places if each is not None))

    def note_traits(self) -> list[NoteTraits]:
        """Return what each note is known by."""
        claims: dict[int, list[str]] = {}
        for claim, text in zip(self.claims, self.claim_texts, strict=True):
            for place in self.notes_of(claim):
                claims.setdefault(place, []).append(text)
        return [
            NoteTraits(
                note.label,
                tuple(each.thing for each in self.cited[note.id] if each.thing),
                fold(text),
                tuple(words_of(_ADDRESS.sub(" ", text))),
                tuple(claims.get(place, ())),
            )
            for place, (note, text) in enumerate(zip(self.notes, self.note_texts, strict=True))
        ]

    @cached_property
    def body_words(self) -> str:
        """All words of the document outside its notes, single-spaced, with a blank at both ends."""
        text, at, parts = self.reading.text, 0, []
        for start, end in sorted(self._not_said()):
            parts.append(text[at : max(at, start)])
            at = max(at, end)
        return f" {' '.join(words_of(fold(' '.join((*parts, text[at:])))))} "

    def _not_said(self) -> Iterator[tuple[int, int]]:
        yield from ((note.start, note.end) for note in self.notes)
        yield from ((mark.start, mark.end) for claim in self.claims for mark in claim.markers)

    def shown(self) -> DocumentSide:
        """Return what was compared, counted."""
        said = self.reading
        return DocumentSide(said.name, said.document_id, said.version, said.title, said.sha256,
                            len(said.claims), len(said.notes), len(self.by_thing))  # fmt: skip

    def shown_note(self, place: int) -> NoteSide:
        """Return a note as it is reported."""
        note = self.notes[place]
        return NoteSide(note.id, note.list, note.label, note.text, note.start, note.end)

    def shown_claim(self, place: int) -> ClaimSide:
        """Return a claim as it is reported."""
        claim = self.claims[place]
        labels = tuple(dict.fromkeys(marker.label for marker in claim.markers))
        return ClaimSide(claim.id, claim.text, claim.section, labels, claim.start, claim.end)

    def shown_source(self, thing: str) -> SourceSide:
        """Return a source as this side describes it first."""
        cited = self.by_thing[thing]
        said, source = cited[0].citation, cited[0].source
        return SourceSide(
            id=source.id if source else "",
            kind=said.kind,
            raw=said.raw,
            url=said.url,
            truncated=said.truncated,
            publisher=said.publisher,
            title=said.title,
            date=said.date,
            labels=tuple(dict.fromkeys(each.note.label for each in cited)),
        )


def _text_behind_label(note: Note) -> str:
    """Return a note's text without the label that is printed before it: "[12] ", "12. ", "[^12]: ".

    A note "1 January" that is numbered elsewhere loses its 1: who compares looks at `Note.text` too.
    """
    if note.citations:
        first = note.citations[0].start - note.start
        label = re.escape(unicodedata.normalize("NFKC", note.label))
        if re.fullmatch(rf"\W*{label}\W*", unicodedata.normalize("NFKC", note.text[:first])):
            return note.text[first:]
    label = re.escape(note.label)
    return re.sub(rf"^(?:[\[(［【]\^?{label}[\])］】]|{label}(?!\w))[.:/)\]]*\s*", "", note.text)
