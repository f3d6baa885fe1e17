"""What a source's latest capture lets us ask: has the page changed since?

The validators are those of the answer that gave the capture, as its check keeps them. A
304 repeats them only in part, so its check also keeps those that it was asked with.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.fetch.walk import Validators
from provenance.keep.archive import Archive
from provenance.keep.records import KnownPayload
from provenance.model import Capture, Source, WarcPlace
from provenance.pipeline.ahead import Ahead, HopBefore, ToldBefore
from provenance.store.before import Before

__all__ = ["Conditions", "HeldPage", "HeldPages", "held_payload", "place_of"]

# request header -> the response header whose value it hands back (RFC 9110, section 13.1)
_GIVEN_BY = {"if-none-match": "ETag", "if-modified-since": "Last-Modified"}


class HeldPage(NamedTuple):
    """A source's latest capture, the one that holds its body, and what a 304 would say is the same."""

    capture: Capture
    holder: Capture
    validators: Validators


class HeldPages(Mapping[str, HeldPage]):
    """What can be asked of the pages of sources, by the URL that is asked: read when it is asked for.

    Read for all at once it would take 2 KB a source for as long as a night lasts. `forget` lets go
    of a page that was answered for.
    """

    def __init__(self, ahead: Ahead, sources: Mapping[str, Source]) -> None:
        self._ahead = ahead
        self._sources = sources
        self._read: dict[str, HeldPage] = {}

    def __getitem__(self, url: str) -> HeldPage:
        held = self._read.get(url)
        if held is None:
            source_id = self._sources[url].id
            held = _held_page_of(self._ahead[source_id], self._ahead.told(source_id))
            if held is None:
                raise KeyError(url)
            self._read[url] = held
        return held

    def __iter__(self) -> Iterator[str]:
        return (url for url in self._sources if url in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def forget(self, url: str) -> None:
        """Let go of what was read of one page."""
        self._read.pop(url, None)


class Conditions(Mapping[str, Validators]):
    """The validators of held pages, which are read when they are asked for."""

    def __init__(self, held: Mapping[str, HeldPage]) -> None:
        self._held = held

    def __getitem__(self, url: str) -> Validators:
        return self._held[url].validators

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


def _held_page_of(before: Before, told: ToldBefore | None) -> HeldPage | None:
    """Return what can be asked of a source's page; None where there is nothing to go by.

    A body that was cut is asked for anew, and so is one that we no longer hold.
    """
    capture, holder = before.latest, before.holder
    if capture is None or capture.truncated is not None or holder is None or told is None:
        return None
    validators = Validators.read(capture.final_url, [*_asked_with(told.hops[-1:]), *told.headers])
    return HeldPage(capture, holder, validators) if validators else None


def held_payload(archive: Archive, held: HeldPage) -> KnownPayload:
    """Return the payload of a held page as a record refers to it."""
    earlier = archive.payload_at(place_of(held.holder))
    return KnownPayload(earlier, held.holder.payload_sha256, held.holder.payload_bytes)


def place_of(capture: Capture) -> WarcPlace:
    """Return where a capture's record stands."""
    return WarcPlace(capture.warc_file, capture.warc_offset, capture.warc_length)


def _asked_with(hops: Sequence[HopBefore]) -> list[tuple[str, str]]:
    """Return the validators that a request carried, as the headers that had given them."""
    lines = [line.partition(":") for hop in hops for line in hop.asked]
    return [(_GIVEN_BY[name.lower()], value.strip()) for name, _, value in lines
            if name.lower() in _GIVEN_BY]  # fmt: skip
