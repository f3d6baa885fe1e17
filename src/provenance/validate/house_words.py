"""What is wrong with a house style, said to the person who writes it. PURE."""

import difflib
import re
from collections.abc import Callable, Sequence

import msgspec

__all__ = ["say_what_is_wrong"]

_UNKNOWN = re.compile(r"unknown field `([^`]+)`")
_MISSING = re.compile(r"missing required field `([^`]+)`")
_NOT_ONE_OF = re.compile(r"Invalid enum value '?(.*?)'? - at `")
_AT_LEAST = re.compile(r"Expected `int` >= (\d+)")


def say_what_is_wrong(said: str, keys: Sequence[str], style: type[msgspec.Struct]) -> str:
    """Return msgspec's words about a value of `style` as an editor understands them.

    `keys` is the path to the value, of tables in arrays without their numbers; words that are not
    known come back as they are.

    >>> class House(msgspec.Struct):
    ...     min_sources: int = 1
    >>> say_what_is_wrong("Expected `int`, got `str` - at `$.min_sources`", ["min_sources"], House)
    '`min_sources` is a number, without quotation marks'
    """
    from msgspec import inspect  # only where something is wrong

    kind = _kind_at(keys, inspect.type_info(style))
    if unknown := _UNKNOWN.search(said):
        table = kind.item_type if isinstance(kind, inspect.VarTupleType) else kind
        fields = table.fields if isinstance(table, inspect.StructType) else ()
        there = [field.name for field in fields]
        close = difflib.get_close_matches(unknown[1], there, 1, 0.7)
        listed = f"{close[0]} may be meant" if close else f"there are {', '.join(there)}"
        return f"there is no key `{unknown[1]}` here; {listed}" if there else said
    if missing := _MISSING.search(said):
        return f"`{missing[1]}` is missing here"
    key = f"`{keys[-1]}`" if keys else "this"
    if broken := _broken_limit(said):
        return f"{key} {broken}"
    if wrong := _NOT_ONE_OF.search(said):
        values = ", ".join(map(str, kind.values)) if isinstance(kind, inspect.LiteralType) else ""
        return f"“{wrong[1]}” is no value of {key}: {values}" if values else said
    wants = next((words for what, words in _WANTED if isinstance(kind, what(inspect))), None)
    return f"{key} {wants.format(key=keys[-1] if keys else '')}" if wants else said


def _broken_limit(said: str) -> str:
    """Return what a value of the right kind must be and is not; "" where it is of another kind."""
    if "of length >= 1" in said:
        return "is empty"
    if "matching regex" in said:
        holds = ", with {url} where the copy's address stands" if "url" in said else ""
        return f"is one line of text without control characters{holds}"
    least = _AT_LEAST.search(said)
    return f"is at least {least[1]}" if least else ""


_WANTED: tuple[tuple[Callable[..., type], str], ...] = (
    (lambda inspect: inspect.IntType, "is a number, without quotation marks"),
    (lambda inspect: inspect.DateType, "is a day, such as 2027-01-31, without quotation marks"),
    (lambda inspect: inspect.StrType, "is text, in quotation marks"),
    (lambda inspect: inspect.LiteralType, "is text, in quotation marks"),
    (lambda inspect: inspect.VarTupleType, "is a list: write its head as [[{key}]]"),
    (lambda inspect: inspect.StructType, "is a table: write its head as [{key}]"),
    (lambda inspect: inspect.DictType, "is a table of rules and levels"),
)


def _kind_at(keys: Sequence[str], kind: "msgspec.inspect.Type") -> "msgspec.inspect.Type | None":
    """The type of what stands at a path; None where the path leads nowhere."""
    from msgspec import inspect

    found: inspect.Type | None = kind
    for key in keys:
        if isinstance(found, inspect.VarTupleType):
            found = found.item_type
        fields = found.fields if isinstance(found, inspect.StructType) else ()
        found = next((field.type for field in fields if field.name == key), None)
        if isinstance(found, inspect.UnionType):  # a value, or none
            found = next(
                (one for one in found.types if not isinstance(one, inspect.NoneType)), None
            )
    return found
