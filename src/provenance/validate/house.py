"""The house style: `footnotes/house.toml`, read and checked. PURE.

::

    fail_on = "error"                      # exit 1 from this severity on

    [style]
    addresses = "consistent"               # "plain", "defanged", "consistent" or "any"
    marker = "after"                       # where [1] stands beside punctuation
    min_sources = 2
    archived = ", archived at {url}"       # how an archived copy is named behind an address

    [rules]                                # by code or by name
    FN107 = "error"                        # "error", "warning", "info", "off"

    [[section]]
    name = "Key Takeaways"                 # findings in sections with this heading
    rules = { FN401 = "off" }

    [[host]]
    name = "t.me"                          # findings about addresses on this host and below
    rules = { FN303 = "off" }

    [[waiver]]
    rule = "FN301"
    url = "https://www.a.example/report"   # and/or document, and label in a document
    reason = "the ministry takes its pages down; we hold a scan"
    owner = "desk@a.example"
    expires = 2027-01-31
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from provenance.errors import SettingsError
from provenance.model import Severity
from provenance.text import Span
from provenance.validate.house_words import say_what_is_wrong

__all__ = [
    "House",
    "Level",
    "RulesFor",
    "Style",
    "Waiver",
    "nearest_rule",
    "parse_house",
    "refuse_unknown_rules",
]

Level = Literal["error", "warning", "info", "off"]
Text = Annotated[str, Meta(min_length=1)]

# Fixes write these words into drafts.
_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]*\Z"
_HOLDS_URL = r"^[^\x00-\x1f\x7f-\x9f]*\{url\}[^\x00-\x1f\x7f-\x9f]*\Z"
# Two thousand waivers. Some TOML takes the square of its length to read.
_MAX_CHARS = 200_000


class Style(Struct, frozen=True, forbid_unknown_fields=True):
    """How this house writes its notes. "any" (or 1) asks for nothing, "consistent" for one way a document."""

    addresses: Literal["plain", "defanged", "consistent", "any"] = "consistent"
    defang: Annotated[str, Meta(min_length=1, pattern=_NO_CONTROLS)] = " dot "
    separator: Annotated[str, Meta(pattern=_NO_CONTROLS)] = "; "
    archived: Annotated[str, Meta(pattern=_HOLDS_URL)] = ", archived at {url}"
    marker: Literal["after", "before", "any"] = "after"
    titles: Literal["required", "any"] = "any"
    tracking: Literal["strip", "any"] = "strip"
    x: Literal["x.com", "twitter.com", "consistent", "any"] = "consistent"
    dates: Literal["consistent", "any"] = "consistent"
    min_sources: Annotated[int, Meta(ge=1)] = 1
    cited_paragraphs: Literal["every_sentence", "any"] = "any"


class RulesFor(Struct, frozen=True, forbid_unknown_fields=True):
    """Levels that hold only in sections with this heading, or for addresses on this host."""

    name: Text
    rules: dict[str, Level]


class Waiver(Struct, frozen=True, forbid_unknown_fields=True):
    """A finding that this house lives with for now: why, who answers for it, until when.

    It holds for an address (`url`, in any spelling of it), for a document (the end of its path)
    or for a note of that document (`label`); through the day `expires`.
    """

    rule: Text
    reason: Text
    owner: Text
    expires: date
    url: Text | None = None
    document: Text | None = None
    label: Text | None = None


class House(Struct, frozen=True, forbid_unknown_fields=True):
    """All that a house asks of its documents."""

    fail_on: Severity = "error"
    style: Style = Style()
    rules: dict[str, Level] = {}
    section: tuple[RulesFor, ...] = ()
    host: tuple[RulesFor, ...] = ()
    waiver: tuple[Waiver, ...] = ()


def parse_house(text: str, name: str) -> House:
    """Return the house style that a TOML text says; `name` is its file, for messages.

    Whether the rules that it names are there is told by `refuse_unknown_rules`.

    Raises:
        SettingsError: no TOML, an unknown key or an impossible value, a waiver that names
            nothing; with the line.
    """
    if len(text) > _MAX_CHARS:
        raise _fault(text, name, 1, "", f"a house style has {_MAX_CHARS:,} characters at most")
    try:
        house = msgspec.convert(tomllib.loads(text), House)
    except RecursionError as error:
        raise _fault(text, name, 1, "", "brackets are nested too deep") from error
    except tomllib.TOMLDecodeError as error:
        at = _TOML_PLACE.search(str(error))
        line = int(at[1]) if at else len(text.splitlines())
        raise _fault(text, name, line, "", f"this is no TOML: {_in_brief(error)}") from error
    except msgspec.ValidationError as error:
        where = _PATH.search(str(error))
        unknown = _UNKNOWN_KEY.search(str(error))
        steps = _STEP.findall(where[1]) if where else []
        if unknown:
            steps.append((unknown[1], ""))
        if bad := _BAD_LEVEL.search(str(error)):
            steps, problem = [*steps, (bad[1], "")], f"`{bad[1]}` is no level: {_LEVELS}"
            raise _fault_at(text, name, steps, problem) from error
        keys = [key for key, _ in (_STEP.findall(where[1]) if where else ())]
        problem = say_what_is_wrong(str(error), keys, House)
        raise _fault_at(text, name, steps, problem) from error
    for number, waiver in enumerate(house.waiver):
        if waiver.url is None and waiver.document is None:
            problem = (
                "a waiver names a `url` or a `document`; `[rules]` turns a rule off everywhere"
            )
            raise _fault_at(text, name, [("waiver", str(number))], problem)
    return house


def refuse_unknown_rules(
    house: House, text: str, name: str, rules: Iterable[tuple[str, str]]
) -> None:
    """Refuse a house style that names a rule which is not there; `rules` are codes and names.

    Raises:
        SettingsError: with the line, and the rule that may be meant.
    """
    known = {word for rule in rules for word in rule}
    for rule, steps in _named_rules(house):
        if rule not in known:
            near = nearest_rule(rule, known)
            meant = f"; {near} may be meant" if near else ""
            raise _fault_at(text, name, steps, f"there is no rule {rule}{meant}")


def nearest_rule(word: str, known: Iterable[str]) -> str | None:
    """Return the code or name that a wrong one most resembles, None where none does."""
    by_spelling = {each.casefold(): each for each in sorted(known)}
    meant = word.casefold().replace("_", "-")
    if meant.startswith("fn"):
        meant = meant.translate(_LETTERS_FOR_DIGITS)
    close = difflib.get_close_matches(meant, by_spelling, 1, 0.6)
    return by_spelling[close[0]] if close else None


def _in_brief(error: tomllib.TOMLDecodeError) -> str:
    """What the reader of TOML says, without the line that the message begins with."""
    said = _TOML_PLACE_SAID.sub("", str(error))
    is_value = said == "Invalid value"
    return (
        "a value that is text stands in quotation marks"
        if is_value
        else said[:1].lower() + said[1:]
    )


_LETTERS_FOR_DIGITS = str.maketrans("oil", "011")
_Step = tuple[str, str]  # a key of the path, and which of an array of tables ("" where it is none)


def _named_rules(house: House) -> Iterator[tuple[str, list[_Step]]]:
    for rule in house.rules:
        yield rule, [("rules", ""), (rule, "")]
    for kind, tables in (("section", house.section), ("host", house.host)):
        for number, table in enumerate(tables):
            for rule in table.rules:
                yield rule, [(kind, str(number)), ("rules", ""), (rule, "")]
    for number, waiver in enumerate(house.waiver):
        yield waiver.rule, [("waiver", str(number)), ("rule", "")]


_HINT = "docs/house-style.md says what a house style may hold; `provenance validate --rules` lists the rules"
_TOML_PLACE = re.compile(r"at line (\d+)")
_TOML_PLACE_SAID = re.compile(r" \(at .*\)$")
_UNKNOWN_KEY = re.compile(r"unknown field `([^`]+)`")
_PATH = re.compile(r"at `(?:key in )?\$([^`]*)`")
# of a level the path does not say whose it is
_BAD_LEVEL = re.compile(r"Invalid enum value '([^']*)' - at `[^`]*rules\[\.\.\.\]`")
_LEVELS = "error, warning, info or off"
# `$.waiver[1].expires`; a key of a map is shown as `[...]`
_STEP = re.compile(r"\.(\w+)(?:\[(\d+)\])?")


def _fault_at(text: str, name: str, steps: Sequence[_Step], problem: str) -> SettingsError:
    """The fault with the line of the last step that is written anywhere behind those before it."""
    lines = text.splitlines()
    at, key = 0, ""
    for step, number in steps:
        found = _find_key(lines, step, int(number or 0), at)
        if found is not None:
            at, key = found, step
    return _fault(text, name, at + 1, key, problem)


def _find_key(lines: Sequence[str], key: str, number: int, first: int) -> int | None:
    """The index of the line where a key, table or level is written for the n-th time, from a line on."""
    written = re.compile(rf"""^\s*\[*\s*["']?{re.escape(key)}\b|[{{,=]\s*["']?{re.escape(key)}\b""")
    hits = (at for at in range(first, len(lines)) if written.search(lines[at]))
    return next((at for count, at in enumerate(hits) if count == number), None)


def _fault(text: str, name: str, line: int, key: str, problem: str) -> SettingsError:
    lines = text.splitlines() or [""]
    source = lines[min(line, len(lines)) - 1]
    at = source.find(key) if key else -1
    span = Span(at, at + len(key)) if at >= 0 else None
    return SettingsError(f"{name}:{line}: {problem}", hint=_HINT, source=source, span=span)
