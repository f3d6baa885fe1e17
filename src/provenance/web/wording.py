"""States, verdicts, scores and times in the words that a page shows; and which addresses may be links."""

import re
from urllib.parse import urlsplit

__all__ = [
    "clear",
    "day",
    "minute",
    "outside",
    "score_number",
    "score_words",
    "state_words",
    "verdict_words",
    "words_after",
    "words_before",
]

_STATES = {
    "alive": "alive",
    "drifted": "drifted",
    "walled": "walled",
    "blocked": "blocked",
    "failing": "failing",
    "dead": "gone",
    "revived": "back",
    "not_checkable": "not checkable",
    "unchecked": "not looked at",
}
_STATES_EXPLAINED = {
    "alive": "It answers, as far as was last seen.",
    "drifted": "It answers, and no longer says what it did.",
    "walled": "It answers, and shows its text only to who signs in or pays.",
    "blocked": "It answers, and refuses programs like this one.",
    "failing": "It failed lately, not yet often enough to be called gone.",
    "dead": "It failed so often, over so long, that it counts as gone.",
    "revived": "It was gone and answers again.",
    "not_checkable": "It has no address that could be asked.",
    "unchecked": "Nobody has looked yet.",
}
_VERDICTS = {
    "supported": "supported?",
    "partial": "supported in part?",
    "not_found": "nothing found",
    "source_unavailable": "no copy to look in",
    "not_checkable": "nothing to look for",
    "unseen": "not looked into yet",
}
# The chance that the passage shown is the one that is meant, by the calibration in docs/evidence.md:
# of passages at 0.8 and above 0.93 are, below 0.5 fewer than half.
_SCORES = ((0.95, "very likely"), (0.8, "likely"), (0.5, "perhaps"), (0.0, "unlikely"))
_ALL_BUT_ONE = 0.995
_BLANK = re.compile(r"\s")
# What reorders, hides or ends a line: in an address nobody writes it for an honest reason.
_STEERING = {
    code: f"⟨U+{code:04X}⟩"
    for code in (
        *range(0x20), 0x7F, *range(0x80, 0xA0), 0x061C, *range(0x200B, 0x2010), *range(0x2028, 0x202F),
        *range(0x2060, 0x206A), 0xFEFF,
    )
}  # fmt: skip


def state_words(state: str | None) -> tuple[str, str]:
    """Return a state's name as people say it, and what it means in a sentence."""
    known = state or "unchecked"
    return _STATES.get(known, known.replace("_", " ")), _STATES_EXPLAINED.get(known, "")


def verdict_words(verdict: str | None) -> str:
    """Return a verdict as people say it: a question, since no method knows what is true."""
    known = verdict or "unseen"
    return _VERDICTS.get(known, known.replace("_", " "))


def score_words(score: float) -> str:
    """Return how likely it is, in words, that a passage is the one that is meant.

    >>> score_words(0.98), score_words(0.31)
    ('very likely', 'unlikely')
    """
    return next(words for least, words in _SCORES if score >= least)


def score_number(score: float) -> str:
    """Return a score with two digits, never as the certainty that it is not.

    >>> score_number(0.9834), score_number(0.9981)
    ('0.98', 'above 0.99')
    """
    return f"{score:.2f}" if score < _ALL_BUT_ONE else "above 0.99"


def words_before(prefix: str | None) -> str:
    """Return the whole words of what stands before a passage: where it was cut is no word.

    >>> words_before("atch, February 18. ")
    ' February 18. '
    """
    cut = _BLANK.search(prefix or "")
    return (prefix or "")[cut.start() :] if cut else prefix or ""


def words_after(suffix: str | None) -> str:
    """Return the whole words of what stands behind a passage.

    >>> words_after(" The guild is sai")
    ' The guild is '
    """
    blanks = list(_BLANK.finditer(suffix or ""))
    return (suffix or "")[: blanks[-1].end()] if blanks else suffix or ""


def day(at: str | None) -> str:
    """Return the day of a time in ISO 8601; "" where there is none."""
    return (at or "")[:10]


def minute(at: str | None) -> str:
    """Return the day and minute of a time in ISO 8601, in UTC.

    >>> minute("2024-03-08T10:05:59.000000Z")
    '2024-03-08 10:05 UTC'
    """
    return f"{at[:10]} {at[11:16]} UTC" if at else ""


def outside(url: str | None) -> str:
    """Return an address if it may be a link to another site (http, https, with a host), else "".

    >>> outside("https://tolls.example/a"), outside("javascript:alert(1)"), outside("https:///x")
    ('https://tolls.example/a', '', '')
    """
    if not url or any(ord(char) in _STEERING for char in url):
        return ""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return url if is_web else ""


def clear(text: str | None) -> str:
    """Return an address with whatever would hide or turn a part of it around spelled out.

    >>> clear("https://a.example/" + chr(0x202E) + "gpj.exe")
    'https://a.example/⟨U+202E⟩gpj.exe'
    """
    return (text or "").translate(_STEERING)
