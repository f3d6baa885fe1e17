"""Two lines of one paragraph -> what stands between them: a blank, nothing, or one hyphen less.

An address is broken by typesetters behind `/ - _ = ? & . %` or before one of these,
and in mid-word only where it fills the line. A link annotation that runs on over
both lines proves the break, and says whether a hyphen belongs to the address.

Whether a hyphen at a line's end belongs to the word is told by the document's own
words: set by LaTeX it hyphenates all over, set by Word it mostly does not.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.pdf_bidi import is_from_right
from provenance.cite.readers.pdf_lines import Line

__all__ = ["Joint", "Vocabulary", "join_of", "read_vocabulary"]


class Joint(NamedTuple):
    """What stands between two lines, and how many characters the first one loses at its end."""

    between: str
    dropped: int = 0


_BLANK, _NOTHING, _WITHOUT_HYPHEN = Joint(" "), Joint(""), Joint("", 1)
_ADDRESS_AT_END = lazy_pattern(
    r"(?:(?:https?:|ftp:)(?://?)?|www\.|\b[a-z0-9][a-z0-9-]{0,60}\.(?:[a-z0-9-]{1,60}\.){0,4}[a-z]{2,12}/)\S*\Z",
    re.IGNORECASE,
)
_ADDRESS_AT_START = lazy_pattern(r"[(<\[]?(?:https?:|www\.)", re.IGNORECASE)
_TOKEN = lazy_pattern(r"\S+")
_LAST_TOKEN_REACH = 1000  # few addresses are longer; bounds the search in a paragraph of one word
_NEVER_IN_ADDRESS = ' \t\n\u00a0<>"“”'
_BREAKS_AFTER = "/-_=&?%#~+:"
_BEGINNINGS = {"http:", "https:", "http:/", "https:/", "http://", "https://", "www."}
_MARKS = "/-_=&?%#~."
_ONLY_IN_ADDRESS = "/?=&%_#"
_BEGINS_PIECE = "/?=&%#_"  # no word begins with these
_CLOSERS = ".,;:)]>”’\"'"
_DIGIT = lazy_pattern("[0-9]")
_ENTRY = lazy_pattern(r"\[?[0-9]{1,3}[.)\]]?(?:\s|\Z)")
_EXTENSION = lazy_pattern(r"(?:pdf|html?|aspx?|php|jsp|txt|docx?|xlsx?|com|org|gov|net|edu|int)\Z")
# What may follow an address without punctuation, and is no part of one.
_NEXT_WORDS = frozenset(
    """a accessed also an and archived are as at available but by cited for from has in is last of on or
    retrieved see that the to viewed visited was were which with""".split()
)
# In shares of the size of type: nothing more fits on a line that ends this near to the margin.
_TIGHT = 0.8
_BLANK_WIDTH = 0.25
_WORD = lazy_pattern(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_WORD_BEFORE = lazy_pattern(r"[^\W\d_]+-\Z")
_WORD_AFTER = lazy_pattern(r"[^\W\d_]+")
_REACH = 40
# Where so many first halves are no words of their own, lines are broken inside words.
_HYPHENATED_SHARE = 0.3
_SOFT_HYPHEN = "\u00ad"
_PRINTED_HYPHEN = "\u2010"  # what browsers print where they break a word; no keyboard has it
_HYPHENS = "-" + _PRINTED_HYPHEN


class Vocabulary(NamedTuple):
    """The words that a document uses inside its lines, and whether it breaks words at line ends."""

    words: Counter[str]
    is_hyphenated: bool


def read_vocabulary(lines: Sequence[Line]) -> Vocabulary:
    """Return the words of all lines but those that a line's end may have cut."""
    words: Counter[str] = Counter()
    halves: set[str] = set()  # one compound that is broken again and again proves nothing
    is_cut = False
    for line in lines:
        text = line.text.lower()
        found = _WORD.findall(text.rstrip(_HYPHENS))[int(is_cut) :]
        is_cut = text.endswith(tuple(_HYPHENS))
        if is_cut and found:
            halves.add(found.pop().rpartition("-")[2])
        words.update(found)
        words.update(part for word in found if "-" in word for part in word.split("-"))
    unknown = sum(half not in words for half in halves)
    return Vocabulary(words, bool(halves) and unknown >= _HYPHENATED_SHARE * len(halves))


def join_of(before: str, line: Line, following: Line, vocabulary: Vocabulary) -> Joint:
    """Return what stands between `line` and `following`; `before` is the paragraph up to here."""
    proved = _join_by_link(line, following)
    if proved is not None:
        return proved
    if before.endswith(_SOFT_HYPHEN):
        return _WITHOUT_HYPHEN
    if before.endswith(_PRINTED_HYPHEN):
        return _join_printed_hyphen(before, following.text, vocabulary)
    tail = _last_piece(before)
    head = _TOKEN.match(following.text)
    if head and _goes_on_with_address(tail, head[0], line, following):
        return _NOTHING
    if before.endswith("-"):
        return _join_hyphen(before, following.text, vocabulary)
    is_range = before.endswith("–") and before[-2:-1].isdigit() and following.text[:1].isdigit()
    is_dash = before.endswith("—") and not before.endswith(" —")
    return _NOTHING if is_range or is_dash else _BLANK


