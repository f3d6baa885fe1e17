"""The report as Markdown (CommonMark): for an issue, a wiki, a chat. PURE.

Strangers' words are escaped, so that they are words and nothing else: no link, no heading, no
HTML. An address becomes a link where it is http(s), between angle brackets.
"""

import re

from provenance.formats.strangers import printable, storable
from provenance.model import NightReport
from provenance.watch.report.headline import describe_run, headline, outage_of
from provenance.watch.report.items import (
    GROUPS,
    Item,
    address_of,
    fold,
    say_citing,
    say_weight,
    title_of,
)

__all__ = ["render_markdown"]

# What begins something within a line in CommonMark, or on GitHub: people, numbers of issues, formulas, addresses
# that become links by themselves. All other signs stand as they are: it is read as it is in many a chat.
_SPECIAL = re.compile(r"([#$&*:<>@\[\\\]^_`{|}~]|(?<=www)\.|(?<=gh)-)", re.IGNORECASE)
# What begins a list or underlines a heading where a line begins with it.
_AT_BEGINNING = re.compile(r"^(\d*)([-+=.)])")
_WEB = re.compile(r"https?://[^\s<>\"'\x00-\x1f\x7f-\xa0]+")
# So many items of a group: a page of more is read by nobody, and an issue takes none of it.
_MOST_ITEMS = 2_000
# Of an item that is folded, so many are named.
_MOST_NAMED = 50


def render_markdown(report: NightReport, *, desk: str = "") -> str:
    """Return the report, of each group the first 2,000 items; `desk` is the address at which our own copies are served."""
    lines = [
        f"# Night of {report.run.started:%Y-%m-%d}: {_said(headline(report))}", "",
        f"{_said(describe_run(report.run))}.", "",
    ]  # fmt: skip
    ours = outage_of(report)
    if ours is not None:
        lines += [f"**{_said(ours.cause)}**: {_said(ours.advice)}.", ""]
    items = fold(report)
    for group, name in GROUPS:
        if items[group]:
            lines += [f"## {name}", ""]
            for item in items[group][:_MOST_ITEMS]:
                lines += _item(item, desk)
            left = sum(len(item.changes) or 1 for item in items[group][_MOST_ITEMS:])
            lines += [f"- and {left:,} more"] if left else []
            lines.append("")
    if report.states:
        lines += ["## All sources", "", "| state | sources |", "|---|---:|"]
        lines += [f"| {_said(state)} | {count:,} |" for state, count in report.states.items()]
        lines.append("")
    return storable("\n".join(lines))


def _item(item: Item, desk: str) -> list[str]:
    lines = [
        f"- **{_said(item.what)}**: {_said(item.said)} — {_said(say_weight(item))}  ",
        f"  → {_said(item.advice)}",
    ]
    if len(item.changes) == 1:
        change = item.changes[0]
        found = (("cited", change.url), ("instead", address_of(change, desk)))
        lines += [f"  - {word}: {_address(url)}" for word, url in found if url]
    else:
        for change in item.changes[:_MOST_NAMED]:
            instead = address_of(change, desk)
            copy = f" → {_address(instead)}" if instead else ""
            cited = f": {_address(change.url)}" if change.url else ""
            lines.append(f"  - {_said(title_of(change))}{cited}{copy}")
        if item.changes[_MOST_NAMED:]:
            lines.append(f"  - and {len(item.changes) - _MOST_NAMED:,} more")
    for change in item.changes:
        if len(item.changes) == 1:
            lines += [
                f"  - {_said(say_citing(each))}: “{_said(each.claim)}”" for each in change.citing
            ]
        for passage in change.passages:
            now = f" Now: “{_said(passage.now)}”" if passage.now else ""
            lines.append(f"  - {passage.state}: “{_said(passage.before)}”{now}")
    return lines


def _said(text: str) -> str:
    """Return words of anybody as words; white space becomes single spaces."""
    words = " ".join(printable(storable(text)).split())
    return _AT_BEGINNING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", words))


def _address(url: str) -> str:
    """Return an address as a link where it can be one; of a path it is said where it leads."""
    if url.startswith("/"):
        return f"{_said(url)} at the desk"
    return f"<{url}>" if _WEB.fullmatch(url) and storable(url) == url else _said(url)
