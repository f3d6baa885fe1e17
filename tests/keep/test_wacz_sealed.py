"""Signatures and time stamps on packages: good where strangers say so too, bad where anything differs."""

import base64
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from msgspec.structs import replace

from provenance import Workplace
from provenance.errors import SettingsError
from provenance.pipeline.verify import verify_package
from provenance.settings import Settings, SignSettings
from support.authority import HAS_OPENSSL, Answer, Authority, openssl
from support.packages import (
    an_archived_update,
    as_written,
    export,
    files_of,
    repack,
    validate_with_py_wacz,
    with_true_digests,
)
from support.runs import run_here
from support.workplace import settings_file

pytestmark = pytest.mark.skipif(not HAS_OPENSSL, reason="the stranger here is openssl")

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    return an_archived_update(tmp_path_factory.mktemp("sealed"))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("key")
    openssl("genpkey", "-algorithm", "ed25519", "-out", "sign.pem", cwd=folder)
    return folder / "sign.pem"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Authority(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.fixture(autouse=True)
def _plain_answers(authority: Authority) -> None:
    authority.answer = authority.stamp
    authority.asked.clear()


def with_settings(workplace: Workplace, settings: Settings) -> Workplace:
    return replace(workplace, settings=settings)


def signing(key: Path, base: Settings | None = None) -> Settings:
    return replace(base or Settings(), sign=SignSettings(str(key)))


def digest_file(package: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads(files_of(package)["datapackage-digest.json"])
    return read


@pytest.fixture(scope="module")
def sealed(
    archived: Workplace, key: Path, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("out") / "sealed.wacz"
    report = export(with_settings(archived, signing(key, authority.settings())), out)
    assert report.warnings == ()
    assert report.stamped_by is not None
    return out


# -- signatures ---------------------------------------------------------------


def test_a_signed_package_is_what_the_specification_says_and_py_wacz_takes_it(
    sealed: Path,
) -> None:
    signed = digest_file(sealed)["signedData"]
    assert isinstance(signed, dict)
    named = {"hash", "created", "software", "version", "signature", "publicKey"}
    assert set(signed) == named, "WACZ Auth 0.1.0 allows no other property"
    assert signed["hash"] == digest_file(sealed)["hash"]
    validate_with_py_wacz(sealed)


def test_openssl_and_raw_cryptography_verify_the_signature(
    sealed: Path, key: Path, tmp_path: Path
) -> None:
    signed = digest_file(sealed)["signedData"]
    assert isinstance(signed, dict)
    signature = base64.b64decode(signed["signature"])
    public = base64.b64decode(signed["publicKey"])
    load_der_public_key(public).verify(signature, signed["hash"].encode())  # type: ignore[union-attr, call-arg]
    (tmp_path / "text").write_text(signed["hash"])
    (tmp_path / "signature").write_bytes(signature)
    (tmp_path / "public.der").write_bytes(public)
    openssl("pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "public.der", "-keyform", "DER",
            "-in", "text", "-sigfile", "signature", cwd=tmp_path)  # fmt: skip
    assert openssl("pkey", "-in", key, "-pubout", "-outform", "DER", cwd=tmp_path) == public


def test_the_same_archive_and_key_give_the_same_bytes(
    archived: Workplace, key: Path, tmp_path: Path
) -> None:
    for name in ("one.wacz", "two.wacz"):
        export(with_settings(archived, signing(key)), tmp_path / name)
    assert (tmp_path / "one.wacz").read_bytes() == (tmp_path / "two.wacz").read_bytes()


def forged_title(files: Files) -> None:
    """Another title, and every digest mended: the signature is what stands in the way."""
    manifest = json.loads(files["datapackage.json"])
    files["datapackage.json"] = json.dumps({**manifest, "title": "Forged"}).encode()
    with_true_digests(files)


def forged_title_and_hash(files: Files) -> None:
    forged_title(files)
    digest = json.loads(files["datapackage-digest.json"])
    digest["signedData"]["hash"] = digest["hash"]
    files["datapackage-digest.json"] = json.dumps(digest).encode()


def torn_key(files: Files) -> None:
    digest = json.loads(files["datapackage-digest.json"])
    digest["signedData"]["publicKey"] = digest["signedData"]["publicKey"][:20]
    files["datapackage-digest.json"] = json.dumps(digest).encode()


@pytest.mark.parametrize("change", [forged_title, forged_title_and_hash, torn_key])
def test_a_signature_of_something_else_is_bad(sealed: Path, tmp_path: Path, change: object) -> None:
    verified = verify_package(repack(sealed, tmp_path / "f.wacz", change), tmp_path)  # type: ignore[arg-type]
    assert verified.signature.verdict == "bad"
    assert not verified.is_good


def test_the_fingerprint_is_of_the_public_key(sealed: Path, key: Path, tmp_path: Path) -> None:
    public = openssl("pkey", "-in", key, "-pubout", "-outform", "DER", cwd=tmp_path)
    shown = openssl("dgst", "-sha256", "-r", cwd=tmp_path, stdin=public).decode().split()[0]
    verified = verify_package(sealed, tmp_path)
    assert verified.signature.verdict == "good"
    assert verified.signature.key_sha256 == shown


@pytest.mark.parametrize("kind", ["absent", "no key", "rsa", "locked"])
def test_a_key_that_cannot_sign_is_said_before_anything_is_written(
    archived: Workplace, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "key.pem"
    if kind == "no key":
        path.write_text("no key")
    elif kind == "rsa":
        openssl("genpkey", "-algorithm", "RSA", "-out", "key.pem", cwd=tmp_path)
    elif kind == "locked":
        openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:x", "-out", "key.pem",
                cwd=tmp_path)  # fmt: skip
    with pytest.raises(SettingsError, match=r"sign\.key_file") as caught:
        export(with_settings(archived, signing(path)), tmp_path / "all.wacz")
    assert "openssl genpkey" in caught.value.hint
    assert not (tmp_path / "all.wacz").exists()


# -- time stamps --------------------------------------------------------------


def test_openssl_verifies_the_time_stamp_over_the_manifest(
    sealed: Path, authority: Authority, tmp_path: Path
) -> None:
    stamp = digest_file(sealed)["timeStamp"]
    assert isinstance(stamp, dict)
    (tmp_path / "datapackage.json").write_bytes(files_of(sealed)["datapackage.json"])
    (tmp_path / "stamp.tsr").write_bytes(base64.b64decode(stamp["response"]))
    (tmp_path / "chain.pem").write_text(stamp["chain"])
    for roots in (authority.root, "chain.pem"):
        openssl("ts", "-verify", "-data", "datapackage.json", "-in", "stamp.tsr",
                "-CAfile", roots, cwd=tmp_path)  # fmt: skip


def test_the_authority_is_asked_with_a_nonce_and_only_for_a_digest(
    archived: Workplace, authority: Authority, tmp_path: Path
) -> None:
    for name in ("one.wacz", "two.wacz"):
        export(with_settings(archived, authority.settings()), tmp_path / name)
    [one, two] = authority.asked
    assert one[:2] == two[:2] == ("/tsr", "application/timestamp-query")
    assert one[2] != two[2], "the same manifest, another nonce"
    assert len(one[2]) < 100
    (tmp_path / "q").write_bytes(one[2])
    told = openssl("ts", "-query", "-in", "q", "-text", cwd=tmp_path).decode()
    assert "sha256" in told
    assert "Nonce: 0x" in told
    assert "Certificate required: yes" in told


def test_a_time_stamp_is_trusted_only_by_a_root_that_the_reader_names(
    sealed: Path, authority: Authority, tmp_path: Path
) -> None:
    known = verify_package(sealed, tmp_path, str(authority.root)).time_stamp
    assert (known.verdict, known.trusted, known.signer) == ("good", True, "CN=Test TSA")
    assert known.at is not None
    assert abs(datetime.fromisoformat(known.at) - datetime.now(UTC)) < timedelta(minutes=10)
    unknown = verify_package(sealed, tmp_path).time_stamp
    assert (unknown.verdict, unknown.trusted) == ("good", False)
    other = Authority(tmp_path / "other")
    stranger = verify_package(sealed, tmp_path, str(other.root)).time_stamp
    assert (stranger.verdict, stranger.trusted) == ("good", False)


def test_a_time_stamp_of_something_else_is_bad(
    sealed: Path, authority: Authority, tmp_path: Path
) -> None:
    forged = repack(sealed, tmp_path / "f.wacz", forged_title)
    stamp = verify_package(forged, tmp_path, str(authority.root)).time_stamp
    assert stamp.verdict == "bad"
    assert "Mismatch" in stamp.reason


@pytest.mark.parametrize("length", [0, 1, 40, 400])
def test_a_torn_time_stamp_is_bad_and_no_fault(sealed: Path, tmp_path: Path, length: int) -> None:
    def tear(files: Files) -> None:
        digest = json.loads(files["datapackage-digest.json"])
        torn = base64.b64decode(digest["timeStamp"]["response"])[:length]
        digest["timeStamp"]["response"] = base64.b64encode(torn).decode()
        files["datapackage-digest.json"] = json.dumps(digest).encode()

    verified = verify_package(repack(sealed, tmp_path / "torn.wacz", tear), tmp_path)
    assert verified.time_stamp.verdict == "bad"
    assert not verified.is_good


def refuses(_: bytes) -> Answer:
    return 503, "text/html", b"<p>closed"


def says_a_page(_: bytes) -> Answer:
    return 200, "text/html", b"<p>Welcome to the hotel's network"


def says_nothing(_: bytes) -> Answer:
    return 200, "application/timestamp-reply", b""


def says_rubbish(_: bytes) -> Answer:
    return 200, "application/timestamp-reply", b"\x30\x82\xff\xff" * 20


def says_much(_: bytes) -> Answer:
    return 200, "application/timestamp-reply", bytes(3_000_000)


def sleeps(_: bytes) -> Answer:
    time.sleep(2.6)
    return 200, "application/timestamp-reply", b""


@pytest.mark.parametrize(
    "answer", [refuses, says_a_page, says_nothing, says_rubbish, says_much, sleeps]
)
def test_an_authority_that_fails_leaves_a_package_without_and_a_warning(
    archived: Workplace, authority: Authority, tmp_path: Path, answer: object
) -> None:
    authority.answer = answer  # type: ignore[assignment]
    report = export(with_settings(archived, authority.settings()), tmp_path / "all.wacz")
    assert report.stamped_by is None
    assert len(report.warnings) == 1
    assert report.warnings[0].startswith("no time stamp: ")
    verified = verify_package(tmp_path / "all.wacz", tmp_path)
    assert verified.is_good
    assert verified.time_stamp.verdict == "none"


def test_an_answer_to_an_earlier_question_is_no_answer(
    archived: Workplace, authority: Authority, tmp_path: Path
) -> None:
    """The nonce tells: whoever stands between could else give an old time for the same manifest."""
    workplace = with_settings(archived, authority.settings())
    export(workplace, tmp_path / "one.wacz")
    old = authority.stamp(authority.asked[0][2])
    authority.answer = lambda _: old
    report = export(workplace, tmp_path / "two.wacz")
    assert report.stamped_by is None
    assert "Nonce" in report.warnings[0]


def test_a_signer_of_another_root_is_no_authority(
    archived: Workplace, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    settings = authority.settings(ca_file=str(other.root))
    report = export(with_settings(archived, settings), tmp_path / "all.wacz")
    assert report.stamped_by is None
    assert len(report.warnings) == 1


def test_the_authority_stands_behind_the_same_guard_as_every_host(
    archived: Workplace, authority: Authority, tmp_path: Path
) -> None:
    settings = authority.settings()
    guarded = replace(settings, fetch=replace(settings.fetch, allow_networks=()))
    report = export(with_settings(archived, guarded), tmp_path / "all.wacz")
    assert authority.asked == []
    assert "guard" in report.warnings[0]


def test_an_authority_without_a_root_is_bad_settings(
    archived: Workplace, authority: Authority, tmp_path: Path
) -> None:
    settings = authority.settings(ca_file="")
    with pytest.raises(SettingsError, match=r"timestamp\.ca_file"):
        export(with_settings(archived, settings), tmp_path / "all.wacz")
    assert not (tmp_path / "all.wacz").exists()


def test_the_command_warns_and_is_done_where_the_authority_is_down(
    archived: Workplace, authority: Authority, key: Path, tmp_path: Path
) -> None:
    authority.answer = refuses
    settings = authority.settings()
    config = settings_file(
        tmp_path, settings,
        fetch={"allow_ports": list(settings.fetch.allow_ports)},
        sign={"key_file": str(key)},
        timestamp={"url": settings.timestamp.url, "ca_file": settings.timestamp.ca_file},
    )  # fmt: skip
    done = run_here(tmp_path, "export", "--format", "wacz", "-o", "all.wacz", "--config", config,
               "--db", archived.db_path, "--archive", archived.archive_root)  # fmt: skip
    assert done.code == 0, done.err
    assert "no time stamp" in done.err
    assert "key sha256:" in done.out
    done = run_here(tmp_path, "verify", "all.wacz", "--config", config)
    assert (done.code, "signature   good" in done.out) == (0, True)


def test_without_the_extra_a_stamp_is_said_to_need_it(sealed: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['rfc3161_client'] = None;"
        "from provenance.cli import main; main(['verify', sys.argv[1]])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(sealed)], cwd=tmp_path,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 2
    assert "provenance-desk[timestamp]" in done.stderr


def test_no_changed_byte_of_a_time_stamp_changes_what_it_says(
    sealed: Path, authority: Authority, tmp_path: Path
) -> None:
    """Every 20th byte: the stamp is refused then, but for the name of the algorithm that signed it.

    That name stands twice in a token (RFC 5652, section 5.3), the second time not covered by anything;
    OpenSSL goes by the key.
    """
    files = files_of(sealed)
    digest = json.loads(files["datapackage-digest.json"])
    token = base64.b64decode(digest["timeStamp"]["response"])
    roots = str(authority.root)
    granted = verify_package(sealed, tmp_path, roots).time_stamp
    assert granted.trusted
    accepted = 0
    for at in range(0, len(token), 20):
        other = token[:at] + bytes([token[at] ^ 0x01]) + token[at + 1 :]
        digest["timeStamp"]["response"] = base64.b64encode(other).decode()
        changed = {**files, "datapackage-digest.json": as_written(digest)}
        out = repack(sealed, tmp_path / "changed.wacz", lambda old, new=changed: old.update(new))
        verified = verify_package(out, tmp_path, roots)
        assert verified.time_stamp == granted or not verified.is_good
        accepted += verified.is_good
    assert accepted <= 1
