"""The house style: `footnotes/house.toml`, read and checked. PURE.

::

    fail_on = "error"                      # exit 1 from this severity on

    [style]
    addresses = "plain"                    # "plain", "defanged", "consistent" or "any"
    marker = "after"                       # where [1] stands beside punctuation
    min_sources = 2

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
    url = "https://www.a.example/report"   # and/or document, label
    reason = "the ministry takes its pages down; we hold a scan"
    owner = "desk@a.example"
    expires = 2027-01-31
"""

import tomllib
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from provenance.errors import SettingsError
from provenance.model import Severity

__all__ = ["House", "Level", "RulesFor", "Style", "Waiver", "parse_house"]

Level = Literal["error", "warning", "info", "off"]
Text = Annotated[str, Meta(min_length=1)]


class Style(Struct, frozen=True, forbid_unknown_fields=True):
    """How this house writes its notes. "any" (or 1) asks for nothing, "consistent" for one way a document."""

    addresses: Literal["plain", "defanged", "consistent", "any"] = "plain"
    defang: Text = " dot "
    separator: str = "; "
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
    """A finding that this house lives with for now: why, who answers for it, until when."""

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

    Raises:
        SettingsError: no TOML, an unknown key or an impossible value, named with its path.
    """
    try:
        return msgspec.convert(tomllib.loads(text), House)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{name}: {error}", hint="see docs/house-style.md") from error
