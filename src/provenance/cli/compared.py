"""A comparison as an editor reads it at a terminal: signs, colours, the words that changed."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TypeVar

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from provenance.cli.console import stranger_text
from provenance.cli.output import plural
from provenance.validate.compare_records import (
    CitationChange,
    CitationSide,
    ClaimChange,
    ClaimSide,
    Comparison,
    DocumentSide,
    FieldChange,
    NoteChange,
    NoteSide,
    SourceSide,
    WordRun,
)
from provenance.validate.compare_summary import (
    CHANGE_NAMES,
    FIELD_NAMES,
    count_changes,
    name_of,
    name_of_cited,
    renumbered_stretch,
)

__all__ = ["show_comparison"]

_Change = TypeVar("_Change", NoteChange, ClaimChange)
_STYLES = {"+": "green", "-": "red", "~": "yellow"}
_MOST_WORDS = 160  # characters of a note, a source: what tells it apart fits into two lines
_AROUND = 60  # characters of unchanged words on both sides of a change
_MOST_MOVED = 5


def show_comparison(console: Console, found: Comparison) -> None:
    """Print what changed; one line where nothing did."""
    head = _head(found.old, found.new)
    if found.is_empty:
        console.print(
            head.append(": no note, claim or source changed", style="default"), soft_wrap=True
        )
        return
    console.print(head.append("", style="default"), soft_wrap=True)
    page = _Page(console)
    page.section("Notes", found.notes, page.notes)
    page.section("Claims", found.claims, page.claims)
    if found.sources_gained or found.sources_lost:
        page.title("Sources")
        for sign, sources in (("+", found.sources_gained), ("-", found.sources_lost)):
            for source in sources:
                page.line(sign, _source(source))
    console.print()
    summary = Text(count_changes(found.summary), style="bold")
    console.print(summary, soft_wrap=not console.is_terminal)


def _head(old: DocumentSide, new: DocumentSide) -> Text:
    return Text(style="bold").append(stranger_text(name_of(old))).append(" → ").append(stranger_text(name_of(new)))  # fmt: skip


class _Page:
    """Prints lines with a sign in front; in a window they are wrapped behind it, in a pipe never."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._is_window = console.is_terminal
        # what was said otherwise, and the label of the note where that was shown first
        self._shown: dict[tuple[FieldChange, ...], str] = {}

    def section(
        self, title: str, changes: Sequence[_Change], show: Callable[[Sequence[_Change]], None]
    ) -> None:
        """Print a titled part, unless it is empty."""
        if changes:
            self.title(title)
            show(changes)

    def title(self, title: str) -> None:
        """Print the title of a part."""
        self._console.print()
        self._console.print(Text(title, style="bold"))

    def line(self, sign: str, words: Text, depth: int = 1) -> None:
        """Print a line with its sign, `depth` steps in."""
        begin = Text().append(f"{sign} ", style=f"bold {_STYLES.get(sign, 'dim')}")
        if not self._is_window:
            self._console.print(Text("  " * depth).append(begin).append(words), soft_wrap=True)
            return
        width = max(16, self._console.width - 2 * depth - 2)
        for part in words.wrap(self._console, width):
            part.rstrip()
            self._console.print(Padding(begin.append(part), (0, 0, 0, 2 * depth), expand=False))
            begin = Text("  ")

    def notes(self, notes: Sequence[NoteChange]) -> None:
        """Print what became of notes; what was only renumbered, in stretches."""
        for _, stretch in groupby(enumerate(notes), key=lambda each: renumbered_stretch(*each)):
            group = [note for _, note in stretch]
            if group[0].changes == ("renumbered",) and len(group) > 1:
                self.line("~", _renumbered(group))
                continue
            for note in group:
                self._note(note)

    def _note(self, note: NoteChange) -> None:
        if note.old is None or note.new is None:
            said = note.new or note.old
            if said is not None:
                self.line("+" if note.old is None else "-", _note_words(said))
            return
        head = Text(f"[{note.old.label}]", style="cyan")
        if note.old.label != note.new.label:
            head = Text(f"[{note.old.label}] → [{note.new.label}]", style="cyan")
        if note.changes == ("renumbered",):
            self.line("~", head.append(" renumbered", style="default"))
            return
        self.line(
            "~",
            head.append(
                f" {', '.join(map(CHANGE_NAMES.__getitem__, note.changes))}", style="default"
            ),
        )
        self._cited(note.gained, note.lost)
        again = [self._shown[each.fields] for each in note.described if each.fields in self._shown]
        for change in note.described:
            if change.fields not in self._shown:
                self._described(change)
        if again:
            first = ", ".join(f"[{label}]" for label in dict.fromkeys(again))
            self.line("~", stranger_text(f"as in {first}", "dim"), 2)
        if note.words:
            self.line(" ", _runs(note.words), 2)

    def _cited(self, gained: Iterable[CitationSide], lost: Iterable[CitationSide]) -> None:
        for sign, citations in (("+", gained), ("-", lost)):
            for each in citations:
                self.line(sign, stranger_text(_cut(name_of_cited(each))), 2)

    def _described(self, change: CitationChange) -> None:
        self._shown[change.fields] = change.new.label
        if change.new.title or {field.field for field in change.fields} != {"url"}:
            self.line(" ", stranger_text(_cut(name_of_cited(change.new)), "dim"), 2)
        for field in change.fields:
            words = Text(f"{FIELD_NAMES[field.field]}: ")
            words.append(stranger_text(_cut(field.old or "–"), "red")).append(" → ")
            self.line("~", words.append(stranger_text(_cut(field.new or "–"), "green")), 2)

    def claims(self, claims: Sequence[ClaimChange]) -> None:
        """Print what became of claims; of many that only stand elsewhere, the first few."""
        moved = 0
        for claim in claims:
            moved += claim.changes == ("moved",)
            if claim.changes != ("moved",) or moved <= _MOST_MOVED:
                self._claim(claim)
        if moved > _MOST_MOVED:
            words = f"… and {plural(moved - _MOST_MOVED, 'more claim')} that only stand elsewhere"
            self.line("~", Text(words, style="dim"))

    def _claim(self, claim: ClaimChange) -> None:
        if claim.old is None or claim.new is None:
            said = claim.new or claim.old
            words = _claim_words(said) if said is not None else Text()
            if claim.stays:
                still = " (its words are still in the text)"
                before = " (its words were in the text before, without a marker)"
                words.append(before if claim.old is None else still, style="dim")
            self.line("+" if claim.old is None else "-", words)
            return
        words = _runs(claim.words) if claim.words else _quoted(claim.new)
        words.append(" ").append(_labels(claim.new))
        if "moved" in claim.changes:
            words.append(" stands elsewhere", style="dim")
        self.line("~", words)
        self._cited(claim.gained, claim.lost)


