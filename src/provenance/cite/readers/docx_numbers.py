"""The numbers that Word prints for notes: counted over the references, in the format of their section.

A note's `w:id` says nothing about its number. Defaults as Word has them: footnotes
1, 2, 3, endnotes i, ii, iii, counted through the document (ECMA-376 part 1, 17.11.17 to 17.11.19).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from provenance.cite.readers.counters import roman_of
from provenance.cite.readers.docx_story import PieceKind
from provenance.cite.readers.docx_styles import value_of
from provenance.formats.docx import XmlElement, child_of

__all__ = [
    "Counting",
    "NumberedNote",
    "Reference",
    "format_number",
    "number_notes",
    "read_counting",
]

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_CHICAGO = "*†‡§"
_HINDI_DIGITS = str.maketrans("0123456789", "०१२३४५६७८९")
_ARABIC_ALPHABET = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
# A count that is set to a billion would print a billion symbols.
_LARGEST = 32_767


class Counting(NamedTuple):
    """How the notes of one kind are counted in one section.

    `restart` is "continuous", "eachSect" or "eachPage" as in the file; `is_known` is
    False where the number format is one that is not written here (it then counts 1, 2, 3).
    """

    number_format: str
    start: int
    restart: str

    @property
    def is_known(self) -> bool:
        """Whether numbers are written as Word writes them."""
        return self.number_format in _FORMATS


class Reference(NamedTuple):
    """One reference in the body: the note, the mark that was typed for it, its section and page from 0."""

    note_id: str
    typed: str
    section: int
    page: int


class NumberedNote(NamedTuple):
    """What is printed for a reference, and how often counting had begun anew before it."""

    label: str
    round: int


def read_counting(
    kind: PieceKind, section: XmlElement | None, settings: XmlElement | None
) -> Counting:
    """Return how notes of a kind are counted in a section; its own word goes before the document's."""
    group = f"w:{kind}Pr"
    sources = (child_of(section, group), child_of(settings, group))

    def said(name: str) -> str | None:
        return next((value for one in sources if (value := value_of(one, name))), None)

    start = said("w:numStart") or "1"
    is_number = start.isascii() and start.isdigit() and len(start) < 6
    return Counting(
        said("w:numFmt") or ("decimal" if kind == "footnote" else "lowerRoman"),
        min(int(start), _LARGEST) if is_number else 1,
        said("w:numRestart") or "continuous",
    )


def number_notes(
    references: Sequence[Reference], countings: Sequence[Counting]
) -> list[NumberedNote]:
    """Return what is printed for each reference, in order; `countings` has one entry a section.

    A typed mark is printed as it is and not counted. A note that is referred to twice
    keeps its first number. Pages are those of the last layout that Word left in the file.
    """
    known: dict[str, NumberedNote] = {}
    numbered = []
    count = countings[0].start - 1 if countings else 0
    rounds = 0
    before: Reference | None = None
    for reference in references:
        counting = countings[reference.section]
        if before and _begins_anew(counting.restart, before, reference):
            rounds, count = rounds + 1, counting.start - 1
        before = reference
        if reference.note_id not in known:
            count += not reference.typed
            label = reference.typed or format_number(count, counting.number_format)
            known[reference.note_id] = NumberedNote(label, rounds)
        numbered.append(known[reference.note_id])
    return numbered


def _begins_anew(restart: str, before: Reference, now: Reference) -> bool:
    if restart == "eachPage":
        return before.page != now.page or before.section != now.section
    return restart == "eachSect" and before.section != now.section


def format_number(number: int, number_format: str) -> str:
    """Return a number as one of Word's formats prints it.

    >>> [format_number(n, f) for n, f in ((4, "lowerRoman"), (28, "lowerLetter"), (5, "chicago"))]
    ['iv', 'bb', '**']
    """
    if number < 1 or number > _LARGEST:
        return str(number)
    return _FORMATS.get(number_format, str)(number)


def _repeat(symbols: str) -> Callable[[int], str]:
    """a, b, … z, aa, bb: Word says a letter again where spreadsheets count on."""

    def written(number: int) -> str:
        times, index = divmod(number - 1, len(symbols))
        return symbols[index] * (times + 1)

    return written


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "numberInDash": lambda number: f"- {number} -",
    "lowerRoman": roman_of,
    "upperRoman": lambda number: roman_of(number).upper(),
    "lowerLetter": _repeat(_LATIN),
    "upperLetter": _repeat(_LATIN.upper()),
    "russianLower": _repeat(_RUSSIAN),
    "russianUpper": _repeat(_RUSSIAN.upper()),
    "arabicAlpha": _repeat(_ARABIC_ALPHABET),
    "hindiNumbers": lambda number: str(number).translate(_HINDI_DIGITS),
    "chicago": _repeat(_CHICAGO),
}
