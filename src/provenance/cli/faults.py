"""Errors as a person reads them: one clear line, the place drawn under it, what to do."""

from provenance.errors import ProvenanceError
from provenance.formats.strangers import printable

__all__ = ["describe_error", "describe_fault", "name_input"]

_WINDOW = 72


def describe_error(error: ProvenanceError) -> str:
    """Return an error in words, with its place drawn under it where it has one."""
    lines = [f"provenance: {printable(error.message)}"]
    if error.span is not None and error.source:
        lines += _draw(error.source, *error.span)
    if error.hint:
        lines.append(f"  → {printable(error.hint)}")
    return "\n".join(lines)


def describe_fault(path: str, message: str, hint: str) -> str:
    """Return what was wrong with one input of several."""
    said = f"provenance: {printable(name_input(path, message))}"
    return said + (f"\n  → {printable(hint)}" if hint else "")


def name_input(path: str, message: str) -> str:
    """Return the message with the input that it speaks of, where it does not name it itself."""
    return message if path in message else f"{path}: {message}"


def _draw(source: str, start: int, end: int) -> list[str]:
    left = max(0, start - _WINDOW // 2)
    shown = printable(source[left : left + _WINDOW])
    width = max(1, min(end, left + _WINDOW) - start)
    return [f"  {shown}", "  " + " " * (start - left) + "~" * (width - 1) + "^"]
