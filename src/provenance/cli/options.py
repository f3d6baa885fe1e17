"""Options that several commands share, and the workplace that they name."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from provenance.errors import SettingsError
from provenance.pipeline.workplace import Workplace
from provenance.settings import Settings, find_settings_file, load_settings, with_place

__all__ = [
    "archive_option",
    "config_option",
    "db_option",
    "json_option",
    "read_settings",
    "workplace_of",
]

_F = TypeVar("_F", bound=Callable[..., Any])

config_option = click.option(
    "--config",
    metavar="PATH",
    help="Settings file [default: ./provenance.toml where there is one].",
)
db_option = click.option(
    "--db",
    metavar="PATH",
    envvar="PROVENANCE_DB",
    show_envvar=True,
    default="provenance.db",
    show_default=True,
    help="The database.",
)
archive_option = click.option(
    "--archive",
    metavar="DIR",
    envvar="PROVENANCE_ARCHIVE",
    show_envvar=True,
    default="archive",
    show_default=True,
    help="The archive.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def read_settings(config: str | None) -> Settings:
    """Return the settings in force, all of them checked.

    Raises:
        SettingsError: with the file and the line where it says something impossible.
    """
    path = find_settings_file(config, os.environ, Path.cwd())
    settings = load_settings(path)
    if path is not None:
        from provenance.fetch.check import check_fetch_settings

        try:
            check_fetch_settings(settings)
        except SettingsError as error:
            raise with_place(error, path) from error
    return settings


def workplace_of(db: str, archive: str, config: str | None) -> Workplace:
    """Return the workplace that the options name."""
    return Workplace(Path(db), Path(archive), read_settings(config))
