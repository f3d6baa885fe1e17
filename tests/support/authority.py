"""A time-stamp authority on loopback, made with OpenSSL: a root, a signer, and answers of any kind."""

import shutil
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec.structs import replace

from provenance.settings import Settings, TimestampSettings

HAS_OPENSSL = shutil.which("openssl") is not None

_CONFIG = """
[req]
distinguished_name = dn
[dn]
[ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
basicConstraints = CA:FALSE
[tsa]
default_tsa = t
[t]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256,sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""

# An answer: status, content type, body.
Answer = tuple[int, str, bytes]


def openssl(*arguments: str | Path, cwd: Path, stdin: bytes | None = None) -> bytes:
    """Run OpenSSL; fail where it does."""
    done = subprocess.run(
        ["openssl", *map(str, arguments)], cwd=cwd, input=stdin, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


class Authority:
    """`answer` is what it says to a query; by default what `openssl ts` says."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.root = folder / "ca.pem"
        self.asked: list[tuple[str, str, bytes]] = []
        self.answer: Callable[[bytes], Answer] = self.stamp
        self._make_certificates()

    def _make_certificates(self) -> None:
        (self.folder / "c.cnf").write_text(_CONFIG.format(folder=self.folder))
        (self.folder / "serial").write_text("01\n")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650",
                "-subj", "/CN=Test TSA Root", "-addext", "keyUsage=critical,keyCertSign",
                cwd=self.folder)  # fmt: skip
        openssl("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test TSA",
                "-config", "c.cnf", cwd=self.folder)  # fmt: skip
        openssl("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", "tsa.pem", "-days", "365", "-extfile", "c.cnf",
                "-extensions", "ext", cwd=self.folder)  # fmt: skip

    def stamp(self, query: bytes) -> Answer:
        """Answer as an authority does."""
        (self.folder / "q.tsq").write_bytes(query)
        openssl("ts", "-reply", "-queryfile", "q.tsq", "-out", "r.tsr", "-config", "c.cnf",
                "-section", "t", cwd=self.folder)  # fmt: skip
        return 200, "application/timestamp-reply", (self.folder / "r.tsr").read_bytes()

    def settings(self, base: Settings | None = None, **changes: str) -> Settings:
        """Settings that lead to this authority through the guard."""
        base = base or Settings()
        port = self._server.server_address[1]
        fetch = replace(base.fetch, allow_networks=("127.0.0.1/32",), allow_ports=(port,),
                        first_byte_timeout_s=2.0, total_timeout_s=3.0)  # fmt: skip
        wanted = {"url": f"http://127.0.0.1:{port}/tsr", "ca_file": str(self.root), **changes}
        return replace(base, fetch=fetch, timestamp=TimestampSettings(**wanted))

    def __enter__(self) -> Self:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                authority.asked.append((self.path, self.headers["Content-Type"], query))
                status, kind, body = authority.answer(query)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
