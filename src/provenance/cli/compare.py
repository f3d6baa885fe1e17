"""`provenance compare`: what changed between two drafts, or two versions of one."""

import sys
from pathlib import Path

import click
import msgspec

from provenance.cli.compared import show_comparison
from provenance.cli.console import stdout_console
from provenance.cli.options import config_option, db_option, read_settings
from provenance.cli.output import print_json
from provenance.errors import UsageError
from provenance.formats.strangers import storable
from provenance.pipeline.comparison import Readings, name_versions
from provenance.validate.compare import compare
from provenance.validate.compare_records import Comparison

_CHANGED = 1


@click.command("compare")
@click.argument("names", nargs=-1, required=True, metavar="OLD NEW")
@click.option(
    "--versions",
    nargs=2,
    type=click.IntRange(1),
    metavar="A B",
    help="Two versions of one stored document, counted from 1.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("-o", "--output", metavar="FILE", help="Write it into a file.")
@click.option("--fail-on-change", is_flag=True, help="Leave with 1 where anything changed.")
@db_option
@config_option
def command(
    names: tuple[str, ...],
    *,
    versions: tuple[int, int] | None,
    form: str,
    as_json: bool,
    output: str | None,
    fail_on_change: bool,
    db: str,
    config: str | None,
) -> int:
    """Say what changed from one draft to another in its notes, claims and sources.

    OLD and NEW are files (- is standard input), or documents of the store: by id, path or title,
    NAME@2 for the second version. A file of that name comes first.
    """
    settings = read_settings(config)
    old_name, new_name = name_versions(names, versions)
    _refuse_to_overwrite(output, names)
    with Readings(settings, Path(db)) as readings:
        is_stored = versions is not None
        old = readings.read(old_name, is_stored=is_stored)
        new = readings.read(new_name, is_stored=is_stored)
    found = compare(old, new)
    _print(found, "json" if as_json else form, output)
    return _CHANGED if fail_on_change and not found.is_empty else 0


def _refuse_to_overwrite(output: str | None, names: tuple[str, ...]) -> None:
    place = Path(output) if output else None
    if place is not None and place.exists():
        for name in names:
            if Path(name).exists() and place.samefile(name):
                raise UsageError(f"{output} is a draft", hint="name another file for the report")


def _print(found: Comparison, form: str, output: str | None) -> None:
    if form == "text":
        if output is None:
            show_comparison(stdout_console(), found)
        else:
            _write(output, _as_text(found))
        return
    if form == "json":
        made = {"schema": "provenance.compare/1", **msgspec.to_builtins(found)}
        if output is None:
            print_json(made)
            return
        report = msgspec.json.encode(made).decode() + "\n"
    else:
        from provenance.validate.report.compare_html import render_comparison

        report = render_comparison(found)
    if output is None:
        sys.stdout.buffer.write(storable(report).encode())
        sys.stdout.buffer.flush()
    else:
        _write(output, report)


def _as_text(found: Comparison) -> str:
    import io

    from rich.console import Console

    file = io.StringIO()
    show_comparison(Console(file=file, width=100, highlight=False, color_system=None), found)
    return file.getvalue()


def _write(output: str, report: str) -> None:
    try:
        Path(output).write_text(storable(report), encoding="utf-8", newline="")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        raise UsageError(f"cannot write {output}: {error.strerror}") from error
