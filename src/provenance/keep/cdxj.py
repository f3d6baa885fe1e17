"""CDXJ, the index of a WARC file as pywb reads it: `SURT SP timestamp SP json`. PURE.

Fields and their order are pywb's; every value is a string. A revisit has the mime
type `warc/revisit`, a page without Content-Type `unk`.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec

from provenance.formats.url import surt_key
from provenance.model import WarcPlace

__all__ = ["format_line", "last_end", "line_offset", "merge_lines"]

_INDEXED = frozenset({"response", "revisit", "resource"})
_STATUS = re.compile(rb"^\S+[ \t]+(\d{3})\b")
_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:[ \t]*([^;\r\n]*)", re.IGNORECASE | re.MULTILINE)
_NOT_A_DIGIT = re.compile(r"[^0-9]")


def format_line(
    headers: Sequence[tuple[str, str]], http_head: bytes | None, place: WarcPlace
) -> str | None:
    """Return the index line of a record, without line feed; None where it is not indexed.

    A 304 is not: replay would show it as it stands, without a page. Left out, the moment
    is answered with the nearest capture that has one, which the 304 says still holds.
    """
    named = {name.lower(): value for name, value in headers}
    kind, url = named.get("warc-type"), named.get("warc-target-uri")
    if kind not in _INDEXED or url is None:
        return None
    status = _status(http_head)
    if kind == "revisit" and status == "304":
        return None
    fields = {
        "url": url,
        "mime": _mime(kind, named, http_head),
        "status": status,
        "digest": named.get("warc-payload-digest"),
        "length": str(place.length),
        "offset": str(place.offset),
        "filename": place.file,
    }
    data = msgspec.json.encode({name: value for name, value in fields.items() if value is not None})
    timestamp = _NOT_A_DIGIT.sub("", named["warc-date"])[:14]
    return f"{surt_key(url)} {timestamp} {data.decode('utf-8')}"


def _mime(kind: str, named: dict[str, str], http_head: bytes | None) -> str:
    if kind == "revisit":
        return "warc/revisit"
    if http_head is None:
        return named.get("content-type", "unk").partition(";")[0].strip() or "unk"
    found = _CONTENT_TYPE.search(http_head)
    return (found[1].decode("latin-1").strip().lower() if found else "") or "unk"


def _status(http_head: bytes | None) -> str | None:
    found = _STATUS.match(http_head or b"")
    return found[1].decode("ascii") if found else None


def merge_lines(*groups: Iterable[str]) -> bytes:
    r"""Return the lines of all groups as a file: each once, sorted by their bytes.

    >>> merge_lines(["b) 1 {}"], ["a) 2 {}", "b) 1 {}"])
    b'a) 2 {}\nb) 1 {}\n'
    """
    unique = {line.encode("utf-8") for group in groups for line in group}
    return b"".join(line + b"\n" for line in sorted(unique))


def line_offset(line: str) -> int:
    """Return at which byte of its file the record begins that a line speaks of."""
    return int(msgspec.json.decode(line.split(" ", 2)[2], type=dict[str, str])["offset"])


def last_end(lines: Iterable[str]) -> int:
    """Return the offset behind the last record that the lines speak of, 0 where there is none."""
    ends = [0]
    for line in lines:
        fields = msgspec.json.decode(line.split(" ", 2)[2], type=dict[str, str])
        ends.append(int(fields["offset"]) + int(fields["length"]))
    return max(ends)
