"""Mends documents by rules made for a test: a word here becomes another, a target too."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.errors import UnreadableDocument
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.fix.mend import mend
from provenance.validate.fix.outcome import Mended
from provenance.validate.house import House
from provenance.validate.records import DraftFinding, Edit, Fix, Found
from provenance.validate.rule import Rule

TODAY = datetime(2024, 3, 8, tzinfo=UTC).date()


class Seen(NamedTuple):
    """A draft as validated, for tests."""

    path: str
    data: bytes
    draft: Draft
    findings: tuple[DraftFinding, ...]


def looker(name: str, *rules: Rule, house: House | None = None) -> Callable[[bytes], Seen | None]:
    """What reads and validates bytes under a name by some rules; None where they cannot be read."""

    def look(data: bytes) -> Seen | None:
        try:
            parsed = parse_document(read_document(data, name))
        except UnreadableDocument:
            return None
        draft = Draft(parsed, house=house or House(), today=TODAY)
        return Seen(name, data, draft, find_findings(draft, rules))

    return look


def mended(data: bytes, name: str, *rules: Rule, **wish: object) -> Mended:
    """A document mended by these rules."""
    look = looker(name, *rules)
    seen = look(data)
    assert seen is not None
    return mend(seen, look, **wish)  # type: ignore[arg-type]


def replacing(
    words: str, by: str, *, code: str = "FN999", safe: bool = True, within: tuple[int, int] = (0, 0)
) -> Rule:
    """A rule that finds words and would replace them; `within` leaves that much of both ends out of its edit."""
    return editing(
        lambda text: [
            (match.start() + within[0], match.end() - within[1], by)
            for match in re.finditer(re.escape(words), text)
        ],
        code=code,
        safe=safe,
    )


def inserting(words: str, before: str, *, code: str = "FN998") -> Rule:
    """A rule that puts words in front of others, where they do not stand there yet."""
    return editing(
        lambda text: [
            (match.start(), match.start(), words)
            for match in re.finditer(re.escape(before), text)
            if not text.endswith(words, 0, match.start())
        ],
        code=code,
    )


def editing(
    find: Callable[[str], Iterable[tuple[int, int, str]]],
    *,
    code: str = "FN997",
    safe: bool = True,
    notes: Literal["kept", "moved", "made"] = "kept",
) -> Rule:
    """A rule that makes one finding of each edit (start, end, new words) that `find` gives."""

    def check(draft: Draft) -> Sequence[Found]:
        return [
            Found(
                "words to mend",
                start,
                max(end, start + 1),
                fix=Fix(safe, (Edit(start, end, new),), notes),
            )
            for start, end, new in find(draft.text)
        ]

    return Rule(code, "made-for-a-test", "error", check)


def retargeting(change: Callable[[str], str], *, code: str = "FN996", safe: bool = True) -> Rule:
    """A rule that gives links another target where `change` says so."""

    def check(draft: Draft) -> Sequence[Found]:
        return [
            Found(
                "target to mend",
                link.start,
                link.end,
                fix=Fix(safe, (Edit(link.start, link.end, change(link.href), in_target=True),)),
            )
            for link in draft.parsed.document.links
            if change(link.href) != link.href
        ]

    return Rule(code, "made-for-a-test", "error", check)
