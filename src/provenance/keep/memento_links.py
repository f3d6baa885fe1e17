"""TimeMaps: link-format read and written (RFC 7089, section 5; RFC 6690, section 2). PURE.

    links  = link *( "," link )
    link   = "<" URI-reference ">" *( ";" name [ "=" ( token / quoted ) ] )

Commas and semicolons stand in URIs and in quoted values (every `datetime` holds one), blank
lines and a comma too many occur: it is read in one pass, never split.
"""

import email.utils
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from msgspec import Struct

from provenance.formats.url import canonical_url, resolve_reference
from provenance.keep.memento_index import NamedCopy

__all__ = ["Link", "Page", "TimeMap", "read_links", "read_memento_datetime", "read_timemap",
           "write_timemap"]  # fmt: skip

_LINK = re.compile(r"[\s,]*<([^<>]*)>")
_PARAM = re.compile(
    r"""\s*;\s*(?P<name>[A-Za-z0-9!#$&+.^_`|~*-]+)
        (?:\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<token>[^\s;,"]*)))?""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MOST_SAID = 100


class Link(Struct, frozen=True):
    """One link as written; `params` by lower-case name, the first of a name counts."""

    target: str
    params: dict[str, str]

    @property
    def rels(self) -> frozenset[str]:
        """The relation types, lower case."""
        return frozenset(self.params.get("rel", "").lower().split())


class Page(Struct, frozen=True):
    """Another page of a TimeMap; `begins` and `ends` bound its mementos, where it says so."""

    url: str
    begins: datetime | None = None
    ends: datetime | None = None


class TimeMap(Struct, frozen=True):
    """What a TimeMap names: what it is of, the copies, and further pages of itself."""

    original: str | None
    copies: tuple[NamedCopy, ...]
    pages: tuple[Page, ...]


def read_links(text: str) -> Iterator[Link]:
    """Yield the links of a text in link-format.

    >>> [(link.target, link.params["datetime"]) for link in read_links(
    ...     '<http://a.org/x,y>;rel="memento";datetime="Thu, 09 Mar 2023 10:11:12 GMT"')]
    [('http://a.org/x,y', 'Thu, 09 Mar 2023 10:11:12 GMT')]

    Raises:
        ValueError: something stands there that is no link, with its place.
    """
    position = 0
    while (found := _LINK.match(text, position)) is not None:
        position = found.end()
        params: dict[str, str] = {}
        while (param := _PARAM.match(text, position)) is not None:
            quoted = param["quoted"]
            value = param["token"] or "" if quoted is None else _ESCAPED.sub(r"\1", quoted)
            params.setdefault(param["name"].lower(), value)
            position = param.end()
        yield Link(found[1].strip(), params)
    rest = text[position:].strip(" \t\r\n,;")
    if rest:
        raise ValueError(f"no link at character {position}: {rest[:_MOST_SAID]!r}")


def read_timemap(body: bytes, base: str, of: str) -> TimeMap | None:
    """Return what a TimeMap of the URL `of` says; None where it is none, or one of another URL.

    `base` is the address that it came from: references are relative to it. Mementos without
    a readable `datetime`, and addresses that are no http, are passed over.
    """
    try:
        links = list(read_links(body.decode("utf-8")))
    except ValueError:
        return None
    if not any(link.rels for link in links):
        return None
    original = next((link.target for link in links if "original" in link.rels), None)
    if original is not None and canonical_url(original) != canonical_url(of):
        return None
    copies, pages = [], []
    for link in links:
        target = resolve_reference(base, link.target)
        if target is None:
            continue
        at = read_memento_datetime(link.params.get("datetime"))
        if "memento" in link.rels and at is not None:
            copies.append(NamedCopy(target, at))
        elif "timemap" in link.rels and "self" not in link.rels and target != base:
            pages.append(_page_of(target, link))
    return TimeMap(original, tuple(copies), tuple(pages))


def _page_of(target: str, link: Link) -> Page:
    return Page(
        target,
        read_memento_datetime(link.params.get("from")),
        read_memento_datetime(link.params.get("until")),
    )


def read_memento_datetime(value: str | None) -> datetime | None:
    """Return the moment of a Memento-Datetime (RFC 1123, GMT), or None where it is none.

    >>> read_memento_datetime("Thu, 09 Mar 2023 10:11:12 GMT").isoformat()
    '2023-03-09T10:11:12+00:00'
    """
    if not value:
        return None
    try:
        at = email.utils.parsedate_to_datetime(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def write_timemap(
    url: str, self_url: str | None, copies: Iterable[NamedCopy], timegate_url: str | None = None
) -> str:
    """Return the TimeMap of `url` in link-format, mementos in the order of time.

    `self_url` is where the TimeMap itself can be had, `timegate_url` where one is asked for the copy
    of a moment, if they can. Addresses are written as URIs: what
    would end one early (`<`, `>`, blanks) is percent-encoded.
    """
    ordered = sorted(copies, key=lambda copy: (copy.at, copy.uri_m))
    links = [f'<{_as_uri(url)}>; rel="original"']
    if timegate_url is not None:
        links.append(f'<{_as_uri(timegate_url)}>; rel="timegate"')
    if self_url is not None:
        bounds = "".join(
            f'; {name}="{_as_date(copy.at)}"'
            for name, copy in zip(("from", "until"), (*ordered[:1], *ordered[-1:]), strict=False)
        )
        kind = '; type="application/link-format"'
        links.append(f'<{_as_uri(self_url)}>; rel="self"{kind}{bounds}')
    for index, copy in enumerate(ordered):
        ends = (("first", index == 0), ("last", index == len(ordered) - 1))
        rel = " ".join([*(name for name, is_there in ends if is_there), "memento"])
        links.append(f'<{_as_uri(copy.uri_m)}>; rel="{rel}"; datetime="{_as_date(copy.at)}"')
    return ",\n".join(links) + "\n"


def _as_date(at: datetime) -> str:
    return email.utils.format_datetime(at.astimezone(UTC), usegmt=True)


def _as_uri(url: str) -> str:
    return re.sub(
        r"""[\x00-\x20<>"\x7f-\x9f\ud800-\udfff]""",
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass")),
        url,
    )
