"""ZIP files of which a few members are replaced: all others stay byte for byte, in their order.

`zipfile` can only write an archive anew: it packs every member again, with its own flags and
times. Here the local records of what stays are copied as they are, with what stands between
them; of what is replaced only sizes, digest and bytes are new (APPNOTE.TXT 6.3.10, 4.3.7 to 4.3.16).
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping

from provenance.errors import UnreadableDocument

__all__ = ["ZipMembers"]

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_LOCAL_SIGN, _CENTRAL_SIGN, _END_SIGN = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
# Sizes and digest stand behind the bytes instead of before them.
_HAS_DESCRIPTOR = 0x08
_ZIP64 = 0xFFFFFFFF
_PACKING = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class ZipMembers:
    """The members of one ZIP file that can be read by `zipfile`.

    Raises:
        UnreadableDocument: by every method, where the file is broken or built in a way that is not rewritten.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise UnreadableDocument(f"the ZIP file is broken: {error}") from error
        # some writers pack with the separators of Windows, or from the root
        self._entries = {
            re.sub(r"[\\/]+", "/", entry.filename).lstrip("/").lower(): entry
            for entry in self._zip.infolist()
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the members, in lower case."""
        return tuple(self._entries)

    def read(self, name: str) -> bytes:
        """Return the bytes of a member; names ignore case."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise UnreadableDocument(f"there is no {name} in the ZIP file")
        try:
            return self._zip.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise UnreadableDocument(f"{name} cannot be unpacked: {error}") from error

    def replace(self, new: Mapping[str, bytes]) -> bytes:
        """Return the file with other bytes in some of its members."""
        wanted = {self._entries[name.lower()].header_offset: data for name, data in new.items()}
        entries = sorted(self._zip.infolist(), key=lambda entry: entry.header_offset)
        directory, end = self._find_directory(entries)
        starts = [entry.header_offset for entry in entries]
        out = bytearray(self._data[: starts[0]])
        moved: dict[int, tuple[int, bytes]] = {}
        packed: dict[int, tuple[int, int, int]] = {}
        for entry, following in zip(entries, [*starts[1:], directory], strict=True):
            record = self._data[entry.header_offset : following]
            at = entry.header_offset
            if at in wanted:
                record, packed[at] = _packed_anew(entry, record, wanted[at])
            moved[at] = (len(out), record[:4])
            out += record
        begins = len(out)
        out += self._directory(directory, end, moved, packed)
        tail = bytearray(self._data[end:])
        struct.pack_into("<II", tail, 12, len(out) - begins, begins)
        return bytes(out + tail)

    def _find_directory(self, entries: list[zipfile.ZipInfo]) -> tuple[int, int]:
        """Where the central directory begins and where the record of its end does."""
        end = self._data.rfind(_END_SIGN)
        fields = _END.unpack_from(self._data, end) if end >= 0 else ()
        is_plain = (
            len(fields) > 0
            and fields[1] == fields[2] == 0
            and fields[4] == len(entries)
            and fields[6] + fields[5] == end
            and end + _END.size + fields[7] == len(self._data)
            and all(
                entry.file_size < _ZIP64 and entry.compress_type in _PACKING for entry in entries
            )
        )
        if not entries or not is_plain:
            raise UnreadableDocument(
                "the ZIP file is built in a way that is not rewritten",
                hint="save it anew with the program that wrote it",
            )
        return fields[6], end

    def _directory(
        self,
        start: int,
        end: int,
        moved: Mapping[int, tuple[int, bytes]],
        packed: Mapping[int, tuple[int, int, int]],
    ) -> bytes:
        """The central directory with the new places and sizes."""
        out = bytearray()
        while start < end:
            fields = _CENTRAL.unpack_from(self._data, start)
            if fields[0] != _CENTRAL_SIGN or fields[16] not in moved:
                raise UnreadableDocument("the directory of the ZIP file is damaged")
            size = _CENTRAL.size + fields[10] + fields[11] + fields[12]
            record = bytearray(self._data[start : start + size])
            struct.pack_into("<I", record, 42, moved[fields[16]][0])
            if fields[16] in packed:
                struct.pack_into("<H", record, 8, fields[3] & ~_HAS_DESCRIPTOR)
                struct.pack_into("<III", record, 16, *packed[fields[16]])
            out += record
            start += size
        return bytes(out)


def _packed_anew(
    entry: zipfile.ZipInfo, record: bytes, data: bytes
) -> tuple[bytes, tuple[int, int, int]]:
    """The local record of a member with other bytes: the record, and digest, packed and unpacked size."""
    fields = _LOCAL.unpack_from(record)
    if fields[0] != _LOCAL_SIGN:
        raise UnreadableDocument("the ZIP file is damaged: a member does not begin where it should")
    content = data
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        content = packer.compress(data) + packer.flush()
    sizes = (zlib.crc32(data), len(content), len(data))
    head = bytearray(record[: _LOCAL.size + fields[9] + fields[10]])
    struct.pack_into("<H", head, 6, fields[2] & ~_HAS_DESCRIPTOR)
    struct.pack_into("<III", head, 14, *sizes)
    return bytes(head + content), sizes
