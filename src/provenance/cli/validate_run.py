"""One run of `provenance validate`: drafts in, a report in the form that was asked for out."""

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import msgspec
from msgspec import Struct

from provenance.cli.faults import describe_fault
from provenance.cli.output import plural, print_json
from provenance.cli.validate_fixes import Fixes, mend_one, show_patch
from provenance.cli.validated import TerminalView, count_line, echo, echo_on_stderr
from provenance.errors import SettingsError, UsageError
from provenance.formats.strangers import printable, storable
from provenance.model import Severity
from provenance.pipeline.inputs import Expanded, Input
from provenance.pipeline.report import InputFault
from provenance.pipeline.validation import Desk, Validated, read_drafts
from provenance.pipeline.watching import watch_files
from provenance.settings import IngestSettings
from provenance.validate.ages import describe_age
from provenance.validate.records import DraftFinding, is_at_least
from provenance.validate.rule import Rule

if TYPE_CHECKING:
    from provenance.validate.report.baseline import Baseline

__all__ = ["Asked", "Run"]

_FOUND = 1
_UNREADABLE = 2
# These say nothing of a document but its findings: with its text, a thousand drafts would cost 400 MB.
_FORMS_OF_FINDINGS = frozenset({"text", "json"})
# From so many drafts on a bar says how far it is.
_MANY = 20


class Asked(Struct, frozen=True):
    """What the person asked for; `fail_on` "never" leaves with 0 whatever is found."""

    form: str
    fail_on: Severity | Literal["never"]
    output: str | None = None
    shows_all: bool = False
    baseline: str | None = None
    fixes: Fixes = Fixes()


class Told(Struct, frozen=True):
    """What is kept of a document whose text and bytes nobody needs any more."""

    path: str
    findings: tuple[DraftFinding, ...]
    notes: int
    age: str = ""  # how old what is known of its sources is, in words


