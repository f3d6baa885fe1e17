"""What a bibliography says of one source, whatever the form: records. PURE."""

import re
from typing import Literal

from msgspec import Struct

__all__ = [
    "CslType",
    "Elsewhere",
    "Kept",
    "Name",
    "PartialDate",
    "Places",
    "Reference",
    "read_partial_date",
]

# Those of CSL 1.0.2 (appendix III) that a note can tell apart for sure.
CslType = Literal[
    "article",
    "book",
    "dataset",
    "document",
    "interview",
    "personal_communication",
    "post",
    "webpage",
]
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?![0-9])")
_MONTHS, _DAYS = 12, 31


class Name(Struct, frozen=True):
    """A person in two parts, or `literal` where nobody can be sure which part is which."""

    literal: str = ""
    family: str = ""
    given: str = ""

    @property
    def sorted_by(self) -> str:
        """What it is found under."""
        return self.family or self.literal


class PartialDate(Struct, frozen=True):
    """A year, a month or a day: what is not known is not there (EDTF level 0)."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def parts(self) -> tuple[int, ...]:
        """Year, month, day, as far as they are known."""
        return tuple(part for part in (self.year, self.month, self.day) if part is not None)

    def __str__(self) -> str:
        return "-".join(
            f"{part:0{4 if index == 0 else 2}}" for index, part in enumerate(self.parts)
        )


def read_partial_date(text: str | None) -> PartialDate | None:
    """Return what an ISO date, a month or a year says, also in front of a time; None for other words.

    >>> str(read_partial_date("2024-02")), str(read_partial_date("2024-02-23T10:00:00Z"))
    ('2024-02', '2024-02-23')
    """
    found = _DATE.match(text or "")
    if found is None or found[1] == "0000":
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    if month is not None and not 1 <= month <= _MONTHS:
        month = day = None
    if day is not None and not 1 <= day <= _DAYS:
        day = None
    return PartialDate(year or 0, month, day)


class Kept(Struct, frozen=True):
    """Our capture that a reader is sent to; `at` is ISO 8601 in UTC."""

    id: str
    at: str
    media_type: str
    payload_sha256: str


class Elsewhere(Struct, frozen=True):
    """The copy in somebody else's archive; `at` where it is known."""

    archive: str
    uri_m: str
    at: str | None


class Reference(Struct, frozen=True, kw_only=True):
    """One source as a bibliography has it; texts are on one line each.

    `key` is readable and stays the same as long as author, year and title do. `url` is what the
    note meant; of an address that is cut in the note it is None, and `cut` shows what stands there.
    `pages` are where one note cites it, never its extent. `is_page_title` tells that the title is that of the captured page: the note gives none.
    """

    source_id: str
    key: str
    kind: str
    type: CslType
    title: str
    is_page_title: bool
    authors: tuple[Name, ...]
    publisher: str
    container: str
    issued: PartialDate | None
    accessed: PartialDate | None
    url: str | None
    cut: str
    pages: str
    isbn: str
    language: str
    access: str
    state: str
    kept: Kept | None
    elsewhere: Elsewhere | None


class Places(Struct, frozen=True):
    """Where the desk's pages are: below `base` ("https://desk.example"), or nowhere ("")."""

    base: str = ""

    def of(self, folder: str, id_: str) -> str:
        """Return the address of a thing; its name (urn:provenance:…) where there is no desk to ask."""
        return f"{self.base}/{folder}/{id_}" if self.base else f"urn:provenance:{id_}"
