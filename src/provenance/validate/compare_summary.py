"""A comparison in words: how many changes of each kind, and what things are called. PURE."""

from collections.abc import Iterator

from provenance.validate.compare_records import (
    CitationSide,
    Counts,
    DocumentSide,
    NoteChange,
    SourceSide,
)

__all__ = [
    "FIELD_NAMES",
    "count_changes",
    "name_of",
    "name_of_cited",
    "renumbered_stretch",
]

# What became of a note or a claim, for a person.
CHANGE_NAMES = {
    "added": "added",
    "dropped": "dropped",
    "renumbered": "renumbered",
    "recited": "with other sources",
    "redescribed": "described otherwise",
    "reworded": "reworded",
    "moved": "moved",
}
# What a citation says, for a person.
FIELD_NAMES = {
    "kind": "kind",
    "url": "address",
    "publisher": "publisher",
    "title": "title",
    "authors": "authors",
    "date": "date",
    "pages": "pages",
    "accessed": "read on",
    "isbn": "ISBN",
    "access": "access",
    "archive_url": "archived copy",
}
_NOTES = (("added", "notes_added"), ("dropped", "notes_dropped"), ("renumbered", "notes_renumbered"),
          ("with other sources", "notes_recited"), ("described otherwise", "notes_redescribed"),
          ("reworded", "notes_reworded"))  # fmt: skip
_CLAIMS = (("added", "claims_added"), ("dropped", "claims_dropped"), ("reworded", "claims_reworded"),
           ("with other sources", "claims_recited"), ("moved", "claims_moved"))  # fmt: skip
_SOURCES = (("gained", "sources_gained"), ("lost", "sources_lost"))


def count_changes(counts: Counts) -> str:
    """Return "2 notes added, 1 dropped; 1 claim reworded; 1 source lost"."""
    return "; ".join(_counted(counts))


def _counted(counts: Counts) -> Iterator[str]:
    for noun, words in (("note", _NOTES), ("claim", _CLAIMS), ("source", _SOURCES)):
        said = [(number, word) for word, name in words if (number := getattr(counts, name))]
        if said:
            number, word = said[0]
            first = f"{number:,} {noun}{'' if number == 1 else 's'} {word}"
            yield ", ".join((first, *(f"{number:,} {word}" for number, word in said[1:])))


def name_of(side: DocumentSide) -> str:
    """Return what a side is called: "draft.docx", "The River Front@2"."""
    return side.name if side.version is None else f"{side.name}@{side.version}"


def name_of_cited(said: CitationSide | SourceSide) -> str:
    """Return what a citation or source is called on one line: its description and its address, else its words."""
    if not said.title and not said.url:
        return said.raw
    return " · ".join(each for each in (said.publisher, said.title, said.date, said.url) if each)


def renumbered_stretch(place: int, note: NoteChange) -> object:
    """Return what is equal for neighbours that were only renumbered, by the same distance; else the place."""
    if note.changes == ("renumbered",) and note.old is not None and note.new is not None:
        labels = note.old.label, note.new.label
        if all(label.isdecimal() for label in labels):
            return note.old.list, int(labels[0]) - int(labels[1])
    return place
