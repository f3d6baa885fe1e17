"""The nights as an Atom feed (RFC 4287): an entry a night that changed anything. PURE.

Ids are stable: a UUID (RFC 9562, version 8) made of the night's id, so that a reader shows a night
once, wherever the feed is served from and however often it is written. `updated` is when a night
ended; of the feed, when the last did.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from provenance.formats.ids import sha256_hex
from provenance.formats.strangers import storable
from provenance.model import NightReport
from provenance.version import __version__
from provenance.watch.report.headline import describe_run, headline, outage_of
from provenance.watch.report.html_items import render_items
from provenance.watch.report.items import desk_address

__all__ = ["is_told", "render_atom"]

# What no XML 1.0 document may hold, not even as a character reference.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# An entry shows so many items of a group; readers load all entries at once.
_MOST_ITEMS = 50
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def is_told(report: NightReport) -> bool:
    """Tell whether a night is worth an entry, or a message: something changed, or we were blind.

    A few looks that were made offline are looked at again tomorrow: that is nobody's morning.
    """
    ours = outage_of(report)
    is_blind = ours is not None and ours.sources * 2 >= ours.of
    return is_blind or any(change.group != "watch" for change in report.changes)


def render_atom(reports: Sequence[NightReport], *, desk: str = "") -> str:
    """Return the feed of these nights, the latest first, leaving out those that changed nothing.

    `desk` is the address of the pages: with it, entries link to the page of their night.
    """
    latest_first = sorted(reports, key=lambda report: report.run.finished, reverse=True)
    told = [report for report in latest_first if is_told(report)]
    updated = latest_first[0].run.finished if latest_first else _NEVER
    desk = desk.rstrip("/")
    head = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_uuid('provenance nights ' + desk)}</id>",
        "<title>Nights of provenance</title>",
        "<subtitle>What changed on the web that our claims lean on</subtitle>",
        f"<updated>{_time(updated)}</updated>",
        "<author><name>provenance</name></author>",
        f'<generator version="{__version__}">provenance</generator>',
    ]
    if desk:
        head.append(f'<link rel="alternate" type="text/html" href={_value(desk + "/nights")}/>')
    return "\n".join((*head, *(_entry(report, desk) for report in told), "</feed>", ""))


def _entry(report: NightReport, desk: str) -> str:
    run = report.run
    title = f"{run.started:%Y-%m-%d}: {headline(report)}"
    link = (
        f'<link rel="alternate" type="text/html" href={_value(desk_address(desk, "nights", "run", run.id))}/>'
        if desk
        else ""
    )
    items = render_items(report, desk=desk, most_items=_MOST_ITEMS, most_named=_MOST_ITEMS)
    content = f"<p>{escape(describe_run(run))}.</p>{items}"
    return (
        f"<entry><id>{_uuid('provenance night ' + run.id)}</id><title>{_words(title)}</title>"
        f"<published>{_time(run.finished)}</published><updated>{_time(run.finished)}</updated>{link}"
        f'<content type="html">{_words(content)}</content></entry>'
    )


def _words(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", storable(text)))


def _value(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", storable(text)))


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _uuid(name: str) -> str:
    """Return `urn:uuid:…` of a name: version 8, whose bits are a maker's own (RFC 9562, 5.8)."""
    digest = sha256_hex(storable(name).encode())
    variant = "89ab"[int(digest[16], 16) % 4]
    said = f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
    return f"urn:uuid:{said}"
