"""Which records of the archive hold a payload, or its text: asked before it is taken out.

The database knows the captures. This asks the archive itself: the indexes know every
record with a payload's digest, captures or not, and the journals every text that was ever
made of it, also one that a later extraction replaced, and every copy of a memento.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from provenance.keep.cdxj import read_line
from provenance.keep.disk import archive_faults
from provenance.keep.journal import Journal
from provenance.model import MementoLine, TextLine, WarcPlace

__all__ = ["Holders", "find_holders"]

_DIGEST = re.compile(r'"digest":"sha256:([0-9a-f]{64})"')


class Holders(NamedTuple):
    """Places by payload digest: of records with the payload itself, and of texts made of it."""

    payloads: dict[str, set[WarcPlace]]
    texts: dict[str, set[WarcPlace]]


def find_holders(root: Path, payloads: Collection[str]) -> Holders:
    """Return where these payloads and their texts stand in the archive below `root`.

    Reads every index and two journals once, whatever the number of payloads. Records whose
    index is not written yet are not among them: a writer calls `write_indexes` before.
    """
    wanted = frozenset(payloads)
    found = Holders({each: set() for each in wanted}, {each: set() for each in wanted})
    for digest, place in _indexed(root):
        if digest in wanted:
            found.payloads[digest].add(place)
    for text, _ in Journal(root / "texts", TextLine).read():
        if text.payload_sha256 in wanted and text.warc is not None:
            found.texts[text.payload_sha256].add(text.warc)
    for memento, _ in Journal(root / "mementos", MementoLine).read():
        copy = memento.lookup.copy
        if copy is not None and copy.payload_sha256 in wanted:
            found.payloads[copy.payload_sha256].add(copy.warc)
    return found


def _indexed(root: Path) -> Iterator[tuple[str, WarcPlace]]:
    for path in sorted((root / "index").glob("*.cdxj")):
        with archive_faults(path, "read"), path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if match := _DIGEST.search(line):
                    yield match[1], read_line(line).place
