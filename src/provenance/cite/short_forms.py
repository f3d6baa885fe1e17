"""Reading short forms: what a note says instead of describing a work again.

Five sorts, each a row of `read_short_form`: the place before ("Ibid., p. 4",
"там же"), another note by its number ("Doe, supra note 12, at 45", "انظر الحاشية 35
أعلاه"), a work far back by its author ("Doe, op. cit."), author and year ("Vranken,
2017, p. 8"), and a short title ("Doe, Rivers, 45"). Which citation is meant is for
`antecedents` to say.
"""

import re
from typing import Literal, NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.people import surname_of
from provenance.cite.phrases import ABOVE_OR_BELOW, FAR_BACK, IBID, NOTE_WORDS
from provenance.cite.works import without_signal
from provenance.model import Citation

__all__ = ["ShortForm", "ends_like_a_work", "is_piece", "names_note", "read_short_form"]


class ShortForm(NamedTuple):
    """What a short form says about the work that it stands for; `is_forward` for "infra" and "below".

    `author` is a surname, `name` all that stands for the author, `letter` tells works of one year
    apart ("1978b").
    """

    sort: Literal["ibid", "note", "far_back", "author_year", "title"]
    label: str | None = None
    author: str | None = None
    year: str | None = None
    title: str | None = None
    is_forward: bool = False
    name: str | None = None
    letter: str = ""


_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_MAX_CHARS = 300
_OPEN = r"[\W_]*"
_NAME = r"[^\W\d_][\w.'’-]{0,40}(?:[ ,&]{1,3}[\w.'’-]{1,40}){0,6}"
_NUMBER = r"\[?(?P<label>[\d٠-٩۰-۹]{1,4})\]?"
_REST = r"(?P<rest>(?:\W.{0,200})?)$"
_IBID = lazy_pattern(rf"{_OPEN}(?:{IBID})(?!\.\w)", re.IGNORECASE)
_FAR_BACK = lazy_pattern(
    rf"{_OPEN}(?:(?P<author>{_NAME}?)[,.:]?\s+)?[“\"(]?(?:{FAR_BACK})\.?", re.IGNORECASE
)
_NOTE = lazy_pattern(
    rf"{_OPEN}(?:(?P<author>{_NAME}?)[,.:]?\s+(?:\(?in\s+)?)?(?:(?P<where>{ABOVE_OR_BELOW}|op\.?\s?cit\.?)[,.]?\s+)?"
    rf"\(?(?:see\s+|at\s+|in\s+)?\b(?:{NOTE_WORDS})\s*{_NUMBER}(?:[,\s(]+(?P<after>{ABOVE_OR_BELOW}))?{_REST}",
    re.IGNORECASE | re.DOTALL,
)
_OP_CIT_NOTE = lazy_pattern(
    rf"{_OPEN}op\.?\s?cit\.?[,.\s]+(?:see\s+)?(?:{NOTE_WORDS})\s*{_NUMBER}{_REST}",
    re.IGNORECASE | re.DOTALL,
)
# behind the number of a note only a place in the work may follow: "supra note 1, at 12", "note 12 and text"
_PLACE = lazy_pattern(
    r"[\s.,;:)\]”»\u200e\u200f\u202a-\u202c]*(?:,?\s*(?:at|pp?\.|S\.|с\.|ص\.?|para\.?|¶|§|الفقر\w+|and\s+accompanying\s+text|and\s+text)"
    r"[\s\d.,–-]*(?:and\s+accompanying\s+text)?)?[\s\d.,)\]–-]*(?:\(.{0,150}\))?[\s.]*",
    re.IGNORECASE,
)
_AUTHOR_YEAR = lazy_pattern(
    r"[\W_]*(?P<author>[^\W\d_][^\d()“”\"«»;:]{1,80}?),?\s+\(?(?P<year>(?:1[6-9]|20)\d\d)(?P<letter>[a-z]?)\)?"
    r"(?:\W+(?:pp?\.|S\.|с\.|at|ch\.|fig\.|table)?\s?[\divxlc]{1,6}(?:\s?[–—,&-]+\s?(?:and\s)?[\divxl]{1,6}){0,6}f{0,2}|,\s+passim)?(?:,\s+nn?\.\s?\d{1,4})?[\W_]*",
    re.IGNORECASE,
)
_TITLE = lazy_pattern(
    r"[\W_]*(?P<author>[^\W\d_][^,،()“”\"«»;:]{1,60}),\s+(?P<title>[^,()“”\"«»;]{3,120}),\s+"
    r"(?:(?:pp?\.|S\.|с\.|at)\s?)?\d{1,4}(?:\s?[–—-]\s?\d{1,4})?[\W_]*"
)
# `Moe, “Boats and Treaties,” 46.`: the quoted beginning of a title that was given in full before
_QUOTED_TITLE = lazy_pattern(
    r"[\W_]*(?P<author>[^\W\d_][^,،()“”\"«»„‘;:\d]{1,60}),\s+[“\"«„‘]\s?(?P<title>[^“”\"«»„;]{3,150}?)[,.]?\s?[”\"»“’][,.]?"
    r"(?:\s+(?:(?:at|pp?\.|S\.|с\.)\s?)?\d{1,4}(?:\s?[–—-]\s?\d{1,4})?)?[\W_]*"
)
_YEAR_OF_WORK = lazy_pattern(r"\b(?:1[6-9]|20)\d\d[a-z]?\b")
_ENDS_LIKE_A_WORK = lazy_pattern(r",.*\b(?:1[5-9]|20)\d\d\b.{0,20}$", re.DOTALL)
# The longest of the few words that a semicolon parts from the description of one work ("Dissertation", "Graz").
_LONGEST_PIECE = 24
_INSIDE = lazy_pattern(r"[\W_]*in:?\s", re.IGNORECASE)
_WHERE = lazy_pattern(ABOVE_OR_BELOW, re.IGNORECASE)
_FORWARD = lazy_pattern(r"infra|below|unten|ci-dessous|abajo|ниже|нижче|أدناه|پایین", re.IGNORECASE)


