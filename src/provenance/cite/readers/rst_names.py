"""What a reStructuredText defines: addresses by name, and notes with the labels that are printed.

Numbers are given as docutils gives them: `[#]` and `[#name]` count up in the order in which
the notes stand, past the numbers that are written out; `[*]` takes the symbols in turn.
Names are compared without case, with every run of white space as one blank.
"""

import re
from itertools import count
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.text import Span

__all__ = ["Definition", "Names", "normal_name", "read_names"]

_NOTE = lazy_pattern(
    r"^[ \t]*\.\.[ \t]+\[(?P<label>\d{1,5}|#[\w.:+-]{0,100}|\*|[^\W\d_][\w.:+-]{0,100})\](?=[ \t\r\n]|\Z)",
    re.MULTILINE,
)
_TARGET = lazy_pattern(
    r"^[ \t]*\.\.[ \t]+_(?:`(?P<quoted>[^`\n]{1,200})`|(?P<plain>(?:[^:\n\\]|\\.|:(?!\s)){0,200})):"
    r"(?:[ \t]+(?P<address>\S[^\n]*)|[ \t]*\n[ \t]+(?P<below>\S+://\S+))?",
    re.MULTILINE,
)
_ANONYMOUS = lazy_pattern(
    r"^[ \t]*(?:\.\.[ \t]+)?__:?[ \t]+(?P<address>\S+)[ \t\r]*$", re.MULTILINE
)
_SUBSTITUTION = lazy_pattern(
    r"^[ \t]*\.\.[ \t]+\|(?P<name>[^|\n]{1,100})\|[ \t]+(?P<kind>[a-z-]+)::[ \t]*(?P<words>[^\n]*)",
    re.MULTILINE,
)
_EMBEDDED = lazy_pattern(
    r"`(?P<words>[^`<>]{1,300}?)\s{0,80}<(?P<address>[^<>`\s]{1,2000})>`_(?!_)"
)
_SYMBOLS = "*†‡§¶#♠♥♦♣"
_MAX_ALIASES = 10


class Definition(NamedTuple):
    """A note's definition: label as printed, what markers lead to it by, where its head stands."""

    label: str
    target: str
    head: Span


class Names(NamedTuple):
    """All names of a source; `definitions` by where the head of the note stands."""

    addresses: dict[str, str]
    anonymous: list[str]
    substitutions: dict[str, Span]
    definitions: dict[int, Definition]
    notes: dict[str, Definition]
    automatic: list[Definition]
    symbols: list[Definition]


def normal_name(name: str) -> str:
    """Return the form of a name that is compared."""
    return " ".join(name.replace("\\", "").split()).casefold()


def read_names(source: str) -> Names:
    """Return what a source defines, wherever it does."""
    names = Names(_read_addresses(source), [], {}, {}, {}, [], [])
    names.anonymous.extend(match["address"] for match in _ANONYMOUS.finditer(source))
    for found in _SUBSTITUTION.finditer(source):
        if found["kind"] in {"replace", "unicode"}:
            names.substitutions.setdefault(found["name"].casefold(), Span(*found.span("words")))
    _number_notes(source, names)
    return names


def _read_addresses(source: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for target in _TARGET.finditer(source):
        name = normal_name(target["quoted"] or target["plain"] or "")
        address = (target["address"] or target["below"] or "").strip()
        if name and name != "_" and address:
            said.setdefault(name, address.replace("\\", ""))
    for embedded in _EMBEDDED.finditer(source):
        said.setdefault(normal_name(embedded["words"]), embedded["address"])
    return {name: address for name in said if (address := _resolve(said, name))}


def _resolve(said: dict[str, str], name: str) -> str | None:
    """Follow `.. _one: two_` to an address; None where it leads to a place in the text."""
    for _ in range(_MAX_ALIASES):
        address = said.get(name, "")
        if not address.endswith("_") or "/" in address:
            return address if "/" in address or address.startswith("mailto:") else None
        name = normal_name(address.rstrip("_").strip("`"))
    return None


def _number_notes(source: str, names: Names) -> None:
    found = list(_NOTE.finditer(source))
    taken = {match["label"] for match in found}
    numbers = (str(number) for number in count(1) if str(number) not in taken)
    for match in found:
        label = written = match["label"]
        head = Span(match.start() + len(match[0]) - len(match[0].lstrip()), match.end())
        if written.startswith("#"):
            label = next(numbers)
        elif written == "*":
            turn, place = divmod(len(names.symbols), len(_SYMBOLS))
            label = _SYMBOLS[place] * (turn + 1)
        definition = Definition(label, str(head.start), head)
        names.definitions[head.start] = definition
        if written == "#":
            names.automatic.append(definition)
        elif written == "*":
            names.symbols.append(definition)
        else:
            names.notes.setdefault(written.casefold(), definition)
