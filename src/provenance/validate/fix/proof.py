"""The proof that a mended draft says what the draft said: the same words, the same sources. PURE.

The mended bytes are read again. Outside of the edits every word has to be what it was, every note has
to name the same sources, every marker has to lead to its note, and what was to be mended has to be gone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Literal

from provenance.formats.url import canonical_url
from provenance.validate.draft import Cited, Draft
from provenance.validate.fix.outcome import Looked
from provenance.validate.fix.placed import PlacedEdits
from provenance.validate.records import DraftFinding, Edit

__all__ = ["edited_text", "find_harm"]

_AT_PLACE = re.compile(r" at \d+ \|")
_BLANKS = re.compile(r"\s+")


def find_harm(before: Looked, after: Looked, fixed: Sequence[DraftFinding]) -> str | None:
    """Return what is wrong with a mended draft, for people; None where it is as it should be."""
    edits = [edit for finding in fixed if finding.fix for edit in finding.fix.edits]
    if _words(edited_text(before.draft.text, edits)) != _words(after.draft.text):
        return "the format would read the mended words otherwise: make the change by hand"
    if not _targets_are_set(before.draft, after.draft, edits):
        return "the link would not lead where it should: make the change by hand"
    if harm := _harm_to_sources(before.draft, after.draft, fixed):
        return harm
    if _lost_markers(before.draft, after.draft, fixed):
        return "a marker would not lead to its note any more"
    return None


def edited_text(text: str, edits: Iterable[Edit]) -> str:
    """Return the words with the edits made; targets are no words."""
    out: list[str] = []
    copied = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if not edit.in_target:
            out += (text[copied : edit.start], edit.replacement)
            copied = edit.end
    return "".join((*out, text[copied:]))


def _words(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _targets_are_set(before: Draft, after: Draft, edits: Sequence[Edit]) -> bool:
    wanted = {(edit.start, edit.end): edit.replacement for edit in edits if edit.in_target}
    if not wanted:
        return True
    old, new = before.parsed.document.links, after.parsed.document.links
    if len(old) != len(new):
        return False
    unset = dict(wanted)
    placed = PlacedEdits(edits)
    for link, mended in zip(old, new, strict=True):
        target = wanted.get((link.start, link.end))
        if target is not None and mended.href == target:
            unset.pop((link.start, link.end), None)
        elif target is None and mended.href != link.href and not placed.meet(link.start, link.end):
            return False
    return not unset


class _Fixed:
    """The edits of what is fixed: all of them, and those that are not safe."""

    def __init__(self, fixed: Sequence[DraftFinding]) -> None:
        fixes = [finding.fix for finding in fixed if finding.fix is not None]
        self.all = PlacedEdits(edit for fix in fixes for edit in fix.edits)
        self.unsafe = PlacedEdits(edit for fix in fixes if not fix.safe for edit in fix.edits)


def _harm_to_sources(before: Draft, after: Draft, fixed: Sequence[DraftFinding]) -> str | None:
    """Compared note by note; over the whole document where the mended draft has other notes.

    Claim by claim where notes change places.
    """
    old, new = before.parsed.notes, after.parsed.notes
    if len(old) == len(new) and _is_any(fixed, "moved"):
        if len(before.parsed.claims) != len(after.parsed.claims):
            return "the mended draft would have other claims"
        whole = ("the draft", before.cited, after.cited)
        claims = (
            (f"the claim “{one.text[:40]}”", before.cited_for(one), after.cited_for(other))
            for one, other in zip(before.parsed.claims, after.parsed.claims, strict=True)
        )
        pairs: Iterator[tuple[str, Sequence[Cited], Sequence[Cited]]] = chain([whole], claims)
    elif len(old) == len(new):
        pairs = (
            (f"note {one.label}", before.cited_by_note[one.id], after.cited_by_note[other.id])
            for one, other in zip(old, new, strict=True)
        )
    elif _is_any(fixed, "made"):
        pairs = iter([("the draft", before.cited, after.cited)])
    else:
        return f"the mended draft would have {len(new)} notes instead of {len(old)}"
    edits = _Fixed(fixed)
    for name, cited, mended in pairs:
        if lost := _lost_source(before, after, cited, mended, edits):
            return f"{name} would not name the same sources: {lost}"
    return None


def _is_any(fixed: Sequence[DraftFinding], notes: Literal["moved", "made"]) -> bool:
    return any(finding.fix is not None and finding.fix.notes == notes for finding in fixed)


def _lost_source(
    before: Draft,
    after: Draft,
    cited: Sequence[Cited],
    mended: Sequence[Cited],
    fixed: _Fixed,
) -> str | None:
    """What is missing or new among the sources of a note; what an edit may change is passed over."""
    kept: Counter[str] = Counter()
    free = 0
    for each in cited:
        key = _identity(each, before)
        if key is None:
            continue
        if _may_change(each, key, fixed):
            free += 1
        else:
            kept[key] += 1
    found = Counter(key for each in mended if (key := _identity(each, after)) is not None)
    if _is_touched(cited, fixed):
        # an address and its anchor's target are one citation as soon as they agree, and a repetition
        # may be dropped: the words are proved apart, here it counts which sources there are
        gone_too = {key for key in map(partial(_identity, draft=before), cited) if key}
        found = Counter({key: kept[key] or 1 for key in found if kept[key] or key not in gone_too})
    missing, gained = kept - found, found - kept
    if missing:
        return f"{next(iter(missing))} would be lost"
    if gained.total() > free:
        return f"{next(iter(gained))} would be new"
    return None


def _is_touched(cited: Sequence[Cited], fixed: _Fixed) -> bool:
    return any(fixed.all.meet(each.note.start, each.note.end) for each in cited)


def _identity(each: Cited, draft: Draft) -> str | None:
    """What a citation points to, in words that are the same in both drafts; None for commentary."""
    if each.source is None:
        return None
    recovery = each.citation.recovery
    if recovery is not None and recovery.decision == "adopted" and recovery.url:
        return f"web {canonical_url(recovery.url)}"
    return _AT_PLACE.sub(" |", each.source.key.replace(draft.parsed.document.sha256, ""))


def _may_change(each: Cited, key: str, fixed: _Fixed) -> bool:
    """An unsafe fix may change what it touches; a safe one only the words of what has no address."""
    edits = fixed.unsafe if key.startswith("web ") else fixed.all
    return edits.meet(each.citation.start, each.citation.end)


def _lost_markers(before: Draft, after: Draft, fixed: Sequence[DraftFinding]) -> bool:
    if len(before.parsed.notes) != len(after.parsed.notes):
        return _count_markers(before) > _count_markers(after)
    if _is_any(fixed, "moved"):
        return _count_markers(before) > _count_markers(after)
    lost = _markers_by_note(before) - _markers_by_note(after)
    return bool(lost) and not any(not finding.fix.safe for finding in fixed if finding.fix)


def _count_markers(draft: Draft) -> int:
    return sum(_markers_by_note(draft).values())


def _markers_by_note(draft: Draft) -> Counter[int]:
    """How many markers lead to each note, by its place in the list."""
    places = {note.id: index for index, note in enumerate(draft.parsed.notes)}
    return Counter(
        places[marker.note_id]
        for claim in draft.parsed.claims
        for marker in claim.markers
        if marker.note_id in places
    )
