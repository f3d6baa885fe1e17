"""From an edit of a document's words to changes of the person's file: where, and what is refused. PURE.

A reader says for every stretch of its text (a `Run`) which stretch of which part of the
file it was read from. An edit is cut down to what it really changes, then said in those
places. What lies between two runs (the tags of an element, a Word file's properties) is
never deleted: words go from both its sides, it stays.
"""

from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from provenance.validate.records import Edit

__all__ = ["Change", "Paper", "Refused", "Run", "find_changes"]

# Edits up to this length are taken apart where they cannot be made in one piece.
_MAX_TAKEN_APART_CHARS = 2_000
# An anchor of Markdown ends behind its target; nobody types a longer one.
_MAX_SEAM_CHARS = 5_000


class Refused(NamedTuple):
    """Why an edit cannot be made, in words for the person whose file it is."""

    reason: str


class Run(NamedTuple):
    """`text[start:end]` was read from `sources[part][source_start:source_end]` (code points)."""

    start: int
    end: int
    part: str
    source_start: int
    source_end: int

    @property
    def is_verbatim(self) -> bool:
        """Whether it maps character by character."""
        return self.end - self.start == self.source_end - self.source_start


class Change(NamedTuple):
    """Replace `sources[part][start:end]` by `words`, which are spelled for the format."""

    part: str
    start: int
    end: int
    words: str


class Paper(NamedTuple):
    """What edits are written on: a document's text and the parts of the file that it was read from.

    `spell` writes words so that the format reads them as words; `seam` says how far behind the
    beginning of a stretch of markup something new belongs that stands between the words before and
    the words behind. `is_loose` lets words that go on others leave the markup that ends behind those.
    """

    text: str
    sources: Mapping[str, str]
    spell: Callable[[str], str]
    seam: Callable[[str], int]
    is_loose: bool = False


_NOT_IN_FILE = Refused(
    "the words at this place are made by the format (a number that it counts, a break between"
    " paragraphs): change it in the program that wrote the file"
)
_MARKUP = Refused("the edit would take markup away: make it by hand")


def find_changes(paper: Paper, runs: Sequence[Run], edit: Edit) -> tuple[Change, ...] | Refused:
    """Return the changes of the file that make one edit of its words.

    `runs` are those that the edit touches (or meets at its ends), in order.
    """
    whole = _find(paper, runs, edit)
    if not isinstance(whole, Refused) or not 0 < edit.end - edit.start <= _MAX_TAKEN_APART_CHARS:
        return whole
    changes: list[Change] = []
    for part in _taken_apart(paper.text, edit):
        found = _find(paper, runs, part)
        if isinstance(found, Refused):
            return whole
        changes += found
    return tuple(changes)


def _taken_apart(text: str, edit: Edit) -> list[Edit]:
    """The same edit as several that leave alone what stays."""
    words = text[edit.start : edit.end]
    steps = SequenceMatcher(None, words, edit.replacement, autojunk=False).get_opcodes()
    return [
        Edit(edit.start + first, edit.start + last, edit.replacement[begin:end])
        for what, first, last, begin, end in steps
        if what != "equal"
    ]


def _find(paper: Paper, runs: Sequence[Run], edit: Edit) -> tuple[Change, ...] | Refused:
    trimmed = edit.trimmed(paper.text[edit.start : edit.end])
    start, end, new = trimmed.start, trimmed.end, trimmed.replacement
    if start == end:
        if not new:
            return ()
        lean = 0 if paper.is_loose else (edit.start < start) - (start < edit.end)
        place = _place_of_new(paper, runs, start, lean)
        return place if isinstance(place, Refused) else (place._replace(words=paper.spell(new)),)
    places = _places_of(paper, runs, start, end)
    if isinstance(places, Refused):
        return places
    first, *others = places
    return (
        Change(first.part, first.source_start, first.source_end, paper.spell(new)),
        *(Change(one.part, one.source_start, one.source_end, "") for one in others),
    )


def _places_of(paper: Paper, runs: Sequence[Run], start: int, end: int) -> list[Run] | Refused:
    """The stretches of the file that say `text[start:end]`, joined where they touch."""
    found: list[Run] = []
    reached = start
    for run in runs:
        if run.end <= start or end <= run.start:
            continue
        if run.start > reached:
            return _NOT_IN_FILE
        part = _clipped(paper, run, max(start, run.start), min(end, run.end))
        if part is None:
            return _MARKUP
        reached = part.end
        last = found[-1] if found else None
        if last and (last.part, last.source_end) == (part.part, part.source_start):
            found[-1] = Run(last.start, part.end, last.part, last.source_start, part.source_end)
        else:
            found.append(part)
    return found if found and reached == end else _NOT_IN_FILE


def _clipped(paper: Paper, run: Run, start: int, end: int) -> Run | None:
    """The part of a run that says `text[start:end]`; None where nobody can say which that is."""
    said = paper.text[run.start : run.end]
    written = paper.sources[run.part][run.source_start : run.source_end]
    if not run.is_verbatim:
        if (start, end) == (run.start, run.end) and (len(said) == 1 or not said.strip()):
            return run  # an entity, an escaped character, a run of blanks
        inside = written.find(said)
        if inside < 0 or written.find(said, inside + 1) >= 0:
            return None
        run = run._replace(
            source_start=run.source_start + inside, source_end=run.source_start + inside + len(said)
        )
        written = said
    first, last = start - run.start, end - run.start
    if _blanked(said[first:last]) != _blanked(written[first:last]):
        return None
    return Run(start, end, run.part, run.source_start + first, run.source_start + last)


def _blanked(words: str) -> str:
    return "".join(" " if char.isspace() else char for char in words)


def _place_of_new(paper: Paper, runs: Sequence[Run], at: int, lean: int) -> Change | Refused:
    """Where new words go; `lean` > 0 where they go on what stands before them, < 0 what stands behind."""
    inside = next((run for run in runs if run.start < at < run.end), None)
    if inside is not None:
        place = inside.source_start + at - inside.start
        return Change(inside.part, place, place, "") if inside.is_verbatim else _MARKUP
    before = next((run for run in reversed(runs) if run.end == at), None)
    behind = next((run for run in runs if run.start == at), None)
    if behind is not None and (before is None or lean < 0):
        return Change(behind.part, behind.source_start, behind.source_start, "")
    if before is None:
        return _NOT_IN_FILE
    place = before.source_end
    if lean == 0:
        is_between = behind is not None and before.part == behind.part
        end = behind.source_start if behind is not None and is_between else place + _MAX_SEAM_CHARS
        place += paper.seam(paper.sources[before.part][place:end])
    return Change(before.part, place, place, "")
