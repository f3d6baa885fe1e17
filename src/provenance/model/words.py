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

# Who says what a cut address was, in the order in which they are asked.
RecoveryRule = Literal[
    "correction",  # a person, in footnotes/corrections.toml
    "document",  # the same document shows the whole address elsewhere
    "origin_page",  # the same note on the page that the document was copied from
    "known_source",  # another document of the same month cites it
    "web_archive",  # a web archive's index of what begins like this
]
RecoveryDecision = Literal[
    "adopted",  # exactly one address fits
    "ambiguous",  # several fit
    "unproven",  # one fits, but so would others that nobody has shown us
    "left",  # a person decided to leave the address as it stands
    "nothing",  # nothing fits
]

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
