"""What a run says of itself on standard error: words for a person, or one JSON object a line for a program.

A line has `time` (UTC, RFC 3339, milliseconds), `level`, `logger`, `message`, and `fields`: an object of
what the message is about, {} where that is nothing. docs/schema/provenance.log-1.schema.json describes it.

With `--log-format json` nothing else comes on standard error: what a command says there in words becomes
a line of the logger `provenance.cli`, and no bars are drawn.
"""

import contextlib
import io
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple, TextIO, cast

import click

__all__ = ["add_log_options", "complain", "logging_as_told"]

Format = Literal["text", "json"]
FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")
# A person who is not asked wants to hear of trouble only, a machine wants the course of the run too.
_LEVEL_BY_FORMAT = {"text": "warning", "json": "info"}
_PREFIX = "provenance: "
_HINT = "\n  → "
# What a record has of itself: all else was passed as `extra`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_log = logging.getLogger("provenance.cli")


class _Told(NamedTuple):
    """What the command line and the environment say of the log; a name that is none is click's to refuse."""

    format: Format
    level: str


def add_log_options(command: click.Command) -> click.Command:
    """Give a command `--log-format` and `--log-level`, so that they may stand before or after its name.

    `logging_as_told` reads them; click only knows, checks and explains them.
    """
    if all(param.name != "log_format" for param in command.params):
        command.params += [_option("format", FORMATS, "What is said on standard error, and how."),
                           _option("level", LEVELS, "How much of it [default: warning; json: info].")]  # fmt: skip
    return command


def _option(name: str, choices: Sequence[str], explained: str) -> click.Option:
    return click.Option(
        [f"--log-{name}"],
        type=click.Choice(choices),
        envvar=_variable(name),
        expose_value=False,
        help=explained,
    )


def _variable(name: str) -> str:
    return f"PROVENANCE_LOG_{name.upper()}"


def _read(arguments: Sequence[str], environment: Mapping[str, str]) -> _Told:
    """Find the two options before click does: a wrong option, too, is said in the format asked for."""
    found = {name: environment.get(_variable(name), "") for name in ("format", "level")}
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        for name in found:
            if argument == f"--log-{name}":
                found[name] = arguments[place + 1] if place + 1 < len(arguments) else ""
            elif argument.startswith(f"--log-{name}="):
                found[name] = argument.partition("=")[2]
    form: Format = "json" if found["format"] == "json" else "text"
    return _Told(form, found["level"] if found["level"] in LEVELS else _LEVEL_BY_FORMAT[form])


@contextlib.contextmanager
def logging_as_told(arguments: Sequence[str]) -> Iterator[None]:
    """Log to standard error as the command line and the environment say, while the block runs.

    Only our own loggers are turned up: other people's packages are heard from `warning` on.
    """
    told, stream = _read(arguments, os.environ), sys.stderr
    speaks_json = told.format == "json"
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _JsonLines() if speaks_json else logging.Formatter(_PREFIX + "%(message)s")
    )
    root, ours = logging.getLogger(), logging.getLogger("provenance")
    level_before = ours.level
    root.addHandler(handler)
    ours.setLevel(told.level.upper())
    if speaks_json:
        sys.stderr = cast("TextIO", _WordsToLines())
        logging.captureWarnings(True)
    try:
        yield
    except Exception as error:
        if not speaks_json:
            raise
        # a fault of ours, with the exit code that Python's own traceback would have
        _log.critical("a fault of provenance's own: %s", error or type(error), exc_info=error)
        raise SystemExit(1) from error
    finally:
        if speaks_json:
            sys.stderr.flush()
            logging.captureWarnings(False)
        sys.stderr = stream
        ours.setLevel(level_before)
        root.removeHandler(handler)


def complain(words: str, **fields: object) -> None:
    """Say on standard error what went wrong: `words` as a person reads them, `fields` for programs only.

    Of the words a program gets the message, without `provenance: `, and the hint behind the arrow.
    """
    if isinstance(sys.stderr, _WordsToLines):
        sys.stderr.log(logging.ERROR, words, fields)
    else:
        click.echo(words, err=True)


class _JsonLines(logging.Formatter):
    """One JSON object a record, in ASCII: no word of a stranger's can steer a terminal or begin a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without its end."""
        fields = {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        at = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "fields": fields,
        }
        return json.dumps(line, default=str)


class _WordsToLines(io.TextIOBase):
    """Stands in for standard error: what is written there in words becomes log lines."""

    def __init__(self) -> None:
        self._held = ""

    def write(self, words: str) -> int:
        """Hold the words until a line ends; what is written at once, over several lines, is one message."""
        self._held += words
        if self._held.endswith("\n"):
            self.flush()
        return len(words)

    def flush(self) -> None:
        """Log what is held."""
        held, self._held = self._held.strip(), ""
        if held:
            self.log(logging.WARNING, held, {})

    def log(self, level: int, words: str, fields: Mapping[str, object]) -> None:
        """Make one line of what a person would read."""
        message, _, hint = words.strip().removeprefix(_PREFIX).partition(_HINT)
        _log.log(level, "%s", message, extra={**({"hint": hint} if hint else {}), **fields})

    def writable(self) -> bool:
        """Return True."""
        return True
