"""Completing cut addresses: which whole addresses fit, and which of them is proven. PURE.

The rules are asked in this order, and the first that knows exactly one address that
fits is believed; a later rule never overrules a conflict of an earlier one::

    correction    a person said so
    document      the same document shows the whole address elsewhere
    origin_page   the same note on the page that the document was copied from does
    known_source  another document of the same month cites it
    web_archive   a web archive's index knows one page that begins like this

All but the same note (which is proven by its place) and a person's word also need a
beginning that can be no other page's (`prefixes`). `parse` knows the first document only; the rest needs
pages and a store, and is gathered by `pipeline.recovery`.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from provenance.cite.cuts import Cut, Key, find_cuts, whole_addresses
from provenance.cite.prefixes import AddressIndex, distinguishes
from provenance.formats.url import canonical_url
from provenance.model import Candidate, Note, Parsed, Recovery, RecoveryRule

__all__ = [
    "Deliberation",
    "Found",
    "decide",
    "decide_each",
    "find_candidates",
    "propose_from_document",
]

# So many candidates are kept for people to look at; `count` tells of all.
_SHOWN = 10
_WHERE: dict[RecoveryRule, str] = {
    "correction": "a correction",
    "document": "the same document",
    "origin_page": "the same note on the page it was copied from",
    "known_source": "another document of the same month",
    "web_archive": "a web archive's index",
}


class Found(Struct, frozen=True):
    """What one rule knows of a cut address: the addresses that fit, and where it looked."""

    rule: RecoveryRule
    candidates: tuple[Candidate, ...]
    page: str | None = None
    page_sha256: str | None = None
    at: str | None = None
    is_partial: bool = False


def find_candidates(cut: str, known: AddressIndex, at: str | None = None) -> tuple[Candidate, ...]:
    """Return the distinct addresses among the known ones that a cut one may begin."""
    return tuple(Candidate(url, canonical_url(url), where, at) for url, where in known.fitting(cut))


class Deliberation:
    """What the rules, asked in their order, say of one cut address; `outcome` is None while nothing fits.

    One address that proves nothing (`unproven`) leaves the later rules free to prove it
    or to know another, which makes a conflict. A conflict is never overruled; only the
    same note may show which of the conflicting addresses is meant.
    """

    def __init__(self, cut: str) -> None:
        self._cut = cut
        self.outcome: Recovery | None = None

    def is_open_to(self, rule: RecoveryRule) -> bool:
        """Tell whether this rule could still decide anything."""
        if self.outcome is None or self.outcome.decision == "unproven":
            return True
        return self.outcome.decision == "ambiguous" and rule == "origin_page"

    def take(self, found: Found) -> None:
        """Hear what a rule knows; rules are heard in their order."""
        if not found.candidates or not self.is_open_to(found.rule):
            return
        before = self.outcome
        if before is None or (found.rule == "origin_page" and before.decision == "unproven"):
            self.outcome = _judge(self._cut, found)
        elif before.decision == "ambiguous":
            judged = _judge(self._cut, found)
            shown = {candidate.canonical_url for candidate in before.candidates}
            if judged.url is not None and canonical_url(judged.url) in shown:
                self.outcome = judged
        else:
            self.outcome = _judge(self._cut, _with_earlier(found, before.candidates))


def _with_earlier(found: Found, earlier: tuple[Candidate, ...]) -> Found:
    known = {candidate.canonical_url for candidate in found.candidates}
    added = [candidate for candidate in earlier if candidate.canonical_url not in known]
    return replace(found, candidates=(*added, *found.candidates))


def decide(cut: str, findings: Iterable[Found]) -> Recovery | None:
    """Return what a cut address was, or why that is not proven; None where nothing fits it.

    `findings` are in the order of the rules; those of rules that were not asked are left out.
    """
    asked = Deliberation(cut)
    for found in findings:
        asked.take(found)
    return asked.outcome


def _judge(cut: str, found: Found) -> Recovery:
    count = len(found.candidates)
    base = Recovery(
        "ambiguous",
        found.rule,
        cut,
        f"{count} addresses of {_WHERE[found.rule]} begin like this",
        count=count,
        candidates=found.candidates[:_SHOWN],
        page=found.page,
        page_sha256=found.page_sha256,
        at=found.at,
    )
    if found.is_partial:
        return replace(base, reason=f"more than {count} addresses begin like this")
    if count > 1:
        return base
    (only,) = found.candidates
    if found.rule != "origin_page" and not distinguishes(cut, only.url):
        reason = f"{_WHERE[found.rule]} has one address that begins like this, but so may others"
        return replace(base, decision="unproven", reason=reason)
    where = f" ({only.found_in})" if found.rule == "document" else ""
    reason = f"{_WHERE[found.rule]}{where} has one address that begins like this"
    return replace(base, decision="adopted", url=only.url, reason=reason)


def propose_from_document(parsed: Parsed) -> Parsed:
    """Return the document with what it says itself of its cut addresses, as `Citation.recovery`.

    `url` stays as the note has it: whoever stores the document decides what to do with
    the proof.
    """
    cuts = find_cuts(parsed)
    if not cuts:
        return parsed
    known = whole_addresses(parsed)
    said = decide_each(cuts, known)
    notes = tuple(_with_recoveries(note, said) for note in parsed.notes)
    completed = {
        (citation.start, citation.end)
        for note in notes
        for citation in note.citations
        if citation.recovery is not None and citation.recovery.decision == "adopted"
    }
    findings = tuple(
        finding
        for finding in parsed.findings
        if finding.rule != "FN102" or (finding.start, finding.end) not in completed
    )
    return replace(parsed, notes=notes, findings=findings)


def decide_each(cuts: Sequence[Cut], known: Iterable[tuple[str, str]]) -> Mapping[Key, Recovery]:
    """Return, by (note id, index), what the document itself says of each cut address."""
    index = AddressIndex(known)
    # the same address may be cut alike in a thousand notes: it is looked up once
    once = {
        url: decide(url, [Found("document", find_candidates(url, index))])
        for url in {cut.url for cut in cuts}
    }
    return {
        (cut.note_id, cut.citation.index): recovery
        for cut in cuts
        if (recovery := once[cut.url]) is not None
    }


def _with_recoveries(note: Note, said: Mapping[Key, Recovery]) -> Note:
    if not any((note.id, citation.index) in said for citation in note.citations):
        return note
    return replace(
        note,
        citations=tuple(
            replace(citation, recovery=said.get((note.id, citation.index)))
            for citation in note.citations
        ),
    )