class Run:
    """Validates what it is given and reports it; `rules` are those that the desk asks."""

    def __init__(
        self, asked: Asked, desk: Desk, rules: Sequence[Rule], limits: IngestSettings
    ) -> None:
        self._asked = asked
        self._desk = desk
        self._rules = rules
        self._limits = limits
        self._baseline = _baseline_of(asked.baseline) if asked.baseline else None
        self._lines: list[str] = []  # of text that goes into a file
        write = self._lines.append if asked.output else echo
        self._view = TerminalView(write, shows_all=asked.shows_all)

    def once(self, expanded: Expanded) -> int:
        """Validate every input, print the report, and return the exit code: the worst one wins."""
        self._refuse_what_does_not_go_together(expanded.inputs)
        faults = [*expanded.faults]
        done: list[Validated] = []
        told: list[Told] = []
        code = 0
        for each in self._read(expanded.inputs):
            if isinstance(each, InputFault):
                faults.append(each)
            elif self._asked.fixes.shows_patch:
                code = max(code, _FOUND * show_patch(self._desk, each, self._asked.fixes))
            else:
                code = max(code, self._code_of(each))
                if self._asked.form == "text":
                    self._show(each)
                if self._asked.form in _FORMS_OF_FINDINGS:
                    told.append(_told(each))
                else:
                    done.append(each)
        for fault in faults:
            click.echo(describe_fault(fault.path, fault.message, fault.hint), err=True)
        code = _UNREADABLE if faults else code
        if self._asked.form in _FORMS_OF_FINDINGS:
            self._report_told(told)
        else:
            self._report(done, faults, code)
        return code

    def watch(self, expanded: Expanded) -> int:
        """Validate files again whenever they are saved, until somebody interrupts."""
        fixes = self._asked.fixes
        if self._asked.form != "text" or self._asked.output or fixes.are_made or fixes.shows_patch:
            raise UsageError(
                "--watch only shows what is found: leave --format, --output and fixes out"
            )
        if expanded.faults or any(each.kind != "file" for each in expanded.inputs):
            raise UsageError(
                "--watch looks at files that are there",
                hint="; ".join(fault.message for fault in expanded.faults),
            )
        named = {Path(each.name): each for each in expanded.inputs}
        for saved in watch_files(list(named), time.sleep):
            self._look_again(named[saved.path], is_gone=saved.is_gone)
            sys.stdout.flush()
        return 0

    def _look_again(self, named: Input, *, is_gone: bool) -> None:
        at = datetime.now().astimezone().strftime("%H:%M:%S")
        head = f"── {at} {printable(storable(named.name))}"
        if is_gone:
            echo(click.style(f"{head} is gone; it is looked at when it is there again", dim=True))
            return
        echo(click.style(head, dim=True))
        for each in read_drafts([named], self._desk, self._limits):
            if isinstance(each, InputFault):
                click.echo(describe_fault(each.path, each.message, each.hint), err=True)
            else:
                self._show(each)
                if not self._open(each):
                    echo(_clean(_told(each)))

    def _read(self, inputs: Sequence[Input]) -> Iterator[Validated | InputFault]:
        drafts = map(self._mended, read_drafts(inputs, self._desk, self._limits))
        is_shown = sys.stderr.isatty() and not (self._is_text and sys.stdout.isatty())
        if len(inputs) < _MANY or not is_shown:
            yield from drafts
            return
        from provenance.cli.console import show_progress

        with show_progress("Validating", total=len(inputs)) as stage:
            for each in drafts:
                yield each
                stage.advance(each.path)

    def _mended(self, each: Validated | InputFault) -> Validated | InputFault:
        if isinstance(each, InputFault) or not self._asked.fixes.are_made:
            return each
        try:
            return mend_one(self._desk, each, self._asked.fixes)
        except UsageError as error:
            return InputFault(storable(each.path), storable(error.message), error.hint)

    def _refuse_what_does_not_go_together(self, inputs: Sequence[Input]) -> None:
        asked = self._asked
        if asked.output and any(_is_same(Path(asked.output), each) for each in inputs):
            raise UsageError(f"{asked.output} is a draft", hint="name another file for the report")
        if asked.form == "html" and not asked.output and sys.stdout.isatty():
            raise UsageError("a page is for a browser", hint="write it into a file: -o report.html")
        if asked.fixes.shows_patch and (asked.form != "text" or asked.output):
            raise UsageError("--diff prints a patch: leave --format and --output out")
        if asked.fixes.are_made and any(each.kind == "stdin" for each in inputs):
            if len(inputs) > 1 or (asked.form != "text" and not asked.output):
                raise UsageError("- with --fix prints the mended draft, and nothing beside it")
            if not asked.output:
                self._view = TerminalView(echo_on_stderr, shows_all=asked.shows_all)

    @property
    def _is_text(self) -> bool:
        return self._asked.form == "text" and not self._asked.output

    def _new(self, each: Validated | Told) -> list[DraftFinding]:
        """The findings that the baseline has not."""
        known = self._baseline
        return [found for found in each.findings if not (known and known.knows(each.path, found))]

    def _open(self, each: Validated | Told) -> list[DraftFinding]:
        return [found for found in self._new(each) if found.standing == "open"]

    def _code_of(self, each: Validated) -> int:
        least = self._asked.fail_on
        if least == "never":
            return 0
        return _FOUND * any(is_at_least(found.severity, least) for found in self._open(each))

    def _show(self, each: Validated) -> None:
        """Print the findings of one document."""
        name, found = storable(each.path), self._open(each)
        if found:
            new = self._new(each)
            self._view.show(name, each.draft.text, found)
            self._view.summary(name, new, known=len(each.findings) - len(new))
            if age := describe_age(each.draft):
                self._view.remark(age)

    def _report_told(self, told: Sequence[Told]) -> None:
        if self._asked.form == "json":
            from provenance.validate.report.data import findings_to_json

            pairs = [(storable(each.path), each.findings) for each in told]
            said = findings_to_json(pairs, self._baseline)
            if self._asked.output:
                _write(self._asked.output, msgspec.json.encode(said).decode() + "\n")
            else:
                print_json(said)
            self._say_where(told)
            return
        if any(self._open(each) for each in told):
            if len(told) > 1:
                new = [found for each in told for found in self._new(each)]
                self._view.summary(plural(len(told), "document"), new)
        elif told:
            many = f"{len(told):,} documents: nothing found"
            click.echo(_clean(told[0]) if len(told) == 1 else many, err=True)
        if self._asked.output:
            _write(self._asked.output, "".join(f"{click.unstyle(line)}\n" for line in self._lines))
            if any(self._open(each) for each in told):
                self._say_where(told)

    def _say_where(self, done: Sequence[Validated | Told]) -> None:
        """Somebody who sent the report into a file is told that it is there, and what it holds."""
        if self._asked.output:
            found = count_line([one for each in done for one in self._new(each)])
            where = printable(storable(self._asked.output))
            click.echo(f"{where}: {plural(len(done), 'document')}, {found}", err=True)

    def _report(self, done: Sequence[Validated], faults: Sequence[InputFault], code: int) -> None:
        from provenance.cli.validate_forms import Reported, render_report

        asked = self._asked
        least = "error" if asked.fail_on == "never" else asked.fail_on
        reported = Reported(done, faults, self._rules, self._baseline, least, code)
        _write(asked.output, render_report(asked.form, reported))
        self._say_where(done)


def _told(each: Validated) -> Told:
    notes = len(each.draft.parsed.notes)
    return Told(each.path, each.findings, notes, describe_age(each.draft))


def _clean(each: Told) -> str:
    notes = plural(each.notes, "note")
    passed = sum(found.standing != "open" for found in each.findings)
    said = f", {passed:,} let pass" if passed else ""
    known = f"; {printable(each.age)}" if each.age else ""
    return f"{printable(storable(each.path))}: {notes}, nothing found{said}{known}"


def _baseline_of(name: str) -> "Baseline":
    from provenance.validate.report.baseline import read_baseline

    try:
        text = Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"cannot read baseline {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"baseline {name} is not UTF-8") from error
    return read_baseline(text, name)


def _is_same(output: Path, named: Input) -> bool:
    return named.kind == "file" and output.exists() and output.samefile(named.name)


def _write(output: str | None, report: str) -> None:
    if output is None:
        sys.stdout.buffer.write(storable(report).encode())
        sys.stdout.buffer.flush()
        return
    try:
        Path(output).write_text(storable(report), encoding="utf-8", newline="")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        raise UsageError(f"cannot write {output}: {error.strerror}") from error
