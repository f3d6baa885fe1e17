"""What a look saw, what became of a passage, how large something is: in words. PURE.

States, verdicts and times are said in `wording.py`.
"""

__all__ = ["OUTCOMES", "PASSAGES", "say_bytes"]

# outcome of one look -> what it means
OUTCOMES = {
    "ok": "the page came",
    "gone": "there is no such page",
    "temporary": "passing trouble, which says nothing of the page",
    "blocked": "programs are refused",
    "wall": "a paywall or login stands before it",
    "not_checkable": "there is no address to ask",
}
# what became of a passage -> what it means
PASSAGES = {
    "intact": "it stands there as it was",
    "moved": "it stands elsewhere in the text",
    "reworded": "other words, the same numbers, dates and names",
    "altered": "a number, date, name or negation is another",
    "missing": "nothing there can be called the same passage",
}
_KILO = 1000


def say_bytes(size: int) -> str:
    """Return a size in units that people read.

    >>> say_bytes(999), say_bytes(1580), say_bytes(20_400_000)
    ('999 bytes', '1.6 kB', '20.4 MB')
    """
    if size < _KILO:
        return f"{size} bytes"
    return f"{size / _KILO:.1f} kB" if size < _KILO**2 else f"{size / _KILO**2:.1f} MB"
