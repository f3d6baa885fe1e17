r"""Fields of Word: an instruction that is not shown, then a result that is.

`HYPERLINK "https://a.org/dashboard/" \l "/dashboard"` is a link to
`https://a.org/dashboard/#/dashboard`; `NOTEREF _Ref1 \f` shows the number of a note
once more, and is a second marker of it.
"""

from dataclasses import dataclass, field

from provenance.cite.patterns import lazy_pattern

__all__ = ["FieldStack", "join_address"]

# An argument in quotes, straight or as Word's typing turns them, or a word; `\` protects what is behind it.
_ARGUMENT = lazy_pattern(r'["“”„](?P<quoted>(?:[^"“”\\]|\\.)*)(?:["“”]|$)|(?P<word>[^\s"“”]+)')
_PROTECTED = lazy_pattern(r"\\(.)")
_SWITCH = lazy_pattern(r"\\[A-Za-z@#*!]")
_MAX_INSTRUCTION_CHARS = 20_000
# Switches of HYPERLINK and NOTEREF that take an argument.
_TAKES_ARGUMENT = frozenset({"\\l", "\\o", "\\t", "\\*", "\\#", "\\@"})


@dataclass
class _Field:
    """A field that is being read: its instruction in pieces, and what it has turned out to mean.

    `address` is where a link leads, `bookmark` what a NOTEREF shows the number of, once
    the instruction is over (`is_shown`).
    """

    order: int
    pieces: list[str] = field(default_factory=list)
    is_shown: bool = False
    address: str | None = None
    bookmark: str | None = None
    is_raised: bool = False

    def understand(self) -> None:
        """Read the instruction: from here on comes the result."""
        self.is_shown = True
        said = "".join(self.pieces)[:_MAX_INSTRUCTION_CHARS]
        words, switches = _read_arguments(said)
        kind = words[0].upper() if words else ""
        if kind == "HYPERLINK":
            self.address = join_address(words[1] if len(words) > 1 else "", switches.get("\\l"))
        elif kind == "NOTEREF" and len(words) > 1:
            self.bookmark = words[1]
            self.is_raised = "\\f" in switches


class FieldStack:
    """The fields that are open at a place; text boxes have their own, apart from those around them.

    `broken` are the beginnings (counted from 1) that are to be passed over, since they
    never come to their result; `unfinished` is where those are collected that turn out so.
    """

    def __init__(self, broken: frozenset[int]) -> None:
        self.unfinished: set[int] = set()
        self._broken = broken
        self._count = 0
        self._boxes: list[list[_Field]] = [[]]

    @property
    def is_shown(self) -> bool:
        """Whether what comes next is result, not instruction."""
        return all(one.is_shown for one in self._boxes[-1])

    @property
    def address(self) -> str | None:
        """Where the innermost link leads."""
        return next((one.address for one in reversed(self._boxes[-1]) if one.address), None)

    @property
    def repeated(self) -> tuple[str, bool] | None:
        """The bookmark whose note's number is shown, and whether it is set as a marker."""
        found = next((one for one in self._boxes[-1] if one.bookmark), None)
        return (found.bookmark or "", found.is_raised) if found else None

    def mark(self, kind: str | None) -> None:
        """Take a `w:fldChar`: "begin", "separate" or "end"; one without a beginning says nothing."""
        fields = self._boxes[-1]
        if kind == "begin":
            self._count += 1
            if self._count not in self._broken:
                fields.append(_Field(self._count))
        elif kind == "separate" and fields:
            fields[-1].understand()
        elif kind == "end" and fields:
            fields.pop()

    def instruct(self, words: str) -> None:
        """Take a piece of the innermost instruction; nested results are part of it."""
        told = next((one for one in reversed(self._boxes[-1]) if not one.is_shown), None)
        if told is not None:
            told.pieces.append(words)

    def open_simple(self, instruction: str) -> None:
        """Begin a field whose instruction is said at once."""
        self._boxes[-1].append(_Field(0, [instruction]))
        self._boxes[-1][-1].understand()

    def close_simple(self) -> None:
        """End it, together with fields that were begun in it and never ended."""
        fields = self._boxes[-1]
        while fields and fields[-1].order:
            self._leave_open(fields.pop())
        if fields:
            fields.pop()

    def enter_box(self) -> None:
        """Begin a text box."""
        self._boxes.append([])

    def leave_box(self) -> None:
        """End a text box, or the story itself."""
        for one in self._boxes.pop():
            self._leave_open(one)

    def _leave_open(self, one: _Field) -> None:
        if not one.is_shown:
            self.unfinished.add(one.order)


def join_address(target: str, anchor: str | None) -> str | None:
    """Return where a link leads; None where that is a place inside the document.

    >>> join_address("https://a.org/dashboard/", "/dashboard")
    'https://a.org/dashboard/#/dashboard'
    """
    target = target.strip()
    if not target:
        return None
    return f"{target}#{anchor.removeprefix('#')}" if anchor and "#" not in target else target


def _read_arguments(instruction: str) -> tuple[list[str], dict[str, str]]:
    """The words of an instruction, and its switches with their arguments."""
    words: list[str] = []
    switches: dict[str, str] = {}
    awaiting: str | None = None
    for match in _ARGUMENT.finditer(instruction):
        quoted = match["quoted"]
        if quoted is None and _SWITCH.fullmatch(match["word"]):
            switch = match["word"].lower()
            switches[switch] = ""
            awaiting = switch if switch in _TAKES_ARGUMENT else None
            continue
        said = match["word"] if quoted is None else _PROTECTED.sub(r"\1", quoted)
        if awaiting:
            switches[awaiting] = said
            awaiting = None
        else:
            words.append(said)
    return words, switches
