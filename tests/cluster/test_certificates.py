"""The certificates of docs/scale.md, made as it says: each side knows the other by them, and no stranger."""

import re
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
SCALE = Path(__file__).parents[2] / "docs" / "scale.md"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The recipe run twice: a cluster, and somebody else's."""
    (recipe,) = re.findall(r"```sh\n(openssl.*?)```", SCALE.read_text("utf-8"), re.DOTALL)
    ours, others = (tmp_path_factory.mktemp(name) for name in ("ours", "others"))
    for folder in (ours, others):
        subprocess.run(["sh", "-e", "-c", recipe], cwd=folder, check=True, capture_output=True)
    return ours, others


def a_side(folder: Path, purpose: ssl.Purpose) -> ssl.SSLContext:
    """As distributed sets a side up: certificates are asked for on both, names are not compared."""
    context = ssl.create_default_context(purpose, cafile=folder / "ca.pem")
    context.verify_mode = (
        ssl.CERT_REQUIRED if purpose is ssl.Purpose.CLIENT_AUTH else context.verify_mode
    )
    context.check_hostname = False
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Let two sides meet in memory.

    Raises:
        ssl.SSLError: one does not know the other.
    """
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        server.wrap_bio(to_server, to_client, server_side=True),
        client.wrap_bio(to_client, to_server),
    ]
    for _ in range(6):
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert all(side.version() for side in sides)


def test_machines_of_one_cluster_know_each_other(made: tuple[Path, Path]) -> None:
    ours, _ = made
    shake_hands(a_side(ours, ssl.Purpose.CLIENT_AUTH), a_side(ours, ssl.Purpose.SERVER_AUTH))


def test_a_certificate_of_another_cluster_is_let_in_nowhere(made: tuple[Path, Path]) -> None:
    ours, others = made
    with pytest.raises(ssl.SSLError):
        shake_hands(a_side(ours, ssl.Purpose.CLIENT_AUTH), a_side(others, ssl.Purpose.SERVER_AUTH))


def test_keys_are_for_their_owner_alone(made: tuple[Path, Path]) -> None:
    for name in ("ca-key.pem", "key.pem"):
        assert (made[0] / name).stat().st_mode & 0o077 == 0
