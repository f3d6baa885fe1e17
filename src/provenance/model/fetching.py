"""Records of looking: a source -> Visit(Exchange, ...) -> Verdict -> Check, State."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from provenance.model.words import FailureKind, Outcome, SourceState, Vantage


class Failure(Struct, frozen=True):
    """Why there is no (complete) answer: a fact about the world, with the words that explain it."""

    kind: FailureKind
    detail: str = ""


class Exchange(Struct, frozen=True):
    """One request and its response, as they crossed the wire.

    `response_head` is the status line and header block byte for byte (it ends with
    an empty line). `body` has the transfer-encoding removed and the
    content-encoding kept. `headers` repeats the block, decoded as latin-1, in the
    order and case received. `truncated` is a WARC-Truncated reason or None.
    """

    url: str
    method: str
    at: datetime
    ip: str
    request_head: bytes
    status: int
    response_head: bytes
    headers: tuple[tuple[str, str], ...]
    body: bytes
    elapsed_ms: int
    truncated: Literal["length", "time", "disconnect"] | None = None

    def header(self, name: str) -> str | None:
        """Return the first value of a header, the name without regard to case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Visit(Struct, frozen=True):
    """One look at one URL: every hop in order, then either an answer or a failure.

    `at` is when the look began, `elapsed_ms` includes waiting for the wire but not
    for the host's turn.
    """

    url: str
    at: datetime
    hops: tuple[Exchange, ...] = ()
    failure: Failure | None = None
    elapsed_ms: int = 0
    vantage: Vantage = "online"

    @property
    def last(self) -> Exchange | None:
        """The exchange that the look ended with, if there was any."""
        return self.hops[-1] if self.hops else None

    @property
    def final_url(self) -> str:
        """The URL that the look ended at."""
        return self.hops[-1].url if self.hops else self.url


class Verdict(Struct, frozen=True):
    """What a look amounts to, with the name and version of the rule that said so."""

    outcome: Outcome
    rule: str
    reason: str
    rule_version: int = 1


class Check(Struct, frozen=True):
    """One look at a live source at one moment, as it is recorded: append-only.

    `facts` keeps what a later rule needs to judge again (headers of interest,
    redirect chain, sizes, failure kind).
    """

    id: str
    source_id: str
    at: datetime
    url: str
    outcome: Outcome
    rule: str
    rule_version: int
    reason: str
    http_status: int | None
    final_url: str | None
    elapsed_ms: int
    vantage: Vantage
    capture_id: str | None = None
    facts: dict[str, object] = {}


class Judgement(Struct, frozen=True):
    """What a check amounts to by later rules. The check keeps its first verdict; the latest counts.

    `rules` is the version of the rule set, `basis` what was judged: the look as read back
    from the archive, or the facts that were kept with the check.
    """

    check_id: str
    source_id: str
    at: datetime
    outcome: Outcome
    rule: str
    rule_version: int
    reason: str
    rules: int
    basis: Literal["archive", "facts"]


class State(Struct, frozen=True):
    """What the checks of a source amount to: derived, never stored as fact.

    `rules` is the version of the rules of states that derived it.
    """

    state: SourceState
    rule: str
    reason: str
    last_checked: datetime | None = None
    last_ok: datetime | None = None
    next_due: datetime | None = None
    rules: int = 1


class CheckFacts(Struct, frozen=True):
    """What of a check the state of its source depends on.

    `content` is the digest of what was seen (of its text where that was extracted,
    else of its payload), to tell changed from unchanged. `drift` says in words why
    the page is not what it was, where a comparison with an earlier capture found so.
    `number` rises in the order in which looks were written down, whatever the clock said; 0
    where that is not known.
    """

    at: datetime
    outcome: Outcome
    reason: str
    vantage: Vantage = "online"
    content: str | None = None
    drift: str | None = None
    number: int = 0
