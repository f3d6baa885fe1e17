"""Which rule speaks of a source's state, and in what words. PURE.

A source has one fault at a time, so that its note carries one finding. The table, in the
order in which it is asked; "gone" is a last telling look that found no page there::

    gone, the domain is for sale                                   FN308 parked
    gone, the server says 200 all the same                         FN309 soft-404
    one strong sign of that, no proof                              FN309 soft-404
    dead, and the only copy known is in somebody else's archive    FN307 only-memento
    dead                                                           FN301 dead
    failing (gone once or twice, or in trouble for two weeks)      FN302 failing
    walled                                                         FN303 walled
    blocked                                                        FN304 blocked
    drifted                                                        FN305 drifted
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from provenance.model import Source
from provenance.validate.draft import Cited, Draft, Known, KnownCopy
from provenance.validate.records import Edit, Fix

__all__ = [
    "Faulty",
    "by_fix",
    "faulty_by_host",
    "faulty_sources",
    "gone_message",
    "host_message",
    "notes_of",
    "replacement",
    "seen_on",
]

_FOR_SALE = frozenset({"parked", "for_sale"})
_BY_STATE = {
    "dead": "FN301",
    "failing": "FN302",
    "walled": "FN303",
    "blocked": "FN304",
    "drifted": "FN305",
}


class Faulty(NamedTuple):
    """A source that is not as it should be, and where the draft cites it with nothing beside it."""

    code: str
    source: Source
    known: Known
    cited: Sequence[Cited]

    @property
    def is_gone(self) -> bool:
        """Tell whether there was no page at the last telling look."""
        return is_gone(self.known)


def is_gone(known: Known) -> bool:
    """Tell whether there was no page at the last look that said anything."""
    return known.state == "dead" or (known.state == "failing" and known.outcome == "gone")


def _code_of(known: Known) -> str | None:
    if is_gone(known) and known.rule in _FOR_SALE:
        return "FN308"
    if known.rule == "soft_404" and is_gone(known):
        return "FN309"
    if known.rule == "soft_404_suspected" and known.state != "dead":
        return "FN309"
    if known.state == "dead" and known.mementos and not known.captures and not known.attachments:
        return "FN307"
    return _BY_STATE.get(known.state)


def faulty_sources(draft: Draft, code: str) -> Iterator[Faulty]:
    """Yield the sources that this rule speaks of, in the order of their first citation.

    A citation that names an archived copy leads a reader to the page whatever became of
    it; so does one that says that it is behind a wall, where that is the fault.
    """
    if draft.knowledge is None:
        return
    for source_id, cited in draft.cited_by_source.items():
        known = draft.knowledge.of(source_id)
        if known is None or _code_of(known) != code:
            continue
        bare = _without_copy(cited, known)
        if bare:
            yield Faulty(code, draft.sources[source_id], known, bare)


def _without_copy(cited: Sequence[Cited], known: Known) -> list[Cited]:
    """Return the first citation in each note that leads a reader to nothing but the page itself."""
    answered = {each.note.id for each in cited if _is_answered(each, known)}
    firsts = {each.note.id: each for each in reversed(cited)}
    return [each for each in cited if each is firsts[each.note.id] and each.note.id not in answered]


def _is_answered(cited: Cited, known: Known) -> bool:
    citation = cited.citation
    if citation.archive_url or citation.archive_of:
        return True
    return known.state == "walled" and (citation.kind != "web" or citation.access != "open")


def faulty_by_host(draft: Draft, code: str) -> Iterator[list[Faulty]]:
    """Yield the same, those on one host together: it is the host that asks for a login, not the page."""
    groups: dict[str, list[Faulty]] = {}
    for each in faulty_sources(draft, code):
        groups.setdefault(each.source.host or each.source.id, []).append(each)
    yield from groups.values()


def notes_of(cited: Sequence[Cited]) -> str:
    """Return where else something is cited: "", "; also in note 4", "; also in notes 4, 7 and 9"."""
    labels = list(dict.fromkeys(each.note.label for each in cited))[1:]
    if not labels:
        return ""
    if len(labels) == 1:
        return f"; also in note {labels[0]}"
    if len(labels) > 6:
        return f"; also in {len(labels)} more notes, the last of them {labels[-1]}"
    return f"; also in notes {', '.join(labels[:-1])} and {labels[-1]}"


def seen_on(known: Known) -> str:
    """Return when a source was looked at, and when it was last there: "looked at on …, last there on …"."""
    parts = []
    if known.checked_at is not None:
        parts.append(f"looked at on {_day(known.checked_at)}")
    if known.last_ok is not None:
        parts.append(f"last there on {_day(known.last_ok)}")
    return ", ".join(parts)


def _day(at: datetime) -> str:
    return at.date().isoformat()


def replacement(draft: Draft, known: Known) -> str:
    """Return what an editor can do about a page that is gone, by what copies there are."""
    copy = _best_copy(draft, known)
    if copy is not None:
        when = f" of {_day(copy.at)}" if copy.at else ""
        return f"cite the archived copy{when} beside it: {copy.uri_m}"
    if known.captures and known.captured_at:
        held = f"our archive holds a copy of {_day(known.captured_at)}"
        return f"{held}: say in the note when it was read, or name another source"
    if known.attachments:
        return "a colleague attached a copy: say in the note that it is on file"
    if known.state == "failing":
        return "no copy of it is known: check the address, or name another source"
    return "no copy of it is known: name another source"


def gone_message(draft: Draft, faulty: Faulty, what: str) -> str:
    """Return what to say of a page that is gone: what was seen, when, and what to do."""
    known = faulty.known
    seen = f" ({when})" if (when := seen_on(known)) else ""
    return f"{what}: {known.reason}{seen}; {replacement(draft, known)}{notes_of(faulty.cited)}"


def host_message(group: Sequence[Faulty], what: str, advice: str) -> str:
    """Return what to say of a host that keeps readers or machines from its sources."""
    known, host = group[0].known, group[0].source.host
    seen = f"; {when}" if (when := seen_on(known)) else ""
    many = f", {len(group)} of whose pages are cited," if len(group) > 1 else ""
    firsts = [each.cited[0] for each in group] if many else group[0].cited
    return f"{host}{many} {what} ({known.reason}{seen}): {advice}{notes_of(firsts)}"


def _best_copy(draft: Draft, known: Known) -> KnownCopy | None:
    """The copy nearest to the day on which the draft is published: what its author saw."""
    if not known.mementos:
        return None
    day = _published(draft).toordinal()

    def distance(copy: KnownCopy) -> int:
        return abs(copy.at.toordinal() - day) if copy.at else 10**7

    return min(known.mementos, key=distance)


def _published(draft: Draft) -> date:
    try:
        return date.fromisoformat(draft.parsed.document.metadata.published or "")
    except ValueError:
        return draft.today


def by_fix(draft: Draft, faulty: Faulty) -> Iterator[tuple[Faulty, Fix | None]]:
    """Yield where the archived copy can be named, with the fix that does it, and where only a person can.

    It is named behind the address, or behind the words that link to it. There is no fix where
    no copy is known, where a template or a defanging house wants another form, and where
    the address is not printed as it is meant (defanged, cut).
    """
    copy = _best_copy(draft, faulty.known)
    is_plain = draft.house.style.addresses != "defanged"
    if copy is None or not is_plain or draft.parsed.document.format == "wikitext":
        yield faulty, None
        return
    words = draft.house.style.archived.replace("{url}", copy.uri_m)
    ends = [(each, _end_of_address(draft, each)) for each in faulty.cited]
    edits = tuple(Edit(end, end, words) for _, end in ends if end is not None)
    if edits:
        can = [each for each, end in ends if end is not None]
        yield faulty._replace(cited=can), Fix(True, edits)
    if rest := [each for each, end in ends if end is None]:
        yield faulty._replace(cited=rest), None


def _end_of_address(draft: Draft, cited: Cited) -> int | None:
    citation = cited.citation
    if citation.truncated or not citation.url:
        return None
    if citation.hidden:
        return citation.end if citation.end > citation.start else None
    printed = draft.text[citation.start : citation.end]
    if printed.count(citation.url) != 1:
        return None
    return citation.start + printed.index(citation.url) + len(citation.url)
