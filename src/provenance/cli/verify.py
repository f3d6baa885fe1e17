"""`provenance verify`: check packages offline."""

import tempfile
from pathlib import Path

import click
import msgspec

from provenance.cli.faults import describe_error
from provenance.cli.options import config_option, json_option, read_settings
from provenance.cli.output import plural, print_json
from provenance.errors import ProvenanceError
from provenance.formats.strangers import printable
from provenance.pipeline.verify import Verified, verify_package

_SHOWN = 20
_MARKS = {"good": "good", "bad": "BAD", "none": "none", "not_checked": "not checked"}


@click.command("verify")
@click.argument("bundles", nargs=-1, required=True, metavar="BUNDLE...")
@click.option(
    "--tsa-ca",
    metavar="FILE",
    help="Roots (PEM) to trust time stamps by [default: timestamp.ca_file].",
)
@click.option(
    "--key",
    metavar="KEY",
    default="",
    help="The public key (PEM file or SHA-256) that must have signed them.",
)
@config_option
@json_option
def command(
    *, bundles: tuple[str, ...], tsa_ca: str | None, key: str, config: str | None, as_json: bool
) -> int:
    """Check every digest, the signature and the time stamp of packages and evidence bundles, offline.

    Neither a database nor an archive nor settings are needed. Of a bundle each capture, text and
    passage in its database is held against the records in it, too.

    Exit code 1: something differs. What cannot be read at all is exit code 2.
    """
    ca_file = tsa_ca or read_settings(config).timestamp.ca_file
    seen: list[Verified] = []
    faults: list[dict[str, str]] = []
    worst = 0
    with tempfile.TemporaryDirectory(prefix="provenance-verify-") as scratch:
        for name in bundles:
            try:
                verified = verify_package(Path(name), Path(scratch), ca_file, key)
            except ProvenanceError as error:
                click.echo(describe_error(error), err=True)
                faults.append({"path": name, "message": error.message})
                worst = max(worst, error.exit_code)
                continue
            seen.append(verified)
            worst = max(worst, 0 if verified.is_good else 1)
            if not as_json:
                _show(verified)
    if as_json:
        print_json({"schema": "provenance.verify/1", "bundles": msgspec.to_builtins(seen),
                    "faults": faults})  # fmt: skip
    return worst


def _show(verified: Verified) -> None:
    is_signed = verified.signature.verdict == "good"
    good = "is as it was signed" if is_signed else "is whole, and agrees with itself"
    verdict = good if verified.is_good else "IS NOT as it was made"
    click.echo(f"{printable(verified.path)} {verdict}")
    click.echo(f"  {plural(verified.files, 'file')}, {plural(verified.records, 'record')}")
    click.echo(f"  manifest    sha256:{verified.manifest_sha256}")
    signature, stamp = verified.signature, verified.time_stamp
    key = f" (key sha256:{signature.key_sha256})" if signature.key_sha256 else ""
    click.echo(f"  signature   {_MARKS[signature.verdict]}: {printable(signature.reason)}{key}")
    at = f"{stamp.at} by {printable(stamp.signer or '')}; " if stamp.at else ""
    click.echo(f"  time stamp  {_MARKS[stamp.verdict]}: {at}{printable(stamp.reason)}")
    for difference in verified.differences[:_SHOWN]:
        where = printable(difference.path)
        click.echo(f"  {difference.kind:<11} {where}: {printable(difference.detail)}")
    if len(verified.differences) > _SHOWN:
        click.echo(f"  … {len(verified.differences) - _SHOWN:,} more")
    for words in verified.proven:
        click.echo(f"  proven: {printable(words)}")
    for words in verified.not_proven:
        click.echo(f"  not proven: {printable(words)}")
