"""The command line: argv -> call -> print -> exit code. No logic lives here.

Commands are imported when they are run: `provenance --help` must not wait for
packages that it does not use.
"""

import contextlib
import importlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import click

from provenance.cli import signals
from provenance.cli.logs import add_log_options, complain, logging_as_told
from provenance.errors import ProvenanceError
from provenance.version import __version__

__all__ = ["main"]


class _Entry(NamedTuple):
    """Where a command is defined (as `command` of a module), and its line in the help."""

    module: str
    help: str


_COMMANDS = {
    "ingest": _Entry("ingest", "Parse, fetch, archive, extract, link, store: the main job."),
    "parse": _Entry("parse", "Read and parse only; touches neither network nor store."),
    "validate": _Entry("validate", "Say what is wrong with a draft's notes, and mend it."),
    "compare": _Entry("compare", "Say what changed between two drafts, or two versions of one."),
    "trace": _Entry("trace", "Walk back from a claim to its archived sources."),
    "search": _Entry("search", "Search claims, notes and archived text."),
    "review": _Entry("review", "Say whether a passage supports a claim; a person's word wins."),
    "serve": _Entry("serve", "Serve the desk: claims, passages, sources, drafts in the browser."),
    "export": _Entry("export", "Write packages for other people, files for other programs."),
    "verify": _Entry("verify", "Check such a package offline."),
    "attach": _Entry("attach", "Keep a copy of a source that you bring."),
    "mementos": _Entry("mementos", "Look up what is gone in other people's archives."),
    "nightly": _Entry("nightly", "Look at every source that is due; tell what changed."),
    "override": _Entry("override", "Say what state a source is in, for a reason, until a day."),
    "withdraw": _Entry("withdraw", "Take copies out of the archive for a reason."),
    "rebuild": _Entry("rebuild", "Make the database anew from the archive."),
    "rejudge": _Entry(
        "rejudge", "Judge the stored looks by today's rules; show what would change."
    ),
    "fixity": _Entry("fixity", "Read the archive again and compare every digest."),
    "dump": _Entry("dump", "Print every row as JSON lines, to compare two stores."),
    "doctor": _Entry("doctor", "Check the installation; say what will not work, and what to do."),
    "config": _Entry("config", "Print the settings in force and where each comes from."),
    "demo": _Entry("demo", "Run the main job on a sample update and a sample web."),
}
_SIGNALLED = 128  # as shells say it: and the number of the signal
_FAULT_OF_THE_HOUSE = 3


class _ReaderLeft(Exception):
    """Whoever read our output has seen enough; no OSError, since click makes exit code 1 of that."""


@contextlib.contextmanager
def _closed_pipe_named() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise _ReaderLeft from error


class _LazyGroup(click.Group):
    """A group whose commands are modules, loaded by name."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        with _closed_pipe_named():  # `--help` prints here
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _closed_pipe_named():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = _COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(f"provenance.cli.{entry.module}")
        command: click.Command = module.command
        if ctx is not None and callable(ctx.obj):
            ctx.obj()
        return add_log_options(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in _COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="provenance")
def _root() -> None:
    """Pull the references out of an update, archive them, link each claim to its sources."""


add_log_options(_root)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    try:
        sys.exit(_run(sys.argv[1:] if arguments is None else list(arguments), signals.listen))
    finally:
        signals.leave_to_the_system()


def _run(arguments: Sequence[str], once_loaded: Callable[[], None] | None = None) -> int:
    with logging_as_told(arguments):
        return _said(arguments, once_loaded)


def _said(arguments: Sequence[str], once_loaded: Callable[[], None] | None) -> int:
    """Run the command; what stops it is said in words, and becomes the exit code.

    `once_loaded` is called when the command's module has been imported. An interrupt in the middle of
    an import is lost, or becomes another error, where Python runs callbacks of its own.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # a terminal in ASCII, a file name that is no UTF-8: shown as escapes, never a fault
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = _root.main(
            args=list(arguments), prog_name="provenance", standalone_mode=False, obj=once_loaded
        )
        sys.stdout.flush()
    except (click.ClickException, click.exceptions.Exit, click.Abort) as leaving:
        return _leave(leaving)
    except KeyboardInterrupt:
        return _leave(click.Abort())
    except RuntimeError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # from within the making of a class
            return _leave(click.Abort())
        raise
    except (BrokenPipeError, _ReaderLeft):
        # Python must not complain when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ProvenanceError, OSError, ExceptionGroup) as error:
        return _show(error)
    return code if isinstance(code, int) else 0


def _leave(leaving: click.ClickException | click.exceptions.Exit | click.Abort) -> int:
    match leaving:
        case click.exceptions.Exit():
            return leaving.exit_code
        case click.Abort():
            number = signals.ended_by()
            by = "" if number == signals.BY_A_PERSON else f" by {number.name}"
            complain(f"provenance: interrupted{by}; what was done is kept", signal=number.name)
            return _SIGNALLED + number
        case _:
            leaving.show()
            return leaving.exit_code


def _show(error: ProvenanceError | OSError | ExceptionGroup[Exception]) -> int:
    """Print a fault and return its exit code; what is none of ours is a bug, and raised."""
    from provenance.cli.faults import describe_error

    match error:
        case ExceptionGroup():
            first = next((e for e in error.exceptions if isinstance(e, ProvenanceError)), None)
            if first is None:
                raise error
            return _show(first)
        case OSError():
            where = f": {error.filename}" if error.filename else ""
            complain(f"provenance: {error.strerror or error}{where}", exit_code=_FAULT_OF_THE_HOUSE)
            return _FAULT_OF_THE_HOUSE
        case _:
            complain(describe_error(error), exit_code=error.exit_code)
            return error.exit_code
