"""The closed lists of words: one name for one thing, as in the contract."""

from typing import Literal

CitationKind = Literal[
    "web", "subscription", "on_request", "communication", "work", "commentary", "unknown"
]
Access = Literal["open", "subscription", "login", "on_request", "none"]
Severity = Literal["error", "warning", "info"]
Outcome = Literal["ok", "gone", "temporary", "blocked", "wall", "not_checkable"]
SourceState = Literal[
    "unchecked",
    "alive",
    "drifted",
    "walled",
    "blocked",
    "failing",
    "dead",
    "revived",
    "not_checkable",
]
EvidenceVerdict = Literal[
    "supported", "partial", "not_found", "source_unavailable", "not_checkable"
]
Vantage = Literal["online", "offline"]

# Why there is no (complete) answer.
FailureKind = Literal[
    "offline",  # the vantage: the canaries do not answer either
    "nxdomain",  # RCODE 3 while the canaries answer
    "dns",  # any other failure of the name service
    "guard",  # the address may not be reached (SSRF guard)
    "refused",  # TCP connection refused
    "unreachable",  # no route, network down
    "timeout",
    "tls",
    "reset",  # the connection ended before the response did
    "protocol",  # what came back is no HTTP
    "redirects",  # more hops than allowed, a loop, or a Location that leads nowhere
    "robots",  # a rule of robots.txt matches
    "robots_unavailable",  # robots.txt answers 5xx
    "later",  # the host asked us to wait longer than this run does
    "unsupported",  # not http or https
    "cut",  # the note shows only the beginning of the URL
]
