"""What reading alone can find fault with: one table of codes, used by all of `cite`.

Codes are stable: 0xx numbering and encoding, 1xx addresses, 2xx descriptions. A
finding's message says what was seen at its place; the table says what that means.
"""

from typing import NamedTuple

from provenance.model import Finding, Severity

__all__ = ["RULES", "Rule", "find_fault"]


class Rule(NamedTuple):
    """One thing that a finding may say: its code, its name, how bad it is, and what it means."""

    code: str
    name: str
    severity: Severity
    meaning: str


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("FN001", "marker-without-note", "error", "No note stands behind a marker."),
        Rule("FN002", "note-without-marker", "warning", "Nothing in the body points to a note."),
        Rule("FN003", "doubled-number", "error", "Two notes of one list have the same number."),
        Rule("FN004", "gap", "warning", "The numbers of a list leave some out."),
        Rule("FN005", "out-of-order", "warning", "A note stands behind one with a higher number."),
        Rule("FN006", "ambiguous-marker", "error", "A marker fits notes of more than one list."),
        Rule("FN008", "empty-note", "warning", "A note names nothing."),
        Rule("FN010", "unread-list", "warning", "What looks like notes is numbered in a way not read."),
        Rule("FN011", "numbers-of-layout", "info", "Only a layout of the file tells the numbers of notes for sure."),
        Rule("FN012", "note-left-out", "info", "A note's only marker is deleted or hidden, so that it is not printed."),
        Rule("FN013", "embedded-file", "warning", "Another file is embedded whole, and not read."),
        Rule("FN090", "not-utf-8", "info", "The file is in another encoding than UTF-8."),
        Rule("FN091", "undecodable", "warning", "Bytes that are no characters became U+FFFD."),
        Rule("FN092", "unreadable", "error", "The file cannot be read as a document any more."),
        Rule("FN101", "broken-address", "warning", "A blank stands inside an address, or seems to."),
        Rule("FN102", "cut-address", "info", "An address was cut for display and nothing completes it."),
        Rule("FN201", "unresolved-short-form", "warning", "No earlier citation fits a short form for sure."),
        Rule("FN202", "ambiguous-short-form", "warning", "Several earlier citations fit a short form."),
    )
}  # fmt: skip


def find_fault(
    code: str, message: str, label: str | None = None, start: int = 0, end: int = 0
) -> Finding:
    """Return a finding of a rule in the table, with the rule's severity."""
    return Finding(code, RULES[code].severity, message, label, start, end)
