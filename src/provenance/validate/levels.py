"""How bad a finding is in this house: by rule, in a section, for a host. PURE.

What says most about a finding counts: its host (the longest name that fits), then the section
it stands in, then the rule, then what the rule itself thinks of it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from provenance.formats.url import host_of
from provenance.model import Claim
from provenance.validate.draft import Draft
from provenance.validate.house import Level
from provenance.validate.records import Found
from provenance.validate.rule import Rule

__all__ = ["LevelFinder"]


class LevelFinder:
    """Finds the level of findings of one draft."""

    def __init__(self, draft: Draft) -> None:
        house = draft.house
        self._draft = draft
        self._rules = house.rules
        self._sections = [(_folded(one.name), one.rules) for one in house.section]
        hosts = [(one.name.lower().removeprefix("www."), one.rules) for one in house.host]
        self._hosts = sorted(hosts, key=lambda one: -len(one[0]))
        self._note_starts = [note.start for note in draft.parsed.notes]

    def level_of(self, rule: Rule, found: Found, url: str | None) -> Level:
        """Return the level; "off" where the house wants to hear nothing of it."""
        for levels in (*self._for_host(url), *self._for_section(found), self._rules):
            level = levels.get(rule.code) or levels.get(rule.name)
            if level is not None:
                return level
        return found.severity or rule.severity

    def _for_host(self, url: str | None) -> Iterator[Mapping[str, Level]]:
        host = (host_of(url) or "").removeprefix("www.") if self._hosts and url else ""
        for name, levels in self._hosts:
            if host == name or host.endswith(f".{name}"):
                yield levels

    def _for_section(self, found: Found) -> Iterator[Mapping[str, Level]]:
        if not self._sections:
            return
        around = self._sections_at(found.start)
        for name, levels in self._sections:
            if name in around:
                yield levels

    def _sections_at(self, offset: int) -> set[str]:
        """The headings above a place; of a note also those that all of its claims stand under."""
        draft = self._draft
        found = {_folded(title) for title in _headings_above(draft, offset)}
        index = bisect_right(self._note_starts, offset) - 1
        note = draft.parsed.notes[index] if index >= 0 else None
        if note is not None and offset < note.end:
            claims = draft.claims_by_note[note.id]
            shared = [_sections_of(claim) for claim in claims]
            found |= set.intersection(*shared) if shared else set()
        return found


def _sections_of(claim: Claim) -> set[str]:
    return {_folded(title) for title in claim.section}


def _headings_above(draft: Draft, offset: int) -> list[str]:
    open_ones: list[tuple[int, str]] = []
    for heading in draft.parsed.document.headings:
        if heading.start > offset:
            break
        while open_ones and open_ones[-1][0] >= heading.level:
            open_ones.pop()
        open_ones.append((heading.level, heading.title))
    return [title for _, title in open_ones]


def _folded(title: str) -> str:
    return " ".join(title.split()).rstrip(":").casefold()
