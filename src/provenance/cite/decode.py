"""Bytes -> characters: which encoding a file is really in.

In this order: a byte order mark, the NUL bytes of UTF-16, UTF-8 where more of it decodes
than does not, the declaration in the file (HTML) unless it is one of habit, then
the old Cyrillic and Western code pages told apart by the letters that come out. Undecodable bytes become U+FFFD and a finding
says where; CR LF and NUL are kept; a byte order mark is dropped.
"""

import codecs
import re
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.rules import find_fault
from provenance.model import Finding

__all__ = ["Decoded", "decode_document", "looks_binary"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})|encoding\s*=\s*["']([\w.:-]{2,40})""", re.IGNORECASE
)
_DECLARED_WITHIN = 4096
# Declared by servers and editors that were never told: the letters have the last word.
_DECLARED_BY_HABIT = frozenset({"cp1252", "iso8859-15"})
_MIN_NUL_SHARE = 0.1
_CONTROL = lazy_pattern("[\x00-\x08\x0e-\x1f]")
_CYRILLIC_WORD = lazy_pattern(r"[а-яёіїєґ]{3,}", re.IGNORECASE)
_BINARY_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x7fELF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"SQLite format 3\x00", b"\xd0\xcf\x11\xe0", b"MZ\x90", b"RIFF", b"OggS", b"ID3")  # fmt: skip
_CONTROL_BYTES = bytes((*range(8), *range(14, 27), *range(28, 32)))
_BINARY_SAMPLE = 65536
# random bytes have 10 % of them, texts in any one-byte encoding hardly any
_MAX_CONTROL_SHARE = 0.05
_TOLERATED_CONTROLS = 4


class Decoded(NamedTuple):
    """The characters of a file, the encoding they were in, and what was found wrong."""

    text: str
    encoding: str
    findings: tuple[Finding, ...]


def looks_binary(data: bytes) -> bool:
    """Tell whether bytes are no text at all: known magic numbers, or control bytes in a twentieth of them.

    A few NUL bytes in a text file are damage, not another format.
    """
    if data.startswith(_BINARY_MAGIC):
        return True
    if data.startswith(tuple(bom for bom, _ in _BOMS)) or _unmarked_utf16(data):
        return False
    sample = data[:_BINARY_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    return controls > max(_TOLERATED_CONTROLS, len(sample) * _MAX_CONTROL_SHARE)


def decode_document(data: bytes) -> Decoded:
    """Return the file's characters; never fails."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_marking_damage(data[len(bom) :], encoding)
    if unmarked := _unmarked_utf16(data):
        return _decode_marking_damage(data, unmarked)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", ())
    except UnicodeDecodeError:
        pass
    encoding = _choose_encoding(data)
    return _decode_marking_damage(data, encoding)


def _choose_encoding(data: bytes) -> str:
    if _is_damaged_utf8(data):
        return "utf-8"
    declared = _declared_encoding(data)
    if declared and declared not in _DECLARED_BY_HABIT:
        return declared
    as_cyrillic = data.decode("cp1251", "replace")
    words = _CYRILLIC_WORD.findall(as_cyrillic)
    if sum(map(len, words)) * 2 > sum(1 for byte in data if byte > 0x7F):
        return "cp1251"
    return declared or "cp1252"


def _is_damaged_utf8(data: bytes) -> bool:
    """Tell whether more of the sequences beyond ASCII are valid UTF-8 than are not.

    In a text of one byte a letter hardly any is valid by chance: a letter of the
    upper half would have to stand before a sign such as `©`, never before a letter.
    """
    beyond_ascii = sum(1 for char in data.decode("utf-8", "replace") if char > "\x7f")
    valid = sum(1 for char in data.decode("utf-8", "ignore") if char > "\x7f")
    return valid > beyond_ascii - valid


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: blanks and digits put a NUL into every other byte, and only there."""
    sample = data[: _BINARY_SAMPLE & ~1]
    units = len(sample) // 2
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if max(first, second) <= max(_TOLERATED_CONTROLS, units * _MIN_NUL_SHARE) or min(first, second):
        return None
    encoding = "utf-16-le" if second else "utf-16-be"
    text = sample[: units * 2].decode(encoding, "replace")
    # the sample may end in the middle of a pair of surrogates
    return encoding if "\ufffd" not in text[:-1] and not _CONTROL.search(text) else None


def _declared_encoding(data: bytes) -> str | None:
    match = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    if match is None:
        return None
    name = (match[1] or match[2]).decode("ascii", "replace")
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    # browsers read these labels as the Windows code pages, and so were the pages written
    found = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-5": "cp1251"}.get(found, found)
    # what could be read as ASCII up to here is in no encoding of two bytes a character
    return None if found.startswith(("utf-8", "utf-16", "utf-32", "utf-7")) else found


def _decode_marking_damage(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    findings = []
    if encoding != "utf-8":
        message = f"the file is not UTF-8: read as {encoding}"
        findings.append(find_fault("FN090", message))
    damage = [match.span() for match in re.finditer("\ufffd+", text)]
    if damage:
        message = (
            f"{sum(end - start for start, end in damage)} undecodable bytes ({encoding}) became U+FFFD; "
            "the first stands here"
        )
        findings.append(find_fault("FN091", message, None, *damage[0]))
    return Decoded(text, encoding, tuple(findings))
