"""`provenance config`: the settings in force and where each comes from."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from provenance.cli.options import config_option, json_option, read_settings
from provenance.cli.output import print_json
from provenance.settings import find_settings_file


@click.command("config")
@config_option
@json_option
def command(*, config: str | None, as_json: bool) -> int:
    """Print every setting in force, and whether a file or the default says so."""
    path = find_settings_file(config, os.environ, Path.cwd())
    settings = msgspec.to_builtins(read_settings(config))
    written = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
    rows = list(_flatten(settings, written, str(path)))
    if as_json:
        print_json({"schema": "provenance.config/1", "file": str(path) if path else None,
                    "settings": [{"key": k, "value": v, "from": f} for k, v, f in rows]})  # fmt: skip
        return 0
    for key, value, origin in rows:
        click.echo(f"{key} = {msgspec.json.encode(value).decode()}  # {origin}")
    return 0


def _flatten(
    settings: dict[str, Any], written: dict[str, Any], file: str
) -> Iterator[tuple[str, Any, str]]:
    for section, values in settings.items():
        for key, value in values.items():
            is_written = key in written.get(section, {})
            yield f"{section}.{key}", value, file if is_written else "default"
