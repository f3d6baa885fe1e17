"""Works as reference lists write them: full stops and colons part names, title and imprint.

* `J. Doe, A. Roe, and K. Poe. Title. Journal, 12(3):44–61, 1976.` (plain numbered lists);
* `Иванов И. И., Петров П. П. Название // Журнал. 1999. № 3. С. 45.` (ГОСТ Р 7.0.5);
* `Karl Muster, Eva Probe: Titel. Untertitel. Kiel 1996, S. 133.` (German), also with
  `Muster, Karl; Probe, Eva:` in front and `Kiel: Verlag, 1996` behind.

Such titles may be whole sentences ("Was ist der Fluss?"), so `begins_listed_work` is
asked before anything is cut at full stops. Names are read piece by piece and never by
one pattern over all of them: time stays linear.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern

__all__ = ["ListedWork", "begins_listed_work", "is_person", "read_listed_work"]


class ListedWork(NamedTuple):
    """The parts of an entry, each as printed; `venue` is what stands between title and year."""

    names: str
    title: str
    venue: str
    year: str | None


_CAPITAL = "A-ZÀ-ÖØ-ÞĀĆČĐĘĞĶŁŃŌŘŚŠŻŽА-ЯЁІЇЄҐ"
_YEAR = r"(?:1[5-9]|20)\d\d"
_PARTICLE = r"(?:(?:van|von|de|den|der|del|della|di|la|le|te|ten|al|el|bin|ibn|da|dos)\s){0,2}"
_FAMILY = rf"{_PARTICLE}(?:al-|el-)?[{_CAPITAL}][\w’'-]{{1,30}}"
_INITIALS = rf"(?:[{_CAPITAL}][a-zа-я]?\.(?:-[^\W\d_]\.)?[\s-]?){{1,4}}"
_INITIALS_FIRST = lazy_pattern(rf"{_INITIALS}{_FAMILY}(?:\s{_FAMILY})?(?:\set\.?\sal)?")
_FAMILY_FIRST = lazy_pattern(rf"{_FAMILY},?\s(?:[{_CAPITAL}]\.\s?){{1,3}}")
_GIVEN_FIRST = lazy_pattern(
    rf"(?:Dr\.\s|Prof\.\s){{0,2}}[{_CAPITAL}][\w’'-]{{0,30}}\.?(?:\s{_PARTICLE}[{_CAPITAL}][\w’'-]{{0,30}}\.?){{1,3}}(?:\set\.?\sal\.?)?"
)
_INVERTED = lazy_pattern(
    rf"{_FAMILY},\s[{_CAPITAL}][\w’'-]{{0,30}}\.?(?:\s[{_CAPITAL}][\w’'-]{{0,30}}\.?){{0,2}}"
)
_NO_NAME = lazy_pattern(r"(?:Jr|Sr|II|III|editors?|eds?|Hrsg|Hg)\.?")
_BETWEEN_NAMES = lazy_pattern(r",\s+(?:and\s+|&\s+)?|\s+(?:and|und|et|&|и|та)\s+|\s*/\s*")
_ROLE = lazy_pattern(r"\s*\((?:Hrsg|Hg|eds?)\.?\)")
_LEAD_IN = lazy_pattern(
    r"[\W_]*(?:(?:siehe\s+(?:auch|dazu)|siehe|vgl\.|nach|aus|in|see|cf\.):?\s+)?", re.IGNORECASE
)
# The first full stop behind a whole word
_END_OF_NAMES = lazy_pattern(r"(?<=[^\W\d_][^\W\d_])\.\s+")
_END_OF_TITLE = lazy_pattern(
    r"(?<=[\w)”»’][\w)”»’])[.?!]\s+(?=[^\Wa-zа-я])|(?<=\d)\.\s+(?=[^\Wa-zа-я])|\.?\s*$"
)
_YEAR_AT_END = lazy_pattern(rf",\s+(?:[^\W\d_]{{3,9}}\.?\s)?(?P<year>{_YEAR})$")
_LAST_YEAR = lazy_pattern(rf"(?<![\d–-])({_YEAR})(?![\d–-])")
_JOURNAL = lazy_pattern(r"\s*//\s*(?P<venue>[^.]{2,120})\.")
_GOST_IMPRINT = lazy_pattern(
    rf"(?:[^:,]{{1,40}}:\s*)(?P<venue>[^,:]{{2,80}}),\s*(?P<year>{_YEAR})\b"
)
# `. Kiel 1996, S. 133`, `. Kiel: Verlag, 1996`, `, München 1982`
_PLACE_AND_YEAR = lazy_pattern(
    rf"[.,?!]\s+(?P<place>[^\W\d_][^.,:?!\d]{{1,40}}?(?:/[MO]\.?)?)(?::\s(?P<venue>[^,:]{{2,60}}))?,?\s+(?P<year>{_YEAR})(?:[-–/]\d{{2,4}})?"
    r"(?:[.,:]?\s+(?:Band\s\d{1,2},\s)?(?:S|Seiten?|pp?|с|С)\.?\s?[\d\sf.,–-]{1,30})?\W*$"
)
_LONGEST_NAMES = 400
_LONGEST = 900


def is_person(name: str) -> bool:
    """Tell whether words have the shape of one person's name: "Jane Q. Doe", "Doe, J.", "J. van Doe"."""
    name = name.strip()
    return any(
        shape.fullmatch(name) for shape in (_GIVEN_FIRST, _INITIALS_FIRST, _FAMILY_FIRST, _INVERTED)
    )


