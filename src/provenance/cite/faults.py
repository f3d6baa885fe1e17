"""Findings about addresses: broken by a blank, or cut and completed by nothing."""

from collections.abc import Iterator, Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.cite.rules import find_fault
from provenance.model import Citation, Finding, Note

__all__ = ["find_broken_addresses"]

# What goes on behind the blank is no word of a sentence: `atmis-drawdown-june-2024`, `0815.html`.
_PIECE = r"(?!https?:|www\.)[\w%~+-]*(?:[\w%~+]-[\w%~+]|[/=&_]\w|\d{3}|\.(?:html?|php|aspx?|pdf)\b)[^\s;,”\"»)\]]*"
_AFTER_OPEN_END = lazy_pattern(rf"[ \u00a0]{{1,2}}(?P<piece>{_PIECE})")
_AFTER_ANY_END = lazy_pattern(r"[ \u00a0]{1,2}(?P<piece>[/_?=&#%-][\w%~+=&./-]*\w)")
_OPEN_ENDS = ("/", "-", "_", "=", "&", "?", "%")


def find_broken_addresses(text: str, notes: Sequence[Note]) -> list[Finding]:
    """Return a finding for every address that seems to go on behind a blank, and every one cut short.

    Nothing is glued: that the next word is a piece of the address is a guess.
    """
    return [
        finding
        for note in notes
        for citation in note.citations
        for finding in _faults_of(text, note, citation)
    ]


def _faults_of(text: str, note: Note, citation: Citation) -> Iterator[Finding]:
    if citation.truncated:
        message = f"the address “{citation.raw}” is cut, and nothing here completes it"
        yield find_fault("FN102", message, note.label, citation.start, citation.end)
        return
    if citation.kind != "web" or citation.href or not citation.url:
        return
    goes_on = _AFTER_OPEN_END if citation.raw.endswith(_OPEN_ENDS) else _AFTER_ANY_END
    if match := goes_on.match(text, citation.end, note.end):
        message = f"a blank may break this address before “{match['piece']}”"
        yield find_fault("FN101", message, note.label, citation.start, match.end())
