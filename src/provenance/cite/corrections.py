"""What people decided about addresses: `footnotes/corrections.toml`, read and checked. PURE.

One table for each decision::

    [[correction]]
    url = "https://www.a.org/weekly-u..."     # as it stands in the note, cut or wrong
    document = "draft.txt"                    # only there: its path's end, origin URL, title or sha256
    label = "12"                              # only in this note, and only its
    index = 0                                 # n-th citation, counted from 0
    is = "https://www.a.org/weekly-update-2"  # what was meant; or:
    leave = true                              # it stays as it stands, nobody is asked
    who = "…"                                 # optional: for people, and kept with the proof
    when = 2026-11-22
    why = "…"

A decision names a `url`, or a `document` with a `label`. Of several that fit one
citation the one that says most about it counts.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from provenance.cite.patterns import lazy_pattern
from provenance.cite.prefixes import beginning_of
from provenance.errors import SettingsError
from provenance.formats.url import parse_address
from provenance.model import Citation
from provenance.text import Span

__all__ = ["Correction", "DocumentNames", "find_correction", "parse_corrections"]

_HINT = (
    "a correction says the `url` as the note has it, and what it `is` or `leave = true`;"
    " besides document, label, index, who, when, why"
)
_HEADER = lazy_pattern(r"^[ \t]*\[\[[ \t]*(?:correction|\"correction\")[ \t]*\]\]")
_TOML_PLACE = lazy_pattern(r"at line (\d+)")
_INDEX = lazy_pattern(r"`\$\.correction\[(\d+)\](?:\.(\w+))?")
_FIELD = lazy_pattern(r"unknown field `([^`]+)`|at `\$\.(?:correction\[\d+\]\.)?(\w+)")

Text = Annotated[str, Meta(min_length=1)]


class Correction(Struct, frozen=True, forbid_unknown_fields=True):
    """One decision of a person; `to` is None where the address is to be left as it stands."""

    url: Text | None = None
    document: Text | None = None
    label: Text | None = None
    index: Annotated[int, Meta(ge=0)] | None = None
    to: Text | None = msgspec.field(default=None, name="is")
    leave: bool = False
    who: str = ""
    when: date | None = None
    why: str = ""

    @property
    def day(self) -> str | None:
        """When it was decided, as an ISO date."""
        return self.when.isoformat() if self.when else None

    @property
    def said(self) -> str:
        """Who decided it, when and why, in one line for people."""
        about = ", ".join(filter(None, (self.who, self.day)))
        return ": ".join(filter(None, (about, self.why)))


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    correction: tuple[Correction, ...] = ()


class DocumentNames(Struct, frozen=True):
    """What a correction may call a document by; `path` is absolute POSIX."""

    sha256: str
    path: str | None = None
    origin_url: str | None = None
    title: str | None = None
    document_id: str | None = None

    def fits(self, name: str) -> bool:
        """Tell whether `name` means this document."""
        if self.path is not None and (self.path == name or self.path.endswith(f"/{name}")):
            return True
        return name in {self.sha256, self.origin_url, self.title, self.document_id}


def parse_corrections(text: str, name: str) -> tuple[Correction, ...]:
    """Return the decisions that a file holds, in its order; `name` is the file's, for messages.

    Raises:
        SettingsError: no TOML, an unknown key, a value that is no URL, a decision that
            says nothing, too much, or the opposite of another; with the line.
    """
    try:
        found = msgspec.convert(tomllib.loads(text), _File).correction
    except tomllib.TOMLDecodeError as error:
        at = _TOML_PLACE.search(str(error))
        line = int(at[1]) if at else len(text.splitlines())
        raise _fault(text, name, line, "", f"no TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise _shape_fault(text, name, str(error)) from error
    for number, correction in enumerate(found):
        key, problem = _problem_of(correction)
        if problem:
            raise _fault(text, name, _line_of(text, number, key), key, problem)
    _refuse_contradictions(text, name, found)
    return found


def _problem_of(correction: Correction) -> tuple[str, str]:
    """The key that is wrong and what is wrong with it; empty words where nothing is."""
    checks = (
        (
            correction.url is None and (correction.document is None or correction.label is None),
            "correction",
            "it names neither a `url` nor a `document` with a `label`",
        ),
        (
            correction.index is not None and correction.label is None,
            "index",
            "an `index` needs the `label` of its note",
        ),
        (
            correction.label is not None and correction.document is None,
            "label",
            "a `label` needs the `document` that it stands in",
        ),
        (
            correction.to is None and not correction.leave,
            "correction",
            "it says neither what the address `is` nor `leave = true`",
        ),
        (
            correction.to is not None and correction.leave,
            "leave",
            "it says both what the address `is` and to `leave` it",
        ),
        (
            correction.to is not None and not _is_whole(correction.to),
            "is",
            f"`is` is no whole http or https URL: {correction.to}",
        ),
    )
    return next(((key, problem) for wrong, key, problem in checks if wrong), ("", ""))


def _is_whole(url: str) -> bool:
    return (
        re.match(r"https?://", url, re.IGNORECASE) is not None
        and parse_address(url) is not None
        and not url.endswith(("...", "…"))
        and not any(map(str.isspace, url))
    )


def _refuse_contradictions(text: str, name: str, found: Sequence[Correction]) -> None:
    first: dict[tuple[object, ...], int] = {}
    for number, one in enumerate(found):
        about = (one.url, one.document, one.label, one.index)
        other = first.setdefault(about, number)
        if found[other].to != one.to:
            line = _line_of(text, number, "")
            problem = f"it says the opposite of line {_line_of(text, other, '')}"
            raise _fault(text, name, line, "correction", problem)


def find_correction(
    corrections: Iterable[Correction], document: DocumentNames, label: str, citation: Citation
) -> Correction | None:
    """Return the decision about a citation that says most about it, the first of equals."""
    best, best_weight = None, 0
    for one in corrections:
        weight = _weight(one, document, label, citation)
        if weight > best_weight:
            best, best_weight = one, weight
    return best


def _weight(one: Correction, document: DocumentNames, label: str, citation: Citation) -> int:
    """How many of its conditions hold, 0 where one does not."""
    conditions: tuple[tuple[object, Callable[[], bool]], ...] = (
        (one.url, lambda: one.url in _spellings(citation)),
        (one.document, lambda: document.fits(one.document or "")),
        (one.label, lambda: one.label == label),
        (one.index, lambda: one.index == citation.index),
    )
    asked = [holds for value, holds in conditions if value is not None]
    if one.url is None and one.index is None and not citation.truncated:
        return 0  # of a note with several citations, the cut one is meant
    return len(asked) if all(holds() for holds in asked) else 0


def _spellings(citation: Citation) -> set[str]:
    """How a person may write the address of a citation down."""
    found = {citation.raw, citation.url or citation.raw}
    if citation.truncated and citation.url and (shown := beginning_of(citation.url)):
        found |= {f"{shown}...", f"{shown}…"}
    return found


def _shape_fault(text: str, name: str, message: str) -> SettingsError:
    where = _INDEX.search(message)
    field = _FIELD.search(message)
    key = next(filter(None, field.groups()), "") if field else ""
    line = _line_of(text, int(where[1]), key) if where else _line_of_key(text, key, 0)
    return _fault(text, name, line, key, message)


def _line_of(text: str, number: int, key: str) -> int:
    """The line (from 1) of a key in the n-th table, or of its header."""
    headers = [at for at, line in enumerate(text.splitlines()) if _HEADER.match(line)]
    if number >= len(headers):
        return 1
    return _line_of_key(text, key, headers[number]) if key else headers[number] + 1


def _line_of_key(text: str, key: str, first: int) -> int:
    written = re.compile(rf"""^[ \t\[]*["']?{re.escape(key)}\b""")
    for at, line in enumerate(text.splitlines()[first:], start=first):
        if at > first and _HEADER.match(line):
            break
        if key and written.match(line):
            return at + 1
    return first + 1


def _fault(text: str, name: str, line: int, key: str, problem: str) -> SettingsError:
    lines = text.splitlines() or [""]
    source = lines[min(line, len(lines)) - 1]
    at = source.find(key) if key else -1
    span = Span(at, at + len(key)) if at >= 0 else None
    return SettingsError(f"{name} line {line}: {problem}", hint=_HINT, source=source, span=span)
