"""`provenance validate`: what is wrong with a draft's notes, where, and what mends it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from provenance.cli.faults import describe_fault
from provenance.cli.options import config_option, read_settings
from provenance.cli.validate_fixes import Fixes
from provenance.cli.validate_run import Asked, Run
from provenance.errors import StoreError, UsageError
from provenance.pipeline.inputs import expand_inputs
from provenance.pipeline.validation import Desk, read_house
from provenance.settings import Settings
from provenance.validate.draft import AskKnowledge
from provenance.validate.house import House
from provenance.validate.rule import Rule
from provenance.validate.rules import all_rules
from provenance.validate.selection import choose_rules, find_rule

FORMATS = ("text", "json", "sarif", "junit", "github", "html")
if TYPE_CHECKING:
    from provenance.pipeline.source_looks import LiveLooks

_F = TypeVar("_F", bound=Callable[..., Any])


def _what_to_find(command: _F) -> _F:
    for option in reversed(
        (
            click.option(
                "--house", metavar="PATH", help="House style [default: footnotes/house.toml]."
            ),
            click.option(
                "--select", metavar="CODES", multiple=True, help="Only these rules: FN1,FN201."
            ),
            click.option("--ignore", metavar="CODES", multiple=True, help="All rules but these."),
            click.option(
                "--baseline", metavar="FILE", help="Only what this earlier report has not."
            ),
            click.option(
                "--fail-on",
                type=click.Choice(("error", "warning", "info", "never")),
                help="Leave with 1 from this severity on [default: the house style's, error].",
            ),
        )
    ):
        command = option(command)
    return command


def _what_to_ask(command: _F) -> _F:
    for option in reversed(
        (
            click.option(
                "--db",
                metavar="PATH",
                envvar="PROVENANCE_DB",
                show_envvar=True,
                default="provenance.db",
                show_default=True,
                help="What is known of the sources; where there is no such file, nothing.",
            ),
            click.option(
                "--check-sources", is_flag=True, help="Look at the sources now; nothing is stored."
            ),
        )
    ):
        command = option(command)
    return command


def _what_to_mend(command: _F) -> _F:
    for option in reversed(
        (
            click.option("--fix", is_flag=True, help="Mend the drafts: what is safe."),
            click.option(
                "--unsafe-fixes", is_flag=True, help="Mend them: what a person should look at too."
            ),
            click.option(
                "--diff", is_flag=True, help="Show what would be mended, and change nothing."
            ),
        )
    ):
        command = option(command)
    return command


def _what_to_show(command: _F) -> _F:
    for option in reversed(
        (
            click.option(
                "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True
            ),
            click.option("--json", "as_json", is_flag=True, help="The same as --format json."),
            click.option("-o", "--output", metavar="FILE", help="Write the report into a file."),
            click.option(
                "--all", "shows_all", is_flag=True, help="Fold no findings of the same rule."
            ),
            click.option("--watch", is_flag=True, help="Look again whenever a file is saved."),
            click.option("--rules", "lists_rules", is_flag=True, help="List the rules."),
            click.option("--explain", metavar="RULE", help="Print a rule's page."),
        )
    ):
        command = option(command)
    return command


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="PATH…")
@_what_to_find
@_what_to_ask
@_what_to_mend
@_what_to_show
@config_option
def command(paths: tuple[str, ...], *, config: str | None, **said: Any) -> int:
    """Say what is wrong with the notes of drafts, where, and what mends it.

    Files, folders, globs, or - for standard input. Leaves with 1 where there are findings
    of severity error (or --fail-on), with 2 where something cannot be read.
    """
    rules = choose_rules(all_rules(), _codes(said["select"]), _codes(said["ignore"]))
    if said["explain"] or said["lists_rules"]:
        return _show_rules(rules, said["explain"])
    if not paths:
        raise click.UsageError("name a draft, a folder, or - for standard input")
    settings = read_settings(config)
    house = read_house(Path(said["house"]) if said["house"] else None, settings)
    asked = _asked(said, house)
    expanded = expand_inputs(paths)
    with ExitStack() as stack:
        ask = open_knowledge(stack, said["db"])
        looks = _live(settings, ask) if said["check_sources"] else None
        today = datetime.now(UTC).date()
        desk = Desk(settings, house, today=today, ask=looks.ask if looks else ask, rules=rules)
        run = Run(asked, stack.enter_context(desk), rules, settings.ingest)
        code = run.watch(expanded) if said["watch"] else run.once(expanded)
    if looks is not None and looks.is_offline:
        click.echo(
            "provenance: no source was looked at: this machine reaches nothing just now", err=True
        )
    return code


def _show_rules(rules: Sequence[Rule], explain: str | None) -> int:
    from provenance.cli.validate_rules import show_page, show_rules

    if explain:
        show_page(find_rule(all_rules(), explain))
    else:
        show_rules(rules)
    return 0


def _asked(said: Mapping[str, Any], house: House) -> Asked:
    return Asked(
        form="json" if said["as_json"] else said["form"],
        fail_on=said["fail_on"] or house.fail_on,
        output=said["output"],
        shows_all=said["shows_all"],
        baseline=said["baseline"],
        fixes=Fixes(
            are_made=(said["fix"] or said["unsafe_fixes"]) and not said["diff"],
            shows_patch=said["diff"],
            unsafe=said["unsafe_fixes"],
        ),
    )


def _codes(said: tuple[str, ...]) -> list[str]:
    return [code for each in said for code in each.replace(",", " ").split()]


def _live(settings: Settings, stored: AskKnowledge | None) -> "LiveLooks":
    from provenance.cli.console import show_progress  # and with it what draws and what fetches
    from provenance.pipeline.source_looks import LiveLooks

    return LiveLooks(settings, show_progress, stored)


def open_knowledge(stack: ExitStack, db: str) -> AskKnowledge | None:
    """What the store knows; one that was not named and cannot be read is told and done without."""
    source = click.get_current_context().get_parameter_source("db")
    is_named = source is not click.core.ParameterSource.DEFAULT
    if not Path(db).exists():
        if is_named:
            raise UsageError(f"{db}: no such database", hint="`provenance ingest` makes one")
        return None
    from provenance.validate.knowledge import StoreKnowledge  # brings the packages of the store

    try:
        return stack.enter_context(StoreKnowledge.open(db)).ask
    except StoreError as error:
        if is_named:
            raise
        hint = error.hint or "name another one with --db"
        click.echo(
            describe_fault(db, f"nothing is known of the sources: {error.message}", hint), err=True
        )
        return None
