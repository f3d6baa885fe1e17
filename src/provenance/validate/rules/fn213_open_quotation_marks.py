"""FN213 open-quotation-marks: a quotation mark in a note has no partner.

A title or a quotation is opened and never closed, closed and never opened, or opened by a mark of one sort and closed by
one of another. Marks inside marks (“A, “B” C”), German („A“), French («A») and Swedish (”A”) ones are known;
signs of inches and apostrophes are no marks.

## Why it matters
A reader cannot tell where the title ends and the publisher begins, nor can a program that reads the note.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] Ada Tollman, “Barges Wait Below the Ford, Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] Ada Tollman, “Barges Wait Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges
```

## Fix
None: only the author knows where the title ends.
"""

import re
from collections.abc import Iterator

from provenance.cite.patterns import lazy_pattern
from provenance.validate.descriptions import without_addresses
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule

_CLOSERS = {"„": "“”", "“": "”", "«": "»"}
_MARKS = lazy_pattern(r"[„“”«»\"]")
_INCHES = lazy_pattern(r"(?<=\d)\"")
# Each paragraph of a long quotation is opened anew, and only the last one closed.
_OPENS_PARAGRAPH = lazy_pattern(r"\n\s*[“«]", re.MULTILINE)
_CUT = ("...", "…")


def _check(draft: Draft) -> Iterator[Found]:
    for note in draft.parsed.notes:
        text = draft.text[note.start : note.end]
        if not _MARKS.search(text) or text.rstrip().endswith(_CUT):
            continue
        words = without_addresses(text)
        lonely = _find_lonely(words)
        if lonely is None or _OPENS_PARAGRAPH.search(words):
            continue
        at, mark = note.start + lonely, words[lonely]
        message = (
            f"the quotation mark {mark} is never closed"
            if mark in _CLOSERS
            else f"the quotation mark {mark} has no partner in this note"
        )
        yield Found(message, at, at + 1, note.label)


def _find_lonely(words: str) -> int | None:
    """Where the first mark without a partner stands, or None."""
    opened: list[int] = []
    unopened: list[int] = []
    straight: list[int] = []
    is_nested = False
    for match in _MARKS.finditer(words):
        mark, at = match[0], match.start()
        if mark == '"':
            straight.append(at)
        elif opened and mark in _CLOSERS[words[opened[-1]]]:
            opened.pop()
        elif mark in _CLOSERS:
            # «Общество «Ромашка»: where two would close together, Russian prints one
            is_nested = is_nested or (mark == "«" and bool(opened) and words[opened[-1]] == "«")
            opened.append(at)
        else:
            unopened.append(at)
    if len(straight) % 2 and len(_INCHES.findall(words)) % 2 == 0:
        unopened.append(straight[-1])
    elif len(straight) % 2 and opened:
        opened.pop()
    if is_nested and not unopened:
        opened = opened[1:]
    return _choose(opened, unopened)


def _choose(opened: list[int], unopened: list[int]) -> int | None:
    # “A", „A" and »A«, ”A” are pairs of other houses
    if (len(opened) + len(unopened)) % 2 == 0:
        return None
    return min([*opened, *unopened])


RULE = Rule("FN213", "open-quotation-marks", "warning", _check)
