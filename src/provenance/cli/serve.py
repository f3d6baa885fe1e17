"""`provenance serve`: the pages and the HTTP API, on this machine unless told otherwise."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from provenance.cli.attach import by_option, signed_by
from provenance.cli.options import archive_option, config_option, db_option, read_settings
from provenance.errors import SettingsError, UsageError
from provenance.settings import Settings

if TYPE_CHECKING:
    from provenance.web.serving import Listening

_PORT = 8321
Role = Literal["reader", "editor"]
_NAME = r"[a-z0-9][a-z0-9_-]{0,31}"


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=_PORT, show_default=True, help="0: any."
)
@click.option(
    "--archive-port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Where archived pages are shown, apart from ours [default: the next one; 0: any].",
)
@config_option
@click.option("--house", metavar="PATH", help="House style [default: footnotes/house.toml].")
@db_option
@archive_option
@click.option("--tls-cert", metavar="PEM", help="Certificate: serve https.")
@click.option("--tls-key", metavar="PEM", help="Its key.")
@click.option("--open", "open_page", is_flag=True, help="Open the page in the browser.")
@click.option("--new-token", is_flag=True, help="Print a token and the setting that asks for it.")
@click.option(
    "--role",
    type=click.Choice(("reader", "editor")),
    default="editor",
    show_default=True,
    help="What the new token lets one do: read and validate, or review evidence too.",
)
@click.option(
    "--name", metavar="NAME", default="", help="Whose the new token is [default: all of that role]."
)
@by_option
def command(
    host: str,
    port: int,
    *,
    archive_port: int | None,
    config: str | None,
    house: str | None,
    db: str,
    archive: str,
    tls_cert: str | None,
    tls_key: str | None,
    open_page: bool,
    new_token: bool,
    role: Role,
    name: str,
    by: str | None,
) -> int:
    """Serve the pages: follow claims to their passages, validate and mend a draft in the browser.

    Only this machine can reach them, unless --host names another address; that needs a token.
    """
    _need_the_extra()
    if new_token:
        return _print_new_token(name, role)
    from provenance.web.serving import Listening

    listening = Listening(host, port, tls_cert or "", tls_key or "", archive_port)
    _serve(
        read_settings(config), listening, house=house, db=db, archive=archive, by=by,
        say=_said(open_page),
    )  # fmt: skip
    return 0


def _serve(
    settings: Settings,
    listening: "Listening",
    *,
    house: str | None,
    db: str,
    archive: str,
    by: str | None,
    say: Callable[[str], None],
) -> None:
    from provenance.cli.validate import open_knowledge
    from provenance.web.library import Library
    from provenance.web.serving import serve

    with ExitStack() as stack:
        stored = open_knowledge(stack, db)
        library = Library(Path(db), Path(archive))
        stack.callback(library.close)
        serve(
            settings, listening, house=house, stored=stored, library=library, by=signed_by(by),
            say=say,
        )  # fmt: skip


def _need_the_extra() -> None:
    from importlib.util import find_spec

    missing = [name for name in ("fastapi", "jinja2", "nh3", "uvicorn") if find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"`provenance serve` needs what is not installed: {', '.join(missing)}",
            hint="pip install 'provenance-desk[web]'",
        )


def _print_new_token(name: str, role: Role) -> int:
    from provenance.web.tokens import hash_token, make_token

    if name and not re.fullmatch(_NAME, name):
        raise UsageError(
            f"--name {name!r}: a name has small letters a-z, digits, - and _, 32 at most",
            hint="for example --name ada",
        )
    token = make_token(name)
    hashed = hash_token(token)
    key = "token_scrypt" if role == "editor" else "reader_token_scrypt"
    setting = (
        f'[[serve.tokens]]\nname = "{name}"\nrole = "{role}"\nscrypt = "{hashed}"'
        if name
        else f'[serve]\n{key} = "{hashed}"'
    )
    click.echo(token)
    click.echo(f"Keep it; it is shown this once. In provenance.toml:\n\n{setting}", err=True)
    return 0


def _said(open_page: bool) -> Callable[[str], None]:
    def say(address: str) -> None:
        click.echo(f"provenance serves {address}/ (Ctrl-C ends it)")
        if open_page:
            click.launch(f"{address}/")

    return say
