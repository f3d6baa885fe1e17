"""Lines that are seen from the right -> the order in which they are read.

A PDF says where each character stands, not in which order it is read. Here characters come in
the order of sight, from the line's side of beginning; what runs the other way (a Latin name in
a Hebrew sentence, a Hebrew word in an English one, every number) is turned back. This is the
inverse of the Unicode bidirectional algorithm (UAX 9) for one level of embedding. Where two
texts look the same it takes the usual one: "Watch 2024" rather than a number and then a name.
"""

import unicodedata
from collections.abc import Iterator, Sequence

from provenance.cite.patterns import lazy_pattern

__all__ = [
    "has_from_right",
    "is_from_right",
    "plain_letters",
    "reading_order",
    "with_true_brackets",
]

# Hebrew to Arabic Extended-A, and the presentation forms of both; their digits are no letters.
_RIGHT_LETTER = (
    "\u05d0-\u05f4\u0620-\u064a\u066e-\u06d5\u06ee\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
)
_RIGHT = lazy_pattern(f"[{_RIGHT_LETTER}]")
_ARABIC = lazy_pattern("[\u0620-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_FORMS = lazy_pattern("[\ufb00-\ufdff\ufe70-\ufefc]")
_LEFT = "[A-Za-zªº\u00c0-\u02b8\u0370-\u0523\u1e00-\u1fff]"
_LEFT_LETTER = lazy_pattern(_LEFT)
# UAX 9, W4: a single separator between digits; a hyphen not where Arabic letters stand before.
_SEPARATORS = ".,:/\u066b\u066c\u060c\u00a0"
_HEBREW_SEPARATORS = _SEPARATORS + "-+"
_BEHIND_NUMBER, _BEFORE_NUMBER = "%‰°", "$€£₪#"
# What ends a piece of text from the left that goes on in the next line, and so stands right of it.
_ENDS_PIECE = ".,:;?!/_=&#%-+~"
_CLOSES = ".,;:!?)]}»%"
_PAIRS = dict(zip("()[]{}«»", ")(][}{»«", strict=True))
_OPENING = "([{«"
_NUMBER_ALONE = lazy_pattern(r"[\d.,/:]+(?=\s)")
_LABEL = lazy_pattern(r"[\[\](]?\d{1,4}[\[\].)]?\s+")
_SET_FROM_LEFT = lazy_pattern(r"[”\"’']?[.,;:!?]")


def is_from_right(text: str) -> bool:
    """Tell whether a text's letters are mostly of a script that is written from the right."""
    right = len(_RIGHT.findall(text))
    return right > 0 and right > len(_LEFT_LETTER.findall(text))


def has_from_right(text: str) -> bool:
    """Tell whether any letter is of a script that is written from the right."""
    return _RIGHT.search(text) is not None


def plain_letters(char: str) -> str:
    """Return the letters that a presentation form (U+FB00-FDFF, U+FE70-FEFC) stands for."""
    return unicodedata.normalize("NFKC", char) if _FORMS.match(char) else char


def reading_order(text: str, raised: Sequence[bool], *, from_right: bool) -> list[int]:
    """Return the indexes of a text, given in the order of sight, in the order of reading.

    `raised` says of each character whether it is raised; `from_right` from which side the
    text was seen, which is the side where its lines begin.
    """
    indexes = list(range(len(text)))
    if not from_right:
        for match in _RIGHTWARD_STRETCH.finditer(text):
            start, end = match.span()
            turned = indexes[start:end][::-1]
            inner = reading_order(
                text[start:end][::-1], [raised[i] for i in turned], from_right=True
            )
            indexes[start:end] = [turned[i] for i in inner]
        return indexes
    if not _RIGHT.search(text) and _SET_FROM_LEFT.match(text) and _LEFT_LETTER.search(text):
        return indexes[::-1]
    for start, end in _turned_stretches(text, raised):
        indexes[start:end] = indexes[start:end][::-1]
    return indexes


_RIGHTWARD_STRETCH = lazy_pattern(
    f"[{_RIGHT_LETTER}](?:[^A-Za-z\u00c0-\u02b8\u0370-\u0523\u1e00-\u1fff]*[{_RIGHT_LETTER}])?"
)
_TOKEN = lazy_pattern(f"(?P<left>{_LEFT})|(?P<digit>\\d)|(?P<right>[{_RIGHT_LETTER}])")


def _turned_stretches(text: str, raised: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The stretches that run from the left, in a text seen from the right: names and numbers."""
    first, last, has_letter = -1, 0, False
    is_arabic = _ARABIC.search(text) is not None
    label_end = next((i for i, is_raised in enumerate(raised) if not is_raised), len(raised))
    for token in [*_TOKEN.finditer(text), None]:
        at = token.start() if token else len(text)
        is_right = token is None or token["right"] is not None
        if first >= 0 and (is_right or _is_parted(text, raised, last, at, label_end=label_end)):
            yield from _stretch(
                text, raised, first, last, has_letter=has_letter, is_arabic=is_arabic
            )
            first = -1
        if is_right:
            continue
        if first < 0:
            first, has_letter = at, False
        has_letter |= token is not None and token["left"] is not None
        last = at + 1


def _is_parted(text: str, raised: Sequence[bool], end: int, start: int, *, label_end: int) -> bool:
    """Tell whether what stands between two pieces shows that they are no one stretch."""
    between = text[end:start]
    if not between:  # a raised label begins a line; elsewhere a number is raised behind a word
        return raised[end - 1] != raised[start] and (end <= label_end or not raised[end - 1])
    if raised[end - 1] != raised[start]:
        return True
    if "  " in between:
        return True
    # read from the left, no blank stands before what closes, and one stands behind it
    blank = between.find(" ")
    return blank > 0 and between[blank - 1] in _CLOSES


def _stretch(
    text: str,
    raised: Sequence[bool],
    start: int,
    end: int,
    *,
    has_letter: bool,
    is_arabic: bool,
) -> Iterator[tuple[int, int]]:
    if not has_letter:
        yield from _numbers_in(text, raised, start, end, is_arabic=is_arabic)
        return
    # a number that belongs to the word before it ("ב-2024"), and the label that begins a line
    label = _LABEL.match(text)
    if label and start < label.end():
        end_of_number = label.end()
    else:
        head = _NUMBER_ALONE.match(text, start, end)
        is_bound = start > 1 and text[start - 1] == "-" and text[start - 2] != " "
        end_of_number = head.end() + 1 if head and is_bound else start
    if end_of_number > start:
        yield from _numbers_in(text, raised, start, end_of_number, is_arabic=is_arabic)
        start = end_of_number
    piece = start
    while piece > 0 and text[piece - 1] in _ENDS_PIECE:
        piece -= 1
    if piece == 0 or text[piece - 1].isspace() or raised[piece - 1]:
        start = piece
    yield start, end


def _numbers_in(
    text: str, raised: Sequence[bool], start: int, end: int, *, is_arabic: bool
) -> Iterator[tuple[int, int]]:
    separators = _SEPARATORS if is_arabic else _HEBREW_SEPARATORS
    index = start
    while index < end:
        if not text[index].isdigit():
            index += 1
            continue
        first = index
        while index < end and raised[index] == raised[first]:
            is_inside = text[index] in separators and text[index + 1 : index + 2].isdigit()
            if not (text[index].isdigit() or is_inside):
                break
            index += 1
        if first and text[first - 1] in _BEHIND_NUMBER:
            first -= 1
        behind = index + (text[index : index + 1] in tuple(_BEFORE_NUMBER))
        yield first, behind


def with_true_brackets(text: str) -> str:
    """Return a text in reading order, its brackets turned the way they open and close.

    Programs say of a bracket in a text from the right either how it looks or what it means.
    """
    if not any(bracket in text for bracket in _PAIRS):
        return text
    chars = list(text)
    doubtful: list[int] = []
    turned = kept = 0
    for index, char in enumerate(text):
        if char not in _PAIRS:
            continue
        before, after = text[index - 1 : index] or " ", text[index + 1 : index + 2] or " "
        opens, closes = before.isspace(), after.isspace() or after in ".,;:!?،؛؟"
        if opens == closes:
            doubtful.append(index)
        elif opens == (char in _OPENING):
            kept += 1
        else:
            turned += 1
            chars[index] = _PAIRS[char]
    if doubtful and turned == kept:
        is_turned = text[doubtful[0]] not in _OPENING and any(
            text[index] == _PAIRS[text[doubtful[0]]] for index in doubtful
        )
        turned += is_turned
    if turned > kept:
        for index in doubtful:
            chars[index] = _PAIRS[chars[index]]
    return "".join(chars)