def begins_listed_work(words: str) -> bool:
    """Tell whether words are an entry of a reference list, whatever verbs its title has."""
    return read_listed_work(words) is not None


# The same words are asked about up to five times while their note is read.
@lru_cache(maxsize=64)
def read_listed_work(words: str) -> ListedWork | None:
    """Part an entry of a reference list, or return None where the words are none.

    >>> read_listed_work("J. Doe and A. Roe. What is a boat? In Lakes, 2014.")
    ListedWork(names='J. Doe and A. Roe', title='What is a boat', venue='Lakes', year='2014')
    """
    words = words[:_LONGEST]
    lead_in = _LEAD_IN.match(words)
    words = words[lead_in.end() :] if lead_in else words
    return _read_initialled(words) or _read_family_first(words) or _read_colon(words)


def _read_initialled(words: str) -> ListedWork | None:
    end = _END_OF_NAMES.search(words, 0, _LONGEST_NAMES)
    if end is None:
        return None
    names = words[: end.start()]
    pieces = [piece for piece in _BETWEEN_NAMES.split(names) if not _NO_NAME.fullmatch(piece)]
    if not pieces or not all(_INITIALS_FIRST.fullmatch(piece) for piece in pieces):
        return None
    title, rest = _part_title(words[end.end() :])
    year = _YEAR_AT_END.search(title)
    title = title[: year.start()] if year else title
    years = _LAST_YEAR.findall(rest)
    last = year["year"] if year else years[-1] if years else None
    return ListedWork(names, title, _venue_of(rest), last) if title and (last or rest) else None


def _part_title(words: str) -> tuple[str, str]:
    end = _END_OF_TITLE.search(words)
    return (words[: end.start()], words[end.end() :]) if end else (words, "")


def _venue_of(rest: str) -> str:
    """The journal, conference or publisher: up to the first number; a thesis goes on to its university."""
    rest = re.sub(r"^In:?\s+", "", rest)
    parts = re.split(r",\s+", rest.strip(" ."))
    if re.match(r"(?:PhD|Master|Diploma|Technical\s+report)", parts[0], re.IGNORECASE):
        parts = parts[1:]
    venue = parts[0].strip(" .") if parts else ""
    return "" if re.search(r"\d|^Release|^https?|^URL", venue) else venue


def _read_family_first(words: str) -> ListedWork | None:
    position = 0
    while name := _FAMILY_FIRST.match(words, position):
        position = name.end()
        if not words.startswith(", ", position):
            break
        position += 2
    if not position:
        return None
    names, rest = words[:position].strip(" ,"), words[position:].lstrip()
    cut = rest.find(" // ")
    if cut > 0 and (journal := _JOURNAL.match(rest, cut)):
        years = _LAST_YEAR.findall(rest, journal.start())
        return ListedWork(names, rest[:cut].strip(), journal["venue"], years[0] if years else None)
    title, imprint = _part_title(rest)
    found = _GOST_IMPRINT.match(imprint)
    return ListedWork(names, title, found["venue"], found["year"]) if found and title else None


def _read_colon(words: str) -> ListedWork | None:
    names, colon, rest = words[:_LONGEST_NAMES].partition(": ")
    if not colon or not _are_people(_ROLE.sub("", names)):
        return None
    rest = words[len(names) + 2 :]
    imprint = _PLACE_AND_YEAR.search(rest)
    if imprint is None:
        return None
    title, _ = _part_title(rest[: imprint.start()])
    return ListedWork(names, title, imprint["venue"] or "", imprint["year"]) if title else None


def _are_people(names: str) -> bool:
    if ";" in names or _INVERTED.fullmatch(names):
        return all(is_person(name) for name in names.split(";"))
    return all(_GIVEN_FIRST.fullmatch(name) for name in _BETWEEN_NAMES.split(names))
