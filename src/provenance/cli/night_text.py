"""A night's report on a terminal: one screen, in colours where there are any."""

from rich.style import Style
from rich.text import Text

from provenance.cli.console import stdout_console
from provenance.model import NightReport
from provenance.watch.report.text import SCREEN_ROWS, SCREEN_WIDTH, lay_out

__all__ = ["show_report"]

_COLOURS = {"worse": "red", "still": "yellow", "fixed": "green", "watch": "cyan"}
# Under this many columns nothing can be told in one line.
_NARROWEST = 60
_LOWEST = 12


def show_report(report: NightReport, *, everything: bool = False, desk: str = "") -> None:
    """Print a report: one screen of it, or all.

    A terminal is filled but for the line of its prompt; in a pipe a screen has 40 lines of 100
    columns.
    """
    console = stdout_console()
    rows, width = SCREEN_ROWS, SCREEN_WIDTH
    if console.is_terminal:
        rows = max(_LOWEST, console.height - 1)
        width = max(_NARROWEST, console.width)
    for row in lay_out(report, everything=everything, rows=rows, width=width, desk=desk):
        style = Style(
            color=_COLOURS.get(row.group or "") if row.kind == "group" else None,
            bold=row.kind in {"title", "group"},
            dim=row.kind == "more",
            link=row.link,
        )
        console.print(Text(row.text, style), soft_wrap=True)
