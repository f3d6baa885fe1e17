"""Findings as an editor reads them: the line with `~~~^` under the place, grouped, counted.

Drawn without the packages that draw: they take as long to import as a draft takes to validate.
"""

import os
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import click

from provenance.cite.places import describe_place
from provenance.cli.columns import draw_place, wrap
from provenance.cli.output import plural
from provenance.formats.strangers import printable
from provenance.model import Severity
from provenance.validate.records import SEVERITIES, DraftFinding

__all__ = [
    "SEVERITY_COLOURS",
    "TerminalView",
    "count_line",
    "echo",
    "echo_on_stderr",
]

SEVERITY_COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "info": "blue"}
_FOLD_AFTER = 5
_LABELS_SHOWN = 8
_PIPE_WIDTH = 100
# Of a long sentence its beginning is enough to find it.
_DRAWN_WIDTH = 110
_INDENT = 4


def echo(line: str, *, err: bool = False) -> None:
    """Print a line, in colours where a terminal wants them (https://no-color.org) and knows them."""
    is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    click.echo(line, err=err, color=False if is_plain else None)


def echo_on_stderr(line: str) -> None:
    """Print a line beside the data."""
    echo(line, err=True)


class TerminalView:
    """Prints documents one after the other; `shows_all` folds nothing.

    In a pipe every finding's head is one line, for grep; in a window it is wrapped.
    """

    def __init__(self, write: Callable[[str], None], *, shows_all: bool = False) -> None:
        self._write = write
        self._is_window = write is echo and sys.stdout.isatty()
        width = shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns
        self._width = max(20, width) if self._is_window else _PIPE_WIDTH
        self._drawn = min(self._width - _INDENT, _DRAWN_WIDTH)
        self._shows_all = shows_all

    def show(self, path: str, text: str, findings: Sequence[DraftFinding]) -> None:
        """Print the findings of one document that are given, in the order of its text."""
        by_rule: defaultdict[str, list[DraftFinding]] = defaultdict(list)
        for finding in findings:
            by_rule[finding.rule].append(finding)
        shown: Counter[str] = Counter()
        for finding in findings:
            group = by_rule[finding.rule]
            shown[finding.rule] += 1
            if shown[finding.rule] <= _FOLD_AFTER or self._shows_all:
                for line in self._lines_of(path, text, finding):
                    self._write(line)
            elif shown[finding.rule] == len(group):
                self._write(self._fold(group[_FOLD_AFTER:]))

    def _lines_of(self, path: str, text: str, finding: DraftFinding) -> Iterator[str]:
        place = describe_place(finding.place)
        label = f"[{finding.label}] " if finding.label is not None else ""
        label = "" if label.strip() in finding.message else label
        fix = "" if finding.fix is None else " (--fix)" if finding.fix.safe else " (--unsafe-fixes)"
        words = (
            (f"{path}:{place}:" if place else f"{path}:", _dim),
            (finding.severity, _painted(SEVERITY_COLOURS[finding.severity], bold=True)),
            (finding.rule, _painted(None, bold=True)),
            (label.strip(), _painted("cyan")),
            (finding.message, _painted(None)),
            (fix.strip(), _painted("green")),
        )
        yield from self._head([(printable(said), style) for said, style in words if said])
        if finding.end or finding.start:
            shown, under = draw_place(text, finding.start, finding.end, self._drawn)
            if shown:
                yield " " * _INDENT + shown
                yield " " * _INDENT + _painted(SEVERITY_COLOURS[finding.severity])(under)

    def _head(self, words: Sequence[tuple[str, Callable[[str], str]]]) -> Iterator[str]:
        plain = " ".join(said for said, _ in words)
        lines = self._wrapped(plain, _INDENT // 2)
        painted, at = [], 0
        for said, style in words:
            painted.append((at, at + len(said), style))
            at += len(said) + 1
        position = 0
        for number, line in enumerate(lines):
            indent = line[: len(line) - len(line.lstrip(" "))] if number else ""
            body = line[len(indent) :]
            start = plain.index(body, position) if body else position
            yield indent + _paint(body, start, painted)
            position = start + len(body)

    def _fold(self, more: Sequence[DraftFinding]) -> str:
        labels = list(dict.fromkeys(f"[{each.label}]" for each in more if each.label is not None))
        cut = " …" if len(labels) > _LABELS_SHOWN else ""
        where = f": {' '.join(labels[:_LABELS_SHOWN])}{cut}" if labels else ""
        said = (
            f"… and {len(more):,} more of {more[0].rule} {more[0].name}{where} (--all shows them)"
        )
        lines = wrap(printable(said), self._width - _INDENT, 2) if self._is_window else [said]
        return "\n".join(_dim(" " * _INDENT + line) for line in lines)

    def summary(self, name: str, findings: Iterable[DraftFinding], *, known: int = 0) -> None:
        """Print the counts of a document, or of all; `known` are left out as the baseline has them."""
        said = f"{printable(name)}: {count_line(findings, known=known)}"
        for line in self._wrapped(said, _INDENT // 2):
            self._write(_painted(None, bold=True)(line))

    def remark(self, words: str) -> None:
        """Print something worth knowing beside the findings."""
        for line in self._wrapped(printable(words), 0):
            self._write(_dim(line))

    def _wrapped(self, words: str, indent: int) -> list[str]:
        return wrap(words, self._width, indent) if self._is_window else [words]


def count_line(findings: Iterable[DraftFinding], *, known: int = 0) -> str:
    """Return "12 errors, 3 warnings; 9 can be mended safely: --fix"."""
    found = list(findings)
    is_open = [each for each in found if each.standing == "open"]
    severities = Counter(each.severity for each in is_open)
    counts = [
        f"{severities[each]:,} infos" if each == "info" and severities[each] > 1
        else plural(severities[each], each)
        for each in reversed(SEVERITIES)
        if severities[each]
    ]  # fmt: skip
    parts = [", ".join(counts) or "nothing found"]
    safe = sum(each.fix is not None and each.fix.safe for each in is_open)
    unsafe = sum(each.fix is not None and not each.fix.safe for each in is_open)
    if safe:
        parts.append(f"{safe:,} can be mended safely: --fix")
    if unsafe:
        parts.append(f"{unsafe:,} {'more ' if safe else ''}with --unsafe-fixes")
    standings = Counter(each.standing for each in found)
    passed = [f"{standings[each]:,} {each}" for each in ("suppressed", "waived") if standings[each]]
    if known:
        passed.append(f"{known:,} as in the baseline")
    return "; ".join((*parts, *([", ".join(passed)] if passed else [])))


def _painted(colour: str | None, *, bold: bool = False) -> Callable[[str], str]:
    def paint(words: str) -> str:
        return click.style(words, fg=colour, bold=bold) if colour or bold else words

    return paint


def _dim(words: str) -> str:
    return click.style(words, dim=True)


def _paint(body: str, start: int, painted: Sequence[tuple[int, int, Callable[[str], str]]]) -> str:
    """The part of a head that begins at `start`, each word in its style."""
    parts, at, end = [], start, start + len(body)
    for first, last, style in painted:
        low, high = max(first, start), min(last, end)
        if low < high:
            parts.append(" " * (low - at) + style(body[low - start : high - start]))
            at = high
    return "".join(parts)
