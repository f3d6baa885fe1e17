"""What servers, name services and attackers do: the words of a catalogue, as data.

A behaviour is a name, a sentence, what is said on the wire, and what a look must
end with. The catalogue is in five parts (`hostile_web_wire`, `_pages`, `_ways`,
`_names`, `_sockets`); docs/behaviours.md is made from it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from support.web import Asked, Part, page

Reply = bytes | list[Part] | Callable[[Asked], "bytes | Iterable[Part]"]

# The limits under which the catalogue is run: small, so that what is endless ends soon,
# and wide enough for a machine on which eight others work.
FIRST_BYTE_S = 2.0
TOTAL_S = 3.0
CONNECT_S = 3.0
LOOKUP_S = 3.0
AT_ONCE = 32
MAX_HEAD_BYTES = 16_384
MAX_BODY_BYTES = 100_000

OK = b"HTTP/1.1 200 OK\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n"
CHUNKED = OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n"
TITLE = "A report"
WORDS = " ".join(f"word{number}" for number in range(300))
BODY = f"<title>{TITLE}</title><p>{WORDS}".encode()
REPORT = page(BODY)


class Behaviour(NamedTuple):
    """One thing that somebody does, and what a look at it amounts to.

    `routes` are of the behaviour's own host by path, or of another one by
    `host/path`. `server` names a socket with a mind of its own (`hostile_web_sockets`).
    `holds` is the ETag of what we hold already, `shows` what the page must hold (site table);
    with `by_head` the look is a cheap one, that begins with HEAD.
    `body` and `title` are what must have been kept and read; None is not looked at.
    """

    name: str
    says: str
    outcome: str
    rule: str
    routes: Mapping[str, Reply] = {}
    url: str = ""
    host: str = ""
    server: str = ""
    truncated: str | None = None
    body: bytes | None = None
    title: str | None = None
    hops: int | None = None
    holds: str = ""
    shows: str = ""
    by_head: bool = False

    @property
    def own_host(self) -> str:
        """The host that is cited."""
        return self.host or self.name.replace("_", "-") + ".test"

    @property
    def cited(self) -> str:
        """The URL that is cited."""
        return self.url or f"http://{self.own_host}/reports/x"


def expect(text: str) -> tuple[str, str]:
    """Read `outcome/rule`; a lone `ok` is both."""
    outcome, _, rule = text.partition("/")
    return outcome, rule or outcome
