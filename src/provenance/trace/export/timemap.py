"""TimeMaps as JSON: the form that Memento aggregators and archives answer with. PURE.

(Link-format, RFC 7089, section 5, is in `keep.memento_links`.)
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from provenance.keep.memento_index import NamedCopy
from provenance.trace.export.texts import as_uri

__all__ = ["TimeMapPlaces", "write_timemap_json"]


class TimeMapPlaces(msgspec.Struct, frozen=True):
    """Where a TimeMap can be had, in both forms, and the TimeGate beside it; None where nowhere."""

    link: str | None = None
    json: str | None = None
    timegate: str | None = None


def write_timemap_json(url: str, places: TimeMapPlaces, copies: Iterable[NamedCopy]) -> str:
    """Return the TimeMap of `url`, mementos in the order of time, as one JSON object.

    Keys as the Memento aggregator's: original_uri, self, timegate_uri, timemap_uri, mementos with
    list, first and last; moments are ISO 8601 in UTC, to the second.
    """
    listed = [
        {"datetime": _moment(copy.at), "uri": as_uri(copy.uri_m)}
        for copy in sorted(copies, key=lambda copy: (copy.at, copy.uri_m))
    ]
    said: dict[str, Any] = {"original_uri": as_uri(url)}
    if places.json is not None:
        said |= {"self": places.json, "timegate_uri": places.timegate}
        said["timemap_uri"] = {"link_format": places.link, "json_format": places.json}
    ends = {"first": listed[0], "last": listed[-1]} if listed else {}
    said["mementos"] = {"list": listed, **ends}
    return msgspec.json.encode(said).decode() + "\n"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
