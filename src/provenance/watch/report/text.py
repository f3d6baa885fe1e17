"""The morning report as rows of text: one screen, unless all of it is asked for. PURE."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Literal, NamedTuple

from provenance.formats.strangers import printable
from provenance.model import ChangeGroup, NightReport
from provenance.watch.report.headline import describe_run, headline, outage_of
from provenance.watch.report.items import (
    GROUPS,
    Item,
    address_of,
    fold,
    say_citing,
    say_count,
    say_sources,
    say_weight,
    title_of,
    todo_of,
)

__all__ = ["Row", "lay_out", "render_text"]

# One screen, as the terminal of most people is at least; the prompt takes one row of it.
SCREEN_ROWS = 39
SCREEN_WIDTH = 100

RowKind = Literal["title", "plain", "group", "item", "advice", "more"]
_INDENT = {"item": "  ", "advice": "    → ", "more": "  "}
_WEB = re.compile(r"https?://[^\s<>\"']+")
_DAY = re.compile(r" of \d{4}-\d\d-\d\d$")
# The least rows of an item: what happened, and what to do.
_ROWS_OF_ITEM = 2
_MOST_HOSTS = 3
_SHORTEST_WORDS = 20


class Row(NamedTuple):
    """One row: `text` is printable and fits the width; `group` tells how bad it is.

    `link` is where the row leads, where a terminal can lead: an http(s) address, whole.
    """

    kind: RowKind
    text: str
    group: ChangeGroup | None = None
    link: str | None = None


def render_text(
    report: NightReport,
    *,
    everything: bool = False,
    rows: int = SCREEN_ROWS,
    width: int = SCREEN_WIDTH,
    desk: str = "",
) -> str:
    """Return the report as plain text with a line end."""
    laid_out = lay_out(report, everything=everything, rows=rows, width=width, desk=desk)
    return "\n".join(row.text for row in laid_out) + "\n"


def lay_out(
    report: NightReport,
    *,
    everything: bool = False,
    rows: int = SCREEN_ROWS,
    width: int = SCREEN_WIDTH,
    desk: str = "",
) -> list[Row]:
    """Return the rows: at most `rows` of `width` columns, or all there are with `everything`.

    What finds no room is counted in a row that says how to see it. With `everything`, addresses
    are not cut and rows may be longer.
    """
    items = fold(report)
    head = [
        Row("title", _cut(f"Night of {report.run.started:%Y-%m-%d}: {headline(report)}", width)),
        *(Row("plain", line) for line in wrap(describe_run(report.run), width)),
    ]
    ours = outage_of(report)
    if ours is not None:
        head.append(Row("advice", _cut(f"{_INDENT['advice']}{ours.advice}", width), "worse"))
    if everything:
        return head + [row for group, _ in GROUPS for row in _all_of(items[group], width, desk)]
    told = [group for group, _ in GROUPS if items[group]]
    if not told:
        return head
    # A blank row and a heading each; what is well again and first signs take a row of their own.
    brief = [group for group in told if group in {"fixed", "watch"}]
    left = rows - len(head) - sum(2 if group in brief else 3 for group in told) - len(brief)
    body: list[Row] = []
    for group in told:
        if group in brief:
            body += _brief(group, items[group], width)
            continue
        shown = min(len(items[group]), max(left, _ROWS_OF_ITEM) // _ROWS_OF_ITEM)
        if group == "worse" and "still" in told:
            shown = min(shown, max(1, (left - 4) // _ROWS_OF_ITEM))
        left -= shown * _ROWS_OF_ITEM
        body += _some_of(group, items[group], shown, width, desk)
    return head + body


def _heading(group: ChangeGroup, items: Sequence[Item]) -> list[Row]:
    name = dict(GROUPS)[group]
    return [Row("plain", ""), Row("group", f"{name}: {say_sources(items)}", group)]


def _some_of(
    group: ChangeGroup, items: Sequence[Item], shown: int, width: int, desk: str
) -> Iterator[Row]:
    yield from _heading(group, items)
    for item in items[:shown]:
        yield from _item(item, width, desk)
    if items[shown:]:
        yield Row("more", _cut(_INDENT["more"] + _say_rest(items[shown:]), width), group)


def _say_rest(items: Sequence[Item]) -> str:
    """What found no room, counted by what to do."""
    todo = Counter(todo_of(change) for item in items for change in item.changes)
    counted = ", ".join(f"{words} ({count:,})" for words, count in todo.most_common())
    claims = sum(item.claims for item in items)
    rest = f"{todo.total():,} more with {say_count(claims, 'claim')}"
    return f"and {rest} (--last --all): {counted}"


def _item(item: Item, width: int, desk: str) -> Iterator[Row]:
    weight = printable(say_weight(item))
    room = width - len(weight) - 2
    said = printable(item.said)
    indent = _INDENT["item"]
    what_room = max(room // 2, room - len(said) - len(indent) - 2)
    left = f"{indent}{_clip(printable(item.what), max(_SHORTEST_WORDS, what_room))}: {said}"
    yield Row("item", f"{_cut(left, room):<{room}}  {weight}", item.group)
    advice = _INDENT["advice"] + printable(item.advice)
    address = address_of(item.changes[0], desk) if len(item.changes) == 1 else None
    if address and item.group in {"worse", "still"}:
        # an address that is cut leads nowhere; the day of a copy can be read there
        dayless = f"{_DAY.sub('', advice)}: {printable(address)}"
        advice = f"{advice}: {printable(address)}"
        advice = dayless if len(dayless) <= width < len(advice) else advice
    is_web = address is not None and bool(_WEB.fullmatch(address)) and printable(address) == address
    yield Row("advice", _cut(advice, width), item.group, address if is_web else None)


def _brief(group: ChangeGroup, items: Sequence[Item], width: int) -> Iterator[Row]:
    """One row: what to do, and about which hosts."""
    yield from _heading(group, items)
    hosts: Counter[str] = Counter()
    for item in items:
        if item.changes:
            hosts.update(change.host or "elsewhere" for change in item.changes)
        elif item.cause is not None and item.cause.host is not None:
            hosts[item.cause.host] += item.cause.sources
    todo = "cite them as before" if group == "fixed" else "nothing to do: a second look decides"
    said = [
        f"{_INDENT['item']}{todo}: {_name_hosts(hosts, most)}"
        for most in range(_MOST_HOSTS, -1, -1)
    ]
    fitting = next((each for each in said if len(each) <= width), said[-1])
    yield Row("advice", _cut(fitting, width), group)


def _name_hosts(hosts: Counter[str], most: int) -> str:
    named = [f"{printable(host)} ({count:,})" for host, count in hosts.most_common(most)]
    others = len(hosts) - len(named)
    if not others:
        return ", ".join(named)
    return (
        f"{', '.join(named)} and {say_count(others, 'other host')}"
        if named
        else say_count(others, "host")
    )


def _all_of(items: Sequence[Item], width: int, desk: str) -> Iterator[Row]:
    if not items:
        return
    group = items[0].group
    yield from _heading(group, items)
    for item in items:
        yield Row(
            "item",
            f"{_INDENT['item']}{printable(item.what)}: {printable(item.said)}  {printable(say_weight(item))}",
            group,
        )
        yield Row("advice", _INDENT["advice"] + printable(item.advice), group)
        for change in item.changes:
            if len(item.changes) > 1:
                yield Row("plain", f"      {printable(title_of(change))}", group)
            for word in (change.url, address_of(change, desk)):
                if word:
                    yield Row("plain", f"      {printable(word)}", group)
            for each in change.citing:
                said = f"        {say_citing(each)}: “{_clip(each.claim, width)}”"
                yield Row("plain", printable(said), group)
            for passage in change.passages:
                said = f"        {passage.state}: “{_clip(printable(passage.before), width - 24)}”"
                yield Row("plain", said, group)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _clip(text: str, width: int) -> str:
    """The beginning of a text, cut at a word where one ends near."""
    if len(text) <= width:
        return text
    cut = text[: width - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > width * 2 // 3 else cut) + "…"
