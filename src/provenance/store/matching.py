"""What a person types as an FTS5 expression, and what FTS5 marks as spans.

What a person types is never FTS5 syntax: words are looked for as they stand, all
of them, `"words in quotes"` as a phrase, and every other sign is taken as text.
"""

import re

from provenance.formats.strangers import storable
from provenance.store.folding import bare_word
from provenance.text import Span

__all__ = ["CLOSE", "OPEN", "match_expression", "phrase_expression", "unmark"]

# Noncharacters: they stand in no sound text, and where they do only the highlighting suffers.
OPEN, CLOSE = "\ufdd0", "\ufdd1"
# FTS5 gives up on expressions that nest too deep; nobody types so many words.
_MAX_TERMS = 60
_MAX_TERM_CHARS = 2_000
# FTS5 puts the rows of all words with a prefix together before it hands out the first.
_SHORTEST_PREFIX = 4
_TERM = re.compile(r'"([^"]*)"|(\S+)')


def match_expression(query: str, *, prefix: bool = False, phrase: bool = False) -> str:
    """Return the FTS5 expression for what a person typed; empty where it holds no word.

    With `prefix` the last word may go on (up to three Latin letters may not: too many words begin
    with them), with `phrase` all of it stands in this order.

    >>> print(match_expression('NEAR("Mali OR)'))
    "NEAR(""Mali" AND "OR)"
    >>> print(match_expression('"central Mali" atta', prefix=True))
    "central Mali" AND "atta" *
    """
    # FTS5 reads its expression as a C string, which ends at NUL.
    sound = storable(query).replace("\0", " ")
    terms = [sound] if phrase else [quoted or word for quoted, word in _TERM.findall(sound)]
    wordy = [_shortened(term) for term in terms if any(map(str.isalnum, term))]
    goes_on = prefix and bool(wordy) and _may_go_on(wordy[-1])
    asked = [
        _either_way(term, " *" if goes_on and number == len(wordy) else "")
        for number, term in enumerate(wordy, start=1)
    ]
    return " AND ".join(asked[:_MAX_TERMS])


def phrase_expression(query: str, *, prefix: bool = False) -> str:
    """Return what finds all words of `query` in this order; empty where order says nothing.

    That is where it has one word only, or phrases of its own.
    """
    words = storable(query).split()
    if '"' in query or len(words) < 2 or len(words) > _MAX_TERMS:
        return ""
    made = match_expression(query, phrase=True)
    goes_on = prefix and _may_go_on(words[-1]) and made.endswith('"')
    return f"{made} *" if goes_on else made


def _may_go_on(word: str) -> bool:
    return len(word) >= _SHORTEST_PREFIX or not word.isascii()


def _either_way(term: str, suffix: str) -> str:
    """Ask for a term as it was typed, and bare where that is something else."""
    forms = dict.fromkeys((term, " ".join(map(bare_word, term.split()))))
    asked = ['"' + form.replace('"', '""') + '"' + suffix for form in forms]
    return asked[0] if len(asked) == 1 else f"({' OR '.join(asked)})"


def _shortened(term: str) -> str:
    if len(term) <= _MAX_TERM_CHARS:
        return term
    head = term[:_MAX_TERM_CHARS]
    return head.rpartition(" ")[0] or head


def unmark(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Return the text without its marks, and the spans that they stood around."""
    parts: list[str] = []
    ranges: list[Span] = []
    length = 0
    opened: int | None = None
    for part in re.split(f"([{OPEN}{CLOSE}])", marked):
        if part == OPEN:
            opened = length
        elif part == CLOSE:
            if opened is not None:
                ranges.append(Span(opened, length))
            opened = None
        else:
            parts.append(part)
            length += len(part)
    return "".join(parts), tuple(ranges)
