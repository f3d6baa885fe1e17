"""What notes say in words about the works that they cite: shared by the rules 2xx. PURE."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.works import find_title_in_quotes
from provenance.formats.dates import find_dates
from provenance.model import Citation
from provenance.text import Span
from provenance.validate.draft import Cited, Draft, once_a_draft

__all__ = [
    "PrintedDate",
    "are_two_titles",
    "day_of",
    "find_in_citation",
    "find_title_words",
    "letters_of",
    "printed_dates",
    "title_span",
    "without_addresses",
    "words_of",
]

_ADDRESS = lazy_pattern(r"(?:\w{2,6}://|www\.)[^\s“”«»\"]+")
_WORD = lazy_pattern(r"[^\W_]+")
_LEAST_SHARED, _FEWEST_LONG_WORDS, _LONG_WORD_CHARS = 0.25, 3, 4
_ISO_DAY_CHARS = len("2024-03-08")


def without_addresses(words: str) -> str:
    """Return words with every address blanked out; every other character keeps its place.

    >>> without_addresses("“Tolls,” https://a.example/x, 2023")
    '“Tolls,”                      2023'
    """
    if "://" not in words and "www." not in words:
        return words
    return _ADDRESS.sub(lambda match: " " * len(match[0]), words)


def words_of(words: str | None) -> tuple[str, ...]:
    """Return the words of a name or title in small letters, without what stands between them."""
    return tuple(_WORD.findall((words or "").casefold().replace("’", "").replace("'", "")))


def letters_of(words: str | None) -> str:
    """Return nothing but the letters and digits of a name, in small letters."""
    return "".join(words_of(words))


def are_two_titles(title: str, other: str) -> bool:
    """Tell whether two titles are about two things: of their long words less than a quarter is in both.

    False where one has not three such words: it may be a short name of the same thing.
    """
    words, others = _long_words(title), _long_words(other)
    fewest = min(len(words), len(others))
    return fewest >= _FEWEST_LONG_WORDS and len(words & others) < _LEAST_SHARED * fewest


def _long_words(title: str) -> set[str]:
    return {word for word in words_of(title) if len(word) >= _LONG_WORD_CHARS}


def find_in_citation(citation: Citation, words: str) -> Span | None:
    """Return where in the document a citation prints these words outside its title; None where it does not."""
    title = title_span(citation)
    at = citation.raw.find(words)
    while at >= 0:
        span = Span(citation.start + at, citation.start + at + len(words))
        if title is None or not span.overlaps(title):
            return span
        at = citation.raw.find(words, at + 1)
    return None


def title_span(citation: Citation) -> Span | None:
    """Return where in the document a citation prints its title; None where it is not found as it stands."""
    if citation.title is None:
        return None
    if printed := find_title_words(citation):
        return printed
    quoted = find_title_in_quotes(citation.raw)
    return quoted and Span(citation.start + quoted.start, citation.start + quoted.end)


def find_title_words(citation: Citation) -> Span | None:
    """Return where in the document a citation prints its title, without the quotes; None where it is not as read."""
    at = citation.raw.find(citation.title) if citation.title else -1
    return (
        None
        if at < 0
        else Span(citation.start + at, citation.start + at + len(citation.title or ""))
    )


def day_of(date: str | None) -> str | None:
    """Return an ISO date where it names a day, not a year or a month alone."""
    return date if date is not None and len(date) == _ISO_DAY_CHARS else None


class PrintedDate(NamedTuple):
    """A day as a note prints it, of a citation's publication ("date") or of a look at it ("accessed")."""

    cited: Cited
    role: str
    iso: str
    span: Span
    words: str


@once_a_draft
def printed_dates(draft: Draft) -> Sequence[PrintedDate]:
    """Return the days that the document's citations are dated with, as printed outside titles and addresses."""
    return [date for cited in draft.cited for date in _dates_of(cited)]


def _dates_of(cited: Cited) -> Iterator[PrintedDate]:
    citation = cited.citation
    roles = {day_of(citation.accessed): "accessed", day_of(citation.date): "date"}
    if not any(roles):
        return
    title = title_span(citation)
    for found in find_dates(without_addresses(citation.raw)):
        span = Span(citation.start + found.start, citation.start + found.end)
        if found.iso not in roles or (title and title.start <= span.start < title.end):
            continue
        yield PrintedDate(
            cited, roles[found.iso], found.iso, span, citation.raw[found.start : found.end]
        )
