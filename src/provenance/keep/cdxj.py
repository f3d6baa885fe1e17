"""CDXJ, the index of a WARC file as pywb reads it: `SURT SP timestamp SP json`. PURE.

Fields and their order are pywb's; every value is a string. A revisit has the mime
type `warc/revisit`, a page without Content-Type `unk`.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from provenance.formats.url import surt_key
from provenance.model import WarcPlace

__all__ = ["IndexedRecord", "format_line", "last_end", "merge_lines", "read_line"]

_INDEXED = frozenset({"response", "revisit", "resource"})
_STATUS = re.compile(rb"^\S+[ \t]+(\d{3})\b")
_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:[ \t]*([^;\r\n]*)", re.IGNORECASE | re.MULTILINE)
_NOT_A_DIGIT = re.compile(r"[^0-9]")


class IndexedRecord(NamedTuple):
    """A record as a line has it; sorts by where it stands. `digest` is spelled as in the record."""

    file: str
    offset: int
    length: int
    url: str
    mime: str
    digest: str

    @property
    def place(self) -> WarcPlace:
        """Where the record stands."""
        return WarcPlace(self.file, self.offset, self.length)


class _Fields(msgspec.Struct):
    url: str
    offset: str
    length: str
    filename: str
    mime: str = ""
    digest: str = ""


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


def read_line(line: str) -> IndexedRecord:
    """Return what a line of ours says, which `format_line` wrote.

    Raises:
        ValueError: it is no such line.
    """
    try:
        fields = msgspec.json.decode(line.split(" ", 2)[2], type=_Fields)
    except (msgspec.MsgspecError, IndexError) as error:
        raise ValueError(f"no line of an index: {error}") from error
    return IndexedRecord(
        fields.filename,
        int(fields.offset),
        int(fields.length),
        fields.url,
        fields.mime,
        fields.digest,
    )


def last_end(lines: Iterable[str]) -> int:
    """Return the offset behind the last record that the lines speak of, 0 where there is none.

    Raises:
        ValueError: one of them is no line of an index.
    """
    ends = [0]
    for line in lines:
        record = read_line(line)
        ends.append(record.offset + record.length)
    return max(ends)