def _last_piece(text: str) -> str:
    """The end of a text that may be an address: behind the last blank, quote or angle bracket."""
    reach = text[-_LAST_TOKEN_REACH:]
    return reach[max(map(reach.rfind, _NEVER_IN_ADDRESS)) + 1 :]


def _join_by_link(line: Line, following: Line) -> Joint | None:
    """A link that runs on over the line's end, and shows its own address, says how it goes on."""
    if not line.links or not following.links:
        return None
    start, end, uri = line.links[-1]
    next_start, next_end, next_uri = following.links[0]
    # what hangs in the margin is outside of the link's area; the address itself has to fit
    is_at_end = " " not in line.text[end:]
    if uri != next_uri or not is_at_end or next_start:
        return None
    tail, head = line.text[start:], following.text[:next_end]
    bare = uri.partition("://")[2]
    said = tail.partition("://")[2] or tail.strip("/").removeprefix("http:").removeprefix("https:")
    head = head.rstrip(_CLOSERS)
    if said + head in uri or (not said and bare.startswith(head)):
        return _NOTHING
    if tail.endswith(("-", _SOFT_HYPHEN)) and said[:-1] + head in uri:
        return _WITHOUT_HYPHEN
    return None


def _goes_on_with_address(tail: str, head: str, line: Line, following: Line) -> bool:
    """Tell whether the word `head` of the next line goes on with the address that `tail` is."""
    found = _ADDRESS_AT_END.search(tail)
    if found and found[0].lower() in _BEGINNINGS:
        return not head.lower().startswith("http")
    if not found or _ADDRESS_AT_START.match(head) or _ENTRY.match(following.text):
        return False
    core = head.rstrip(_CLOSERS)
    if not core or core.lower() in _NEXT_WORDS or tail[-1] in ",;)>]”" or is_from_right(core[0]):
        return False
    return _is_broken_at(tail, core, line, following)


def _is_broken_at(tail: str, core: str, line: Line, following: Line) -> bool:
    """Tell whether typesetters break an address between `tail` and `core`, and had to do so here."""
    has_marks = any(mark in core for mark in _MARKS)
    is_full = _first_piece_overflows(core, line, following)
    if tail[-1] in _BREAKS_AFTER:
        return has_marks or _DIGIT.search(core) is not None or (is_full and core[0].islower())
    if tail.endswith("."):  # the end of a sentence, or a dot of the address
        is_path = core[0].islower() and any(mark in core for mark in _ONLY_IN_ADDRESS)
        return is_path or _EXTENSION.match(core) is not None
    if core[0] in _BEGINS_PIECE:
        return len(core) > 1
    if core[0] in _MARKS:
        return is_full and len(core) > 1
    return has_marks and line.limit - line.right < _TIGHT * line.size and core[0] not in "(“‘"


def _first_piece_overflows(head: str, line: Line, following: Line) -> bool:
    """Tell whether the next word, up to where it may be broken, had no room on the line."""
    breaks = [index for index in map(head.find, _BREAKS_AFTER) if index > 0]
    length = min([*breaks, len(head) - 1])
    end = following.edges[length + 1] if length + 1 < len(following.edges) else following.right
    return line.right + end - following.left > line.limit - _BLANK_WIDTH * line.size


def _join_printed_hyphen(before: str, after: str, vocabulary: Vocabulary) -> Joint:
    """Only a word that the document elsewhere writes with a hyphen keeps it."""
    left = _WORD_BEFORE.search(before[:-1] + "-", max(0, len(before) - _REACH))
    right = _WORD_AFTER.match(after)
    if left and right and not _ADDRESS_AT_END.search(_last_piece(before)):
        first, second = left[0][:-1].lower(), right[0].lower()
        if vocabulary.words[f"{first}-{second}"] > vocabulary.words[first + second]:
            return Joint("-", 1)
    return _WITHOUT_HYPHEN


def _join_hyphen(before: str, after: str, vocabulary: Vocabulary) -> Joint:
    left = _WORD_BEFORE.search(before, max(0, len(before) - _REACH))
    right = _WORD_AFTER.match(after)
    if before.endswith((" -", "--")):
        return _BLANK
    if left is None or right is None or not after[:1].islower():
        return _NOTHING
    first, second = left[0][:-1].lower(), right[0].lower()
    words = vocabulary.words
    whole, compound = words[first + second], words[f"{first}-{second}"]
    if whole != compound:
        return _WITHOUT_HYPHEN if whole > compound else _NOTHING
    if not vocabulary.is_hyphenated or (words[first] and words[second]):
        return _NOTHING
    return _WITHOUT_HYPHEN
