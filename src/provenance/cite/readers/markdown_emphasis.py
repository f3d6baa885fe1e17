"""Which `*`, `_`, `~` and `=` of a Markdown text are marks of emphasis, and not characters of it.

The delimiter algorithm of CommonMark 0.31 (appendix "A parsing strategy"), with
GFM's `~~struck~~` and the `==highlight==` of Obsidian and others. Linear, since no
stretch of the stack is searched twice in vain for the same kind of opener.
"""

import unicodedata
from collections.abc import Sequence

from provenance.cite.readers.markdown_pieces import Piece

__all__ = ["Delimiter", "pair_delimiters"]


class Delimiter:
    """A run of one character: how many of it are left, and what it may do."""

    __slots__ = ("can_close", "can_open", "character", "length", "piece")

    def __init__(self, piece: Piece, before: str, after: str) -> None:
        self.piece = piece
        self.character = piece.text[0]
        self.length = len(piece.text)
        left = not _is_blank(after) and (
            not _is_punctuation(after) or _is_blank(before) or _is_punctuation(before)
        )
        right = not _is_blank(before) and (
            not _is_punctuation(before) or _is_blank(after) or _is_punctuation(after)
        )
        is_word_bound = self.character == "_"
        self.can_open = left and (not is_word_bound or not right or _is_punctuation(before))
        self.can_close = right and (not is_word_bound or not left or _is_punctuation(after))

    @property
    def kind(self) -> tuple[str, bool, int]:
        """Closers of one kind find the same openers."""
        is_whole = self.character in "~="
        return self.character, self.can_open, self.length if is_whole else self.length % 3


def pair_delimiters(delimiters: Sequence[Delimiter]) -> None:
    """Take the characters off the pieces of `delimiters` that pair up; what is left is text."""
    openers: list[Delimiter] = []
    # for each kind of closer: below which height of the stack no opener for it is
    bottoms: dict[tuple[str, bool, int], int] = {}
    for closer in delimiters:
        if closer.can_close:
            _close(closer, openers, bottoms)
        if closer.can_open and closer.piece.text:
            openers.append(closer)


def _close(
    closer: Delimiter, openers: list[Delimiter], bottoms: dict[tuple[str, bool, int], int]
) -> None:
    while closer.piece.text:
        bottom = min(bottoms.get(closer.kind, 0), len(openers))
        index = next(
            (i for i in range(len(openers) - 1, bottom - 1, -1) if _fits(openers[i], closer)), None
        )
        if index is None:
            bottoms[closer.kind] = len(openers)
            return
        opener = openers[index]
        taken = _length_taken(opener, closer)
        opener.piece.drop_at_end(taken)
        closer.piece.drop_at_start(taken)
        # what stands between the two can pair with nothing outside of them
        del openers[index + bool(opener.piece.text) :]
        for kind, height in bottoms.items():
            bottoms[kind] = min(height, len(openers))


def _length_taken(opener: Delimiter, closer: Delimiter) -> int:
    if closer.character in "~=":
        return closer.length
    return 2 if min(len(opener.piece.text), len(closer.piece.text)) > 1 else 1


def _fits(opener: Delimiter, closer: Delimiter) -> bool:
    if opener.character != closer.character:
        return False
    if closer.character in "~=":
        return opener.length == closer.length
    # the rule of three: "if one of them can both open and close", CommonMark rules 9 and 10
    is_either = opener.can_close or closer.can_open
    is_odd = (opener.length + closer.length) % 3 == 0 and (opener.length % 3 or closer.length % 3)
    return not (is_either and is_odd)


def _is_blank(character: str) -> bool:
    return not character or character.isspace()


def _is_punctuation(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "PS"
