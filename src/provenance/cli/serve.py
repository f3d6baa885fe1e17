"""`provenance serve`: the pages and the HTTP API, on this machine unless told otherwise."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from provenance.cli.options import archive_option, config_option, db_option, read_settings
from provenance.errors import SettingsError

_PORT = 8321


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=_PORT, show_default=True, help="0: any."
)
@config_option
@click.option("--house", metavar="PATH", help="House style [default: footnotes/house.toml].")
@db_option
@archive_option
@click.option("--tls-cert", metavar="PEM", help="Certificate: serve https.")
@click.option("--tls-key", metavar="PEM", help="Its key.")
@click.option("--open", "open_page", is_flag=True, help="Open the page in the browser.")
@click.option("--new-token", is_flag=True, help="Print a token and the setting that asks for it.")
def command(
    host: str,
    port: int,
    *,
    config: str | None,
    house: str | None,
    db: str,
    archive: str,
    tls_cert: str | None,
    tls_key: str | None,
    open_page: bool,
    new_token: bool,
) -> int:
    """Serve the pages: validate and mend a draft in the browser.

    Only this machine can reach them, unless --host names another address; that needs a token.
    """
    _need_the_extra()
    from provenance.cli.validate import open_knowledge
    from provenance.web.library import Library
    from provenance.web.serving import Listening, serve

    if new_token:
        return _print_new_token()
    settings = read_settings(config)
    listening = Listening(host, port, tls_cert or "", tls_key or "")
    with ExitStack() as stack:
        stored = open_knowledge(stack, db)
        library = Library(Path(db), Path(archive))
        stack.callback(library.close)
        serve(
            settings,
            listening,
            house=house,
            stored=stored,
            library=library,
            say=_said(open_page),
        )
    return 0


def _need_the_extra() -> None:
    from importlib.util import find_spec

    missing = [name for name in ("fastapi", "jinja2", "uvicorn") if find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"`provenance serve` needs what is not installed: {', '.join(missing)}",
            hint="pip install 'provenance-desk[web]'",
        )


def _print_new_token() -> int:
    from provenance.web.access import hash_token, make_token

    token = make_token()
    click.echo(token)
    click.echo(
        "Keep it; it is shown this once. In provenance.toml:\n\n"
        f'[serve]\ntoken_scrypt = "{hash_token(token)}"',
        err=True,
    )
    return 0


def _said(open_page: bool) -> Callable[[str], None]:
    def say(address: str) -> None:
        click.echo(f"provenance serves {address}/validate (Ctrl-C ends it)")
        if open_page:
            click.launch(f"{address}/validate")

    return say
