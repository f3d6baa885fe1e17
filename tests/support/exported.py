"""Rows and references for tests of exports, ordinary and hostile."""

import json
from typing import Any

from provenance.trace.export.records import Reference
from provenance.trace.export.references import read_references

__all__ = ["HOSTILE", "a_reference", "a_row", "hostile_references", "references_of"]

# What breaks one form or another: braces, TeX, quotes, line ends, formulas, bidi, markup, NUL.
HOSTILE = {
    "braces": "The {Toll} of }the{ Just",
    "open brace": "Barges { and {{ fords",
    "backslash": "C:\\tolls\\new \\input{/etc/passwd} ends in \\",
    "tex": r"50% of $tolls & fees_#1 ^up~ \end{document}",
    "quotes": "“Curly” and \"straight\" and 'single'",
    "newlines": "First line\r\nER  - \r\nTY  - BOOK\nsecond\u2028third\x85fourth",
    "formula": '=HYPERLINK("https://evil.example/","toll")',
    "at": "@book{owned, title={Owned}}",
    "bidi": "Toll \u202egnp.egrab\u202c \u2066of\u2069 Ouldane",
    "markup": "<script>alert(1)</script> & <b>bold</b> ]]> <!--",
    "controls": "Toll\x00 of\x07 the\x1b[2J Just\x7f",
    "arabic": "مساعدات عبر النهر",
    "accents": "Où l’été naïf coûte 3 € – Čapek, Łódź, Straße",
    "cyrillic": "Корпус «Бореалис» уходит",
    "json": '"}],"x":[{"',
    "comma": "Tolls, fords, \"barges\"; and 'ferries'",
}


def a_row(**said: Any) -> dict[str, Any]:
    """A row as `sources_to_export` yields it: a page that nobody described."""
    row: dict[str, Any] = {
        "source_id": "source-00000000000000000000abcd",
        "kind": "web",
        "url": "https://www.tolls.example/2024/barges",
        "host": "tolls.example",
        "truncated": 0,
        "access": "open",
        "state": "alive",
        "capture_id": None,
        "captured_at": None,
        "media_type": None,
        "payload_sha256": None,
        "page_title": None,
        "page_authors": None,
        "page_date": None,
        "language": None,
        "raw": "https://www.tolls.example/2024/barges",
        "publisher": None,
        "title": None,
        "authors": "[]",
        "date": None,
        "pages": None,
        "accessed": None,
        "isbn": None,
        "archive": None,
        "uri_m": None,
        "memento_at": None,
    }
    assert set(said) <= set(row)
    return {**row, **said}


def references_of(*rows: dict[str, Any]) -> list[Reference]:
    return list(read_references(rows, lambda name: "Ministry" in name))


def a_reference(**said: Any) -> Reference:
    (found,) = references_of(a_row(**said))
    return found


def hostile_references() -> dict[str, Reference]:
    """One book and one page of each hostile text, in title, author, publisher, address and cut address."""
    rows = {}
    for number, (name, text) in enumerate(HOSTILE.items()):
        rows[f"book {name}"] = a_row(
            source_id=f"source-{number:024x}", kind="work", url=None, raw=text, title=text,
            authors=json.dumps([text, "Okoro-Vale, Tamsin"]), publisher=text, date="2019", pages="88–91",
            isbn="9780000000002",
        )  # fmt: skip
        rows[f"page {name}"] = a_row(
            source_id=f"source-{number:023x}f", url=f"https://tolls.example/{text}", title=text,
            publisher=text, date="2024-02-23", language="en", captured_at="2024-03-08T09:00:00.000000Z",
            capture_id=f"capture-{number:024x}", media_type="text/html", payload_sha256="0" * 64,
        )  # fmt: skip
        rows[f"cut {name}"] = a_row(
            source_id=f"source-{number:023x}e", url=f"https://tolls.example/{text}...", truncated=1,
            raw=text,
        )  # fmt: skip
    ordered = dict(sorted(rows.items(), key=lambda each: each[1]["source_id"]))
    return dict(zip(ordered, references_of(*ordered.values()), strict=True))
