"""Does every byte of a package of ours belong to a file that it lists?

Readers of ZIP files differ in what they believe: the directory at the end, the header before each
file, or whatever stands first. Ours are written without a choice: files one behind the other from
the first byte on, both headers alike, no time, no comment, nothing between and nothing behind
(APPNOTE.TXT 6.3.10, 4.3.6 to 4.3.16). What is otherwise was not written by us, or was changed since.
"""

import stat
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

__all__ = ["differing_layout", "refuse_name"]

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s4B4H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END_SIGN = b"PK\x05\x06"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_FIRST_DAY_BITS = 1 << 5 | 1  # as in a header: month and day of 1980
_UTF8_NAME = 0x800
_PLAIN, _ZIP64 = 20, 45  # versions of the format that a reader needs
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_MOST_32 = 0x7FFFFFFF  # beyond this Python's zipfile writes the longer numbers of ZIP64
_ZIP64_END_BYTES = 56 + 20  # its record and its locator
_MODE = 0o644 << 16
_UNIX = 3


def differing_layout(file: BinaryIO, package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each file that does not stand as we write it, with what is otherwise.

    The name is empty where it is the package as a whole.
    """
    expected = 0
    infos = sorted(package.infolist(), key=lambda info: info.header_offset)
    for info in infos:
        if info.header_offset != expected:
            yield info.filename, f"there are bytes of no file before it, at byte {expected}"
            return
        if not _is_listed_plainly(info):
            yield info.filename, "the package's directory describes it in a way that is not ours"
        length = _length_of_header(file, info)
        if length is None:
            yield info.filename, "the header before it is not as the package's directory says"
            return
        expected += length + info.compress_size
    if package.start_dir != expected:
        yield "", f"there are bytes of no file at byte {expected}"
    elif not _ends_plainly(file, package, infos):
        yield "", "it does not end where its directory ends"


def refuse_name(info: zipfile.ZipInfo) -> str | None:
    """Return why a file of a package may not be unpacked under its name, None where it may."""
    name = info.orig_filename
    if "\0" in name or "\\" in name or not name:
        return "its name means different files to different programs"
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        return "its name leads out of the folder that it is unpacked into"
    if info.create_system == _UNIX and stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link to another file"
    return None


def _is_listed_plainly(info: zipfile.ZipInfo) -> bool:
    return (
        not info.is_dir()
        and info.date_time == _FIRST_DAY
        and info.compress_type == zipfile.ZIP_STORED
        and info.compress_size == info.file_size
        and info.create_system == _UNIX
        and info.external_attr == _MODE
        and info.create_version in (_PLAIN, _ZIP64)
        and info.extract_version in (_PLAIN, _ZIP64)
        and info.flag_bits in (0, _UTF8_NAME)
        and not (info.volume or info.internal_attr or info.reserved or info.comment)
    )


def _length_of_header(file: BinaryIO, info: zipfile.ZipInfo) -> int | None:
    """Return how long the header before a file is, None where it says something else than the directory."""
    file.seek(info.header_offset)
    data = file.read(_LOCAL.size)
    if len(data) < _LOCAL.size:
        return None
    sign, version, flags, method, time, day, crc, packed, size, names, extras = _LOCAL.unpack(data)
    name, extra = file.read(names), file.read(extras)
    sizes = struct.pack("<HHQQ", 1, 16, info.file_size, info.compress_size)
    is_long = packed == size == _FULL_32 and extra == sizes
    is_short = (packed, size, extra) == (info.compress_size, info.file_size, b"")
    encoding = "utf-8" if flags & _UTF8_NAME else "ascii"
    agrees = (
        sign == b"PK\x03\x04"
        and version == (_ZIP64 if is_long else _PLAIN)
        and (flags, method, time, day) == (info.flag_bits, zipfile.ZIP_STORED, 0, _FIRST_DAY_BITS)
        and crc == info.CRC
        and (is_long or is_short)
        and name == info.orig_filename.encode(encoding, "replace")
    )
    return _LOCAL.size + names + extras if agrees else None


def _ends_plainly(file: BinaryIO, package: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> bool:
    directory = b"".join(_listed(info) for info in infos)
    size = file.seek(0, 2)
    file.seek(package.start_dir)
    if file.read(len(directory)) != directory or package.comment:
        return False
    file.seek(max(0, size - _END.size))
    data = file.read(_END.size)
    if len(data) < _END.size:
        return False
    sign, disk, first, here, all_, length, start, comment = _END.unpack(data)
    is_long = _FULL_32 in (length, start) or _FULL_16 in (here, all_)
    between = _ZIP64_END_BYTES if is_long else 0
    counts = (len(infos), len(infos), len(directory), package.start_dir)
    return (
        (sign, disk, first, comment) == (_END_SIGN, 0, 0, 0)
        and package.start_dir + len(directory) + between + _END.size == size
        and (is_long or (here, all_, length, start) == counts)
    )


def _listed(info: zipfile.ZipInfo) -> bytes:
    """Return the directory's record of a file; zipfile reads on over lengths that are wrong in the last."""
    numbers: list[int] = []
    size, start = info.file_size, info.header_offset
    if size > _MOST_32:
        numbers, size = [size, size], _FULL_32
    if start > _MOST_32:
        numbers, start = [*numbers, start], _FULL_32
    extra = struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""
    name = info.orig_filename.encode("utf-8", "replace")
    return _CENTRAL.pack(
        b"PK\x01\x02", info.create_version, _UNIX, info.extract_version, 0, info.flag_bits,
        zipfile.ZIP_STORED, 0, _FIRST_DAY_BITS, info.CRC, size, size, len(name), len(extra),
        0, 0, 0, _MODE, start,
    ) + name + extra  # fmt: skip
