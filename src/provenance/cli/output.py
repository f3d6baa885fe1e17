"""Data on standard output, without the packages that draw: what every command may import."""

import json
import sys

import msgspec

__all__ = ["plural", "print_json"]


def plural(count: int, noun: str) -> str:
    """Return "1 claim", "2,000 claims"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def print_json(value: object) -> None:
    """Print one JSON object: indented for a person, on one line for a program."""
    encoded = msgspec.json.encode(value)
    if sys.stdout.isatty():
        encoded = json.dumps(json.loads(encoded), ensure_ascii=False, indent=2).encode()
    sys.stdout.buffer.write(encoded + b"\n")
    sys.stdout.buffer.flush()