def names_note(prose: str) -> str | None:
    """Return the label of the note that a reference to another note names.

    >>> [names_note(words) for words in ("See note 4.", "Writer, supra note [12]", "Note this")]
    ['4', '12', None]
    """
    form = _read_note(without_signal(prose[:_MAX_CHARS]))
    return form.label if form else None


def read_short_form(prose: str) -> ShortForm | None:
    """Read a stretch of prose as a short form, or return None where it is none.

    >>> read_short_form("Vranken, 2017, p. 8.")[:4]
    ('author_year', None, 'vranken', '2017')
    """
    if len(prose) > _MAX_CHARS:
        return None
    words = without_signal(prose)
    if _IBID.match(words):
        return ShortForm("ibid")
    if note := _read_note(words):
        return note
    return _read_far_back(words) or _read_author_year(words) or _read_title(words)


def ends_like_a_work(note: str) -> bool:
    """Tell whether a note ends as one that names a work, though it may be read as a comment.

    >>> [ends_like_a_work(said) for said in ("Moe, Fords, Quayside Press 1990, 57", "Tolls rose twice.")]
    [True, False]
    """
    return _ENDS_LIKE_A_WORK.search(note[-_MAX_CHARS:]) is not None


def is_piece(citation: Citation) -> bool:
    """Tell whether a citation only is a piece of one work's description: a few words, or "in: …"."""
    if citation.url or citation.kind not in ("unknown", "work"):
        return False
    is_short = citation.kind == "unknown" and len(citation.raw) <= _LONGEST_PIECE
    return is_short or _INSIDE.match(citation.raw) is not None


def _read_far_back(words: str) -> ShortForm | None:
    match = _FAR_BACK.match(words)
    if match is None:
        return None
    author = surname_of(match["author"]) if match["author"] else None
    return ShortForm("far_back", author=author, is_forward=_FORWARD.search(match[0]) is not None)


def _read_author_year(words: str) -> ShortForm | None:
    match = _AUTHOR_YEAR.fullmatch(words)
    if match is None:
        return None
    author = surname_of(_first_of(match["author"]))
    return ShortForm(
        "author_year", author=author, year=match["year"], letter=match["letter"].lower()
    )


def _read_title(words: str) -> ShortForm | None:
    match = _TITLE.fullmatch(words) or _QUOTED_TITLE.fullmatch(words)
    if match is None:
        return None
    name = match["author"]
    return ShortForm("title", author=surname_of(_first_of(name)), title=match["title"], name=name)


def _read_note(words: str) -> ShortForm | None:
    match = _OP_CIT_NOTE.match(words) or _NOTE.match(words)
    if match is None or not _PLACE.fullmatch(match["rest"]):
        return None
    said = match.groupdict()
    author = said.get("author")
    author = None if author and _WHERE.fullmatch(author) else author
    where = f"{said.get('where') or ''} {said.get('after') or ''}"
    if author and _YEAR_OF_WORK.search(author) and where.isspace():
        return None  # "Doe 1978, p. 121, n. 13": a note in Doe's own work
    return ShortForm(
        "note",
        label=match["label"].translate(_DIGITS),
        author=surname_of(_first_of(author)) if author else None,
        is_forward=_FORWARD.search(where) is not None,
    )


def _first_of(names: str) -> str:
    """The first of several names: works are known by it."""
    return re.split(r"\s+(?:and|&|et|und|y|и)\s+|,\s", names, maxsplit=1)[0]
