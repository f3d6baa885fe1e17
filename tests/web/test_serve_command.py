"""`provenance serve`: listens on this machine, refuses to be careless, says where it is, ends when told."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from unittest import mock

import pytest

from support.asking_web import glued_draft
from support.docx_builder import a_docx, paragraph, reference
from support.runs import run_here
from support.serving import serving

HASHED = "scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAA"


def refused(folder: Path, *arguments: str, settings: str = "") -> str:
    """What is said on standard error where nothing is served."""
    (folder / "provenance.toml").write_text(settings)
    with mock.patch("provenance.web.serving._run", side_effect=AssertionError("it serves")):
        done = run_here(folder, "serve", *arguments)
    assert done.code == 2, done.err
    return done.err


def test_it_says_where_it_is_answers_there_and_ends_when_told(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, server):
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address, timeout=30) as page:
            assert b"Validate a draft" in page.read()
            assert "server" not in page.headers
        asked = urllib.request.Request(
            address.replace("/validate", "/api/validate"), glued_draft().encode()
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert json.load(answer)["documents"][0]["summary"]["error"] == 1
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=20)
    assert server.returncode == 130
    assert "Traceback" not in err


def test_only_this_machine_is_answered(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, _):
        port = int(re.findall(r":(\d+)", address)[0])
        with socket.socket() as elsewhere, pytest.raises(OSError, match="refused"):
            elsewhere.connect(("127.0.0.2", port))
        rebound = urllib.request.Request(address, headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError, match="421"):
            urllib.request.urlopen(rebound, timeout=30)


def test_another_address_wants_a_token(tmp_path: Path) -> None:
    said = refused(tmp_path, "--host", "0.0.0.0")
    assert "there is no token" in said
    assert "--new-token" in said


def test_a_token_does_not_go_over_the_net_unencrypted(tmp_path: Path) -> None:
    said = refused(tmp_path, "--host", "0.0.0.0", settings=f'[serve]\ntoken_scrypt = "{HASHED}"')
    assert "--tls-cert" in said


def test_every_address_wants_a_name(tmp_path: Path) -> None:
    said = refused(
        tmp_path, "--host", "0.0.0.0", "--tls-cert", "c.pem", "--tls-key", "k.pem",
        settings=f'[serve]\ntoken_scrypt = "{HASHED}"',
    )  # fmt: skip
    assert "hosts" in said


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = refused(tmp_path, "--port", str(taken.getsockname()[1]))
    assert "cannot listen at" in said
    assert "--port" in said


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ('[serve]\ntoken_scrypt = "secret"', "token_scrypt"),
        ("[serve]\nmax_at_once = 0", "max_at_once"),
        ("[serve]\ntoken = 1", "token"),
    ],
    ids=["no_hash", "none_at_once", "unknown_key"],
)
def test_settings_that_cannot_be_meant_are_named(tmp_path: Path, settings: str, named: str) -> None:
    assert named in refused(tmp_path, settings=settings)


def test_a_certificate_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "nowhere.pem" in refused(
        tmp_path, "--port", "0", "--tls-cert", "nowhere.pem", "--tls-key", "nowhere.pem"
    )
    assert "belong together" in refused(tmp_path, "--tls-cert", "c.pem")


def test_a_new_token_is_printed_once_and_its_setting_is_taken(tmp_path: Path) -> None:
    done = run_here(tmp_path, "serve", "--new-token")
    token = done.out.strip()
    assert len(token) == 43
    assert token not in done.err
    (tmp_path / "provenance.toml").write_text(done.err[done.err.index("[serve]") :])
    with serving(tmp_path) as (address, _):
        asked = urllib.request.Request(
            address.replace("/validate", "/api/rules"), headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(address.replace("/validate", "/api/rules"), timeout=30)


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "sys.modules['fastapi'] = None\n"
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'fastapi' else find(name, *a)\n"
        "from provenance.cli import main\n"
        "sys.exit(main(['serve']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'provenance-desk[web]'" in done.stderr


def test_with_a_certificate_it_speaks_https(tmp_path: Path) -> None:
    import ssl

    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with serving(tmp_path, "--tls-cert", "cert.pem", "--tls-key", "key.pem") as (address, _):
        assert address.startswith("https://127.0.0.1:")
        with urllib.request.urlopen(address, timeout=30, context=trusting) as page:
            assert b"Validate a draft" in page.read()


def children_of(pid: int) -> list[int]:
    listed = Path("/proc").glob(f"{pid}/task/*/children")
    return [int(each) for one in listed for each in one.read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="there is no /proc to find it by")
def test_a_reader_of_word_files_that_is_killed_is_started_again(tmp_path: Path) -> None:
    body = paragraph("Two barges were stopped below the ford.", reference(1))
    word_file = a_docx(body, footnotes={1: "https://www.tolls.example/2024/03/barges"})
    with serving(tmp_path) as (address, server):

        def answered() -> int:
            place = address.replace("/validate", "/api/validate?name=a.docx")
            with urllib.request.urlopen(
                urllib.request.Request(place, word_file), timeout=60
            ) as answer:
                return len(json.load(answer)["documents"])

        assert answered() == 1
        (reader,) = children_of(server.pid)
        os.kill(reader, signal.SIGKILL)
        assert answered() == 1
        assert children_of(server.pid) != [reader]


def test_a_persons_token_names_them_and_a_readers_is_no_editors(tmp_path: Path) -> None:
    settings, tokens = "", {}
    for arguments in (
        ["--name", "ada"],
        ["--role", "reader", "--name", "bo"],
        ["--role", "reader"],
    ):
        done = run_here(tmp_path, "serve", "--new-token", *arguments)
        said = done.err[done.err.index("\n[") + 1 :]
        # tables of their own come after [serve]'s keys
        settings = settings + said if said.startswith("[[") else said + settings
        tokens[" ".join(arguments)] = done.out.strip()
    assert tokens["--name ada"].startswith("ada.")
    (tmp_path / "provenance.toml").write_text(settings)
    with serving(tmp_path) as (address, _):
        for token in tokens.values():
            asked = urllib.request.Request(
                address.replace("/validate", "/api/rules"),
                headers={"Authorization": f"Bearer {token}"},
            )
            with urllib.request.urlopen(asked, timeout=30) as answer:
                assert answer.status == 200
    lines = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    came = [(line["who"], line["role"]) for line in lines if line["event"] == "token"]
    assert came == [("ada", "editor"), ("bo", "reader"), ("reader", "reader")]
    assert (tmp_path / "audit.jsonl").stat().st_mode & 0o077 == 0
    assert not any(token in (tmp_path / "audit.jsonl").read_text() for token in tokens.values())


@pytest.mark.parametrize("name", ["Ada", "a b", "a.b", "-a", "a" * 33, "ä", 'a"b'], ids=ascii)
def test_a_name_that_no_setting_could_hold_is_refused(tmp_path: Path, name: str) -> None:
    assert "--name" in refused(tmp_path, "--new-token", "--name", name)


def test_a_proxy_lets_others_in_and_wants_a_token(tmp_path: Path) -> None:
    assert "behind_proxy" in refused(tmp_path, settings="[serve]\nbehind_proxy = true")


def test_a_log_that_cannot_be_written_is_said_before_anybody_signs_in(tmp_path: Path) -> None:
    settings = f'[serve]\ntoken_scrypt = "{HASHED}"\naudit_log = "nowhere/audit.jsonl"'
    said = refused(tmp_path, "--port", "0", settings=settings)
    assert "nowhere/audit.jsonl" in said
    assert "serve.audit_log" in said
