"""The rules of `provenance validate` for people: the list, and one rule's page."""

import shutil
import sys
from collections.abc import Sequence

import click

from provenance.cli.columns import width_of, wrap
from provenance.cli.validated import SEVERITY_COLOURS, echo
from provenance.validate.rule import Page, Rule
from provenance.validate.rules import page_of

__all__ = ["show_page", "show_rules"]

_PIPE_WIDTH = 100
_OPTIONS = {"safe": "--fix", "unsafe": "--unsafe-fixes", "none": ""}


def show_rules(chosen: Sequence[Rule]) -> None:
    """Print a line for every rule: code, name, severity, what mends it, and what it says."""
    longest = max((len(rule.name) for rule in chosen), default=0)
    width = shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns
    for rule in chosen:
        page = _page_of(rule)
        fix = _OPTIONS[page.fix]
        head = f"{rule.code}  {rule.name:<{longest}}  {rule.severity:<7}  {fix:<14}  "
        lines = _wrapped(page.summary, width, width_of(head))
        colour = SEVERITY_COLOURS[rule.severity]
        severity = click.style(f"{rule.severity:<7}", fg=colour)
        echo(
            f"{click.style(rule.code, bold=True)}  {rule.name:<{longest}}  {severity}  {fix:<14}  {lines}"
        )


def _wrapped(words: str, width: int, indent: int) -> str:
    if not sys.stdout.isatty():
        return words
    if width - indent < 24:
        return "".join(f"\n{' ' * 7}{line}" for line in wrap(words, width - 7, 0))
    return f"\n{' ' * indent}".join(wrap(words, width - indent, 0))


def show_page(rule: Rule) -> None:
    """Print a rule's page as it is written, its headings set off."""
    page = _page_of(rule)
    mark = click.style(f"{rule.code} {rule.name}", bold=True)
    severity = click.style(rule.severity, fg=SEVERITY_COLOURS[rule.severity])
    echo(f"{mark} ({severity}): {page.summary}\n")
    echo(page.about)
    for name, words in page.sections.items():
        echo("\n" + click.style(name, bold=True, underline=True))
        for line in words.strip().splitlines():
            echo(click.style(line, dim=True) if line.startswith("```") else line)


def _page_of(rule: Rule) -> Page:
    page = page_of(rule)
    if page is None:
        raise LookupError(f"{rule.code} has no page")
    return page
