"""The report as one HTML file that asks nobody for anything: see `formats/report_shell`. PURE."""

from collections.abc import Sequence

from provenance.formats.report_shell import data_text, html_page, shown
from provenance.model import NightReport
from provenance.watch.report.headline import describe_run, headline
from provenance.watch.report.html_items import render_items

__all__ = ["render_html"]

_NOTHING = '<p class="fine">Nothing changed that needs you.</p>'


def render_html(
    report: NightReport, *, desk: str = "", pictures: Sequence[tuple[str, str]] = ()
) -> str:
    """Return the whole page.

    `pictures` are headings and what stands below them: HTML of our own (`watch.pictures.draw_year`).
    """
    day = f"{report.run.started:%Y-%m-%d}"
    title = f"Night of {day}: {headline(report)}"
    head = (
        f"<header><h1>{shown(title)}</h1>"
        f'<p class="facts">{shown(describe_run(report.run))}.</p>'
        '<p class="needs-js"><button type="button" data-theme-switch>Theme: auto</button></p></header>'
    )
    drawn = "\n".join(
        f'<section class="drawn"><h2>{shown(heading)}</h2>\n{picture}</section>'
        for heading, picture in pictures
    )
    found = render_items(report, desk=desk) or _NOTHING
    skip = '<a class="skip" href="#found">Skip to what changed</a>'
    body = f'{skip}\n{head}\n<main id="found">{found}\n{drawn}\n{_states(report)}</main>'
    return html_page(title, body, styles=(data_text(__package__ or "", "night.css"),))


def _states(report: NightReport) -> str:
    if not report.states:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{shown(state.replace("_", " "))}</th><td>{count:,}</td></tr>'
        for state, count in report.states.items()
    )
    return (
        '<section class="states"><h2>All sources</h2><table><thead><tr><th scope="col">State</th>'
        f'<th scope="col">Sources</th></tr></thead><tbody>{rows}</tbody></table></section>'
    )
