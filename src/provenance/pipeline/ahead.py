"""What is known of the sources whose turn is near, read for some dozens of them by one statement.

A look that is made alone would ask the store six things first; that took a third of a night's time.
Sources are read in the order in which they are to be looked at, when the first of some dozens is asked
for. Their rows do not change meanwhile: a source is looked at once in a run, and nobody else writes.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

import msgspec

from provenance.fetch.classify import RULE_SET_VERSION
from provenance.fetch.facts import FACTS_VERSION
from provenance.fetch.seen import Known
from provenance.formats.ids import sha256_hex
from provenance.formats.page import PageFacts
from provenance.model import Source, Visit
from provenance.store.before import Before, read_before
from provenance.store.database import Database

__all__ = ["Ahead", "HopBefore", "ToldBefore", "in_queues", "same_page"]

# So many sources at a time, and so many of these in memory: each host that is asked (128 at once, as the
# settings come) is at a place of its own. At 3 KB a source that was looked at before that is 24 MB.
_AT_ONCE = 50
_MOST_KEPT = 160
# Read alone, and asked about several times in one look.
_MOST_ALONE = 1_000
# What, beside its bytes, decides how a page reads.
_READ_BY = frozenset({"content-type", "content-encoding"})


class HopBefore(msgspec.Struct):
    """Of a hop: the header lines by which it said what we hold."""

    asked: list[str] = []


class _AskedInstead(msgspec.Struct):
    shows: str = ""


class ToldBefore(msgspec.Struct):
    """Of a look's facts (`fetch.facts`): what the next look is asked and judged with."""

    v: int = 1
    rules: int = 0
    headers: list[tuple[str, str]] = []
    hops: list[HopBefore] = []
    body_bytes: int = -1
    truncated: str | None = None
    page: PageFacts | None = None
    rendered: msgspec.Raw | None = None
    asked_instead: _AskedInstead | None = None


_decode = msgspec.json.Decoder(ToldBefore).decode


class Ahead:
    """What is known of sources before they are looked at, by id; `order` is that of their turns."""

    def __init__(self, db: Database, order: Sequence[str]) -> None:
        self._db = db
        self._order = order
        self._place = {source_id: place for place, source_id in enumerate(order)}
        self._read: OrderedDict[int, dict[str, Before]] = OrderedDict()
        self._were_read: set[int] = set()
        self._alone: OrderedDict[str, Before] = OrderedDict()

    def __getitem__(self, source_id: str) -> Before:
        """Return what is known of a source."""
        place = self._place.get(source_id)
        number = -1 if place is None else place // _AT_ONCE
        block = self._read.get(number)
        if block is not None:
            if next(reversed(self._read)) != number:
                self._read.move_to_end(number)
            return block[source_id]
        # neighbours that made room once would do so again: nobody reads fifty for each of fifty
        if place is None or number in self._were_read:
            return self._read_alone(source_id)
        return self._read_block(number)[source_id]

    def _read_block(self, number: int) -> dict[str, Before]:
        first = number * _AT_ONCE
        block = read_before(self._db, self._order[first : first + _AT_ONCE])
        self._read[number] = block
        self._were_read.add(number)
        if len(self._read) > _MOST_KEPT:
            self._read.popitem(last=False)
        return block

    def _read_alone(self, source_id: str) -> Before:
        before = self._alone.get(source_id)
        if before is None:
            before = self._alone[source_id] = read_before(self._db, [source_id])[source_id]
            if len(self._alone) > _MOST_ALONE:
                self._alone.popitem(last=False)
        return before

    def told(self, source_id: str) -> ToldBefore | None:
        """Return what the look said that gave the source's latest capture; None where there was none."""
        facts = self[source_id].facts
        return _decode(facts) if facts is not None else None


def in_queues(sources: Iterable[Source]) -> list[str]:
    """Return the ids in the order of `fetch.rounds`: host by host, those with most sources first."""
    queues: dict[str, list[str]] = {}
    for source in sources:
        queues.setdefault(source.host or "", []).append(source.id)
    return [each for queue in sorted(queues.values(), key=len, reverse=True) for each in queue]


def same_page(
    visit: Visit, before: Before, told: ToldBefore | None, known: Known
) -> PageFacts | None:
    """Return the facts of a page that is byte for byte what the latest capture is; None where it is not.

    They are as they were kept: enough to judge by (`fetch.facts`), not all that the page shows.
    """
    last, latest = visit.last, before.latest
    if told is None or told.page is None or last is None or latest is None:
        return None
    is_read_alike = (
        told.v == FACTS_VERSION
        and told.rules == RULE_SET_VERSION
        and told.rendered is None
        and (told.asked_instead.shows if told.asked_instead else "") == known.shows
        and _read_by(told.headers) == _read_by(last.headers)
    )
    is_whole = visit.failure is None and last.method == "GET" and bool(last.body)
    is_cut = last.truncated is not None or told.truncated is not None
    if not is_read_alike or not is_whole or is_cut or told.body_bytes != len(last.body):
        return None
    return told.page if sha256_hex(last.body) == latest.payload_sha256 else None


def _read_by(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers if name.lower() in _READ_BY]
