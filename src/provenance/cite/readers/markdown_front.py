"""The front matter of a Markdown file: YAML between `---`, TOML between `+++`, MultiMarkdown's lines -> metadata.

Of YAML only what front matters are made of: keys with plain or quoted values, block
scalars, lists, and maps below a key, of which `name` and `title` are read. No library: a
whole YAML is not needed to read a title, and what is not understood is left out.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.formats.dates import find_dates
from provenance.model import Metadata

__all__ = ["FrontMatter", "read_front_matter"]

_MAX_CHARS = 65536
_MAX_DOTS = 50
_FENCED = lazy_pattern(r"(?P<fence>---|\+\+\+)[ \t]*\r?\n")
_KEY = lazy_pattern(
    r"(?P<indent>[ ]*)(?:(?P<dash>-)[ ]+)?(?:(?P<key>[\w.@-]+)[ \t]*:(?=[ \t]|$))?[ \t]*(?P<value>.*)$"
)
# MultiMarkdown: `Title: …` and its like from the first line to the first blank one
_BARE = lazy_pattern(
    r"(?:[A-Za-z][\w -]{0,40}:[ \t]+\S[^\n]*\n(?:[ \t]+\S[^\n]*\n)*){2,40}(?=\r?\n)"
)
_MIN_KNOWN_KEYS = 2
_BLOCK = lazy_pattern(r"[|>][+-]?\d?$")
_TITLES = ("title", "headline")
_AUTHORS = ("author", "authors", "by", "byline")
_DATES = ("date", "published", "publishdate", "pubdate", "publication_date", "created")
_LANGUAGES = ("lang", "language", "locale")
_ORIGINS = (
    "canonical",
    "canonical_url",
    "canonicalurl",
    "original_url",
    "origin_url",
    "source_url",
    "url",
    "link",
    "permalink",
    "source",
)
_NAME_KEYS = ("name", "title", "literal")
_LANGUAGE = lazy_pattern(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")

Value = str | list[str]


class FrontMatter(NamedTuple):
    """What it says, and the offset where the text begins behind it."""

    metadata: Metadata
    end: int


def read_front_matter(source: str) -> FrontMatter:
    """Return the metadata that a file's head declares; `end` is 0 where it has none."""
    opened = _FENCED.match(source)
    if opened is None:
        return _read_bare_head(source)
    fence = opened["fence"]
    closes = r"(?:---|\.\.\.)" if fence == "---" else r"\+\+\+"
    closed = re.compile(rf"^{closes}[ \t]*\r?$\n?", re.MULTILINE).search(
        source, opened.end(), _MAX_CHARS
    )
    if closed is None:
        return FrontMatter(Metadata(), 0)
    head = source[opened.end() : closed.start()]
    values = _read_toml(head) if fence == "+++" else _read_yaml(head)
    if values is None:
        return FrontMatter(Metadata(), 0)
    return FrontMatter(_metadata_of(values), closed.end())


def _read_bare_head(source: str) -> FrontMatter:
    """`Title: …` and `Author: …` on the first lines: a head where at least two keys are known ones."""
    head = _BARE.match(source, 0, _MAX_CHARS)
    values = _read_yaml(head[0]) if head else None
    if head is None or values is None:
        return FrontMatter(Metadata(), 0)
    known = {*_TITLES, *_AUTHORS, *_DATES, *_LANGUAGES}
    if not values.keys() & set(_TITLES) or len(values.keys() & known) < _MIN_KNOWN_KEYS:
        return FrontMatter(Metadata(), 0)
    return FrontMatter(_metadata_of(values), head.end())


def _metadata_of(values: Mapping[str, Value]) -> Metadata:
    origin = next(
        (url for url in _texts(values, _ORIGINS) if url.startswith(("http://", "https://"))), None
    )
    language = next((tag for tag in _texts(values, _LANGUAGES) if _LANGUAGE.fullmatch(tag)), None)
    dates = (found[0].iso for said in _texts(values, _DATES) if (found := find_dates(said)))
    return Metadata(
        title=next(_texts(values, _TITLES), None),
        authors=tuple(_texts(values, _AUTHORS)),
        published=next(dates, None),
        origin_url=origin,
        language=language.replace("_", "-") if language else None,
    )


def _texts(values: Mapping[str, Value], keys: Sequence[str]) -> Iterator[str]:
    """The texts below the first of the keys that says something."""
    for key in keys:
        said = values.get(key) or ()
        yield from (text for text in ([said] if isinstance(said, str) else said) if text)


def _read_toml(head: str) -> dict[str, Value] | None:
    # `a.a.a… = 1` costs the square of its length, in memory too: 40 kB of it take 2 GB
    if any(line.partition("=")[0].count(".") > _MAX_DOTS for line in head.splitlines()):
        return None
    try:
        table = tomllib.loads(head.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return {key.lower(): list(_flatten(value)) for key, value in table.items()}


def _flatten(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value.strip()
        case datetime() | date():
            yield value.isoformat()[:10]
        case list():
            for item in value:
                yield from _flatten(item)
        case dict():
            yield from _flatten(next((value[key] for key in _NAME_KEYS if key in value), None))
        case _:
            pass


def _read_yaml(head: str) -> dict[str, Value] | None:
    """The top keys with what stands at or below them; None where no line has a key."""
    values: dict[str, list[str]] = {}
    top: list[str] | None = None
    is_block = False
    for line in head.splitlines():
        found = _KEY.match(line)
        if found is None or not line.strip() or line.lstrip().startswith("#"):
            continue
        is_top = not found["indent"] and found["key"] is not None and not found["dash"]
        if is_top:
            top = values.setdefault(found["key"].lower(), [])
            is_block = _BLOCK.match(found["value"].strip()) is not None
            if not is_block:
                top += _items_of(found["value"])
        elif top is None:
            continue
        elif is_block:
            top[:] = [" ".join([*top, line.strip()])]
        elif found["key"] is None or found["key"].lower() in _NAME_KEYS:
            top += _items_of(found["value"]) if found["dash"] or found["key"] else [line.strip()]
    return dict(values) or None


def _items_of(value: str) -> list[str]:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return [
            _unquote(item)
            for item in re.findall(r"\"[^\"]*\"|'[^']*'|[^,\[\]]+", value[1:-1])
            if item.strip()
        ]
    return [_unquote(value)] if value else []


def _unquote(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return re.sub(r"\s+#.*$", "", value)
