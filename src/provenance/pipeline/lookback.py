"""A look read back from the archive, as it was seen: every hop, byte for byte."""

import re

from msgspec.structs import replace

from provenance.errors import ArchiveError, FixityError
from provenance.fetch.facts import remember
from provenance.fetch.head import HeadError, parse_head
from provenance.keep.reader import ArchiveReader
from provenance.keep.warc import StoredRecord, read_record
from provenance.model import Exchange, Visit, WarcPlace
from provenance.store.database import Database
from provenance.store.judgements import StoredCheck
from provenance.store.read import find_payload

__all__ = ["LookBack"]

_RENAMED = re.compile(rb"^X-Archive-Orig-Transfer-Encoding(?=[ \t]*:)", re.MULTILINE)


class LookBack:
    """Reads looks back; `whole` also reads the requests, which judging needs only of a 304."""

    def __init__(self, archive: ArchiveReader, db: Database) -> None:
        self._archive = archive
        self._db = db

    def read_visit(self, check: StoredCheck, *, whole: bool = False) -> Visit | None:
        """Return the look behind a check, or None where the archive does not hold all that counts.

        Without `whole` only the last hop is read, which is all that the rules look at. A
        check of an early version names no places: then its last hop is that of its capture.
        """
        told = remember(check.url, check.seen.at, check.facts)
        visit = told.visit
        hops = check.facts.get("hops") or []
        if visit.failure is not None or not hops:
            return visit if whole else None
        read = list(visit.hops)
        for index in range(len(hops)) if whole else (len(hops) - 1,):
            place = self._place_of(check, index, hops[index])
            exchange = self._read(visit.hops[index], hops[index], place, whole) if place else None
            if exchange is None:
                return None
            read[index] = exchange
        return replace(visit, hops=tuple(read))

    def read_rendered(self, check: StoredCheck) -> bytes | None:
        """Return the document that a browser made of the look, or None where none is held."""
        place = (check.facts.get("rendered") or {}).get("dom")
        if place is None:
            return None
        try:
            return self._archive.read_payload(WarcPlace(*place))
        except (ArchiveError, FixityError):  # damaged, lost or withdrawn
            return None

    def _place_of(
        self, check: StoredCheck, index: int, told: dict[str, object]
    ) -> WarcPlace | None:
        place = told.get("warc")
        if isinstance(place, list):
            return WarcPlace(*place)
        is_last = index == len(check.facts["hops"]) - 1
        return check.capture_place if is_last else None

    def _read(
        self, hop: Exchange, told: dict[str, object], place: WarcPlace, whole: bool
    ) -> Exchange | None:
        try:
            response = self._archive.read(place)
            body = self._body_of(response)
        except (ArchiveError, FixityError):
            return None
        if response.http_head is None or body is None:
            return None
        head = _as_received(response.http_head, told)
        try:
            parsed = parse_head(head, hop.method)
        except HeadError:
            return None
        request_head = hop.request_head
        if whole or parsed.status == 304:
            request_head = self._request_of(place, response) or request_head
        return replace(
            hop,
            request_head=request_head,
            response_head=head,
            status=parsed.status,
            headers=parsed.headers,
            body=body,
        )

    def _body_of(self, response: StoredRecord) -> bytes | None:
        """Return the body; that of a revisit stands in the record of the payload's first capture."""
        if response.type != "revisit" or (response.header("WARC-Profile") or "").endswith(
            "server-not-modified"
        ):
            return response.payload
        digest = (response.header("WARC-Payload-Digest") or "").removeprefix("sha256:")
        holder = find_payload(self._db, digest)
        if holder is None:
            return None
        place = WarcPlace(holder.warc_file, holder.warc_offset, holder.warc_length)
        return self._archive.read(place).payload

    def _request_of(self, place: WarcPlace, response: StoredRecord) -> bytes | None:
        """Return the request, which stands right behind its response."""
        path = self._archive.root / "warc" / place.file
        try:
            record = read_record(path, place.offset + place.length)
        except ArchiveError:
            return None
        if record.header("WARC-Concurrent-To") != response.record_id:
            return None
        return (record.http_head or b"") + record.payload


def _as_received(head: bytes, told: dict[str, object]) -> bytes:
    """Return a head as it came: the Transfer-Encoding that was renamed gets its name back, in its case."""
    names = told.get("transfer_encoding")
    if not isinstance(names, list):
        return head
    left = [str(name).encode("latin-1") for name in names]
    return _RENAMED.sub(lambda found: left.pop(0) if left else found[0], head)
