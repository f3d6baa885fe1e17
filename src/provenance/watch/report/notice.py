"""The message about a night: a title of ten words, the screen as text, the items as HTML. PURE.

There is one only where something changed. Strangers' words call nobody: what chat services read
as a mention of all, or for a link below other words, is broken by an invisible joiner, wherever it stands.
"""

import re
from typing import NamedTuple

from provenance.formats.report_shell import shown, web_link
from provenance.formats.strangers import printable
from provenance.model import NightReport
from provenance.watch.report.atom import is_told
from provenance.watch.report.headline import describe_run, headline
from provenance.watch.report.html_items import render_items
from provenance.watch.report.items import desk_address
from provenance.watch.report.text import render_text

__all__ = ["Notice", "write_notice"]

# Mentions of all, of Slack (`<!channel>`), Discord, Mattermost, Teams and Matrix; of one by id.
_MENTION = re.compile(
    r"(@(?=(?:everyone|here|channel|all|room)\b)|<(?=[!@#])|&lt;(?=[!@#]))", re.IGNORECASE
)
# Words over a link that say nothing of where it leads, as Discord and Matrix, and as Slack, write them.
_MASKED = re.compile(r"(\](?=\()|<(?=[a-z]+:))", re.IGNORECASE)
_JOINER = "\u2060"
# A mail shows so many items of a group, and names so many sources of an item.
_MOST_ITEMS = 20
_MOST_NAMED = 10


class Notice(NamedTuple):
    """A message in the two forms that services take."""

    title: str
    text: str
    html: str


def write_notice(report: NightReport, *, desk: str = "") -> Notice | None:
    """Return the message about a night; None where nothing changed, so that nobody is written to."""
    if not is_told(report):
        return None
    run = report.run
    more = desk_address(desk, "nights", "run", run.id) if desk else ""
    text = render_text(report, desk=desk) + (f"\n{printable(more)}\n" if more else "")
    items = render_items(report, desk=desk, most_items=_MOST_ITEMS, most_named=_MOST_NAMED)
    html = f"<p>{shown(describe_run(run))}.</p>{items}" + (
        f"<p>{web_link(more)}</p>" if more else ""
    )
    text = _MASKED.sub(rf"\1{_JOINER}", _calling_nobody(text))
    return Notice(f"provenance: {headline(report)}", text, _calling_nobody(html))


def _calling_nobody(text: str) -> str:
    return _MENTION.sub(rf"\1{_JOINER}", text)