def _renumbered(group: Sequence[NoteChange]) -> Text:
    olds = [each.old.label for each in group if each.old is not None]
    news = [each.new.label for each in group if each.new is not None]
    words = Text(f"[{olds[0]}]–[{olds[-1]}] → [{news[0]}]–[{news[-1]}]", style="cyan")
    return words.append(f" {plural(len(group), 'note')} renumbered", style="default")


def _note_words(note: NoteSide) -> Text:
    text = " ".join(note.text.split())
    label = f"[{note.label}]"
    shown = text.removeprefix(label).lstrip()
    return Text().append(f"{label} ", style="cyan").append(stranger_text(_cut(shown)))


def _quoted(claim: ClaimSide) -> Text:
    return stranger_text(f"“{_cut(' '.join(claim.text.split()))}”")


def _claim_words(claim: ClaimSide) -> Text:
    return _quoted(claim).append(" ").append(_labels(claim))


def _labels(claim: ClaimSide) -> Text:
    return stranger_text("".join(f"[{label}]" for label in claim.labels), "cyan")


def _runs(words: Sequence[WordRun]) -> Text:
    """Return words with what is gone as [-…-] and what is new as {+…+}: colours are not needed to read it."""
    made = Text()
    for index, run in enumerate(words):
        match run.op:
            case "gone":
                made.append("[-", style="red").append(stranger_text(run.text, "red strike")).append("-]", style="red")  # fmt: skip
            case "new":
                made.append("{+", style="green").append(stranger_text(run.text, "green")).append("+}", style="green")  # fmt: skip
            case _:
                made.append(stranger_text(_around(run.text, index == 0, index == len(words) - 1)))
    return made


def _around(text: str, is_first: bool, is_last: bool) -> str:
    """Shorten words that did not change to what helps to find the place."""
    begin = "" if is_first else text[:_AROUND].rsplit(" ", 1)[0] if len(text) > _AROUND else text
    end = "" if is_last else text[-_AROUND:].split(" ", 1)[-1] if len(text) > _AROUND else text
    if len(text) <= 2 * _AROUND + 1:
        return text
    return f"{begin} … {end}" if begin and end else f"{begin} …" if begin else f"… {end}"


def _source(source: SourceSide) -> Text:
    words = stranger_text(_cut(name_of_cited(source)))
    return words.append(" ").append(stranger_text("".join(f"[{each}]" for each in source.labels[:8]), "cyan"))  # fmt: skip


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST_WORDS else f"{text[: _MOST_WORDS - 1]}…"
