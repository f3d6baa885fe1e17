"""Data on standard output, without the packages that draw: what every command may import."""

import json
import sys

import msgspec

__all__ = ["plural", "print_json"]

# What steers a terminal and JSON leaves as it is: DEL and the controls of ISO 6429 (0x9b is ESC and `[`
# in one), and the signs that turn the direction of writing (UAX 9): outside of strings none can stand.
_ESCAPED = {
    point: f"\\u{point:04x}"
    for point in (*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def plural(count: int, noun: str) -> str:
    """Return "1 claim", "2,000 claims"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def print_json(value: object) -> None:
    """Print one JSON object: indented for a person, on one line for a program."""
    encoded = msgspec.json.encode(value)
    if sys.stdout.isatty():
        shown = json.dumps(json.loads(encoded), ensure_ascii=False, indent=2)
        encoded = shown.translate(_ESCAPED).encode()
    sys.stdout.buffer.write(encoded + b"\n")
    sys.stdout.buffer.flush()
