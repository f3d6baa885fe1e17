"""The items of a night as HTML without styles: for the page, a feed's entry, a mail. PURE."""

from collections.abc import Sequence

from provenance.formats.report_shell import shown, web_link
from provenance.model import Citing, NightChange, NightReport
from provenance.watch.report.headline import outage_of
from provenance.watch.report.items import (
    GROUPS,
    Item,
    address_of,
    desk_address,
    fold,
    say_citing,
    say_sources,
    say_weight,
    title_of,
)

__all__ = ["render_items"]

# So many items of a group, and so many sources of an item: a page of a million is read by nobody.
MOST_ITEMS = 2_000
MOST_NAMED = 200
_CLASSES = {"worse": "error", "still": "warning", "fixed": "ok", "watch": "info"}


def render_items(
    report: NightReport,
    *,
    desk: str = "",
    most_items: int = MOST_ITEMS,
    most_named: int = MOST_NAMED,
) -> str:
    """Return a section for each group that has any; strangers' words are words.

    Of a group the first `most_items` are shown, of an item the first `most_named` sources; the
    others are counted.
    """
    items = fold(report)
    ours = outage_of(report)
    outage = (
        f'<p class="outage"><b>{shown(ours.cause)}</b>: {shown(ours.advice)}.</p>' if ours else ""
    )
    return outage + "\n".join(
        f'<section class="{_CLASSES[group]}"><h2>{name}: {say_sources(items[group])}</h2>\n'
        + "\n".join(_item(item, desk, most_named) for item in items[group][:most_items])
        + _rest(items[group][most_items:])
        + "</section>"
        for group, name in GROUPS
        if items[group]
    )


def _item(item: Item, desk: str, most_named: int) -> str:
    is_many = len(item.changes) > 1
    named = "".join(_named(change, desk, is_many) for change in item.changes[:most_named])
    left = len(item.changes) - most_named
    more = f"<li>and {left:,} more</li>" if left > 0 else ""
    below = f"<ul>{named}{more}</ul>" if item.changes else ""
    if is_many:
        below = f"<details><summary>The {len(item.changes):,} sources</summary>{below}</details>"
    return (
        f'<article class="item"><h3><bdi>{shown(item.what)}</bdi>: <span>{shown(item.said)}</span></h3>'
        f'<p class="todo">→ {shown(item.advice)}</p>'
        f'<p class="weight">{shown(say_weight(item))}</p>{below}</article>'
    )


def _rest(items: Sequence[Item]) -> str:
    return f'<p class="rest">and {say_sources(items)} more</p>' if items else ""


def _named(change: NightChange, desk: str, is_titled: bool) -> str:
    is_titled = is_titled and change.name != change.url
    said = [f"<bdi>{shown(title_of(change))}</bdi>" if is_titled else ""]
    if change.url:
        said.append(web_link(change.url))
    instead = address_of(change, desk)
    if instead:
        where = " at the desk" if instead.startswith("/") else ""
        said.append(f"instead: {web_link(instead)}{where}")
    claims = "".join(
        f'<p class="claim">{_where(each, desk)}: “{shown(each.claim)}”</p>'
        for each in change.citing
    )
    passages = "".join(
        f"<blockquote><b>{passage.state}</b>: “{shown(passage.before)}”"
        + (f" Now: “{shown(passage.now)}”" if passage.now else "")
        + "</blockquote>"
        for passage in change.passages
    )
    return f"<li>{'<br>'.join(each for each in said if each)}{claims}{passages}</li>"


def _where(citing: Citing, desk: str) -> str:
    """Where a claim stands, as a link to it where there is a desk."""
    said = f"<bdi>{shown(say_citing(citing))}</bdi>"
    if not desk:
        return said
    return web_link(desk_address(desk, "claims", citing.claim_id), say_citing(citing))
